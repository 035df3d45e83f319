//! Reading experiment files, from text to cells, against stand-in catalogues.

mod bad;
mod examples;
mod expressions;
mod fuzz;
mod generated;
mod semantics;
mod support;

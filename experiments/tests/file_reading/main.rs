//! Reading experiment files, from text to cells, against stand-in catalogues; workloads against the real ones.

mod bad;
mod bad_workloads;
mod examples;
mod expressions;
mod fuzz;
mod generated;
mod semantics;
mod support;

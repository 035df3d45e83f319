//! What `run`, `merge`, `list` and their options promise, on the program itself: the same bytes however the work is
//! done, nothing lost, clear words and exit codes.
//!
//! Not here: whether the numbers are right.

mod basics;
mod codes;
mod commands;
mod determinism;
mod examples;
mod records;
mod reproduce;
mod resume;
mod shards;
mod support;

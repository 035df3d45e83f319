//! Plots and reports end to end: what an experiment file asks for is what stands in the figures, compared with the tables
//! and records of the same runs, and the page is safe, small and the same every time.
//!
//! Not here: how figures look (`plot_golden`).

mod faults;
mod gallery;
mod kinds;
mod report;
mod support;

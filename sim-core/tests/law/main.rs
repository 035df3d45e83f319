//! The laws of the catalogue against published formulas, computed values, independent samplers and one another.

mod build;
mod formulas;
mod golden;
mod instances;
mod properties;
mod samples;
mod values;

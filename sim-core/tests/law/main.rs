//! The laws of the catalogue against published formulas, computed values, independent samplers and one another.

mod values;

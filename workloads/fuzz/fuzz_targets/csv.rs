//! Arbitrary bytes for one reader.
#![no_main]

use libfuzzer_sys::fuzz_target;
use loadlab_workloads::trace::csv::{Columns, Csv};
use loadlab_workloads_fuzz::hold;

fuzz_target!(|input: &[u8]| hold(input, Csv::new(Columns::named("t", "cpu"))));

//! Arbitrary bytes for one reader.
#![no_main]

use libfuzzer_sys::fuzz_target;
use loadlab_workloads::trace::alibaba2018::Alibaba2018;
use loadlab_workloads_fuzz::hold;

fuzz_target!(|input: &[u8]| hold(input, Alibaba2018::default()));

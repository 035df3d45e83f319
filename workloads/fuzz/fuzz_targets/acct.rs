//! Arbitrary bytes for one reader.
#![no_main]

use libfuzzer_sys::fuzz_target;
use loadlab_workloads::trace::acct::{Acct, Layout, Options};
use loadlab_workloads_fuzz::hold;

fuzz_target!(|input: &[u8]| {
    hold(input, Acct::default());
    hold(input, Acct::new(Options { layout: Layout::V2, ..Options::default() }));
});

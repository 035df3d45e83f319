//! Arbitrary bytes for decompression: it may fail, but never yields more than its bound.
#![no_main]

use libfuzzer_sys::fuzz_target;
use loadlab_workloads::trace::open::decompress;
use std::io::Read;

const BOUND: u64 = 1 << 20;

fuzz_target!(|input: &[u8]| {
    if let Ok(plain) = decompress(input, BOUND) {
        let mut out = Vec::new();
        let _ = plain.take(2 * BOUND).read_to_end(&mut out);
        assert!(out.len() as u64 <= BOUND.max(input.len() as u64));
    }
});

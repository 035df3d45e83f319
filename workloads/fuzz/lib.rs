//! What every fuzz target asserts of a reader. The bounded twins in `../tests/fuzz.rs` assert more, on fewer inputs.

use loadlab_workloads::trace::{Format, Reader, Trace};

/// Reads to the end: no panic, nothing after an error, one fate for every line, usable numbers.
pub fn hold<F: Format>(input: &[u8], format: F) {
    let mut trace = Reader::new(input, format);
    let mut failed = false;
    for item in trace.by_ref() {
        assert!(!failed, "nothing follows an error");
        match item {
            Ok(record) => {
                assert!(record.submit.is_finite() && record.submit >= 0.0);
                assert!(record.lifetime.is_finite() && record.lifetime >= 0.0 && record.processors > 0);
            }
            Err(_) => failed = true,
        }
    }
    let a = trace.account();
    assert!(failed || a.lines == a.comments + a.kept + a.folded + a.skipped + a.dropped.total());
}

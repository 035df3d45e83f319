//! What the values in a log mean: the fingerprint that keeps results of different meanings apart, and the header and
//! the file name that carry it.

use super::frame::FORMAT;
use super::record;
use loadlab_core::record::metric::METRICS;
use sha2::{Digest, Sha256};

/// Raised when the same experiment and seed give other values than before, so that old results are not mixed with new.
pub const RESULTS_VERSION: u32 = 1;

/// How a log begins.
const MAGIC: &[u8; 8] = b"loadlab\n";

/// Bytes of the header of a log: magic, format, fingerprint, checksum.
pub(super) const HEADER: usize = 8 + 4 + 32 + 4;

/// The meaning of the values of a log.
#[derive(Clone, Debug)]
pub(super) struct Schema {
    /// Values per run.
    pub(super) metrics: usize,
    fingerprint: [u8; 32],
}

impl Schema {
    /// The schema of this version of loadlab.
    pub(super) fn current() -> Self {
        let names: Vec<&str> = METRICS.iter().map(|m| m.name).collect();
        Schema::new(&names, RESULTS_VERSION)
    }

    /// The schema of these metrics, computed by this version.
    pub(super) fn new(names: &[&str], version: u32) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"loadlab-store-v1\0");
        hash.update(FORMAT.to_le_bytes());
        hash.update(version.to_le_bytes());
        for name in names {
            hash.update((name.len() as u64).to_le_bytes());
            hash.update(name);
        }
        Schema { metrics: names.len(), fingerprint: hash.finalize().into() }
    }

    /// The name of the log.
    pub(super) fn file_name(&self) -> String {
        let digits: String = self.fingerprint[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        format!("runs-{digits}.log")
    }

    /// Whether a file name is that of a log, of whichever schema.
    pub(super) fn names_a_log(name: &str) -> bool {
        let digits = name.strip_prefix("runs-").and_then(|rest| rest.strip_suffix(".log"));
        digits.is_some_and(|digits| record::cell_number(digits).is_some())
    }

    /// The first bytes of the log.
    pub(super) fn header(&self) -> [u8; HEADER] {
        let mut header = [0; HEADER];
        header[..8].copy_from_slice(MAGIC);
        header[8..12].copy_from_slice(&FORMAT.to_le_bytes());
        header[12..44].copy_from_slice(&self.fingerprint);
        let sum = crc32fast::hash(&header[..44]);
        header[44..].copy_from_slice(&sum.to_le_bytes());
        header
    }

    /// Where the checksum of every record starts from, so that no record passes for one of another schema.
    pub(super) fn salt(&self) -> u32 {
        crc32fast::hash(&self.fingerprint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemas_differ_when_a_name_the_order_or_the_version_differs() {
        let all = [
            Schema::new(&["a", "b"], 1),
            Schema::new(&["b", "a"], 1),
            Schema::new(&["ab"], 1),
            Schema::new(&["a", "b"], 2),
            Schema::new(&["a"], 1),
        ];
        let mut names: Vec<String> = all.iter().map(Schema::file_name).collect();
        assert!(names.iter().all(|name| Schema::names_a_log(name)));
        names.sort();
        names.dedup();
        assert_eq!(names.len(), all.len());
    }

    #[test]
    fn only_names_of_logs_are_taken_for_logs() {
        for name in ["runs-.log", "runs-0123456789abcde.log", "runs-0123456789ABCDEF.log", "lock", "runs-€€€€€.log"]
        {
            assert!(!Schema::names_a_log(name), "{name}");
        }
    }
}

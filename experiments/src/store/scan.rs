//! Reads a log from end to end and tells sound records from damage.
//!
//! A record counts only where marker, length and checksum hold. After damage the scan goes on at the next place where
//! they do: a lost or an inserted byte costs no record but the one it hit.
//!
//! Not here: what becomes of damage (`found`), what a record says (`record`).

use super::frame::{Framing, MARKER};
use std::io::{self, ErrorKind, Read};

/// Bytes asked for at once.
const BLOCK: usize = 1 << 18;

/// What a scan found beside the records.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// Whether the header is the expected one.
    pub(super) header: bool,
    /// Sound records.
    pub(super) records: u64,
    /// Where the last sound record ends, or else the sound header.
    pub(super) end: u64,
    /// Bytes of the log.
    pub(super) length: u64,
    /// Damaged bytes with something sound behind them: offset and length.
    pub(super) gaps: Vec<(u64, u64)>,
}

/// Reads a log to its end and gives every sound record to `each`: its offset and its payload.
pub(super) fn scan(
    log: impl Read,
    header: &[u8],
    framing: Framing,
    mut each: impl FnMut(u64, &[u8]),
) -> io::Result<Scan> {
    let mut window = Window { log, bytes: Vec::new(), at: 0, offset: 0, ended: false };
    let mut scan = Scan { header: window.ahead(header.len())?.starts_with(header), ..Scan::default() };
    if scan.header {
        window.advance(header.len());
        scan.end = window.offset;
    }
    loop {
        let offset = window.offset;
        let ahead = window.ahead(framing.length())?;
        if ahead.is_empty() {
            break;
        }
        let Some(payload) = framing.payload(ahead) else {
            let step = to_next_marker(ahead);
            window.advance(step);
            continue;
        };
        each(offset, payload);
        if offset > scan.end {
            scan.gaps.push((scan.end, offset - scan.end));
        }
        window.advance(framing.length());
        scan.end = window.offset;
        scan.records += 1;
    }
    scan.length = window.offset;
    Ok(scan)
}

/// How far the next marker may be: never 0. Its first bytes may be the last of `bytes`.
fn to_next_marker(bytes: &[u8]) -> usize {
    let found = bytes[1..].windows(MARKER.len()).position(|window| *window == MARKER);
    found.map_or_else(|| bytes.len().saturating_sub(MARKER.len() - 1).max(1), |position| position + 1)
}

/// A part of the log in memory.
struct Window<R> {
    log: R,
    bytes: Vec<u8>,
    /// Where the unread bytes begin, in `bytes`.
    at: usize,
    /// Where they begin in the log.
    offset: u64,
    ended: bool,
}

impl<R: Read> Window<R> {
    /// The bytes that come next: at least `wanted` of them, or all there are.
    fn ahead(&mut self, wanted: usize) -> io::Result<&[u8]> {
        while self.bytes.len() - self.at < wanted && !self.ended {
            self.bytes.drain(..self.at);
            self.at = 0;
            let held = self.bytes.len();
            self.bytes.resize(held + BLOCK, 0);
            let read = loop {
                match self.log.read(&mut self.bytes[held..]) {
                    Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                    other => break other?,
                }
            };
            self.bytes.truncate(held + read);
            self.ended = read == 0;
        }
        Ok(&self.bytes[self.at..])
    }

    fn advance(&mut self, by: usize) {
        self.at += by;
        self.offset += by as u64;
    }
}

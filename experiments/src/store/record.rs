//! One run as bytes, and back: the payload of a record.
//!
//! All numbers are little-endian. Every payload of one schema has the same length:
//! cell, replication, seed, processes, events (u64 each); warmup, horizon, realised offered load (f64 each);
//! one f64 per metric; status (u8). Every NaN is written with the same bits, so that a run has the same bytes on every
//! platform.
//!
//! Not here: framing and checksums (`frame`).

use super::error::StoreError;
use crate::results::{Run, Status};
use std::fmt;

/// Bytes of a payload without the metrics: eight numbers and the status.
const FIXED: usize = 8 * 8 + 1;

/// What identifies a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The cell: its hexadecimal digits as a number.
    pub(super) cell: u64,
    /// The seed of the experiment.
    pub(super) seed: u64,
    /// The replication.
    pub(super) replication: u64,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cell {}, replication {}, seed {}", cell_name(self.cell), self.replication, self.seed)
    }
}

/// The digits of a cell.
pub(super) fn cell_name(cell: u64) -> String {
    format!("{cell:016x}")
}

/// The number of a cell, if these are the digits of one: sixteen, in lower case.
pub(super) fn cell_number(name: &str) -> Option<u64> {
    let digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    if name.len() != 16 || !name.bytes().all(digit) {
        return None;
    }
    u64::from_str_radix(name, 16).ok()
}

/// Bytes of the payload of a run with this many metrics.
pub(super) fn payload_length(metrics: usize) -> usize {
    FIXED + 8 * metrics
}

/// Appends the payload of a run with `metrics` values to `out`.
pub(super) fn encode(run: &Run, metrics: usize, out: &mut Vec<u8>) -> Result<Key, StoreError> {
    let invalid = |reason| StoreError::Invalid { reason };
    let cell = cell_number(&run.cell)
        .ok_or_else(|| invalid(format!("its cell is {:?}, not sixteen hexadecimal digits", run.cell)))?;
    if run.values.len() != metrics {
        return Err(invalid(format!("it has {} values for {metrics} metrics", run.values.len())));
    }
    let key = Key { cell, seed: run.seed, replication: run.replication };
    for number in [cell, run.replication, run.seed, run.processes, run.events] {
        out.extend(number.to_le_bytes());
    }
    let times = [run.warmup, run.horizon, run.realised_offered_load];
    for value in times.iter().chain(&run.values) {
        let value = if value.is_nan() { f64::NAN } else { *value };
        out.extend(value.to_le_bytes());
    }
    out.push(match run.status {
        Status::Complete => 0,
        Status::Censored => 1,
    });
    Ok(key)
}

/// The key of a payload.
pub(super) fn key(payload: &[u8]) -> Option<Key> {
    let mut numbers = words(payload);
    let cell = numbers.next()?;
    let replication = numbers.next()?;
    let seed = numbers.next()?;
    Some(Key { cell, seed, replication })
}

/// The run of a payload; `None` if it is none.
pub(super) fn decode(payload: &[u8]) -> Option<Run> {
    let (status, numbers) = payload.split_last()?;
    let mut numbers = words(numbers);
    let mut next = || numbers.next();
    let (cell, replication, seed, processes, events) = (next()?, next()?, next()?, next()?, next()?);
    let mut next = || next().map(f64::from_bits);
    let (warmup, horizon, realised_offered_load) = (next()?, next()?, next()?);
    let status = match status {
        0 => Status::Complete,
        1 => Status::Censored,
        _ => return None,
    };
    let values = numbers.map(f64::from_bits).collect();
    let cell = cell_name(cell);
    Some(Run { cell, replication, seed, values, processes, warmup, horizon, realised_offered_load, events, status })
}

/// The little-endian words that bytes begin with.
fn words(bytes: &[u8]) -> impl Iterator<Item = u64> {
    bytes.as_chunks::<8>().0.iter().map(|word| u64::from_le_bytes(*word))
}

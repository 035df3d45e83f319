//! One record in the log: marker, length, checksum, payload.
//!
//! ```text
//! marker: 4 bytes | length of the payload: u32 | CRC-32 of (length, payload), salted: u32 | payload
//! ```
//!
//! All records of a log have the same length, so another length is damage.
//!
//! Not here: what a payload means (`record`), finding records in a log (`scan`).

use super::record;
use super::schema::Schema;

/// The version of the file's layout.
pub(super) const FORMAT: u32 = 1;

/// How a record begins: a byte that is not text, and letters to recognise in a dump.
pub(super) const MARKER: [u8; 4] = [0xf5, b'r', b'u', b'n'];

/// Bytes before the payload.
const PREFIX: usize = 12;

/// How records of one schema are framed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Framing {
    salt: u32,
    payload: usize,
}

impl Framing {
    /// The framing of a schema.
    pub(super) fn new(schema: &Schema) -> Self {
        Framing { salt: schema.salt(), payload: record::payload_length(schema.metrics) }
    }

    /// Bytes of a record.
    pub(super) fn length(&self) -> usize {
        PREFIX + self.payload
    }

    /// A record, with `fill` writing its payload.
    pub(super) fn frame<T, E>(&self, fill: impl FnOnce(&mut Vec<u8>) -> Result<T, E>) -> Result<(Vec<u8>, T), E> {
        let mut bytes = Vec::with_capacity(self.length());
        bytes.extend(MARKER);
        bytes.extend((self.payload as u32).to_le_bytes());
        bytes.extend([0; 4]);
        let what = fill(&mut bytes)?;
        assert_eq!(bytes.len(), self.length(), "every payload of a schema has the same length");
        let sum = self.checksum(&bytes);
        bytes[8..PREFIX].copy_from_slice(&sum.to_le_bytes());
        Ok((bytes, what))
    }

    /// The payload of the sound record that `bytes` begin with.
    pub(super) fn payload<'b>(&self, bytes: &'b [u8]) -> Option<&'b [u8]> {
        let bytes = bytes.get(..self.length())?;
        let sound = bytes[..4] == MARKER
            && bytes[4..8] == (self.payload as u32).to_le_bytes()
            && bytes[8..PREFIX] == self.checksum(bytes).to_le_bytes();
        sound.then(|| &bytes[PREFIX..])
    }

    fn checksum(&self, record: &[u8]) -> u32 {
        let mut hasher = crc32fast::Hasher::new_with_initial(self.salt);
        hasher.update(&record[4..8]);
        hasher.update(&record[PREFIX..]);
        hasher.finalize()
    }
}

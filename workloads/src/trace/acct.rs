//! Linux process accounting, as `accton` records it: version 3, and version 2 where declared (acct(5); the layout is
//! that of `struct acct_v3` and `struct acct` in the kernel's `linux/acct.h`).
//!
//! A record is 64 bytes. Its version byte is 3, or 0x83 if the machine that wrote it was big-endian. Records stand in
//! the order of exit, with a start time that resolves one second, so that the stream is out of order by nature: sort it
//! (`ops::sorted`) before simulating. A process still running when the file ends is not in it. Times count ticks, of
//! which there are 100 a second unless declared otherwise.
//!
//! The lifetime is user plus system time; one of zero means less than a tick.
//!
//! Not here: BSD accounting, whose records differ; it is refused, not guessed.

use super::account::{Account, Reason};
use super::error::ReadError;
use super::frames::Frame;
use super::names::Names;
use super::reader::{Format, No};
use super::record::{Label, Record, Status};
use std::num::NonZeroU32;

/// Bytes of a record.
pub const RECORD: usize = 64;

/// The layouts of a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// Linux, version 3: 32-bit identities and the process number.
    #[default]
    V3,
    /// Linux, version 2: no process number; it carries its own ticks per second.
    V2,
}

impl Layout {
    fn version(self) -> u8 {
        match self {
            Layout::V3 => 3,
            Layout::V2 => 2,
        }
    }
}

/// How to read a file.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Clock ticks per second (AHZ), of the machine that wrote the file.
    pub ticks_per_second: NonZeroU32,
    /// The layout, declared.
    pub layout: Layout,
}

impl Default for Options {
    fn default() -> Self {
        const HUNDRED: NonZeroU32 = NonZeroU32::new(100).expect("a hundred is not zero");
        Options { ticks_per_second: HUNDRED, layout: Layout::V3 }
    }
}

/// A `comp_t`: 13 bits of value, 3 bits of exponent to the base of 8.
pub fn comp_t(code: u16) -> u64 {
    u64::from(code & 0x1fff) << (3 * (code >> 13))
}

/// The format; hand it to [`super::Reader::new`].
#[derive(Debug, Default)]
pub struct Acct {
    options: Options,
    names: Names,
}

impl Acct {
    /// Reads as the options say.
    pub fn new(options: Options) -> Self {
        Acct { options, names: Names::default() }
    }

    /// What speaks against this record being of the declared layout.
    fn misfit(&self, record: &Fields<'_>) -> Option<(String, &'static str)> {
        let declared = self.options.layout.version();
        match record.bytes[1] & 0x7f {
            found if found == declared => {}
            found @ 2..=3 => {
                let advice = "declare that layout if this is Linux accounting";
                return Some((format!("the record says version {found}, declared is {declared}"), advice));
            }
            found => {
                let advice = "Linux accounting of versions 3 and 2 is understood; turn anything else into CSV";
                return Some((format!("version byte {found}"), advice));
            }
        }
        let name = record.name();
        let end = name.iter().position(|&b| b == 0).unwrap_or(name.len());
        if end == 0 || name[end..].iter().any(|&b| b != 0) {
            let advice = "this looks like BSD accounting or a damaged file; turn BSD accounting into CSV";
            return Some(("no program name where Linux accounting has one".into(), advice));
        }
        None
    }

    fn ticks_per_second(&self, record: &Fields<'_>) -> f64 {
        let own = record.own_ticks_per_second();
        f64::from(if own > 0 { u32::from(own) } else { self.options.ticks_per_second.get() })
    }
}

impl Format for Acct {
    const NAME: &'static str = "pacct";
    const FRAME: Frame = Frame::Bytes(RECORD);

    fn take(&mut self, text: &[u8], line: u64, _account: &mut Account) -> Result<Record, No> {
        let bytes: &[u8; RECORD] = text.try_into().map_err(|_| Reason::Truncated)?;
        let record = Fields { bytes, big_endian: bytes[1] & 0x80 != 0, layout: self.options.layout };
        if let Some((found, advice)) = self.misfit(&record) {
            let first = line == 1;
            return Err(if first {
                No::Fatal(ReadError::Unsupported { line, found, advice })
            } else {
                No::Dropped(Reason::OtherVersion)
            });
        }
        let start = record.start();
        if start == 0 {
            return Err(Reason::Unknown("start time").into());
        }
        let ticks = comp_t(record.user_time()) + comp_t(record.system_time());
        let memory = comp_t(record.memory());
        let name = record.name().split(|&b| b == 0).next().unwrap_or_default();
        Ok(Record {
            process: record.process().map(u64::from),
            memory: (memory > 0).then_some(memory as f64 * 1024.0),
            user: Some(Label::Number(u64::from(record.user()))),
            group: Some(Label::Number(u64::from(record.group()))),
            program: self.names.label(name),
            status: record.status(),
            ..Record::new(line, f64::from(start), ticks as f64 / self.ticks_per_second(&record))
        })
    }
}

/// One record, field by field. Offsets are those of the kernel's structures.
struct Fields<'a> {
    bytes: &'a [u8; RECORD],
    big_endian: bool,
    layout: Layout,
}

impl Fields<'_> {
    fn u16(&self, v3: usize, v2: usize) -> u16 {
        let at = if self.layout == Layout::V3 { v3 } else { v2 };
        let pair = [self.bytes[at], self.bytes[at + 1]];
        if self.big_endian { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) }
    }

    fn u32(&self, v3: usize, v2: usize) -> u32 {
        let (first, second) = (u32::from(self.u16(v3, v2)), u32::from(self.u16(v3 + 2, v2 + 2)));
        if self.big_endian { first << 16 | second } else { second << 16 | first }
    }

    fn user(&self) -> u32 {
        self.u32(8, 56)
    }
    fn group(&self) -> u32 {
        self.u32(12, 60)
    }
    fn start(&self) -> u32 {
        self.u32(24, 8)
    }
    fn user_time(&self) -> u16 {
        self.u16(32, 12)
    }
    fn system_time(&self) -> u16 {
        self.u16(34, 14)
    }
    fn memory(&self) -> u16 {
        self.u16(36, 18)
    }
    fn process(&self) -> Option<u32> {
        (self.layout == Layout::V3).then(|| self.u32(16, 16))
    }
    fn own_ticks_per_second(&self) -> u16 {
        if self.layout == Layout::V2 { self.u16(30, 30) } else { 0 }
    }
    fn name(&self) -> &[u8] {
        if self.layout == Layout::V3 { &self.bytes[48..64] } else { &self.bytes[36..53] }
    }

    /// The exit code is what `wait` returns: a signal in the low seven bits, or the process's own code above them.
    fn status(&self) -> Status {
        match self.u32(4, 32) {
            0 => Status::Completed,
            code if code & 0x7f != 0 => Status::Cancelled,
            _ => Status::Failed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comp_t_needs_more_than_32_bits() {
        let vectors = [(0, 0), (0x1fff, 8191), (0x2001, 8), (0x5fff, 524_224), (0xffff, 17_177_772_032)];
        for (code, value) in vectors {
            assert_eq!(comp_t(code), value, "{code:#x}");
        }
    }
}

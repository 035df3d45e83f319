//! The writing end of a log: whole records or nothing.
//!
//! A record is one write. If it fails half-way (a full disk), the half is cut off again, at the latest before the
//! next write.
//!
//! Not here: when the bytes reach the disk (`commit`).

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};

/// What a log is written to: a file, or in tests something that fails on purpose.
pub(super) trait Medium {
    /// Writes all bytes at the end, or fails and may have written some.
    fn extend(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Shortens to this length; later bytes go there.
    fn cut(&mut self, length: u64) -> io::Result<()>;
}

impl Medium for File {
    fn extend(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.set_len(length)?;
        self.seek(SeekFrom::Start(length)).map(drop)
    }
}

/// A log that is being written.
#[derive(Debug)]
pub(super) struct Log<M> {
    medium: M,
    /// Where the last whole record ends.
    end: u64,
    /// Whether bytes of a failed write may be behind `end`.
    torn: bool,
}

impl<M: Medium> Log<M> {
    /// Continues a log at `end`; what is behind it is cut off.
    pub(super) fn resume(mut medium: M, end: u64) -> io::Result<Self> {
        medium.cut(end)?;
        Ok(Log { medium, end, torn: false })
    }

    /// Writes one record and tells where it begins.
    pub(super) fn append(&mut self, record: &[u8]) -> io::Result<u64> {
        if self.torn {
            self.medium.cut(self.end)?;
            self.torn = false;
        }
        if let Err(error) = self.medium.extend(record) {
            // The error of the write is the one to tell; an error here shows again before the next write.
            self.torn = self.medium.cut(self.end).is_err();
            return Err(error);
        }
        let offset = self.end;
        self.end += record.len() as u64;
        Ok(offset)
    }

    /// Where the last whole record ends.
    pub(super) fn end(&self) -> u64 {
        self.end
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A disk of limited size whose cuts may fail, too.
    struct Disk {
        bytes: Vec<u8>,
        room: usize,
        cuts: bool,
    }

    impl Medium for &mut Disk {
        fn extend(&mut self, bytes: &[u8]) -> io::Result<()> {
            let fits = bytes.len().min(self.room - self.bytes.len());
            self.bytes.extend(&bytes[..fits]);
            if fits < bytes.len() { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
        }

        fn cut(&mut self, length: u64) -> io::Result<()> {
            if !self.cuts {
                return Err(io::ErrorKind::Other.into());
            }
            self.bytes.truncate(length as usize);
            Ok(())
        }
    }

    #[test]
    fn a_full_disk_leaves_whole_records_only_and_the_log_goes_on_when_there_is_room() {
        let mut disk = Disk { bytes: Vec::new(), room: 25, cuts: true };
        let mut log = Log::resume(&mut disk, 0).unwrap();
        assert_eq!((log.append(&[1; 10]).unwrap(), log.append(&[2; 10]).unwrap()), (0, 10));
        assert_eq!(log.append(&[3; 10]).unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert_eq!(log.medium.bytes.len(), 20);
        log.medium.room = 30;
        assert_eq!(log.append(&[4; 10]).unwrap(), 20);
        assert_eq!(disk.bytes, [[1; 10], [2; 10], [4; 10]].concat());
    }

    #[test]
    fn half_a_record_that_could_not_be_cut_off_is_cut_off_before_the_next() {
        let mut disk = Disk { bytes: Vec::new(), room: 15, cuts: true };
        let mut log = Log::resume(&mut disk, 0).unwrap();
        log.append(&[1; 10]).unwrap();
        log.medium.cuts = false;
        log.append(&[2; 10]).unwrap_err();
        assert_eq!(log.medium.bytes.len(), 15);
        assert_eq!(log.append(&[3; 5]).unwrap_err().kind(), io::ErrorKind::Other);
        log.medium.cuts = true;
        assert_eq!(log.append(&[4; 5]).unwrap(), 10);
        assert_eq!(disk.bytes, [[1; 5], [1; 5], [4; 5]].concat());
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn whatever_fails_the_log_is_the_records_that_were_confirmed(
            steps in prop::collection::vec((1..20_usize, 0..30_usize, any::<bool>()), 0..40)
        ) {
            let mut disk = Disk { bytes: Vec::new(), room: 0, cuts: true };
            let mut confirmed = Vec::new();
            let mut log = Log::resume(&mut disk, 0).unwrap();
            for (mark, (length, more, cuts)) in steps.into_iter().enumerate() {
                (log.medium.room, log.medium.cuts) = (log.medium.room + more, cuts);
                let record = vec![mark as u8; length];
                if let Ok(offset) = log.append(&record) {
                    prop_assert_eq!(offset, confirmed.len() as u64);
                    confirmed.extend(record);
                }
                prop_assert_eq!(log.end(), confirmed.len() as u64);
                prop_assert!(log.medium.bytes.starts_with(&confirmed));
            }
        }
    }
}

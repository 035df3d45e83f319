//! Reads single records of a log again, and trusts none without its checksum.
//!
//! Not here: which records there are (`index`).

use super::error::StoreError;
use super::frame::Framing;
use super::index::Entry;
use super::record::{self, Key};
use crate::results::Run;
use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// Reads records of one log.
#[derive(Debug)]
pub(super) struct Reader {
    path: PathBuf,
    framing: Framing,
    /// The file, from the first read on.
    file: Option<File>,
    buffer: Vec<u8>,
}

impl Reader {
    /// For the log at `path`, which need not exist before the first read.
    pub(super) fn new(path: &Path, framing: Framing) -> Self {
        Reader { path: path.to_owned(), framing, file: None, buffer: vec![0; framing.length()] }
    }

    /// The payload of the record at `offset`, which must be that of `key`.
    pub(super) fn payload(&mut self, key: Key, offset: u64) -> Result<&[u8], StoreError> {
        let error = |path: &Path, source| StoreError::from_io("read", path, source);
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(File::open(&self.path).map_err(|source| error(&self.path, source))?),
        };
        file.seek(SeekFrom::Start(offset)).map_err(|source| error(&self.path, source))?;
        match file.read_exact(&mut self.buffer) {
            Err(source) if source.kind() != ErrorKind::UnexpectedEof => return Err(error(&self.path, source)),
            Err(_) => self.buffer.fill(0),
            Ok(()) => {}
        }
        let payload = self.framing.payload(&self.buffer).filter(|payload| record::key(payload) == Some(key));
        payload.ok_or_else(|| StoreError::Damaged { path: self.path.clone(), offset })
    }

    /// The run at `offset`, which must be that of `key`.
    pub(super) fn run(&mut self, key: Key, offset: u64) -> Result<Run, StoreError> {
        let run = record::decode(self.payload(key, offset)?);
        run.ok_or_else(|| StoreError::Damaged { path: self.path.clone(), offset })
    }
}

/// The runs of one cell under one seed, by replication, read one by one.
#[derive(Debug)]
pub struct Runs {
    pub(super) reader: Reader,
    pub(super) cell: u64,
    pub(super) entries: std::vec::IntoIter<Entry>,
}

impl Iterator for Runs {
    type Item = Result<Run, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        let Entry { seed, replication, offset } = self.entries.next()?;
        Some(self.reader.run(Key { cell: self.cell, seed, replication }, offset))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.entries.size_hint()
    }
}

impl ExactSizeIterator for Runs {}

//! `loadlab check`: whether files are valid in every part, without running anything.

use super::exit::Exit;
use super::request::Request;
use crate::inputs::{Changes, Inputs};
use std::path::{Path, PathBuf};

/// Reports every wrong file.
pub(super) fn check(files: &[PathBuf]) -> Result<Exit, Exit> {
    let wrong: String = files.iter().filter_map(|file| one(file).err()).map(|exit| exit.complaint).collect();
    if wrong.is_empty() { Ok(Exit::default()) } else { Err(Exit::wrong(wrong)) }
}

fn one(file: &Path) -> Result<(), Exit> {
    let (inputs, experiment) = Inputs::read(file, &Changes::default()).map_err(Exit::wrong)?;
    Request::of(inputs, experiment).map(drop)
}

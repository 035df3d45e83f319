//! Figures: what they say (`Figure`), how they look, and the files they become. A figure is data and drawing is a
//! function of it, so the same figure is the same bytes everywhere. Nothing here simulates or computes statistics.

mod axes;
pub mod bars;
mod colours;
pub mod contrast;
mod draw_blocks;
mod draw_contours;
mod draw_marks;
mod draw_series;
pub mod ecdf;
pub mod facets;
mod figure;
mod frame;
pub mod gantt;
pub mod heat;
pub mod histogram;
mod layer;
mod layout;
mod legend;
pub mod lines;
pub mod loads;
mod look;
mod pen;
mod plan;
mod png;
mod scale;
mod scene;
pub mod stability;
pub mod survival;
mod svg;
mod table;
pub mod text;
mod tikz;
mod type_face;
pub mod warmup;

pub use figure::{Axis, Colours, Figure, Panel, Scale, Strip, Width};
pub use layer::{Arrows, Block, Blocks, Contours, Curve, Fill, Join, Layer, Point, Rule, Series};
pub use layout::caption;
pub use png::Pixels;

use std::fmt;
use std::path::{Path, PathBuf};

/// Resolution of the written PNG files, in pixels per inch.
pub const PRINT_DPI: u32 = 300;

/// Why a figure could not be drawn or written.
#[derive(Debug)]
pub enum Error {
    /// The image could not be encoded.
    Image(String),
    /// The table behind it could not be written.
    Table(String),
    /// A file could not be written.
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        why: std::io::Error,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Image(why) => write!(f, "the image could not be encoded: {why}"),
            Error::Table(why) => write!(f, "the data of the figure could not be written as CSV: {why}"),
            Error::File { path, why } => write!(f, "cannot write {}: {why}", path.display()),
        }
    }
}

impl std::error::Error for Error {}

/// The figure as an SVG document.
pub fn svg(figure: &Figure) -> String {
    svg::document(&layout::scene(figure))
}

/// The figure as the bytes of a PNG file.
pub fn png(figure: &Figure, dpi: u32) -> Result<Vec<u8>, Error> {
    png::file(&layout::scene(figure), dpi)
}

/// The figure as pixels.
pub fn pixels(figure: &Figure, dpi: u32) -> Result<Pixels, Error> {
    png::pixels(&layout::scene(figure), dpi)
}

/// The figure as a `tikzpicture`.
pub fn tikz(figure: &Figure) -> String {
    tikz::picture(&layout::scene(figure))
}

/// The data of the figure as CSV.
pub fn csv(figure: &Figure) -> Result<String, Error> {
    table::csv(figure)
}

/// Writes `stem.svg`, `stem.png`, `stem.csv` and `stem.tex`, and says which files they are.
pub fn write(figure: &Figure, stem: &Path) -> Result<Vec<PathBuf>, Error> {
    let scene = layout::scene(figure);
    let files = [
        ("svg", svg::document(&scene).into_bytes()),
        ("png", png::file(&scene, PRINT_DPI)?),
        ("csv", table::csv(figure)?.into_bytes()),
        ("tex", tikz::picture(&scene).into_bytes()),
    ];
    let mut written = Vec::new();
    for (extension, bytes) in files {
        // A name may hold dots, which `with_extension` would cut.
        let mut path = stem.as_os_str().to_owned();
        path.push(format!(".{extension}"));
        let path = PathBuf::from(path);
        std::fs::write(&path, bytes).map_err(|why| Error::File { path: path.clone(), why })?;
        written.push(path);
    }
    Ok(written)
}

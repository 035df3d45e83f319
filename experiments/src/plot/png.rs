//! PNG through plotters' bitmap backend: drawn twice as fine, then averaged, which is its antialiasing.

use super::Error;
use super::pen::{self, Grid};
use super::scene::Scene;
use plotters::prelude::BitMapBackend;

/// Drawn pixels per final pixel, along each side.
const FINE: u32 = 2;

/// The most pixels along a side; a figure that would have more is drawn at a lower resolution.
const LONGEST: f64 = 8000.0;

/// An image: width, height, and red, green and blue of each pixel, row by row.
pub struct Pixels {
    /// Pixels per row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Three bytes per pixel.
    pub rgb: Vec<u8>,
}

/// The scene as an image of `dpi` pixels per inch.
pub(super) fn pixels(scene: &Scene, dpi: u32) -> Result<Pixels, Error> {
    let per_point = (f64::from(dpi.max(1)) / 72.0).min(LONGEST / scene.size.0.max(scene.size.1));
    let side = |points: f64| (points * per_point).ceil().max(1.0) as u32;
    let (width, height) = (side(scene.size.0), side(scene.size.1));
    let fine = (width * FINE, height * FINE);
    let mut canvas = vec![255_u8; fine.0 as usize * fine.1 as usize * 3];
    let grid = Grid { scale: per_point * f64::from(FINE), snap: FINE as i32 };
    let mut backend = BitMapBackend::with_buffer(&mut canvas, fine);
    pen::draw(scene, grid, &mut backend).map_err(|why| Error::Image(why.to_string()))?;
    drop(backend);
    Ok(Pixels { width, height, rgb: averaged(&canvas, fine.0 as usize) })
}

/// Each block of `FINE` by `FINE` pixels becomes one.
fn averaged(fine: &[u8], fine_width: usize) -> Vec<u8> {
    let block = FINE as usize;
    let count = (block * block) as u16;
    let row_length = 3 * fine_width;
    let mut sums = vec![0_u16; row_length];
    let mut out = Vec::with_capacity(fine.len() / (block * block));
    for rows in fine.chunks_exact(row_length * block) {
        // Rows first: neighbouring bytes add side by side.
        sums.fill(0);
        for row in rows.chunks_exact(row_length) {
            sums.iter_mut().zip(row).for_each(|(sum, &value)| *sum += u16::from(value));
        }
        for pixel in sums.chunks_exact(3 * block) {
            for channel in 0..3 {
                let sum: u16 = pixel.iter().skip(channel).step_by(3).sum();
                out.push(((sum + count / 2) / count) as u8);
            }
        }
    }
    out
}

/// The scene as the bytes of a PNG file that knows its print size.
pub(super) fn file(scene: &Scene, dpi: u32) -> Result<Vec<u8>, Error> {
    let image = pixels(scene, dpi)?;
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, image.width, image.height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    let per_metre = (f64::from(image.width) / (scene.size.0 / 72.0 * 0.0254)).round() as u32;
    encoder.set_pixel_dims(Some(png::PixelDimensions { xppu: per_metre, yppu: per_metre, unit: png::Unit::Meter }));
    let wrong = |why: png::EncodingError| Error::Image(why.to_string());
    let mut writer = encoder.write_header().map_err(wrong)?;
    writer.write_image_data(&image.rgb).map_err(wrong)?;
    writer.finish().map_err(wrong)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pixel_is_the_mean_of_its_block() {
        // Two by two blocks, two of them side by side: black and white in halves, and red.
        let row = |left: [u8; 3]| [left, [255; 3], [200, 0, 0], [200, 0, 0]].concat();
        let fine = [row([0; 3]), row([0; 3])].concat();
        assert_eq!(averaged(&fine, 4), [128, 128, 128, 200, 0, 0]);
    }
}

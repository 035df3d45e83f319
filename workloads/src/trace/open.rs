//! Undoes compression (gzip and xz, recognised by their signatures) and checks a SHA-256, both while streaming.
//!
//! A compressed file may claim to hold anything, so the caller states the greatest size it accepts, and the reader
//! fails when that is exceeded, before more memory than one buffer is used. The xz dictionary is bounded as well.
//!
//! Not here: opening files and choosing the bound.

use flate2::bufread::MultiGzDecoder;
use lzma_rust2::XzReader;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::io::{self, BufRead, BufReader, Chain, Cursor, Read};

/// The greatest decompressed size that callers accept unless they say otherwise: 64 GiB, some 700 million lines of SWF.
pub const MAX_DECOMPRESSED: u64 = 64 << 30;

/// The largest xz decoder that is set up: `xz -9` needs 65 MiB.
const MAX_XZ_KIB: u32 = 128 << 10;

const GZIP: &[u8] = &[0x1f, 0x8b];
const XZ: &[u8] = &[0xfd, b'7', b'z', b'X', b'Z', 0x00];

type Whole<R> = BufReader<Chain<Cursor<Vec<u8>>, R>>;

enum Inner<R: Read> {
    Plain(Whole<R>),
    Gzip(Box<MultiGzDecoder<Whole<R>>>),
    Xz(Box<XzReader<Whole<R>>>),
}

/// A decompressed input of bounded size; wrap it in a `BufReader`.
pub struct Decompressed<R: Read> {
    inner: Inner<R>,
    limit: u64,
    left: u64,
}

/// Recognises gzip and xz by their first bytes and undoes them; hands on anything else as it is. What is decompressed
/// may be at most `max_bytes` long.
pub fn decompress<R: Read>(mut input: R, max_bytes: u64) -> io::Result<BufReader<Decompressed<R>>> {
    let mut start = Vec::new();
    input.by_ref().take(XZ.len() as u64).read_to_end(&mut start)?;
    let (gzip, xz) = (start.starts_with(GZIP), start.starts_with(XZ));
    let whole = BufReader::with_capacity(1 << 16, Cursor::new(start).chain(input));
    let inner = match (gzip, xz) {
        (true, _) => Inner::Gzip(Box::new(MultiGzDecoder::new(whole))),
        (_, true) => Inner::Xz(Box::new(XzReader::new_mem_limit(whole, true, MAX_XZ_KIB))),
        _ => Inner::Plain(whole),
    };
    Ok(BufReader::with_capacity(1 << 16, Decompressed { inner, limit: max_bytes, left: max_bytes }))
}

impl<R: Read> Read for Decompressed<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = match &mut self.inner {
            Inner::Plain(whole) => return whole.read(out),
            Inner::Gzip(decoder) => decoder.read(out)?,
            Inner::Xz(decoder) => decoder.read(out)?,
        };
        self.left = self.left.checked_sub(n as u64).ok_or_else(|| {
            let message = format!(
                "decompresses to more than {} bytes; state a larger bound if the file is to be trusted",
                self.limit
            );
            io::Error::new(io::ErrorKind::FileTooLarge, message)
        })?;
        Ok(n)
    }
}

/// Hands on an input and fails at its end unless its SHA-256 is the expected one.
///
/// The check needs the end: a reader that stops early has not checked.
pub struct Verified<R> {
    inner: R,
    hash: Sha256,
    expected: String,
}

impl<R: Read> Verified<R> {
    /// `expected` is written in hexadecimal.
    pub fn new(inner: R, expected: &str) -> Self {
        Verified { inner, hash: Sha256::new(), expected: expected.trim().to_ascii_lowercase() }
    }
}

impl<R: Read> Read for Verified<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(out)?;
        self.hash.update(&out[..n]);
        if n == 0 && !out.is_empty() {
            let found = hexadecimal(&self.hash.clone().finalize());
            if found != self.expected {
                let message = format!("the SHA-256 is {found}, not {}: this is another file", self.expected);
                return Err(io::Error::new(io::ErrorKind::InvalidData, message));
            }
        }
        Ok(n)
    }
}

/// The SHA-256 of all that is left of an input, in hexadecimal.
pub fn sha256(mut input: impl BufRead) -> io::Result<String> {
    let mut hash = Sha256::new();
    loop {
        let block = input.fill_buf()?;
        if block.is_empty() {
            return Ok(hexadecimal(&hash.finalize()));
        }
        hash.update(block);
        let n = block.len();
        input.consume(n);
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    fn gzip(data: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(data).expect("a Vec takes everything");
        encoder.finish().expect("a Vec takes everything")
    }

    fn read(compressed: &[u8], max_bytes: u64) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        decompress(compressed, max_bytes)?.read_to_end(&mut out)?;
        Ok(out)
    }

    #[test]
    fn gzip_of_several_members_is_read_to_its_end() {
        let mut both = gzip(b"one ");
        both.extend(gzip(b"two"));
        assert_eq!(read(&both, 100).expect("good gzip"), b"one two");
    }

    #[test]
    fn anything_without_a_signature_is_handed_on_as_it_is() {
        for plain in [b"".as_slice(), b"x", b"\x1f", b"; Version: 2.2\n"] {
            assert_eq!(read(plain, 1).expect("plain input has no bound"), plain);
        }
    }

    #[test]
    fn a_bomb_is_refused_at_the_stated_size_and_not_before() {
        let data = vec![0u8; 10_000_000];
        let bomb = gzip(&data);
        assert!(bomb.len() < 20_000);
        assert_eq!(read(&bomb, 10_000_000).expect("exactly the bound").len(), 10_000_000);
        let error = read(&bomb, 9_999_999).expect_err("one byte beyond the bound");
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
        assert!(error.to_string().contains("more than 9999999 bytes"), "{error}");
    }

    #[test]
    fn gzip_that_breaks_off_is_an_error() {
        let whole = gzip(b"0123456789012345678901234567890123456789");
        assert!(read(&whole[..whole.len() - 9], 1000).is_err());
    }

    #[test]
    fn xz_that_asks_for_a_dictionary_beyond_the_bound_is_refused() {
        // Stream header, then a block header with one LZMA2 filter whose dictionary size code is 39 (3 GiB).
        let mut file = XZ.to_vec();
        file.extend([0x00, 0x01, 0x69, 0x22, 0xde, 0x36]);
        let header = [0x02, 0x00, 0x21, 0x01, 39, 0x00, 0x00, 0x00];
        file.extend(header);
        let mut crc = flate2::Crc::new();
        crc.update(&header);
        file.extend(crc.sum().to_le_bytes());
        file.extend([0u8; 64]);
        let error = read(&file, 1000).expect_err("3 GiB of dictionary");
        assert_eq!(error.kind(), io::ErrorKind::OutOfMemory, "{error}");
    }

    #[test]
    fn the_right_hash_passes_and_a_wrong_one_fails_at_the_end() {
        // "abc", FIPS 180-2, appendix B.1.
        let hash = "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD";
        let mut out = Vec::new();
        assert!(Verified::new(&b"abc"[..], hash).read_to_end(&mut out).is_ok());
        let error = Verified::new(&b"abd"[..], hash).read_to_end(&mut out).expect_err("another file");
        assert!(error.to_string().contains("another file"), "{error}");
        assert_eq!(sha256(&b"abc"[..]).expect("a slice"), hash.to_ascii_lowercase());
    }
}

//! Cuts an input into lines, or into records of fixed length, through one buffer of bounded size.
//!
//! Not here: what the bytes mean.

use super::MAX_LINE;
use std::io::{self, BufRead, Read};

/// How a format separates its records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame {
    /// By line feeds; a carriage return before it is not part of the line, and the last line needs none.
    Line,
    /// By length, in bytes.
    Bytes(usize),
}

/// What was found next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// A whole line or record, in `text`.
    Whole,
    /// A line longer than [`MAX_LINE`], passed over.
    TooLong,
    /// The rest of the file, shorter than a record.
    Truncated,
    /// Nothing more.
    End,
}

/// The cutter.
#[derive(Debug)]
pub(crate) struct Frames<R> {
    input: R,
    buffer: Vec<u8>,
    /// Lines or records found so far, which is also the number of the last one.
    pub(crate) number: u64,
}

impl<R: BufRead> Frames<R> {
    pub(crate) fn new(input: R) -> Self {
        Frames { input, buffer: Vec::new(), number: 0 }
    }

    /// The bytes of the line or record found last, without its end of line.
    pub(crate) fn text(&self) -> &[u8] {
        &self.buffer
    }

    pub(crate) fn advance(&mut self, frame: Frame) -> io::Result<Found> {
        self.buffer.clear();
        let found = match frame {
            Frame::Line => self.line()?,
            Frame::Bytes(length) => self.block(length)?,
        };
        self.number += u64::from(found != Found::End);
        Ok(found)
    }

    fn line(&mut self) -> io::Result<Found> {
        let limit = MAX_LINE as u64 + 1;
        if (&mut self.input).take(limit).read_until(b'\n', &mut self.buffer)? == 0 {
            return Ok(Found::End);
        }
        if self.buffer.last() == Some(&b'\n') {
            self.buffer.pop();
        } else if self.buffer.len() > MAX_LINE {
            self.skip_line(limit)?;
            return Ok(Found::TooLong);
        }
        if self.buffer.last() == Some(&b'\r') {
            self.buffer.pop();
        }
        const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
        if self.number == 0 && self.buffer.starts_with(BYTE_ORDER_MARK) {
            self.buffer.drain(..BYTE_ORDER_MARK.len());
        }
        Ok(Found::Whole)
    }

    fn skip_line(&mut self, limit: u64) -> io::Result<()> {
        loop {
            self.buffer.clear();
            let read = (&mut self.input).take(limit).read_until(b'\n', &mut self.buffer)?;
            if read == 0 || self.buffer.last() == Some(&b'\n') {
                return Ok(());
            }
        }
    }

    fn block(&mut self, length: usize) -> io::Result<Found> {
        let read = (&mut self.input).take(length as u64).read_to_end(&mut self.buffer)?;
        Ok(match read {
            0 => Found::End,
            n if n == length => Found::Whole,
            _ => Found::Truncated,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(input: &[u8]) -> Vec<(Found, Vec<u8>)> {
        let mut frames = Frames::new(input);
        let mut all = Vec::new();
        loop {
            let found = frames.advance(Frame::Line).expect("a slice cannot fail");
            if found == Found::End {
                return all;
            }
            all.push((found, frames.text().to_vec()));
        }
    }

    #[test]
    fn lines_end_with_a_line_feed_a_carriage_return_and_one_or_the_end_of_the_file() {
        let found = lines(b"\xef\xbb\xbfa\nb\r\n\nc");
        let texts: Vec<&[u8]> = found.iter().map(|(_, text)| text.as_slice()).collect();
        assert_eq!(texts, [b"a".as_slice(), b"b", b"", b"c"]);
    }

    #[test]
    fn a_line_beyond_the_bound_is_passed_over_whole_and_the_next_is_read() {
        let mut input = vec![b'x'; 3 * MAX_LINE];
        input.extend(b"\nshort\n");
        let found = lines(&input);
        assert_eq!(found[0].0, Found::TooLong);
        assert_eq!(found[1], (Found::Whole, b"short".to_vec()));
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn a_line_of_exactly_the_bound_is_whole() {
        let mut input = vec![b'x'; MAX_LINE];
        input.push(b'\n');
        assert_eq!(lines(&input)[0].0, Found::Whole);
    }

    #[test]
    fn the_rest_of_a_file_shorter_than_a_record_is_truncated() {
        let mut frames = Frames::new(&b"abcdefg"[..]);
        assert_eq!(frames.advance(Frame::Bytes(4)).expect("a slice"), Found::Whole);
        assert_eq!(frames.advance(Frame::Bytes(4)).expect("a slice"), Found::Truncated);
        assert_eq!(frames.advance(Frame::Bytes(4)).expect("a slice"), Found::End);
        assert_eq!(frames.number, 2);
    }
}

//! Splits one line of comma-separated values (RFC 4180, except that a quoted field may not hold a line break: such a
//! line is dropped and counted, so that one stray quote cannot swallow the rest of a file).
//!
//! Not here: what the columns mean.

use super::account::Reason;

/// The fields of the line split last. One buffer serves all lines.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl Fields {
    /// Splits `line` at `delimiter`, undoing quotes.
    pub(crate) fn split(&mut self, line: &[u8], delimiter: u8) -> Result<(), Reason> {
        self.text.clear();
        self.ends.clear();
        let mut rest = line;
        loop {
            rest = match rest.first() {
                Some(b'"') => self.quoted(&rest[1..])?,
                _ => self.plain(rest, delimiter),
            };
            self.ends.push(self.text.len());
            match rest.split_first() {
                None => return Ok(()),
                Some((&first, tail)) if first == delimiter => rest = tail,
                Some(_) => return Err(Reason::UnclosedQuote),
            }
        }
    }

    fn plain<'a>(&mut self, rest: &'a [u8], delimiter: u8) -> &'a [u8] {
        let end = rest.iter().position(|&b| b == delimiter).unwrap_or(rest.len());
        self.text.extend_from_slice(&rest[..end]);
        &rest[end..]
    }

    fn quoted<'a>(&mut self, mut rest: &'a [u8]) -> Result<&'a [u8], Reason> {
        loop {
            let end = rest.iter().position(|&b| b == b'"').ok_or(Reason::UnclosedQuote)?;
            self.text.extend_from_slice(&rest[..end]);
            rest = &rest[end + 1..];
            if rest.first() != Some(&b'"') {
                return Ok(rest);
            }
            self.text.push(b'"');
            rest = &rest[1..];
        }
    }

    /// How many fields the line has.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Field number k from 0, without blanks around it; `None` beyond the last.
    pub(crate) fn get(&self, k: usize) -> Option<&[u8]> {
        let end = *self.ends.get(k)?;
        let start = if k == 0 { 0 } else { self.ends[k - 1] };
        Some(self.text[start..end].trim_ascii())
    }

    /// Refuses a line that has not exactly `n` fields.
    pub(crate) fn exactly(&self, n: usize) -> Result<(), Reason> {
        match self.len() {
            k if k < n => Err(Reason::TooFewFields),
            k if k > n => Err(Reason::TooManyFields),
            _ => Ok(()),
        }
    }

    /// All fields, as text.
    pub(crate) fn texts(&self) -> impl Iterator<Item = String> + '_ {
        (0..self.len()).filter_map(|k| self.get(k)).map(|field| String::from_utf8_lossy(field).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(line: &str) -> Result<Vec<String>, Reason> {
        let mut fields = Fields::default();
        fields.split(line.as_bytes(), b',')?;
        Ok(fields.texts().collect())
    }

    #[test]
    fn commas_separate_and_quotes_protect() {
        assert_eq!(split("a, b ,,\"c,\"\"d\"\"\""), Ok(["a", "b", "", "c,\"d\""].map(String::from).to_vec()));
        assert_eq!(split(""), Ok(vec![String::new()]));
        assert_eq!(split("a,"), Ok(["a", ""].map(String::from).to_vec()));
    }

    #[test]
    fn a_quote_that_does_not_close_or_is_followed_by_text_is_refused() {
        assert_eq!(split("\"a,b"), Err(Reason::UnclosedQuote));
        assert_eq!(split("\"a\"b,c"), Err(Reason::UnclosedQuote));
    }
}

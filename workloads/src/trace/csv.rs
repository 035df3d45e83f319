//! Comma-separated values of any origin, read through a map of columns.
//!
//! The map names the columns (or counts them from 0) and, for each, the factor that turns its unit into seconds or
//! bytes. Numbers are decimal; there is no guessing of dates, units or delimiters.
//!
//! Not here: quotes and commas (`delimited`).

use super::account::{Account, Reason};
use super::delimited::Fields;
use super::error::ReadError;
use super::names::Names;
use super::number::{decimal, natural};
use super::reader::{Format, No};
use super::record::{Label, Record};

/// Where a column stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum At {
    /// Under this heading.
    Name(String),
    /// As number k, from 0.
    Index(usize),
}

/// A column of numbers, and its unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    /// Where it stands.
    pub at: At,
    /// Seconds, or bytes, per unit of the column: 0.001 for milliseconds.
    pub unit: f64,
}

impl Quantity {
    /// A column in seconds, or bytes.
    pub fn named(name: &str) -> Self {
        Quantity { at: At::Name(name.into()), unit: 1.0 }
    }
}

/// Which column is what.
#[derive(Clone, Debug)]
pub struct Columns {
    /// What separates fields.
    pub delimiter: u8,
    /// Whether the first line holds headings.
    pub header: bool,
    /// Arrival.
    pub submit: Quantity,
    /// CPU seconds.
    pub lifetime: Quantity,
    /// Processors; 1 where there is no such column.
    pub processors: Option<At>,
    /// Memory.
    pub memory: Option<Quantity>,
    /// The time its user asked for.
    pub requested_time: Option<Quantity>,
    /// The number of the process.
    pub process: Option<At>,
    /// User.
    pub user: Option<At>,
    /// Group.
    pub group: Option<At>,
    /// Program.
    pub program: Option<At>,
    /// Class or queue.
    pub class: Option<At>,
    /// Home node, from 0.
    pub home: Option<At>,
    /// The numbers of preceding processes, separated by blanks.
    pub after: Option<At>,
    /// Seconds after the last of these.
    pub think_time: Option<Quantity>,
}

impl Columns {
    /// A file with headings, of which two are needed; both in seconds.
    pub fn named(submit: &str, lifetime: &str) -> Self {
        Columns {
            delimiter: b',',
            header: true,
            submit: Quantity::named(submit),
            lifetime: Quantity::named(lifetime),
            processors: None,
            memory: None,
            requested_time: None,
            process: None,
            user: None,
            group: None,
            program: None,
            class: None,
            home: None,
            after: None,
            think_time: None,
        }
    }

    /// Turns every heading into a number.
    fn resolve(&mut self, headings: &[String], line: u64) -> Result<(), ReadError> {
        let quantities = [&mut self.memory, &mut self.requested_time, &mut self.think_time];
        let quantities = quantities.into_iter().flatten().map(|q| &mut q.at);
        let labels = [
            &mut self.processors,
            &mut self.process,
            &mut self.user,
            &mut self.group,
            &mut self.program,
            &mut self.class,
            &mut self.home,
            &mut self.after,
        ];
        let needed = [&mut self.submit.at, &mut self.lifetime.at];
        for at in needed.into_iter().chain(quantities).chain(labels.into_iter().flatten()) {
            if let At::Name(name) = at {
                let Some(k) = headings.iter().position(|heading| heading == name) else {
                    let present = if headings.is_empty() { "not named".into() } else { headings.join(", ") };
                    return Err(ReadError::NoColumn { line, column: name.clone(), present });
                };
                *at = At::Index(k);
            }
        }
        Ok(())
    }
}

/// The format; hand it to [`super::Reader::new`].
#[derive(Debug)]
pub struct Csv {
    columns: Columns,
    fields: Fields,
    names: Names,
    /// Columns of the header, or of the first line.
    width: Option<usize>,
}

impl Csv {
    /// Reads through this map.
    pub fn new(columns: Columns) -> Self {
        Csv { columns, fields: Fields::default(), names: Names::default(), width: None }
    }

    /// Splits a line; `Err` for the header and for blank lines.
    pub(super) fn split(&mut self, text: &[u8], line: u64, account: &mut Account) -> Result<(), No> {
        if text.trim_ascii().is_empty() {
            return Err(No::Comment);
        }
        self.fields.split(text, self.columns.delimiter)?;
        if let Some(width) = self.width {
            return Ok(self.fields.exactly(width)?);
        }
        self.width = Some(self.fields.len());
        let headings: Vec<String> = if self.columns.header { self.fields.texts().collect() } else { Vec::new() };
        self.columns.resolve(&headings, line)?;
        if !self.columns.header {
            return Ok(());
        }
        for heading in headings {
            account.note_header("column".into(), heading);
        }
        Err(No::Comment)
    }

    /// The text of a column; `None` where the map or the line has none.
    fn text(&self, at: Option<&At>) -> Option<&[u8]> {
        match at? {
            At::Index(k) => self.fields.get(*k).filter(|text| !text.is_empty()),
            // Headings were resolved before the first line of data.
            At::Name(_) => None,
        }
    }

    fn quantity(&self, column: Option<&Quantity>, role: &'static str) -> Result<Option<f64>, Reason> {
        let Some(column) = column else { return Ok(None) };
        let Some(text) = self.text(Some(&column.at)) else { return Ok(None) };
        let value = decimal(text).ok_or(Reason::NotANumber(role))? * column.unit;
        if value.is_finite() && value >= 0.0 { Ok(Some(value)) } else { Err(Reason::OutOfRange(role)) }
    }

    fn count<T: TryFrom<u64>>(&self, at: Option<&At>, role: &'static str) -> Result<Option<T>, Reason> {
        let Some(text) = self.text(at) else { return Ok(None) };
        let n = natural(text).ok_or(Reason::NotANumber(role))?;
        T::try_from(n).map(Some).map_err(|_| Reason::OutOfRange(role))
    }

    fn label(&mut self, pick: impl Fn(&Columns) -> Option<&At>) -> Option<Label> {
        let At::Index(k) = *pick(&self.columns)? else { return None };
        let text = self.fields.get(k)?;
        match natural(text) {
            Some(n) => Some(Label::Number(n)),
            None => self.names.label(text),
        }
    }

    fn after(&self) -> Result<Vec<u64>, Reason> {
        let role = "preceding process";
        let text = self.text(self.columns.after.as_ref()).unwrap_or_default();
        let numbers = text.split(|&b| b == b' ').filter(|n| !n.is_empty());
        numbers.map(|n| natural(n).ok_or(Reason::NotANumber(role))).collect()
    }

    /// The process on the line split last.
    pub(super) fn record(&mut self, line: u64) -> Result<Record, Reason> {
        let c = &self.columns;
        let submit = self.quantity(Some(&c.submit), "arrival")?.ok_or(Reason::Unknown("arrival"))?;
        let lifetime = self.quantity(Some(&c.lifetime), "lifetime")?.ok_or(Reason::Unknown("lifetime"))?;
        let processors = self.count(c.processors.as_ref(), "processors")?.unwrap_or(1);
        if processors == 0 {
            return Err(Reason::OutOfRange("processors"));
        }
        let mut record = Record {
            processors,
            process: self.count(c.process.as_ref(), "process")?,
            memory: self.quantity(c.memory.as_ref(), "memory")?,
            requested_time: self.quantity(c.requested_time.as_ref(), "requested time")?,
            home: self.count(c.home.as_ref(), "home")?,
            after: self.after()?,
            think_time: self.quantity(c.think_time.as_ref(), "think time")?,
            ..Record::new(line, submit, lifetime)
        };
        record.user = self.label(|c| c.user.as_ref());
        record.group = self.label(|c| c.group.as_ref());
        record.program = self.label(|c| c.program.as_ref());
        record.class = self.label(|c| c.class.as_ref());
        Ok(record)
    }

    /// A further column, by its place.
    pub(super) fn field(&self, k: usize) -> Option<&[u8]> {
        self.fields.get(k)
    }
}

impl Format for Csv {
    const NAME: &'static str = "csv";

    fn take(&mut self, text: &[u8], line: u64, account: &mut Account) -> Result<Record, No> {
        self.split(text, line, account)?;
        Ok(self.record(line)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{Reader, Trace};

    fn columns() -> Columns {
        Columns {
            memory: Some(Quantity { at: At::Name("rss_kib".into()), unit: 1024.0 }),
            user: Some(At::Name("who".into())),
            lifetime: Quantity { at: At::Name("cpu_ms".into()), unit: 0.001 },
            home: Some(At::Index(4)),
            ..Columns::named("t", "cpu_ms")
        }
    }

    #[test]
    fn the_map_finds_columns_and_converts_their_units() {
        let text = "t,cpu_ms,rss_kib,who,where\n1.5,250,2,ann,3\n2,1000,,7,\n";
        let mut trace = Reader::new(text.as_bytes(), Csv::new(columns()));
        let first = trace.next().expect("a line").expect("a good line");
        assert_eq!((first.submit, first.lifetime, first.memory, first.home), (1.5, 0.25, Some(2048.0), Some(3)));
        assert_eq!(first.user, Some(Label::Name("ann".into())));
        let second = trace.next().expect("a line").expect("a good line");
        assert_eq!((second.memory, second.home, second.user), (None, None, Some(Label::Number(7))));
        assert!(trace.next().is_none());
        assert_eq!((trace.account().comments, trace.account().kept), (1, 2));
    }

    #[test]
    fn a_missing_column_is_an_error_that_lists_the_columns() {
        let mut trace = Reader::new(&b"time,cpu_ms\n1,2\n"[..], Csv::new(columns()));
        let error = trace.next().expect("an answer").expect_err("`t` is missing").to_string();
        assert_eq!(error, "line 1: no column `t`; the columns are time, cpu_ms");
        assert!(trace.next().is_none());
    }

    #[test]
    fn bad_lines_are_dropped_each_with_its_reason() {
        let text =
            "t,cpu_ms,rss_kib,who,where\nx,1,1,a,0\n1,-1,1,a,0\n1,,1,a,0\n1,2,3\n1,1,1,\"a,0\n\n1,1,1,a,99999999999\n";
        let mut trace = Reader::new(text.as_bytes(), Csv::new(columns()));
        assert!(trace.next().is_none());
        let dropped: Vec<_> = trace.account().dropped.iter().map(|c| (c.what, c.first)).collect();
        let expected = [
            (Reason::NotANumber("arrival"), 2),
            (Reason::OutOfRange("lifetime"), 3),
            (Reason::Unknown("lifetime"), 4),
            (Reason::TooFewFields, 5),
            (Reason::UnclosedQuote, 6),
            (Reason::OutOfRange("home"), 8),
        ];
        assert_eq!(dropped, expected);
    }

    #[test]
    fn a_strict_reader_stops_at_the_first_bad_line() {
        let mut trace = Reader::new(&b"t,cpu\n1,1\n1,x\n1,1\n"[..], Csv::new(Columns::named("t", "cpu"))).strict(true);
        assert!(trace.next().expect("a line").is_ok());
        let error = trace.next().expect("a line").expect_err("strict");
        assert!(matches!(error, ReadError::Refused { line: 3, reason: Reason::NotANumber("lifetime") }));
        assert!(trace.next().is_none());
    }

    #[test]
    fn headings_cannot_be_used_in_a_file_without_them() {
        let columns = Columns { header: false, ..Columns::named("t", "cpu") };
        let mut trace = Reader::new(&b"1,1\n"[..], Csv::new(columns));
        assert!(matches!(trace.next(), Some(Err(ReadError::NoColumn { .. }))));
    }
}

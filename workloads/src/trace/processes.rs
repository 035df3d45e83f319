//! loadlab's own table of processes: what a run wrote can be the workload of another.
//!
//! Columns are recognised by their headings ([`COLUMNS`]); further columns, such as responses, are passed over. Numbers
//! are read back to the last bit, so that a replay meets the same processes. A table of several runs needs a choice:
//! two runs are never mixed into one trace.
//!
//! Not here: writing the table (`experiments`).

use super::account::{Account, Reason};
use super::csv::{At, Columns, Csv, Quantity};
use super::error::ReadError;
use super::number::{decimal, natural};
use super::reader::{Format, No};
use super::record::Record;
use loadlab_core::process::Phases;

/// The headings a replay reads, whether each is needed, and what stands below it.
pub const COLUMNS: [(&str, bool, &str); 19] = [
    ("cell", false, "the cell of the run, as text"),
    ("replication", false, "the replication of the run, from 0"),
    ("process", false, "number of the process within the run"),
    ("class", false, "its class"),
    ("program", false, "its program"),
    ("user", false, "whose it is"),
    ("arrival_s", true, "when it arrived, in seconds"),
    ("lifetime_s", true, "CPU seconds on a node of speed 1"),
    ("processors", false, "processors it occupies; 1 if absent"),
    ("memory_bytes", false, "bytes per processor"),
    ("dirty_bytes_per_s", false, "bytes per CPU second that become dirty at first; 0 if absent"),
    ("must_stay", false, "`true` if it may only run at its home"),
    ("io_burst_s", false, "CPU seconds between I/O operations; none if absent or empty"),
    ("io_wait_s", false, "seconds of each; 0 if absent"),
    ("io_remote_factor", false, "factor on these away from home; 1 if absent"),
    ("home", false, "the node at which it arrived, from 0"),
    ("after", false, "numbers of the processes that must end first, separated by blanks"),
    ("think_s", false, "seconds between the last of these and the arrival"),
    ("requested_s", false, "the time its user asked for"),
];

/// The columns that a map of columns does not know.
const FURTHER: [&str; 7] =
    ["cell", "replication", "dirty_bytes_per_s", "must_stay", "io_burst_s", "io_wait_s", "io_remote_factor"];

/// One run of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The cell, as it stands in the table.
    pub cell: String,
    /// The replication.
    pub replication: u64,
}

/// The format; hand it to [`super::Reader::new`].
#[derive(Debug, Default)]
pub struct Processes {
    wanted: Option<Run>,
    /// The table, once its header has been read, with the places of [`FURTHER`] columns.
    table: Option<(Csv, [Option<usize>; FURTHER.len()])>,
    /// The run of the first line, where none was asked for.
    current: Option<(Vec<u8>, u64)>,
}

impl Processes {
    /// Reads one run of the table; `None` for a table of a single run.
    pub fn new(run: Option<Run>) -> Self {
        Processes { wanted: run, ..Processes::default() }
    }

    fn header(&mut self, text: &[u8], line: u64, account: &mut Account) -> Result<Record, No> {
        let mut fields = super::delimited::Fields::default();
        fields.split(text, b',')?;
        let headings: Vec<String> = fields.texts().collect();
        let place = |name: &str| headings.iter().position(|heading| heading == name);
        let at = |name: &str| place(name).map(At::Index);
        let quantity = |name: &str| at(name).map(|at| Quantity { at, unit: 1.0 });
        let mut csv = Csv::new(Columns {
            processors: at("processors"),
            memory: quantity("memory_bytes"),
            requested_time: quantity("requested_s"),
            process: at("process"),
            user: at("user"),
            program: at("program"),
            class: at("class"),
            home: at("home"),
            after: at("after"),
            think_time: quantity("think_s"),
            ..Columns::named("arrival_s", "lifetime_s")
        });
        let header = csv.split(text, line, account);
        if !matches!(header, Err(No::Fatal(_))) {
            self.table = Some((csv, FURTHER.map(place)));
        }
        header.and(Err(No::Comment))
    }
}

/// Whether the line belongs to the run asked for, or to the only one.
fn choose(
    wanted: Option<&Run>,
    current: &mut Option<(Vec<u8>, u64)>,
    cell: &[u8],
    replication: u64,
    line: u64,
) -> Result<(), No> {
    if let Some(run) = wanted {
        let same = run.cell.as_bytes() == cell && run.replication == replication;
        return if same { Ok(()) } else { Err(No::Skipped) };
    }
    let (first, number) = current.get_or_insert_with(|| (cell.to_vec(), replication));
    if first == cell && *number == replication {
        return Ok(());
    }
    let name = |cell: &[u8], replication: u64| format!("{} / {replication}", String::from_utf8_lossy(cell));
    let runs = format!("{}, {}", name(first, *number), name(cell, replication));
    Err(ReadError::SeveralRuns { line, runs }.into())
}

/// A number of 0 or more, or what holds where there is none.
fn quantity(text: Option<&[u8]>, absent: f64, role: &'static str) -> Result<f64, Reason> {
    let Some(text) = text else { return Ok(absent) };
    let value = decimal(text).ok_or(Reason::NotANumber(role))?;
    if value.is_finite() && value >= 0.0 { Ok(value) } else { Err(Reason::OutOfRange(role)) }
}

impl Format for Processes {
    const NAME: &'static str = "processes";

    fn take(&mut self, text: &[u8], line: u64, account: &mut Account) -> Result<Record, No> {
        let Some((csv, further)) = &mut self.table else {
            return self.header(text, line, account);
        };
        csv.split(text, line, account)?;
        let [cell, replication, dirty_rate, must_stay, burst, wait, remote_factor] =
            further.map(|place| place.and_then(|k| csv.field(k)).filter(|text| !text.is_empty()));
        let replication = match replication {
            Some(text) => natural(text).ok_or(Reason::NotANumber("replication"))?,
            None => 0,
        };
        choose(self.wanted.as_ref(), &mut self.current, cell.unwrap_or_default(), replication, line)?;
        let none = Phases::default();
        let io = Phases {
            burst: quantity(burst, none.burst, "I/O burst")?,
            wait: quantity(wait, none.wait, "I/O wait")?,
            remote_factor: quantity(remote_factor, none.remote_factor, "I/O factor")?,
        };
        let dirty_rate = quantity(dirty_rate, 0.0, "dirty rate")?;
        let must_stay = must_stay.is_some_and(|text| text == b"true");
        Ok(Record { dirty_rate, must_stay, io, ..csv.record(line)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{Label, Reader, Trace};
    use proptest::prelude::*;

    const TWO_RUNS: &str = "cell,replication,process,arrival_s,lifetime_s,response_s\na,0,1,0.5,1,9\na,1,1,0.25,2,9\n";

    #[test]
    fn a_table_of_two_runs_is_refused_until_one_is_chosen() {
        let mut mixed = Reader::new(TWO_RUNS.as_bytes(), Processes::default());
        assert!(mixed.next().is_some_and(|first| first.is_ok()));
        let error = mixed.next().expect("an answer").expect_err("the second run").to_string();
        assert_eq!(error, "line 3: the table holds several runs (a / 0, a / 1); choose a cell and a replication");

        let run = Run { cell: "a".into(), replication: 1 };
        let mut one = Reader::new(TWO_RUNS.as_bytes(), Processes::new(Some(run)));
        assert_eq!(one.next().expect("a line").expect("a good line").lifetime, 2.0);
        assert!(one.next().is_none());
        assert_eq!((one.account().kept, one.account().skipped, one.account().comments), (1, 1, 1));
    }

    #[test]
    fn a_table_without_lifetimes_is_refused() {
        let mut trace = Reader::new(&b"process,arrival_s\n1,2\n"[..], Processes::default());
        let error = trace.next().expect("an answer").expect_err("no lifetimes").to_string();
        assert!(error.contains("no column `lifetime_s`"), "{error}");
    }

    #[test]
    fn every_documented_column_is_read() {
        let headings: Vec<&str> = COLUMNS.iter().map(|(name, ..)| *name).collect();
        let table =
            format!("{}\nc1,2,3,batch,cc1,ann,4,5,6,7,0.5,true,0.25,0.125,2,8,9 10,11,12\n", headings.join(","));
        let mut trace = Reader::new(table.as_bytes(), Processes::new(Some(Run { cell: "c1".into(), replication: 2 })));
        let name = |text: &str| Some(Label::Name(text.into()));
        let expected = Record {
            process: Some(3),
            class: name("batch"),
            program: name("cc1"),
            user: name("ann"),
            processors: 6,
            memory: Some(7.0),
            dirty_rate: 0.5,
            must_stay: true,
            io: Phases { burst: 0.25, wait: 0.125, remote_factor: 2.0 },
            home: Some(8),
            after: vec![9, 10],
            think_time: Some(11.0),
            requested_time: Some(12.0),
            ..Record::new(2, 4.0, 5.0)
        };
        assert_eq!(trace.next().expect("a line").expect("a good line"), expected);
    }

    proptest! {
        #[test]
        fn times_are_read_back_to_the_last_bit(arrival in 0.0f64..1e9, lifetime in 0.0f64..1e5, home in 0u32..100) {
            let table = format!("arrival_s,lifetime_s,home\n{arrival},{lifetime},{home}\n");
            let mut trace = Reader::new(table.as_bytes(), Processes::default());
            let record = trace.next().expect("a line").expect("a good line");
            prop_assert_eq!(record.submit.to_bits(), arrival.to_bits());
            prop_assert_eq!(record.lifetime.to_bits(), lifetime.to_bits());
            prop_assert_eq!(record.home, Some(home));
        }
    }
}

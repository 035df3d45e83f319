//! The batch tasks of Alibaba's cluster trace of 2018 (`batch_task.csv`; Alibaba Cluster Trace Program, trace_2018.md):
//! nine columns without header, seconds from 0.
//!
//! One process is one line: a task of `instance_num` equal instances, read as that many processors. Its lifetime is its
//! duration, times the planned CPU if wanted (100 is one core). The name of a task holds the graph of its job: `M5_3_4`
//! is task 5, after tasks 3 and 4; the letter means nothing, and `task_...` stands alone.
//!
//! The trace of 2017 has eight columns; it is refused.
//!
//! Not here: instances, containers and machines.

use super::account::{Account, Reason};
use super::delimited::Fields;
use super::error::ReadError;
use super::names::Names;
use super::number::{decimal, natural};
use super::reader::{Format, No};
use super::record::{Record, Status};

/// What the lifetime is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lifetime {
    /// The duration.
    #[default]
    Duration,
    /// The duration multiplied by the planned CPU of an instance, in cores.
    Planned,
}

/// How to read a file.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// What the lifetime is.
    pub lifetime: Lifetime,
    /// Bytes of a machine, of which planned memory is a percentage; without it, memory is unknown.
    pub machine_bytes: Option<f64>,
}

const COLUMNS: usize = 9;

/// The format; hand it to [`super::Reader::new`].
#[derive(Debug, Default)]
pub struct Alibaba2018 {
    options: Options,
    fields: Fields,
    names: Names,
    begun: bool,
}

impl Alibaba2018 {
    /// Reads as the options say.
    pub fn new(options: Options) -> Self {
        Alibaba2018 { options, ..Alibaba2018::default() }
    }

    fn split(&mut self, text: &[u8], line: u64) -> Result<(), No> {
        self.fields.split(text, b',')?;
        let (first, columns) = (!self.begun, self.fields.len());
        self.begun = true;
        if first && columns != COLUMNS {
            return Err(No::Fatal(ReadError::Unsupported {
                line,
                found: format!("{columns} columns, where batch_task of 2018 has {COLUMNS}"),
                advice: "this reader is for batch_task.csv of Alibaba's 2018 trace alone",
            }));
        }
        Ok(self.fields.exactly(COLUMNS)?)
    }

    fn text(&self, k: usize) -> &[u8] {
        self.fields.get(k).unwrap_or_default()
    }

    /// A number that may be missing: empty, or one of the trace's invalid values -1 and 101 where a percentage stands.
    fn plan(&self, k: usize, name: &'static str, percentage: bool) -> Result<Option<f64>, Reason> {
        if self.text(k).is_empty() {
            return Ok(None);
        }
        match decimal(self.text(k)).ok_or(Reason::NotANumber(name))? {
            -1.0 => Ok(None),
            x if x < 0.0 => Err(Reason::OutOfRange(name)),
            x if percentage && x > 100.0 => Ok(None),
            x => Ok(Some(x)),
        }
    }

    fn lifetime(&self, submit: f64) -> Result<f64, Reason> {
        let end = decimal(self.text(6)).filter(|end| *end > 0.0).ok_or(Reason::Unknown("end time"))?;
        if end < submit {
            return Err(Reason::OutOfRange("end time"));
        }
        match self.options.lifetime {
            Lifetime::Duration => Ok(end - submit),
            Lifetime::Planned => {
                let percent = self.plan(7, "planned CPU", false)?.ok_or(Reason::Unknown("planned CPU"))?;
                Ok((end - submit) * percent / 100.0)
            }
        }
    }
}

impl Format for Alibaba2018 {
    const NAME: &'static str = "alibaba-2018";

    fn take(&mut self, text: &[u8], line: u64, _account: &mut Account) -> Result<Record, No> {
        if text.trim_ascii().is_empty() {
            return Err(No::Comment);
        }
        self.split(text, line)?;
        let status = match self.text(4) {
            b"Terminated" => Status::Completed,
            b"Failed" => Status::Failed,
            b"Cancelled" => Status::Cancelled,
            b"Ready" | b"Waiting" | b"Running" => return Err(Reason::Unfinished.into()),
            _ => return Err(Reason::OutOfRange("status").into()),
        };
        let instances = natural(self.text(1)).ok_or(Reason::NotANumber("instances"))?;
        let processors = u32::try_from(instances).ok().filter(|n| *n > 0).ok_or(Reason::OutOfRange("instances"))?;
        let submit = decimal(self.text(5)).ok_or(Reason::NotANumber("start time"))?;
        if submit <= 0.0 {
            return Err(Reason::OutsideTrace.into());
        }
        let lifetime = self.lifetime(submit)?;
        let percent = self.plan(8, "planned memory", true)?;
        let (process, after) = task_number(self.text(0)).unwrap_or_default();
        let mut record = Record {
            processors,
            process,
            after,
            memory: percent.zip(self.options.machine_bytes).map(|(percent, bytes)| bytes * percent / 100.0),
            status,
            ..Record::new(line, submit, lifetime)
        };
        let mut label = |k: usize| self.names.label(self.fields.get(k).unwrap_or_default());
        record.graph = label(2);
        record.class = label(3);
        Ok(record)
    }
}

/// `M5_3_4` is task 5 after 3 and 4. `None` for a name that holds no numbers of this kind: a task that stands alone.
fn task_number(name: &[u8]) -> Option<(Option<u64>, Vec<u64>)> {
    let mut parts = name.split(|&b| b == b'_');
    let first = parts.next()?;
    let letters = first.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let number = natural(&first[letters..]).filter(|_| letters > 0)?;
    let after = parts.map(natural).collect::<Option<Vec<u64>>>()?;
    Some((Some(number), after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{Label, Reader, Trace};

    #[test]
    fn the_graph_stands_in_the_name() {
        assert_eq!(task_number(b"M1"), Some((Some(1), vec![])));
        assert_eq!(task_number(b"R4_2"), Some((Some(4), vec![2])));
        assert_eq!(task_number(b"M5_3_4"), Some((Some(5), vec![3, 4])));
        assert_eq!(task_number(b"MR12_3"), Some((Some(12), vec![3])));
        for alone in ["task_Nzg3ODcxOTQ=", "MergeTask", "", "5_3", "M", "M5_x", "M5_"] {
            assert_eq!(task_number(alone.as_bytes()), None, "{alone}");
        }
    }

    #[test]
    fn instances_are_processors_and_the_plan_can_scale_the_lifetime() {
        let text = "M2_1,3,j_7,1,Terminated,100,160,50,0.5\n";
        let options = Options { lifetime: Lifetime::Planned, machine_bytes: Some(1000.0) };
        let mut trace = Reader::new(text.as_bytes(), Alibaba2018::new(options));
        let record = trace.next().expect("a line").expect("a good line");
        assert_eq!((record.submit, record.lifetime, record.processors, record.memory), (100.0, 30.0, 3, Some(5.0)));
        assert_eq!((record.process, &record.after[..]), (Some(2), &[1][..]));
        assert_eq!(record.graph, Some(Label::Name("j_7".into())));
    }

    #[test]
    fn lines_without_a_lifetime_are_dropped_each_for_its_reason() {
        let text = "M1,1,j,1,Terminated,100,0,50,1\nM1,1,j,1,Running,100,200,50,1\nM1,1,j,1,Terminated,200,100,50,1\n\
            M1,1,j,1,Terminated,0,100,50,1\nM1,0,j,1,Failed,5,9,50,1\nM1,1,j,1,Odd,5,9,50,1\n\
            M1,1,j,1,Failed,5,9,-1,101\n";
        let options = Options { machine_bytes: Some(1.0), ..Options::default() };
        let mut trace = Reader::new(text.as_bytes(), Alibaba2018::new(options));
        let record = trace.next().expect("the last line").expect("a good line");
        assert_eq!((record.line, record.memory, record.status), (7, None, Status::Failed));
        assert!(trace.next().is_none());
        let dropped: Vec<_> = trace.account().dropped.iter().map(|c| (c.what, c.first)).collect();
        let expected = [
            (Reason::Unknown("end time"), 1),
            (Reason::Unfinished, 2),
            (Reason::OutOfRange("end time"), 3),
            (Reason::OutsideTrace, 4),
            (Reason::OutOfRange("instances"), 5),
            (Reason::OutOfRange("status"), 6),
        ];
        assert_eq!(dropped, expected);
    }

    #[test]
    fn the_trace_of_2017_is_refused() {
        let mut trace = Reader::new(&b"1,2,3,4,5,Terminated,7,8\n"[..], Alibaba2018::default());
        assert!(matches!(trace.next(), Some(Err(ReadError::Unsupported { line: 1, .. }))));
    }
}

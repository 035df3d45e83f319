//! The Standard Workload Format, versions 2, 2.1 and 2.2 (Chapin et al., Benchmarks and standards for the evaluation of
//! parallel job schedulers, JSSPP 1999; Feitelson, The Standard Workload Format, Parallel Workloads Archive).
//!
//! One process per line, 18 fields separated by blanks, -1 for unknown, `;` before comments. A run time of 0 is legal
//! (less than half a second), times may have fractions. Memory is in kB per processor.
//!
//! A file must say its version, in its header or by declaration. Parts of preempted processes (status 2, 3, 4) are
//! only understood when the header or a declaration says how they are written: `Double` (the parts repeat what one
//! summary line says) or `Yes` (the parts are all there is, and are joined).
//!
//! Not here: undoing gzip (`open`), sorting (`ops`), and fields that replay cannot use (wait time, partition,
//! requested memory).

mod header;
mod parts;

pub use header::{Preemption, Version};

use super::account::{Account, Reason, Remark};
use super::error::ReadError;
use super::names::Seen;
use super::number::{decimal, whole};
use super::reader::{Format, No};
use super::record::{Label, Record, Status};
use parts::Parts;

/// Which field is the lifetime.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lifetime {
    /// Field 4, wall-clock seconds.
    #[default]
    RunTime,
    /// Field 6, CPU seconds per processor; many logs lack it.
    CpuTime,
}

/// What to do with a process that lacks a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Drop it, and count it.
    Drop,
    /// Take the requested value instead, with a remark; drop it if that is missing too.
    Requested,
}

impl Missing {
    fn or<T>(self, value: Option<T>, requested: Option<T>) -> Option<T> {
        match self {
            Missing::Drop => value,
            Missing::Requested => value.or(requested),
        }
    }
}

/// How to read a file.
#[derive(Clone, Debug)]
pub struct Options {
    /// The version, where the header does not name one.
    pub version: Option<Version>,
    /// How preempted processes are written, where the header does not say.
    pub preemption: Option<Preemption>,
    /// Which field is the lifetime.
    pub lifetime: Lifetime,
    /// When the allocated processors are unknown.
    pub processors: Missing,
    /// When the lifetime is unknown.
    pub run_time: Missing,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            version: None,
            preemption: None,
            lifetime: Lifetime::RunTime,
            processors: Missing::Requested,
            run_time: Missing::Drop,
        }
    }
}

/// The fields, in order, by the names of the standard.
const FIELDS: [&str; 18] = [
    "job number",
    "submit time",
    "wait time",
    "run time",
    "allocated processors",
    "average CPU time",
    "used memory",
    "requested processors",
    "requested time",
    "requested memory",
    "status",
    "user",
    "group",
    "executable",
    "queue",
    "partition",
    "preceding job",
    "think time",
];
const NUMBER: usize = 0;
const SUBMIT: usize = 1;
const RUN_TIME: usize = 3;
const ALLOCATED: usize = 4;
const CPU_TIME: usize = 5;
const MEMORY: usize = 6;
const REQUESTED_PROCESSORS: usize = 7;
const REQUESTED_TIME: usize = 8;
const STATUS: usize = 10;
const USER: usize = 11;
const GROUP: usize = 12;
const EXECUTABLE: usize = 13;
const QUEUE: usize = 14;
const PRECEDING: usize = 16;
const THINK_TIME: usize = 17;

/// The format; hand it to [`super::Reader::new`].
#[derive(Debug, Default)]
pub struct Swf {
    options: Options,
    seen: Seen,
    parts: Parts,
    /// Whether the first process has been read: from here on, comments are no longer header fields.
    begun: bool,
}

impl Swf {
    /// Reads as the options say.
    pub fn new(options: Options) -> Self {
        Swf { options, ..Swf::default() }
    }

    /// Before the first process: the version must be known.
    fn begin(&mut self, line: u64, account: &Account) -> Result<(), ReadError> {
        self.begun = true;
        let found = header::version(account).map_err(|found| ReadError::Unsupported {
            line,
            found: format!("the header says `Version: {found}`"),
            advice: "versions 2, 2.1 and 2.2 are understood",
        })?;
        if found.or(self.options.version).is_none() {
            return Err(ReadError::Unsupported {
                line,
                found: "the header names no Version".into(),
                advice: "add `; Version: 2.2` to the file or declare the version",
            });
        }
        self.options.preemption = header::preemption(account).or(self.options.preemption);
        Ok(())
    }

    fn process(&self, values: &Values, line: u64, account: &mut Account) -> Result<Record, Reason> {
        let submit = values.known(SUBMIT)?.ok_or(Reason::Unknown(FIELDS[SUBMIT]))?;
        let requested_time = values.known(REQUESTED_TIME)?;
        let requested = values.whole(REQUESTED_PROCESSORS)?.filter(|n| *n > 0);
        let allocated = values.whole(ALLOCATED)?.filter(|n| *n > 0);
        let field = if self.options.lifetime == Lifetime::RunTime { RUN_TIME } else { CPU_TIME };
        let run_time = values.known(field)?;
        let lifetime = self.options.run_time.or(run_time, requested_time).ok_or(Reason::Unknown(FIELDS[field]))?;
        let processors = self.options.processors.or(allocated, requested).ok_or(Reason::Unknown(FIELDS[ALLOCATED]))?;
        let record = Record {
            process: values.whole(NUMBER)?,
            processors: u32::try_from(processors).map_err(|_| Reason::OutOfRange(FIELDS[ALLOCATED]))?,
            memory: values.known(MEMORY)?.map(|kilobytes| kilobytes * 1024.0),
            requested_time,
            user: values.whole(USER)?.map(Label::Number),
            group: values.whole(GROUP)?.map(Label::Number),
            program: values.whole(EXECUTABLE)?.map(Label::Number),
            class: values.whole(QUEUE)?.map(Label::Number),
            after: values.whole(PRECEDING)?.into_iter().collect(),
            think_time: values.known(THINK_TIME)?,
            ..Record::new(line, submit, lifetime)
        };
        let beyond_time = values.known(RUN_TIME)?.zip(requested_time).is_some_and(|(ran, asked)| ran > asked);
        let beyond_processors = allocated.zip(requested).is_some_and(|(had, asked)| had > asked);
        let remarks = [
            (beyond_processors, Remark::BeyondRequestedProcessors),
            (beyond_time, Remark::BeyondRequestedTime),
            (run_time.is_none(), Remark::RequestedTime),
            (allocated.is_none(), Remark::RequestedProcessors),
        ];
        remarks.into_iter().filter(|(holds, _)| *holds).for_each(|(_, remark)| account.remarks.add(remark, line));
        Ok(record)
    }

    /// Looks at numbers across lines.
    fn relate(&mut self, record: &Record, account: &mut Account) {
        if record.after.iter().any(|n| !self.seen.has(*n)) {
            account.remarks.add(Remark::PredecessorNotSeen, record.line);
        }
        let Some(number) = record.process else { return };
        if self.seen.has(number) {
            account.remarks.add(Remark::RepeatedNumber, record.line);
        } else if !self.seen.insert(number) && account.remarks.of(Remark::NumbersForgotten) == 0 {
            account.remarks.add(Remark::NumbersForgotten, record.line);
        }
    }

    fn whole_process(&mut self, record: Record, status: Status, account: &mut Account) -> Result<Record, No> {
        self.relate(&record, account);
        Ok(Record { status, ..record })
    }

    /// Decides on a line of status 2, 3 or 4 before anything else on it is looked at.
    fn admit_part(&self, status: u64, line: u64) -> Result<(), No> {
        match self.options.preemption {
            Some(Preemption::Double) => Err(No::Folded),
            Some(Preemption::Yes) => Ok(()),
            declared => Err(No::Fatal(ReadError::Unsupported {
                line,
                found: format!(
                    "status {status} marks a part of a preempted process, and preemption is {}",
                    declared.map_or("not declared", Preemption::word)
                ),
                advice: "declare it as `double` (summary lines besides the parts) or `yes` (parts alone)",
            })),
        }
    }

    fn part(&mut self, record: Record, status: u64, account: &mut Account) -> Result<Record, No> {
        let last = match status {
            3 => Some(Status::Completed),
            4 => Some(Status::Failed),
            _ => None,
        };
        let joined = self.parts.join(record, last, account)?;
        self.relate(&joined, account);
        Ok(joined)
    }
}

impl Format for Swf {
    const NAME: &'static str = "swf";

    fn take(&mut self, text: &[u8], line: u64, account: &mut Account) -> Result<Record, No> {
        match text.trim_ascii_start() {
            [] => return Err(No::Comment),
            [b';', comment @ ..] => {
                if !self.begun {
                    header::note(comment, account);
                }
                return Err(No::Comment);
            }
            _ => {}
        }
        if !self.begun {
            self.begin(line, account)?;
        }
        let values = Values::parse(text)?;
        let status = values.whole(STATUS)?;
        if let Some(part @ 2..=4) = status {
            self.admit_part(part, line)?;
        }
        let record = self.process(&values, line, account)?;
        match status {
            None => self.whole_process(record, Status::Unknown, account),
            Some(0) => self.whole_process(record, Status::Failed, account),
            Some(1) => self.whole_process(record, Status::Completed, account),
            Some(5) => self.whole_process(record, Status::Cancelled, account),
            Some(part @ 2..=4) => self.part(record, part, account),
            Some(_) => Err(Reason::OutOfRange(FIELDS[STATUS]).into()),
        }
    }

    fn finish(&mut self, _account: &mut Account) -> Option<Record> {
        self.parts.unfinished()
    }
}

/// The 18 numbers of one line.
struct Values([f64; 18]);

impl Values {
    fn parse(text: &[u8]) -> Result<Values, Reason> {
        let mut values = [0.0; 18];
        let mut n = 0;
        let fields = text.split(|b| matches!(b, b' ' | b'\t')).filter(|field| !field.is_empty());
        for field in fields {
            let name = FIELDS.get(n).ok_or(Reason::TooManyFields)?;
            values[n] = decimal(field).ok_or(Reason::NotANumber(name))?;
            n += 1;
        }
        if n < FIELDS.len() { Err(Reason::TooFewFields) } else { Ok(Values(values)) }
    }

    /// `None` for -1; any other negative number makes no sense.
    fn known(&self, field: usize) -> Result<Option<f64>, Reason> {
        match self.0[field] {
            -1.0 => Ok(None),
            x if x >= 0.0 => Ok(Some(x)),
            _ => Err(Reason::OutOfRange(FIELDS[field])),
        }
    }

    fn whole(&self, field: usize) -> Result<Option<u64>, Reason> {
        match self.known(field)? {
            None => Ok(None),
            Some(x) => whole(x).map(Some).ok_or(Reason::OutOfRange(FIELDS[field])),
        }
    }
}

//! A trace as a workload: births in order of arrival, read as the run goes on, in memory for two blocks of them.
//!
//! A survey reads the trace once before anything runs. It finds what is wrong with it, numbers the classes, and knows
//! the least and the mean lifetime; a replay then hands out the births.
//!
//! Not here: what is done to the processes before (`ops`), processes that arrive after others (`follow`), and opening
//! files.

use super::account::Account;
use super::error::ReadError;
use super::reader::Trace;
use super::record::{Label, Record};
use crate::recent::Recent;
use loadlab_core::process::Attributes;
use loadlab_core::{Birth, Source, Time};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many processes are handed out at once.
const BLOCK: usize = 256;

/// Programs, or classes where the trace names no programs, by the numbers that processes carry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Classes(BTreeMap<Label, u32>);

impl Classes {
    fn label(record: &Record) -> Option<&Label> {
        record.program.as_ref().or(record.class.as_ref())
    }

    /// Numbers a class at its first appearance.
    fn learn(&mut self, record: &Record) {
        if let Some(label) = Classes::label(record)
            && !self.0.contains_key(label)
        {
            self.0.insert(label.clone(), self.0.len() as u32);
        }
    }

    /// The number of a class; those that are unknown share the number after the last.
    fn of(&self, record: &Record) -> u32 {
        let known = Classes::label(record).and_then(|label| self.0.get(label));
        known.copied().unwrap_or(self.0.len() as u32)
    }

    /// The names, by number.
    pub fn names(&self) -> Vec<String> {
        let mut names = vec![String::new(); self.0.len()];
        self.0.iter().for_each(|(label, number)| names[*number as usize] = label.to_string());
        names
    }
}

/// What one pass over a trace finds.
#[derive(Clone, Debug)]
pub struct Survey {
    /// The classes.
    pub classes: Arc<Classes>,
    /// The least lifetime, and the mean.
    pub scale: (f64, f64),
    /// Whether any process has more than a lifetime and a home: memory, a dirty rate, I/O, a class, or it must stay.
    pub attributes: bool,
    /// What became of every line, and what was done to the processes.
    pub account: Account,
}

impl Survey {
    /// Reads the trace to its end. An error is a sentence that says what is wrong, and what to do.
    pub fn of<T: Trace>(mut trace: T, nodes: u32) -> Result<Survey, String> {
        let (mut classes, mut least, mut known, mut latest) = (Classes::default(), f64::INFINITY, false, 0.0);
        for record in trace.by_ref() {
            let record = record.map_err(|error| error.to_string())?;
            fits(&record, nodes, latest)?;
            latest = record.submit;
            classes.learn(&record);
            least = least.min(record.lifetime);
            known |= record.memory.is_some_and(|bytes| bytes > 0.0) || record.dirty_rate > 0.0;
            known |= record.must_stay || record.io.burst.is_finite();
        }
        let account = trace.account();
        let result = account.result();
        if result.processes == 0 {
            let steps = account.steps.iter().map(|step| format!(", {} after `{}`", step.after.processes, step.what));
            let steps: String = steps.collect();
            return Err(format!("no process is left of the trace: {} were read{steps}", account.kept));
        }
        let mean = result.work / result.processes as f64;
        if mean <= 0.0 {
            return Err("all processes of the trace have a lifetime of 0: it resolves none of them".to_owned());
        }
        let attributes = known || !classes.0.is_empty();
        Ok(Survey { classes: Arc::new(classes), scale: (least, mean), attributes, account })
    }
}

/// What keeps a process of a trace from being run on so many nodes.
pub(super) fn fits(record: &Record, nodes: u32, latest: f64) -> Result<(), String> {
    let line = record.line;
    if record.processors != 1 {
        return Err(format!(
            "line {line}: a process of {} processors; nodes run serial ones: say `parallel`",
            record.processors
        ));
    }
    if !(record.lifetime >= 0.0 && record.lifetime.is_finite()) {
        return Err(format!("line {line}: a lifetime of {} s", record.lifetime));
    }
    if !(record.submit >= latest && record.submit.is_finite()) {
        return Err(format!("line {line}: an arrival at {} s, after one at {latest} s", record.submit));
    }
    match record.home {
        None => Err(format!("line {line}: the trace does not say at which node the process arrived: say `homes`")),
        Some(home) if home >= nodes => {
            Err(format!("line {line}: the process arrived at node {home}, but there are {nodes} nodes: say `homes`"))
        }
        Some(_) => Ok(()),
    }
}

/// What is known of a process beside its lifetime.
pub(super) fn attributes(record: &Record, classes: &Classes) -> Attributes {
    Attributes {
        memory: record.memory.unwrap_or(0.0),
        dirty_rate: record.dirty_rate,
        must_stay: record.must_stay,
        io: record.io,
        class: classes.of(record),
        ..Attributes::default()
    }
}

/// The workload of one replication.
pub struct Replay {
    trace: Box<dyn Trace + Send>,
    classes: Arc<Classes>,
    scale: (f64, f64),
    nodes: u32,
    latest: f64,
    /// What else is known of the processes just handed out.
    known: Recent<Attributes>,
    failure: Option<String>,
}

impl Replay {
    /// Replays a trace that has been surveyed, or one drawn from it.
    pub fn new(trace: Box<dyn Trace + Send>, survey: &Survey, nodes: u32) -> Self {
        Replay {
            trace,
            classes: survey.classes.clone(),
            scale: survey.scale,
            nodes,
            latest: 0.0,
            known: Recent::new(),
            failure: None,
        }
    }

    /// The account up to here.
    pub fn account(&self) -> Account {
        self.trace.account()
    }

    fn take(&mut self, record: Result<Record, ReadError>) -> Result<Birth, String> {
        let record = record.map_err(|error| error.to_string())?;
        fits(&record, self.nodes, self.latest)?;
        self.latest = record.submit;
        self.known.push(attributes(&record, &self.classes));
        Ok(Birth { at: Time::new(record.submit), lifetime: record.lifetime, home: record.home.unwrap_or(0) })
    }
}

impl Source for Replay {
    fn fill(&mut self, block: &mut Vec<Birth>) {
        self.known.begin();
        let before = block.len();
        while block.len() - before < BLOCK && self.failure.is_none() {
            let Some(record) = self.trace.next() else { break };
            match self.take(record) {
                Ok(birth) => block.push(birth),
                // What was read before the fault still arrives; the next block is the one that fails.
                Err(problem) => self.failure = Some(format!("could not be read: {problem}")),
            }
        }
    }

    fn class_names(&self) -> Vec<String> {
        self.classes.names()
    }

    fn attributes(&mut self, index: u64) -> Attributes {
        self.known.get(index).copied().unwrap_or_default()
    }

    fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    fn scale(&self) -> (f64, f64) {
        self.scale
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::ops::Given;

    fn records(n: u32) -> Vec<Record> {
        let name = |k: u32| Some(Label::Name(["cc", "sh"][k as usize % 2].into()));
        let record = |k: u32| Record {
            home: Some(k % 3),
            memory: Some(f64::from(k)),
            program: name(k),
            ..Record::new(u64::from(k) + 1, f64::from(k), 2.0)
        };
        (0..n).map(record).collect()
    }

    fn replay(records: Vec<Record>) -> Replay {
        let survey = Survey::of(Given::new("given", records.clone()), 3).expect("a good trace");
        Replay::new(Box::new(Given::new("given", records)), &survey, 3)
    }

    #[test]
    fn births_and_attributes_are_those_of_the_records() {
        let (records, mut births) = (records(1000), Vec::new());
        let mut source = replay(records.clone());
        source.fill(&mut births);
        for (k, record) in records.iter().enumerate() {
            if k + 1 == births.len() {
                source.fill(&mut births);
            }
            let birth = births[k];
            assert_eq!((birth.at.seconds(), birth.lifetime, Some(birth.home)), (record.submit, 2.0, record.home));
            let attributes = source.attributes(k as u64);
            assert_eq!((Some(attributes.memory), attributes.class), (record.memory, k as u32 % 2));
        }
        source.fill(&mut births);
        assert_eq!((births.len(), source.scale(), source.failure()), (1000, (2.0, 2.0), None));
    }

    #[test]
    fn a_run_that_never_asks_for_attributes_keeps_no_more_than_two_blocks() {
        let mut source = replay(records(10_000));
        let mut births = Vec::new();
        while births.len() < 10_000 {
            source.fill(&mut births);
            assert!(source.known.len() <= 2 * BLOCK);
        }
    }

    #[test]
    fn classes_are_numbered_by_first_appearance() {
        let survey = Survey::of(Given::new("given", records(5)), 3).expect("a good trace");
        assert_eq!(survey.classes.names(), ["cc", "sh"]);
        assert!(survey.attributes);
    }

    #[test]
    fn what_cannot_be_run_is_found_before_anything_runs() {
        let good = Record { home: Some(0), ..Record::new(7, 5.0, 1.0) };
        let bad = [
            (Record { processors: 4, ..good.clone() }, "say `parallel`"),
            (Record { home: None, ..good.clone() }, "say `homes`"),
            (Record { home: Some(3), ..good.clone() }, "there are 3 nodes"),
            (Record { lifetime: 0.0, ..good.clone() }, "lifetime of 0"),
            (Record { submit: -1.0, ..good }, "an arrival at -1 s"),
        ];
        for (record, words) in bad {
            let error = Survey::of(Given::new("given", vec![record]), 3).expect_err("a bad trace");
            assert!(error.contains(words), "{error}");
        }
        assert!(Survey::of(Given::new("given", Vec::new()), 3).is_err());
    }
}

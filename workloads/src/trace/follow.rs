//! Processes that follow others: a trace that says so is replayed with its dependencies. A process that names others
//! arrives its think time after the last of these has left, whatever its recorded arrival; one that names none that is
//! there arrives as recorded (Standard Workload Format, fields 17 and 18).
//!
//! Memory is needed for the processes that wait, and for the numbers that they name.
//!
//! Not here: replaying a trace as it was recorded (`source`).

use super::reader::Trace;
use super::record::Record;
use super::source::{Classes, Survey, attributes, fits};
use loadlab_core::process::Attributes;
use loadlab_core::{Birth, Source, Time};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How many processes are handed out at once.
const BLOCK: usize = 256;

/// Who is followed in a trace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// How many processes have each number that others name. A number that nobody has is not in it.
    parts: BTreeMap<u64, u32>,
    /// How many processes wait for others.
    pub waiting: u64,
    /// How many name others of which none is there.
    pub missing: u64,
}

impl Links {
    /// Reads a trace twice. An error is a sentence: processes that wait for each other would never arrive.
    pub fn of<T: Trace>(mut open: impl FnMut() -> Result<T, String>) -> Result<Links, String> {
        let mut edges: BTreeMap<u64, BTreeSet<u64>> = BTreeMap::new();
        let mut named: BTreeSet<u64> = BTreeSet::new();
        each(open()?, |record| {
            named.extend(&record.after);
            if let (Some(number), false) = (record.process, record.after.is_empty()) {
                edges.entry(number).or_default().extend(&record.after);
            }
        })?;
        let mut links = Links::default();
        each(open()?, |record| {
            if let Some(number) = record.process.filter(|number| named.contains(number)) {
                *links.parts.entry(number).or_default() += 1;
            }
        })?;
        each(open()?, |record| {
            let waits = links.awaited(record).next().is_some();
            links.waiting += u64::from(waits);
            links.missing += u64::from(!waits && !record.after.is_empty());
        })?;
        edges.retain(|number, _| links.parts.contains_key(number));
        match circle(edges) {
            Some(number) => Err(format!("process {number} would wait for itself: leave out `follow`")),
            None => Ok(links),
        }
    }

    /// The numbers that a process waits for.
    fn awaited<'a>(&'a self, record: &'a Record) -> impl Iterator<Item = u64> + 'a {
        let first = |k: &usize| !record.after[..*k].contains(&record.after[*k]);
        let numbers = (0..record.after.len()).filter(first).map(|k| record.after[k]);
        numbers.filter(|number| self.parts.contains_key(number))
    }
}

fn each<T: Trace>(trace: T, mut look: impl FnMut(&Record)) -> Result<(), String> {
    for record in trace {
        look(&record.map_err(|error| error.to_string())?);
    }
    Ok(())
}

/// A number that waits for itself, by way of others; found by taking away, again and again, those that wait for none.
fn circle(mut edges: BTreeMap<u64, BTreeSet<u64>>) -> Option<u64> {
    let mut followers: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    let numbers: BTreeSet<u64> = edges.keys().copied().collect();
    for (number, after) in &mut edges {
        after.retain(|other| numbers.contains(other));
        after.iter().for_each(|other| followers.entry(*other).or_default().push(*number));
    }
    let mut free: Vec<u64> = edges.iter().filter(|(_, after)| after.is_empty()).map(|(number, _)| *number).collect();
    while let Some(number) = free.pop() {
        edges.remove(&number);
        for follower in followers.remove(&number).unwrap_or_default() {
            if let Some(after) = edges.get_mut(&follower) {
                after.remove(&number);
                if after.is_empty() {
                    free.push(follower);
                }
            }
        }
    }
    edges.keys().next().copied()
}

/// A process that waits.
struct Waiting {
    record: Record,
    /// How many numbers it still waits for.
    left: usize,
}

/// The workload of one replication.
pub struct Following {
    trace: Box<dyn Trace + Send>,
    links: Arc<Links>,
    classes: Arc<Classes>,
    scale: (f64, f64),
    nodes: u32,
    latest: f64,
    waiting: Vec<Waiting>,
    /// Who waits for each number, as places of `waiting`.
    followers: BTreeMap<u64, Vec<usize>>,
    /// How many processes of each number have not left.
    parts: BTreeMap<u64, u32>,
    /// The number in the trace of the processes in the system that others name, by the number in which they were given.
    named: BTreeMap<u64, u64>,
    /// What else is known of the processes that are still to arrive; `None` where nobody asks.
    known: Option<BTreeMap<u64, Attributes>>,
    given: u64,
    failure: Option<String>,
}

impl Following {
    /// Replays a trace that has been surveyed: `again` is the same trace, from which those that wait are read at once.
    pub fn new(
        trace: Box<dyn Trace + Send>,
        again: Box<dyn Trace + Send>,
        survey: &Survey,
        links: Arc<Links>,
        nodes: u32,
    ) -> Result<Self, String> {
        let (mut waiting, mut followers) = (Vec::new(), BTreeMap::<u64, Vec<usize>>::new());
        each(again, |record| {
            let numbers: Vec<u64> = links.awaited(record).collect();
            if !numbers.is_empty() {
                numbers.iter().for_each(|number| followers.entry(*number).or_default().push(waiting.len()));
                waiting.push(Waiting { record: record.clone(), left: numbers.len() });
            }
        })?;
        Ok(Following {
            trace,
            parts: links.parts.clone(),
            links,
            classes: survey.classes.clone(),
            scale: survey.scale,
            nodes,
            latest: 0.0,
            waiting,
            followers,
            named: BTreeMap::new(),
            known: survey.attributes.then(BTreeMap::new),
            given: 0,
            failure: None,
        })
    }

    fn give(&mut self, record: &Record, at: Time) -> Birth {
        let number = self.given;
        self.given += 1;
        if let Some(own) = record.process.filter(|own| self.parts.contains_key(own)) {
            self.named.insert(number, own);
        }
        if let Some(known) = &mut self.known {
            known.insert(number, attributes(record, &self.classes));
        }
        Birth { at, lifetime: record.lifetime, home: record.home.unwrap_or(0) }
    }

    /// The next process that waits for nobody.
    fn next(&mut self) -> Result<Option<Birth>, String> {
        for record in self.trace.by_ref() {
            let record = record.map_err(|error| error.to_string())?;
            fits(&record, self.nodes, self.latest)?;
            self.latest = record.submit;
            if self.links.awaited(&record).next().is_none() {
                let at = Time::new(record.submit);
                return Ok(Some(self.give(&record, at)));
            }
        }
        Ok(None)
    }

    /// The last process of a number has left.
    fn over(&mut self, number: u64, now: Time, births: &mut Vec<Birth>) {
        for place in self.followers.remove(&number).unwrap_or_default() {
            self.waiting[place].left -= 1;
            if self.waiting[place].left == 0 {
                let record = std::mem::replace(&mut self.waiting[place].record, Record::new(0, 0.0, 0.0));
                births.push(self.give(&record, now + record.think_time.unwrap_or(0.0)));
            }
        }
    }
}

impl Source for Following {
    fn fill(&mut self, block: &mut Vec<Birth>) {
        let before = block.len();
        while block.len() - before < BLOCK && self.failure.is_none() {
            match self.next() {
                Ok(Some(birth)) => block.push(birth),
                Ok(None) => break,
                Err(problem) => self.failure = Some(format!("could not be read: {problem}")),
            }
        }
    }

    fn feedback(&self) -> bool {
        true
    }

    fn exited(&mut self, number: u64, now: Time, births: &mut Vec<Birth>) {
        let Some(own) = self.named.remove(&number) else { return };
        let Some(parts) = self.parts.get_mut(&own) else { return };
        *parts -= 1;
        if *parts == 0 {
            self.parts.remove(&own);
            self.over(own, now, births);
        }
    }

    fn class_names(&self) -> Vec<String> {
        self.classes.names()
    }

    fn attributes(&mut self, number: u64) -> Attributes {
        self.known.as_mut().and_then(|known| known.remove(&number)).unwrap_or_default()
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
    use proptest::prelude::*;

    /// Processes of (number, arrival, whom they follow), each of 1 s at node 0.
    fn records(rows: &[(u64, f64, &[u64])]) -> Vec<Record> {
        let record = |(line, (number, submit, after)): (usize, &(u64, f64, &[u64]))| Record {
            process: Some(*number),
            home: Some(0),
            after: after.to_vec(),
            ..Record::new(line as u64 + 1, *submit, 1.0)
        };
        rows.iter().enumerate().map(record).collect()
    }

    fn links(records: &[Record]) -> Result<Links, String> {
        Links::of(|| Ok(Given::new("given", records.to_vec())))
    }

    #[test]
    fn a_follower_arrives_when_every_part_of_every_process_that_it_names_has_left() {
        let mut records =
            records(&[(1, 0.0, &[]), (1, 0.0, &[]), (2, 1.0, &[]), (3, 2.0, &[1, 2, 1, 99]), (4, 3.0, &[99])]);
        records[3].think_time = Some(5.0);
        let links = links(&records).expect("no circle");
        assert_eq!((links.waiting, links.missing), (1, 1));
        let survey = Survey::of(Given::new("given", records.clone()), 1).expect("a good trace");
        let trace = || Box::new(Given::new("given", records.clone()));
        let mut source = Following::new(trace(), trace(), &survey, Arc::new(links), 1).expect("a good trace");
        let mut births = Vec::new();
        source.fill(&mut births);
        assert_eq!(births.iter().map(|b| b.at.seconds()).collect::<Vec<_>>(), [0.0, 0.0, 1.0, 3.0]);
        births.clear();
        for (number, expected) in [(3, 0), (1, 0), (2, 0), (0, 1)] {
            source.exited(number, Time::new(10.0), &mut births);
            assert_eq!(births.len(), expected, "after {number}");
        }
        assert_eq!(births[0].at.seconds(), 15.0);
    }

    #[test]
    fn processes_that_wait_for_each_other_are_refused() {
        assert!(links(&records(&[(1, 0.0, &[2]), (2, 1.0, &[1])])).expect_err("a circle").contains("process 1"));
        assert!(links(&records(&[(7, 0.0, &[7])])).expect_err("a circle").contains("process 7"));
        assert!(links(&records(&[(1, 0.0, &[2]), (2, 1.0, &[])])).is_ok(), "the one that is followed may come later");
    }

    proptest! {
        #[test]
        fn a_circle_is_found_exactly_where_a_search_finds_one(pairs in prop::collection::vec((0u64..7, 0u64..7), 0..14)) {
            let mut edges: BTreeMap<u64, BTreeSet<u64>> = BTreeMap::new();
            pairs.iter().for_each(|(a, b)| _ = edges.entry(*a).or_default().insert(*b));
            // The slow twin: who is reached from whom.
            let mut reached = [[false; 7]; 7];
            pairs.iter().for_each(|(a, b)| reached[*a as usize][*b as usize] = true);
            for via in 0..7 {
                for a in 0..7 {
                    for b in 0..7 {
                        reached[a][b] |= reached[a][via] && reached[via][b];
                    }
                }
            }
            prop_assert_eq!(circle(edges).is_some(), (0..7).any(|k| reached[k][k]));
        }
    }
}

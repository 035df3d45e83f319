//! Why one process went where it went, in words: every decision about it with what the deciding site saw, and what came
//! of it.
//!
//! Not here: which run that is (`cli`).

use super::seen::{Known, Order, Seen, Stay};
use super::words;
use crate::file::harmless;
use crate::results::significant;
use loadlab_core::process::{Attributes, Process};
use loadlab_core::record::{Decision, Exit, Moved, Sink};
use loadlab_core::{NodeId, Time};
use std::fmt::Write;

/// The most entries of a story; what comes later is counted.
const MOST_ENTRIES: usize = 1000;

/// Listens for one process.
#[derive(Debug)]
pub struct Explainer {
    process: u64,
    /// The last decision that does not name it.
    other: Option<Seen>,
    decisions: u64,
    /// Who it is; empty while nothing was heard of it.
    head: String,
    story: String,
    entries: usize,
}

impl Explainer {
    /// For the process with this number, in order of arrival, from 0.
    pub fn new(process: u64) -> Explainer {
        Explainer { process, other: None, decisions: 0, head: String::new(), story: String::new(), entries: 0 }
    }

    /// The whole story; None if there is no such process.
    pub fn story(self) -> Option<String> {
        let left_out = self.entries.saturating_sub(MOST_ENTRIES);
        let more = if left_out > 0 { format!("... and {left_out} more entries\n") } else { String::new() };
        (!self.head.is_empty()).then(|| self.head + &self.story + &more)
    }

    /// Notes who it is, when it is first heard of.
    fn meet(&mut self, process: &Process, attributes: Option<&Attributes>) {
        if self.head.is_empty() {
            let (arrival, home) = (process.arrival.seconds(), process.home);
            self.head = format!("{arrival:>16.6} s  arrived at node {home}: lifetime {} s", short(process.lifetime));
            let memory = attributes.map(|a| a.memory).filter(|memory| *memory > 0.0);
            self.head += &memory.map_or(String::new(), |memory| format!(", {} bytes", short(memory)));
            let stays = attributes.is_some_and(|a| a.must_stay);
            self.head += if stays { ", may not leave its home\n" } else { "\n" };
        }
    }

    fn tell(&mut self, now: f64, what: &str) {
        self.entries += 1;
        if self.entries <= MOST_ENTRIES {
            let _ = writeln!(self.story, "{now:>16.6} s  {}", what.replace('\n', "\n                    "));
        }
    }

    fn is_it(&self, process: &Process) -> bool {
        process.index == self.process
    }
}

impl Sink for Explainer {
    fn arrival(&mut self, process: &Process, attributes: &Attributes) {
        if self.is_it(process) {
            self.meet(process, Some(attributes));
        }
    }

    fn start(&mut self, process: &Process, _: Time) {
        if self.is_it(process) {
            self.meet(process, None);
        }
    }

    fn decision(&mut self, decision: &Decision<'_>) {
        let number = self.decisions;
        self.decisions += 1;
        let seen = Seen::of(decision, number);
        if seen.names(self.process) {
            self.tell(seen.time_s, &describe(&seen, self.process));
            self.other = None;
        } else {
            self.other = Some(seen);
        }
    }

    fn picked(&mut self, process: &Process, _: Time) {
        if let Some(cause) = self.other.take_if(|_| process.index == self.process) {
            self.tell(
                cause.time_s,
                &format!("{}\n            which meant this process", describe(&cause, self.process)),
            );
        }
    }

    fn present(&mut self, process: &Process, node: NodeId, now: Time) {
        if self.is_it(process) {
            self.tell(now.seconds(), &format!("is at node {node}"));
        }
    }

    fn left(&mut self, process: &Process, node: NodeId, now: Time) {
        if self.is_it(process) {
            self.tell(now.seconds(), &format!("leaves node {node} at age {} s", short(process.age)));
        }
    }

    fn discarded(&mut self, process: &Process, node: NodeId, now: Time) {
        if self.is_it(process) {
            self.tell(now.seconds(), &format!("its copy at node {node} is discarded"));
        }
    }

    fn transfer(&mut self, process: &Process, moved: &Moved) {
        if self.is_it(process) {
            let Moved { from, to, freeze, initial, bytes, at, .. } = *moved;
            let mut what = format!("migrates from node {from} to node {to}: frozen {} s", short(freeze));
            if initial > freeze {
                let _ = write!(what, ", runs there {} s after the order", short(initial));
            }
            if bytes > 0.0 {
                let _ = write!(what, ", {} bytes sent", short(bytes));
            }
            // Moves with steps are told when they end.
            self.tell(at.seconds(), &what);
        }
    }

    fn load(&mut self, _: NodeId, _: u32, _: Time) {}

    fn exit(&mut self, process: &Process, now: Time, how: Exit) {
        if !self.is_it(process) {
            return;
        }
        self.meet(process, None);
        let response = now - process.arrival;
        let slowdown = if process.lifetime > 0.0 {
            format!(", slowdown {}", short(response / process.lifetime))
        } else {
            String::new()
        };
        let word = if how == Exit::Done { "done" } else { "lost" };
        let what = format!(
            "{word} at node {}: lifetime {} s, response {} s{slowdown}, {} migrations",
            process.node,
            short(process.lifetime),
            short(response),
            process.moves
        );
        self.tell(now.seconds(), &what);
    }

    fn unfinished(&mut self, process: &Process) {
        if self.is_it(process) {
            self.meet(process, None);
            let _ = writeln!(self.story, "The run ends before it: it is at node {} or on its way there.", process.node);
        }
    }
}

/// Six digits, without zeros behind the last one that counts.
fn short(x: f64) -> String {
    let text = significant(x, 6);
    match text.contains('.') && !text.contains('e') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// A decision as a paragraph.
fn describe(seen: &Seen, process: u64) -> String {
    let round = if seen.round > 0 { format!(", round {}", seen.round) } else { String::new() };
    let asker = seen.asker.as_ref().map_or(String::new(), |asker| format!(" by {asker}"));
    let mut text = format!("decision {} at {}, {}{asker}{round}\n", seen.decision, seen.site, seen.why);
    if let Some(load) = seen.load {
        let _ = write!(text, "  saw       own load {load}");
        match seen.index.filter(|index| *index != f64::from(load)) {
            Some(index) => _ = writeln!(text, ", {} in the declared index", short(index)),
            None => text.push('\n'),
        }
    }
    if let Some(placed) = &seen.newcomer {
        let _ = writeln!(text, "  cost      {} s for a start at another node", short(placed.cost_s));
    }
    observations(&mut text, "replies", &seen.replies, seen.replies.len(), &seen.choice);
    observations(&mut text, "knew", &seen.known, seen.known_count, &seen.choice);
    if seen.replies.is_empty() && seen.known.is_empty() {
        text.push_str("  knew      nothing of other nodes\n");
    }
    residents(&mut text, seen, process);
    for order in &seen.choice {
        let _ = writeln!(text, "  chose     {}", words::order(order));
    }
    harmless_lines(text.trim_end())
}

/// Nothing in it can act on a terminal.
fn harmless_lines(text: &str) -> String {
    text.lines().map(harmless).collect::<Vec<_>>().join("\n")
}

/// What was known of nodes, each with its age; the chosen one is marked.
fn observations(text: &mut String, title: &str, list: &[Known], count: usize, choice: &[Order]) {
    for (k, o) in list.iter().enumerate() {
        let title = if k == 0 { title } else { "" };
        let load = o.load.map_or("down".to_owned(), |load| format!("load {}", short(load)));
        let reply = if o.reply == "load" { String::new() } else { format!(", {}", o.reply) };
        let barred = if o.eligible == Some(false) { ", may not run it" } else { "" };
        let target = format!("node {}", o.node);
        let chosen = if choice.iter().any(|order| order.to.as_ref() == Some(&target)) { "  <- chosen" } else { "" };
        let _ = writeln!(text, "  {title:<9} {target}: {load}{reply}, {} s old{barred}{chosen}", short(o.age_s));
    }
    if count > list.len() {
        let _ = writeln!(text, "            and {} more nodes, no less loaded", count - list.len());
    }
}

/// The processes among which was chosen.
fn residents(text: &mut String, seen: &Seen, process: u64) {
    for (k, Stay { process: other, age_s, cost_s, memory_bytes }) in seen.residents.iter().enumerate() {
        let title = if k == 0 { "had" } else { "" };
        let memory = if *memory_bytes > 0.0 { format!(", {} bytes", short(*memory_bytes)) } else { String::new() };
        let it = if *other == process { "  <- this one" } else { "" };
        let _ = writeln!(
            text,
            "  {title:<9} process {other}: age {} s{memory}, moving it takes {} s{it}",
            short(*age_s),
            short(*cost_s)
        );
    }
    if seen.residents_count > seen.residents.len() {
        let _ = writeln!(text, "            and {} younger ones", seen.residents_count - seen.residents.len());
    }
}

//! Follows one run and draws it: who is where on which track, loads, migrations, decisions, within a window of time.
//!
//! What is kept in memory grows with the processes in the system and with the nodes, never with the run. A stay that takes
//! no time is drawn one nanosecond long: viewers tie arrows to slices, and would have nothing to tie them to.
//! Not here: the formats (`perfetto`, `paje`).

use super::clock::{Nanos, Window};
use super::paje::Paje;
use super::perfetto::{Perfetto, Track};
use super::seen::Seen;
use super::slots::Slots;
use loadlab_core::policy::Site;
use loadlab_core::process::{Attributes, Process};
use loadlab_core::record::{Decision, Exit, Moved, Sink};
use loadlab_core::{NodeId, Time};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The most events of a file, if nothing else is asked for: more than this is slow in every viewer.
pub const MOST_EVENTS: u64 = 1_000_000;

/// A process that is at a node.
#[derive(Clone, Copy, Debug)]
struct Present {
    node: NodeId,
    slot: usize,
    since: Nanos,
    arrival: f64,
    home: NodeId,
    lifetime: f64,
    /// The arrow that ends at this stay, and its name.
    arrow: Option<(u64, &'static str)>,
}

/// A process on its way: it has been taken from a node, and is at none.
#[derive(Clone, Copy, Debug)]
struct Journey {
    id: u64,
    from: NodeId,
    /// Where it is heading, as far as that is known.
    to: NodeId,
    /// Where the stay before was drawn, and up to when, if it was.
    drawn: Option<(Track, Nanos)>,
    /// Whether it is a migration; else the process starts anew, or returns.
    migrates: bool,
}

/// How far the run has come.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    Before,
    Inside,
    After,
}

/// What the files say in the end.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Drawn {
    /// Events in each file, about.
    pub events: u64,
    /// When they became too many: the files end there.
    pub cut: Option<Nanos>,
}

/// Draws a run into two files.
pub struct Tracer<P: Write, J: Write> {
    perfetto: Perfetto<P>,
    paje: Paje<J>,
    window: Window,
    most: u64,
    classes: Vec<String>,
    stage: Stage,
    now: Nanos,
    slots: Vec<Slots>,
    loads: Vec<u32>,
    /// Who is at a node: of copies of one process each is.
    present: BTreeMap<u64, Vec<Present>>,
    /// Who is on the way: of copies of one process several may be.
    away: BTreeMap<u64, Vec<Journey>>,
    known: BTreeMap<u64, (f64, u32)>,
    journeys: u64,
    decisions: u64,
    drawn: Drawn,
    failed: Option<io::Error>,
}

impl<P: Write, J: Write> Tracer<P, J> {
    /// Of a run on so many nodes. `about` says in the file what run it is; `classes` names the classes of processes; a file
    /// gets `most` events at most.
    pub fn begin(
        (perfetto, paje): (P, J),
        nodes: u32,
        about: &Value,
        classes: Vec<String>,
        (window, most): (Window, u64),
    ) -> io::Result<Self> {
        Ok(Tracer {
            perfetto: Perfetto::begin(perfetto, nodes, about)?,
            paje: Paje::begin(paje, nodes, window.from)?,
            window,
            most,
            classes,
            stage: Stage::Before,
            now: Nanos(0),
            slots: vec![Slots::default(); nodes as usize],
            loads: vec![0; nodes as usize],
            present: BTreeMap::new(),
            away: BTreeMap::new(),
            known: BTreeMap::new(),
            journeys: 0,
            decisions: 0,
            drawn: Drawn::default(),
            failed: None,
        })
    }

    /// The run is over: ends both files and gives them back.
    pub fn end(mut self) -> io::Result<(P, J, Drawn)> {
        if self.stage == Stage::Before {
            self.open();
        }
        let at = self.now.clamp(self.window.from, self.window.to);
        self.close(at);
        if let Some(error) = self.failed {
            return Err(error);
        }
        let at = self.drawn.cut.unwrap_or(at);
        Ok((self.perfetto.end()?, self.paje.end(at)?, self.drawn))
    }

    /// The run has come to this instant: whether that is within the window.
    fn reach(&mut self, now: Nanos) -> bool {
        self.now = now;
        if self.stage == Stage::Before && now >= self.window.from {
            self.open();
        }
        if self.stage == Stage::Inside && now > self.window.to {
            self.close(self.window.to);
        }
        if self.stage == Stage::Inside && self.drawn.events >= self.most {
            self.drawn.cut = Some(now);
            self.close(now);
        }
        self.stage == Stage::Inside
    }

    /// Writes, unless writing has failed before.
    fn draw(&mut self, f: impl FnOnce(&mut Perfetto<P>, &mut Paje<J>) -> io::Result<()>) {
        if self.failed.is_none() {
            self.failed = f(&mut self.perfetto, &mut self.paje).err();
            self.drawn.events += 1;
        }
    }

    /// The window begins: who is where, and how loaded nodes are.
    fn open(&mut self) {
        self.stage = Stage::Inside;
        let at = self.window.from;
        for (node, load) in self.loads.clone().into_iter().enumerate() {
            self.draw(|perfetto, paje| {
                perfetto.load(node as NodeId, load, at)?;
                paje.load(node as NodeId, load, at)
            });
        }
        let all: Vec<(u64, Present)> =
            self.present.iter().flat_map(|(process, stays)| stays.iter().map(|stay| (*process, *stay))).collect();
        for (process, stay) in all {
            self.draw(|_, paje| paje.push(stay.node, stay.slot, process, at));
        }
    }

    /// The window ends: so do all slices and arrows.
    fn close(&mut self, at: Nanos) {
        if self.stage != Stage::Inside {
            return;
        }
        let all: Vec<(u64, Present)> =
            self.present.iter().flat_map(|(process, stays)| stays.iter().map(|stay| (*process, *stay))).collect();
        for (process, stay) in all {
            self.finish_stay(process, stay, at, "still there");
        }
        for journey in self.away.values().flatten().copied().collect::<Vec<_>>() {
            self.end_link(&journey, journey.to, at);
        }
        self.stage = Stage::After;
    }

    /// Takes a process from the node that it is at, if it is there.
    fn take(&mut self, process: u64, node: NodeId) -> Option<Present> {
        let stays = self.present.get_mut(&process)?;
        let at = stays.iter().position(|stay| stay.node == node)?;
        let stay = stays.remove(at);
        if stays.is_empty() {
            self.present.remove(&process);
        }
        Some(stay)
    }

    /// Draws a stay that ends now; where and up to when it was drawn.
    fn finish_stay(&mut self, process: u64, stay: Present, now: Nanos, end: &str) -> Option<(Track, Nanos)> {
        let begin = if self.stage == Stage::Inside { stay.since.max(self.window.from) } else { stay.since };
        let until = now.max(Nanos(begin.0 + 1));
        self.slots[stay.node as usize].give_back(stay.slot, until);
        if self.stage != Stage::Inside {
            return None;
        }
        let (memory, class) = self.known.get(&process).copied().unzip();
        let class = class.and_then(|class| self.classes.get(class as usize));
        let args = json!({
            "process": process, "home": stay.home, "arrival_s": stay.arrival, "lifetime_s": stay.lifetime,
            "memory_bytes": memory, "class": class, "end": end,
        });
        let track = (stay.node, stay.slot);
        self.draw(|perfetto, paje| {
            perfetto.slice(track, process, (begin, until), &args)?;
            if let Some((id, name)) = stay.arrow {
                perfetto.flow(('f', name), id, track, begin)?;
            }
            paje.pop(stay.node, stay.slot, now)
        });
        Some((track, until))
    }

    /// The journey of a process that has lasted longest.
    fn journey_of(&mut self, process: u64) -> Option<Journey> {
        let all = self.away.get_mut(&process)?;
        let journey = all.remove(0);
        if all.is_empty() {
            self.away.remove(&process);
        }
        Some(journey)
    }

    /// Ends the link of a journey, if it was begun.
    fn end_link(&mut self, journey: &Journey, node: NodeId, now: Nanos) {
        if journey.drawn.is_some() {
            self.draw(|_, paje| paje.arrive(journey.id, node, now));
        }
    }

    /// A journey ends at a stay that begins now: the start of its arrow is drawn at the end of the stay before, if that
    /// was drawn.
    fn land(&mut self, journey: &Journey, node: NodeId, now: Nanos) -> Option<(u64, &'static str)> {
        self.end_link(journey, node, now);
        let (track, until) = journey.drawn?;
        let name = match journey {
            Journey { migrates: true, .. } => "migration",
            Journey { from, .. } if *from == node => "return",
            _ => "restart",
        };
        self.draw(|perfetto, _| perfetto.flow(('s', name), journey.id, track, Nanos(until.0 - 1)));
        Some((journey.id, name))
    }
}

impl<P: Write, J: Write> Sink for Tracer<P, J> {
    fn arrival(&mut self, process: &Process, attributes: &Attributes) {
        self.known.insert(process.index, (attributes.memory, attributes.class));
    }

    fn present(&mut self, process: &Process, node: NodeId, now: Time) {
        let now = Nanos::from(now);
        let inside = self.reach(now);
        let slot = self.slots[node as usize].take(now);
        // A copy that starts has not been under way.
        let journey = if process.moves > 0 || !self.present.contains_key(&process.index) {
            self.journey_of(process.index)
        } else {
            None
        };
        let arrow = journey.filter(|_| inside).and_then(|journey| self.land(&journey, node, now));
        let stay = Present {
            node,
            slot,
            since: now,
            arrival: process.arrival.seconds(),
            home: process.home,
            lifetime: process.lifetime,
            arrow,
        };
        self.present.entry(process.index).or_default().push(stay);
        if inside {
            self.draw(|_, paje| paje.push(node, slot, process.index, now));
        }
    }

    fn left(&mut self, process: &Process, node: NodeId, now: Time) {
        let (now, index) = (Nanos::from(now), process.index);
        let inside = self.reach(now);
        let Some(stay) = self.take(index, node) else { return };
        let drawn = self.finish_stay(index, stay, now, "left");
        let id = self.journeys;
        self.journeys += 1;
        self.away.entry(index).or_default().push(Journey { id, from: node, to: node, drawn, migrates: false });
        if inside {
            self.draw(|_, paje| paje.set_out(id, node, now));
        }
    }

    fn transfer(&mut self, process: &Process, moved: &Moved) {
        let journeys = self.away.get_mut(&process.index).into_iter().flatten();
        if let Some(journey) = { journeys }.find(|j| j.from == moved.from && !j.migrates) {
            (journey.to, journey.migrates) = (moved.to, true);
        }
    }

    fn discarded(&mut self, process: &Process, node: NodeId, now: Time) {
        let (now, index) = (Nanos::from(now), process.index);
        self.reach(now);
        if let Some(stay) = self.take(index, node) {
            self.finish_stay(index, stay, now, "discarded");
        } else if let Some(journey) = self.journey_of(index) {
            self.end_link(&journey, node, now);
        }
    }

    fn exit(&mut self, process: &Process, now: Time, how: Exit) {
        let (now, index) = (Nanos::from(now), process.index);
        self.reach(now);
        if let Some(stay) = self.take(index, process.node) {
            self.finish_stay(index, stay, now, if how == Exit::Done { "done" } else { "lost" });
        }
        // Lost on its way: links must end somewhere, and this one ends where it was going.
        while let Some(journey) = self.journey_of(index) {
            self.end_link(&journey, process.node, now);
        }
        self.known.remove(&index);
        self.paje.forget(index);
    }

    fn load(&mut self, node: NodeId, load: u32, now: Time) {
        let now = Nanos::from(now);
        let inside = self.reach(now);
        self.loads[node as usize] = load;
        if inside {
            self.draw(|perfetto, paje| {
                perfetto.load(node, load, now)?;
                paje.load(node, load, now)
            });
        }
    }

    fn decision(&mut self, decision: &Decision<'_>) {
        let now = Nanos::from(decision.view.now());
        let number = self.decisions;
        self.decisions += 1;
        if !self.reach(now) {
            return;
        }
        let seen = Seen::of(decision, number);
        let site = decision.view.site();
        let node = if let Site::Node(node) = site { Some(node) } else { None };
        self.draw(|perfetto, paje| {
            perfetto.decision(&seen, node, now)?;
            node.map_or(Ok(()), |node| paje.decision(seen.why, node, now))
        });
    }
}

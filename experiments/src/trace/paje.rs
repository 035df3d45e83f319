//! The Paje format, which ViTE draws and pj_dump reads: a text with its own definitions in front, in order of time.
//!
//! Nodes are containers, their slots containers within them. A stay of a process is a state of its slot, the load a
//! variable of the node, a migration a link between nodes, a decision an event of the node. Format: de Oliveira Stein,
//! Chassin de Kergommeaux & Mounie, "Paje trace file format", 2003; Schnorr, "Paje Trace Format", 2014.

use super::clock::Nanos;
use loadlab_core::NodeId;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// The events that are used, with their numbers and fields.
const HEADER: &str = "\
%EventDef PajeDefineContainerType 0
%       Alias string
%       Type string
%       Name string
%EndEventDef
%EventDef PajeDefineVariableType 1
%       Alias string
%       Type string
%       Name string
%       Color color
%EndEventDef
%EventDef PajeDefineStateType 2
%       Alias string
%       Type string
%       Name string
%EndEventDef
%EventDef PajeDefineEventType 3
%       Alias string
%       Type string
%       Name string
%EndEventDef
%EventDef PajeDefineLinkType 4
%       Alias string
%       Type string
%       StartContainerType string
%       EndContainerType string
%       Name string
%EndEventDef
%EventDef PajeDefineEntityValue 5
%       Alias string
%       Type string
%       Name string
%       Color color
%EndEventDef
%EventDef PajeCreateContainer 6
%       Time date
%       Alias string
%       Type string
%       Container string
%       Name string
%EndEventDef
%EventDef PajeDestroyContainer 7
%       Time date
%       Type string
%       Name string
%EndEventDef
%EventDef PajeSetVariable 8
%       Time date
%       Type string
%       Container string
%       Value double
%EndEventDef
%EventDef PajePushState 9
%       Time date
%       Type string
%       Container string
%       Value string
%EndEventDef
%EventDef PajePopState 10
%       Time date
%       Type string
%       Container string
%EndEventDef
%EventDef PajeStartLink 11
%       Time date
%       Type string
%       Container string
%       Value string
%       StartContainer string
%       Key string
%EndEventDef
%EventDef PajeEndLink 12
%       Time date
%       Type string
%       Container string
%       Value string
%       EndContainer string
%       Key string
%EndEventDef
%EventDef PajeNewEvent 13
%       Time date
%       Type string
%       Container string
%       Value string
%EndEventDef
0 S 0 \"system\"
0 N S \"node\"
0 L N \"slot\"
1 V N \"load\" \"0.2 0.4 0.7\"
2 P L \"process\"
3 D N \"decision\"
4 M S N N \"migration\"
5 m M \"migration\" \"0.8 0.3 0.1\"
";

/// Colours that can be told apart by people who do not see some (Wong, Nature Methods 8, 2011), without black.
const COLOURS: [&str; 7] = [
    "0.90 0.60 0.00",
    "0.34 0.71 0.91",
    "0.00 0.62 0.45",
    "0.94 0.89 0.26",
    "0.00 0.45 0.70",
    "0.84 0.37 0.00",
    "0.80 0.47 0.65",
];

/// A file that is being written.
pub(super) struct Paje<W> {
    out: W,
    /// How many slots each node has.
    slots: Vec<usize>,
    /// The processes that have a value, of those in the system.
    named: BTreeSet<u64>,
    /// The reasons of decisions that have a value.
    reasons: BTreeSet<&'static str>,
}

impl<W: Write> Paje<W> {
    /// Begins a file about so many nodes at this instant.
    pub(super) fn begin(mut out: W, nodes: u32, at: Nanos) -> io::Result<Self> {
        out.write_all(HEADER.as_bytes())?;
        writeln!(out, "6 {} s S 0 \"loadlab\"", at.exactly())?;
        for node in 0..nodes {
            writeln!(out, "6 {} n{node} N s \"node {node}\"", at.exactly())?;
        }
        Ok(Paje { out, slots: vec![0; nodes as usize], named: BTreeSet::new(), reasons: BTreeSet::new() })
    }

    /// Ends the file at this instant and gives back what it was written to.
    pub(super) fn end(mut self, at: Nanos) -> io::Result<W> {
        let at = at.exactly();
        for (node, slots) in self.slots.iter().enumerate() {
            for slot in 0..*slots {
                writeln!(self.out, "7 {at} L n{node}s{slot}")?;
            }
            writeln!(self.out, "7 {at} N n{node}")?;
        }
        writeln!(self.out, "7 {at} S s")?;
        Ok(self.out)
    }

    /// A process comes to a slot of a node.
    pub(super) fn push(&mut self, node: NodeId, slot: usize, process: u64, at: Nanos) -> io::Result<()> {
        while self.slots[node as usize] <= slot {
            let new = self.slots[node as usize];
            writeln!(self.out, "6 {} n{node}s{new} L n{node} \"slot {new}\"", at.exactly())?;
            self.slots[node as usize] += 1;
        }
        if self.named.insert(process) {
            let colour = COLOURS[(process % COLOURS.len() as u64) as usize];
            writeln!(self.out, "5 p{process} P \"process {process}\" \"{colour}\"")?;
        }
        writeln!(self.out, "9 {} P n{node}s{slot} p{process}", at.exactly())
    }

    /// The process of a slot goes.
    pub(super) fn pop(&mut self, node: NodeId, slot: usize, at: Nanos) -> io::Result<()> {
        writeln!(self.out, "10 {} P n{node}s{slot}", at.exactly())
    }

    /// A process has left the system: nothing more is said of it.
    pub(super) fn forget(&mut self, process: u64) {
        self.named.remove(&process);
    }

    /// The load of a node from now on.
    pub(super) fn load(&mut self, node: NodeId, load: u32, at: Nanos) -> io::Result<()> {
        writeln!(self.out, "8 {} V n{node} {load}", at.exactly())
    }

    /// A migration leaves a node.
    pub(super) fn set_out(&mut self, id: u64, from: NodeId, at: Nanos) -> io::Result<()> {
        writeln!(self.out, "11 {} M s m n{from} k{id}", at.exactly())
    }

    /// It arrives at a node.
    pub(super) fn arrive(&mut self, id: u64, to: NodeId, at: Nanos) -> io::Result<()> {
        writeln!(self.out, "12 {} M s m n{to} k{id}", at.exactly())
    }

    /// A decision at a node.
    pub(super) fn decision(&mut self, why: &'static str, node: NodeId, at: Nanos) -> io::Result<()> {
        if self.reasons.insert(why) {
            writeln!(self.out, "5 d-{why} D \"{why}\" \"0.5 0.5 0.5\"")?;
        }
        writeln!(self.out, "13 {} D n{node} d-{why}", at.exactly())
    }
}

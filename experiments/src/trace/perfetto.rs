//! The Chrome trace event format (JSON), which ui.perfetto.dev, chrome://tracing and Speedscope open.
//!
//! A node is a process group (`pid`), each of its slots a thread (`tid`, unique in the file). A stay of a process at a
//! node is a complete event (`X`), the load a counter (`C`), a move a flow (`s`, `f`) and a decision an instant
//! (`i`). Timestamps are microseconds with three decimals. Events are written as they become known, in no order of time,
//! which the format allows. Format: "Trace Event Format", Google, 2016.

use super::clock::Nanos;
use super::seen::Seen;
use loadlab_core::NodeId;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Where a slice is drawn.
pub(super) type Track = (NodeId, usize);

/// A file that is being written.
pub(super) struct Perfetto<W> {
    out: W,
    /// Whether the next event is the first.
    first: bool,
    nodes: u32,
    /// Threads by group and slot; decisions have a thread of their own.
    threads: BTreeMap<(u64, Option<usize>), u64>,
    /// Groups of sites that are no nodes, by name.
    sites: BTreeMap<String, u64>,
}

impl<W: Write> Perfetto<W> {
    /// Begins a file about so many nodes; `about` says what run it is of.
    pub(super) fn begin(mut out: W, nodes: u32, about: &Value) -> io::Result<Self> {
        write!(out, "{{\"displayTimeUnit\":\"ms\",\"otherData\":{about},\"traceEvents\":[")?;
        let mut file = Perfetto { out, first: true, nodes, threads: BTreeMap::new(), sites: BTreeMap::new() };
        for node in 0..nodes {
            file.name_group(group(node), &format!("node {node}"))?;
        }
        Ok(file)
    }

    /// Ends the file and gives back what it was written to.
    pub(super) fn end(mut self) -> io::Result<W> {
        self.out.write_all(b"\n]}\n")?;
        Ok(self.out)
    }

    fn event(&mut self, event: &str) -> io::Result<()> {
        let comma = if self.first { "" } else { "," };
        self.first = false;
        write!(self.out, "{comma}\n{event}")
    }

    fn name_group(&mut self, pid: u64, name: &str) -> io::Result<()> {
        let name = json!(name);
        self.event(&format!(r#"{{"ph":"M","name":"process_name","pid":{pid},"tid":0,"args":{{"name":{name}}}}}"#))?;
        self.event(&format!(
            r#"{{"ph":"M","name":"process_sort_index","pid":{pid},"tid":0,"args":{{"sort_index":{pid}}}}}"#
        ))
    }

    /// The thread of a slot, or of the decisions, of a group; named when it is first used.
    fn thread(&mut self, pid: u64, slot: Option<usize>) -> io::Result<u64> {
        if let Some(tid) = self.threads.get(&(pid, slot)) {
            return Ok(*tid);
        }
        // Above every number of a group: some viewers take equal ones for the main thread.
        let tid = (1 << 32) + self.threads.len() as u64;
        self.threads.insert((pid, slot), tid);
        let name = json!(slot.map_or("decisions".to_owned(), |slot| format!("slot {slot}")));
        let place = slot.map_or(0, |slot| slot + 1);
        self.event(&format!(r#"{{"ph":"M","name":"thread_name","pid":{pid},"tid":{tid},"args":{{"name":{name}}}}}"#))?;
        self.event(&format!(
            r#"{{"ph":"M","name":"thread_sort_index","pid":{pid},"tid":{tid},"args":{{"sort_index":{place}}}}}"#
        ))?;
        Ok(tid)
    }

    /// A stay of a process on a track.
    pub(super) fn slice(
        &mut self,
        (node, slot): Track,
        process: u64,
        (begin, end): (Nanos, Nanos),
        args: &Value,
    ) -> io::Result<()> {
        let (pid, dur) = (group(node), Nanos(end.0 - begin.0).micros());
        let (tid, ts) = (self.thread(pid, Some(slot))?, begin.micros());
        self.event(&format!(
            r#"{{"ph":"X","cat":"stay","name":"process {process}","pid":{pid},"tid":{tid},"ts":{ts},"dur":{dur},"args":{args}}}"#
        ))
    }

    /// The end of an arrow: it starts (`s`) or finishes (`f`) at the slice of the track at this instant.
    pub(super) fn flow(
        &mut self,
        (phase, name): (char, &str),
        id: u64,
        (node, slot): Track,
        at: Nanos,
    ) -> io::Result<()> {
        let pid = group(node);
        let (tid, ts) = (self.thread(pid, Some(slot))?, at.micros());
        let bind = if phase == 'f' { r#","bp":"e""# } else { "" };
        self.event(&format!(
            r#"{{"ph":"{phase}"{bind},"cat":"move","name":"{name}","id":{id},"pid":{pid},"tid":{tid},"ts":{ts}}}"#
        ))
    }

    /// The load of a node from now on.
    pub(super) fn load(&mut self, node: NodeId, load: u32, at: Nanos) -> io::Result<()> {
        let (pid, ts) = (group(node), at.micros());
        self.event(&format!(
            r#"{{"ph":"C","cat":"load","name":"load","pid":{pid},"tid":0,"ts":{ts},"args":{{"load":{load}}}}}"#
        ))
    }

    /// A decision: at its node, or in a group of its own for a site that is none.
    pub(super) fn decision(&mut self, seen: &Seen, node: Option<NodeId>, at: Nanos) -> io::Result<()> {
        let pid = match node {
            Some(node) => group(node),
            None => self.site(&seen.site)?,
        };
        let (tid, ts) = (self.thread(pid, None)?, at.micros());
        let (name, args) = (json!(seen.label()), seen.line());
        self.event(&format!(
            r#"{{"ph":"i","s":"t","cat":"decision","name":{name},"pid":{pid},"tid":{tid},"ts":{ts},"args":{args}}}"#
        ))
    }

    fn site(&mut self, name: &str) -> io::Result<u64> {
        if let Some(pid) = self.sites.get(name) {
            return Ok(*pid);
        }
        let pid = group(self.nodes) + self.sites.len() as u64;
        self.sites.insert(name.to_owned(), pid);
        self.name_group(pid, name)?;
        Ok(pid)
    }
}

/// The group of a node. Viewers keep 0 for themselves.
fn group(node: NodeId) -> u64 {
    u64::from(node) + 1
}

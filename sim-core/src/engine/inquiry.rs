//! Questions under way: where messages take time or cost CPU, a decision waits here for its replies.
//!
//! A question leaves at t, reaches those who are asked at t + latency, and its replies are back at t + 2 x latency. Each
//! end pays the probe cost at kernel priority. One after the other: the next leaves when the last reply is back.

use super::{Event, Path, World};
use crate::error::Error;
use crate::policy::{Ask, Observation, Query, Reply, Site, Wake};
use crate::process::{NodeId, Slot};

/// Who waits for replies.
#[derive(Clone, Copy, Debug)]
pub(super) enum Asker {
    /// The placement of a process.
    Placement(Slot),
    /// A site that acts.
    Act,
}

#[derive(Debug)]
struct Inquiry {
    asker: Asker,
    path: Path,
    ask: Ask,
    targets: Vec<NodeId>,
    /// How many of them have been asked.
    asked: usize,
    replies: Vec<Observation>,
    /// Seconds spent so far.
    spent: f64,
}

/// All questions under way, in reused records.
#[derive(Debug, Default)]
pub(super) struct Inquiries {
    list: Vec<Inquiry>,
    free: Vec<u32>,
}

impl Inquiries {
    fn add(&mut self, asker: Asker, path: Path, ask: Ask, targets: &[NodeId]) -> u32 {
        if let Some(k) = self.free.pop() {
            let inquiry = &mut self.list[k as usize];
            (inquiry.asker, inquiry.path, inquiry.ask, inquiry.asked, inquiry.spent) = (asker, path, ask, 0, 0.0);
            inquiry.targets.clear();
            inquiry.targets.extend_from_slice(targets);
            inquiry.replies.clear();
            return k;
        }
        let (targets, replies) = (targets.to_vec(), Vec::new());
        self.list.push(Inquiry { asker, path, ask, targets, asked: 0, replies, spent: 0.0 });
        (self.list.len() - 1) as u32
    }
}

impl World<'_> {
    /// Sends a question off; the decision goes on in `resume`.
    pub(super) fn inquire(&mut self, asker: Asker, path: Path, ask: Ask) -> Result<(), Error> {
        let mut targets = std::mem::take(&mut self.targets);
        self.draw_targets(&ask, path, asker, &mut targets)?;
        let k = self.inquiries.add(asker, path, ask, &targets);
        self.targets = targets;
        self.send_questions(k);
        Ok(())
    }

    fn send_questions(&mut self, k: u32) {
        let inquiry = &self.inquiries.list[k as usize];
        let left = inquiry.targets.len() - inquiry.asked;
        let now = if inquiry.ask.sequential { left.min(1) } else { left };
        let site = inquiry.path.site;
        self.traffic.messages += now as u64;
        // Sites that are no nodes stand beside the nodes and take no CPU from them.
        if let Site::Node(here) = site {
            (0..now).for_each(|_| self.charge(here, self.scenario.probe_cost));
        }
        let latency = if now == 0 { 0.0 } else { self.scenario.latency };
        self.schedule(self.now + latency, Event::Sample(k));
    }

    /// The question reaches those who are asked.
    pub(super) fn sample(&mut self, k: u32) -> Result<(), Error> {
        let inquiry = &mut self.inquiries.list[k as usize];
        let first = inquiry.asked;
        let count = if inquiry.ask.sequential { 1 } else { usize::MAX };
        let last = first.saturating_add(count).min(inquiry.targets.len());
        inquiry.asked = last;
        for j in first..last {
            let inquiry = &self.inquiries.list[k as usize];
            let (asker, path, ask, target) = (inquiry.asker, inquiry.path, inquiry.ask, inquiry.targets[j]);
            self.charge(target, self.scenario.probe_cost);
            let observation = self.question(asker, path, &ask, target)?;
            self.traffic.messages += 1;
            self.inquiries.list[k as usize].replies.push(observation);
        }
        let latency = if last == first { 0.0 } else { self.scenario.latency };
        let inquiry = &mut self.inquiries.list[k as usize];
        inquiry.spent += 2.0 * latency;
        self.schedule(self.now + latency, Event::Replies(k));
        Ok(())
    }

    /// The replies are back: ask on, or let the decision go on.
    pub(super) fn resume(&mut self, k: u32) -> Result<(), Error> {
        let inquiry = &self.inquiries.list[k as usize];
        let over = inquiry.ask.timeout.is_some_and(|t| inquiry.spent >= t);
        let answered = super::decide::stops(&inquiry.ask.stop, inquiry.replies.last());
        if inquiry.ask.sequential && !over && !answered && inquiry.asked < inquiry.targets.len() {
            self.send_questions(k);
            return Ok(());
        }
        let inquiry = &mut self.inquiries.list[k as usize];
        let (asker, path, note) = (inquiry.asker, inquiry.path, inquiry.ask.note);
        std::mem::swap(&mut self.replies, &mut inquiry.replies);
        self.inquiries.free.push(k);
        match asker {
            Asker::Placement(slot) => self.decide(slot, path),
            Asker::Act => self.act(path.site, Wake::Replies(note), path.round),
        }
    }

    /// One site answers one question. That a node is down shows as a refusal, with a load above any other.
    pub(super) fn question(
        &mut self,
        asker: Asker,
        path: Path,
        ask: &Ask,
        target: NodeId,
    ) -> Result<Observation, Error> {
        self.traffic.probes += 1;
        let node = &self.nodes[target as usize];
        let load = f64::from(node.load());
        let plain = Observation { node: target, load, reply: Reply::Load, as_of: self.now };
        if !node.is_up() {
            return Ok(Observation { load: f64::INFINITY, reply: Reply::Refuse, ..plain });
        }
        if !self.answers {
            return Ok(plain);
        }
        let query = match asker {
            Asker::Placement(slot) => Query::Offer(self.newcomer(slot, path)),
            Asker::Act => Query::Probe,
        };
        // The asked site must not see the asker's replies.
        let replies = std::mem::take(&mut self.replies);
        let site = Site::Node(target);
        let reply = self.consult(site, target, 0, |p, view, _, out| p.answer(path.site, query, ask.note, view, out));
        self.obey(site, target, path.round)?;
        self.replies = replies;
        let load = if let Reply::Value(x) = reply { x } else { load };
        Ok(Observation { load, reply, ..plain })
    }
}

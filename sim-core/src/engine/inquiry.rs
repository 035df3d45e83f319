//! Questions under way: where messages take time or cost CPU, a decision waits here for its replies.
//!
//! A question leaves at t, reaches those who are asked at t + latency, and its replies are back at t + 2 x latency. Each
//! end pays the probe cost at kernel priority. One after the other: the next leaves when the last reply is back. A
//! reply that would come after the timeout is paid for, and comes to nothing.

use super::decide::End;
use super::{Event, Flow, Path, World};
use crate::policy::{Ask, Note, Observation, Query, Reply, Site, Wake};
use crate::process::{NodeId, Slot};
use crate::time::Time;

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
    /// When the asker goes on with what is there.
    limit: Time,
    /// Whether a question is on its way, and whether the asker has gone on without waiting for it.
    sent: bool,
    closed: bool,
}

/// All questions under way, in reused records.
#[derive(Debug, Default)]
pub(super) struct Inquiries {
    list: Vec<Inquiry>,
    free: Vec<u32>,
}

impl Inquiries {
    fn add(&mut self, asker: Asker, path: Path, ask: Ask, targets: &[NodeId], limit: Time) -> u32 {
        let (asked, sent, closed) = (0, false, false);
        let Some(k) = self.free.pop() else {
            let (targets, replies) = (targets.to_vec(), Vec::new());
            self.list.push(Inquiry { asker, path, ask, targets, asked, replies, limit, sent, closed });
            return (self.list.len() - 1) as u32;
        };
        let old = &mut self.list[k as usize];
        let (mut to, mut replies) = (std::mem::take(&mut old.targets), std::mem::take(&mut old.replies));
        to.clear();
        to.extend_from_slice(targets);
        replies.clear();
        *old = Inquiry { asker, path, ask, targets: to, asked, replies, limit, sent, closed };
        k
    }
}

impl World<'_> {
    /// Sends a question off; the decision goes on in `resume`.
    pub(super) fn inquire(&mut self, asker: Asker, path: Path, ask: Ask) -> Flow {
        let mut targets = std::mem::take(&mut self.targets);
        self.draw_targets(&ask, path, asker, &mut targets)?;
        let limit = ask.timeout.map_or(Time::NEVER, |t| self.now + t.max(0.0));
        let k = self.inquiries.add(asker, path, ask, &targets, limit);
        self.targets = targets;
        self.send_questions(k);
        Ok(())
    }

    fn send_questions(&mut self, k: u32) {
        let inquiry = &mut self.inquiries.list[k as usize];
        inquiry.sent = true;
        let limit = inquiry.limit;
        let left = inquiry.targets.len() - inquiry.asked;
        let now = if inquiry.ask.sequential { left.min(1) } else { left };
        let site = inquiry.path.site;
        self.traffic.messages += now as u64;
        // Sites that are no nodes stand beside the nodes and take no CPU from them.
        if let Site::Node(here) = site {
            (0..now).for_each(|_| self.charge(here, self.scenario.probe_cost));
        }
        let latency = self.farthest(k, now);
        self.schedule(self.now + latency, Event::Sample(k));
        if limit < self.now + 2.0 * latency {
            self.schedule(limit, Event::Replies(k));
        }
    }

    /// Seconds until a question has reached the next so many whom it is put to: all at once, when it reaches the
    /// farthest.
    fn farthest(&self, k: u32, count: usize) -> f64 {
        let first = self.inquiries.list[k as usize].asked;
        self.way_back(k, first, first + count)
    }

    /// Seconds until the last of these replies is back.
    fn way_back(&self, k: u32, first: usize, last: usize) -> f64 {
        if first == last || self.scenario.fabric.is_one_place() {
            return if first == last { 0.0 } else { self.scenario.latency };
        }
        let inquiry = &self.inquiries.list[k as usize];
        let asked = inquiry.targets[first..last].iter();
        asked.map(|node| self.latency(inquiry.path.site, Site::Node(*node))).fold(0.0, f64::max)
    }

    /// The question reaches those who are asked.
    pub(super) fn sample(&mut self, k: u32) -> Flow {
        let inquiry = &mut self.inquiries.list[k as usize];
        let first = inquiry.asked;
        let count = if inquiry.ask.sequential { 1 } else { usize::MAX };
        let last = first.saturating_add(count).min(inquiry.targets.len());
        (inquiry.asked, inquiry.sent) = (last, false);
        let (limit, closed, in_time) = (inquiry.limit, inquiry.closed, inquiry.replies.len());
        for j in first..last {
            let inquiry = &self.inquiries.list[k as usize];
            let (asker, path, ask, target) = (inquiry.asker, inquiry.path, inquiry.ask, inquiry.targets[j]);
            self.charge(target, self.scenario.probe_cost);
            self.traffic.messages += 1;
            self.traffic.probes += 1;
            if closed {
                continue;
            }
            let observation = self.considered(asker, path, ask.note, target)?;
            self.inquiries.list[k as usize].replies.push(observation);
        }
        let back = self.now + self.way_back(k, first, last);
        if closed {
            self.inquiries.free.push(k);
        } else if back <= limit {
            self.schedule(back, Event::Replies(k));
        } else {
            self.inquiries.list[k as usize].replies.truncate(in_time);
        }
        Ok(())
    }

    /// The replies are back: ask on, or let the decision go on.
    pub(super) fn resume(&mut self, k: u32) -> Flow {
        let inquiry = &self.inquiries.list[k as usize];
        let over = self.now >= inquiry.limit;
        let end = End::of(&inquiry.ask.stop);
        let answered = inquiry.replies.last().is_some_and(|o| end.is(o.load, o.reply));
        if inquiry.ask.sequential && !over && !answered && inquiry.asked < inquiry.targets.len() {
            self.send_questions(k);
            return Ok(());
        }
        let inquiry = &mut self.inquiries.list[k as usize];
        let (asker, path, note) = (inquiry.asker, inquiry.path, inquiry.ask.note);
        std::mem::swap(&mut self.replies, &mut inquiry.replies);
        // A question still on its way keeps the record until it has arrived.
        inquiry.closed = inquiry.sent;
        if !inquiry.sent {
            self.inquiries.free.push(k);
        }
        match asker {
            Asker::Placement(slot) => self.decide(slot, path),
            Asker::Act => self.act(path.site, Wake::Replies(note), path.round),
        }
    }

    /// One node answers one question: its load, and what it says. That it is down shows as a refusal, with a load above
    /// any other.
    #[inline(always)]
    pub(super) fn question(&mut self, asker: Asker, path: Path, note: Note, target: NodeId) -> Flow<(f64, Reply)> {
        self.traffic.probes += 1;
        self.traffic.messages += 2;
        if self.rules.considered || !self.stage.nodes[target as usize].is_up() {
            let observation = self.considered(asker, path, note, target)?;
            self.replies.push(observation);
            Ok((observation.load, observation.reply))
        } else {
            // Made where it is pushed: made before, it would be written in small pieces and read back in large ones,
            // which stalls the processor (a tenth of the time of M2).
            self.replies.push(self.observe(target));
            Ok((f64::from(self.stage.nodes[target as usize].load()), Reply::Load))
        }
    }

    #[inline(always)]
    fn observe(&self, node: NodeId) -> Observation {
        let load = f64::from(self.stage.nodes[node as usize].load());
        Observation { node, load, reply: Reply::Load, as_of: self.now }
    }

    /// The answer of a node that may be down, or whose instance of the policy answers for itself.
    #[inline(never)]
    fn considered(&mut self, asker: Asker, path: Path, note: Note, target: NodeId) -> Flow<Observation> {
        let load = self.stage.index(target, self.now).1;
        let plain = Observation { load, ..self.observe(target) };
        if !self.stage.nodes[target as usize].is_up() {
            return Ok(Observation { load: f64::INFINITY, reply: Reply::Refuse, ..plain });
        }
        if !self.rules.answers {
            return Ok(plain);
        }
        let query = match asker {
            Asker::Placement(slot) => Query::Offer(self.newcomer(slot, path)),
            Asker::Act => Query::Probe,
        };
        // The asked site must not see the asker's replies.
        let replies = std::mem::take(&mut self.replies);
        let site = Site::Node(target);
        let reply = self.consult(site, target, 0, |p, view, _, out| p.answer(path.site, query, note, view, out));
        if self.sink.is_some() && !self.mind.commands.is_empty() {
            self.tell_answer(target, path.site);
        }
        self.obey(site, target, path.round)?;
        self.replies = replies;
        let load = if let Reply::Value(x) = reply { x } else { plain.load };
        Ok(Observation { load, reply, ..plain })
    }
}

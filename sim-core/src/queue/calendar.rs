//! A calendar queue (Brown, CACM 31(10), 1988) whose days are chains through the nodes themselves.
//!
//! A node due at t stands in the bucket of day floor(t / width) modulo the number of buckets. The cursor walks from day
//! to day, and never beyond the day of the limit it is given, so that later insertions are never behind it.

use crate::node::Node;
use crate::process::{NONE, NodeId};
use crate::time::Time;

/// How many days ahead the first node of a day is fetched; when it is at hand, the second one and what the first points
/// to; and the third. And from how many buckets on that pays.
const FAR: u64 = 48;
const MIDDLE: u64 = 32;
const NEAR: u64 = 16;
const LARGE: u64 = 1 << 12;

#[derive(Debug)]
pub(crate) struct Calendar {
    heads: Vec<NodeId>,
    /// Days per second.
    days: f64,
    /// The day under the cursor; no key is due on an earlier one.
    today: u64,
    mask: u64,
    len: usize,
}

impl Calendar {
    pub(crate) fn new(nodes: usize, rate: f64) -> Self {
        let buckets = (2 * nodes).next_power_of_two().max(64);
        let days = if rate.is_finite() && rate > 0.0 { rate } else { 1.0 };
        Calendar { heads: vec![NONE; buckets], days, today: 0, mask: buckets as u64 - 1, len: 0 }
    }

    /// Saturates at the last day for instants beyond it, which keeps the order.
    #[inline(always)]
    fn day(&self, t: Time) -> u64 {
        (t.seconds() * self.days) as u64
    }

    #[inline(always)]
    fn bucket(&self, day: u64) -> usize {
        (day & self.mask) as usize
    }

    #[inline(always)]
    pub(crate) fn set(&mut self, nodes: &mut [Node], i: NodeId, t: Time) {
        let old = nodes[i as usize].key;
        if old.is_finite() {
            self.unchain(nodes, i, old);
        }
        nodes[i as usize].key = t;
        if t.is_finite() {
            let bucket = self.bucket(self.day(t));
            nodes[i as usize].link = self.heads[bucket];
            self.heads[bucket] = i;
            self.len += 1;
        }
    }

    #[inline(always)]
    fn unchain(&mut self, nodes: &mut [Node], i: NodeId, old: Time) {
        let bucket = self.bucket(self.day(old));
        let after = nodes[i as usize].link;
        self.len -= 1;
        if self.heads[bucket] == i {
            self.heads[bucket] = after;
            return;
        }
        let mut at = self.heads[bucket];
        while nodes[at as usize].link != i {
            at = nodes[at as usize].link;
        }
        nodes[at as usize].link = after;
    }

    #[inline(always)]
    pub(crate) fn next(
        &mut self,
        nodes: &[Node],
        limit: Time,
        ahead: impl Fn(NodeId, NodeId),
    ) -> Option<(Time, NodeId)> {
        if self.len == 0 {
            return None;
        }
        let last = if limit.is_finite() { self.day(limit) } else { u64::MAX };
        let mut walked = 0;
        loop {
            if let Some((t, i)) = self.first_today(nodes) {
                return (t <= limit).then_some((t, i));
            }
            if self.today >= last {
                return None;
            }
            self.today += 1;
            walked += 1;
            if self.mask >= LARGE {
                self.fetch_ahead(nodes, &ahead);
            }
            if walked > self.mask {
                self.jump(nodes, last);
                walked = 0;
            }
        }
    }

    /// Days hold about one node each, some two or three, each of which is known only through the one before it.
    #[inline(always)]
    fn fetch_ahead(&self, nodes: &[Node], ahead: &impl Fn(NodeId, NodeId)) {
        let first = |days| self.heads[self.bucket(self.today + days)];
        let after = |i: NodeId| nodes.get(i as usize).map_or(NONE, |node| node.link);
        let middle = first(MIDDLE);
        ahead(first(FAR), middle);
        crate::prefetch::node(nodes, after(middle));
        crate::prefetch::node(nodes, after(after(first(NEAR))));
        if let Some(t) = nodes.get(middle as usize).and_then(Node::second_due) {
            crate::prefetch::bucket(&self.heads, self.bucket(self.day(t)));
        }
    }

    #[inline(always)]
    fn first_today(&self, nodes: &[Node]) -> Option<(Time, NodeId)> {
        let mut at = self.heads[self.bucket(self.today)];
        let mut best = (Time::NEVER, NONE);
        while at != NONE {
            let node = &nodes[at as usize];
            if (node.key < best.0 || (node.key == best.0 && at < best.1)) && self.day(node.key) == self.today {
                best = (node.key, at);
            }
            at = node.link;
        }
        (best.1 != NONE).then_some(best)
    }

    /// A whole year without an event: go straight to the earliest day.
    #[cold]
    fn jump(&mut self, nodes: &[Node], last: u64) {
        let earliest = nodes.iter().fold(Time::NEVER, |least, n| least.min(n.key));
        self.today = self.day(earliest).min(last);
    }
}

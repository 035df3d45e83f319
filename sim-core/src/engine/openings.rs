//! The question that a policy puts at every arrival, drawn some arrivals ahead, so that the nodes it will ask are in
//! cache when their turn comes. The draws are the same, whether or not anything is prefetched.

use crate::node::Node;
use crate::policy::{Among, Ask, Stop, Who};
use crate::process::NodeId;
use crate::rng::Rng;

/// How many arrivals ahead.
const AHEAD: usize = 32;
/// Questions to more nodes than this are not drawn ahead.
pub(super) const MOST: usize = 8;

#[derive(Debug)]
pub(super) struct Openings {
    pub(super) ask: Ask,
    count: usize,
    /// Whether the one who asks is left out: targets are then drawn from one node fewer and shifted past it.
    others: bool,
    distinct: bool,
    range: u32,
    drawn: [[NodeId; MOST]; AHEAD],
    at: usize,
    rng: Rng,
}

impl Openings {
    /// None where the question is not one that can be drawn without knowing who asks and what was replied.
    pub(super) fn new(ask: Ask, nodes: u32, rng: Rng) -> Option<Self> {
        let (count, among, distinct) = match ask.who {
            Who::Distinct(count, among) => (count as usize, among, true),
            Who::Drawn(count, among) => (count as usize, among, false),
            _ => return None,
        };
        let others = among == Among::Others;
        let range = nodes - u32::from(others);
        let possible = ask.stop == Stop::All && count <= MOST && range > 0 && (!distinct || count <= range as usize);
        if !possible {
            return None;
        }
        let mut openings = Openings { ask, count, others, distinct, range, drawn: [[0; MOST]; AHEAD], at: 0, rng };
        for k in 0..AHEAD {
            openings.drawn[k] = openings.draw();
        }
        Some(openings)
    }

    #[inline(always)]
    fn draw(&mut self) -> [NodeId; MOST] {
        let mut targets = [0; MOST];
        if self.count == 2 && self.distinct {
            (targets[0], targets[1]) = self.rng.two_below(self.range);
            return targets;
        }
        let mut k = 0;
        while k < self.count {
            targets[k] = self.rng.below(self.range);
            let again = self.distinct && targets[..k].contains(&targets[k]);
            k += usize::from(!again);
        }
        targets
    }

    /// The targets of the present arrival, whose home is given.
    #[inline(always)]
    pub(super) fn take(&mut self, home: NodeId, nodes: &[Node], large: bool, out: &mut Vec<NodeId>) {
        let now = self.drawn[self.at];
        let later = self.draw();
        self.drawn[self.at] = later;
        self.at = (self.at + 1) % AHEAD;
        if large {
            later[..self.count].iter().for_each(|i| crate::prefetch::node(nodes, *i));
        }
        out.clear();
        let past = |i: NodeId| if self.others && i >= home { i + 1 } else { i };
        out.extend(now[..self.count].iter().map(|i| past(*i)));
    }
}

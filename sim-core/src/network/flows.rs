//! Transfers under way: a fluid whose links are shared max-min fairly.
//!
//! Whenever a transfer begins or ends, all rates are set anew by progressive filling: all transfers are raised together
//! until a link is full or a transfer reaches its limit; those stay, the others go on (Bertsekas & Gallager, Data
//! Networks, 1992, section 6.5.2). Between two such instants every transfer sends at a constant rate.

use super::fabric::Route;
use crate::time::Time;

/// A transfer under way.
#[derive(Clone, Copy, Debug)]
struct Flow {
    route: Route,
    left: f64,
    limit: f64,
    rate: f64,
    fixed: bool,
}

/// All transfers under way.
#[derive(Debug, Default)]
pub struct Flows {
    links: Vec<f64>,
    flows: Vec<Option<Flow>>,
    now: Time,
    /// Room left on each link, and how many transfers cross it that may still be raised; scratch of the filling.
    room: Vec<f64>,
    crossing: Vec<u32>,
}

impl Flows {
    /// Nothing under way on links of these bandwidths.
    pub fn new(links: Vec<f64>) -> Flows {
        let (room, crossing) = (links.clone(), vec![0; links.len()]);
        Flows { links, flows: Vec::new(), now: Time::ZERO, room, crossing }
    }

    /// Begins a transfer of so many bytes, at most `limit` bytes per second. Its number is that of a free place.
    pub fn add(&mut self, route: Route, bytes: f64, limit: f64, now: Time) -> usize {
        self.advance(now);
        let flow = Some(Flow { route, left: bytes, limit, rate: 0.0, fixed: false });
        let number = self.flows.iter().position(Option::is_none).unwrap_or(self.flows.len());
        if number == self.flows.len() {
            self.flows.push(flow);
        } else {
            self.flows[number] = flow;
        }
        self.fill();
        number
    }

    /// Ends a transfer; what it has not sent yet.
    pub fn remove(&mut self, number: usize, now: Time) -> f64 {
        self.advance(now);
        let left = self.flows[number].take().map_or(0.0, |flow| flow.left);
        self.fill();
        left
    }

    /// A transfer need not send so many of its bytes any more.
    pub fn spare(&mut self, number: usize, bytes: f64, now: Time) {
        self.advance(now);
        if let Some(flow) = &mut self.flows[number] {
            flow.left = (flow.left - bytes).max(0.0);
        }
    }

    /// From now on a transfer sends at most so many bytes per second; with 0 it waits.
    pub fn hold_to(&mut self, number: usize, limit: f64, now: Time) {
        self.advance(now);
        if let Some(flow) = &mut self.flows[number] {
            flow.limit = limit;
        }
        self.fill();
    }

    /// From now on a link has this bandwidth; with 0 nothing crosses it.
    pub fn set_link(&mut self, link: u32, bandwidth: f64, now: Time) {
        self.advance(now);
        self.links[link as usize] = bandwidth;
        self.fill();
    }

    /// What a transfer has still to send.
    pub fn left(&self, number: usize, now: Time) -> f64 {
        let flow = self.flows.get(number).copied().flatten();
        flow.map_or(0.0, |flow| (flow.left - flow.rate * (now - self.now)).max(0.0))
    }

    /// When the next transfer ends, and which: the lowest number of equal ones.
    pub fn next(&self) -> Option<(Time, usize)> {
        let ends = |(number, flow): (usize, &Option<Flow>)| {
            let flow = flow.as_ref()?;
            let seconds = if flow.left > 0.0 { flow.left / flow.rate } else { 0.0 };
            Some((self.now + seconds, number))
        };
        self.flows.iter().enumerate().filter_map(ends).reduce(|a, b| if b.0 < a.0 { b } else { a })
    }

    /// Bytes per second of a transfer.
    pub fn rate(&self, number: usize) -> f64 {
        self.flows.get(number).copied().flatten().map_or(0.0, |flow| flow.rate)
    }

    fn advance(&mut self, now: Time) {
        let seconds = now - self.now;
        for flow in self.flows.iter_mut().flatten() {
            // Not 0 times infinity: what has no limit is done at once.
            if seconds > 0.0 {
                flow.left = (flow.left - flow.rate * seconds).max(0.0);
            }
        }
        self.now = now;
    }

    /// Progressive filling.
    fn fill(&mut self) {
        self.room.copy_from_slice(&self.links);
        self.crossing.fill(0);
        let mut open = 0;
        for flow in self.flows.iter_mut().flatten() {
            flow.fixed = false;
            open += 1;
            links_of(&flow.route).for_each(|link| self.crossing[link] += 1);
        }
        while open > 0 {
            let level = self.level();
            for flow in self.flows.iter_mut().flatten().filter(|flow| !flow.fixed) {
                let full = |link: usize| self.room[link] / f64::from(self.crossing[link]) <= level * (1.0 + 1e-12);
                flow.fixed = flow.limit <= level || links_of(&flow.route).any(full);
                flow.rate = level.min(flow.limit);
            }
            open = self.settle(open);
        }
    }

    /// The rate that all transfers that may still be raised can have together.
    fn level(&self) -> f64 {
        let links = self.room.iter().zip(&self.crossing).filter(|(_, count)| **count > 0);
        let by_links = links.map(|(room, count)| room / f64::from(*count)).fold(f64::INFINITY, f64::min);
        let open = self.flows.iter().flatten().filter(|flow| !flow.fixed);
        open.map(|flow| flow.limit).fold(by_links, f64::min)
    }

    /// Those that have just been fixed leave their links to the others. How many remain.
    fn settle(&mut self, open: usize) -> usize {
        let remaining = self.flows.iter().flatten().filter(|flow| !flow.fixed).count();
        assert!(remaining < open, "every pass fixes a transfer");
        self.room.copy_from_slice(&self.links);
        self.crossing.fill(0);
        for flow in self.flows.iter().flatten() {
            for link in links_of(&flow.route) {
                if flow.fixed {
                    self.room[link] = (self.room[link] - flow.rate).max(0.0);
                } else {
                    self.crossing[link] += 1;
                }
            }
        }
        remaining
    }
}

/// The links of a route, each once.
fn links_of(route: &Route) -> impl Iterator<Item = usize> + use<> {
    let route = *route;
    (0..route.len()).filter(move |k| !route[..*k].contains(&route[*k])).map(move |k| route[k] as usize)
}

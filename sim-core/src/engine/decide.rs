//! Decisions on where a process starts: rounds of asking, forwarding, handing over and holding, and the start itself.

use super::inquiry::Asker;
use super::{Event, Flow, Path, Trip, World};
use crate::error::Error;
use crate::policy::{Among, Ask, Newcomer, Placement, Reply, Site, Stop, Who};
use crate::process::{NONE, NodeId, Slot, State};
use crate::transfer::Transfer;

/// When asking ends, as bounds on the reply: one comparison per reply, whichever rule it is.
#[derive(Clone, Copy)]
pub(super) struct End {
    below: f64,
    above: f64,
    accepted: bool,
}

impl End {
    #[inline(always)]
    pub(super) fn of(stop: &Stop) -> End {
        let never = End { below: f64::NEG_INFINITY, above: f64::INFINITY, accepted: false };
        match *stop {
            Stop::All => never,
            Stop::First => End { below: f64::NAN, ..never },
            Stop::Below(limit) => End { below: limit, ..never },
            Stop::Above(limit) => End { above: limit, ..never },
            Stop::Accepted => End { accepted: true, ..never },
        }
    }

    /// Whether this reply ends the asking. (No load is at least NaN, so that `First` ends at any reply.)
    #[inline(always)]
    pub(super) fn is(&self, load: f64, reply: Reply) -> bool {
        let kept = load >= self.below && load <= self.above;
        !kept || (self.accepted && reply == Reply::Accept)
    }
}

/// The node that is left out among [`Among::Others`]: the one that asks. A site that is no node leaves out none.
#[inline(always)]
fn own(path: Path, among: Among) -> NodeId {
    match (path.site, among) {
        (Site::Node(node), Among::Others) => node,
        _ => NONE,
    }
}

impl World<'_> {
    /// A process has arrived; the declared opening question, if any, is asked first.
    #[inline(always)]
    pub(super) fn first_decision(&mut self, slot: Slot, home: NodeId) -> Flow {
        self.replies.clear();
        let Some(openings) = &mut self.openings else { return self.deliberate(slot, Site::Node(home), home, 0, 0) };
        let path = Path { site: Site::Node(home), at: home, hops: 0, round: 1 };
        let note = openings.ask.note;
        if !self.rules.prompt {
            let ask = openings.ask;
            return self.inquire(Asker::Placement(slot), path, ask);
        }
        let mut targets = std::mem::take(&mut self.targets);
        openings.take(home, &self.stage.nodes, self.rules.large, &mut targets);
        for target in &targets {
            self.question(Asker::Placement(slot), path, note, *target)?;
        }
        self.targets = targets;
        self.deliberate(slot, Site::Node(home), home, 0, 1)
    }

    #[inline(always)]
    pub(super) fn newcomer(&self, slot: Slot, path: Path) -> Newcomer {
        let process = &self.stage.processes[slot];
        let attributes = self.stage.attributes.get(slot as usize);
        Newcomer {
            id: self.stage.processes.id(slot),
            home: process.home,
            at: path.at,
            hops: path.hops,
            memory: attributes.map_or(0.0, |a| a.memory),
            class: attributes.map_or(0, |a| a.class),
            lifetime: self.stage.knows.lifetime.then_some(process.lifetime),
        }
    }

    /// Goes on with a decision.
    pub(super) fn decide(&mut self, slot: Slot, path: Path) -> Flow {
        self.deliberate(slot, path.site, path.at, path.hops, path.round)
    }

    /// The policy decides, in as many rounds as it needs.
    ///
    /// The path comes in pieces: as a record it would be written in pieces and read as a whole, which stalls the
    /// processor (a twentieth of the time of M2).
    #[inline(always)]
    fn deliberate(&mut self, slot: Slot, mut site: Site, mut at: NodeId, mut hops: u32, mut round: u32) -> Flow {
        let mut newcomer = self.newcomer(slot, Path { site, at, hops, round });
        loop {
            let placement = self.consult(site, at, round, |p, view, rng, _| p.place(&newcomer, view, rng));
            if self.sink.is_some() {
                self.tell_placement(&newcomer, Path { site, at, hops, round }, &placement);
            }
            if let Placement::At(node) = placement {
                if self.rules.informed {
                    self.note_ages(site);
                    self.use_registration(site, node);
                }
                return self.start(slot, at, node);
            }
            let mut path = Path { site, at, hops, round };
            if let Placement::Ask(ask) = &placement {
                self.next_round(&mut path)?;
                if !self.rules.prompt {
                    return self.inquire(Asker::Placement(slot), path, *ask);
                }
                self.gather(Asker::Placement(slot), path, ask)?;
                round += 1;
            } else if self.hand_on(slot, placement, &newcomer, &mut path)? {
                newcomer = self.newcomer(slot, path);
                Path { site, at, hops, round } = path;
            } else {
                return Ok(());
            }
        }
    }

    /// Another node or site is to decide, or the process is held. Whether the decision goes on at this instant.
    fn hand_on(&mut self, slot: Slot, placement: Placement, newcomer: &Newcomer, path: &mut Path) -> Flow<bool> {
        match placement {
            Placement::Forward(node) => {
                self.legal(slot, node)?;
                self.next_round(path)?;
                (path.hops, path.round) = (path.hops + 1, 0);
                let seconds = self.pay_placement(path.at, node, newcomer.memory)
                    + self.latency(Site::Node(path.at), Site::Node(node));
                if seconds == 0.0 && path.hops > self.scenario.limits.rounds {
                    return Err(self.endless("the forwardings of one process", u64::from(self.scenario.limits.rounds)));
                }
                if seconds > 0.0 {
                    self.forward(slot, node, path.hops, seconds)?;
                    return Ok(false);
                }
                (path.site, path.at) = (Site::Node(node), node);
                self.stage.processes[slot].node = node;
            }
            Placement::Delegate(site) => {
                self.check_site(site)?;
                self.next_round(path)?;
                self.traffic.messages += 1;
                if self.rules.informed && self.request(slot, site, path.hops) {
                    return Ok(false);
                }
                let latency = self.latency(path.site, site);
                if latency > 0.0 {
                    let stamp = self.stage.processes.id(slot).stamp;
                    let event = Event::Delegate(slot, stamp, site, path.hops);
                    self.schedule(self.now + latency, event);
                    return Ok(false);
                }
                (path.site, path.round) = (site, 0);
            }
            Placement::Hold => {
                self.stage.processes[slot].state = State::Held;
                self.stage.held.push((path.site, *newcomer));
                return Ok(false);
            }
            Placement::At(_) | Placement::Ask(_) => {}
        }
        self.replies.clear();
        Ok(true)
    }

    /// Counts a round. Forwardings and hand-overs at one instant are bounded with the other events of that instant; those
    /// that take time are not.
    #[inline(always)]
    fn next_round(&mut self, path: &mut Path) -> Flow {
        path.round += 1;
        self.instant += 1;
        if path.round > self.scenario.limits.rounds || self.instant > self.scenario.limits.instant {
            return Err(self.endless("the rounds of one decision", u64::from(self.scenario.limits.rounds)));
        }
        Ok(())
    }

    /// A decision has been handed over to another site.
    pub(super) fn delegated(&mut self, slot: Slot, stamp: u32, site: Site, hops: u32) -> Flow {
        if self.stage.processes.id(slot).stamp != stamp {
            return Ok(());
        }
        self.replies.clear();
        self.decide(slot, Path { site, at: self.stage.processes[slot].node, hops, round: 0 })
    }

    /// Asks at once, where messages take no time: fills `self.replies`.
    #[inline(never)]
    pub(super) fn gather(&mut self, asker: Asker, path: Path, ask: &Ask) -> Flow {
        self.replies.clear();
        if let (Who::Distinct(count, among), true) = (ask.who, ask.sequential && !self.scenario.attributes) {
            return self.gather_in_turn(asker, path, ask, count, among);
        }
        let mut targets = std::mem::take(&mut self.targets);
        self.draw_targets(ask, path, asker, &mut targets)?;
        for target in &targets {
            let (load, reply) = self.question(asker, path, ask.note, *target)?;
            if ask.sequential && End::of(&ask.stop).is(load, reply) {
                break;
            }
        }
        self.targets = targets;
        Ok(())
    }

    /// Different random nodes one after the other: each is drawn only when it is asked.
    #[inline(always)]
    fn gather_in_turn(&mut self, asker: Asker, path: Path, ask: &Ask, count: u8, among: Among) -> Flow {
        let nodes = self.stage.nodes.len() as u32;
        let own = own(path, among);
        let possible = nodes - u32::from(own != NONE);
        let end = End::of(&ask.stop);
        for _ in 0..u32::from(count).min(possible) {
            let target = loop {
                let node = self.random_below(nodes);
                if node != own && !self.replies.iter().any(|o| o.node == node) {
                    break node;
                }
            };
            let (load, reply) = self.question(asker, path, ask.note, target)?;
            if end.is(load, reply) {
                break;
            }
        }
        Ok(())
    }

    #[inline(always)]
    fn random_below(&mut self, n: u32) -> u32 {
        self.mind.rng.below(n)
    }

    /// Who is asked or told, in order.
    pub(super) fn draw_targets(&mut self, ask: &Ask, path: Path, asker: Asker, out: &mut Vec<NodeId>) -> Flow {
        out.clear();
        let nodes = self.stage.nodes.len() as u32;
        let (count, among, distinct) = match ask.who {
            Who::One(node) | Who::At(Site::Node(node)) => {
                out.push(node);
                return self.check_site(Site::Node(node));
            }
            Who::At(site) => {
                return Err(Box::new(Error::Site { site, problem: "answers no questions: only nodes do" }));
            }
            Who::Everyone => {
                out.extend((0..nodes).filter(|i| *i != own(path, Among::Others)));
                return Ok(());
            }
            Who::Neighbours => {
                out.extend(self.stage.neighbours(path.at));
                return Ok(());
            }
            Who::Distinct(count, among) => (count, among, true),
            Who::Drawn(count, among) => (count, among, false),
        };
        let slot = if let Asker::Placement(slot) = asker { Some(slot) } else { None };
        let own = own(path, among);
        let admits = |i: &NodeId| *i != own && slot.is_none_or(|s| self.stage.may_run(s, *i));
        let constrained = slot.is_some_and(|s| self.constrained(s));
        let mut pool: Vec<NodeId> = if constrained || (distinct && u32::from(count) * 2 > nodes) {
            (0..nodes).filter(admits).collect()
        } else {
            Vec::new()
        };
        if !pool.is_empty() || constrained {
            self.draw_from_pool(&mut pool, count, distinct, out);
            return Ok(());
        }
        while out.len() < usize::from(count) && nodes > u32::from(own != NONE) {
            let node = self.random_below(nodes);
            if node != own && !(distinct && out.contains(&node)) {
                out.push(node);
            }
        }
        Ok(())
    }

    fn draw_from_pool(&mut self, pool: &mut Vec<NodeId>, count: u8, distinct: bool, out: &mut Vec<NodeId>) {
        for _ in 0..count {
            if pool.is_empty() {
                return;
            }
            let k = self.random_below(pool.len() as u32) as usize;
            out.push(if distinct { pool.swap_remove(k) } else { pool[k] });
        }
    }

    /// The process starts at a node: at once if it is there, else after the transfer. A node that refuses it leaves it
    /// where it is: it starts there, whatever that node would say to others.
    #[inline(always)]
    pub(super) fn start(&mut self, slot: Slot, from: NodeId, to: NodeId) -> Flow {
        self.legal(slot, to)?;
        let process = &self.stage.processes[slot];
        let refused = to != from && !self.stage.nodes[to as usize].accepts(to != process.home);
        let mut to = if refused { from } else { to };
        if self.scenario.attributes {
            to = self.kept_apart(slot, from, to);
        }
        let process = &mut self.stage.processes[slot];
        process.node = to;
        if process.measured & (to != process.home) {
            self.outcome.placed(process.lifetime);
        }
        if to == from || self.scenario.placement == Transfer::Free {
            return self.begin(slot, to);
        }
        let memory = self.stage.attributes.get(slot as usize).map_or(0.0, |a| a.memory);
        let seconds = self.pay_placement(from, to, memory);
        if seconds > 0.0 {
            return self.depart(slot, to, seconds, Trip::Start);
        }
        self.begin(slot, to)
    }

    /// Charges both ends of a placement with what it costs them, at once. Returns the seconds that the process is on its
    /// way.
    pub(super) fn pay_placement(&mut self, from: NodeId, to: NodeId, memory: f64) -> f64 {
        let price = self.scenario.placement.price(memory);
        self.charge(from, price.source_cpu);
        self.charge(to, price.target_cpu);
        price.seconds
    }

    /// Refuses sites that do not exist.
    pub(super) fn check_site(&self, site: Site) -> Flow {
        let problem = match site {
            Site::Node(node) if node as usize >= self.stage.nodes.len() => "does not exist",
            Site::Dispatcher(d) if d >= self.rules.dispatchers => "was not declared",
            Site::Coordinator if !self.rules.coordinator => "was not declared",
            Site::Node(_) | Site::Dispatcher(_) | Site::Coordinator | Site::Head { .. } => return Ok(()),
        };
        Err(Box::new(Error::Site { site, problem }))
    }

    /// Refuses nodes that do not exist or may not run this process.
    #[inline(always)]
    pub(super) fn legal(&self, slot: Slot, node: NodeId) -> Flow {
        let problem = if node as usize >= self.stage.nodes.len() {
            "does not exist"
        } else if self.scenario.attributes && !self.stage.may_run(slot, node) {
            "may not run it (home only, other architecture, or lacking what it needs)"
        } else {
            return Ok(());
        };
        Err(Box::new(Error::Node { index: self.stage.processes[slot].index, node, problem }))
    }

    fn constrained(&self, slot: Slot) -> bool {
        let attributes = self.stage.attributes.get(slot as usize);
        attributes.is_some_and(|a| a.must_stay || a.architectures != u32::MAX || a.needs != 0)
    }
}

//! Decisions on where a process starts: rounds of asking, forwarding, handing over and holding, and the start itself.

use super::inquiry::Asker;
use super::{Event, Path, World};
use crate::error::Error;
use crate::policy::{Among, Ask, Newcomer, Observation, Placement, Reply, Site, Stop, Who};
use crate::process::{NodeId, Slot, State};

/// Whether this reply ends the asking.
#[inline(always)]
pub(super) fn stops(stop: &Stop, reply: Option<&Observation>) -> bool {
    match (stop, reply) {
        (_, None) | (Stop::All, _) => false,
        (Stop::First, Some(_)) => true,
        (Stop::Below(limit), Some(o)) => o.load < *limit,
        (Stop::Above(limit), Some(o)) => o.load > *limit,
        (Stop::Accepted, Some(o)) => o.reply == Reply::Accept,
    }
}

impl World<'_> {
    /// A process has arrived; the declared opening question, if any, is asked first.
    #[inline(always)]
    pub(super) fn first_decision(&mut self, slot: Slot, home: NodeId) -> Result<(), Error> {
        let mut path = Path { site: Site::Node(home), at: home, hops: 0, round: 0 };
        self.replies.clear();
        let Some(openings) = &mut self.openings else { return self.decide(slot, path) };
        path.round = 1;
        let ask = openings.ask;
        if !self.prompt {
            self.inquire(Asker::Placement(slot), path, ask);
            return Ok(());
        }
        let mut targets = std::mem::take(&mut self.targets);
        openings.take(home, &self.nodes, &mut targets);
        for target in &targets {
            let observation = self.question(Asker::Placement(slot), path, &ask, *target)?;
            self.traffic.messages += 2;
            self.replies.push(observation);
        }
        self.targets = targets;
        self.decide(slot, path)
    }

    #[inline(always)]
    pub(super) fn newcomer(&self, slot: Slot, path: Path) -> Newcomer {
        let process = &self.processes[slot];
        let attributes = self.attributes.get(slot as usize);
        Newcomer {
            id: self.processes.id(slot),
            home: process.home,
            at: path.at,
            hops: path.hops,
            memory: attributes.map_or(0.0, |a| a.memory),
            class: attributes.map_or(0, |a| a.class),
            lifetime: self.knows.lifetime.then_some(process.lifetime),
        }
    }

    /// The policy decides, in as many rounds as it needs.
    #[inline(always)]
    pub(super) fn decide(&mut self, slot: Slot, mut path: Path) -> Result<(), Error> {
        loop {
            let newcomer = self.newcomer(slot, path);
            let placement =
                self.consult(path.site, path.at, path.round, |p, view, rng, _| p.place(&newcomer, view, rng));
            match placement {
                Placement::At(node) => return self.start(slot, path.at, node),
                Placement::Ask(ask) => {
                    self.next_round(&mut path)?;
                    if !self.prompt {
                        self.inquire(Asker::Placement(slot), path, ask);
                        return Ok(());
                    }
                    self.gather(Asker::Placement(slot), path, &ask)?;
                }
                Placement::Forward(node) => {
                    self.legal(slot, node)?;
                    self.next_round(&mut path)?;
                    (path.hops, path.round) = (path.hops + 1, 0);
                    let seconds = self.scenario.placement.seconds(newcomer.memory) + self.scenario.latency;
                    if seconds > 0.0 {
                        return self.forward(slot, node, path.hops, seconds);
                    }
                    (path.site, path.at) = (Site::Node(node), node);
                    self.processes[slot].node = node;
                    self.replies.clear();
                }
                Placement::Delegate(site) => {
                    self.next_round(&mut path)?;
                    self.traffic.messages += 1;
                    if self.scenario.latency > 0.0 {
                        let stamp = self.processes.id(slot).stamp;
                        self.schedule(self.now + self.scenario.latency, Event::Delegate(slot, stamp, site));
                        return Ok(());
                    }
                    (path.site, path.round) = (site, 0);
                    self.replies.clear();
                }
                Placement::Hold => {
                    self.processes[slot].state = State::Held;
                    self.held.push((path.site, newcomer));
                    return Ok(());
                }
            }
        }
    }

    /// Counts a round; forwardings and hand-overs at one instant count too.
    #[inline(always)]
    fn next_round(&mut self, path: &mut Path) -> Result<(), Error> {
        path.round += 1;
        self.instant += 1;
        if path.round.max(path.hops) > self.scenario.limits.rounds || self.instant > self.scenario.limits.instant {
            return Err(self.endless("the rounds of one decision", u64::from(self.scenario.limits.rounds)));
        }
        Ok(())
    }

    /// A decision has been handed over to another site.
    pub(super) fn delegated(&mut self, slot: Slot, stamp: u32, site: Site) -> Result<(), Error> {
        if self.processes.id(slot).stamp != stamp {
            return Ok(());
        }
        self.replies.clear();
        self.decide(slot, Path { site, at: self.processes[slot].node, hops: 0, round: 0 })
    }

    /// Asks at once, where messages take no time: fills `self.replies`.
    pub(super) fn gather(&mut self, asker: Asker, path: Path, ask: &Ask) -> Result<(), Error> {
        self.replies.clear();
        if let (Who::Distinct(count, among), true) = (ask.who, ask.sequential && !self.scenario.attributes) {
            return self.gather_in_turn(asker, path, ask, count, among);
        }
        let mut targets = std::mem::take(&mut self.targets);
        self.draw_targets(ask, path, asker, &mut targets);
        for target in &targets {
            let observation = self.question(asker, path, ask, *target)?;
            self.traffic.messages += 2;
            self.replies.push(observation);
            if ask.sequential && stops(&ask.stop, Some(&observation)) {
                break;
            }
        }
        self.targets = targets;
        Ok(())
    }

    /// Different random nodes one after the other: each is drawn only when it is asked.
    #[inline(always)]
    fn gather_in_turn(&mut self, asker: Asker, path: Path, ask: &Ask, count: u8, among: Among) -> Result<(), Error> {
        let nodes = self.nodes.len() as u32;
        let possible = nodes - u32::from(among == Among::Others);
        for _ in 0..u32::from(count).min(possible) {
            let target = loop {
                let node = self.random_below(nodes);
                let own = among == Among::Others && node == path.at;
                if !own && !self.replies.iter().any(|o| o.node == node) {
                    break node;
                }
            };
            let observation = self.question(asker, path, ask, target)?;
            self.traffic.messages += 2;
            self.replies.push(observation);
            if stops(&ask.stop, Some(&observation)) {
                break;
            }
        }
        Ok(())
    }

    #[inline(always)]
    fn random_below(&mut self, n: u32) -> u32 {
        self.mind.as_mut().expect("the policy is not being consulted now").rng.below(n)
    }

    /// Who is asked or told, in order.
    pub(super) fn draw_targets(&mut self, ask: &Ask, path: Path, asker: Asker, out: &mut Vec<NodeId>) {
        out.clear();
        let nodes = self.nodes.len() as u32;
        let (count, among, distinct) = match ask.who {
            Who::One(node) => return out.extend((node < nodes).then_some(node)),
            Who::At(Site::Node(node)) => return out.extend((node < nodes).then_some(node)),
            Who::At(_) => return,
            Who::Everyone => return out.extend((0..nodes).filter(|i| *i != path.at)),
            Who::Neighbours => return out.extend(self.view(Site::Node(path.at), path.at, 0).neighbours()),
            Who::Distinct(count, among) => (count, among, true),
            Who::Drawn(count, among) => (count, among, false),
        };
        let slot = if let Asker::Placement(slot) = asker { Some(slot) } else { None };
        let admits = |i: &NodeId| (among == Among::All || *i != path.at) && slot.is_none_or(|s| self.may_run(s, *i));
        let constrained = slot.is_some_and(|s| self.constrained(s));
        let mut pool: Vec<NodeId> = if constrained || (distinct && u32::from(count) * 2 > nodes) {
            (0..nodes).filter(admits).collect()
        } else {
            Vec::new()
        };
        if !pool.is_empty() || constrained {
            self.draw_from_pool(&mut pool, count, distinct, out);
            return;
        }
        while out.len() < usize::from(count) && nodes > u32::from(among == Among::Others) {
            let node = self.random_below(nodes);
            let own = among == Among::Others && node == path.at;
            if !own && !(distinct && out.contains(&node)) {
                out.push(node);
            }
        }
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

    /// The process starts at a node: at once if it is there, else after the transfer.
    #[inline(always)]
    pub(super) fn start(&mut self, slot: Slot, from: NodeId, to: NodeId) -> Result<(), Error> {
        self.legal(slot, to)?;
        let process = &mut self.processes[slot];
        process.node = to;
        // A process that was sent on is no longer at home, so `from` does not tell.
        if to != process.home && process.measured {
            self.outcome.placed_remotely += 1;
        }
        if to == from {
            return self.begin(slot, to);
        }
        let memory = self.attributes.get(slot as usize).map_or(0.0, |a| a.memory);
        let seconds = self.scenario.placement.seconds(memory);
        if seconds > 0.0 {
            return self.depart(slot, to, seconds);
        }
        self.begin(slot, to)
    }

    /// Refuses nodes that do not exist or may not run this process.
    #[inline(always)]
    pub(super) fn legal(&self, slot: Slot, node: NodeId) -> Result<(), Error> {
        let problem = if node as usize >= self.nodes.len() {
            "does not exist"
        } else if self.scenario.attributes && !self.may_run(slot, node) {
            "may not run it (home only, other architecture, or lacking what it needs)"
        } else {
            return Ok(());
        };
        Err(Error::Node { index: self.processes[slot].index, node, problem })
    }

    /// Whether a process is eligible for a node.
    fn may_run(&self, slot: Slot, node: NodeId) -> bool {
        let Some(attributes) = self.attributes.get(slot as usize) else { return true };
        let kind = &self.kinds[self.nodes[node as usize].kind()];
        let at_home = self.processes[slot].home == node;
        at_home
            || (!attributes.must_stay
                && attributes.architectures & kind.architecture != 0
                && attributes.needs & !kind.offers == 0)
    }

    fn constrained(&self, slot: Slot) -> bool {
        let attributes = self.attributes.get(slot as usize);
        attributes.is_some_and(|a| a.must_stay || a.architectures != u32::MAX || a.needs != 0)
    }
}

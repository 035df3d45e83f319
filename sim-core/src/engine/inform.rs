//! Runs the declared information structure: who tells whom what and when; counts, delays and charges the messages.
//!
//! A message takes the latency, and costs each node at its ends the message cost at kernel priority; dispatchers,
//! heads, the collector and the board stand beside the nodes. A node that is down sends nothing, and what reaches it is
//! lost. Runs whose policy collects nothing never come here.
//!
//! Not here: what sites know (`information`); questions that a policy asks itself (`inquiry`).

mod central;
mod gossip;
mod idle;

use super::{Event, Flow, World};
use crate::information::{Entry, Information, Knowledge, Rota, Timing};
use crate::policy::Site;
use crate::process::{NodeId, Slot};
use crate::rng::Rng;
use central::Collector;
use gossip::Letters;
use std::collections::VecDeque;

/// What is due in an information structure.
#[derive(Clone, Copy, Debug)]
pub(super) enum Due {
    /// It is the turn of the next node of the rota.
    Turn,
    /// It is the turn of all nodes.
    Round,
    /// It is the turn of a node that has no fixed period.
    Own(NodeId),
    /// It is the turn of the next head of this level.
    HeadTurn(u8),
    /// All loads are posted; what was posted is on the board.
    Post,
    /// See `Post`.
    Posted,
    /// A broadcast has arrived.
    Told(Entry),
    /// A report has arrived at the head of this level.
    Headed(u8, Entry),
    /// A letter of gossip has arrived.
    Letter(u32),
    /// A report has arrived at the collector.
    Reported(Entry),
    /// A decision has arrived at the collector.
    Request(Slot, u32, u32),
    /// The collector has dealt with what it was working on before its so-manyth crash.
    Served(u32),
    /// The collector crashes; another takes over.
    Crash,
    /// See `Crash`.
    Takeover,
    /// An idle node's question reaches the registrars that it compares.
    Compare(NodeId),
    /// It has the answer: this registrar.
    Chosen(NodeId, u32),
    /// A registration has arrived.
    Register(u32, Entry),
    /// The withdrawal of a registration has arrived.
    Withdraw(u32, NodeId),
}

impl Due {
    /// Crashes come first, then what arrives, then turns.
    pub(super) fn rank(&self) -> u8 {
        match self {
            Due::Crash | Due::Takeover => 1,
            Due::Turn | Due::Round | Due::Own(_) | Due::HeadTurn(_) | Due::Post => 4,
            _ => 3,
        }
    }
}

/// The state of a structure that is nobody's knowledge.
pub(super) struct Informant {
    information: Information,
    rng: Rng,
    /// The turns of the nodes, and of the heads by level.
    rota: Rota,
    heads: Vec<Rota>,
    /// How many rounds have begun.
    rounds: f64,
    /// What each node told last, where it tells on change.
    told: Vec<f64>,
    /// Snapshots on their way to the board, and their memory when they have arrived.
    posts: VecDeque<Vec<Entry>>,
    spare: Vec<Vec<Entry>>,
    letters: Letters,
    collector: Collector,
}

impl Informant {
    pub(super) fn new(information: Information, rng: Rng) -> Self {
        Informant {
            information,
            rng,
            rota: Rota::default(),
            heads: Vec::new(),
            rounds: 0.0,
            told: Vec::new(),
            posts: VecDeque::new(),
            spare: Vec::new(),
            letters: Letters::default(),
            collector: Collector::default(),
        }
    }

    /// An exponential time of this mean.
    fn exponential(&mut self, mean: f64) -> f64 {
        -mean * libm::log(self.rng.unit())
    }
}

impl World<'_> {
    /// Before the run: what happens by itself is scheduled, and those who are idle register.
    pub(super) fn start_informing(&mut self) {
        let nodes = self.stage.nodes.len() as u32;
        match self.informant.information {
            Information::Blind | Information::Exact | Information::OnDemand => {}
            Information::Periodic { period, timing } => self.start_turns(period, timing),
            Information::Gossip(gossip) => self.start_turns(gossip.period, gossip.timing),
            Information::Board { .. } => self.schedule(self.now, Event::Inform(Due::Post)),
            Information::OnChange { .. } => {
                self.informant.told = vec![0.0; nodes as usize];
                for i in 0..nodes {
                    let entry = self.entry(i);
                    self.post(entry);
                }
            }
            Information::Central(central) => self.start_collecting(central),
            Information::Hierarchical(groups) => {
                self.start_turns(groups.period(0), Timing::Phases);
                for level in 1..groups.levels() {
                    let members = groups.count(nodes, level - 1);
                    let rota = Rota::new(members, groups.period(level), &mut self.informant.rng);
                    self.schedule(rota.due(), Event::Inform(Due::HeadTurn(level - 1)));
                    self.informant.heads.push(rota);
                }
            }
            Information::Idle { .. } => (0..nodes).for_each(|i| self.register(i)),
        }
    }

    /// From now on every node has its turn once per period.
    fn start_turns(&mut self, period: f64, timing: Timing) {
        let nodes = self.stage.nodes.len() as u32;
        match timing {
            Timing::Phases => {
                self.informant.rota = Rota::new(nodes, period, &mut self.informant.rng);
                self.schedule(self.informant.rota.due(), Event::Inform(Due::Turn));
            }
            Timing::Rounds => self.schedule(self.now, Event::Inform(Due::Round)),
            Timing::Poisson => (0..nodes).for_each(|i| self.schedule_own(i, period)),
        }
    }

    fn schedule_own(&mut self, i: NodeId, period: f64) {
        let after = self.informant.exponential(period);
        self.schedule(self.now + after, Event::Inform(Due::Own(i)));
    }

    /// What is due happens.
    pub(super) fn inform(&mut self, due: Due) -> Flow {
        match due {
            Due::Turn => {
                let node = self.informant.rota.take();
                self.schedule(self.informant.rota.due(), Event::Inform(Due::Turn));
                self.turn(node);
            }
            Due::Round => self.round(),
            Due::Own(node) => {
                self.schedule_own(node, self.turn_period());
                self.turn(node);
            }
            Due::HeadTurn(level) => self.head_turn(level),
            Due::Post => self.post_all(),
            Due::Posted => self.posted(),
            Due::Told(entry) => self.told(entry),
            Due::Headed(level, entry) => self.headed(level, entry),
            Due::Letter(k) => self.open_letter(k),
            Due::Reported(entry) => return self.reported(entry),
            Due::Request(slot, stamp, hops) => return self.requested(slot, stamp, hops),
            Due::Served(crashes) => return self.served(crashes),
            Due::Crash => self.crash(),
            Due::Takeover => return self.take_over(),
            Due::Compare(node) => self.compare(node),
            Due::Chosen(node, registrar) => self.chosen(node, registrar),
            Due::Register(registrar, entry) => self.registered(registrar, entry),
            Due::Withdraw(registrar, node) => self.withdrawn_from(registrar, node),
        }
        Ok(())
    }

    /// The period of the nodes.
    fn turn_period(&self) -> f64 {
        match self.informant.information {
            Information::Periodic { period, .. } | Information::Board { period } => period,
            Information::Gossip(gossip) => gossip.period,
            Information::Central(central) => central.period,
            Information::Hierarchical(groups) => groups.period(0),
            _ => f64::INFINITY,
        }
    }

    /// A node does what it does once per period.
    fn turn(&mut self, i: NodeId) {
        if !self.stage.nodes[i as usize].is_up() {
            return;
        }
        match self.informant.information {
            Information::Periodic { .. } => self.broadcast(i),
            Information::Gossip(gossip) => self.gossip(i, gossip),
            Information::Central(_) => self.report(i),
            Information::Hierarchical(_) => {
                let entry = self.entry(i);
                self.send_to_site(i);
                self.deliver_due(Due::Headed(0, entry));
            }
            _ => {}
        }
    }

    /// All nodes do it at once.
    fn round(&mut self) {
        self.informant.rounds += 1.0;
        let next = crate::time::Time::new(self.informant.rounds * self.turn_period());
        self.schedule(next, Event::Inform(Due::Round));
        (0..self.stage.nodes.len() as NodeId).for_each(|i| self.turn(i));
        self.open_letters();
    }

    /// What a node tells of itself now.
    fn entry(&self, node: NodeId) -> Entry {
        Entry { node, load: self.stage.index(node, self.now).1, as_of: self.now }
    }

    /// One message of a node to a site that is no node.
    fn send_to_site(&mut self, i: NodeId) {
        self.traffic.messages += 1;
        self.charge(i, self.scenario.message_cost);
    }

    /// Something arrives after the latency.
    fn deliver_due(&mut self, due: Due) {
        self.schedule(self.now + self.scenario.latency, Event::Inform(due));
    }

    /// A node tells all others: one message that arrives n - 1 times.
    fn broadcast(&mut self, i: NodeId) {
        let entry = self.entry(i);
        self.traffic.messages += self.stage.nodes.len() as u64 - 1;
        self.charge(i, self.scenario.message_cost);
        if self.scenario.latency > 0.0 { self.deliver_due(Due::Told(entry)) } else { self.told(entry) }
    }

    fn told(&mut self, entry: Entry) {
        self.post(entry);
        if self.scenario.message_cost > 0.0 {
            for i in 0..self.stage.nodes.len() as NodeId {
                if i != entry.node && self.stage.nodes[i as usize].is_up() {
                    self.charge(i, self.scenario.message_cost);
                }
            }
        }
    }

    /// What everyone, or the collector, knows of a node from now on.
    fn post(&mut self, entry: Entry) {
        if let Knowledge::Everyone(table) | Knowledge::Collector(table) = &mut self.stage.knowledge {
            table.put(entry.node as usize, entry);
        }
    }

    /// The next snapshot of the board.
    fn post_all(&mut self) {
        self.informant.rounds += 1.0;
        let next = crate::time::Time::new(self.informant.rounds * self.turn_period());
        self.schedule(next, Event::Inform(Due::Post));
        let mut snapshot = self.informant.spare.pop().unwrap_or_default();
        for i in 0..self.stage.nodes.len() as NodeId {
            if self.stage.nodes[i as usize].is_up() {
                snapshot.push(self.entry(i));
                self.send_to_site(i);
            }
        }
        self.informant.posts.push_back(snapshot);
        if self.scenario.latency > 0.0 { self.deliver_due(Due::Posted) } else { self.posted() }
    }

    /// The oldest snapshot under way is on the board.
    fn posted(&mut self) {
        if let Some(mut snapshot) = self.informant.posts.pop_front() {
            snapshot.drain(..).for_each(|entry| self.post(entry));
            self.informant.spare.push(snapshot);
        }
    }

    /// The head of a group tells the head above it the mean of what it knows, as old as the oldest part of it.
    fn head_turn(&mut self, level: u8) {
        let rota = &mut self.informant.heads[level as usize];
        let group = rota.take();
        let due = rota.due();
        self.schedule(due, Event::Inform(Due::HeadTurn(level)));
        let (Information::Hierarchical(groups), Knowledge::Heads(levels)) =
            (&self.informant.information, &self.stage.knowledge)
        else {
            return;
        };
        let known = levels[level as usize][group as usize].list();
        let Some(as_of) = known.iter().map(|e| e.as_of).reduce(|a, b| a.min(b)) else { return };
        let load = known.iter().map(|e| e.load).sum::<f64>() / known.len() as f64;
        let entry = Entry { node: group * groups.nodes(level), load, as_of };
        self.traffic.messages += 1;
        self.deliver_due(Due::Headed(level + 1, entry));
    }

    fn headed(&mut self, level: u8, entry: Entry) {
        let (Information::Hierarchical(groups), Knowledge::Heads(levels)) =
            (&self.informant.information, &mut self.stage.knowledge)
        else {
            return;
        };
        let group = groups.group(entry.node, level);
        let within = entry.node - group * groups.nodes(level);
        let number = if level == 0 { within } else { within / groups.nodes(level - 1) };
        levels[level as usize][group as usize].put(number as usize, entry);
    }

    /// The load of a node has changed, or whether it is up: measures it, and tells those who are to be told.
    #[inline(never)]
    pub(super) fn follow(&mut self, i: NodeId) {
        self.stage.gauges.changed(i as usize, &self.stage.nodes[i as usize], self.now);
        if !self.stage.nodes[i as usize].is_up() {
            return;
        }
        let information = self.informant.information;
        match information {
            Information::OnChange { by } if self.differs(i, by) => self.broadcast(i),
            Information::Central(central) if self.differs(i, central.by) => self.report(i),
            Information::Idle { withdraw, .. } => {
                if self.stage.nodes[i as usize].load() == 0 {
                    self.register(i);
                } else if withdraw {
                    self.withdraw_registration(i);
                }
            }
            _ => {}
        }
    }

    /// Whether a node must tell that its load has changed; if so, it does.
    fn differs(&mut self, i: NodeId, by: f64) -> bool {
        let shown = self.stage.index(i, self.now).1;
        let Some(told) = self.informant.told.get_mut(i as usize) else { return false };
        let differs = (shown - *told).abs() >= by;
        if differs {
            *told = shown;
        }
        differs
    }

    /// Notes how old what a site knows is when it decides.
    #[inline(never)]
    pub(super) fn note_ages(&mut self, site: Site) {
        if let Some(age) = self.stage.knowledge.mean_age(site, self.now) {
            self.traffic.ages.add(age);
        }
    }
}

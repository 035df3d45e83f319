//! Wake-ups and the orders that come of them.

use super::inquiry::Asker;
use super::{Event, Flow, Path, Trip, World};
use crate::policy::{Ask, Command, Declared, Note, Pick, Site, To, Wake, Who};
use crate::process::{NodeId, ProcessId, Slot, State};
use crate::rng::Rng;

/// A wake-up that asks again and again, or whose questions make others ask, goes on through the agenda after so many
/// rounds, so that its bound is [`crate::scenario::Limits::rounds`] and not the stack.
const DEEP: u32 = 8;

impl World<'_> {
    /// Delivers the wake-ups that an event has caused, and those that these cause.
    pub(super) fn wake_all(&mut self) -> Flow {
        let mut count = 0;
        while let Some((site, wake)) = self.pending.pop_front() {
            count += 1;
            if count > self.scenario.limits.instant {
                return Err(self.endless("the wake-ups of one event", self.scenario.limits.instant));
            }
            self.act(site, wake, 0)?;
        }
        Ok(())
    }

    /// Every site that wants it gets its period, each at a random phase of its own.
    pub(super) fn schedule_periods(&mut self, declared: &Declared, mut rng: Rng) {
        let Some(period) = declared.wakes.every else { return };
        let nodes = (0..self.stage.nodes.len() as NodeId).map(Site::Node);
        let dispatchers = (0..declared.dispatchers).map(Site::Dispatcher);
        let coordinator = declared.coordinator.then_some(Site::Coordinator);
        for site in nodes.chain(dispatchers).chain(coordinator) {
            let phase = period * rng.unit();
            self.schedule(self.now + phase, Event::Every(site));
        }
    }

    pub(super) fn period(&mut self, site: Site) -> Flow {
        if let Some(period) = self.rules.wakes.every {
            self.schedule(self.now + period, Event::Every(site));
        }
        self.act(site, Wake::Every, 0)
    }

    /// The node at which a site stands for what it sees and pays; other sites than nodes stand nowhere.
    fn node_of(site: Site) -> NodeId {
        if let Site::Node(i) = site { i } else { 0 }
    }

    /// Wakes a site and carries out what it orders.
    pub(super) fn act(&mut self, site: Site, wake: Wake, round: u32) -> Flow {
        if !matches!(wake, Wake::Replies(_)) {
            self.replies.clear();
        }
        if self.rules.informed {
            self.note_ages(site);
        }
        let here = Self::node_of(site);
        self.consult(site, here, round, |policy, view, rng, out| policy.act(wake, view, out, rng));
        if self.sink.is_some() && !self.mind.commands.is_empty() {
            self.tell_orders(site, here, round, &wake);
        }
        self.obey(site, here, round)
    }

    /// Carries out the orders of a site, in order.
    pub(super) fn obey(&mut self, site: Site, here: NodeId, round: u32) -> Flow {
        let mind = &mut self.mind;
        if mind.commands.is_empty() {
            return Ok(());
        }
        let list = mind.commands.take();
        for command in &list {
            self.carry_out(*command, site, here, round)?;
        }
        let mind = &mut self.mind;
        mind.commands.put_back(list);
        Ok(())
    }

    fn carry_out(&mut self, command: Command, site: Site, here: NodeId, round: u32) -> Flow {
        match command {
            Command::Move { pick, from, to } => self.move_picked(pick, from, to),
            Command::Start { held, at } => self.start_held(held, at, site),
            Command::Suspend(id) => self.suspend(id),
            Command::Resume(id) => self.resume_process(id),
            Command::Priority { process, low } => self.prioritise(process, low),
            Command::Restart { process, at } => self.restart(process, at),
            Command::Kill(id) => {
                let decided = |s: &Slot| self.stage.processes[*s].state != State::Deciding;
                if let Some(slot) = self.stage.processes.find(id).filter(decided) {
                    self.kill(slot);
                }
                Ok(())
            }
            Command::Clone { process, at } => match self.resident(process) {
                Some(slot) => self.copy(slot, at),
                None => Ok(()),
            },
            Command::Export(extra) => {
                self.export(here, extra);
                Ok(())
            }
            Command::Send { to, note } => self.send(site, here, to, note),
            Command::Ask(ask) => self.ask(site, here, round, ask),
            Command::Wake { after, note } => {
                self.schedule(self.now + after.max(0.0), Event::Timer(site, note));
                Ok(())
            }
        }
    }

    /// The slot of a process that is at a node, running or not. Orders about one that is being decided upon, held or on
    /// its way come too early or too late, and do nothing.
    fn resident(&self, id: ProcessId) -> Option<Slot> {
        self.stage.processes.find(id).filter(|s| self.stage.processes[*s].state.is_resident())
    }

    /// From now on a node tells others that its load is so much more.
    fn export(&mut self, here: NodeId, extra: f64) {
        self.stage.gauges.add(here as usize, self.stage.nodes.len(), extra);
        self.rules.considered = true;
        if self.rules.followed {
            self.follow(here);
        }
    }

    fn ask(&mut self, site: Site, here: NodeId, round: u32, ask: Ask) -> Flow {
        let path = Path { site, at: here, hops: 0, round: round + 1 };
        if path.round > self.scenario.limits.rounds {
            return Err(self.endless("the rounds of one wake-up", u64::from(self.scenario.limits.rounds)));
        }
        if !self.rules.prompt || path.round > DEEP {
            return self.inquire(Asker::Act, path, ask);
        }
        self.gather(Asker::Act, path, &ask)?;
        self.act(site, Wake::Replies(ask.note), path.round)
    }

    fn send(&mut self, site: Site, here: NodeId, to: Who, note: Note) -> Flow {
        if let Who::At(target) = to {
            return self.deliver_note(site, target, note);
        }
        let path = Path { site, at: here, hops: 0, round: 0 };
        let mut targets = std::mem::take(&mut self.targets);
        self.draw_targets(&Ask { who: to, ..Ask::one(0) }, path, Asker::Act, &mut targets)?;
        for target in &targets {
            self.deliver_note(site, Site::Node(*target), note)?;
        }
        self.targets = targets;
        Ok(())
    }

    fn deliver_note(&mut self, from: Site, to: Site, note: Note) -> Flow {
        self.check_site(to)?;
        self.traffic.messages += 1;
        let latency = self.latency(from, to);
        if latency > 0.0 {
            self.schedule(self.now + latency, Event::Message(to, from, note));
        } else {
            self.pending.push_back((to, Wake::Message { from, note }));
        }
        Ok(())
    }

    fn move_picked(&mut self, pick: Pick, from: NodeId, to: To) -> Flow {
        if let Pick::Process(id) = pick {
            return self.resident(id).map_or(Ok(()), |slot| self.move_to(slot, to));
        }
        self.check_site(Site::Node(from))?;
        if let To::Node(target) = to {
            self.check_site(Site::Node(target))?;
        }
        for slot in self.picked(pick, from, to) {
            self.tell_picked(slot);
            self.move_to(slot, to)?;
        }
        Ok(())
    }

    /// The processes of a node that a pick names, in the order in which they move. Who may not run at the target is passed
    /// over: a node that takes from another cannot know that.
    fn picked(&self, pick: Pick, from: NodeId, to: To) -> Vec<Slot> {
        let mut list = Vec::new();
        let node = &self.stage.nodes[from as usize];
        node.each(&self.stage.processes, |slot| list.push(slot));
        if self.transit.is_some() {
            list.retain(|slot| self.stage.processes[*slot].state != State::Copying);
        }
        if let Pick::NeverStarted(_) = pick {
            list.retain(|slot| node.age(*slot, &self.stage.processes, self.now) == 0.0 && !node.serves(*slot));
        }
        if let (To::Node(target), true) = (to, self.scenario.attributes) {
            list.retain(|slot| self.stage.may_run(*slot, target));
        }
        list.sort_by_key(|slot| std::cmp::Reverse(self.stage.processes[*slot].index));
        let count = match pick {
            Pick::Newest(n) | Pick::NeverStarted(n) => n as usize,
            Pick::Half => list.len() / 2,
            Pick::Oldest(n) => {
                list.reverse();
                n as usize
            }
            Pick::Process(_) => 0,
        };
        list.truncate(count);
        list
    }

    fn move_to(&mut self, slot: Slot, to: To) -> Flow {
        match to {
            To::Node(node) if self.rules.negotiates => self.negotiate(slot, node),
            To::Node(node) => self.migrate(slot, node),
            To::Home => self.migrate(slot, self.stage.processes[slot].home),
            To::Queue(site) => {
                self.check_site(site)?;
                let node = self.stage.processes[slot].node;
                let queued = self.withdraw(slot);
                self.tell_left(slot);
                if self.scenario.attributes {
                    self.release_memory(slot, node);
                }
                let path = Path { site, at: node, hops: 0, round: 0 };
                let newcomer = self.newcomer(slot, path);
                self.stage.processes[slot].state = State::Held;
                self.stage.held.push((site, newcomer));
                self.withdrawn(node, queued);
                Ok(())
            }
        }
    }

    fn start_held(&mut self, held: ProcessId, at: NodeId, site: Site) -> Flow {
        let Some(k) = self.stage.held.iter().position(|(s, n)| *s == site && n.id == held) else { return Ok(()) };
        let (_, newcomer) = self.stage.held[k];
        let slot = newcomer.id.slot;
        let process = &self.stage.processes[slot];
        if process.age > 0.0 || process.moves > 0 {
            self.legal(slot, at)?;
            if !self.takes(slot, at) {
                return Ok(());
            }
            self.stage.held.remove(k);
            let seconds = self.stage.migration.seconds(newcomer.memory);
            self.count_move(slot, newcomer.memory, seconds);
            self.tell_move(slot, newcomer.at, seconds, newcomer.memory, at);
            return self.depart(slot, at, seconds.max(self.io_left(slot)), Trip::Migration);
        }
        self.stage.held.remove(k);
        self.stage.processes[slot].state = State::Deciding;
        self.start(slot, newcomer.at, at)
    }

    fn suspend(&mut self, id: ProcessId) -> Flow {
        let Some(slot) = self.stage.processes.find(id) else { return Ok(()) };
        match self.stage.processes[slot].state {
            State::Present => {
                self.unqueue(slot);
                self.park(slot, State::Suspended);
                self.departed(self.stage.processes[slot].node);
            }
            // Its I/O goes on.
            State::Yielding | State::Blocked => self.stage.processes[slot].state = State::Suspended,
            State::Deciding | State::Held | State::Moving | State::Suspended | State::Copying => {}
        }
        Ok(())
    }

    fn resume_process(&mut self, id: ProcessId) -> Flow {
        let suspended = |s: &Slot| self.stage.processes[*s].state == State::Suspended;
        if let Some(slot) = self.stage.processes.find(id).filter(suspended) {
            self.unpark(slot);
            if self.io_left(slot) > 0.0 {
                self.park(slot, State::Blocked);
            } else {
                self.queue(slot, self.stage.processes[slot].node);
            }
        }
        Ok(())
    }

    fn prioritise(&mut self, id: ProcessId, low: bool) -> Flow {
        let Some(slot) = self.stage.processes.find(id).filter(|s| self.stage.processes[*s].low != low) else {
            return Ok(());
        };
        self.stage.processes[slot].low = low;
        // From now on queues are watched on its behalf.
        self.rules.watching = true;
        let node = self.stage.processes[slot].node;
        match self.stage.processes[slot].state {
            State::Present => {
                self.unqueue(slot);
                self.queue(slot, node);
                if self.stage.processes[slot].state == State::Yielding {
                    self.departed(node);
                }
                self.admit_low(node);
            }
            State::Yielding => {
                self.unpark(slot);
                self.queue(slot, node);
            }
            State::Deciding | State::Held | State::Moving | State::Suspended | State::Blocked | State::Copying => {}
        }
        Ok(())
    }

    fn restart(&mut self, id: ProcessId, at: NodeId) -> Flow {
        let Some(slot) = self.resident(id) else { return Ok(()) };
        self.legal(slot, at)?;
        let from = self.stage.processes[slot].node;
        if at != from && !self.takes(slot, at) {
            return Ok(());
        }
        let queued = self.withdraw(slot);
        self.tell_left(slot);
        self.outcome.wasted += self.stage.processes[slot].age;
        self.stage.processes[slot].age = 0.0;
        self.forget(slot);
        if self.scenario.attributes {
            self.release_memory(slot, from);
        }
        self.withdrawn(from, queued);
        if self.stage.processes[slot].measured && at != self.stage.processes[slot].home {
            self.outcome.placed(self.stage.processes[slot].lifetime);
        }
        let memory = self.stage.attributes.get(slot as usize).map_or(0.0, |a| a.memory);
        let seconds = if at == from { 0.0 } else { self.pay_placement(from, at, memory) };
        self.stage.processes[slot].node = at;
        if seconds > 0.0 { self.depart(slot, at, seconds, Trip::Start) } else { self.begin(slot, at) }
    }
}

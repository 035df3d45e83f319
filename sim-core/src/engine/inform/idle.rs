//! Idle registration: the queues of join-idle-queue.

use super::{Due, Event, World};
use crate::information::{Entry, Information, Knowledge, Registers};
use crate::policy::Site;
use crate::process::NodeId;

impl World<'_> {
    fn registers(&mut self) -> Option<(&mut Registers, bool)> {
        if let Knowledge::Idle(registers, dispatchers) = &mut self.stage.knowledge {
            return Some((registers, *dispatchers));
        }
        None
    }

    /// An idle node registers, if it is not registered: with a random registrar, or with the best of several after
    /// asking them.
    pub(super) fn register(&mut self, i: NodeId) {
        if self.registers().is_none_or(|(registers, _)| registers.registrar(i).is_some()) {
            return;
        }
        let count = self.compared();
        if count == 1 {
            let registrar = self.draw_registrar(i);
            return self.enter_register(i, registrar);
        }
        for _ in 0..count {
            self.send_to_site(i);
        }
        if self.scenario.latency > 0.0 { self.deliver_due(Due::Compare(i)) } else { self.compare(i) }
    }

    /// How many different registrars a node asks; a node does not register with itself unless it is alone.
    fn compared(&mut self) -> u32 {
        let Information::Idle { choices, .. } = self.informant.information else { return 0 };
        let Some((registers, dispatchers)) = self.registers() else { return 0 };
        let others = registers.registrars() - u32::from(!dispatchers);
        u32::from(choices).min(others.max(1))
    }

    /// A random registrar.
    fn draw_registrar(&mut self, i: NodeId) -> u32 {
        let Some((registers, dispatchers)) = self.registers() else { return 0 };
        let all = registers.registrars();
        if dispatchers || all == 1 {
            return self.informant.rng.below(all);
        }
        let other = self.informant.rng.below(all - 1);
        other + u32::from(other >= i)
    }

    /// The registrars reply with the lengths of their queues; the shortest is chosen, the first drawn among equals.
    pub(super) fn compare(&mut self, i: NodeId) {
        let count = self.compared() as usize;
        let mut drawn: Vec<u32> = Vec::with_capacity(count);
        while drawn.len() < count {
            let registrar = self.draw_registrar(i);
            if !drawn.contains(&registrar) {
                drawn.push(registrar);
            }
        }
        let mut best = (usize::MAX, 0);
        for registrar in drawn {
            let Some((registers, dispatchers)) = self.registers() else { return };
            let length = registers.queue(registrar).len();
            if length < best.0 {
                best = (length, registrar);
            }
            self.traffic.messages += 1;
            if !dispatchers {
                // It is asked and replies.
                self.charge(registrar, 2.0 * self.scenario.message_cost);
            }
        }
        if self.scenario.latency > 0.0 {
            self.deliver_due(Due::Chosen(i, best.1));
        } else {
            self.chosen(i, best.1);
        }
    }

    /// The node knows where to register, and does so if it is still idle.
    pub(super) fn chosen(&mut self, i: NodeId, registrar: u32) {
        (0..self.compared()).for_each(|_| self.charge(i, self.scenario.message_cost));
        let registered = self.registers().is_none_or(|(registers, _)| registers.registrar(i).is_some());
        if !registered && self.stage.nodes[i as usize].load() == 0 {
            self.enter_register(i, registrar);
        }
    }

    fn enter_register(&mut self, i: NodeId, registrar: u32) {
        let entry = Entry { load: 0.0, ..self.entry(i) };
        self.send_to_site(i);
        if let Some((registers, _)) = self.registers() {
            registers.chosen(i, registrar);
        }
        if self.scenario.latency > 0.0 {
            self.deliver_due(Due::Register(registrar, entry));
        } else {
            self.registered(registrar, entry);
        }
    }

    /// The registration has arrived.
    pub(super) fn registered(&mut self, registrar: u32, entry: Entry) {
        self.charge_registrar(registrar);
        if let Some((registers, _)) = self.registers() {
            registers.arrived(registrar, entry);
        }
    }

    fn charge_registrar(&mut self, registrar: u32) {
        if self.registers().is_some_and(|(_, dispatchers)| !dispatchers) {
            self.charge(registrar, self.scenario.message_cost);
        }
    }

    /// A registered node has got a process from elsewhere.
    pub(super) fn withdraw_registration(&mut self, i: NodeId) {
        let Some(registrar) = self.registers().and_then(|(registers, _)| registers.leave(i)) else { return };
        self.send_to_site(i);
        if self.scenario.latency > 0.0 {
            self.schedule(self.now + self.scenario.latency, Event::Inform(Due::Withdraw(registrar, i)));
        } else {
            self.withdrawn_from(registrar, i);
        }
    }

    pub(super) fn withdrawn_from(&mut self, registrar: u32, i: NodeId) {
        self.charge_registrar(registrar);
        if let Some((registers, _)) = self.registers() {
            registers.remove(registrar, i);
        }
    }

    /// A site starts a process at a node: if the node is registered there, its registration is used up.
    pub(in crate::engine) fn use_registration(&mut self, site: Site, node: NodeId) {
        let Some((registers, dispatchers)) = self.registers() else { return };
        let registrar = match site {
            Site::Dispatcher(k) if dispatchers => k,
            Site::Node(k) if !dispatchers => k,
            _ => return,
        };
        if registers.remove(registrar, node) {
            registers.leave(node);
        }
    }
}

//! Failures while a run goes on: when the next one is due, and the file server that is away.
//!
//! Not here: what the failure of a node does (`changes`).

use super::{Event, World};
use crate::faults::{Faults, Outages};
use crate::network::End;
use crate::node::Change;
use crate::process::NodeId;
use crate::rng::Rng;
use crate::time::Time;

/// What the failures of a run need.
#[derive(Debug)]
pub(super) struct Failing {
    rng: Rng,
    /// Until when the file server is down.
    server_until: Time,
}

/// A failure, or its repair, of a machine that fails at random.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fault {
    /// A node fails.
    Node(NodeId),
    /// It is repaired.
    Repaired(NodeId),
    /// The file server fails for so many seconds, at random if they are not given.
    Server(Option<f64>),
    /// It may be up again.
    ServerUp,
}

impl World<'_> {
    /// Plans the first failures. Draws depend on failures alone, so they are the same under every policy.
    pub(super) fn plan_faults(&mut self, rng: Rng) {
        let faults = &self.scenario.faults;
        if faults.is_none() {
            return;
        }
        self.failing = Some(Box::new(Failing { rng, server_until: Time::ZERO }));
        for outage in &faults.planned {
            let at = Time::new(outage.at);
            match outage.of {
                End::Node(i) => {
                    self.schedule(at, Event::Change(i, Change::Fail));
                    self.schedule(at + outage.lasts, Event::Change(i, Change::Repair));
                }
                End::Server => self.schedule(at, Event::Fault(Fault::Server(Some(outage.lasts)))),
            }
        }
        for i in 0..self.stage.nodes.len() as NodeId {
            self.next_fault(faults.node, |o| o.mtbf, Fault::Node(i));
        }
        self.next_fault(faults.server, |o| o.mtbf, Fault::Server(None));
    }

    fn drawn(&mut self, mean: f64) -> f64 {
        self.failing.as_deref_mut().map_or(f64::INFINITY, |f| -mean * libm::log1p(-f.rng.unit()))
    }

    fn next_fault(&mut self, outages: Option<Outages>, mean: fn(&Outages) -> f64, fault: Fault) {
        if let Some(outages) = outages {
            let at = self.now + self.drawn(mean(&outages));
            self.schedule(at, Event::Fault(fault));
        }
    }

    /// A failure, or a repair, is due.
    pub(super) fn fault(&mut self, fault: Fault) -> super::Flow {
        let Faults { node, server, .. } = self.scenario.faults;
        match fault {
            Fault::Node(i) => {
                self.next_fault(node, |o| o.repair, Fault::Repaired(i));
                self.change(i, Change::Fail)
            }
            Fault::Repaired(i) => {
                self.next_fault(node, |o| o.mtbf, Fault::Node(i));
                self.change(i, Change::Repair)
            }
            Fault::Server(lasts) => {
                let random = server.filter(|_| lasts.is_none()).map(|o| o.repair);
                let seconds = lasts.unwrap_or_else(|| random.map_or(0.0, |mean| self.drawn(mean)));
                self.server_fails(self.now + seconds);
                if random.is_some() {
                    let next = self.now + seconds + server.map_or(f64::INFINITY, |o| self.drawn(o.mtbf));
                    self.schedule(next, Event::Fault(Fault::Server(None)));
                }
                Ok(())
            }
            Fault::ServerUp => {
                self.connect_server();
                Ok(())
            }
        }
    }

    /// Until when the file server is down.
    pub(super) fn server_until(&self) -> Time {
        self.failing.as_deref().map_or(Time::ZERO, |f| f.server_until)
    }

    fn server_fails(&mut self, until: Time) {
        if let Some(failing) = self.failing.as_deref_mut()
            && failing.server_until < until
        {
            failing.server_until = until;
            self.schedule(until, Event::Fault(Fault::ServerUp));
        }
        self.connect_server();
    }

    /// Transfers to and from the file server wait while it is down, and go on when it is up.
    fn connect_server(&mut self) {
        let nodes = self.stage.nodes.len() as u32;
        let (now, up) = (self.now, self.server_until() <= self.now);
        let (fabric, Some(transit)) = (&self.scenario.fabric, self.transit.as_deref_mut()) else { return };
        let links = fabric.links(nodes);
        for link in fabric.server_links(nodes) {
            transit.flows.set_link(link, if up { links[link as usize] } else { 0.0 }, now);
        }
        self.plan_flows();
    }
}

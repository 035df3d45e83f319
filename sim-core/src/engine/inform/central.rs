//! The central collector: one server with a queue of reports and requests, which may crash.

use super::{Due, Event, Flow, World};
use crate::information::{Central, Entry, Information, Knowledge};
use crate::policy::Site;
use crate::process::{NodeId, Slot};
use crate::time::Time;
use std::collections::VecDeque;

/// What waits at the collector.
#[derive(Clone, Copy, Debug)]
enum Errand {
    Report(Entry),
    /// A process whose placement is to be decided, its stamp, and how often it has been forwarded.
    Request(Slot, u32, u32),
}

/// The collector.
#[derive(Debug, Default)]
pub(super) struct Collector {
    /// The first is being dealt with while it is busy.
    queue: VecDeque<Errand>,
    busy: bool,
    down: bool,
    crashes: u32,
}

impl World<'_> {
    pub(super) fn start_collecting(&mut self, central: Central) {
        if central.by < f64::INFINITY {
            self.informant.told = vec![f64::INFINITY; self.stage.nodes.len()];
        }
        if central.period < f64::INFINITY {
            self.start_turns(central.period, central.timing);
        }
        self.schedule(Time::ZERO + central.crash_at, Event::Inform(Due::Crash));
        if central.crash_at == f64::INFINITY {
            self.plan_crash(central);
        }
    }

    /// The next crash of a series.
    fn plan_crash(&mut self, central: Central) {
        if central.crash_every < f64::INFINITY {
            let after = self.informant.exponential(central.crash_every);
            self.schedule(self.now + after, Event::Inform(Due::Crash));
        }
    }

    fn central(&self) -> Option<Central> {
        if let Information::Central(central) = self.informant.information { Some(central) } else { None }
    }

    /// A node reports.
    pub(super) fn report(&mut self, i: NodeId) {
        let entry = self.entry(i);
        self.send_to_site(i);
        self.deliver_due(Due::Reported(entry));
    }

    pub(super) fn reported(&mut self, entry: Entry) -> Flow {
        if self.informant.collector.down { Ok(()) } else { self.queue_errand(Errand::Report(entry)) }
    }

    /// A decision goes to the collector. False where there is none: then it is made at once.
    pub(in crate::engine) fn request(&mut self, slot: Slot, site: Site, hops: u32) -> bool {
        let collected = site == Site::Coordinator && self.central().is_some();
        if collected {
            let stamp = self.stage.processes.id(slot).stamp;
            self.deliver_due(Due::Request(slot, stamp, hops));
        }
        collected
    }

    pub(super) fn requested(&mut self, slot: Slot, stamp: u32, hops: u32) -> Flow {
        self.queue_errand(Errand::Request(slot, stamp, hops))
    }

    fn queue_errand(&mut self, errand: Errand) -> Flow {
        self.informant.collector.queue.push_back(errand);
        self.serve()
    }

    /// Begins with the first errand, if the collector is free. What takes no time is done on the spot.
    fn serve(&mut self) -> Flow {
        let Some(central) = self.central() else { return Ok(()) };
        while !self.informant.collector.busy && !self.informant.collector.down {
            let Some(errand) = self.informant.collector.queue.front() else { break };
            let seconds = if let Errand::Report(_) = errand { central.report } else { central.request };
            if seconds > 0.0 {
                self.informant.collector.busy = true;
                let crashes = self.informant.collector.crashes;
                self.schedule(self.now + seconds, Event::Inform(Due::Served(crashes)));
            } else {
                self.settle_errand()?;
            }
        }
        Ok(())
    }

    /// The collector has dealt with the first errand, unless it has crashed meanwhile.
    pub(super) fn served(&mut self, crashes: u32) -> Flow {
        if crashes != self.informant.collector.crashes {
            return Ok(());
        }
        self.informant.collector.busy = false;
        self.settle_errand()?;
        self.serve()
    }

    fn settle_errand(&mut self) -> Flow {
        match self.informant.collector.queue.pop_front() {
            Some(Errand::Report(entry)) => self.post(entry),
            Some(Errand::Request(slot, stamp, hops)) => return self.delegated(slot, stamp, Site::Coordinator, hops),
            None => {}
        }
        Ok(())
    }

    /// The collector is gone, and what it knew; requests wait for the next one.
    pub(super) fn crash(&mut self) {
        let Some(central) = self.central() else { return };
        let collector = &mut self.informant.collector;
        (collector.down, collector.busy) = (true, false);
        collector.crashes += 1;
        collector.queue.retain(|errand| matches!(errand, Errand::Request(..)));
        if let Knowledge::Collector(table) = &mut self.stage.knowledge {
            table.clear();
        }
        self.schedule(self.now + central.takeover, Event::Inform(Due::Takeover));
    }

    /// Another collector serves. It knows nothing: nodes that report on change report at their next change.
    pub(super) fn take_over(&mut self) -> Flow {
        let Some(central) = self.central() else { return Ok(()) };
        self.informant.collector.down = false;
        self.informant.told.fill(f64::INFINITY);
        self.plan_crash(central);
        self.serve()
    }
}

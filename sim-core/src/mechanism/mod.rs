//! Migration mechanisms: what moving a process really costs.
//!
//! A [`Mechanism`] is data: a plan, its costs, the image to be moved and the wires that a move alone would have. A
//! [`Progress`] walks through its steps, one at a time, and is told how each went: so contention can stretch a step,
//! and precopy sends what was dirtied meanwhile. What is left to do once the process runs again is its [`After`].
//!
//! One mechanism, one file. The state machine knows no policy, no queue and no clock: [`timeline()`] drives it alone on
//! constant wires, the engine among other processes.

pub mod after;
pub mod checkpoint;
pub mod closed;
pub mod copy_on_reference;
pub mod costs;
pub mod eager;
pub mod flushing;
pub mod freeze_free;
pub mod hybrid;
pub mod image;
mod keys;
pub mod orderings;
pub mod post_copy;
pub mod precopy;
mod progress;
pub mod remote_execution;
pub mod rounds;
#[cfg(test)]
mod slow;
#[cfg(test)]
mod solo;
pub mod step;
pub mod stop;
pub mod timeline;

pub use after::{After, Aftermath, Background, Dependency, Until};
pub use checkpoint::Checkpoint;
pub use copy_on_reference::Reference;
pub use costs::{Costs, Way, Wires};
pub use image::{HotSet, Image, Writes};
pub use progress::Progress;
pub use rounds::Rounds;
pub use step::{Lapse, Phase, Runs, Step};
pub use stop::{Ending, Limit, Rules, Why};
pub use timeline::{Timeline, timeline};

/// In which order the parts of a process travel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Plan {
    /// Everything while it is frozen.
    EagerAll,
    /// What is dirty while it is frozen; the rest is paged in from the file server.
    EagerDirty,
    /// Maps while it is frozen; pages when they are touched.
    CopyOnReference(Reference),
    /// What is dirty goes to the file server while it is frozen, and comes back when it is touched.
    Flushing,
    /// Pages while it still runs, again and again; the last of them while it is frozen.
    Precopy(Rules),
    /// Only what it needs for its first instructions while it is frozen.
    FreezeFree {
        /// Pages sent with the control state.
        pages: f64,
    },
    /// Through a store, behind a scheduler's queue.
    Checkpoint(Checkpoint),
    /// Nothing exists yet but arguments and open files.
    RemoteExecution {
        /// Bytes of arguments and environment.
        arguments: f64,
    },
}

/// A mechanism with its costs, for a process, on wires.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mechanism {
    /// In which order what travels.
    pub plan: Plan,
    /// What the steps cost.
    pub costs: Costs,
    /// What there is to move, where the workload says nothing.
    pub image: Image,
    /// The network as a move alone sees it.
    pub wires: Wires,
}

impl Mechanism {
    /// Seconds of control work inside the freeze: T_fix = t_0 + files t_f + channels t_c.
    pub fn control(&self) -> f64 {
        let (costs, image) = (&self.costs, &self.image);
        costs.fixed + image.files * costs.per_file + image.channels * costs.per_channel
    }

    /// The first step: the target is found and asked, which takes a question and an answer.
    pub fn negotiation(&self) -> Step {
        Step::pause(Phase::Negotiate, Runs::Source, self.costs.select + 2.0 * self.wires.latency)
    }

    /// Seconds per fault on a way: without the transfer of so many bytes, and the transfer.
    fn fault(&self, way: Way, bytes: f64) -> (f64, f64) {
        let rate = self.wires.rate(way).min(self.costs.rate(way));
        (2.0 * self.wires.latency + self.costs.fault_cpu, bytes / rate)
    }

    /// Seconds to fetch a page from the file server.
    pub fn server_fault(&self) -> (f64, f64) {
        self.fault(Way::ServerTarget, self.image.page)
    }

    /// On whom the process depends after the move.
    pub fn dependency(&self) -> Dependency {
        let nobody = Dependency::default();
        match self.plan {
            Plan::EagerAll | Plan::EagerDirty => nobody,
            Plan::CopyOnReference(reference) => reference.dependency(),
            Plan::Flushing => Dependency { server: true, ..nobody },
            Plan::Precopy(rules) if rules.then_push => Dependency { source: Until::Sent, ..nobody },
            Plan::Precopy(_) => nobody,
            Plan::FreezeFree { .. } => Dependency { source: Until::Sent, server: true, ..nobody },
            Plan::Checkpoint(_) => Dependency { home: true, store: true, ..nobody },
            Plan::RemoteExecution { .. } => Dependency { home: true, ..nobody },
        }
    }
}

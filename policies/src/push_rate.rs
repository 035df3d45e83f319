//! Push at a rate: a node with a process waiting offers it to random nodes again and again.

use crate::params;
use crate::pull::{Take, send};
use loadlab_core::law::{Exponential, Law};
use loadlab_core::policy::{
    Among, Ask, Command, Commands, Declared, Information, Memory, Newcomer, Note, Placement, Policy, Site, View, Wake,
    Wakes,
};
use loadlab_core::rng::Rng;
use loadlab_core::spec::{Kind, Need, Param, Range, Ty};

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn Policy>> = Kind {
    name: "push-rate",
    summary: "Nodes with a process waiting look for an idle node at a constant rate.",
    doc: "While a node has two or more processes it probes a random other node at the instants of a Poisson process of this \
          rate, and moves one process there if that node is idle. Nothing is asked at arrivals. The rate of probes per \
          node is `rate` times the fraction of nodes with two or more processes; push and pull are compared fairly at \
          equal rates of probes.\n\n\
          Transfer: a node with two or more processes. Selection: its newest. Location: a random idle node. Information: \
          on demand.\n\n\
          Cost: one probe at each instant, and one migration if it succeeds.",
    reference: "Minnebo & Van Houdt, IEEE/ACM Trans. Networking 22(3), 2014, doi:10.1109/TNET.2013.2263553",
    params: &[
        Param {
            name: "rate",
            ty: Ty::Number(Range::POSITIVE),
            need: Need::Required,
            doc: "Questions per second of a node with two or more processes.",
        },
        params::TAKE,
    ],
    build: |args| Ok(Box::new(PushRate { take: Take::of(args), ..PushRate::new(args.number("rate")) })),
    example: "kind = \"push-rate\"\nrate = 1.5\n",
};

/// The next instant of a Poisson process of this rate.
pub(crate) fn next(rate: f64, rng: &mut Rng) -> Command {
    Command::Wake { after: Exponential { mean: 1.0 / rate }.sample(rng), note: Note::default() }
}

/// Nodes with a process waiting offer it at a rate.
#[derive(Clone, Copy, Debug)]
pub struct PushRate {
    rate: f64,
    take: Take,
    /// Whether the next instant has been drawn.
    armed: bool,
}

impl PushRate {
    /// At this rate, the newest process.
    pub fn new(rate: f64) -> Self {
        PushRate { rate, take: Take::Newest, armed: false }
    }
}

impl Policy for PushRate {
    fn declare(&self) -> Declared {
        let wakes = Wakes { above: Some(2), ..Wakes::default() };
        let memory = Memory::PerSite;
        Declared { information: Information::OnDemand, wakes, memory, ..Declared::default() }
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(PushRate { armed: false, ..*self })
    }
    fn place(&mut self, process: &Newcomer, _: &View<'_>, _: &mut Rng) -> Placement {
        Placement::At(process.at)
    }
    fn act(&mut self, why: Wake, view: &View<'_>, out: &mut Commands, rng: &mut Rng) {
        if view.load() < 2 {
            self.armed &= !matches!(why, Wake::Timer(_));
            return;
        }
        match why {
            Wake::Timer(_) => {
                self.armed = true;
                out.push(Command::Ask(Ask::distinct(1, Among::Others)));
                out.push(next(self.rate, rng));
            }
            Wake::Replies(_) => {
                if let Some(idle) = view.replies().iter().find(|o| o.load == 0.0) {
                    out.push(send(self.take, view.here(), idle.node));
                }
            }
            _ if !self.armed => {
                self.armed = true;
                out.push(next(self.rate, rng));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadlab_core::policy::{Fixture, Pick, To};

    fn act(policy: &mut PushRate, why: Wake, world: &Fixture) -> Vec<Command> {
        let mut out = Commands::new();
        policy.act(why, &world.view(), &mut out, &mut Rng::new(1));
        out.as_slice().to_vec()
    }

    #[test]
    fn a_node_with_two_processes_draws_one_instant_at_a_time_and_asks_at_it() {
        let (mut policy, timer, two) = (PushRate::new(2.0), Wake::Timer(Note::default()), Fixture::new(0, 9, 2));
        assert!(matches!(act(&mut policy, Wake::Above, &two)[..], [Command::Wake { after, .. }] if after > 0.0));
        assert!(act(&mut policy, Wake::Above, &two).is_empty());
        assert!(matches!(act(&mut policy, timer, &two)[..], [Command::Ask(_), Command::Wake { .. }]));
        assert!(act(&mut policy, timer, &Fixture::new(0, 9, 1)).is_empty());
        assert!(matches!(act(&mut policy, Wake::Above, &two)[..], [Command::Wake { .. }]));
    }

    #[test]
    fn a_process_moves_to_a_node_that_is_idle() {
        let (mut policy, replies) = (PushRate::new(2.0), Wake::Replies(Note::default()));
        assert!(act(&mut policy, replies, &Fixture::new(0, 9, 2).replied(&[(4, 1.0)])).is_empty());
        let moved = act(&mut policy, replies, &Fixture::new(0, 9, 2).replied(&[(4, 0.0)]));
        assert_eq!(moved, [Command::Move { pick: Pick::Newest(1), from: 0, to: To::Node(4) }]);
    }
}

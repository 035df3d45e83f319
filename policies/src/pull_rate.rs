//! Pull at a rate: an idle node asks random nodes for a process again and again.

use crate::params;
use crate::pull::{Take, give, pull};
use crate::push_rate::next;
use loadlab_core::policy::{
    Command, Commands, Declared, Information, Memory, Newcomer, Note, Placement, Policy, Query, Reply, Site, View,
    Wake, Wakes,
};
use loadlab_core::rng::Rng;
use loadlab_core::spec::{Kind, Need, Param, Range, Ty};

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn Policy>> = Kind {
    name: "pull-rate",
    summary: "Idle nodes ask for a process at a constant rate.",
    doc: "While a node is idle it asks a random other node for a process at the instants of a Poisson process of this rate; \
          one with two or more processes gives one away. Nothing is asked at departures. The rate of probes per node is \
          `rate` times the fraction of idle nodes; push and pull are compared fairly at equal rates of probes.\n\n\
          Transfer: an idle node. Selection: the newest process of the node that gives. Location: a random node with two \
          or more. Information: on demand.\n\n\
          Cost: one probe at each instant, and one migration if it succeeds. A node that has never had a process does not \
          ask.",
    reference: "Minnebo & Van Houdt, IEEE/ACM Trans. Networking 22(3), 2014, doi:10.1109/TNET.2013.2263553; \
                Mitzenmacher, Theory of Computing Systems 34(4), 2001, doi:10.1007/s002240010010",
    params: &[
        Param {
            name: "rate",
            ty: Ty::Number(Range::POSITIVE),
            need: Need::Required,
            doc: "Questions per second of an idle node.",
        },
        params::TAKE,
    ],
    build: |args| Ok(Box::new(PullRate { take: Take::of(args), ..PullRate::new(args.number("rate")) })),
    example: "kind = \"pull-rate\"\nrate = 1.5\n",
};

/// Idle nodes ask at a rate.
#[derive(Clone, Copy, Debug)]
pub struct PullRate {
    rate: f64,
    take: Take,
    /// Whether the next instant has been drawn.
    armed: bool,
}

impl PullRate {
    /// At this rate, for the newest process.
    pub fn new(rate: f64) -> Self {
        PullRate { rate, take: Take::Newest, armed: false }
    }
}

impl Policy for PullRate {
    fn declare(&self) -> Declared {
        let wakes = Wakes { idle: true, ..Wakes::default() };
        let memory = Memory::PerSite;
        Declared { information: Information::OnDemand, wakes, memory, answers: true, ..Declared::default() }
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(PullRate { armed: false, ..*self })
    }
    fn place(&mut self, process: &Newcomer, _: &View<'_>, _: &mut Rng) -> Placement {
        Placement::At(process.at)
    }
    fn act(&mut self, why: Wake, view: &View<'_>, out: &mut Commands, rng: &mut Rng) {
        if let Wake::Timer(_) = why {
            self.armed = false;
            if view.load() == 0 {
                out.push(Command::Ask(pull(1)));
            }
        }
        if view.load() == 0 && !self.armed {
            self.armed = true;
            out.push(next(self.rate, rng));
        }
    }
    fn answer(&mut self, from: Site, _: Query, _: Note, view: &View<'_>, out: &mut Commands) -> Reply {
        give(self.take, 1, from, view, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadlab_core::policy::Fixture;

    fn act(policy: &mut PullRate, why: Wake, load: u32) -> Vec<Command> {
        let mut out = Commands::new();
        policy.act(why, &Fixture::new(0, 9, load).view(), &mut out, &mut Rng::new(1));
        out.as_slice().to_vec()
    }

    #[test]
    fn an_idle_node_draws_one_instant_at_a_time_and_asks_at_it() {
        let (mut policy, timer) = (PullRate::new(2.0), Wake::Timer(Note::default()));
        assert!(matches!(act(&mut policy, Wake::Idle, 0)[..], [Command::Wake { after, .. }] if after > 0.0));
        assert!(act(&mut policy, Wake::Idle, 0).is_empty());
        assert!(matches!(act(&mut policy, timer, 0)[..], [Command::Ask(_), Command::Wake { .. }]));
        assert!(act(&mut policy, timer, 1).is_empty(), "a node with work neither asks nor goes on");
        assert!(matches!(act(&mut policy, Wake::Idle, 0)[..], [Command::Wake { .. }]));
    }
}

//! Above average: nodes bid for processes of nodes above an agreed average load.

use crate::pull::{Take, send};
use loadlab_core::policy::{
    Command, Commands, Declared, Information, Memory, Newcomer, Note, Placement, Policy, Site, View, Wake, Wakes, Who,
};
use loadlab_core::process::NodeId;
use loadlab_core::rng::Rng;
use loadlab_core::spec::{Kind, Need, Param, Range, Ty};

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn Policy>> = Kind {
    name: "above-average",
    summary: "Nodes above an agreed average load offer processes, nodes below it bid for them.",
    doc: "All nodes hold an estimate of the average load, and an acceptable range around it. A node above the range \
          broadcasts that it is too high and waits; a node below it answers with an acceptance, counts the process as if it \
          had come, and waits for it. On the first acceptance, and on each later one while it is still above the range, \
          the node sends its newest process. If none comes within `timeout`, the estimate must be too low: it is raised \
          by `step`, here and, by a broadcast, everywhere. A node below the range broadcasts that it is too low; \
          a node above it, which is waiting, answers that it is too high. If no node does within `timeout`, the estimate \
          is lowered by `step`. So the average is found without measuring it. The estimate starts at 0.\n\n\
          Transfer: outside the range around the average. Selection: the newest. Location: who accepts first. \
          Information: on change of state, by broadcast.\n\n\
          Cost: a broadcast (n - 1 messages) whenever a node leaves the range, and one per change of the estimate; two \
          messages and a migration per process.",
    reference: "Krueger & Finkel, An adaptive load balancing algorithm for a multicomputer, University of Wisconsin \
                technical report 539, 1984; Shivaratri, Krueger & Singhal, IEEE Computer 25(12), 1992, \
                doi:10.1109/2.179115",
    params: &[
        Param {
            name: "range",
            ty: Ty::Number(Range::POSITIVE),
            need: Need::Default("0.5"),
            doc: "How far a load may be from the average before the node acts.",
        },
        Param {
            name: "step",
            ty: Ty::Number(Range::POSITIVE),
            need: Need::Default("0.25"),
            doc: "By how much the estimate changes when nobody answers.",
        },
        Param {
            name: "timeout",
            ty: Ty::Duration(Range::POSITIVE),
            need: Need::Default("\"1s\""),
            doc: "How long a node waits for an answer, or for a process that it has accepted.",
        },
    ],
    build: |args| Ok(Box::new(AboveAverage::new(args.number("range"), args.number("step"), args.number("timeout")))),
    example: "kind = \"above-average\"\nrange = 0.5\nstep = 0.25\ntimeout = \"500ms\"\n",
};

/// Messages.
const TOO_HIGH: u16 = 1;
const TOO_LOW: u16 = 2;
const ACCEPT: u16 = 3;
const CHANGE: u16 = 4;
/// Timers: no answer to a broadcast; an accepted process has not come.
const UNANSWERED: u16 = 5;
const NOT_COME: u16 = 6;

/// On which side of the range a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    High,
    Within,
    Low,
}

/// Nodes bid for processes of nodes above the average.
#[derive(Clone, Debug)]
pub struct AboveAverage {
    range: f64,
    step: f64,
    timeout: f64,
    average: f64,
    /// The side that this node has announced, while it waits for an answer, and the number of that announcement.
    announced: Side,
    number: u32,
    /// Numbers of accepted processes that have not come.
    awaited: Vec<u32>,
}

impl AboveAverage {
    /// With this acceptable range, step and timeout in seconds.
    pub fn new(range: f64, step: f64, timeout: f64) -> Self {
        let awaited = Vec::new();
        AboveAverage { range, step, timeout, average: 0.0, announced: Side::Within, number: 0, awaited }
    }

    fn side(&self, view: &View<'_>) -> Side {
        let load = f64::from(view.load()) + self.awaited.len() as f64;
        if load > self.average + self.range {
            Side::High
        } else if load < self.average - self.range {
            Side::Low
        } else {
            Side::Within
        }
    }

    fn tell(to: Who, tag: u16, value: f64) -> Command {
        Command::Send { to, note: Note { tag, value, ..Note::default() } }
    }

    /// Announces a side that has not been announced, and waits for an answer.
    fn announce(&mut self, view: &View<'_>, out: &mut Commands) {
        let side = self.side(view);
        if side == Side::Within || side == self.announced {
            return;
        }
        self.announced = side;
        let tag = if side == Side::High { TOO_HIGH } else { TOO_LOW };
        out.push(Self::tell(Who::Everyone, tag, 0.0));
        self.wait(UNANSWERED, out);
    }

    fn wait(&mut self, tag: u16, out: &mut Commands) {
        self.number = self.number.wrapping_add(1);
        let note = Note { tag, node: self.number, ..Note::default() };
        out.push(Command::Wake { after: self.timeout, note });
    }

    /// Someone is too high: a node below the range accepts.
    fn bid(&mut self, from: NodeId, view: &View<'_>, out: &mut Commands) {
        if self.side(view) != Side::Low {
            return;
        }
        // An answer to what it has announced, if it has.
        self.announced = Side::Within;
        out.push(Self::tell(Who::One(from), ACCEPT, 0.0));
        self.wait(NOT_COME, out);
        self.awaited.push(self.number);
    }

    fn hear(&mut self, from: NodeId, note: Note, view: &View<'_>, out: &mut Commands) {
        match note.tag {
            TOO_HIGH => self.bid(from, view, out),
            TOO_LOW if self.side(view) == Side::High => out.push(Self::tell(Who::One(from), TOO_HIGH, 0.0)),
            ACCEPT if self.side(view) == Side::High => {
                self.announced = Side::Within;
                out.push(send(Take::Newest, view.here(), from));
            }
            CHANGE => self.average = (self.average + note.value).max(0.0),
            _ => {}
        }
    }

    /// Nobody answered: the estimate is wrong, and everyone is told.
    fn correct(&mut self, out: &mut Commands) {
        let step = if self.announced == Side::High { self.step } else { -self.step };
        self.announced = Side::Within;
        self.average = (self.average + step).max(0.0);
        out.push(Self::tell(Who::Everyone, CHANGE, step));
    }
}

impl Policy for AboveAverage {
    fn declare(&self) -> Declared {
        let wakes = Wakes { born: true, delivered: true, departed: true, ..Wakes::default() };
        Declared { information: Information::OnDemand, wakes, memory: Memory::PerSite, ..Declared::default() }
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(AboveAverage::new(self.range, self.step, self.timeout))
    }
    fn place(&mut self, process: &Newcomer, _: &View<'_>, _: &mut Rng) -> Placement {
        Placement::At(process.at)
    }
    fn act(&mut self, why: Wake, view: &View<'_>, out: &mut Commands, _: &mut Rng) {
        match why {
            Wake::Delivered(_) if !self.awaited.is_empty() => {
                self.awaited.remove(0);
            }
            Wake::Message { from: Site::Node(from), note } => return self.hear(from, note, view, out),
            Wake::Timer(note) if note.tag == NOT_COME => self.awaited.retain(|n| *n != note.node),
            Wake::Timer(note) if note.tag == UNANSWERED && note.node == self.number => {
                if self.announced != Side::Within && self.announced == self.side(view) {
                    self.correct(out);
                }
                self.announced = Side::Within;
            }
            _ => {}
        }
        self.announce(view, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadlab_core::policy::{Fixture, Pick, To};

    fn act(policy: &mut AboveAverage, why: Wake, load: u32) -> Vec<Command> {
        let (world, mut out) = (Fixture::new(0, 5, load), Commands::new());
        policy.act(why, &world.view(), &mut out, &mut Rng::new(1));
        out.as_slice().to_vec()
    }

    fn heard(policy: &mut AboveAverage, tag: u16, value: f64, load: u32) -> Vec<Command> {
        let note = Note { tag, value, ..Note::default() };
        act(policy, Wake::Message { from: Site::Node(3), note }, load)
    }

    fn at_average(average: f64) -> AboveAverage {
        AboveAverage { average, ..AboveAverage::new(0.5, 0.25, 1.0) }
    }

    fn timer(tag: u16, number: u32) -> Wake {
        Wake::Timer(Note { tag, node: number, ..Note::default() })
    }

    #[test]
    fn a_node_above_the_range_announces_it_once_and_sends_to_who_accepts() {
        let mut policy = at_average(1.0);
        let announced = act(&mut policy, Wake::Departed, 2);
        assert_eq!(announced[0], AboveAverage::tell(Who::Everyone, TOO_HIGH, 0.0));
        assert!(matches!(announced[1], Command::Wake { after: 1.0, .. }));
        assert!(act(&mut policy, Wake::Departed, 2).is_empty());
        let sent = heard(&mut policy, ACCEPT, 0.0, 2);
        assert_eq!(sent, [Command::Move { pick: Pick::Newest(1), from: 0, to: To::Node(3) }]);
        assert!(heard(&mut policy, ACCEPT, 0.0, 1).is_empty(), "it is within the range by now");
    }

    #[test]
    fn a_node_below_the_range_accepts_one_process_and_counts_it_until_the_timeout() {
        let mut policy = at_average(1.0);
        assert_eq!(heard(&mut policy, TOO_HIGH, 0.0, 0)[0], AboveAverage::tell(Who::One(3), ACCEPT, 0.0));
        assert!(heard(&mut policy, TOO_HIGH, 0.0, 0).is_empty());
        act(&mut policy, timer(NOT_COME, 1), 0);
        assert!(!heard(&mut policy, TOO_HIGH, 0.0, 0).is_empty());
    }

    #[test]
    fn without_an_answer_the_average_moves_and_everyone_is_told() {
        let mut policy = at_average(1.0);
        act(&mut policy, Wake::Departed, 2);
        let told = act(&mut policy, timer(UNANSWERED, 1), 2);
        assert_eq!(told[0], AboveAverage::tell(Who::Everyone, CHANGE, 0.25));
        assert_eq!(policy.average, 1.25);
        let mut policy = at_average(1.0);
        assert_eq!(act(&mut policy, Wake::Departed, 0)[0], AboveAverage::tell(Who::Everyone, TOO_LOW, 0.0));
        act(&mut policy, timer(UNANSWERED, 1), 0);
        assert_eq!(policy.average, 0.75);
        heard(&mut policy, CHANGE, -2.0, 0);
        assert_eq!(policy.average, 0.0);
    }

    #[test]
    fn a_node_above_the_range_answers_one_below_it() {
        let mut policy = at_average(1.0);
        assert_eq!(heard(&mut policy, TOO_LOW, 0.0, 2), [AboveAverage::tell(Who::One(3), TOO_HIGH, 0.0)]);
        assert!(heard(&mut policy, TOO_LOW, 0.0, 1).is_empty());
    }
}

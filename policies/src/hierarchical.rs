//! Hierarchical sharing: within a group at a small difference of loads, between groups only at a large one.

use loadlab_core::policy::{
    Command, Commands, Declared, Groups, Information, Memory, Newcomer, Note, Pick, Placement, Policy, Site, To, View,
    Wake, Wakes, Who,
};
use loadlab_core::rng::Rng;
use loadlab_core::spec::{Args, Kind, Need, Param, Range, Ty};
use loadlab_core::{NodeId, Time};

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn Policy>> = Kind {
    name: "hierarchical",
    summary: "Migrate within a group at a small difference of loads, between groups only at a large one.",
    doc: "Nodes report to the head of their group, heads to one above. A node with more than T processes after a birth \
          tells its head. If a node of the group has less by `intra` or more, the newest process goes there; else the head \
          above looks for the group with the least mean load, and if that is less by `inter` or more, its head takes the \
          process for its least loaded node, on the same condition. A head adds to a report what it has sent to that node \
          since.\n\n\
          Components: transfer threshold T at a birth; selection the newest; location the least loaded by report; \
          information hierarchical.\n\n\
          Cost: one message per birth above T, up to two more where the group has no room, the reports, and one migration.",
    reference: "Zhou, Zheng, Wang & Delisle, Utopia, Software: Practice and Experience 23(12), 1993, \
                doi:10.1002/spe.4380231203; Milojicic et al., Process Migration, ACM Computing Surveys 32(3), 2000, \
                doi:10.1145/367701.367728",
    params: &[
        crate::params::threshold("1"),
        Param {
            name: "intra",
            ty: Ty::Number(Range::more_than(1.0)),
            need: Need::Default("2"),
            doc: "The least difference of loads within a group.",
        },
        Param {
            name: "inter",
            ty: Ty::Number(Range::more_than(1.0)),
            need: Need::Default("4"),
            doc: "The least difference of loads between groups.",
        },
        Information::param("{ kind = \"hierarchical\", levels = [{ size = 8, every = 1 }, { size = 8, every = 5 }] }"),
    ],
    build: |args| Ok(Box::new(hierarchical(args)?)),
    example: "kind = \"hierarchical\"\nintra = 2\ninter = 5\n\
              information = { kind = \"hierarchical\", levels = [{ size = 2 }, { size = 2, every = \"5s\" }] }\n",
};

fn hierarchical(args: &Args) -> Result<Hierarchical, String> {
    let Information::Hierarchical(groups) = Information::of(args)? else {
        return Err("the hierarchical policy needs hierarchical information".to_owned());
    };
    let threshold = args.count("threshold") as u32;
    Ok(Hierarchical::new(groups, threshold, args.number("intra"), args.number("inter")))
}

/// A node asks its own head; a head asks the one above; that one asks the head of another group.
const HELP: u16 = 1;
const UP: u16 = 2;
const TAKE: u16 = 3;

/// Heads of groups move processes.
#[derive(Clone, Debug)]
pub struct Hierarchical {
    groups: Groups,
    threshold: u32,
    intra: f64,
    inter: f64,
    /// At a head: what it has sent where, and when.
    sent: Vec<(NodeId, Time)>,
}

impl Hierarchical {
    /// With T and the least differences within and between groups.
    pub fn new(groups: Groups, threshold: u32, intra: f64, inter: f64) -> Self {
        Hierarchical { groups, threshold, intra, inter, sent: Vec::new() }
    }

    /// The least loaded node of this head's group but that one: its load as reported, with what was sent there since.
    fn least(&mut self, but: NodeId, view: &View<'_>, rng: &mut Rng) -> Option<(NodeId, f64)> {
        let known = view.known();
        // What a newer report holds need not be remembered.
        self.sent.retain(|(node, at)| known.about(*node).is_none_or(|o| o.as_of <= *at));
        let sent = |node| self.sent.iter().filter(|s| s.0 == node).count() as f64;
        let loads: Vec<_> = known.iter().filter(|o| o.node != but).map(|o| (o.node, o.load + sent(o.node))).collect();
        crate::sight::least(&loads, rng, |_| true).map(|k| loads[k])
    }

    /// Moves the newest process of the node of this note here, if the difference is great enough. Whether it did.
    fn take(&mut self, note: Note, difference: f64, view: &View<'_>, out: &mut Commands, rng: &mut Rng) -> bool {
        let Some((node, _)) = self.least(note.node, view, rng).filter(|o| note.value - o.1 >= difference) else {
            return false;
        };
        self.sent.push((node, view.now()));
        out.push(Command::Move { pick: Pick::Newest(1), from: note.node, to: To::Node(node) });
        true
    }

    /// The head of the least loaded other group, if the difference is great enough.
    fn elsewhere(&self, note: Note, view: &View<'_>, rng: &mut Rng) -> Option<Site> {
        let own = self.groups.group(note.node, 0);
        let other = |node| self.groups.group(node, 0) != own;
        let least = view.known().least(rng, other).filter(|o| note.value - o.load >= self.inter)?;
        Some(self.groups.head(least.node, 0))
    }

    fn heard(&mut self, level: u8, note: Note, view: &View<'_>, out: &mut Commands, rng: &mut Rng) {
        let pass = |to: Site, tag: u16| Command::Send { to: Who::At(to), note: Note { tag, ..note } };
        match (note.tag, level) {
            (HELP, 0) => {
                let taken = self.take(note, self.intra, view, out, rng);
                if !taken && self.groups.levels() > 1 {
                    out.push(pass(self.groups.head(note.node, 1), UP));
                }
            }
            (UP, 1) => {
                if let Some(head) = self.elsewhere(note, view, rng) {
                    out.push(pass(head, TAKE));
                }
            }
            (TAKE, 0) => {
                self.take(note, self.inter, view, out, rng);
            }
            _ => {}
        }
    }
}

impl Policy for Hierarchical {
    fn declare(&self) -> Declared {
        let wakes = Wakes { born: true, ..Wakes::default() };
        let information = Information::Hierarchical(self.groups);
        Declared { information, wakes, memory: Memory::PerSite, ..Declared::default() }
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(Hierarchical { sent: Vec::new(), ..*self })
    }
    fn place(&mut self, process: &Newcomer, _: &View<'_>, _: &mut Rng) -> Placement {
        Placement::At(process.at)
    }
    fn act(&mut self, why: Wake, view: &View<'_>, out: &mut Commands, rng: &mut Rng) {
        match (why, view.site()) {
            (Wake::Born(_), Site::Node(here)) if view.load() > self.threshold => {
                let note = Note { tag: HELP, value: f64::from(view.load()), node: here };
                out.push(Command::Send { to: Who::At(self.groups.head(here, 0)), note });
            }
            (Wake::Message { note, .. }, Site::Head { level, .. }) => self.heard(level, note, view, out, rng),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadlab_core::policy::Fixture;

    /// Groups of three nodes, and of two groups.
    fn policy() -> Hierarchical {
        Hierarchical::new(Groups::new(&[(3, 1.0), (2, 5.0)]).expect("two levels"), 1, 2.0, 4.0)
    }

    fn hear(policy: &mut Hierarchical, level: u8, note: Note, known: &[(NodeId, f64, f64)]) -> Vec<Command> {
        let site = Site::Head { level, group: 0 };
        let now = Time::new(10.0);
        let world = Fixture { site, now, ..Fixture::new(0, 6, 0) }.knowing(known);
        let (mut out, from) = (Commands::new(), Site::Node(1));
        policy.act(Wake::Message { from, note }, &world.view(), &mut out, &mut Rng::new(1));
        out.as_slice().to_vec()
    }

    fn note(tag: u16, value: f64) -> Note {
        Note { tag, value, node: 1 }
    }

    #[test]
    fn a_node_above_t_tells_its_head() {
        let tell = |load| {
            let (world, mut out) = (Fixture::new(4, 6, load), Commands::new());
            policy().act(Wake::Born(world.newcomer().id), &world.view(), &mut out, &mut Rng::new(1));
            out.as_slice().to_vec()
        };
        assert_eq!(tell(1), []);
        let to = Who::At(Site::Head { level: 0, group: 1 });
        assert_eq!(tell(2), [Command::Send { to, note: Note { tag: HELP, value: 2.0, node: 4 } }]);
    }

    #[test]
    fn a_head_moves_within_its_group_if_it_can_and_counts_what_it_sent() {
        let (mut policy, known) = (policy(), [(0, 2.0, 1.0), (1, 3.0, 1.0), (2, 1.0, 1.0)]);
        let moved = Command::Move { pick: Pick::Newest(1), from: 1, to: To::Node(2) };
        assert_eq!(hear(&mut policy, 0, note(HELP, 3.0), &known), [moved]);
        // Node 2 counts 2 now: the group has no room, and the head above is told.
        let to = Who::At(Site::Head { level: 1, group: 0 });
        assert_eq!(hear(&mut policy, 0, note(HELP, 3.0), &known), [Command::Send { to, note: note(UP, 3.0) }]);
        // A report that is newer than the move replaces what was remembered.
        policy.sent[0].1 = Time::new(8.0);
        assert_eq!(hear(&mut policy, 0, note(HELP, 3.0), &known), [moved]);
    }

    #[test]
    fn between_groups_the_difference_must_be_greater() {
        let groups = [(0, 3.0, 1.0), (3, 1.0, 1.0)];
        assert_eq!(hear(&mut policy(), 1, note(UP, 4.0), &groups), []);
        let to = Who::At(Site::Head { level: 0, group: 1 });
        assert_eq!(hear(&mut policy(), 1, note(UP, 5.0), &groups), [Command::Send { to, note: note(TAKE, 5.0) }]);
        let taken = Command::Move { pick: Pick::Newest(1), from: 1, to: To::Node(5) };
        let there = [(3, 2.0, 1.0), (4, 2.0, 1.0), (5, 1.0, 1.0)];
        assert_eq!(hear(&mut policy(), 0, note(TAKE, 5.0), &there), [taken]);
        assert_eq!(hear(&mut policy(), 0, note(TAKE, 4.0), &there), []);
    }
}

//! Diffusion: load flows between neighbours in proportion to its difference.

use crate::stability::{STABILITY, Stability};
use loadlab_core::NodeId;
use loadlab_core::policy::{
    Ask, Command, Commands, Declared, Information, Newcomer, Note, Pick, Placement, Policy, Query, Reply, Resident,
    Site, To, View, Wake, Wakes,
};
use loadlab_core::rng::Rng;
use loadlab_core::spec::{Kind, Need, Param, Range, Ty};

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn Policy>> = Kind {
    name: "diffusion",
    summary: "Neighbours on a ring, torus or hypercube even out their loads a little at a time (Cybenko).",
    doc: "Once per period, each at a phase of its own, a node asks its neighbours for their loads and sends to each less \
          loaded one alpha (w_i - w_j) of its w_i processes, the newest first; a fraction of a process is one process with \
          that probability. Nothing flows where loads differ by less than two. On a torus, rows are as near to columns in \
          number as the number of nodes allows; on a hypercube, neighbours differ in one bit of their numbers.\n\n\
          Components: transfer by difference, once per period; selection the newest; location neighbours; information on \
          demand.\n\n\
          Cost: one question per neighbour and period, and the migrations.",
    reference: "Cybenko, Journal of Parallel and Distributed Computing 7(2), 1989, doi:10.1016/0743-7315(89)90021-X",
    params: &[
        Param {
            name: "topology",
            ty: Ty::Choice(&["ring", "torus", "hypercube"]),
            need: Need::Default("\"ring\""),
            doc: "Who is whose neighbour.",
        },
        Param {
            name: "period",
            ty: Ty::Duration(Range::POSITIVE),
            need: Need::Default("1"),
            doc: "The time between two rounds of a node.",
        },
        Param {
            name: "alpha",
            ty: Ty::Number(Range { low: 0.0, high: 0.5, above: true, below: false }),
            need: Need::Optional,
            doc: "The part of a difference that flows; 1 / (neighbours + 1) if left out.",
        },
        STABILITY,
    ],
    build: |args| {
        let topology = match args.text("topology") {
            "torus" => Topology::Torus,
            "hypercube" => Topology::Hypercube,
            _ => Topology::Ring,
        };
        let (period, alpha) = (args.number("period"), args.maybe_number("alpha"));
        Ok(Box::new(Diffusion { topology, period, alpha, stability: Stability::of(args) }))
    },
    example: "kind = \"diffusion\"\ntopology = \"torus\"\nperiod = \"500ms\"\n",
};

/// Who is whose neighbour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topology {
    /// The nodes before and after.
    Ring,
    /// Left, right, above and below, around the edges.
    Torus,
    /// Those whose numbers differ in one bit, as far as there are such.
    Hypercube,
}

impl Topology {
    /// The neighbours of a node among n, each once, in ascending order.
    pub fn neighbours(self, node: NodeId, n: u32) -> Vec<NodeId> {
        let mut list = match self {
            Topology::Ring => vec![(node + n - 1) % n, (node + 1) % n],
            Topology::Torus => {
                let columns = (1..=n).filter(|c| n.is_multiple_of(*c) && c * c <= n).max().unwrap_or(1);
                let (rows, row, column) = (n / columns, node / columns, node % columns);
                let at = |row: u32, column: u32| (row % rows) * columns + column % columns;
                vec![
                    at(row + rows - 1, column),
                    at(row + 1, column),
                    at(row, column + columns - 1),
                    at(row, column + 1),
                ]
            }
            Topology::Hypercube => (0..u32::BITS).map(|k| node ^ (1 << k)).filter(|other| *other < n).collect(),
        };
        list.sort_unstable();
        list.dedup();
        list.retain(|other| *other != node);
        list
    }
}

/// Load flows between neighbours.
#[derive(Clone, Copy, Debug)]
pub struct Diffusion {
    /// Who is whose neighbour.
    pub topology: Topology,
    /// Seconds between two rounds of a node.
    pub period: f64,
    /// The part of a difference that flows; None for 1 / (neighbours + 1).
    pub alpha: Option<f64>,
    /// What keeps it from moving too much.
    pub stability: Stability,
}

impl Diffusion {
    /// Sends a neighbour its part of what was here when it was asked.
    fn flow(&self, before: f64, view: &View<'_>, out: &mut Commands, rng: &mut Rng) {
        let Some(reply) = view.replies().last().filter(|o| o.reply != Reply::Refuse) else { return };
        let there = self.stability.exported * reply.load;
        let difference = before - there;
        if difference < 2.0 || !self.stability.acts(view, &[there], rng) {
            return;
        }
        let degree = self.topology.neighbours(view.here(), view.nodes()).len() as f64;
        let flow = self.alpha.unwrap_or(1.0 / (degree + 1.0)) * difference;
        let whole = flow.floor();
        let count = whole as usize + usize::from(rng.chance(flow - whole));
        let mut newest: Vec<Resident> = view.residents();
        newest.sort_by(|a, b| b.arrival.seconds().total_cmp(&a.arrival.seconds()));
        let moves = |r: &&Resident| {
            let free = self.stability.frees(r, view) && view.eligible(r.id, reply.node);
            free && self.stability.gains(r, before, there)
        };
        for process in newest.iter().filter(moves).take(count) {
            let pick = Pick::Process(process.id);
            out.push(Command::Move { pick, from: view.here(), to: To::Node(reply.node) });
        }
    }
}

impl Policy for Diffusion {
    fn declare(&self) -> Declared {
        let wakes = Wakes { every: Some(self.period), ..Wakes::default() };
        let negotiates = self.stability.refuse.is_some();
        Declared { information: Information::OnDemand, wakes, negotiates, ..Declared::default() }
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(*self)
    }
    fn place(&mut self, process: &Newcomer, _: &View<'_>, _: &mut Rng) -> Placement {
        Placement::At(process.at)
    }
    fn act(&mut self, why: Wake, view: &View<'_>, out: &mut Commands, rng: &mut Rng) {
        match why {
            Wake::Every => {
                let note = Note { value: f64::from(view.load()), ..Note::default() };
                let neighbours = self.topology.neighbours(view.here(), view.nodes());
                neighbours.into_iter().for_each(|node| out.push(Command::Ask(Ask::one(node).with_note(note))));
            }
            Wake::Replies(note) => self.flow(note.value, view, out, rng),
            _ => {}
        }
    }
    fn answer(&mut self, _: Site, query: Query, _: Note, view: &View<'_>, _: &mut Commands) -> Reply {
        self.stability.answer(query, view)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadlab_core::policy::Fixture;

    const POLICY: Diffusion =
        Diffusion { topology: Topology::Ring, period: 1.0, alpha: None, stability: Stability::NONE };

    #[test]
    fn neighbours_are_those_of_the_topology() {
        assert_eq!(Topology::Ring.neighbours(0, 5), [1, 4]);
        assert_eq!(Topology::Ring.neighbours(0, 2), [1]);
        assert_eq!(Topology::Ring.neighbours(0, 1), []);
        // Four rows of three: 0 1 2 / 3 4 5 / 6 7 8 / 9 10 11.
        assert_eq!(Topology::Torus.neighbours(0, 12), [1, 2, 3, 9]);
        assert_eq!(Topology::Torus.neighbours(4, 12), [1, 3, 5, 7]);
        assert_eq!(Topology::Hypercube.neighbours(5, 8), [1, 4, 7]);
        assert_eq!(Topology::Hypercube.neighbours(4, 6), [0, 5], "6 is not there");
    }

    #[test]
    fn being_a_neighbour_is_mutual() {
        for topology in [Topology::Ring, Topology::Torus, Topology::Hypercube] {
            for n in 1..40 {
                for i in 0..n {
                    let mutual = |j: &NodeId| topology.neighbours(*j, n).contains(&i);
                    assert!(topology.neighbours(i, n).iter().all(mutual), "{topology:?} of {n}, node {i}");
                }
            }
        }
    }

    fn flow(policy: Diffusion, there: f64, seed: u64) -> usize {
        let world = Fixture::new(0, 4, 7).with_residents(&[(1.0, 0.0); 7]).replied(&[(1, there)]);
        let (mut policy, mut out) = (policy, Commands::new());
        let note = Note { value: 7.0, ..Note::default() };
        policy.act(Wake::Replies(note), &world.view(), &mut out, &mut Rng::new(seed));
        out.as_slice().len()
    }

    #[test]
    fn a_third_of_the_difference_flows_along_a_ring() {
        assert_eq!(flow(POLICY, 1.0, 1), 2, "6 / 3");
        assert_eq!(flow(POLICY, 6.0, 1), 0, "one less is near enough");
        let total: usize = (0..3000).map(|seed| flow(POLICY, 3.0, seed)).sum();
        // 4 / 3 each: one, and a second with probability 1 / 3.
        assert!((total as f64 - 4000.0).abs() < 4.0 * (3000.0f64 * 2.0 / 9.0).sqrt(), "{total} of 4000");
    }

    #[test]
    fn every_neighbour_is_asked_and_told_nothing() {
        let mut out = Commands::new();
        POLICY.clone().act(Wake::Every, &Fixture::new(0, 4, 7).view(), &mut out, &mut Rng::new(1));
        assert_eq!(out.as_slice().len(), 2);
    }
}

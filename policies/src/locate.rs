//! Location: which other node a process goes to, or comes from. Data for `composite`.
//!
//! Not here: which process.

use crate::sight::{least, most};
use loadlab_core::NodeId;
use loadlab_core::policy::{Among, Ask};
use loadlab_core::rng::Rng;
use loadlab_core::spec::{Args, Kind, Need, Param, Ty};

/// How another node is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    /// A random one, whatever its load.
    Random,
    /// So many different random ones, one after the other, until one will do.
    Probe(u8),
    /// The best of so many different random ones.
    Shortest(u8),
    /// The best of all that are known.
    Least,
}

const fn probes() -> [Param; 1] {
    [Param {
        name: "probes",
        ty: Ty::Count(1, 255),
        need: Need::Default("3"),
        doc: "How many nodes are looked at at most: asked where information is on demand, else looked up.",
    }]
}

const PROBES: [Param; 1] = probes();

const fn kind(
    name: &'static str,
    summary: &'static str,
    params: &'static [Param],
    build: fn(&Args) -> Result<Location, String>,
    example: &'static str,
) -> Kind<Location> {
    Kind { name, summary, doc: "", reference: "", params, build, example }
}

/// Every location.
pub static LOCATIONS: &[Kind<Location>] = &[
    kind("random", "A random node, unseen.", &[], |_| Ok(Location::Random), "kind = \"random\"\n"),
    kind(
        "probe",
        "Random nodes, one after the other, until one will do.",
        &PROBES,
        |args| Ok(Location::Probe(args.count("probes") as u8)),
        "kind = \"probe\"\nprobes = 3\n",
    ),
    kind(
        "shortest",
        "The best of a few random nodes.",
        &PROBES,
        |args| Ok(Location::Shortest(args.count("probes") as u8)),
        "kind = \"shortest\"\nprobes = 2\n",
    ),
    kind("least", "The best of all nodes that are known.", &[], |_| Ok(Location::Least), "kind = \"least\"\n"),
];

impl Location {
    /// From checked arguments with a table `location`.
    pub(crate) fn named(args: &Args) -> Result<Location, String> {
        let table = args.table("location");
        let name = table.text("kind");
        let kind = LOCATIONS.iter().find(|kind| kind.name == name);
        kind.map_or_else(|| Err(format!("there is no location `{name}`")), |kind| (kind.build)(table))
    }

    /// What a sender asks, where information is on demand, to find a load below `limit`.
    pub(crate) fn question(self, limit: f64) -> Option<Ask> {
        match self {
            Location::Probe(probes) => Some(Ask::until_below(probes, limit)),
            Location::Shortest(probes) => Some(Ask::distinct(probes, Among::Others)),
            Location::Random | Location::Least => None,
        }
    }

    /// The target among the replies to that question: the one that ended the asking, or the first of the least loaded.
    pub(crate) fn among_replies(self, replies: &[(NodeId, f64)]) -> Option<(NodeId, f64)> {
        match self {
            Location::Probe(_) => replies.last().copied(),
            _ => replies.iter().copied().reduce(|best, o| if o.1 < best.1 { o } else { best }),
        }
    }

    /// The target among what is known, below `limit` if that can be had.
    pub(crate) fn among_known(self, known: &[(NodeId, f64)], limit: f64, rng: &mut Rng) -> Option<(NodeId, f64)> {
        match self {
            Location::Random | Location::Least => least(known, rng, |_| true).map(|k| known[k]),
            Location::Probe(count) => {
                let some = sample(known, count, rng);
                some.iter().find(|o| o.1 < limit).or(some.last()).copied()
            }
            Location::Shortest(count) => self.among_replies(&sample(known, count, rng)),
        }
    }

    /// The giver among what is known: a node with a load above `limit` if that can be had.
    pub(crate) fn giver(self, known: &[(NodeId, f64)], limit: f64, rng: &mut Rng) -> Option<NodeId> {
        let found = match self {
            Location::Random | Location::Least => most(known, rng),
            Location::Probe(count) => sample(known, count, rng).into_iter().find(|o| o.1 > limit),
            Location::Shortest(count) => most(&sample(known, count, rng), rng),
        };
        found.filter(|o| o.1 > limit).map(|o| o.0)
    }
}

/// So many different ones, in random order.
fn sample(known: &[(NodeId, f64)], count: u8, rng: &mut Rng) -> Vec<(NodeId, f64)> {
    let mut all = known.to_vec();
    let count = usize::from(count).min(all.len());
    for k in 0..count {
        let other = k + rng.below((all.len() - k) as u32) as usize;
        all.swap(k, other);
    }
    all.truncate(count);
    all
}

/// A random other node.
pub(crate) fn random_other(here: NodeId, nodes: u32, rng: &mut Rng) -> Option<NodeId> {
    let other = (nodes > 1).then(|| rng.below(nodes - 1))?;
    Some(other + u32::from(other >= here))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [(NodeId, f64); 4] = [(1, 3.0), (2, 0.0), (3, 5.0), (4, 0.0)];

    #[test]
    fn the_best_of_all_is_the_least_loaded_for_a_sender_and_the_most_loaded_for_a_receiver() {
        let mut rng = Rng::new(1);
        let (node, load) = Location::Least.among_known(&KNOWN, 1.0, &mut rng).expect("there are some");
        assert!((node == 2 || node == 4) && load == 0.0);
        assert_eq!(Location::Least.giver(&KNOWN, 1.0, &mut rng), Some(3));
        assert_eq!(Location::Least.giver(&KNOWN, 5.0, &mut rng), None, "nobody has more than 5");
    }

    #[test]
    fn looking_at_all_in_random_order_finds_one_that_will_do() {
        for seed in 0..50 {
            let mut rng = Rng::new(seed);
            let found = Location::Probe(4).among_known(&KNOWN, 1.0, &mut rng).expect("there are some");
            assert_eq!(found.1, 0.0);
            let giver = Location::Probe(4).giver(&KNOWN, 2.0, &mut rng);
            assert!(giver == Some(1) || giver == Some(3));
        }
    }

    #[test]
    fn a_sample_holds_every_node_equally_often() {
        let (mut rng, mut seen) = (Rng::new(3), [0.0f64; 5]);
        for _ in 0..4000 {
            let two = sample(&KNOWN, 2, &mut rng);
            assert_ne!(two[0].0, two[1].0);
            two.iter().for_each(|o| seen[o.0 as usize] += 1.0);
        }
        for count in &seen[1..] {
            assert!((count - 2000.0).abs() < 4.0 * 1000f64.sqrt(), "{seen:?}");
        }
    }

    #[test]
    fn replies_are_used_as_the_dedicated_policies_use_them() {
        assert_eq!(Location::Probe(3).among_replies(&[(1, 3.0), (2, 0.0)]), Some((2, 0.0)));
        assert_eq!(Location::Shortest(3).among_replies(&[(1, 3.0), (4, 0.0), (2, 0.0)]), Some((4, 0.0)));
    }
}

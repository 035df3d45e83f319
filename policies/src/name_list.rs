//! Name lists: what a process is called decides whether it is worth sending.

use crate::age_based::{judge, oldest_first};
use crate::sight::{IN_TRANSIT, INFORMATION, LOAD, PROBES, Sight, least};
use crate::stability::{STABILITY, Stability};
use loadlab_core::policy::{
    Command, Commands, Declared, Memory, Newcomer, Note, Placement, Policy, Query, Reply, Site, View, Wake, Wakes,
};
use loadlab_core::rng::Rng;
use loadlab_core::spec::{Arg, Args, Kind, Need, Param, Range, Ty};

/// How a list is learned.
const LEARN: &[Param] = &[
    Param {
        name: "cutoff",
        ty: Ty::Duration(Range::NON_NEGATIVE),
        need: Need::Default("\"1s\""),
        doc: "From which mean lifetime on a program is on the list.",
    },
    Param {
        name: "count",
        ty: Ty::Count(1, 1_000_000),
        need: Need::Default("5"),
        doc: "How many of its processes must have ended at this node before.",
    },
    Param {
        name: "weight",
        ty: Ty::Number(Range { low: 0.0, high: 1.0, above: true, below: false }),
        need: Need::Default("0.1"),
        doc: "The weight of the latest lifetime in the running mean; the first ones are averaged evenly.",
    },
];

/// How a list is derived from a trace.
const LONGEST: &[Param] = &[
    Param {
        name: "programs",
        ty: Ty::Count(1, 1_000_000),
        need: Need::Default("15"),
        doc: "How many programs are on the list.",
    },
    Param {
        name: "count",
        ty: Ty::Count(1, 1_000_000_000),
        need: Need::Default("400"),
        doc: "How often a program must occur in the trace to be common.",
    },
];

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn Policy>> = Kind {
    name: "name-list",
    summary: "Send processes whose program is known to run long, at birth or later.",
    doc: "Programs on a list are worth sending; all others run at home. With `when = \"birth\"` (non-preemptive) a listed \
          process that finds a load of `threshold` or more starts at the least loaded node, ties at random, if that has \
          less; it never moves again. With `when = \"later\"` (preemptive) the listed processes of a node move, the \
          oldest first, whenever a process is born there and the target would be less loaded even with them. The list is \
          given by `names` or by the numbers of `classes`, or `learn` makes one at each node from the lifetimes of the \
          processes that have ended there, or `longest` takes it from the whole trace that is replayed, future and all: \
          results then name the programs in workloads.csv.\n\n\
          Components: transfer at a birth; selection by name; location least loaded; information exact.\n\n\
          Cost per decision: one look-up in the list and a look at the load of every node; one transfer or migration.",
    reference: "The non-preemptive policy of Harchol-Balter & Downey, ACM TOCS 15(3), 1997, doi:10.1145/263326.263344; \
                learned lists: Svensson, ICDCS 1990, doi:10.1109/ICDCS.1990.89310; Kunz, IEEE TSE 17(7), 1991, \
                doi:10.1109/32.83908",
    params: &[
        Param {
            name: "names",
            ty: Ty::List(&Ty::Text),
            need: Need::Optional,
            doc: "The programs on the list, by the names that the workload gives them.",
        },
        Param {
            name: "classes",
            ty: Ty::List(&Ty::Count(0, 4_000_000_000)),
            need: Need::Optional,
            doc: "The programs on the list, by the numbers of their classes.",
        },
        Param { name: "learn", ty: Ty::Table(LEARN), need: Need::Optional, doc: "Learn the list during the run." },
        Param {
            name: "longest",
            ty: Ty::Table(LONGEST),
            need: Need::Optional,
            doc: "The programs of the longest mean lifetime among the common ones of the trace, all runs of it counted.",
        },
        Param {
            name: "when",
            ty: Ty::Choice(&["birth", "later"]),
            need: Need::Default("\"birth\""),
            doc: "Whether listed processes are placed (non-preemptive) or migrated (preemptive).",
        },
        Param {
            name: "threshold",
            ty: Ty::Count(1, 1_000_000),
            need: Need::Default("1"),
            doc: "T: a node with a load below this, the newcomer not counted, keeps everything.",
        },
        INFORMATION,
        LOAD,
        PROBES,
        IN_TRANSIT,
        STABILITY,
    ],
    build: |args| {
        let list = list(args)?;
        let later = args.text("when") == "later";
        let threshold = args.count("threshold") as u32;
        Ok(Box::new(NameList { list, later, threshold, sight: Sight::of(args)?, stability: Stability::of(args) }))
    },
    example: "kind = \"name-list\"\nlearn = { cutoff = \"2s\", count = 3 }\n",
};

fn list(args: &Args) -> Result<List, String> {
    let count = |arg: &Arg| if let Arg::Count(n) = arg { *n as u32 } else { 0 };
    match (args.has("names"), args.has("classes"), args.maybe_table("learn"), args.has("longest")) {
        (true, false, None, false) => Ok(List::Names(args.texts("names").into_iter().map(str::to_owned).collect())),
        (false, true, None, false) => Ok(List::Classes(args.list("classes").iter().map(count).collect())),
        (false, false, Some(learn), false) => {
            Ok(List::Learned(Learned::new(learn.number("cutoff"), learn.count("count"), learn.number("weight"))))
        }
        // Policies see no traces: whoever runs this one puts `names` in the place of `longest` before.
        (false, false, None, true) => Ok(List::Names(Vec::new())),
        _ => Err("a name list needs exactly one of `names`, `classes`, `learn` and `longest`".to_owned()),
    }
}

/// The programs worth sending.
#[derive(Clone, Debug, PartialEq)]
pub enum List {
    /// By the names that the workload gives them.
    Names(Vec<String>),
    /// By the numbers of their classes.
    Classes(Vec<u32>),
    /// Learned from those that have ended.
    Learned(Learned),
}

/// A running mean of the lifetimes of each program. With x the latest lifetime and k those before it, the mean becomes
/// mean + max(weight, 1 / (k + 1)) (x - mean): the plain average at first, exponentially weighted later.
#[derive(Clone, Debug, PartialEq)]
pub struct Learned {
    /// From which mean lifetime on a program is on the list.
    pub cutoff: f64,
    /// How many of its processes must have ended before.
    pub count: u64,
    /// The weight of the latest lifetime.
    pub weight: f64,
    /// Mean and number of lifetimes, by class.
    seen: Vec<(f64, u64)>,
}

impl Learned {
    /// An empty list.
    pub fn new(cutoff: f64, count: u64, weight: f64) -> Learned {
        Learned { cutoff, count, weight, seen: Vec::new() }
    }

    fn learn(&mut self, class: u32, lifetime: f64) {
        let class = class as usize;
        if self.seen.len() <= class {
            self.seen.resize(class + 1, (0.0, 0));
        }
        let (mean, count) = &mut self.seen[class];
        *count += 1;
        *mean += self.weight.max(1.0 / *count as f64) * (lifetime - *mean);
    }

    fn holds(&self, class: u32) -> bool {
        let seen = self.seen.get(class as usize);
        seen.is_some_and(|(mean, count)| *count >= self.count && *mean >= self.cutoff)
    }
}

/// Sends processes by name.
#[derive(Clone, Debug)]
pub struct NameList {
    /// Which programs.
    pub list: List,
    /// Whether they move after their birth instead of at it.
    pub later: bool,
    /// A node with a load below this keeps everything.
    pub threshold: u32,
    /// What a node sees of others.
    pub sight: Sight,
    /// What keeps it from moving too much.
    pub stability: Stability,
}

impl NameList {
    fn lists(&self, class: u32, view: &View<'_>) -> bool {
        match &self.list {
            List::Names(names) => view.class_name(class).is_some_and(|name| names.iter().any(|n| n == name)),
            List::Classes(classes) => classes.contains(&class),
            List::Learned(learned) => learned.holds(class),
        }
    }
}

impl Policy for NameList {
    fn declare(&self) -> Declared {
        let learned = matches!(self.list, List::Learned(_));
        let wakes = Wakes { born: self.later, ended: learned, ..Wakes::default() };
        let memory = if learned { Memory::PerSite } else { Memory::None };
        let negotiates = self.stability.refuse.is_some();
        Declared { wakes, memory, negotiates, ..self.sight.declared() }
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(self.clone())
    }
    fn place(&mut self, process: &Newcomer, view: &View<'_>, rng: &mut Rng) -> Placement {
        let stays = Placement::At(process.at);
        if self.later || view.load() < self.threshold || !self.lists(process.class, view) {
            return stays;
        }
        if let (0, Some(ask)) = (view.round(), self.sight.question()) {
            return Placement::Ask(ask);
        }
        let loads = self.sight.loads(view, self.stability.exported);
        let target = least(&loads, rng, |node| view.eligible(process.id, node)).map(|k| loads[k]);
        target.filter(|(_, load)| *load < view.index()).map_or(stays, |(node, _)| Placement::At(node))
    }
    fn act(&mut self, why: Wake, view: &View<'_>, out: &mut Commands, rng: &mut Rng) {
        if let (Wake::Ended { class, lifetime }, List::Learned(learned)) = (why, &mut self.list) {
            learned.learn(class, lifetime);
            return;
        }
        if view.load() <= self.threshold {
            return;
        }
        if let (false, Some(ask)) = (matches!(why, Wake::Replies(_)), self.sight.question()) {
            out.push(Command::Ask(ask));
            return;
        }
        let about = (oldest_first(view), self.sight.loads(view, self.stability.exported));
        judge(view, about, &self.stability, (out, rng), |r, _, _| self.lists(r.class, view));
    }
    fn answer(&mut self, _: Site, query: Query, _: Note, view: &View<'_>, _: &mut Commands) -> Reply {
        self.stability.answer(query, view)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadlab_core::policy::{Fixture, Pick, Resident, To};

    fn named(later: bool) -> NameList {
        NameList {
            list: List::Names(vec!["latex".to_owned()]),
            later,
            threshold: 1,
            sight: Sight::EXACT,
            stability: Stability::NONE,
        }
    }

    fn world(load: u32) -> Fixture {
        let names = ["cc", "latex"].map(str::to_owned).to_vec();
        Fixture { class_names: names, ..Fixture::new(0, 3, load) }.with_loads(&[f64::from(load), 1.0, 0.0])
    }

    fn place(mut policy: NameList, class: u32, world: &Fixture) -> Placement {
        policy.place(&Newcomer { class, ..world.newcomer() }, &world.view(), &mut Rng::new(1))
    }

    #[test]
    fn a_listed_newcomer_leaves_a_loaded_home_for_the_least_loaded_node() {
        assert_eq!(place(named(false), 1, &world(1)), Placement::At(2));
        assert_eq!(place(named(false), 0, &world(1)), Placement::At(0), "not on the list");
        assert_eq!(place(named(false), 7, &world(1)), Placement::At(0), "nameless");
        assert_eq!(place(named(false), 1, &world(0)), Placement::At(0), "home is idle");
        assert_eq!(place(named(true), 1, &world(1)), Placement::At(0), "it may move later");
    }

    #[test]
    fn it_stays_where_no_other_node_is_less_loaded_or_none_may_run_it() {
        assert_eq!(place(named(false), 1, &Fixture { in_transit: vec![0, 0, 1], ..world(1) }), Placement::At(0));
        let id = world(1).newcomer().id;
        assert_eq!(place(named(false), 1, &Fixture { ineligible: vec![(id, 2)], ..world(1) }), Placement::At(0));
    }

    #[test]
    fn classes_can_be_listed_by_number() {
        let policy = NameList { list: List::Classes(vec![7]), ..named(false) };
        assert_eq!(place(policy.clone(), 7, &world(1)), Placement::At(2));
        assert_eq!(place(policy, 1, &world(1)), Placement::At(0));
    }

    #[test]
    fn preemptively_the_listed_residents_move_the_oldest_first() {
        let mut world = world(4);
        for (age, class) in [(3.0, 0), (1.0, 1), (2.0, 1), (0.5, 1)] {
            world.residents.push(Resident { class, ..world.resident(age) });
        }
        let mut out = Commands::new();
        named(true).act(Wake::Every, &world.view(), &mut out, &mut Rng::new(1));
        let to =
            |k: usize, node| Command::Move { pick: Pick::Process(world.residents[k].id), from: 0, to: To::Node(node) };
        // Loads 4, 1, 0: the one of age 2 goes to node 2 (1 there then), that of age 1 to node 1 or 2 (3 here against 2).
        // The last finds 2 here: nothing would be gained.
        assert_eq!(out.as_slice()[0], to(2, 2));
        assert!([to(1, 1), to(1, 2)].contains(&out.as_slice()[1]));
        assert_eq!(out.as_slice().len(), 2);
    }

    #[test]
    fn a_list_is_learned_from_the_processes_that_have_ended() {
        let learned = Learned::new(1.0, 2, 0.25);
        let mut policy = NameList { list: List::Learned(learned), ..named(false) };
        let end = |policy: &mut NameList, class, lifetime| {
            let (world, why) = (world(1), Wake::Ended { class, lifetime });
            policy.act(why, &world.view(), &mut Commands::new(), &mut Rng::new(1));
        };
        end(&mut policy, 3, 2.0);
        assert_eq!(place(policy.clone(), 3, &world(1)), Placement::At(0), "seen once only");
        end(&mut policy, 3, 1.0);
        assert_eq!(place(policy.clone(), 3, &world(1)), Placement::At(2), "a mean of 1.5");
        // 1.5, 1, 0.75, 0.5625: then weights of 1/3, 1/4, 1/4.
        for _ in 0..3 {
            end(&mut policy, 3, 0.0);
        }
        let List::Learned(learned) = &policy.list else { unreachable!("it was built so") };
        assert!((learned.seen[3].0 - 0.5625).abs() < 1e-15, "{:?}", learned.seen);
        assert_eq!(place(policy, 3, &world(1)), Placement::At(0));
    }

    #[test]
    fn exactly_one_list_is_asked_for() {
        let both = Args::new().with("names", Arg::List(vec![])).with("classes", Arg::List(vec![]));
        assert!(list(&both).is_err() && list(&Args::new()).is_err());
    }
}

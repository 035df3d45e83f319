//! Selection: which of the processes at a node moves. Data for `composite`, and for every policy that lets its table
//! choose.
//!
//! Not here: whether anything moves, and where to.

use loadlab_core::law::Law;
use loadlab_core::policy::{Resident, View};
use loadlab_core::rng::Rng;
use loadlab_core::spec::{Args, Kind, Need, Param, Range, Ty, Unit};
use std::sync::Arc;

/// In which order processes are considered.
#[derive(Clone, Debug)]
pub enum Order {
    /// The newcomer alone, before it starts (placement).
    Newcomer,
    /// The last to arrive first.
    Newest,
    /// The first to arrive first.
    Oldest,
    /// Any.
    Random,
    /// Those that have used most CPU first.
    LargestAge,
    /// Those that are expected to need most first, by this law of lifetimes: E[L - a | L > a].
    LongestRemaining(Arc<dyn Law>),
    /// Those whose move costs least first.
    Cheapest,
    /// Those that talk most to others first.
    MostCommunication,
    /// The newest first, among those that have received no service.
    NeverStarted,
}

/// Which processes may move, and in which order.
#[derive(Clone, Debug)]
pub struct Selection {
    /// In which order.
    pub order: Order,
    /// Seconds of CPU that one must have used.
    pub minimum_age: f64,
    /// How many move per decision at most.
    pub count: u32,
    /// With an exponent alpha: only those of age a > alpha c / (n - m); see `lifetime-aware`.
    pub alpha: Option<f64>,
}

const fn common() -> [Param; 3] {
    [
        Param {
            name: "minimum_age",
            ty: Ty::Duration(Range::NON_NEGATIVE),
            need: Need::Default("0"),
            doc: "CPU seconds that a process must have used.",
        },
        Param {
            name: "count",
            ty: Ty::Count(1, 1_000_000),
            need: Need::Default("1"),
            doc: "How many processes move per decision at most.",
        },
        Param {
            name: "alpha",
            ty: Ty::Number(Range::POSITIVE),
            need: Need::Optional,
            doc: "With it only processes of age a > alpha c / (n - m) move, as under `lifetime-aware`.",
        },
    ]
}

const COMMON: [Param; 3] = common();
const WITH_LAW: [Param; 4] = [
    Param {
        name: "law",
        ty: Ty::Law(Unit::Seconds),
        need: Need::Required,
        doc: "The law of lifetimes by which the remaining life of a process of that age is expected.",
    },
    COMMON[0],
    COMMON[1],
    COMMON[2],
];

fn of(order: Order, args: &Args) -> Result<Selection, String> {
    let (minimum_age, count) = (args.number("minimum_age"), args.count("count") as u32);
    Ok(Selection { order, minimum_age, count, alpha: args.maybe_number("alpha") })
}

const fn kind(
    name: &'static str,
    summary: &'static str,
    build: fn(&Args) -> Result<Selection, String>,
    example: &'static str,
) -> Kind<Selection> {
    Kind { name, summary, doc: "", reference: "", params: &COMMON, build, example }
}

/// Every selection.
pub static SELECTIONS: &[Kind<Selection>] = &[
    Kind {
        name: "newcomer",
        summary: "The process that has just arrived, before it starts: placement.",
        doc: "Nothing that has started moves, unless a receiver takes the newest.",
        reference: "",
        params: &[],
        build: |_| Ok(Selection::of(Order::Newcomer)),
        example: "kind = \"newcomer\"\n",
    },
    kind("newest", "The last to arrive.", |args| of(Order::Newest, args), "kind = \"newest\"\n"),
    kind("oldest", "The first to arrive.", |args| of(Order::Oldest, args), "kind = \"oldest\"\nminimum_age = \"1s\"\n"),
    kind("random", "Any, equally likely.", |args| of(Order::Random, args), "kind = \"random\"\n"),
    kind(
        "largest-age",
        "The one that has used most CPU.",
        |args| of(Order::LargestAge, args),
        "kind = \"largest-age\"\ncount = 3\nalpha = 1\n",
    ),
    Kind {
        name: "longest-remaining",
        summary: "The one that is expected to need most CPU still.",
        doc: "E[L - a | L > a] under the given law; for exponential lifetimes all are equal, for a heavy tail it is the \
              oldest, for lifetimes that vary little the youngest.",
        reference: "",
        params: &WITH_LAW,
        build: |args| of(Order::LongestRemaining(args.law("law")), args),
        example: "kind = \"longest-remaining\"\nlaw = { kind = \"pareto\", alpha = 1.5, min = 1 }\n",
    },
    kind("cheapest", "The one whose move costs least.", |args| of(Order::Cheapest, args), "kind = \"cheapest\"\n"),
    kind(
        "most-communication",
        "The one that talks most to others.",
        |args| of(Order::MostCommunication, args),
        "kind = \"most-communication\"\n",
    ),
    kind(
        "never-started",
        "The newest of those that have received no service: non-preemptive.",
        |args| of(Order::NeverStarted, args),
        "kind = \"never-started\"\n",
    ),
];

impl Selection {
    /// One process at a time, in this order, of any age.
    pub fn of(order: Order) -> Selection {
        Selection { order, minimum_age: 0.0, count: 1, alpha: None }
    }

    /// From checked arguments with a table `selection`.
    pub(crate) fn named(args: &Args) -> Result<Selection, String> {
        let table = args.table("selection");
        let name = table.text("kind");
        let kind = SELECTIONS.iter().find(|kind| kind.name == name);
        kind.map_or_else(|| Err(format!("there is no selection `{name}`")), |kind| (kind.build)(table))
    }

    /// Whether only newcomers are sent away.
    pub(crate) fn is_placement(&self) -> bool {
        matches!(self.order, Order::Newcomer)
    }

    /// Whether a process may move from a node with n to one that would have m with it.
    pub(crate) fn admits(&self, process: &Resident, n: f64, m: f64) -> bool {
        process.age >= self.minimum_age && self.alpha.is_none_or(|alpha| process.age * (n - m) > alpha * process.cost)
    }

    /// The processes here in the order in which they are considered. `u` is uniform on (0, 1), and looked at only where
    /// the order is random.
    pub(crate) fn sorted(&self, view: &View<'_>, u: f64) -> Vec<Resident> {
        let mut list = view.residents();
        list.sort_by(|a, b| b.arrival.seconds().total_cmp(&a.arrival.seconds()));
        match &self.order {
            Order::Newest | Order::Newcomer => {}
            Order::NeverStarted => list.retain(|r| !r.started),
            Order::Random => shuffle(&mut list, u),
            Order::Oldest => list.reverse(),
            Order::LargestAge => descending(list.as_mut_slice(), |r| r.age),
            Order::LongestRemaining(law) => descending(list.as_mut_slice(), |r| remaining(law.as_ref(), r.age)),
            Order::Cheapest => descending(list.as_mut_slice(), |r| -r.cost),
            Order::MostCommunication => descending(list.as_mut_slice(), |r| r.communication),
        }
        list
    }

    /// A number for [`Selection::sorted`]; draws only where it is looked at.
    pub(crate) fn chance(&self, rng: &mut Rng) -> f64 {
        if matches!(self.order, Order::Random) { rng.unit() } else { 0.5 }
    }
}

/// Greatest first; among equals, first come, first. The list comes newest first.
fn descending(list: &mut [Resident], key: impl Fn(&Resident) -> f64) {
    list.reverse();
    list.sort_by(|a, b| key(b).total_cmp(&key(a)));
}

/// E[L - a | L > a] = E[L; L > a] / Pr{L > a} - a.
fn remaining(law: &dyn Law, age: f64) -> f64 {
    let survival = law.survival(age);
    if survival > 0.0 { law.partial_moment(1.0, age, f64::INFINITY) / survival - age } else { 0.0 }
}

fn shuffle(list: &mut [Resident], u: f64) {
    let mut rng = Rng::new(u.to_bits());
    for k in (1..list.len()).rev() {
        list.swap(k, rng.below(k as u32 + 1) as usize);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadlab_core::Time;
    use loadlab_core::law::{Exponential, Uniform};
    use loadlab_core::policy::Fixture;

    /// Four processes in order of arrival: ages 5, 1, 3, 0; costs 2, 1, 9, 4.
    fn world() -> Fixture {
        let mut world = Fixture::new(0, 2, 4).with_residents(&[(5.0, 2.0), (1.0, 1.0), (3.0, 9.0), (0.0, 4.0)]);
        for (k, process) in world.residents.iter_mut().enumerate() {
            process.arrival = Time::new(k as f64);
            process.communication = [0.1, 0.7, 0.3, 0.2][k];
        }
        world
    }

    fn order(order: Order) -> Vec<usize> {
        let world = world();
        let place = |r: &Resident| world.residents.iter().position(|k| k.id == r.id).expect("one of those here");
        Selection::of(order).sorted(&world.view(), 0.3).iter().map(place).collect()
    }

    #[test]
    fn processes_come_in_the_order_that_the_selection_names() {
        assert_eq!(order(Order::Newest), [3, 2, 1, 0]);
        assert_eq!(order(Order::Oldest), [0, 1, 2, 3]);
        assert_eq!(order(Order::LargestAge), [0, 2, 1, 3]);
        assert_eq!(order(Order::Cheapest), [1, 0, 3, 2]);
        assert_eq!(order(Order::MostCommunication), [1, 2, 3, 0]);
        assert_eq!(order(Order::NeverStarted), [3]);
    }

    #[test]
    fn the_law_decides_whether_the_old_or_the_young_have_most_before_them() {
        // Uniform on (0, 6): E[L - a | L > a] = (6 - a) / 2: the youngest first.
        assert_eq!(order(Order::LongestRemaining(Arc::new(Uniform::new(0.0, 6.0).expect("bounds")))), [3, 1, 2, 0]);
        let exponential = Exponential { mean: 2.0 };
        assert!((remaining(&exponential, 5.0) - 2.0).abs() < 1e-12, "an exponential has no memory");
    }

    #[test]
    fn at_random_everyone_comes_first_equally_often() {
        let (world, selection) = (world(), Selection::of(Order::Random));
        let mut rng = Rng::new(4);
        let mut first = [0.0f64; 4];
        for _ in 0..4000 {
            let u = selection.chance(&mut rng);
            let id = selection.sorted(&world.view(), u)[0].id;
            first[world.residents.iter().position(|r| r.id == id).expect("one of them")] += 1.0;
        }
        let chi2: f64 = first.iter().map(|c| (c - 1000.0) * (c - 1000.0) / 1000.0).sum();
        assert!(chi2 < 21.1, "chi-square {chi2} with 3 degrees of freedom is beyond the 1e-4 quantile: {first:?}");
    }

    #[test]
    fn an_age_or_a_criterion_can_be_asked_for() {
        let process = world().residents[0];
        let least = |minimum_age| Selection { minimum_age, ..Selection::of(Order::Oldest) };
        assert!(least(5.0).admits(&process, 3.0, 1.0) && !least(5.1).admits(&process, 3.0, 1.0));
        let pays = |alpha| Selection { alpha: Some(alpha), ..Selection::of(Order::Oldest) };
        assert!(pays(4.9).admits(&process, 3.0, 1.0) && !pays(5.0).admits(&process, 3.0, 1.0), "age 5, cost 2, gain 2");
    }
}

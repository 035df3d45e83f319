//! What keeps migration from doing harm: the parameters that all policies that move processes share, under
//! `stability = { ... }`. Each does nothing unless it is given.
//!
//! Not here: when a policy judges and what it prefers.

use loadlab_core::policy::{Query, Reply, Resident, View};
use loadlab_core::rng::Rng;
use loadlab_core::spec::{Args, Need, Param, Range, Ty};

const fn default(name: &'static str, ty: Ty, value: &'static str, doc: &'static str) -> Param {
    Param { name, ty, need: Need::Default(value), doc }
}

const fn optional(name: &'static str, ty: Ty, doc: &'static str) -> Param {
    Param { name, ty, need: Need::Optional, doc }
}

const KEYS: &[Param] = &[
    default("residency", Ty::Duration(Range::NON_NEGATIVE), "0", "A process stays at least so long at a node."),
    default(
        "difference",
        Ty::Number(Range::NON_NEGATIVE),
        "0",
        "The loads of source and target differ at least by so much, the process counted at the source. (Whatever is said \
         here, no process moves to a node that would be as loaded as its own.)",
    ),
    default(
        "hysteresis",
        Ty::Number(Range::NON_NEGATIVE),
        "0",
        "A process that has moved before needs a difference greater by this.",
    ),
    optional("moves", Ty::Count(0, 65_535), "A process moves at most so often."),
    default(
        "jitter",
        Ty::Number(Range { low: 0.0, high: 1.0, above: false, below: true }),
        "0",
        "With this probability a decision moves nothing, so that nodes that know the same do not all do the same.",
    ),
    default(
        "exported",
        Ty::Number(Range::POSITIVE),
        "1",
        "Every node tells others its load times this: more than 1 keeps a node that looks empty from being flooded.",
    ),
    optional(
        "give_up",
        Ty::Number(Range::POSITIVE),
        "From this mean load of all known nodes on the whole system is overloaded, and nothing moves.",
    ),
    optional(
        "refuse",
        Ty::Number(Range::NON_NEGATIVE),
        "The target is asked first, and refuses when its load is this or more, or its free memory less than needed.",
    ),
];

/// The key under which a policy takes them.
pub(crate) const STABILITY: Param = Param {
    name: "stability",
    ty: Ty::Table(KEYS),
    need: Need::Optional,
    doc: "What keeps processes from moving too often; nothing of it is on unless it is given.",
};

/// What keeps migration from doing harm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stability {
    /// Seconds that a process stays at a node at least.
    pub residency: f64,
    /// By how much loads differ at least.
    pub difference: f64,
    /// How much more a process that has moved before needs.
    pub hysteresis: f64,
    /// How often a process moves at most.
    pub moves: u32,
    /// The probability that a decision moves nothing.
    pub jitter: f64,
    /// What a node multiplies its load by when it tells others.
    pub exported: f64,
    /// The mean load from which on nothing moves.
    pub give_up: f64,
    /// The load from which on a target refuses; None where it is not asked.
    pub refuse: Option<f64>,
}

impl Default for Stability {
    fn default() -> Self {
        Stability::NONE
    }
}

impl Stability {
    /// Nothing keeps anyone from moving.
    pub const NONE: Stability = Stability {
        residency: 0.0,
        difference: 0.0,
        hysteresis: 0.0,
        moves: u32::MAX,
        jitter: 0.0,
        exported: 1.0,
        give_up: f64::INFINITY,
        refuse: None,
    };

    /// From checked arguments that may hold the table.
    pub(crate) fn of(args: &Args) -> Stability {
        let Some(table) = args.maybe_table("stability") else { return Stability::NONE };
        Stability {
            residency: table.number("residency"),
            difference: table.number("difference"),
            hysteresis: table.number("hysteresis"),
            moves: if table.has("moves") { table.count("moves") as u32 } else { u32::MAX },
            jitter: table.number("jitter"),
            exported: table.number("exported"),
            give_up: table.maybe_number("give_up").unwrap_or(f64::INFINITY),
            refuse: table.maybe_number("refuse"),
        }
    }

    /// Whether anything is to be judged now: the system, of which these loads of other nodes are known, is not
    /// overloaded, and chance does not forbid it. Draws only where there is jitter.
    pub fn acts(&self, view: &View<'_>, loads: &[f64], rng: &mut Rng) -> bool {
        let overloaded = || {
            let all = loads.iter().sum::<f64>() + f64::from(view.load());
            all >= self.give_up * (loads.len() + 1) as f64
        };
        !(self.give_up < f64::INFINITY && overloaded()) && (self.jitter == 0.0 || !rng.chance(self.jitter))
    }

    /// Whether a process may leave at all.
    pub fn frees(&self, process: &Resident, view: &View<'_>) -> bool {
        !process.suspended && process.moves < self.moves && view.now() - process.since >= self.residency
    }

    /// Whether loads differ enough for a process; `here` counts it, `there` does not.
    pub fn gains(&self, process: &Resident, here: f64, there: f64) -> bool {
        let more = if process.moves > 0 { self.hysteresis } else { 0.0 };
        here > there + 1.0 && here - there >= self.difference + more
    }

    /// What the target replies.
    pub fn answer(&self, query: Query, view: &View<'_>) -> Reply {
        match (query, self.refuse) {
            (Query::Transfer(process), Some(limit)) => {
                let full = f64::from(view.load()) >= limit || process.memory > view.free_memory();
                if full { Reply::Refuse } else { Reply::Accept }
            }
            _ => Reply::Load,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadlab_core::Time;
    use loadlab_core::policy::Fixture;

    #[test]
    fn without_any_parameter_a_process_moves_wherever_it_gains() {
        let (world, nothing) = (Fixture::new(0, 2, 3), Stability::default());
        let process = world.resident(1.0);
        assert!(nothing.frees(&process, &world.view()) && nothing.acts(&world.view(), &[9.0], &mut Rng::new(1)));
        assert!(nothing.gains(&process, 3.0, 1.0) && !nothing.gains(&process, 3.0, 2.0));
    }

    #[test]
    fn a_process_stays_for_its_residency_and_moves_so_often_at_most() {
        let world = Fixture { now: Time::new(10.0), ..Fixture::new(0, 2, 3) };
        let process = Resident { since: Time::new(7.0), moves: 2, ..world.resident(1.0) };
        let frees = |stability: Stability| stability.frees(&process, &world.view());
        assert!(frees(Stability { residency: 3.0, moves: 3, ..Stability::default() }));
        assert!(!frees(Stability { residency: 3.1, ..Stability::default() }));
        assert!(!frees(Stability { moves: 2, ..Stability::default() }));
    }

    #[test]
    fn a_process_that_has_moved_needs_a_greater_difference() {
        let stability = Stability { difference: 3.0, hysteresis: 1.5, ..Stability::default() };
        let fresh = Fixture::new(0, 2, 3).resident(1.0);
        let moved = Resident { moves: 1, ..fresh };
        assert!(stability.gains(&fresh, 5.0, 2.0) && !stability.gains(&fresh, 5.0, 2.5));
        assert!(!stability.gains(&moved, 5.0, 1.0) && stability.gains(&moved, 5.0, 0.5));
    }

    #[test]
    fn nothing_is_judged_while_the_whole_system_is_overloaded() {
        let stability = Stability { give_up: 3.0, ..Stability::default() };
        let world = Fixture::new(0, 3, 5);
        assert!(!stability.acts(&world.view(), &[2.0, 2.0], &mut Rng::new(1)), "a mean of 3");
        assert!(stability.acts(&world.view(), &[2.0, 1.5], &mut Rng::new(1)));
    }

    #[test]
    fn jitter_forbids_as_many_decisions_as_it_says() {
        let (stability, world) = (Stability { jitter: 0.25, ..Stability::default() }, Fixture::new(0, 2, 3));
        let mut rng = Rng::new(1);
        let acts = (0..10_000).filter(|_| stability.acts(&world.view(), &[0.0], &mut rng)).count() as f64;
        assert!((acts - 7500.0).abs() < 4.0 * (10_000.0f64 * 0.25 * 0.75).sqrt(), "{acts} of 10,000");
    }

    #[test]
    fn a_target_refuses_when_it_is_loaded_or_short_of_memory() {
        let stability = Stability { refuse: Some(2.0), ..Stability::default() };
        let process = Resident { memory: 5.0, ..Fixture::new(1, 2, 0).resident(1.0) };
        let reply = |load, free_memory| {
            let world = Fixture { free_memory, ..Fixture::new(0, 2, load) };
            stability.answer(Query::Transfer(process), &world.view())
        };
        assert_eq!((reply(1, 5.0), reply(2, 5.0), reply(1, 4.0)), (Reply::Accept, Reply::Refuse, Reply::Refuse));
        let probed = stability.answer(Query::Probe, &Fixture::new(0, 2, 9).view());
        assert_eq!(probed, Reply::Load);
    }
}

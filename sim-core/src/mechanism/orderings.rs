//! Table 5 of Milojicic et al., Process Migration, ACM Computing Surveys 32(3), 2000, doi:10.1145/367701.367728, as
//! inequalities between timelines, and how often each of them holds.
//!
//! The table ranks strategies and gives no parameters. Here every ranking has the condition that decides it, and its
//! share among parameter sets that are sampled around two settings of our own choosing.

use super::stop::Rules;
use super::{Costs, HotSet, Image, Mechanism, Plan, Reference, Timeline, Wires, Writes, timeline};
use crate::rng::Rng;

/// The strategies of the table, in the order of [`Five`].
pub const STRATEGIES: [&str; 5] = ["eager-all", "eager-dirty", "copy-on-reference", "flushing", "precopy"];

/// The timelines of the five strategies for one process.
#[derive(Clone, Debug)]
pub struct Five {
    /// One for each of [`STRATEGIES`].
    pub all: [Timeline; 5],
}

/// A setting of 1991: 2 MB over a shared network of 10 Mbit/s. The plan is that of precopy.
pub fn setting_a() -> Mechanism {
    Mechanism {
        plan: Plan::Precopy(Rules { few_pages: 8000.0 / 4096.0, rounds: 3, ..Rules::LIMIT }),
        costs: Costs {
            select: 34.4e-3,
            setup: 90e-3,
            fixed: 76e-3,
            per_file: 9.4e-3,
            per_region: 2e-3,
            switch: 23e-3,
            fault_cpu: 2e-3,
            ..Costs::default()
        },
        image: Image {
            memory: 2e6,
            dirty: 0.3,
            writes: one_set(80e3, 0.4),
            touched: 0.4,
            touch_time: 5.0,
            regions: 5.0,
            files: 4.0,
            ..Image::default()
        },
        wires: Wires { bandwidth: 0.66e6, server: 0.66e6, latency: 0.8e-3 },
    }
}

/// A setting of 2020: 4 GB over 10 Gbit/s.
pub fn setting_b() -> Mechanism {
    Mechanism {
        plan: Plan::Precopy(Rules { few_pages: 50.0, rounds: 5, ..Rules::LIMIT }),
        costs: Costs {
            select: 19.9e-3,
            setup: 170e-3,
            fixed: 200e-3,
            per_region: 20e-6,
            switch: 30e-3,
            fault_cpu: 2e-6,
            ..Costs::default()
        },
        image: Image {
            memory: 4e9,
            dirty: 0.6,
            writes: one_set(300e6, 2.0),
            touched: 0.4,
            touch_time: 20.0,
            regions: 500.0,
            ..Image::default()
        },
        wires: Wires { bandwidth: 1.1e9, server: 0.8e9, latency: 0.05e-3 },
    }
}

fn one_set(size: f64, time: f64) -> Writes {
    Writes::Sets([HotSet { size, time }, HotSet::default(), HotSet::default()])
}

impl Five {
    /// Moves one process five times, each time alone.
    pub fn of(m: &Mechanism) -> Five {
        let rest =
            [Plan::EagerAll, Plan::EagerDirty, Plan::CopyOnReference(Reference::default()), Plan::Flushing, m.plan];
        Five { all: rest.map(|plan| timeline(&Mechanism { plan, ..*m }, f64::INFINITY)) }
    }
}

/// One row of inequalities.
pub struct Ordering {
    /// What it says.
    pub text: &'static str,
    /// When it holds, in the parameters.
    pub condition: &'static str,
    /// Whether it holds between timelines.
    pub holds: fn(&Five) -> bool,
    /// The condition, computed from the parameters without any timeline.
    pub decides: fn(&Mechanism) -> bool,
}

/// The last set of precopy and the sum of all sets, from V_0 = S, V_(i+1) = W (1 - exp(-V_i / (B time))).
fn sets(m: &Mechanism) -> (f64, f64) {
    let (Plan::Precopy(rules), Writes::Sets([set, ..])) = (m.plan, m.image.writes) else { return (0.0, 0.0) };
    let (mut last, mut sum) = (m.image.memory, 0.0);
    for _ in 0..rules.rounds {
        sum += last;
        last = -set.size * libm::expm1(-last / (m.wires.bandwidth * set.time));
        if last <= rules.few_pages * m.image.page {
            break;
        }
    }
    (last, sum + last)
}

fn stall(m: &Mechanism, bandwidth: f64) -> f64 {
    2.0 * m.wires.latency + m.costs.fault_cpu + m.image.page / bandwidth
}

/// The rankings of the table.
pub const ORDERINGS: [Ordering; 7] = [
    Ordering {
        text: "freeze: precopy < copy-on-reference",
        condition: "switch + last set / B < control + regions x per_region",
        holds: |f| f.all[4].freeze < f.all[2].freeze,
        decides: |m| {
            m.costs.switch + sets(m).0 / m.wires.bandwidth < m.control() + m.image.regions * m.costs.per_region
        },
    },
    Ordering {
        text: "freeze: copy-on-reference < eager-dirty, flushing",
        condition: "regions x per_region < d S / max(B, B_server)",
        holds: |f| f.all[2].freeze < f.all[1].freeze.min(f.all[3].freeze),
        decides: |m| {
            let rate = m.wires.bandwidth.max(m.wires.server);
            m.image.regions * m.costs.per_region < m.image.dirty * m.image.memory / rate
        },
    },
    Ordering {
        text: "freeze: eager-dirty, flushing < eager-all",
        condition: "d < 1 and d B < B_server",
        holds: |f| f.all[1].freeze.max(f.all[3].freeze) < f.all[0].freeze,
        decides: |m| m.image.dirty < 1.0 && m.image.dirty * m.wires.bandwidth < m.wires.server,
    },
    Ordering {
        text: "bytes before the resumption: copy-on-reference < eager-dirty <= flushing < eager-all < precopy",
        condition: "0 < d < 1 and anything is dirtied during precopy",
        holds: |f| {
            let b = |k: usize| f.all[k].bytes_before;
            b(2) < b(1) && b(1) <= b(3) && b(3) < b(0) && b(0) < b(4)
        },
        decides: |m| m.image.dirty > 0.0 && m.image.dirty < 1.0 && sets(m).1 > m.image.memory,
    },
    Ordering {
        text: "residual: copy-on-reference > flushing > 0 = the others",
        condition: "u d > 0 and stall(B) > d stall(B_server)",
        holds: |f| {
            let r = |k: usize| f.all[k].after.stalled;
            r(2) > r(3) && r(3) > 0.0 && r(0) == 0.0 && r(1) == 0.0 && r(4) == 0.0
        },
        decides: |m| {
            let (d, u) = (m.image.dirty, m.image.touched);
            u * d > 0.0 && stall(m, m.wires.bandwidth) > d * stall(m, m.wires.server)
        },
    },
    Ordering {
        text: "initial time: copy-on-reference < eager-dirty, flushing < eager-all",
        condition: "both conditions on the freeze",
        holds: |f| {
            let t = |k: usize| f.all[k].initial;
            t(2) < t(1).min(t(3)) && t(1).max(t(3)) < t(0)
        },
        decides: |m| {
            let rate = m.wires.bandwidth.max(m.wires.server);
            m.image.regions * m.costs.per_region < m.image.dirty * m.image.memory / rate
                && m.image.dirty < 1.0
                && m.image.dirty * m.wires.bandwidth < m.wires.server
        },
    },
    Ordering {
        text: "initial time: eager-all <= precopy",
        condition: "control <= setup + switch + bytes sent again / B",
        holds: |f| f.all[0].initial <= f.all[4].initial,
        decides: |m| m.control() <= m.costs.setup + m.costs.switch + (sets(m).1 - m.image.memory) / m.wires.bandwidth,
    },
];

/// How a parameter set is sampled around a setting.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sampling {
    /// a = W / (time B) is log-uniform between 0.05 and this.
    pub highest_a: f64,
    /// Whether precopy does all the control work of the others inside its freeze.
    pub equal_control: bool,
}

/// S x 0.1 to 10, both bandwidths x 0.3 to 3 (independently), W/S from 0.01 to 0.5, all log-uniform; d and u uniform
/// from 0.05 to 0.95.
pub fn sampled(setting: &Mechanism, how: Sampling, rng: &mut Rng) -> Mechanism {
    let mut m = *setting;
    let between = |low: f64, high: f64, rng: &mut Rng| low * libm::pow(high / low, rng.unit());
    m.image.memory *= between(0.1, 10.0, rng);
    m.wires.bandwidth *= between(0.3, 3.0, rng);
    m.wires.server *= between(0.3, 3.0, rng);
    (m.image.dirty, m.image.touched) = (0.05 + 0.9 * rng.unit(), 0.05 + 0.9 * rng.unit());
    let size = m.image.memory * between(0.01, 0.5, rng);
    let a = between(0.05, how.highest_a, rng);
    m.image.writes = one_set(size, size / (a * m.wires.bandwidth));
    if how.equal_control {
        (m.costs.switch, m.costs.setup) = (m.control(), 0.0);
    }
    m
}

/// The share of sampled sets in which each ordering holds, and, last, in which all of them do.
pub fn shares(setting: &Mechanism, how: Sampling, sets: u32) -> [f64; ORDERINGS.len() + 1] {
    let mut rng = Rng::new(5);
    let mut counts = [0u32; ORDERINGS.len() + 1];
    for _ in 0..sets {
        let five = Five::of(&sampled(setting, how, &mut rng));
        let mut all = true;
        for (count, ordering) in counts.iter_mut().zip(&ORDERINGS) {
            let holds = (ordering.holds)(&five);
            *count += u32::from(holds);
            all &= holds;
        }
        counts[ORDERINGS.len()] += u32::from(all);
    }
    counts.map(|count| f64::from(count) / f64::from(sets))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLINGS: [Sampling; 3] = [
        Sampling { highest_a: 1.0, equal_control: false },
        Sampling { highest_a: 5.0, equal_control: false },
        Sampling { highest_a: 1.0, equal_control: true },
    ];

    #[test]
    fn each_ordering_holds_exactly_where_its_condition_does() {
        let mut rng = Rng::new(61);
        for setting in [setting_a(), setting_b()] {
            for k in 0..6000 {
                let m = sampled(&setting, SAMPLINGS[k % 3], &mut rng);
                let five = Five::of(&m);
                for ordering in &ORDERINGS {
                    assert_eq!((ordering.holds)(&five), (ordering.decides)(&m), "{} for {m:?}", ordering.text);
                }
            }
        }
    }

    #[test]
    fn every_ordering_holds_at_both_settings() {
        for setting in [setting_a(), setting_b()] {
            let five = Five::of(&setting);
            assert!(ORDERINGS.iter().all(|o| (o.holds)(&five)));
        }
    }

    /// By hand: T_fix = 76 + 4 x 9.4 = 113.6 ms, S/B = 3030.3 ms, d S/B = 909.1 ms, 5 regions = 10 ms.
    #[test]
    fn freezes_and_initial_times_at_setting_a_are_those_of_the_formulas() {
        let five = Five::of(&setting_a());
        let found = five.all.each_ref().map(|t| [t.freeze, t.initial].map(|s| libm::rint(s * 1000.0)));
        assert_eq!(found, [[3144.0, 3180.0], [1023.0, 1059.0], [124.0, 160.0], [1023.0, 1059.0], [32.0, 3341.0]]);
    }

    #[test]
    fn precopy_loses_its_freeze_where_memory_is_dirtied_faster_than_sent() {
        for setting in [setting_a(), setting_b()] {
            for a in [1.5, 3.0, 10.0] {
                let mut m = setting;
                let size = 0.9 * m.image.memory;
                m.image.writes = one_set(size, size / (a * m.wires.bandwidth));
                let five = Five::of(&m);
                assert!(five.all[4].freeze > 5.0 * five.all[2].freeze, "a = {a}");
                assert!(!(ORDERINGS[0].holds)(&five));
            }
        }
    }
}

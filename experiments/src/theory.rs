//! Which cells have a known formula, and what it says. The formulas themselves are in `loadlab_core::theory`.

use crate::file::Cell;
use loadlab_core::theory::{mg1, mmk, sharing, supermarket};

/// The value of a formula for a metric of a cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// The formula, in words.
    pub formula: &'static str,
    /// Its value.
    pub value: f64,
    /// Whether it holds for the cell as it is, or in the limit of many nodes.
    pub exact: bool,
}

/// What is known about a metric of a cell; None where no formula applies.
pub fn known(cell: &Cell, metric: &str) -> Option<Known> {
    let load = cell.scenario.args.maybe_number("offered_load")?;
    known_at(cell, metric, load)
}

/// The same for another offered load, all else being as in the cell.
pub fn known_at(cell: &Cell, metric: &str, load: f64) -> Option<Known> {
    let scenario = &cell.scenario.args;
    let [nodes] = scenario.tables("nodes")[..] else { return None };
    let (count, cores, speed) = (nodes.count("count"), nodes.count("cores"), nodes.number("speed"));
    let prompt =
        scenario.table("network").text("kind") == "none" && scenario.table("network").number("probe_cost") == 0.0;
    let free = |key: &str| scenario.maybe_table(key).is_none_or(|t| t.text("kind") == "free");
    let poisson = scenario.table("arrivals").text("kind") == "poisson";
    if cores != 1 || !prompt || !free("placement") || !free("migration") || !poisson {
        return None;
    }
    let model = Model {
        load,
        law: scenario.law("lifetime"),
        discipline: nodes.table("discipline").text("kind"),
        many: count,
        speed,
    };
    model.known(cell, metric)
}

struct Model<'a> {
    load: f64,
    law: std::sync::Arc<dyn loadlab_core::law::Law>,
    discipline: &'a str,
    many: u64,
    speed: f64,
}

impl Model<'_> {
    /// Whether lifetimes are exponential, by their moments: no other law of the catalogue has both.
    fn exponential(&self) -> bool {
        let mean = self.law.mean();
        (self.law.c2() - 1.0).abs() < 1e-12 && (self.law.moment(3.0) / (6.0 * mean * mean * mean) - 1.0).abs() < 1e-9
    }

    fn known(&self, cell: &Cell, metric: &str) -> Option<Known> {
        let policy = &cell.policy.args;
        let alone = match policy.text("kind") {
            "none" => true,
            "random" => !policy.has("threshold"),
            _ => false,
        };
        if alone {
            return self.alone(metric);
        }
        // Insensitive to the order of service as long as it does not look at lifetimes: PS and FCFS alike.
        if metric != "response.mean" || !self.exponential() || !matches!(self.discipline, "fcfs" | "ps") {
            return None;
        }
        let (formula, solved) = match policy.text("kind") {
            "threshold" => {
                let (t, probes) = (policy.count("threshold") as u32, policy.count("probes") as u32);
                ("Threshold, mean field (n infinite)", sharing::threshold(self.load, t, probes))
            }
            "power-of-d" => {
                ("d choices, mean field (n infinite)", supermarket::choices(self.load, policy.count("d") as u32))
            }
            "never-idle" => {
                let solved = mmk::mmk_response(self.many as u32, self.load).ok()?;
                return Some(Known { formula: "M/M/N", value: self.seconds(solved), exact: true });
            }
            _ => return None,
        };
        Some(Known { formula, value: self.seconds(solved.ok()?.response), exact: false })
    }

    /// Formulas are in mean lifetimes at speed 1.
    fn seconds(&self, value: f64) -> f64 {
        value * self.law.mean() / self.speed
    }

    /// Independent nodes: each is an M/G/1 queue. Slowdown is per CPU second at speed 1.
    fn alone(&self, metric: &str) -> Option<Known> {
        let rate = self.load / self.law.mean();
        let law = self.law.as_ref();
        let (formula, value) = match (self.discipline, metric) {
            ("ps", "response.mean") => ("M/G/1 processor sharing", mg1::ps_response(rate, law).ok()? / self.speed),
            ("ps", "slowdown.mean") => ("M/G/1 processor sharing", mg1::ps_slowdown(rate, law).ok()? / self.speed),
            ("fcfs", "response.mean") => {
                ("M/G/1 FCFS (Pollaczek-Khinchine)", mg1::fcfs_response(rate, law).ok()? / self.speed)
            }
            ("fcfs", "slowdown.mean") => {
                ("M/G/1 FCFS (Pollaczek-Khinchine)", mg1::fcfs_slowdown(rate, law).ok()? / self.speed)
            }
            _ => return None,
        };
        value.is_finite().then_some(Known { formula, value, exact: true })
    }
}

//! Which cells have a known formula, and what it says. The formulas themselves are in `loadlab_core::theory`.
//!
//! All of them are for equal nodes with Poisson arrivals, prompt messages and free transfers.

use crate::file::Cell;
use crate::stats::Interval;
use loadlab_core::law::Law;
use loadlab_core::spec::Args;
use loadlab_core::theory::{Solved, fb, jsq2, mg1, mmk, refined, sharing, srpt, stealing, supermarket};
use std::sync::Arc;

/// For which systems a formula holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// For the cell as it is.
    Exactly,
    /// For the cell's number of nodes, to order 1/N.
    ToOrderOneOverN,
    /// In the limit of many nodes.
    InTheLimit,
}

impl Holds {
    /// As it stands in tables.
    pub fn word(self) -> &'static str {
        match self {
            Holds::Exactly => "exactly",
            Holds::ToOrderOneOverN => "to order 1/n",
            Holds::InTheLimit => "n infinite",
        }
    }
}

/// The value of a formula for a metric of a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Known {
    /// The formula, in words.
    pub formula: &'static str,
    /// Its value, in the metric's unit.
    pub value: f64,
    /// Where it holds.
    pub holds: Holds,
    /// What it may be off by, if that is known, in the metric's unit.
    pub neglected: Option<f64>,
}

/// What is known about a metric of a cell; None where no formula applies.
pub fn known(cell: &Cell, metric: &str) -> Option<Known> {
    known_at(cell, metric, cell.scenario.args.maybe_number("offered_load")?)
}

/// The same for another offered load, all else being as in the cell.
pub fn known_at(cell: &Cell, metric: &str, load: f64) -> Option<Known> {
    let model = Model::of(cell, load)?;
    let policy = &cell.policy.args;
    let alone = model.alone(policy);
    match metric {
        "response.mean" => model.response(policy),
        // Little's law over all nodes.
        "in_system.mean" => {
            let rate = load * model.capacity / model.law.mean();
            model.response(policy).map(|k| k.scaled(rate))
        }
        "delay.mean" => model.response(policy).map(|k| Known { value: k.value - model.law.mean(), ..k }),
        "slowdown.mean" if alone && model.cores == 1 => model.slowdown(),
        "utilisation.mean" if load < 1.0 => Some(exact("utilisation = offered load", load)),
        "probes.per_process" => model.probes(policy),
        _ => None,
    }
}

/// What formulas need of a scenario.
struct Model<'a> {
    load: f64,
    law: Arc<dyn Law>,
    discipline: &'a str,
    nodes: u32,
    cores: u32,
    speed: f64,
    capacity: f64,
}

fn exact(formula: &'static str, value: f64) -> Known {
    Known { formula, value, holds: Holds::Exactly, neglected: None }
}

fn limit(formula: &'static str, value: f64) -> Known {
    Known { formula, value, holds: Holds::InTheLimit, neglected: None }
}

impl Known {
    /// Whether an interval, widened by what the formula neglects, holds its value.
    pub fn inside(&self, interval: &Interval) -> bool {
        let off = self.neglected.unwrap_or(0.0);
        interval.low - off <= self.value && self.value <= interval.high + off
    }

    /// In another unit.
    fn scaled(self, factor: f64) -> Known {
        Known { value: self.value * factor, neglected: self.neglected.map(|x| x * factor), ..self }
    }
}

impl<'a> Model<'a> {
    fn of(cell: &'a Cell, load: f64) -> Option<Self> {
        let scenario = &cell.scenario.args;
        let other = ["workload", "home_weights", "must_stay", "classes", "forwarding", "faults"];
        let matched = scenario.maybe_text("match") == Some("realised");
        if !scenario.has("lifetime") || matched || other.iter().any(|key| scenario.has(key)) {
            return None;
        }
        let [nodes] = scenario.tables("nodes")[..] else { return None };
        let network = scenario.table("network");
        let prompt = network.text("kind") == "none" && network.number("probe_cost") == 0.0;
        let free = |key: &str| scenario.maybe_table(key).is_none_or(|t| t.text("kind") == "free");
        let poisson = scenario.table("arrivals").text("kind") == "poisson";
        if !prompt || !free("placement") || !free("migration") || !poisson {
            return None;
        }
        let (count, cores, speed) = (nodes.count("count"), nodes.count("cores"), nodes.number("speed"));
        Some(Model {
            load,
            law: scenario.law("lifetime"),
            discipline: nodes.table("discipline").text("kind"),
            nodes: count as u32,
            cores: cores as u32,
            speed,
            capacity: count as f64 * cores as f64 * speed,
        })
    }

    /// Whether every node is a queue of its own.
    fn alone(&self, policy: &Args) -> bool {
        match policy.text("kind") {
            "none" => true,
            "random" => !policy.has("threshold"),
            _ => false,
        }
    }

    /// Whether lifetimes are exponential, by their moments: no other law of the catalogue has both.
    fn exponential(&self) -> bool {
        let mean = self.law.mean();
        (self.law.c2() - 1.0).abs() < 1e-12 && (self.law.moment(3.0) / (6.0 * mean * mean * mean) - 1.0).abs() < 1e-9
    }

    /// The mean response in seconds.
    fn response(&self, policy: &Args) -> Option<Known> {
        if self.alone(policy) {
            return if self.cores == 1 { self.one_node() } else { self.one_node_of_many_cores() };
        }
        // Orders of service that do not look at lifetimes: with exponential ones they all have the same mean.
        if self.cores != 1 || !self.exponential() || !matches!(self.discipline, "fcfs" | "ps") {
            return None;
        }
        let known = match policy.text("kind") {
            "threshold" => self.threshold(policy),
            "random" => self.random(policy),
            "power-of-d" => self.choices(policy),
            "work-stealing" => self.stealing(policy),
            "never-idle" => mmk::mmk_response(self.nodes, self.load).ok().map(|w| exact("M/M/N", w)),
            _ => None,
        };
        // Formulas of many nodes are in mean lifetimes at speed 1.
        known.map(|k| k.scaled(self.law.mean() / self.speed))
    }

    /// M/G/1 under each order of service.
    fn one_node(&self) -> Option<Known> {
        let (rate, law) = (self.load / self.law.mean(), self.law.as_ref());
        let (formula, solved): (&'static str, Solved<f64>) = match self.discipline {
            "ps" => ("M/G/1 processor sharing", mg1::ps_response(rate, law)),
            "fcfs" => ("M/G/1 FCFS (Pollaczek-Khinchine)", mg1::fcfs_response(rate, law)),
            "srpt" => ("M/G/1 SRPT (Schrage-Miller)", srpt::response(rate, law)),
            "fb" => ("M/G/1 FB (least attained service)", fb::response(rate, law)),
            _ => return None,
        };
        let value = solved.ok()?;
        value.is_finite().then(|| exact(formula, value / self.speed))
    }

    fn one_node_of_many_cores(&self) -> Option<Known> {
        let blind = matches!(self.discipline, "fcfs" | "ps");
        let solved = mmk::mmk_response(self.cores, self.load).ok().filter(|_| blind && self.exponential())?;
        Some(exact("M/M/k", solved * self.law.mean() / self.speed))
    }

    /// Slowdown is per CPU second at speed 1.
    fn slowdown(&self) -> Option<Known> {
        let (rate, law) = (self.load / self.law.mean(), self.law.as_ref());
        let (formula, solved) = match self.discipline {
            "ps" => ("M/G/1 processor sharing", mg1::ps_slowdown(rate, law)),
            "fcfs" => ("M/G/1 FCFS (Pollaczek-Khinchine)", mg1::fcfs_slowdown(rate, law)),
            _ => return None,
        };
        let value = solved.ok()?;
        value.is_finite().then(|| exact(formula, value / self.speed))
    }

    /// The refined value where there is one, else the limit.
    fn best(
        &self,
        refined: Solved<refined::Refined>,
        name: [&'static str; 2],
        mean_field: Solved<f64>,
    ) -> Option<Known> {
        match refined {
            Ok(r) => Some(Known {
                formula: name[0],
                value: r.response,
                holds: Holds::ToOrderOneOverN,
                neglected: Some(r.error),
            }),
            Err(_) => mean_field.ok().map(|value| limit(name[1], value)),
        }
    }

    fn threshold(&self, policy: &Args) -> Option<Known> {
        let (t, probes) = (policy.count("threshold") as u32, policy.count("probes") as u32);
        let name = ["Threshold, refined mean field", "Threshold, mean field"];
        let mean_field = sharing::threshold(self.load, t, probes).map(|m| m.response);
        self.best(refined::threshold(self.load, t, probes, self.nodes), name, mean_field)
    }

    fn random(&self, policy: &Args) -> Option<Known> {
        let (t, transfers) = (policy.count("threshold") as u32, policy.count("transfers") as u32);
        sharing::random(self.load, t, transfers).ok().map(|m| limit("Random with threshold, mean field", m.response))
    }

    fn choices(&self, policy: &Args) -> Option<Known> {
        let (d, distinct) = (policy.count("d") as u32, !policy.flag("replacement"));
        if (self.nodes, d, distinct) == (2, 2, true) {
            let solved = jsq2::response(self.load).ok()?;
            return Some(exact("shorter of two queues", solved.response));
        }
        let name = ["d choices, refined mean field", "d choices, mean field"];
        let mean_field = supermarket::choices(self.load, d).map(|m| m.response);
        self.best(refined::choices(self.load, d, distinct, self.nodes), name, mean_field)
    }

    fn stealing(&self, policy: &Args) -> Option<Known> {
        let (threshold, probes) = (policy.count("threshold") as u32, policy.count("probes") as u32);
        match (threshold, probes) {
            // A node that falls idle takes from one with two: Receiver with T = 1.
            (2, _) => {
                let name = ["Receiver, refined mean field", "Receiver, mean field"];
                let mean_field = sharing::receiver(self.load, 1, probes).map(|m| m.response);
                self.best(refined::receiver(self.load, 1, probes, self.nodes), name, mean_field)
            }
            (_, 1) => {
                let solved = stealing::when_idle(self.load, threshold).ok()?;
                Some(limit("work stealing, mean field", solved.response))
            }
            _ => None,
        }
    }

    /// Probes per process.
    fn probes(&self, policy: &Args) -> Option<Known> {
        match policy.text("kind") {
            "none" | "random" => Some(exact("no probes", 0.0)),
            "power-of-d" if policy.count("d") <= u64::from(self.nodes) => {
                Some(exact("d probes", policy.count("d") as f64))
            }
            "threshold" if self.cores == 1 && self.exponential() && matches!(self.discipline, "fcfs" | "ps") => {
                let (t, probes) = (policy.count("threshold") as u32, policy.count("probes") as u32);
                sharing::threshold(self.load, t, probes).ok().map(|m| limit("Threshold, mean field", m.probes))
            }
            _ => None,
        }
    }
}

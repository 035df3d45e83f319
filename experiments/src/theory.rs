//! Which cells have a known formula, and what it says. The formulas themselves are in `loadlab_core::theory`.
//!
//! All of them are for equal nodes with Poisson arrivals and prompt messages; most are for free transfers.

mod boards;
mod sizes;
mod toll;

use crate::file::Cell;
use crate::stats::Interval;
use loadlab_core::law::Law;
use loadlab_core::spec::{Arg, Args};
use loadlab_core::theory::old_information::Choice;
use loadlab_core::theory::{
    MeanField, Solved, fb, jiq, jsq2, mg1, mmk, refined, sharing, srpt, stealing, supermarket, transfer_cost,
    transfer_delay,
};
use std::sync::Arc;
use toll::Toll;

/// For which systems a formula holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// For the cell as it is.
    Exactly,
    /// For the cell's number of nodes, to order 1/N.
    ToOrderOneOverN,
    /// In the limit of many nodes.
    InTheLimit,
    /// Nearly, by an error that is not known.
    Approximately,
}

impl Holds {
    /// As it stands in tables.
    pub fn word(self) -> &'static str {
        match self {
            Holds::Exactly => "exactly",
            Holds::ToOrderOneOverN => "to order 1/n",
            Holds::InTheLimit => "n infinite",
            Holds::Approximately => "approximately",
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
        "slowdown.mean" => model.by_size(policy).and_then(|sizes| sizes.slowdown()),
        "utilisation.mean" if load < 1.0 && (alone || works_only(cell)) => {
            Some(exact("utilisation = offered load", load))
        }
        "probes.per_process" => model.probes(policy),
        _ => None,
    }
}

/// The mean response where no node helps another, and where none is idle while another has two processes (known for
/// exponential lifetimes): between them lies every policy that costs nothing, whatever the policy of the cell.
pub fn bounds_at(cell: &Cell, load: f64) -> Vec<Known> {
    let Some(model) = Model::of_nodes(cell, load).filter(|model| model.cores == 1) else { return Vec::new() };
    let markov = toll::exponential(model.law.as_ref()) && matches!(model.discipline, "fcfs" | "ps");
    let shared = model.never_idle().filter(|_| markov).map(|k| k.scaled(model.law.mean() / model.speed));
    let name = if markov { "M/M/1 and M/M/N, the bounds" } else { "M/G/1, no sharing" };
    model.one_node().into_iter().chain(shared).map(|known| Known { formula: name, ..known }).collect()
}

/// Whether the CPUs do nothing but what processes need: no move takes CPU, and none starts a process again.
fn works_only(cell: &Cell) -> bool {
    let idle = |mechanism: &Args| matches!(mechanism.text("kind"), "free" | "fixed");
    let moves = ["placement", "migration"].into_iter().filter_map(|key| cell.scenario.args.maybe_table(key));
    cell.policy.args.text("kind") != "tags" && moves.into_iter().all(idle)
}

/// Whether a policy that migrates knows every load, and nothing keeps it from moving.
fn sees_all(policy: &Args) -> bool {
    let is = |key, kind| policy.table(key).text("kind") == kind;
    is("information", "exact") && is("load", "instantaneous") && !policy.has("stability")
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
    /// What starting a process away from home takes.
    placing: Toll,
    /// What moving it later takes.
    moving: Toll,
}

fn exact(formula: &'static str, value: f64) -> Known {
    Known { formula, value, holds: Holds::Exactly, neglected: None }
}

fn roughly(formula: &'static str, value: f64) -> Known {
    Known { formula, value, holds: Holds::Approximately, neglected: None }
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
        let network = cell.scenario.args.table("network");
        let prompt = network.text("kind") == "none" && network.number("probe_cost") == 0.0;
        Model::of_nodes(cell, load).filter(|_| prompt)
    }

    /// Of nodes that may not be able to talk to each other promptly.
    fn of_nodes(cell: &'a Cell, load: f64) -> Option<Self> {
        let scenario = &cell.scenario.args;
        let other = ["workload", "home_weights", "must_stay", "classes", "forwarding", "faults"];
        let matched = scenario.maybe_text("match") == Some("realised");
        if !scenario.has("lifetime") || matched || other.iter().any(|key| scenario.has(key)) {
            return None;
        }
        let [nodes] = scenario.tables("nodes")[..] else { return None };
        if scenario.table("arrivals").text("kind") != "poisson" {
            return None;
        }
        let (count, cores, speed) = (nodes.count("count"), nodes.count("cores"), nodes.number("speed"));
        let law = scenario.law("lifetime");
        let toll = |key| Toll::of(scenario, key, law.mean(), speed);
        Some(Model {
            load,
            placing: toll("placement"),
            moving: toll("migration"),
            law,
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

    /// The mean response in seconds.
    fn response(&self, policy: &Args) -> Option<Known> {
        if policy.text("kind") == "combined" && policy.table("migration").text("kind") == "none" {
            return self.response(policy.table("placement"));
        }
        if self.alone(policy) {
            return if self.cores == 1 { self.one_node() } else { self.one_node_of_many_cores() };
        }
        if let Some(sizes) = self.by_size(policy) {
            return Some(sizes.response());
        }
        // Orders of service that do not look at lifetimes: with exponential ones they all have the same mean.
        if self.cores != 1 || !toll::exponential(self.law.as_ref()) || !matches!(self.discipline, "fcfs" | "ps") {
            return None;
        }
        let known = if self.free(policy.text("kind")) { self.shared(policy) } else { self.at_a_toll(policy) };
        // Formulas of many nodes are in mean lifetimes at speed 1.
        known.map(|k| k.scaled(self.law.mean() / self.speed))
    }

    /// Whether what a policy does to processes takes nothing.
    fn free(&self, kind: &str) -> bool {
        let (places, moves) = match kind {
            "receiver" | "reverse" | "work-stealing" | "push-rate" | "pull-rate" | "balance-any" | "idle-sharing" => {
                (false, true)
            }
            "symmetric" | "never-idle" | "combined" => (true, true),
            _ => (true, false),
        };
        (!places || self.placing == Toll::Free) && (!moves || self.moving == Toll::Free)
    }

    /// In mean lifetimes, where transfers are free.
    fn shared(&self, policy: &Args) -> Option<Known> {
        match policy.text("kind") {
            // Where nothing is ever on its way, `forward` is `threshold` and `reverse` is `receiver`.
            "threshold" | "forward" => self.threshold(policy),
            "random" => self.random(policy),
            "shortest" => self.shortest(policy),
            "receiver" | "reverse" => self.receiver(policy),
            "symmetric" => self.symmetric(policy),
            "power-of-d" => self.choices(policy),
            "work-stealing" => self.stealing(policy),
            "push-rate" | "pull-rate" => self.at_a_rate(policy),
            "join-idle-queue" => self.idle_queue(policy),
            "never-idle" => self.never_idle(),
            "balance-any" | "idle-sharing" if sees_all(policy) => self.never_idle(),
            "combined" => {
                let migration = policy.table("migration");
                let balances = matches!(migration.text("kind"), "balance-any" | "idle-sharing");
                if balances && sees_all(migration) { self.never_idle() } else { None }
            }
            _ => None,
        }
    }

    /// No node is idle while another has two processes: as many leave per second as from N nodes with one queue.
    fn never_idle(&self) -> Option<Known> {
        mmk::mmk_response(self.nodes, self.load).ok().map(|w| exact("M/M/N", w))
    }

    /// In mean lifetimes, where transfers cost the giver CPU or take time. The formulas of CPU are for overheads with an
    /// exponential law; of another law only the second moment differs.
    fn at_a_toll(&self, policy: &Args) -> Option<Known> {
        let number = |key: &str| policy.count(key) as u32;
        let (load, t) = (self.load, policy.maybe("threshold").map_or(1, |_| number("threshold")));
        let probes = || number("probes");
        let newest = || policy.text("take") == "newest";
        let giver = "exponential overhead of the giver, mean field";
        let delay = "exponential transfer delay, mean field";
        let (name, solved): (_, Solved<MeanField>) = match (policy.text("kind"), self.placing, self.moving) {
            ("threshold", Toll::Giver(c), _) => (giver, transfer_cost::threshold(load, t, probes(), c)),
            ("random", Toll::Giver(c), _) => match policy.maybe("transfers") {
                Some(Arg::Text(_)) if t == 1 => (giver, transfer_cost::random_unlimited(load, c)),
                Some(Arg::Text(_)) => return None,
                _ => (giver, transfer_cost::random(load, t, number("transfers"), c)),
            },
            ("receiver", _, Toll::Giver(c)) if newest() && !policy.has("retry") => {
                (giver, transfer_cost::receiver(load, t, probes(), c))
            }
            ("symmetric", Toll::Giver(c), Toll::Giver(d)) if newest() && c == d => {
                let pull = if policy.has("pull_probes") { number("pull_probes") } else { probes() };
                (giver, transfer_cost::symmetric(load, t, probes(), pull, c))
            }
            ("forward", Toll::Delay(d), _) => {
                (delay, transfer_delay::forward(load, t, probes(), d, policy.flag("count_in_transit")))
            }
            ("threshold", Toll::Delay(d), _) => (delay, transfer_delay::forward(load, t, probes(), d, false)),
            ("reverse", _, Toll::Delay(d)) if newest() => (delay, transfer_delay::reverse(load, t, probes(), d)),
            _ => return None,
        };
        solved.ok().map(|m| limit(name, m.response))
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
        let solved =
            mmk::mmk_response(self.cores, self.load).ok().filter(|_| blind && toll::exponential(self.law.as_ref()))?;
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
        let t = policy.count("threshold") as u32;
        let name = ["Random with threshold, refined mean field", "Random with threshold, mean field"];
        if let Some(Arg::Text(_)) = policy.maybe("transfers") {
            return sharing::random_unlimited(self.load, t).ok().map(|m| limit(name[1], m.response));
        }
        let transfers = policy.count("transfers") as u32;
        let mean_field = sharing::random(self.load, t, transfers).map(|m| m.response);
        self.best(refined::random(self.load, t, transfers, self.nodes), name, mean_field)
    }

    fn shortest(&self, policy: &Args) -> Option<Known> {
        let (t, probes) = (policy.count("threshold") as u32, policy.count("probes") as u32);
        let name = ["Shortest, refined mean field", "Shortest, mean field"];
        let mean_field = sharing::shortest(self.load, t, probes).map(|m| m.response);
        self.best(refined::shortest(self.load, t, probes, self.nodes), name, mean_field)
    }

    /// One search per departure, for any process.
    fn receiver(&self, policy: &Args) -> Option<Known> {
        if policy.has("retry") || policy.text("take") != "newest" {
            return None;
        }
        self.receiving(policy.count("threshold") as u32, policy.count("probes") as u32)
    }

    fn receiving(&self, t: u32, probes: u32) -> Option<Known> {
        let name = ["Receiver, refined mean field", "Receiver, mean field"];
        let mean_field = sharing::receiver(self.load, t, probes).map(|m| m.response);
        self.best(refined::receiver(self.load, t, probes, self.nodes), name, mean_field)
    }

    fn symmetric(&self, policy: &Args) -> Option<Known> {
        if policy.text("take") != "newest" {
            return None;
        }
        let (t, push) = (policy.count("threshold") as u32, policy.count("probes") as u32);
        let pull = if policy.has("pull_probes") { policy.count("pull_probes") as u32 } else { push };
        let name = ["Symmetric, refined mean field", "Symmetric, mean field"];
        let mean_field = sharing::symmetric(self.load, t, push, pull).map(|m| m.response);
        self.best(refined::symmetric(self.load, t, push, pull, self.nodes), name, mean_field)
    }

    /// Minnebo & Van Houdt 2014, by the probes per node that a rate r of single nodes makes: idle nodes make
    /// R = r (1 - lambda); nodes with two or more make R = r lambda rho with rho = lambda / (1 + r (1 - lambda)), the ratio
    /// of the tail of their load, since a process more comes at lambda and one leaves at 1 + r (1 - lambda).
    fn at_a_rate(&self, policy: &Args) -> Option<Known> {
        if policy.text("take") != "newest" {
            return None;
        }
        // Per mean service, in which the formulas count.
        let (load, rate) = (self.load, policy.number("rate") * self.law.mean() / self.speed);
        let solved = match policy.text("kind") {
            "pull-rate" => stealing::pull_rate(load, rate * (1.0 - load)),
            _ => stealing::push_rate(load, rate * load * load / (1.0 + rate * (1.0 - load))),
        };
        let name = ["push or pull at a rate, refined mean field", "push or pull at a rate, mean field"];
        self.best(refined::retrying(load, rate, self.nodes), name, solved.map(|m| m.response))
    }

    /// The limit is known where stale registrations are removed. Where they are kept, and where the shorter of two queues is
    /// joined, there are the published formulas: both leave out that a registered node may receive a random process. All are
    /// of many dispatchers; one that knows every idle node is something else.
    fn idle_queue(&self, policy: &Args) -> Option<Known> {
        let dispatchers = policy.count("dispatchers");
        if dispatchers < 2 {
            return None;
        }
        let ratio = f64::from(self.nodes) / dispatchers as f64;
        let (name, solved) = match policy.text("definition") {
            "removed" => {
                return jiq::exact(self.load, ratio).ok().map(|m| limit("join-idle-queue, mean field", m.response));
            }
            "kept" => ("join-idle-queue, published formula", jiq::simple(self.load, ratio)),
            _ => ("join-idle-queue SQ(2), published formula", jiq::shorter_of_two(self.load, ratio)),
        };
        solved.ok().map(|m| roughly(name, m.response))
    }

    fn choices(&self, policy: &Args) -> Option<Known> {
        let (d, distinct) = (policy.count("d") as u32, !policy.flag("replacement"));
        let information = policy.table("information");
        match information.text("kind") {
            "on-demand" => {}
            "board" => {
                let period = information.number("every") * self.speed / self.law.mean();
                let choice = if d >= self.nodes { Choice::Least } else { Choice::Of(d) };
                return boards::response(self.load, choice, period).map(|w| limit("bulletin board, mean field", w));
            }
            _ => return None,
        }
        if (self.nodes, d, distinct) == (2, 2, true) {
            let solved = jsq2::response(self.load).ok()?;
            return Some(exact("shorter of two queues", solved.response));
        }
        let name = ["d choices, refined mean field", "d choices, mean field"];
        let mean_field = supermarket::choices(self.load, d).map(|m| m.response);
        self.best(refined::choices(self.load, d, distinct, self.nodes), name, mean_field)
    }

    fn stealing(&self, policy: &Args) -> Option<Known> {
        if policy.text("victim") != "first" || policy.text("amount") != "one" {
            return None;
        }
        let (threshold, probes) = (policy.count("threshold") as u32, policy.count("probes") as u32);
        match (threshold, probes) {
            // A node that falls idle takes from one with two: Receiver with T = 1.
            (2, _) => self.receiving(1, probes),
            (_, 1) => {
                let name = ["work stealing, refined mean field", "work stealing, mean field"];
                let mean_field = stealing::when_idle(self.load, threshold).map(|m| m.response);
                self.best(refined::stealing(self.load, threshold, self.nodes), name, mean_field)
            }
            _ => None,
        }
    }

    /// Probes per process.
    fn probes(&self, policy: &Args) -> Option<Known> {
        let blind = toll::exponential(self.law.as_ref()) && matches!(self.discipline, "fcfs" | "ps");
        match policy.text("kind") {
            "none" | "random" => Some(exact("no probes", 0.0)),
            "power-of-d" if policy.table("information").text("kind") != "on-demand" => None,
            "power-of-d" if policy.count("d") <= u64::from(self.nodes) => {
                Some(exact("d probes", policy.count("d") as f64))
            }
            "threshold" if self.placing == Toll::Free && self.cores == 1 && blind => {
                let (t, probes) = (policy.count("threshold") as u32, policy.count("probes") as u32);
                sharing::threshold(self.load, t, probes).ok().map(|m| limit("Threshold, mean field", m.probes))
            }
            _ => None,
        }
    }
}

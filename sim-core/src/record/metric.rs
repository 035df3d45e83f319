//! The metrics: each with its name, unit, formula and direction. Tables, plots, claims and `docs/columns.md` derive
//! from this one list.

use super::Outcome;

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// Smaller values.
    Lower,
    /// Larger values.
    Higher,
    /// Neither: it describes.
    Neither,
}

/// One metric of one run.
#[derive(Debug)]
pub struct Metric {
    /// Its name in tables, plots and claims.
    pub name: &'static str,
    /// Its unit; "1" for plain numbers.
    pub unit: &'static str,
    /// The label of its axis, without the unit.
    pub label: &'static str,
    /// How it is computed, in one sentence.
    pub formula: &'static str,
    /// Which way is better.
    pub better: Better,
    /// Its value; NaN where it is undefined.
    pub value: fn(&Outcome) -> f64,
}

impl Metric {
    /// The metric of this name.
    pub fn find(name: &str) -> Option<&'static Metric> {
        METRICS.iter().find(|m| m.name == name)
    }
}

macro_rules! metric {
    ($name:literal, $unit:literal, $label:literal, $better:ident, $formula:literal, $value:expr) => {
        Metric { name: $name, unit: $unit, label: $label, formula: $formula, better: Better::$better, value: $value }
    };
}

/// All metrics, in the order of the tables.
pub const METRICS: &[Metric] = &[
    metric!("response.mean", "s", "Mean response", Lower, "mean over processes of exit - arrival", |o| o
        .response
        .mean()),
    metric!(
        "response.p50",
        "s",
        "Median response",
        Lower,
        "nearest-rank median of exit - arrival within the run, to 0.4 %",
        |o| o.response_sketch.quantile(0.5)
    ),
    metric!(
        "response.p90",
        "s",
        "90th percentile of response",
        Lower,
        "nearest-rank 0.90 quantile of exit - arrival within the run, to 0.4 %",
        |o| o.response_sketch.quantile(0.9)
    ),
    metric!(
        "response.p95",
        "s",
        "95th percentile of response",
        Lower,
        "nearest-rank 0.95 quantile of exit - arrival within the run, to 0.4 %",
        |o| o.response_sketch.quantile(0.95)
    ),
    metric!(
        "response.p99",
        "s",
        "99th percentile of response",
        Lower,
        "nearest-rank 0.99 quantile of exit - arrival within the run, to 0.4 %",
        |o| o.response_sketch.quantile(0.99)
    ),
    metric!("response.max", "s", "Longest response", Lower, "greatest exit - arrival", |o| if o.response.count > 0 {
        o.response.max
    } else {
        f64::NAN
    }),
    metric!(
        "program_response.mean",
        "s",
        "Mean response of programs",
        Lower,
        "mean over programs of several processes of exit of the last - arrival of the first",
        |o| o.programs.response.mean()
    ),
    metric!(
        "program_response.p95",
        "s",
        "95th percentile of response of programs",
        Lower,
        "nearest-rank 0.95 quantile over programs of exit of the last process - arrival of the first, to 0.4 %",
        |o| o.programs.sketch.quantile(0.95)
    ),
    metric!(
        "slowdown.mean",
        "1",
        "Mean slowdown",
        Lower,
        "mean over processes with lifetime > 0 of (exit - arrival) / lifetime",
        |o| o.slowdown.mean()
    ),
    metric!(
        "slowdown.sd",
        "1",
        "Standard deviation of slowdown",
        Lower,
        "standard deviation over processes of (exit - arrival) / lifetime",
        |o| o.slowdown.sd()
    ),
    metric!(
        "slowdown.p95",
        "1",
        "95th percentile of slowdown",
        Lower,
        "nearest-rank 0.95 quantile of slowdown within the run, to 0.4 %",
        |o| o.slowdown_sketch.quantile(0.95)
    ),
    metric!(
        "slowdown.p99",
        "1",
        "99th percentile of slowdown",
        Lower,
        "nearest-rank 0.99 quantile of slowdown within the run, to 0.4 %",
        |o| o.slowdown_sketch.quantile(0.99)
    ),
    metric!(
        "slowdown.ge3",
        "1",
        "Fraction slowed by 3 or more",
        Lower,
        "fraction of processes with slowdown >= 3",
        |o| o.severe[0] as f64 / o.slowdown.count as f64
    ),
    metric!(
        "slowdown.ge5",
        "1",
        "Fraction slowed by 5 or more",
        Lower,
        "fraction of processes with slowdown >= 5",
        |o| o.severe[1] as f64 / o.slowdown.count as f64
    ),
    metric!("delay.mean", "s", "Mean delay", Lower, "mean over processes of exit - arrival - lifetime", |o| (o
        .response
        .sum
        - o.work)
        / o.response.count as f64),
    metric!(
        "in_system.mean",
        "1",
        "Mean number in the system",
        Lower,
        "time average of the processes in the system, in transit and in decision included",
        |o| o.integrals.in_system_area() / o.seconds()
    ),
    metric!("utilisation.mean", "1", "Mean utilisation", Neither, "time average of busy cores over all cores", |o| o
        .integrals
        .busy_area()
        / (o.seconds() * o.cores as f64)),
    metric!(
        "load.cv",
        "1",
        "Imbalance of load",
        Lower,
        "sqrt(time average of the variance of load across nodes) / time average of load per node",
        |o| o.integrals.load_cv(o.nodes, o.seconds())
    ),
    metric!(
        "jain",
        "1",
        "Jain's index of load",
        Higher,
        "time average of (sum of loads)^2 over nodes x time average of the sum of squared loads",
        |o| o.integrals.jain(o.nodes)
    ),
    metric!(
        "placements.remote_fraction",
        "1",
        "Fraction placed remotely",
        Neither,
        "fraction of processes that started away from home",
        |o| o.placed.count as f64 / (o.response.count + o.lost + o.unfinished) as f64
    ),
    metric!(
        "placements.cpu_fraction",
        "1",
        "Share of CPU of those placed remotely",
        Neither,
        "lifetimes of processes that started away from home / lifetimes of all completed processes",
        |o| o.placed.work / o.work
    ),
    metric!(
        "placements.lifetime_mean",
        "s",
        "Mean lifetime of those placed remotely",
        Neither,
        "mean lifetime of processes that started away from home",
        |o| o.placed.work / o.placed.count as f64
    ),
    metric!(
        "placements.lifetime_p50",
        "s",
        "Median lifetime of those placed remotely",
        Neither,
        "nearest-rank median lifetime of processes that started away from home, to 0.4 %",
        |o| o.placed.lifetimes.quantile(0.5)
    ),
    metric!(
        "migrations.per_process",
        "1",
        "Migrations per process",
        Neither,
        "moves after the start / processes completed",
        |o| o.migrants.moves as f64 / o.response.count as f64
    ),
    metric!(
        "migrants.fraction",
        "1",
        "Fraction that migrated",
        Neither,
        "fraction of completed processes that moved after they started",
        |o| o.migrants.count as f64 / o.response.count as f64
    ),
    metric!(
        "migrants.cpu_fraction",
        "1",
        "Share of CPU of migrants",
        Neither,
        "lifetimes of completed processes that moved / lifetimes of all completed processes",
        |o| o.migrants.work / o.work
    ),
    metric!(
        "migrants.lifetime_mean",
        "s",
        "Mean lifetime of migrants",
        Neither,
        "mean lifetime of completed processes that moved",
        |o| o.migrants.work / o.migrants.count as f64
    ),
    metric!(
        "migrants.lifetime_p50",
        "s",
        "Median lifetime of migrants",
        Neither,
        "nearest-rank median lifetime of completed processes that moved, to 0.4 %",
        |o| o.migrants.lifetimes.quantile(0.5)
    ),
    metric!("freeze.mean", "s", "Mean freeze", Lower, "seconds spent running nowhere / moves after the start", |o| o
        .migrants
        .freeze
        / o.migrants.moves as f64),
    metric!(
        "freeze.p99",
        "s",
        "99th percentile of freeze",
        Lower,
        "nearest-rank 0.99 quantile of the freezes of single moves within the run, to 0.4 %",
        |o| o.migrants.freezes.as_ref().map_or(f64::NAN, |freezes| freezes.quantile(0.99))
    ),
    metric!("freeze.max", "s", "Longest freeze", Lower, "greatest freeze of one move", |o| if o.migrants.moves > 0 {
        o.migrants.longest_freeze
    } else {
        f64::NAN
    }),
    metric!(
        "faults_remote.per_process",
        "1",
        "Remote faults per process",
        Lower,
        "pages fetched after a move because they were touched / processes completed",
        |o| o.migrants.faults / o.response.count as f64
    ),
    metric!(
        "residual.per_process",
        "s",
        "Waiting for pages per process",
        Lower,
        "seconds during which moved processes waited for pages / processes completed",
        |o| o.migrants.stalled / o.response.count as f64
    ),
    metric!(
        "forwarding.per_process",
        "s",
        "Waiting for forwarded calls per process",
        Lower,
        "seconds that calls took longer because they were forwarded / processes completed",
        |o| o.migrants.forwarded / o.response.count as f64
    ),
    metric!(
        "freeze.wasted",
        "s",
        "Freeze of moves that came to nothing",
        Lower,
        "seconds during which processes were frozen for moves that came to nothing",
        |o| o.migrants.wasted
    ),
    metric!(
        "migrations.aborted",
        "1",
        "Moves that came to nothing",
        Lower,
        "moves given up because the process left or was wanted elsewhere, a node failed or the rounds did not converge",
        |o| o.migrants.aborted as f64
    ),
    metric!(
        "bytes.per_process",
        "B",
        "Bytes moved per process",
        Lower,
        "bytes sent by migrations / processes completed",
        |o| o.migrants.bytes / o.response.count as f64
    ),
    metric!(
        "probes.per_process",
        "1",
        "Probes per process",
        Lower,
        "nodes asked / processes arrived in the window",
        |o| o.traffic.probes as f64 / o.measured() as f64
    ),
    metric!(
        "messages.per_second",
        "1/s",
        "Messages per second",
        Lower,
        "messages sent per second of the window",
        |o| o.traffic.messages as f64 / o.seconds()
    ),
    metric!(
        "observation_age.mean",
        "s",
        "Mean age of observations",
        Lower,
        "mean over decisions of the mean age of what the deciding site knew from its information structure",
        |o| o.traffic.ages.mean()
    ),
    metric!(
        "information.oracle",
        "1",
        "Oracle",
        Neither,
        "1 where the policy used what no real system could know (exact loads, remaining work, lifetimes, shared memory)",
        |o| f64::from(u8::from(o.oracle))
    ),
    metric!(
        "lost.fraction",
        "1",
        "Fraction lost",
        Lower,
        "fraction of processes that were killed, lost with a node or had no memory",
        |o| o.lost as f64 / o.measured() as f64
    ),
    metric!(
        "unfinished.fraction",
        "1",
        "Fraction unfinished",
        Lower,
        "fraction of processes still in the system when the run had to end (censored)",
        |o| o.unfinished as f64 / o.measured() as f64
    ),
    metric!("throughput", "1/s", "Throughput", Higher, "processes completed per second of the window", |o| o
        .response
        .count
        as f64
        / o.seconds()),
    metric!(
        "processes.completed",
        "1",
        "Processes completed",
        Neither,
        "measured processes that received their lifetime",
        |o| o.response.count as f64
    ),
    metric!(
        "programs.completed",
        "1",
        "Programs completed",
        Neither,
        "programs of several processes that began in the window and have ended",
        |o| o.programs.response.count as f64
    ),
    metric!(
        "warmup.processes",
        "1",
        "Processes left out",
        Neither,
        "processes that arrived before the window of measurement began",
        |o| o.left_out as f64
    ),
    metric!(
        "offered_load.realised",
        "1",
        "Realised offered load",
        Neither,
        "lifetimes that arrived in the window / capacity x seconds of the window",
        Outcome::realised_offered_load
    ),
    metric!(
        "lifetime.c2",
        "1",
        "C2 of lifetimes",
        Neither,
        "variance of the lifetimes of completed processes / their squared mean",
        |o| {
            let c2 = o.squared_work * o.response.count as f64 / (o.work * o.work) - 1.0;
            // Equal lifetimes: rounding can leave less than nothing. Not `max`, which would hide NaN.
            if c2 < 0.0 { 0.0 } else { c2 }
        }
    ),
    metric!(
        "lifetime.largest_share",
        "1",
        "Share of work of the longest process",
        Neither,
        "longest lifetime of a completed process / sum of their lifetimes",
        |o| o.longest / o.work
    ),
    metric!(
        "response.largest_share",
        "1",
        "Share of the longest response",
        Neither,
        "greatest response / sum of responses",
        |o| o.response.max / o.response.sum
    ),
    metric!(
        "response.top_share",
        "1",
        "Share of the longest 1 % of responses",
        Neither,
        "sum of the ceil(n / 100) greatest responses / sum of all, to 1 %",
        |o| o.response_sketch.top_share()
    ),
    metric!(
        "response.hill",
        "1",
        "Tail index of responses",
        Neither,
        "Hill estimate over the floor(sqrt n) greatest responses of the run: k / sum of ln(x / threshold)",
        |o| o.response_sketch.hill()
    ),
];

impl Outcome {
    /// Processes that belong to the measurement.
    pub fn measured(&self) -> u64 {
        self.response.count + self.lost + self.unfinished
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_found() {
        for (i, metric) in METRICS.iter().enumerate() {
            assert!(METRICS[..i].iter().all(|m| m.name != metric.name), "{} stands twice", metric.name);
            assert_eq!(Metric::find(metric.name).map(|m| m.label), Some(metric.label));
        }
    }

    #[test]
    fn metrics_of_an_empty_run_are_undefined_not_zero() {
        let outcome = Outcome::default();
        for name in ["response.mean", "slowdown.mean", "response.p99", "freeze.max", "in_system.mean", "lifetime.c2"] {
            let value = (Metric::find(name).map(|m| m.value).expect("listed"))(&outcome);
            assert!(value.is_nan(), "{name} is {value}");
        }
    }
}

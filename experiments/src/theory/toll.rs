//! What a transfer takes in the models that have a formula: nothing, CPU of the giver, or an exponential time.
//!
//! Not here: the formulas (`loadlab_core::theory`), and which policy pays which toll (`theory`).

use loadlab_core::law::Law;
use loadlab_core::spec::Args;

/// What each transfer of one sort (placements, or migrations) takes, in mean lifetimes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Toll {
    /// Nothing.
    Free,
    /// CPU seconds of the node that gives the process away, and nothing else.
    Giver(f64),
    /// An exponential time with this mean, and no CPU.
    Delay(f64),
    /// Anything else: no formula.
    Other,
}

/// Whether a law is exponential, by its moments: no other law of the catalogue has both.
pub(super) fn exponential(law: &dyn Law) -> bool {
    let mean = law.mean();
    (law.c2() - 1.0).abs() < 1e-12 && (law.moment(3.0) / (6.0 * mean * mean * mean) - 1.0).abs() < 1e-9
}

impl Toll {
    /// The toll of `placement` or `migration` in a scenario, lifetimes having this mean and nodes this speed.
    pub(super) fn of(scenario: &Args, key: &str, mean: f64, speed: f64) -> Toll {
        let Some(table) = scenario.maybe_table(key) else { return Toll::Free };
        match table.text("kind") {
            "free" => Toll::Free,
            "fixed" => fixed(scenario, table, mean, speed),
            "remote-execution" => copied(table, table.number("arguments"), mean),
            "eager-all" => {
                let known = scenario.law("memory").mean();
                copied(table, if known > 0.0 { known } else { table.number("memory") }, mean)
            }
            _ => Toll::Other,
        }
    }
}

/// An exponential memory over a bandwidth is an exponential time; a constant time is in no formula.
fn fixed(scenario: &Args, table: &Args, mean: f64, speed: f64) -> Toll {
    let (cost, bandwidth) = (table.number("cost"), table.maybe_number("bandwidth"));
    let law = scenario.law("memory");
    match bandwidth.filter(|_| law.mean() > 0.0) {
        None if cost == 0.0 => Toll::Free,
        Some(bandwidth) if cost == 0.0 && exponential(law.as_ref()) => {
            Toll::Delay(law.mean() / bandwidth * speed / mean)
        }
        _ => Toll::Other,
    }
}

/// Bytes that only the giver copies, at once: CPU and no time.
fn copied(table: &Args, bytes: f64, mean: f64) -> Toll {
    let takes_time = ["cost", "fixed", "files", "channels", "select"];
    let given = |key: &&str| table.maybe_number(key).is_some_and(|x| x > 0.0);
    if table.has("copy_rate") || table.has("target_rate") || takes_time.iter().any(given) || given(&"kernel_state") {
        return Toll::Other;
    }
    table.maybe_number("source_rate").map_or(Toll::Free, |rate| Toll::Giver(bytes / rate / mean))
}

//! What a `fixed` migration costs the program: at most 150 ns of CPU beyond its events.
//!
//! A measurement of time, so it runs in release mode and with `LOADLAB_FULL=1` only. Two runs are compared in which
//! every node is woken every second: in one it looks, in the other it also moves its oldest process to the next node.

use loadlab_core::policy::{
    Command, Commands, Declared, Newcomer, Pick, Placement, Policy, Site, To, View, Wake, Wakes,
};
use loadlab_core::rng::Rng;
use loadlab_core::{Discipline, NodeId, Outcome, Scenario, Scripted, Transfer, simulate};
use std::time::Instant;

const NODES: u32 = 20;
/// CPU seconds of each of three processes per node.
const LIFE: f64 = 10_000.0;

#[derive(Clone, Copy)]
struct Carousel {
    moves: bool,
}

impl Policy for Carousel {
    fn declare(&self) -> Declared {
        Declared { wakes: Wakes { every: Some(1.0), ..Wakes::default() }, ..Declared::default() }
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(*self)
    }
    fn place(&mut self, process: &Newcomer, _: &View<'_>, _: &mut Rng) -> Placement {
        Placement::At(process.at)
    }
    fn act(&mut self, _: Wake, view: &View<'_>, out: &mut Commands, _: &mut Rng) {
        let oldest = view.residents().first().map(|r| r.id);
        if let (Some(process), true) = (oldest, self.moves) {
            let to = To::Node((view.here() + 1) % NODES);
            out.push(Command::Move { pick: Pick::Process(process), from: view.here(), to });
        }
    }
}

/// CPU seconds of this thread, where the system tells them.
fn cpu_seconds() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(text.split(' ').next()?.parse::<f64>().ok()? * 1e-9)
}

/// The least CPU time of several runs.
fn measured(moves: bool) -> (f64, Outcome) {
    let mut scenario = Scenario::simple(NODES, Discipline::Ps, u64::MAX);
    scenario.migration = Transfer::Fixed { seconds: 0.01, bandwidth: f64::INFINITY };
    scenario.window.drain = true;
    let births: Vec<(f64, f64, NodeId)> = (0..3 * NODES).map(|i| (0.001 * f64::from(i), LIFE, i % NODES)).collect();
    let run = || {
        let (start, before) = (Instant::now(), cpu_seconds());
        let outcome = simulate(&scenario, Box::new(Scripted::new(&births)), &Carousel { moves }, 1, 0, None);
        let spent = cpu_seconds().zip(before).map(|(after, before)| after - before);
        (spent.unwrap_or_else(|| start.elapsed().as_secs_f64()), outcome.expect("runs"))
    };
    (0..7).map(|_| run()).reduce(|a, b| if b.0 < a.0 { b } else { a }).expect("seven runs")
}

#[test]
fn a_fixed_migration_costs_at_most_150_ns_beyond_its_events() {
    if cfg!(debug_assertions) || std::env::var_os("LOADLAB_FULL").is_none_or(|v| v != "1") {
        println!("skipped: a measurement of time; set LOADLAB_FULL=1 and build with --release");
        return;
    }
    let ((idle, looked), (busy, moved)) = (measured(false), measured(true));
    let moves = moved.migrants.moves as f64;
    assert!(moves > LIFE * f64::from(NODES), "{moves} moves");
    let per_event = idle / looked.events as f64;
    let events = (moved.events - looked.events) as f64 / moves;
    let nanoseconds = ((busy - idle) / moves - events * per_event) * 1e9;
    println!("{nanoseconds:.0} ns per migration, {events:.2} events of {:.0} ns", per_event * 1e9);
    assert!(nanoseconds < 150.0, "{nanoseconds:.0} ns");
}

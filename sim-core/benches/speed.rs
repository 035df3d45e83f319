//! What a message of gossip and a migration cost: `cargo bench -p loadlab-core`. Seconds are of CPU, of the best round.
//!
//! Not here: events (`loadlab bench`), draws and traces (the bench of the workloads).

use loadlab_core::policy::{
    Command, Commands, Declared, Gossip, Information, Newcomer, Pick, Placement, Policy, Site, Timing, To, View, Wake,
    Wakes,
};
use loadlab_core::rng::Rng;
use loadlab_core::{Discipline, NodeId, Outcome, Scenario, Scripted, Transfer, simulate};

fn main() {
    for length in [8, 16, 32] {
        let (seconds, messages) = gossip(length);
        let rate = messages as f64 / seconds / 1e6;
        println!("gossip, {length:2} entries  {rate:.2} million messages per second (at least 1)");
    }
    println!("fixed migration     {:.0} ns beyond its events (at most 150)", migration());
}

/// CPU seconds of this thread.
fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux tells the CPU time of a thread");
    text.split(' ').next().and_then(|ns| ns.parse::<f64>().ok()).expect("nanoseconds") * 1e-9
}

/// CPU seconds of the best of some rounds, and what they all give.
fn best(rounds: usize, round: impl Fn() -> Outcome) -> (f64, Outcome) {
    let once = |_| {
        let before = cpu_seconds();
        let outcome = round();
        (cpu_seconds() - before, outcome)
    };
    (0..rounds).map(once).reduce(|a, b| if b.0 < a.0 { b } else { a }).expect("a round")
}

/// Declares something, and leaves processes where they are, unless it sends each node's oldest on to the next.
#[derive(Clone, Copy)]
struct Carousel {
    declared: Declared,
    moves: bool,
}

impl Policy for Carousel {
    fn declare(&self) -> Declared {
        self.declared
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(*self)
    }
    fn place(&mut self, process: &Newcomer, _: &View<'_>, _: &mut Rng) -> Placement {
        Placement::At(process.at)
    }
    fn act(&mut self, _: Wake, view: &View<'_>, out: &mut Commands, _: &mut Rng) {
        let oldest = view.residents().first().map(|resident| resident.id);
        if let (Some(process), true) = (oldest, self.moves) {
            let to = To::Node((view.here() + 1) % view.nodes());
            out.push(Command::Move { pick: Pick::Process(process), from: view.here(), to });
        }
    }
}

/// CPU seconds and messages of MOSIX's gossip among 10,000 nodes over 200 periods, with vectors of this length.
fn gossip(length: u32) -> (f64, u64) {
    let (timing, send) = (Timing::Phases, length / 2);
    let gossip = Gossip { period: 1.0, timing, length, send, fanout: 2, known: 1, reply: true };
    let declared = Declared { information: Information::Gossip(gossip), ..Declared::default() };
    let mut scenario = Scenario::simple(10_000, Discipline::Ps, u64::MAX);
    scenario.window.seconds = Some(200.0);
    scenario.window.drain = false;
    let births: Vec<_> = (0..2000).map(|k| (f64::from(k) * 0.1, 1.0, k)).collect();
    let policy = Carousel { declared, moves: false };
    let (seconds, outcome) = best(3, || {
        simulate(&scenario, Box::new(Scripted::new(&births)), &policy, 1, 0, None).expect("a good scenario")
    });
    (seconds, outcome.traffic.messages)
}

/// Nanoseconds of CPU of a `fixed` migration beyond its events. Two runs are compared in which every node is woken every
/// second: in one it looks, in the other it also moves its oldest process to the next node.
fn migration() -> f64 {
    const NODES: u32 = 20;
    let mut scenario = Scenario::simple(NODES, Discipline::Ps, u64::MAX);
    scenario.migration = Transfer::Fixed { seconds: 0.01, bandwidth: f64::INFINITY };
    scenario.window.drain = true;
    let birth = |i: NodeId| (0.001 * f64::from(i), 10_000.0, i % NODES);
    let births: Vec<(f64, f64, NodeId)> = (0..3 * NODES).map(birth).collect();
    let declared = Declared { wakes: Wakes { every: Some(1.0), ..Wakes::default() }, ..Declared::default() };
    let run = |moves| {
        let policy = Carousel { declared, moves };
        best(7, || simulate(&scenario, Box::new(Scripted::new(&births)), &policy, 1, 0, None).expect("a good scenario"))
    };
    let ((idle, looked), (busy, moved)) = (run(false), run(true));
    let moves = moved.migrants.moves as f64;
    let events = (moved.events - looked.events) as f64 / moves;
    ((busy - idle) / moves - events * idle / looked.events as f64) * 1e9
}

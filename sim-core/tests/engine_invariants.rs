//! What holds in every run, whatever the scenario and the policy: checked on random ones.

mod common;

use common::chaos::Chaos;
use common::{Log, Puppet, nodes};
use loadlab_core::policy::{
    Among, Ask, Command, Declared, Information, Pick, Placement, Policy, Stop, To, Wake, Wakes,
};
use loadlab_core::process::{Attributes, Phases};
use loadlab_core::record::{Exit, Outcome};
use loadlab_core::scenario::Warmup;
use loadlab_core::{Birth, Change, Discipline, NodeId, NodeKind, Scenario, Scripted, Source, Time, Transfer, simulate};
use proptest::prelude::*;
use std::sync::{Arc, Mutex};

/// A whole experiment: what happens, to whom, and who decides.
#[derive(Clone, Debug)]
struct Case {
    scenario: Scenario,
    births: Vec<(f64, f64, NodeId)>,
    attributes: Vec<Attributes>,
    policy: u8,
    destructive: bool,
    seed: u64,
    /// Everything that is a time is multiplied by this.
    unit: f64,
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1e-3)
}

fn exact() -> Declared {
    Declared { information: Information::Exact, ..Declared::default() }
}

fn on_demand() -> Declared {
    Declared { information: Information::OnDemand, ..Declared::default() }
}

/// Blind, on demand, exact, stealing, restarting, and chaos.
fn policy(case: &Case) -> Box<dyn Policy> {
    let free = case.attributes.is_empty();
    let at_least = |view: &loadlab_core::policy::View<'_>, class: u32, at: NodeId| {
        let least = view.replies().iter().reduce(|best, o| if o.load < best.load { o } else { best });
        Placement::At(least.filter(|_| class == 0).map_or(at, |o| o.node))
    };
    let stealing = Wakes { idle: true, ..Wakes::default() };
    let restarting = Wakes { at_ages: loadlab_core::policy::Ages::at(&[0.7 * case.unit]), ..Wakes::default() };
    let opening = Some(Ask::distinct(2, Among::All));
    match case.policy {
        0 => Box::new(Puppet::new(Declared::default())),
        1 => Box::new(Puppet::new(Declared::default()).place(|p, view, rng| match p.class {
            0 if p.hops == 0 && view.load() > 1 => Placement::Forward(rng.below(view.nodes())),
            _ => Placement::At(p.at),
        })),
        2 => Box::new(Puppet::new(Declared { opening, ..on_demand() }).place(move |p, view, _| match view.round() {
            0 => Placement::Ask(Ask::distinct(2, Among::All)),
            _ => at_least(view, p.class, p.home),
        })),
        3 => Box::new(Puppet::new(on_demand()).place(move |p, view, _| match view.round() {
            0 if view.load() > 0 => Placement::Ask(Ask::until_below(3, 1.0)),
            0 => Placement::At(p.at),
            _ => at_least(view, p.class, p.home),
        })),
        4 if free => Box::new(Puppet::new(Declared { wakes: stealing, ..on_demand() }).act(|why, view, out, _| {
            let ask = Ask { stop: Stop::Above(1.0), ..Ask::until_below(2, 0.0) };
            match (why, view.replies().last()) {
                (Wake::Idle, _) => out.push(Command::Ask(ask)),
                (_, Some(victim)) if victim.load >= 2.0 => {
                    out.push(Command::Move { pick: Pick::Newest(1), from: victim.node, to: To::Node(view.here()) })
                }
                _ => {}
            }
        })),
        5 => Box::new(Puppet::new(Declared { wakes: restarting, ..exact() }).act(|why, view, out, rng| {
            let free = |id| view.residents().iter().any(|r| r.id == id && r.class == 0);
            if let Wake::AtAge(id) = why
                && free(id)
                && view.here() + 1 < view.nodes()
            {
                let at = view.here() + 1 + rng.below(view.nodes() - view.here() - 1);
                out.push(Command::Restart { process: id, at });
            }
        })),
        _ => {
            let destructive = case.destructive;
            Box::new(Chaos { unit: case.unit, orders: 60, free, destructive, told: None })
        }
    }
}

fn run(case: &Case) -> (Outcome, Log) {
    let mut log = Log::default();
    let source = Scripted::new(&case.births).with_attributes(case.attributes.clone());
    let policy = policy(case);
    let outcome = simulate(&case.scenario, Box::new(source), policy.as_ref(), case.seed, 0, Some(&mut log));
    (outcome.expect("every bound is far away"), log)
}

fn discipline() -> impl Strategy<Value = Discipline> {
    prop_oneof![
        Just(Discipline::Fcfs),
        Just(Discipline::Ps),
        Just(Discipline::Srpt),
        Just(Discipline::Fb),
        (0.1..1.0f64).prop_map(|quantum| Discipline::Rr { quantum, switch_cost: 0.0 }),
        (0.1..1.0f64, 0.001..0.1f64).prop_map(|(quantum, switch_cost)| Discipline::Rr { quantum, switch_cost }),
    ]
}

fn kind() -> impl Strategy<Value = (NodeKind, u32)> {
    let speed = prop_oneof![Just(1.0), 0.5..3.0f64];
    (discipline(), speed, 1..4u32, 0..2u32, 1..3u32, 0.0..2.0f64).prop_map(
        |(discipline, speed, cores, cluster, count, paging_penalty)| {
            (
                NodeKind {
                    discipline,
                    speed,
                    cores,
                    cluster,
                    paging_penalty,
                    memory: 40.0,
                    swap: 40.0,
                    ..Default::default()
                },
                count,
            )
        },
    )
}

fn transfer() -> impl Strategy<Value = Transfer> {
    let bandwidth = prop_oneof![Just(f64::INFINITY), 10.0..200.0f64];
    let fixed = (0.0..0.5f64, bandwidth).prop_map(|(seconds, bandwidth)| Transfer::Fixed { seconds, bandwidth });
    prop_oneof![1 => Just(Transfer::Free), 1 => fixed]
}

fn maybe(range: std::ops::Range<f64>) -> impl Strategy<Value = f64> {
    prop_oneof![1 => Just(0.0), 1 => range]
}

/// Gaps and lifetimes, some of them equal or 0, and homes.
fn births() -> impl Strategy<Value = Vec<(f64, f64, u32)>> {
    let gap = prop_oneof![2 => 0.0..1.0f64, 1 => Just(0.0), 1 => Just(0.5)];
    let lifetime = prop_oneof![4 => 0.01..3.0f64, 1 => Just(1.0), 1 => Just(0.0), 1 => 3.0..20.0f64];
    prop::collection::vec((gap, lifetime, 0..100u32), 1..60)
}

fn attributes() -> impl Strategy<Value = Attributes> {
    let burst = prop_oneof![2 => Just(f64::INFINITY), 1 => 0.2..1.0f64];
    (0.0..20.0f64, 0..3u32, burst, 0.0..0.5f64, 0.5..3.0f64).prop_map(|(memory, class, burst, wait, remote_factor)| {
        // Class 1 must stay; class 2 can run on no architecture that there is, but at home.
        let architectures = if class == 2 { 2 } else { u32::MAX };
        let io = Phases { burst, wait, remote_factor };
        Attributes { memory, class, must_stay: class == 1, architectures, io, ..Attributes::default() }
    })
}

/// Every node that fails is repaired, and so on.
fn changes() -> impl Strategy<Value = Vec<(f64, f64, u32, u8)>> {
    prop::collection::vec((0.0..15.0f64, 0.1..5.0f64, 0..100u32, 0..3u8), 0..4)
}

fn case() -> impl Strategy<Value = Case> {
    let world = (prop::collection::vec(kind(), 1..4), maybe(0.01..0.2), maybe(0.001..0.1), transfer(), transfer());
    let people = (births(), prop::option::of(prop::collection::vec(attributes(), 60)), changes());
    (world, people, 0..10u8, any::<bool>(), any::<u64>()).prop_map(|(world, people, policy, destructive, seed)| {
        let (kinds, latency, probe_cost, placement, migration) = world;
        let (list, attributes, changes) = people;
        let mut scenario =
            Scenario { nodes: kinds, latency, probe_cost, placement, migration, ..nodes(1, Discipline::Ps) };
        scenario.limits.instant = 1_000_000;
        scenario.attributes = attributes.is_some();
        let count = scenario.count() as u32;
        let pairs = [(Change::Fail, Change::Repair), (Change::Drain, Change::Return), (Change::Close, Change::Open)];
        for (from, length, node, what) in changes {
            let (begin, end) = pairs[what as usize];
            scenario.changes.push((Time::new(from), node % count, begin));
            scenario.changes.push((Time::new(from + length), node % count, end));
        }
        let mut at = 0.0;
        let birth = |(gap, lifetime, home): (f64, f64, u32)| {
            at += gap;
            (at, lifetime, home % count)
        };
        let births = list.into_iter().map(birth).collect();
        let attributes = attributes.unwrap_or_default();
        Case { scenario, births, attributes, policy, destructive, seed, unit: 1.0 }
    })
}

/// The same with all times multiplied.
fn scaled(case: &Case, by: f64) -> Case {
    let mut to = case.clone();
    let transfer = |t: Transfer| match t {
        Transfer::Free | Transfer::Staged(_) => t,
        Transfer::Fixed { seconds, bandwidth } => Transfer::Fixed { seconds: seconds * by, bandwidth: bandwidth / by },
    };
    to.unit *= by;
    to.births.iter_mut().for_each(|b| (b.0, b.1) = (b.0 * by, b.1 * by));
    for a in &mut to.attributes {
        (a.io.burst, a.io.wait) = (a.io.burst * by, a.io.wait * by);
    }
    let s = &mut to.scenario;
    (s.latency, s.probe_cost) = (s.latency * by, s.probe_cost * by);
    (s.placement, s.migration) = (transfer(s.placement), transfer(s.migration));
    s.changes.iter_mut().for_each(|c| c.0 = Time::new(c.0.seconds() * by));
    for (kind, _) in &mut s.nodes {
        if let Discipline::Rr { quantum, switch_cost } = &mut kind.discipline {
            (*quantum, *switch_cost) = (*quantum * by, *switch_cost * by);
        }
    }
    to
}

/// Everyone leaves exactly once, with the work done that was asked for, and nothing stays behind.
fn check_conservation(case: &Case, outcome: &Outcome, log: &Log) -> Result<(), TestCaseError> {
    let mut indices: Vec<u64> = log.exits.iter().map(|e| e.index).collect();
    indices.sort_unstable();
    prop_assert_eq!(indices, (0..case.births.len() as u64).collect::<Vec<_>>(), "each process leaves exactly once");
    for e in &log.exits {
        let (at, lifetime, home) = case.births[e.index as usize];
        prop_assert_eq!((e.arrival, e.lifetime, e.home), (at, lifetime, home));
        prop_assert!(e.age == e.lifetime || (e.how == Exit::Lost && e.age <= e.lifetime), "{:?}", e);
    }
    let done: Vec<_> = log.exits.iter().filter(|e| e.how == Exit::Done).collect();
    prop_assert_eq!(outcome.arrivals, outcome.response.count + outcome.lost + outcome.unfinished);
    prop_assert_eq!((outcome.response.count, outcome.unfinished), (done.len() as u64, 0));
    prop_assert!(close(outcome.response.sum, done.iter().map(|e| e.at - e.arrival).sum()));
    prop_assert!(close(outcome.work, done.iter().map(|e| e.lifetime).sum()));
    prop_assert!(close(outcome.arrived_work, case.births.iter().map(|b| b.1).sum()));
    for node in 0..case.scenario.count() as NodeId {
        prop_assert_eq!(log.load_at(node, f64::INFINITY), 0, "node {} is empty at the end", node);
    }
    Ok(())
}

/// The area under the sum of the loads that the sink heard of.
fn area(log: &Log, nodes: usize) -> f64 {
    let (mut loads, mut total, mut before, mut area) = (vec![0u32; nodes], 0u32, 0.0, 0.0);
    for (t, node, load) in &log.loads {
        area += f64::from(total) * (t - before);
        total = total + load - loads[*node as usize];
        (loads[*node as usize], before) = (*load, *t);
    }
    area
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nobody_is_lost_or_doubled_and_littles_law_is_an_identity(case in case()) {
        let (outcome, log) = run(&case);
        check_conservation(&case, &outcome, &log)?;
        let stays: f64 = log.exits.iter().map(|e| e.at - e.arrival).sum();
        let in_system = outcome.integrals.in_system_area();
        prop_assert!(close(in_system, stays), "an area of {in_system} s, stays of {stays} s");
        prop_assert_eq!(outcome.integrals.in_system(), 0);
        let served = outcome.integrals.busy_area();
        let loads = area(&log, case.scenario.count() as usize);
        prop_assert!(served <= loads * (1.0 + 1e-9), "{served} busy core seconds of a load area of {loads}");
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes(case in case()) {
        let (a, b) = (run(&case), run(&case));
        prop_assert_eq!(format!("{:?}", a), format!("{:?}", b));
    }

    #[test]
    fn keeping_records_changes_nothing(case in case()) {
        let source = Box::new(Scripted::new(&case.births).with_attributes(case.attributes.clone()));
        let unseen = simulate(&case.scenario, source, policy(&case).as_ref(), case.seed, 0, None).expect("runs");
        prop_assert_eq!(format!("{:?}", run(&case).0), format!("{:?}", unseen));
    }

    #[test]
    fn time_has_no_unit(case in case(), power in prop_oneof![Just(0.25f64), Just(8.0)]) {
        let (_, small) = run(&case);
        let (_, large) = run(&scaled(&case, power));
        prop_assert_eq!(small.exits.len(), large.exits.len());
        for (a, b) in small.exits.iter().zip(&large.exits) {
            prop_assert_eq!((a.index, a.at * power, a.age * power, a.node), (b.index, b.at, b.age, b.node));
        }
    }

    /// Without failures, paging, messages' costs and switches, a busy core works at its speed.
    #[test]
    fn busy_cores_do_all_the_work_there_is(case in case(), speed in prop_oneof![Just(1.0), 0.5..3.0f64]) {
        let mut case = case;
        case.scenario.probe_cost = 0.0;
        case.scenario.changes.retain(|c| !matches!(c.2, Change::Fail | Change::Repair));
        for (kind, _) in &mut case.scenario.nodes {
            (kind.speed, kind.paging_penalty) = (speed, 0.0);
            if let Discipline::Rr { switch_cost, .. } = &mut kind.discipline {
                *switch_cost = 0.0;
            }
        }
        let (outcome, log) = run(&case);
        let work = log.exits.iter().map(|e| e.age).sum::<f64>() + outcome.wasted;
        let done = outcome.integrals.busy_area() * speed;
        prop_assert!(close(work, done), "{work} s of work, {done} s of service");
    }

    /// The last departure of a busy period does not depend on who was served when.
    #[test]
    fn busy_periods_of_one_core_end_together_whatever_the_order(births in births(), speed in 0.3..3.0f64) {
        let mut at = 0.0;
        let births: Vec<(f64, f64, NodeId)> = births
            .into_iter()
            .map(|(gap, lifetime, _)| {
                at += 1.5 * gap / speed;
                (at, lifetime, 0)
            })
            .collect();
        let ends = |discipline| {
            let mut scenario = nodes(1, discipline);
            scenario.nodes[0].0.speed = speed;
            let (_, log) = common::run(&scenario, &births, &Puppet::new(Declared::default())).expect("runs");
            // Processes of lifetime 0 that find the node idle make busy periods of no length.
            let mut ends: Vec<f64> = log.loads.iter().filter(|l| l.2 == 0).map(|l| l.0).collect();
            ends.dedup();
            ends
        };
        let expected = ends(Discipline::Fcfs);
        let quantum = 0.3;
        let rr = Discipline::Rr { quantum, switch_cost: 0.0 };
        for discipline in [Discipline::Ps, Discipline::Srpt, Discipline::Fb, rr] {
            let found = ends(discipline);
            prop_assert_eq!(found.len(), expected.len(), "{:?}", discipline);
            for (a, b) in found.iter().zip(&expected) {
                prop_assert!(close(*a, *b), "{discipline:?}: a busy period ends at {a}, not at {b}");
            }
        }
    }

    /// With a switch cost, round robin is busy longer by exactly one switch for each turn to another process.
    #[test]
    fn switches_are_all_the_work_that_round_robin_adds(births in births(), cost in 0.001..0.2f64) {
        let mut at = 0.0;
        let births: Vec<_> = births.into_iter().map(|(gap, life, _)| { at += gap; (at, life, 0) }).collect();
        let busy = |switch_cost| {
            let scenario = nodes(1, Discipline::Rr { quantum: 0.5, switch_cost });
            let (outcome, _) = common::run(&scenario, &births, &Puppet::new(Declared::default())).expect("runs");
            outcome.integrals.busy_area()
        };
        let switches = (busy(cost) - busy(0.0)) / cost;
        let whole = switches.round();
        prop_assert!((switches - whole).abs() < 1e-6, "{switches} switches");
        let slices: f64 = births.iter().map(|b| (b.1 / 0.5).ceil().max(1.0)).sum();
        prop_assert!(whole >= births.len() as f64 && whole <= slices + 0.5, "{whole} switches for {slices} slices");
    }
}

/// Writes down whose attributes are asked for.
struct Watched(Scripted, Arc<Mutex<Vec<u64>>>);

impl Source for Watched {
    fn fill(&mut self, block: &mut Vec<Birth>) {
        self.0.fill(block);
    }
    fn attributes(&mut self, index: u64) -> Attributes {
        self.1.lock().expect("one thread").push(index);
        self.0.attributes(index)
    }
    fn scale(&self) -> (f64, f64) {
        self.0.scale()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_policy_meets_the_same_processes(case in case()) {
        let mut first = None;
        for policy_number in 0..7 {
            let case = Case { policy: policy_number, ..case.clone() };
            let (asked, mut log) = (Arc::new(Mutex::new(Vec::new())), Log::default());
            let scripted = Scripted::new(&case.births).with_attributes(case.attributes.clone());
            let source = Box::new(Watched(scripted, asked.clone()));
            simulate(&case.scenario, source, policy(&case).as_ref(), case.seed, 0, Some(&mut log)).expect("runs");
            let mut met: Vec<_> = log.exits.iter().map(|e| (e.index, e.arrival, e.lifetime, e.home)).collect();
            met.sort_by_key(|m| m.0);
            let asked = asked.lock().expect("one thread").clone();
            prop_assert!(asked.iter().copied().eq(0..asked.len() as u64), "attributes are drawn in order of arrival");
            let seen = (met, asked);
            let expected = first.get_or_insert_with(|| seen.clone());
            prop_assert_eq!(&*expected, &seen, "policy {} met others", policy_number);
        }
    }
}

/// A queue on every node, in which the first processes may wait in the node itself; on a fast and a slow kind.
fn queues(processes: u64, drain: bool) -> Scenario {
    let kind = |speed| NodeKind { discipline: Discipline::Fcfs, speed, ..NodeKind::default() };
    let mut scenario = Scenario::simple(1, Discipline::Fcfs, processes);
    scenario.nodes = vec![(kind(1.0), 3), (kind(0.5), 2)];
    scenario.window.warmup = Warmup::Processes(200);
    scenario.window.drain = drain;
    scenario
}

/// Where nobody can look at a process, the engine keeps of it only what its exit needs, and that must not show.
#[test]
fn a_run_gives_the_same_bytes_whether_or_not_anybody_keeps_records() {
    let births = |load: f64| {
        let mut rng = loadlab_core::rng::Rng::new(7);
        let mut t = 0.0;
        let mut birth = || {
            t += -libm::log(rng.unit()) / (4.0 * load);
            (t, -libm::log(rng.unit()), rng.below(5))
        };
        (0..4000).map(|_| birth()).collect::<Vec<_>>()
    };
    for (load, drain, number) in [(0.7, true, 0), (0.7, false, 1), (0.95, true, 2), (1.5, true, 3), (0.9, false, 3)] {
        let case = Case {
            scenario: queues(3000, drain),
            births: births(load),
            attributes: Vec::new(),
            policy: number,
            destructive: false,
            seed: 1,
            unit: 1.0,
        };
        let source = || Box::new(Scripted::new(&case.births));
        let policy = policy(&case);
        let mut log = Log::default();
        let plain = simulate(&case.scenario, source(), policy.as_ref(), 1, 0, None).expect("the run is possible");
        let kept = simulate(&case.scenario, source(), policy.as_ref(), 1, 0, Some(&mut log)).expect("so is this");
        assert!(kept.response.count > 1000 && !log.exits.is_empty());
        assert_eq!(format!("{plain:?}"), format!("{kept:?}"), "policy {number} at load {load}");
    }
}

#[test]
#[should_panic(expected = "must declare `residents`")]
fn looking_at_residents_without_having_declared_it_is_a_bug_of_the_policy() {
    let policy = Puppet::new(Declared::default()).place(|p, view, _| {
        assert!(view.residents().is_empty());
        Placement::At(p.at)
    });
    let _ = simulate(&nodes(2, Discipline::Fcfs), Box::new(Scripted::new(&[(0.0, 1.0, 0)])), &policy, 1, 0, None);
}

#[test]
fn a_policy_that_declares_it_sees_the_processes_of_its_node_when_it_places_one() {
    let declared = Declared { residents: true, ..Declared::default() };
    let policy = Puppet::new(declared).place(|p, view, _| {
        let work: f64 = view.residents().iter().map(|r| r.age).sum();
        Placement::At(if work > 0.5 { 1 } else { p.at })
    });
    let births = [(0.0, 3.0, 0), (0.25, 3.0, 0), (1.0, 3.0, 0)];
    let outcome = simulate(&nodes(2, Discipline::Fcfs), Box::new(Scripted::new(&births)), &policy, 1, 0, None);
    assert_eq!(outcome.expect("the run is possible").placed.count, 1);
}

#[test]
fn the_chaotic_policy_moves_restarts_copies_and_kills() {
    // A check of the test itself.
    let births: Vec<(f64, f64, NodeId)> = (0..60).map(|k| (f64::from(k) * 0.2, 1.0, k as NodeId % 4)).collect();
    let (mut moves, mut lost, mut wasted, mut messages) = (0, 0, 0.0, 0);
    for seed in 0..20 {
        let scenario = nodes(4, Discipline::Ps);
        let attributes = Vec::new();
        let case = Case { scenario, births: births.clone(), attributes, policy: 9, destructive: true, seed, unit: 1.0 };
        let (outcome, _) = run(&case);
        moves += outcome.migrants.moves;
        lost += outcome.lost;
        wasted += outcome.wasted;
        messages += outcome.traffic.messages;
    }
    assert!(moves > 100 && lost > 20 && wasted > 20.0 && messages > 1000, "{moves} {lost} {wasted} {messages}");
}

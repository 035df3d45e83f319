//! The engine and the obvious implementation agree on when every process exits.

use crate::obvious::{self, Birth, NODES, Policy, Ties};
use loadlab_core::policy::Policy as EnginePolicy;
use loadlab_core::process::{Attributes, Process};
use loadlab_core::record::{Exit, Moved, Sink};
use loadlab_core::rng::{Rng, Stream};
use loadlab_core::{Discipline, NodeId, Scenario, Scripted, Time, Transfer, simulate};
use loadlab_policies::{AgeBased, List, NameList, NoSharing, Rule, Sight, Stability, Trigger};
use loadlab_workloads::trace::open::{MAX_DECOMPRESSED, decompress};
use std::collections::{HashMap, VecDeque};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::PathBuf;

/// Seconds of a remote start; a migration costs these and memory over bandwidth.
const FIXED: f64 = 0.3;
const BANDWIDTH: f64 = 524_288.0;

/// When each process exits, and where each went: the targets of its moves, or the node at which it ended.
#[derive(Default)]
struct Seen {
    exits: Vec<(u64, f64)>,
    /// How many processes had been born when each of them left.
    born: HashMap<u64, u64>,
    arrivals: u64,
    targets: HashMap<u64, VecDeque<NodeId>>,
    moved: HashMap<u64, Vec<f64>>,
    ended: HashMap<u64, NodeId>,
}

impl Sink for Seen {
    fn arrival(&mut self, _: &Process, _: &Attributes) {
        self.arrivals += 1;
    }
    fn exit(&mut self, process: &Process, now: Time, how: Exit) {
        assert_eq!(how, Exit::Done);
        self.exits.push((process.index, now.seconds()));
        self.born.insert(process.index, self.arrivals);
        self.ended.insert(process.index, process.node);
    }
    fn load(&mut self, _: NodeId, _: u32, _: Time) {}
    fn transfer(&mut self, process: &Process, moved: &Moved) {
        self.targets.entry(process.index).or_default().push_back(moved.to);
        self.moved.entry(process.index).or_default().push(moved.at.seconds());
    }
}

fn engine(births: &[Birth], policy: Policy, seed: u64) -> Seen {
    let list: Vec<(f64, f64, NodeId)> = births.iter().map(|b| (b.at, b.lifetime, b.home as NodeId)).collect();
    let memory = |b: &Birth| (b.cost - FIXED) * BANDWIDTH;
    let attributes = |b: &Birth| Attributes { memory: memory(b), class: u32::from(b.listed), ..Attributes::default() };
    let source = Scripted::new(&list).with_attributes(births.iter().map(attributes).collect());
    let mut world = Scenario::simple(NODES as u32, Discipline::Ps, u64::MAX);
    (world.window.processes, world.window.drain, world.attributes) = (None, true, true);
    world.placement = Transfer::Fixed { seconds: FIXED, bandwidth: f64::INFINITY };
    world.migration = Transfer::Fixed { seconds: FIXED, bandwidth: BANDWIDTH };
    let (sight, stability) = (Sight::EXACT, Stability::NONE);
    let list = List::Names(vec!["listed".to_owned()]);
    let policy: Box<dyn EnginePolicy> = match policy {
        Policy::None => Box::new(NoSharing),
        Policy::Listed(_) => Box::new(NameList { list, later: false, threshold: 1, sight, stability }),
        Policy::Aware => {
            Box::new(AgeBased { rule: Rule::Pays { alpha: 1.0 }, trigger: Trigger::Birth, sight, stability })
        }
    };
    let mut seen = Seen::default();
    let source = Box::new(source.with_class_names(&["other", "listed"]));
    simulate(&world, source, policy.as_ref(), seed, 0, Some(&mut seen)).expect("a possible run");
    seen
}

/// Both on the same processes. How many of these moved.
fn compare(births: &[Birth], policy: Policy, seed: u64) -> usize {
    let mut seen = engine(births, policy, seed);
    let (targets, ended, born) = (&mut seen.targets, &seen.ended, &seen.born);
    let moved = targets.len() + births.iter().enumerate().filter(|(k, b)| ended[&(*k as u64)] != b.home as u32).count();
    let exits_first = |process: usize, newborn: usize| born[&(process as u64)] <= newborn as u64;
    let mut target = |process: usize, candidates: &[usize]| {
        let index = process as u64;
        let target = match policy {
            Policy::Listed(_) => ended.get(&index).copied(),
            _ => targets.get_mut(&index).and_then(VecDeque::pop_front),
        };
        target.unwrap_or_else(|| panic!("the engine left process {process} where it was, of {candidates:?}")) as usize
    };
    let instants = &seen.moved;
    let moves = |process: usize, now: f64| {
        instants.get(&(process as u64)).is_some_and(|all| all.iter().any(|at| (at - now).abs() < 1e-9))
    };
    let ties = Ties { target: &mut target, exits_first: &exits_first, moves: &moves };
    let exits = obvious::exits(births, policy, ties);
    assert_eq!(seen.exits.len(), births.len());
    for (index, exit) in &seen.exits {
        let other = exits[*index as usize];
        assert!((exit - other).abs() <= 1e-9, "{policy:?}: process {index} exits at {exit} and at {other}");
    }
    assert!(targets.values().all(VecDeque::is_empty), "{policy:?}: the engine moved more");
    moved
}

/// The 15 programs of the longest mean lifetime among those that occur at least 400 times in the trace.
pub(crate) const LISTED: [&str; 15] = [
    "emacs",
    "telnetd",
    "trn",
    "cc1plus",
    "rlogind",
    "cc1",
    "pine",
    "rlogin",
    "telnet.ult",
    "talk",
    "tcsh",
    "ps",
    "make-3.70",
    "jove",
    "micro",
];

const POLICIES: [Policy; 3] = [Policy::None, Policy::Listed(FIXED), Policy::Aware];

/// Uneven homes, lifetimes with a tail T^-1 up to 1000 s, exponential memory of 1 MiB.
fn random(seed: u64, count: usize) -> Vec<Birth> {
    let mut rng = Rng::new(seed);
    let exponential = |rng: &mut Rng| -rng.unit().ln();
    let mut at = 0.0;
    let birth = |_| {
        at += 0.3 * exponential(&mut rng);
        let home = (rng.below(3) * rng.below(3)) as usize;
        let lifetime = (0.05 / rng.unit()).min(1000.0);
        let cost = FIXED + 2.0 * exponential(&mut rng);
        Birth { at, lifetime, home, cost, listed: rng.chance(0.3) }
    };
    (0..count).map(birth).collect()
}

#[test]
fn on_random_small_traces_every_process_exits_when_the_obvious_implementation_says() {
    let mut moved = [0; 3];
    for seed in 0..300 {
        let births = random(seed, 20 + seed as usize);
        for (count, policy) in moved.iter_mut().zip(POLICIES) {
            *count += compare(&births, policy, seed);
        }
    }
    assert_eq!(moved[0], 0);
    assert!(moved[1] > 1000 && moved[2] > 1000, "hardly anything moved: {moved:?}");
}

/// The published trace, read without the project's reader: minute, second, node, lifetime, program.
fn run_0() -> Option<Vec<Birth>> {
    let path = PathBuf::from(std::env::var_os("LOADLAB_DATA")?).join("berkeley-1995/CSD-trace.csv.xz");
    let mut bytes = Vec::new();
    let file = BufReader::new(File::open(path).ok()?);
    decompress(file, MAX_DECOMPRESSED).expect("xz").read_to_end(&mut bytes).expect("a whole file");
    let text: String = bytes.into_iter().map(char::from).collect();
    let memory = Stream::new(1997, "memory", 0);
    let birth = |(k, line): (usize, &str)| {
        let fields: Vec<&str> = line.split(',').collect();
        let number = |k: usize| fields[k].parse::<f64>().expect("a number");
        let lifetime = number(3);
        let cost = FIXED - 2.0 * memory.at(k as u64).unit().ln();
        let (at, home) = (60.0 * (number(0) - 240.0) + number(1), number(2) as usize);
        Birth { at, lifetime, home, cost, listed: LISTED.contains(&fields[4]) }
    };
    let hour = |line: &&str| (240..300).contains(&line.split(',').next().and_then(|m| m.parse().ok()).unwrap_or(0));
    let mut births: Vec<Birth> = text.lines().skip(1).filter(hour).enumerate().map(birth).collect();
    births.sort_by(|a, b| a.at.total_cmp(&b.at));
    Some(births)
}

#[test]
fn on_run_0_of_the_trace_every_process_exits_when_the_obvious_implementation_says() {
    let Some(births) = run_0() else {
        return println!("skipped: the trace is not in the folder that LOADLAB_DATA names");
    };
    assert_eq!(births.len(), 15_193);
    for policy in POLICIES {
        let moved = compare(&births, policy, 1);
        println!("{policy:?}: {moved} of {} moved", births.len());
        assert_eq!(moved == 0, policy == Policy::None);
    }
}

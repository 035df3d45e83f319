//! Runs in which everything happens at random (moves, restarts, copies, queues, failures, moves that come to nothing),
//! drawn as they go: the rules of both formats hold, and what is drawn is what policies saw.

use crate::common::{chaos::Chaos, nodes};
use crate::drawn::{by_process, same_in_both};
use crate::{paje, perfetto};
use loadlab::trace::{Drawn, Explainer, Tracer, Window};
use loadlab_core::mechanism::{Costs, Image, Mechanism, Plan, Rules, Wires};
use loadlab_core::network::Fabric;
use loadlab_core::policy::{Commands, Declared, Newcomer, Note, Placement, Policy, Query, Reply, Site, View, Wake};
use loadlab_core::rng::Rng;
use loadlab_core::{Change, Discipline, NodeId, Scenario, Scripted, Time, Transfer, simulate};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// When, where, and the arrivals of those who were there.
type Seen = Vec<(f64, NodeId, Vec<f64>)>;

/// A policy that is watched: what its nodes see each period is written down.
struct Watched {
    inner: Box<dyn Policy>,
    seen: Arc<Mutex<Seen>>,
}

impl Policy for Watched {
    fn declare(&self) -> Declared {
        self.inner.declare()
    }
    fn fresh(&self, site: Site) -> Box<dyn Policy> {
        Box::new(Watched { inner: self.inner.fresh(site), seen: self.seen.clone() })
    }
    fn place(&mut self, process: &Newcomer, view: &View<'_>, rng: &mut Rng) -> Placement {
        self.inner.place(process, view, rng)
    }
    fn act(&mut self, why: Wake, view: &View<'_>, out: &mut Commands, rng: &mut Rng) {
        if let (Wake::Every, Site::Node(node)) = (why, view.site()) {
            let arrivals = view.residents().iter().map(|r| r.arrival.seconds()).collect();
            self.seen.lock().expect("one thread").push((view.now().seconds(), node, arrivals));
        }
        self.inner.act(why, view, out, rng)
    }
    fn answer(&mut self, from: Site, query: Query, note: Note, view: &View<'_>, out: &mut Commands) -> Reply {
        self.inner.answer(from, query, note, view, out)
    }
}

/// Five nodes that fail and are repaired.
fn scenario(rng: &mut Rng, staged: bool) -> Scenario {
    let costs = Costs { select: 0.02, setup: 0.05, fixed: 0.05, switch: 0.03, ..Costs::default() };
    let image = Image { memory: 3e5, dirty: 0.3, ..Image::default() };
    let plan = Plan::Precopy(Rules { rounds: 2, ..Rules::LIMIT });
    let migration = match staged {
        true => Transfer::Staged(Mechanism { plan, costs, image, wires: Wires::default() }),
        false => Transfer::Fixed { seconds: 0.1, bandwidth: f64::INFINITY },
    };
    let placement = Transfer::Fixed { seconds: 0.05, bandwidth: f64::INFINITY };
    let fabric = Fabric::Shared { bandwidth: 1e6 };
    let mut scenario = Scenario { fabric, latency: 0.001, migration, placement, ..nodes(5, Discipline::Ps) };
    for _ in 0..4 {
        let (t, node) = (20.0 * rng.unit(), rng.below(5));
        scenario.changes.push((Time::new(t), node, Change::Fail));
        scenario.changes.push((Time::new(t + 2.0 * rng.unit()), node, Change::Repair));
    }
    scenario
}

/// What is drawn at a node at an instant is what its site saw: who is drawn there before and after was seen, and who
/// was seen is drawn.
fn drawn_as_seen(drawing: &perfetto::Drawing, seen: &Seen) -> usize {
    let count = |it: &mut dyn Iterator<Item = u64>| {
        let mut all: BTreeMap<u64, usize> = BTreeMap::new();
        it.for_each(|arrival| *all.entry(arrival).or_default() += 1);
        all
    };
    // Arrivals name processes; a reader of JSON may round their last digit.
    let name = |arrival: f64| (arrival * 1e9).round() as u64;
    let arrival = |s: &perfetto::Slice| name(s.args["arrival_s"].as_f64().expect("a time"));
    for (t, node, arrivals) in seen {
        let at = (t * 1e9).round() as u64;
        let here = || drawing.slices.iter().filter(|s| s.group == format!("node {node}"));
        let surely = count(&mut here().filter(|s| s.begin < at && at < s.end).map(arrival));
        let perhaps = count(&mut here().filter(|s| s.begin <= at && at <= s.end).map(arrival));
        let there = count(&mut arrivals.iter().map(|x| name(*x)));
        let within = |few: &BTreeMap<u64, usize>, many: &BTreeMap<u64, usize>| {
            few.iter().all(|(k, n)| many.get(k).is_some_and(|m| m >= n))
        };
        assert!(within(&surely, &there), "node {node} at {t}: {surely:?} is drawn, {there:?} was there");
        assert!(within(&there, &perhaps), "node {node} at {t}: {there:?} was there, {perhaps:?} is drawn");
    }
    seen.iter().map(|(_, _, arrivals)| arrivals.len()).sum()
}

#[test]
fn whatever_happens_the_rules_hold_and_processes_are_drawn_where_they_are() {
    let mut rng = Rng::new(7);
    let (mut looks, mut arrows, mut ends) = (0, BTreeMap::new(), BTreeMap::new());
    for run in 0..24 {
        let scenario = scenario(&mut rng, run % 2 == 0);
        let mut births: Vec<(f64, f64, NodeId)> =
            (0..50).map(|_| (15.0 * rng.unit(), 4.0 * rng.unit(), rng.below(5))).collect();
        births.sort_by(|a, b| a.0.total_cmp(&b.0));
        let chaos = Chaos { unit: 0.3, orders: 40, free: true, destructive: true, told: None };
        let seen = Arc::new(Mutex::new(Seen::new()));
        let policy = Watched { inner: Box::new(chaos), seen: seen.clone() };
        let go = |sink: &mut dyn loadlab_core::record::Sink| {
            simulate(&scenario, Box::new(Scripted::new(&births)), &policy, run, 0, Some(sink)).expect("it runs");
        };
        let about = serde_json::json!({});
        let mut tracer = Tracer::begin((Vec::new(), Vec::new()), 5, &about, Vec::new(), (Window::default(), u64::MAX))
            .expect("memory can be written");
        go(&mut tracer);
        let (one, other, Drawn { cut, .. }) = tracer.end().expect("memory can be written");
        let text = |bytes| String::from_utf8(bytes).expect("text");
        let drawing = perfetto::read(&text(one)).unwrap_or_else(|e| panic!("run {run}: {e}"));
        let held = paje::read(&text(other)).unwrap_or_else(|e| panic!("run {run}: {e}"));
        assert_eq!(cut, None);
        same_in_both(&drawing, &held);
        looks += drawn_as_seen(&drawing, &seen.lock().expect("one thread"));
        drawing.arrows.iter().for_each(|a| *arrows.entry(a.name.clone()).or_insert(0) += 1);
        drawing.slices.iter().for_each(|s| *ends.entry(s.args["end"].to_string()).or_insert(0) += 1);
        let longest = by_process(&drawing).into_iter().max_by_key(|(_, slices)| slices.len()).expect("a process").0;
        let mut explainer = Explainer::new(longest);
        go(&mut explainer);
        assert!(explainer.story().is_some_and(|story| story.lines().count() > 5), "run {run}");
    }
    let often = |all: &BTreeMap<String, i32>, names: &[&str]| names.iter().all(|name| all.get(*name) > Some(&5));
    assert!(looks > 1000, "only {looks} processes were seen");
    assert!(often(&arrows, &["migration", "restart", "return"]), "{arrows:?}");
    assert!(often(&ends, &["\"done\"", "\"lost\"", "\"left\"", "\"discarded\""]), "{ends:?}");
}

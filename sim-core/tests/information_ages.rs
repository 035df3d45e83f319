//! How old what sites know is: gossip against the closed forms of its authors, vectors of MOSIX, broadcasts and boards.
#![allow(missing_docs)]

mod common;

use common::{Puppet, nodes};
use loadlab_core::policy::{Declared, Gossip, Information, Placement, Site, Timing, View};
use loadlab_core::rng::Rng;
use loadlab_core::{Discipline, NodeId, Scripted, simulate};
use std::sync::{Arc, Mutex};

/// How often somebody looks, per period of 1 s.
const RATE: f64 = 5.0;

/// Looks at what a random node knows, at random instants from `from` on: `f` of the view.
fn sample(
    information: Information,
    n: u32,
    latency: f64,
    from: f64,
    to: f64,
    seed: u64,
    f: fn(&View<'_>) -> f64,
) -> (f64, f64) {
    let mut rng = Rng::new(seed);
    let (mut t, mut births) = (0.0, Vec::new());
    while t < to {
        t -= libm::log(rng.unit()) / RATE;
        births.push((t, 1e-9, rng.below(n)));
    }
    let seen = Arc::new(Mutex::new(Vec::new()));
    let sink = seen.clone();
    let policy = Puppet::new(Declared { information, ..Declared::default() }).place(move |p, view, _| {
        if view.now().seconds() > from {
            sink.lock().expect("one thread").push(f(view));
        }
        Placement::At(p.at)
    });
    let mut scenario = nodes(n, Discipline::Ps);
    (scenario.latency, scenario.limits.instant) = (latency, u64::MAX);
    simulate(&scenario, Box::new(Scripted::new(&births)), &policy, seed, 0, None).expect("runs");
    let seen = seen.lock().expect("one thread");
    mean_and_error(&seen)
}

/// The mean, and its standard error from 20 batches.
fn mean_and_error(values: &[f64]) -> (f64, f64) {
    let size = values.len() / 20;
    let means: Vec<f64> = values.chunks_exact(size).take(20).map(|c| c.iter().sum::<f64>() / size as f64).collect();
    let mean = means.iter().sum::<f64>() / 20.0;
    let variance = means.iter().map(|m| (m - mean) * (m - mean)).sum::<f64>() / 19.0;
    (mean, (variance / 20.0).sqrt())
}

fn ages(view: &View<'_>) -> Vec<f64> {
    view.known().iter().map(|o| view.now() - o.as_of).collect()
}

fn mean_age(view: &View<'_>) -> f64 {
    let ages = ages(view);
    ages.iter().sum::<f64>() / ages.len() as f64
}

fn oldest(view: &View<'_>) -> f64 {
    ages(view).into_iter().fold(0.0, f64::max)
}

fn window(w: u32, timing: Timing) -> Information {
    let (period, length, fanout, known, reply) = (1.0, u32::MAX, 1, 0, false);
    Information::Gossip(Gossip { period, timing, length, send: w, fanout, known, reply })
}

fn vector(length: u32, fanout: u8, reply: bool, timing: Timing) -> Information {
    let known = u8::from(fanout > 1);
    Information::Gossip(Gossip { period: 1.0, timing, length, send: length / 2, fanout, known, reply })
}

/// Amar, Barak, Drezner & Okun 2009: mean age of a vector of all n nodes, and the mean of its greatest age, in periods.
/// T = ((n-1)/n) ln(w (n-1) / (n-w)) is the age up to which X = w entries are known; A_w = T - ((n-1)/X)
/// ln((n-1+e^(nT/(n-1)))/n) the mean age of these; A_v = 1 / (1 - (1 - 1/(n-1))^X) + A_w;
/// A_max = -(ln n + 0.577...) / (X ln(1 - 1/(n-1))).
fn guaranteed(n: f64, w: f64) -> (f64, f64) {
    let t = (n - 1.0) / n * libm::log(w * (n - 1.0) / (n - w));
    let grown = n - 1.0 + libm::exp(n * t / (n - 1.0));
    let within = t - (n - 1.0) / w * libm::log(grown / n);
    let missed = 1.0 - 1.0 / (n - 1.0);
    let mean = 1.0 / (1.0 - libm::pow(missed, w)) + within;
    (mean, -(libm::log(n) + 0.577_215_664_9) / (w * libm::log(missed)))
}

#[test]
fn the_closed_forms_of_windowed_gossip_give_the_published_values() {
    for (n, w, mean, max) in [(64.0, 16.0, 6.35, 18.5), (256.0, 16.0, 18.3, 97.0), (1024.0, 32.0, 35.0, 240.0)] {
        let (a, b) = guaranteed(n, w);
        assert!((a / mean - 1.0).abs() < 0.005 && (b / max - 1.0).abs() < 0.005, "{n} {w}: {a} {b}");
    }
}

#[test]
fn windowed_gossip_has_the_guaranteed_ages() {
    for (n, w, seed) in [(64, 4, 1), (64, 8, 2), (128, 16, 3)] {
        let (expected, greatest) = guaranteed(f64::from(n), f64::from(w));
        let information = window(w, Timing::Phases);
        let (mean, error) = sample(information, n, 0.0, 300.0, 3300.0, seed, mean_age);
        assert!(error < 0.003 * expected, "n {n}, w {w}: a standard error of {error}");
        assert!((mean / expected - 1.0).abs() < 0.02, "n {n}, w {w}: {mean} +- {error} instead of {expected}");
        let (max, error) = sample(information, n, 0.0, 300.0, 3300.0, seed, oldest);
        assert!(error < 0.01 * greatest, "n {n}, w {w}: a standard error of {error}");
        assert!((max / greatest - 1.0).abs() < 0.05, "n {n}, w {w}: {max} +- {error} instead of {greatest}");
        println!("n {n}, w {w}: mean {mean} ({expected}), max {max} ({greatest})");
    }
}

/// Other timings are named, and differ: in rounds knowledge is older, and so it is after exponential times.
#[test]
fn gossip_in_rounds_or_after_exponential_times_is_a_few_per_cent_older() {
    let (expected, _) = guaranteed(64.0, 8.0);
    for timing in [Timing::Rounds, Timing::Poisson] {
        let (mean, error) = sample(window(8, timing), 64, 0.0, 300.0, 3300.0, 4, mean_age);
        println!("{timing:?}: {mean} +- {error}, {} times", mean / expected);
        assert!(mean - 3.0 * error > 1.01 * expected && mean + 3.0 * error < 1.09 * expected, "{timing:?}: {mean}");
    }
}

#[test]
fn every_other_node_is_in_a_full_vector_with_the_same_probability() {
    let known_to_0: fn(&View<'_>) -> f64 = |view| {
        assert_eq!(view.known().len(), 7, "a vector of 8 holds 7 others");
        f64::from(u8::from(view.known().about(13).is_some()))
    };
    // Node 13 itself looks with probability 1/20 and never finds itself.
    let (found, error) = sample(vector(8, 2, true, Timing::Phases), 20, 0.0, 20.0, 8020.0, 5, known_to_0);
    let expected = 7.0 / 19.0 * 19.0 / 20.0;
    assert!((found - expected).abs() < 4.0 * error && error < 0.01, "{found} +- {error} instead of {expected}");
}

/// Gossip with random phases as its obvious slow twin: (mean, greatest) age in the vectors of `nodes` nodes, looked at
/// once in every period at a random instant, from period 50 on.
fn slow_gossip(
    nodes: usize,
    length: usize,
    fanout: usize,
    reply: bool,
    periods: usize,
    rng: &mut Rng,
) -> [Vec<f64>; 2] {
    let mut known: Vec<Vec<(f64, usize)>> = vec![Vec::new(); nodes];
    let mut turns: Vec<(f64, usize)> = (0..nodes).map(|i| (rng.unit(), i)).collect();
    turns.sort_by(|a, b| a.0.total_cmp(&b.0));
    let learn = |known: &mut Vec<(f64, usize)>, me: usize, news: &[(f64, usize)]| {
        known.extend(news.iter().filter(|(_, node)| *node != me));
        known.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut kept: Vec<(f64, usize)> = Vec::new();
        known.iter().for_each(|e| {
            if kept.iter().all(|k| k.1 != e.1) {
                kept.push(*e)
            }
        });
        kept.truncate(length - 1);
        *known = kept;
    };
    let mut seen = [Vec::new(), Vec::new()];
    for period in 0..periods {
        let look = f64::from(period as u32) + rng.unit();
        let mut looked = period < 50;
        for (phase, i) in turns.clone() {
            let now = period as f64 + phase;
            if !looked && now > look {
                let ages = |vector: &Vec<(f64, usize)>| -> Vec<f64> { vector.iter().map(|e| look - e.0).collect() };
                let all: Vec<Vec<f64>> = known.iter().map(ages).collect();
                let mean = |f: fn(&Vec<f64>) -> f64| all.iter().map(f).sum::<f64>() / nodes as f64;
                seen[0].push(mean(|ages| ages.iter().sum::<f64>() / ages.len() as f64));
                seen[1].push(mean(|ages| ages.iter().copied().fold(0.0, f64::max)));
                looked = true;
            }
            let mut letter = vec![(now, i)];
            letter.extend(known[i].iter().take(length / 2 - 1));
            let targets: Vec<usize> = (0..fanout)
                .map(|m| {
                    if m == 0 && fanout > 1 && !known[i].is_empty() {
                        return known[i][rng.below(known[i].len() as u32) as usize].1;
                    }
                    (i + 1 + rng.below(nodes as u32 - 1) as usize) % nodes
                })
                .collect();
            for to in targets {
                learn(&mut known[to], to, &letter);
                if reply {
                    learn(&mut known[i], i, &[(now, to)]);
                }
            }
        }
    }
    seen
}

#[test]
fn vectors_of_mosix_are_as_old_as_those_of_an_obvious_slow_gossip() {
    for (l, fanout, reply) in [(8, 2, true), (16, 2, true), (8, 1, false), (8, 3, true)] {
        let slow = slow_gossip(64, l as usize, fanout.into(), reply, 2050, &mut Rng::new(21));
        let information = vector(l, fanout, reply, Timing::Phases);
        for (slow, f) in slow.iter().zip([mean_age as fn(&View<'_>) -> f64, oldest]) {
            let (expected, slack) = mean_and_error(slow);
            let (age, error) = sample(information, 64, 0.0, 50.0, 2050.0, 6, f);
            let slack = 4.0 * (slack * slack + error * error).sqrt();
            println!("l {l}, fan-out {fanout}: {age} +- {error}, slow {expected}");
            assert!((age - expected).abs() < slack && slack < 0.05 * age, "l {l}, fan-out {fanout}: {age}, {expected}");
        }
    }
}

#[test]
fn what_was_broadcast_is_half_a_period_old_and_the_latency() {
    for timing in [Timing::Phases, Timing::Rounds] {
        let information = Information::Periodic { period: 4.0, timing };
        let (mean, error) = sample(information, 10, 0.25, 20.0, 8020.0, 7, mean_age);
        assert!((mean - 2.25).abs() < 4.0 * error && error < 0.02, "{timing:?}: {mean} +- {error}");
    }
    // After exponential times the age is exponential.
    let (mean, error) =
        sample(Information::Periodic { period: 4.0, timing: Timing::Poisson }, 10, 0.25, 20.0, 8020.0, 8, mean_age);
    assert!((mean - 4.25).abs() < 4.0 * error && error < 0.1, "{mean} +- {error}");
}

#[test]
fn a_head_knows_its_group_and_what_lies_above_is_older() {
    use loadlab_core::policy::Groups;
    let groups = Groups::new(&[(4, 1.0), (3, 8.0)]).expect("two levels");
    let seen = Arc::new(Mutex::new([Vec::new(), Vec::new()]));
    let sink = seen.clone();
    let declared = Declared { information: Information::Hierarchical(groups), ..Declared::default() };
    let policy = Puppet::new(declared).place(move |p, view, rng| {
        let Site::Head { level, group } = view.site() else {
            let node: NodeId = rng.below(24);
            return Placement::Delegate(groups.head(node, rng.below(2) as u8));
        };
        let known: Vec<NodeId> = view.known().iter().map(|o| o.node).collect();
        if view.now().seconds() > 20.0 {
            let mut sorted = known.clone();
            sorted.sort_unstable();
            let first = group * groups.nodes(level);
            let step = if level == 0 { 1 } else { 4 };
            let members = if level == 0 { 4 } else { 3 };
            assert_eq!(sorted, (0..members).map(|k| first + k * step).collect::<Vec<_>>());
            sink.lock().expect("one thread")[level as usize].push(mean_age(view));
        }
        Placement::At(p.at)
    });
    let mut rng = Rng::new(9);
    let mut t = 0.0;
    let births: Vec<(f64, f64, NodeId)> = (0..40_000)
        .map(|_| {
            t -= libm::log(rng.unit()) / 5.0;
            (t, 1e-9, rng.below(24))
        })
        .collect();
    let mut scenario = nodes(24, Discipline::Ps);
    scenario.limits.instant = u64::MAX;
    simulate(&scenario, Box::new(Scripted::new(&births)), &policy, 1, 0, None).expect("runs");
    let seen = seen.lock().expect("one thread");
    let (low, error) = mean_and_error(&seen[0]);
    assert!((low - 0.5).abs() < 4.0 * error && error < 0.01, "{low} +- {error}");
    // Half of 8 s since the report; the oldest of 4 uniform ages is 4/5 of a period on average.
    let (high, error) = mean_and_error(&seen[1]);
    assert!((high - 4.8).abs() < 0.1 + 4.0 * error && error < 0.1, "{high} +- {error}");
}

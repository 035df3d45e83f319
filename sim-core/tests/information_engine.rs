//! What information structures deliver, when, at what price; and that nothing else is ever seen.
#![allow(missing_docs)]

mod common;

use common::chaos::Chaos;
use common::{Log, Puppet, nodes};
use loadlab_core::policy::{
    Ask, Central, Command, Commands, Declared, Fixture, Gossip, Groups, Index, Information, Note, Placement, Policy,
    Site, Timing, View, Wake, Wakes,
};
use loadlab_core::process::Attributes;
use loadlab_core::rng::Rng;
use loadlab_core::theory::jiq;
use loadlab_core::theory::old_information::{Choice, board};
use loadlab_core::{Change, Discipline, NodeId, Outcome, Scenario, Scripted, Time, simulate};
use std::sync::{Arc, Mutex};

const CENTRAL: Central = Central {
    period: 1.0,
    timing: Timing::Phases,
    by: f64::INFINITY,
    report: 0.0,
    request: 0.0,
    crash_at: f64::INFINITY,
    crash_every: f64::INFINITY,
    takeover: 0.0,
};

const GOSSIP: Gossip =
    Gossip { period: 1.0, timing: Timing::Phases, length: 4, send: 2, fanout: 2, known: 1, reply: true };

fn groups() -> Groups {
    Groups::new(&[(3, 1.0), (2, 2.0)]).expect("two levels")
}

fn structures() -> Vec<Information> {
    let timings = [Timing::Phases, Timing::Rounds, Timing::Poisson];
    let mut all: Vec<Information> = timings
        .iter()
        .flat_map(|timing| {
            let timing = *timing;
            [
                Information::Periodic { period: 1.0, timing },
                Information::Gossip(Gossip { timing, ..GOSSIP }),
                Information::Gossip(Gossip { timing, length: u32::MAX, fanout: 1, known: 0, reply: false, ..GOSSIP }),
                Information::Central(Central { timing, ..CENTRAL }),
            ]
        })
        .collect();
    all.extend([
        Information::OnChange { by: 1.0 },
        Information::OnChange { by: 2.0 },
        Information::Board { period: 1.5 },
        Information::Hierarchical(groups()),
        Information::Idle { choices: 1, withdraw: true },
        Information::Idle { choices: 2, withdraw: false },
        Information::Central(Central {
            by: 1.0,
            period: f64::INFINITY,
            report: 0.01,
            request: 0.02,
            crash_at: 5.0,
            crash_every: 20.0,
            takeover: 1.0,
            ..CENTRAL
        }),
    ]);
    all
}

/// Poisson arrivals and exponential lifetimes of mean 1.
fn births(n: u32, load: f64, count: usize, seed: u64) -> Vec<(f64, f64, NodeId)> {
    let mut rng = Rng::new(seed);
    let mut t = 0.0;
    let mut one = |_| {
        t -= libm::log(rng.unit()) / (load * f64::from(n));
        (t, -libm::log(rng.unit()), rng.below(n))
    };
    (0..count).map(&mut one).collect()
}

/// Places at the best that is known where anything is, delegating to whoever collects it.
fn informed(information: Information, dispatchers: u32) -> Puppet {
    let declared = Declared { information, dispatchers, coordinator: true, ..Declared::default() };
    Puppet::new(declared).place(move |p, view, rng| {
        let at_node = matches!(view.site(), Site::Node(_)) && p.hops == 0;
        match information {
            Information::Central(_) if at_node => return Placement::Delegate(Site::Coordinator),
            Information::Hierarchical(groups) if at_node => return Placement::Delegate(groups.head(p.at, 0)),
            Information::Idle { .. } if at_node && dispatchers > 0 => {
                return Placement::Delegate(Site::Dispatcher(rng.below(dispatchers)));
            }
            _ => {}
        }
        let best = view.known().least(rng, |_| true);
        Placement::At(best.map_or(p.at, |o| o.node))
    })
}

/// When somebody looked, and what was seen there.
type Look = (f64, Vec<(NodeId, f64, f64)>);

#[test]
fn whatever_is_known_was_true_when_it_says_and_has_had_time_to_travel() {
    let births = births(12, 0.7, 4000, 1);
    for information in structures() {
        for latency in [0.0, 0.125] {
            let looks = Arc::new(Mutex::new(Vec::<Look>::new()));
            let sink = looks.clone();
            let inner = informed(information, 2);
            let policy = Puppet::new(inner.declared).place(move |p, view, rng| {
                let seen = view.known().iter().map(|o| (o.node, o.load, o.as_of.seconds())).collect();
                sink.lock().expect("one thread").push((view.now().seconds(), seen));
                Policy::place(&mut inner.clone(), p, view, rng)
            });
            let mut scenario = nodes(12, Discipline::Ps);
            (scenario.latency, scenario.limits.instant) = (latency, u64::MAX);
            let mut log = Log::default();
            simulate(&scenario, Box::new(Scripted::new(&births)), &policy, 1, 0, Some(&mut log)).expect("runs");
            check_looks(&looks.lock().expect("one thread"), &log, latency, &information);
        }
    }
}

/// The histories of all nodes, to look up the load at an instant.
fn check_looks(looks: &[Look], log: &Log, latency: f64, information: &Information) {
    let mut histories = vec![vec![(0.0, 0)]; 12];
    log.loads.iter().for_each(|(t, node, load)| histories[*node as usize].push((*t, *load)));
    let mut seen = 0;
    for (now, known) in looks {
        for (node, load, as_of) in known {
            seen += 1;
            // Everyone starts idle, and that is known where nothing is told before it changes.
            let start = matches!(information, Information::OnChange { .. }) && (*as_of, *load) == (0.0, 0.0);
            assert!(start || as_of + latency <= now + 1e-9, "{information:?}: seen at {now} as of {as_of}");
            let history = &histories[*node as usize];
            let k = history.partition_point(|(t, _)| *t <= *as_of) - 1;
            assert_eq!(f64::from(history[k].1), *load, "{information:?}: node {node} at {as_of}, seen at {now}");
        }
    }
    assert!(seen > 500, "{information:?}: only {seen} observations");
}

/// A system in which nothing happens but what the structure does by itself, until `seconds`.
fn quiet(n: u32, seconds: f64, information: Information, script: &[(f64, f64, NodeId)], dispatchers: u32) -> Outcome {
    let mut scenario = nodes(n, Discipline::Ps);
    (scenario.window.seconds, scenario.window.drain, scenario.limits.instant) = (Some(seconds), false, u64::MAX);
    let policy = Puppet::new(Declared { information, dispatchers, ..Declared::default() });
    simulate(&scenario, Box::new(Scripted::new(script)), &policy, 1, 0, None).expect("runs")
}

#[test]
fn messages_are_counted_one_by_one() {
    // Two processes at node 0, one of them alone from 6.0 to 7.0: loads 1 2 1 0, idle twice besides the start.
    let script = [(1.0, 1.0, 0), (4.0, 2.0, 0), (5.0, 1.5, 0)];
    let phased = |period| (10.0f64 / period) as u64;
    let timing = Timing::Phases;
    let cases = [
        // Each of 5 nodes tells 4 others in each of 20 periods.
        (Information::Periodic { period: 0.5, timing }, 5 * 4 * phased(0.5)),
        (Information::Periodic { period: 0.3, timing: Timing::Rounds }, 5 * 4 * 34),
        // Six changes of one node, told to 4 others.
        (Information::OnChange { by: 1.0 }, 6 * 4),
        // Only 0 -> 2 and 2 -> 0 differ by 2.
        (Information::OnChange { by: 2.0 }, 2 * 4),
        (Information::Board { period: 2.5 }, 5 * phased(2.5)),
        (Information::Gossip(Gossip { period: 0.5, ..GOSSIP }), 5 * 20 * 2 * 2),
        (Information::Gossip(Gossip { period: 0.5, fanout: 3, reply: false, ..GOSSIP }), 5 * 20 * 3),
        (Information::Central(Central { period: 2.0, ..CENTRAL }), 5 * phased(2.0)),
        (Information::Central(Central { period: f64::INFINITY, by: 1.0, ..CENTRAL }), 6),
        // 6 nodes would be 2 groups below 1; of 5 nodes too: 5 reports a second, and 2 heads every 2 s.
        (Information::Hierarchical(groups()), 5 * 10 + 2 * 5),
        // Five at the start, two when node 0 is idle again; two withdrawals.
        (Information::Idle { choices: 1, withdraw: true }, 5 + 2 + 2),
        // Registered for good at the start.
        (Information::Idle { choices: 1, withdraw: false }, 5),
        // Two questions, two replies and the registration.
        (Information::Idle { choices: 2, withdraw: true }, (5 + 2) * 5 + 2),
    ];
    for (information, expected) in cases {
        let outcome = quiet(5, 10.0, information, &script, 3);
        assert_eq!(outcome.traffic.messages, expected, "{information:?}");
    }
}

#[test]
fn every_message_costs_cpu_at_both_ends() {
    // Two nodes, one letter each per round, no answers: each pays twice per round, at 0, 1 and 2. A process of 2.5 s
    // runs from 0.1 to 1, from 1.1 to 2 and from 2.1 on.
    let gossip = Gossip { timing: Timing::Rounds, fanout: 1, reply: false, ..GOSSIP };
    let cases = [
        (Information::Gossip(gossip), 2.8),
        // Here the answers cost as much again.
        (Information::Gossip(Gossip { reply: true, ..gossip }), 3.3),
        // A broadcast costs its sender once, and each receiver.
        (Information::Periodic { period: 1.0, timing: Timing::Rounds }, 2.8),
        // The board and the collector stand beside the nodes.
        (Information::Board { period: 1.0 }, 2.65),
        (Information::Central(Central { timing: Timing::Rounds, ..CENTRAL }), 2.65),
        (Information::Exact, 2.5),
    ];
    for (information, expected) in cases {
        let scenario = Scenario { message_cost: 0.05, ..nodes(2, Discipline::Fcfs) };
        let policy = Puppet::new(Declared { information, coordinator: true, ..Declared::default() });
        let end = common::departures(&scenario, &[(0.0, 2.5, 0)], &policy)[0];
        assert!((end - expected).abs() < 1e-9, "{information:?}: {end} instead of {expected}");
    }
}

#[test]
fn requests_wait_for_the_collector_and_a_crash_delays_them_and_clears_the_table() {
    let central = Central { report: 0.5, request: 1.0, timing: Timing::Rounds, period: 4.0, ..CENTRAL };
    let cases: [(Central, [f64; 2], [usize; 2]); 2] = [
        // Two reports arrive at 0.1 and take until 1.1. The request of 0.5 is there at 0.6 and is served from 1.1 on, that
        // of 0.7 after it.
        (central, [2.1, 3.1], [2, 2]),
        // From the crash at 0.4 to 2.4 nobody serves, and both reports are lost.
        (Central { crash_at: 0.4, takeover: 2.0, ..central }, [3.4, 4.4], [0, 0]),
    ];
    for (central, starts, known) in cases {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let sink = seen.clone();
        let declared =
            Declared { information: Information::Central(central), coordinator: true, ..Declared::default() };
        let policy = Puppet::new(declared).place(move |p, view, _| {
            if view.site() != Site::Coordinator {
                return Placement::Delegate(Site::Coordinator);
            }
            sink.lock().expect("one thread").push((view.now().seconds(), view.known().len()));
            Placement::At(p.home)
        });
        let scenario = Scenario { latency: 0.1, ..nodes(2, Discipline::Fcfs) };
        let births = [(0.5, 1.0, 0), (0.7, 1.0, 1)];
        common::run(&scenario, &births, &policy).expect("runs");
        let seen = seen.lock().expect("one thread");
        for (k, (at, count)) in seen.iter().enumerate() {
            assert!((at - starts[k]).abs() < 1e-9, "request {k} at {at} instead of {}", starts[k]);
            assert_eq!(*count, known[k], "request {k}");
        }
        assert_eq!(seen.len(), 2);
    }
}

#[test]
fn a_node_that_is_down_sends_nothing_and_a_repaired_one_registers() {
    let idle = Information::Idle { choices: 1, withdraw: true };
    let mut scenario = nodes(3, Discipline::Ps);
    (scenario.window.seconds, scenario.window.drain) = (Some(10.0), false);
    scenario.changes = vec![(Time::new(2.0), 0, Change::Fail), (Time::new(6.0), 0, Change::Repair)];
    let run = |information, script: &[(f64, f64, NodeId)]| {
        let policy = Puppet::new(Declared { information, dispatchers: 1, ..Declared::default() });
        let outcome = simulate(&scenario, Box::new(Scripted::new(script)), &policy, 1, 0, None).expect("runs");
        outcome.traffic.messages
    };
    // Rounds at 0 to 9, but at 2 to 5 only two nodes send. At 6 the node is up before messages are sent.
    assert_eq!(run(Information::Periodic { period: 1.0, timing: Timing::Rounds }, &[(1.0, 5.0, 0)]), (10 * 3 - 4) * 2);
    // Three at the start, one withdrawal at 1.0, and the registration after the repair.
    assert_eq!(run(idle, &[(1.0, 5.0, 0)]), 3 + 1 + 1);
}

#[test]
fn join_idle_queue_has_its_exact_mean_response() {
    // 100 dispatchers of 10 nodes each; a registration is withdrawn when a random arrival comes.
    for (load, seed) in [(0.5, 1), (0.8, 2)] {
        let expected = jiq::exact(load, 10.0).expect("stable").response;
        let declared = Declared {
            information: Information::Idle { choices: 1, withdraw: true },
            dispatchers: 100,
            ..Declared::default()
        };
        let policy = Puppet::new(declared).place(|_, view, rng| match view.site() {
            Site::Dispatcher(_) if view.known().is_empty() => Placement::At(rng.below(view.nodes())),
            Site::Dispatcher(_) => Placement::At(view.known().get(0).node),
            _ => Placement::Delegate(Site::Dispatcher(rng.below(100))),
        });
        check_against("join-idle-queue", expected, load, 200_000, &policy, seed);
    }
}

/// The mean response of 4 replications of 1,000 nodes within 0.5 % or 3 standard errors of what theory says.
fn check_against(name: &str, expected: f64, load: f64, processes: u64, policy: &Puppet, seed: u64) {
    let run = |replication| {
        let mut scenario = Scenario::simple(1000, Discipline::Fcfs, processes);
        scenario.window.warmup = loadlab_core::scenario::Warmup::Processes(processes / 5);
        let births = births(1000, load, processes as usize + 20_000, seed * 100 + replication);
        let outcome = simulate(&scenario, Box::new(Scripted::new(&births)), policy, seed, replication, None);
        outcome.expect("runs").response.mean()
    };
    let means: Vec<f64> = (0..4).map(run).collect();
    let mean = means.iter().sum::<f64>() / 4.0;
    let error = (means.iter().map(|m| (m - mean) * (m - mean)).sum::<f64>() / 12.0).sqrt();
    println!("{name} at {load}: {mean} +- {error}, theory {expected}");
    assert!(error < 0.005 * expected, "{name} at {load}: a standard error of {error}");
    let slack = (0.005 * expected).max(3.0 * error);
    assert!((mean - expected).abs() < slack, "{name} at {load}: {mean} +- {error} instead of {expected}");
}

/// Joins the shortest of d random posted lengths, or a random one of the shortest posted, ties at random.
fn over_the_board(period: f64, choice: Choice) -> Puppet {
    let declared = Declared { information: Information::Board { period }, ..Declared::default() };
    Puppet::new(declared).place(move |_, view, rng| {
        let known = view.known();
        let drawn = match choice {
            Choice::Of(d) => {
                let of = |_| known.about(rng.below(view.nodes())).expect("everyone is posted");
                let some: Vec<_> = (0..d).map(of).collect();
                some.into_iter().reduce(|best, o| if o.load < best.load { o } else { best })
            }
            Choice::Least => known.least(rng, |_| true),
        };
        Placement::At(drawn.expect("at least one").node)
    })
}

#[test]
fn choices_over_a_bulletin_board_have_the_mean_response_of_old_information() {
    let cases = [(Choice::Of(2), 1.0, 200_000), (Choice::Of(3), 5.0, 200_000), (Choice::Least, 2.0, 60_000)];
    for (seed, (choice, period, processes)) in (1..).zip(cases) {
        let expected = board(0.7, choice, period).expect("a fixed point").response;
        let name = format!("{choice:?} of a board of period {period}");
        check_against(&name, expected, 0.7, processes, &over_the_board(period, choice), seed);
    }
}

#[test]
fn observations_of_a_board_are_half_a_period_old_and_results_say_so() {
    let births = births(10, 0.5, 20_000, 5);
    let mut scenario = nodes(10, Discipline::Ps);
    scenario.latency = 0.25;
    let policy = over_the_board(4.0, Choice::Least);
    let waits = Puppet::new(policy.declared);
    let outcome = simulate(&scenario, Box::new(Scripted::new(&births)), &waits, 1, 0, None).expect("runs");
    let ages = outcome.traffic.ages;
    // Uniform on 0.25 .. 4.25 at Poisson arrivals.
    let error = (16.0f64 / 12.0 / ages.count as f64).sqrt();
    assert!(ages.count > 19_000 && (ages.mean() - 2.25).abs() < 4.0 * error, "{} +- {error}", ages.mean());
    assert!(!outcome.oracle);
}

#[test]
fn oracles_are_marked() {
    let run = |declared: Declared| {
        let policy = Puppet::new(declared);
        common::run(&nodes(2, Discipline::Ps), &[(0.0, 1.0, 0)], &policy).expect("runs").0.oracle
    };
    assert!(run(Declared { information: Information::Exact, ..Declared::default() }));
    assert!(run(Declared { load: Index::RemainingWork, ..Declared::default() }));
    assert!(!run(Declared { information: Information::OnDemand, load: Index::Stretch, ..Declared::default() }));
}

#[test]
fn load_indices_are_what_replies_views_and_exports_hold() {
    // Node 0 has 2 processes from 0 on: asked at 3.0, what does it say, and what does it see itself?
    let ask = |load: Index, extra: f64| {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let sink = seen.clone();
        let wakes = Wakes { born: true, ..Wakes::default() };
        let declared = Declared { information: Information::OnDemand, load, wakes, ..Declared::default() };
        let policy =
            Puppet::new(declared).act(move |why, view: &View<'_>, out: &mut Commands, _| match (why, view.site()) {
                (Wake::Born(_), Site::Node(0)) if extra != 0.0 => out.push(Command::Export(extra)),
                (Wake::Born(_), Site::Node(1)) => out.push(Command::Wake { after: 3.0, note: Note::default() }),
                (Wake::Timer(_), _) => out.push(Command::Ask(Ask::one(0))),
                (Wake::Replies(_), _) => sink.lock().expect("one thread").push((view.replies()[0].load, view.index())),
                _ => {}
            });
        let births = [(0.0, 10.0, 0), (0.0, 4.0, 0), (0.0, 8.0, 1)];
        common::run(&nodes(2, Discipline::Ps), &births, &policy).expect("runs");
        let seen = seen.lock().expect("one thread");
        seen[0]
    };
    let decay = 1.0 - libm::exp(-3.0 / 60.0);
    let near =
        |(a, b): (f64, f64), (x, y): (f64, f64)| assert!((a - x).abs() + (b - y).abs() < 1e-9, "{a} {b} for {x} {y}");
    near(ask(Index::Instantaneous, 0.0), (2.0, 1.0));
    near(ask(Index::Instantaneous, 0.5), (2.5, 1.0));
    near(ask(Index::Average { window: 1.0 }, 0.0), (2.0, 1.0));
    near(ask(Index::Exponential { time: 60.0 }, 0.0), (2.0 * decay, decay));
    near(ask(Index::Utilisation { window: 1.0 }, 0.0), (1.0, 1.0));
    // 14 s of work of which 3 are done; 8 of which 3 are.
    near(ask(Index::RemainingWork, 0.0), (11.0, 5.0));
    near(ask(Index::Stretch, 0.25), (3.25, 2.0));
    // Others see the load at once; the mean of node 1 has risen by 3/8 of what lacks, twice or three times.
    let (shown, own) = ask(Index::Mosix { period: 1.0 }, 0.0);
    let risen = |k: i32| 1.0 - 0.625f64.powi(k);
    assert!(shown == 2.0 && ((own - risen(2)).abs() < 1e-9 || (own - risen(3)).abs() < 1e-9), "{shown} {own}");
}

#[test]
fn chaos_with_any_information_conserves_processes() {
    let indices =
        [Index::Instantaneous, Index::Average { window: 0.3 }, Index::Mosix { period: 0.1 }, Index::RemainingWork];
    for (k, information) in structures().into_iter().enumerate() {
        for latency in [0.0, 0.05] {
            let policy = Chaos {
                unit: 0.5,
                orders: 60,
                free: true,
                destructive: true,
                told: Some((information, indices[k % 4])),
            };
            let mut scenario = Scenario { latency, message_cost: 0.001 * latency, ..nodes(6, Discipline::Ps) };
            scenario.limits.instant = 100_000;
            scenario.changes = vec![(Time::new(20.0), 1, Change::Fail), (Time::new(40.0), 1, Change::Repair)];
            let births = births(6, 0.6, 300, k as u64);
            let source = Scripted::new(&births).with_attributes(vec![Attributes::default(); births.len()]);
            let outcome = simulate(&scenario, Box::new(source), &policy, k as u64, 0, None).expect("runs");
            let gone = outcome.response.count + outcome.lost;
            assert_eq!((gone, outcome.unfinished), (300, 0), "{information:?}");
        }
    }
}

#[test]
#[should_panic(expected = "Blind read what is known of others")]
fn a_poisoned_world_panics_when_a_blind_policy_looks_at_others() {
    let world = Fixture::new(0, 3, 1).knowing(&[(1, 0.0, 0.0)]).poisoned(Declared::default());
    let _ = world.view().known();
}

#[test]
fn a_hand_made_view_knows_what_it_is_told_with_its_age() {
    let world = Fixture { now: Time::new(10.0), ..Fixture::new(0, 3, 1) }.knowing(&[(2, 4.0, 1.5), (1, 0.5, 3.0)]);
    let view = world.view();
    let about = view.known().about(1).expect("known");
    assert_eq!((view.known().len(), about.load, about.as_of), (2, 0.5, Time::new(7.0)));
    assert_eq!(view.known().about(0), None);
    assert_eq!(view.index(), 1.0);
}

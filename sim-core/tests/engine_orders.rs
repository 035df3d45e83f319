//! Hand-worked runs in which a policy gives orders: at least one for every command and every wake-up.

mod common;

use common::{Puppet, at_times, departures, nodes, resident, run, run_source, with_attributes, woken};
use loadlab_core::policy::{
    Ask, Command, Declared, Information, Memory, Note, Pick, Placement, Site, To, Wake, Wakes, Who,
};
use loadlab_core::process::Attributes;
use loadlab_core::record::Exit;
use loadlab_core::{Change, Discipline, NodeId, NodeKind, ProcessId, Scenario, Scripted, Time, Transfer, simulate};
use std::sync::{Arc, Mutex};

const FCFS: Discipline = Discipline::Fcfs;
const PS: Discipline = Discipline::Ps;

#[test]
fn tags_throws_away_what_a_long_process_did_at_the_first_node() {
    let wakes = Wakes { at_ages: loadlab_core::policy::Ages::at(&[2.0]), ..Wakes::default() };
    let tags = woken(wakes).act(|why, view, out, _| {
        if let (Wake::AtAge(process), 0) = (why, view.here()) {
            out.push(Command::Restart { process, at: 1 });
        }
    });
    // a: 0-2 at node 0, 2-5 at node 1 (stopped at 2 again, and left alone). b: 2-3. c: 3-5, then 5-9 at node 1.
    let (outcome, log) = run(&nodes(2, FCFS), &[(0.0, 3.0, 0), (0.0, 1.0, 0), (1.0, 4.0, 0)], &tags).expect("runs");
    assert_eq!(log.departures(), [5.0, 3.0, 9.0]);
    assert_eq!((outcome.wasted, outcome.migrants.moves, outcome.placed.count), (4.0, 0, 2));
}

#[test]
fn a_restarted_process_is_born_again_after_its_transfer() {
    let scenario = Scenario {
        placement: Transfer::Fixed { seconds: 0.5, bandwidth: f64::INFINITY },
        migration: Transfer::Fixed { seconds: 0.25, bandwidth: f64::INFINITY },
        ..nodes(2, PS)
    };
    let (seen, births) = (Arc::new(Mutex::new(Vec::new())), [(0.0, 2.0, 0)]);
    let seen_by = seen.clone();
    let wakes =
        Wakes { born: true, delivered: true, at_ages: loadlab_core::policy::Ages::at(&[1.0]), ..Wakes::default() };
    let policy = woken(wakes).act(move |why, view, out, _| {
        seen_by.lock().expect("one thread").push((view.now().seconds(), view.here(), why));
        match (why, view.here()) {
            (Wake::Born(process), 0) => {
                out.push(Command::Move { pick: Pick::Process(process), from: 0, to: To::Node(1) })
            }
            (Wake::AtAge(process), 1) => out.push(Command::Restart { process, at: 0 }),
            _ => {}
        }
    });
    // Born at 0, moved at once: at node 1 from 0.25 to 1.25, restarted at node 0 at 1.75, moved again: 2.0, stop at 3.0 ...
    let policy = policy.clone();
    let mut scenario = scenario;
    scenario.limits.instant = 40;
    let ended = run(&scenario, &births, &policy);
    assert!(ended.is_err(), "it is restarted for ever, which the bound ends");
    let seen = seen.lock().expect("one thread");
    let at: Vec<(f64, NodeId)> = seen[..5].iter().map(|s| (s.0, s.1)).collect();
    assert_eq!(at, [(0.0, 0), (0.25, 1), (1.25, 1), (1.75, 0), (2.0, 1)]);
    assert!(matches!(seen[3].2, Wake::Born(_)) && matches!(seen[4].2, Wake::Delivered(_)));
}

#[test]
fn a_suspended_process_keeps_its_age_and_goes_on_when_resumed() {
    let policy = at_times(&[(1.0, Command::Suspend, 0), (4.0, Command::Resume, 0)]);
    // a runs 0-1 and again from 4, b runs 1-3 (before: waiting).
    assert_eq!(departures(&nodes(1, FCFS), &[(0.0, 3.0, 0), (0.5, 2.0, 0)], &policy), [6.0, 3.0]);
}

#[test]
fn a_process_of_low_priority_runs_only_while_no_ordinary_one_wants_the_cpu() {
    let policy = at_times(&[(0.0, |process| Command::Priority { process, low: true }, 0)]);
    for discipline in [FCFS, PS, Discipline::Srpt, Discipline::Fb] {
        // a 0-1, b 1-3, a 3-4, c 4-5, a 5-7.
        let births = [(0.0, 4.0, 0), (1.0, 2.0, 0), (4.0, 1.0, 0)];
        let (_, log) = run(&nodes(1, discipline), &births, &policy).expect("runs");
        assert_eq!(log.departures(), [7.0, 3.0, 5.0], "{discipline:?}");
        assert_eq!((log.load_at(0, 1.0), log.load_at(0, 3.5), log.load_at(0, 7.0)), (1, 1, 0), "{discipline:?}");
        let unseen = simulate(&nodes(1, discipline), Box::new(Scripted::new(&births)), &policy, 1, 0, None);
        assert_eq!(unseen.expect("runs").response.sum, 10.0, "{discipline:?}: nobody needs to watch");
    }
}

#[test]
fn processes_of_low_priority_share_among_themselves() {
    let low: fn(ProcessId) -> Command = |process| Command::Priority { process, low: true };
    let policy = at_times(&[(0.0, low, 0), (1.0, low, 1)]);
    // a is low from 0, b from 1: both share the CPU from 1 on, whoever became low first.
    let births = [(0.0, 2.0, 0), (0.5, 1.0, 0)];
    // a 0-0.5 alone; b alone 0.5-1 (a yields); from 1 both low: b has 0.5 left, ends at 2; a has 1.5, 1 at 2, ends at 3.
    assert_eq!(departures(&nodes(1, PS), &births, &policy), [3.0, 2.0]);
}

#[test]
fn ordinary_priority_lets_a_yielding_process_in_again() {
    let policy = at_times(&[
        (0.0, |process| Command::Priority { process, low: true }, 0),
        (2.0, |process| Command::Priority { process, low: false }, 0),
    ]);
    // b comes at 1 and runs alone to 2; then both share: b (3 left) and a (1 left) until 4, b ends at 6.
    assert_eq!(departures(&nodes(1, PS), &[(0.0, 2.0, 0), (1.0, 4.0, 0)], &policy), [4.0, 6.0]);
}

/// At birth at node 0, a copy starts at each of these nodes.
fn cloning(copies: &'static [NodeId]) -> Puppet {
    woken(Wakes { born: true, idle: true, ..Wakes::default() }).act(move |why, _, out, _| {
        if let Wake::Born(process) = why {
            copies.iter().for_each(|at| out.push(Command::Clone { process, at: *at }));
        }
    })
}

fn speeds(speeds: &[f64], discipline: Discipline) -> Scenario {
    let kind = |speed: &f64| (NodeKind { speed: *speed, discipline, ..NodeKind::default() }, 1);
    Scenario { nodes: speeds.iter().map(kind).collect(), ..nodes(1, discipline) }
}

#[test]
fn the_first_copy_to_end_ends_all_and_the_process_is_measured_once() {
    // Node 1 is twice as fast: the copy there ends first, at 2; the original has computed 2 of 4 in vain.
    let (outcome, log) = run(&speeds(&[1.0, 2.0], PS), &[(0.0, 4.0, 0)], &cloning(&[1])).expect("runs");
    assert_eq!((log.departures(), outcome.response.sum, outcome.response.count), (vec![2.0], 2.0, 1));
    assert_eq!((outcome.wasted, outcome.unfinished, outcome.lost), (2.0, 0, 0));
    assert_eq!(outcome.integrals.in_system_area(), 2.0, "two copies are one process");
    assert_eq!((log.load_at(0, 2.0), log.load_at(1, 2.0)), (0, 0));
}

#[test]
fn a_node_that_loses_a_copy_is_told_that_it_is_idle() {
    let idle = Arc::new(Mutex::new(Vec::new()));
    let told = idle.clone();
    let policy = woken(Wakes { born: true, idle: true, ..Wakes::default() }).act(move |why, view, out, _| match why {
        Wake::Born(process) => out.push(Command::Clone { process, at: 1 }),
        Wake::Idle => told.lock().expect("one thread").push((view.now().seconds(), view.here())),
        _ => {}
    });
    run(&speeds(&[2.0, 1.0], PS), &[(0.0, 4.0, 0)], &policy).expect("runs");
    let mut idle = idle.lock().expect("one thread").clone();
    idle.sort_by_key(|(_, node)| *node);
    assert_eq!(idle, [(2.0, 0), (2.0, 1)]);
}

#[test]
fn a_process_survives_the_loss_of_one_of_its_copies() {
    let fail = |t, node| (Time::new(t), node, Change::Fail);
    let scenario = Scenario { changes: vec![fail(1.0, 0)], ..nodes(3, PS) };
    let (outcome, log) = run(&scenario, &[(0.0, 4.0, 0)], &cloning(&[1, 1])).expect("runs");
    // Two copies share node 1: the first of them ends at 8.
    assert_eq!((log.departures(), outcome.lost, outcome.response.sum), (vec![8.0], 0, 8.0));
    let all = Scenario { changes: vec![fail(1.0, 0), fail(2.0, 1)], ..nodes(3, PS) };
    let (outcome, log) = run(&all, &[(0.0, 4.0, 0)], &cloning(&[1, 1])).expect("runs");
    assert_eq!((log.departures(), outcome.lost, outcome.response.count), (vec![2.0], 1, 0));
}

#[test]
fn a_copy_that_finds_no_memory_does_not_take_the_process_with_it() {
    let mut scenario = Scenario { attributes: true, ..speeds(&[1.0, 1.0], PS) };
    scenario.nodes[1].0.memory = 10.0;
    let large = Attributes { memory: 20.0, ..Attributes::default() };
    let log = with_attributes(&scenario, &[(0.0, 4.0, 0)], large, &cloning(&[1]));
    assert_eq!((log.exits.len(), log.exits[0].at, log.exits[0].how), (1, 4.0, Exit::Done));
}

#[test]
fn a_dispatcher_holds_processes_until_a_node_is_idle() {
    let wakes = Wakes { idle: true, ..Wakes::default() };
    let declared = Declared { wakes, dispatchers: 1, memory: Memory::PerSite, ..Declared::default() };
    let policy = Puppet::new(declared)
        .place(|_, view, _| match view.site() {
            Site::Dispatcher(_) if view.now() == Time::ZERO => Placement::At(0),
            Site::Dispatcher(_) => Placement::Hold,
            _ => Placement::Delegate(Site::Dispatcher(0)),
        })
        .act(|why, view, out, _| match why {
            Wake::Idle => out.push(Command::Send { to: Who::At(Site::Dispatcher(0)), note: Note::default() }),
            Wake::Message { from: Site::Node(at), .. } => {
                if let Some(held) = view.held().first() {
                    out.push(Command::Start { held: held.id, at });
                }
            }
            _ => {}
        });
    // a 0-3 at node 0; b and c are held until 3, when node 0 is idle; c until b's end at 5.
    let (outcome, log) = run(&nodes(2, PS), &[(0.0, 3.0, 0), (1.0, 2.0, 1), (2.0, 1.0, 0)], &policy).expect("runs");
    assert_eq!(log.departures(), [3.0, 5.0, 6.0]);
    assert_eq!(outcome.traffic.messages, 3 + 3, "three hand-overs and three reports of idleness");
    assert_eq!(outcome.placed.count, 1);
}

#[test]
fn handing_over_and_reporting_take_the_latency_each() {
    let wakes = Wakes { born: true, ..Wakes::default() };
    let policy = Puppet::new(Declared { wakes, coordinator: true, ..Declared::default() })
        .place(|p, view, _| match view.site() {
            Site::Coordinator => Placement::Hold,
            _ if view.now() == Time::ZERO => Placement::At(p.at),
            _ => Placement::Delegate(Site::Coordinator),
        })
        .act(|why, view, out, _| match (why, view.site()) {
            (Wake::Born(_), Site::Node(0)) => {
                out.push(Command::Send { to: Who::At(Site::Coordinator), note: Note { tag: 7, ..Note::default() } })
            }
            (Wake::Message { from, note }, Site::Coordinator) => {
                assert_eq!((from, note.tag, view.now().seconds()), (Site::Node(0), 7, 0.5));
                out.push(Command::Wake { after: 1.0, note });
            }
            (Wake::Timer(_), Site::Coordinator) => out.push(Command::Start { held: view.held()[0].id, at: 1 }),
            _ => {}
        });
    let scenario = Scenario { latency: 0.5, ..nodes(2, PS) };
    // The second is handed over at 1, is held from 1.5, and the timer that is due then starts it.
    let (outcome, log) = run(&scenario, &[(0.0, 9.0, 0), (1.0, 2.0, 0)], &policy).expect("runs");
    assert_eq!((log.departures(), outcome.traffic.messages), (vec![9.0, 3.5], 2));
}

#[test]
fn forwarding_takes_transfer_and_latency_and_the_target_decides_again() {
    let policy = Puppet::new(Declared::default()).place(|p, view, _| match view.here() {
        0 => Placement::Forward(1),
        1 => Placement::Forward(2),
        _ => {
            assert_eq!((p.hops, p.at, p.home, view.round()), (2, 2, 0, 0));
            Placement::At(p.at)
        }
    });
    let placement = Transfer::Fixed { seconds: 0.25, bandwidth: f64::INFINITY };
    let scenario = Scenario { latency: 0.5, placement, ..nodes(3, PS) };
    let (outcome, log) = run(&scenario, &[(1.0, 2.0, 0)], &policy).expect("runs");
    assert_eq!(log.departures(), [1.0 + 2.0 * 0.75 + 2.0]);
    assert_eq!(outcome.placed.count, 1, "a forwarded process starts away from home");
}

#[test]
fn a_hand_over_forgets_no_forwarding() {
    for latency in [0.0, 0.5] {
        let policy = Puppet::new(Declared { coordinator: true, ..Declared::default() }).place(|p, view, _| {
            match (view.site(), view.here()) {
                (Site::Node(_), 0) => Placement::Forward(1),
                (Site::Node(_), _) => Placement::Delegate(Site::Coordinator),
                _ => {
                    assert_eq!((p.hops, p.at, view.here()), (1, 1, 1));
                    Placement::At(0)
                }
            }
        });
        let scenario = Scenario { latency, ..nodes(2, PS) };
        assert_eq!(departures(&scenario, &[(1.0, 2.0, 0)], &policy), [3.0 + 2.0 * latency]);
    }
}

#[test]
fn placing_and_moving_cost_their_transfers() {
    let placement = Transfer::Fixed { seconds: 1.0, bandwidth: 10.0 };
    let migration = Transfer::Fixed { seconds: 2.0, bandwidth: 20.0 };
    let scenario = Scenario { placement, migration, attributes: true, ..nodes(3, PS) };
    let wakes = Wakes { at_ages: loadlab_core::policy::Ages::at(&[1.0]), ..Wakes::default() };
    let policy = woken(wakes).place(|_, _, _| Placement::At(1)).act(|why, view, out, _| {
        if let (Wake::AtAge(id), 1) = (why, view.here()) {
            out.push(Command::Move { pick: Pick::Process(id), from: 1, to: To::Node(2) });
        }
    });
    let source =
        Scripted::new(&[(0.0, 4.0, 0)]).with_attributes(vec![Attributes { memory: 10.0, ..Attributes::default() }]);
    let (outcome, log) = run_source(&scenario, source, &policy).expect("runs");
    // Placed in 1 + 10/10 s, runs 2-3, moved in 2 + 10/20 s, runs 5.5-8.5.
    assert_eq!(log.departures(), [8.5]);
    assert_eq!(log.transfers, [(3.0, 0, 1, 2, 2.5)]);
    let m = outcome.migrants;
    assert_eq!((m.count, m.moves, m.freeze, m.longest_freeze, m.bytes), (1, 1, 2.5, 2.5, 10.0));
}

#[test]
fn picks_choose_by_arrival() {
    let moved = |pick: Pick| -> Vec<u64> {
        let wakes = Wakes { above: Some(5), ..Wakes::default() };
        let policy = woken(wakes).act(move |_, _, out, _| out.push(Command::Move { pick, from: 0, to: To::Node(1) }));
        let births: Vec<(f64, f64, NodeId)> = (0..5).map(|k| (f64::from(k) * 0.1, 9.0, 0)).collect();
        let (_, log) = run(&nodes(2, FCFS), &births, &policy).expect("runs");
        log.transfers.iter().map(|t| t.1).collect()
    };
    assert_eq!(moved(Pick::Newest(2)), [4, 3]);
    assert_eq!(moved(Pick::Oldest(2)), [0, 1]);
    assert_eq!(moved(Pick::Half), [4, 3]);
    assert_eq!(moved(Pick::NeverStarted(9)), [4, 3, 2, 1]);
}

#[test]
fn a_process_that_moved_for_free_can_be_moved_again() {
    let wakes = Wakes { born: true, delivered: true, ..Wakes::default() };
    let policy = woken(wakes).act(|why, view, out, _| match (why, view.here()) {
        (Wake::Born(id), _) => out.push(Command::Move { pick: Pick::Process(id), from: 0, to: To::Node(1) }),
        (Wake::Delivered(id), 1) => out.push(Command::Move { pick: Pick::Process(id), from: 1, to: To::Node(2) }),
        (Wake::Delivered(id), _) => out.push(Command::Suspend(id)),
        _ => {}
    });
    let (outcome, log) = run(&nodes(3, PS), &[(0.0, 1.0, 0)], &policy).expect("runs");
    assert_eq!((outcome.unfinished, outcome.migrants.moves, log.exits.len()), (1, 2, 0));
    assert_eq!((log.load_at(0, 0.0), log.load_at(1, 0.0), log.load_at(2, 0.0)), (0, 0, 0));
}

#[test]
fn a_process_can_wait_in_the_queue_of_a_site_with_its_age_kept() {
    let wakes = Wakes { at_ages: loadlab_core::policy::Ages::at(&[1.0]), ..Wakes::default() };
    let declared = Declared { wakes, coordinator: true, ..Declared::default() };
    let policy = Puppet::new(declared).act(|why, view, out, _| match (why, view.site()) {
        (Wake::AtAge(id), Site::Node(0)) => {
            out.push(Command::Move { pick: Pick::Process(id), from: 0, to: To::Queue(Site::Coordinator) });
            // Orders about a held process come too early, and do nothing.
            out.push(Command::Move { pick: Pick::Process(id), from: 0, to: To::Node(1) });
            out.push(Command::Restart { process: id, at: 1 });
            out.push(Command::Send { to: Who::At(Site::Coordinator), note: Note::default() });
        }
        (Wake::Message { .. }, Site::Coordinator) => {
            out.push(Command::Wake { after: 2.0, note: Note::default() });
        }
        (Wake::Timer(_), Site::Coordinator) => out.push(Command::Start { held: view.held()[0].id, at: 1 }),
        _ => {}
    });
    let (outcome, log) = run(&nodes(2, PS), &[(0.0, 3.0, 0)], &policy).expect("runs");
    assert_eq!((log.departures(), outcome.migrants.moves, outcome.wasted), (vec![5.0], 1, 0.0));
}

#[test]
fn a_killed_process_is_lost_and_its_node_is_free() {
    let policy = at_times(&[(1.0, Command::Kill, 0)]);
    let (outcome, log) = run(&nodes(1, FCFS), &[(0.0, 3.0, 0), (0.5, 1.0, 0)], &policy).expect("runs");
    assert_eq!((log.departures(), outcome.lost), (vec![1.0, 2.0], 1));
    assert_eq!((log.exits[0].how, log.exits[0].age), (Exit::Lost, 1.0));
}

#[test]
fn a_process_whose_placement_waits_for_replies_cannot_be_killed_or_restarted() {
    let policy = Puppet::new(Declared { information: Information::OnDemand, ..Declared::default() })
        .place(|p, view, _| if view.round() == 0 { Placement::Ask(Ask::one(1)) } else { Placement::At(p.home) })
        .answer(|_, query, _, _, out| {
            if let loadlab_core::policy::Query::Offer(newcomer) = query {
                out.push(Command::Kill(newcomer.id));
                out.push(Command::Restart { process: newcomer.id, at: 1 });
                out.push(Command::Clone { process: newcomer.id, at: 1 });
                out.push(Command::Suspend(newcomer.id));
            }
            loadlab_core::policy::Reply::Load
        });
    for latency in [0.0, 0.5] {
        let scenario = Scenario { latency, ..nodes(2, PS) };
        assert_eq!(departures(&scenario, &[(0.0, 1.0, 0)], &policy), [1.0 + 2.0 * latency]);
    }
}

#[test]
fn periods_come_at_one_phase_per_site_and_end_with_the_run() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let told = seen.clone();
    let declared = Declared {
        wakes: Wakes { every: Some(0.5), ..Wakes::default() },
        coordinator: true,
        dispatchers: 1,
        ..Declared::default()
    };
    let policy = Puppet::new(declared).act(move |why, view, _, _| {
        assert_eq!(why, Wake::Every);
        told.lock().expect("one thread").push((view.site(), view.now().seconds()));
    });
    run(&nodes(2, PS), &[(0.0, 2.0, 0)], &policy).expect("runs");
    let seen = seen.lock().expect("one thread");
    for site in [Site::Node(0), Site::Node(1), Site::Dispatcher(0), Site::Coordinator] {
        let times: Vec<f64> = seen.iter().filter(|(s, _)| *s == site).map(|s| s.1).collect();
        assert_eq!(times.len(), 4, "{site:?} within 2 s");
        assert!(times[0] < 0.5 && times.windows(2).all(|w| (w[1] - w[0] - 0.5).abs() < 1e-12));
    }
}

#[test]
fn wakes_on_loads_come_when_the_load_crosses_them_and_only_then() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let told = seen.clone();
    let wakes = Wakes { above: Some(2), below: Some(2), idle: true, departed: true, ..Wakes::default() };
    let policy = woken(wakes).act(move |why, view, _, _| {
        let word = match why {
            Wake::Above => "above",
            Wake::Below => "below",
            Wake::Idle => "idle",
            Wake::Departed => "departed",
            other => panic!("{other:?} was not declared"),
        };
        told.lock().expect("one thread").push((view.now().seconds(), word));
    });
    run(&nodes(1, FCFS), &[(0.0, 2.0, 0), (1.0, 1.0, 0), (1.5, 1.0, 0)], &policy).expect("runs");
    let expected =
        [(1.0, "above"), (2.0, "departed"), (3.0, "departed"), (3.0, "below"), (4.0, "departed"), (4.0, "idle")];
    assert_eq!(*seen.lock().expect("one thread"), expected);
}

#[test]
fn a_suspended_process_that_goes_makes_no_node_idle_twice() {
    let idle = Arc::new(Mutex::new(0));
    let told = idle.clone();
    let wakes = Wakes { born: true, idle: true, ..Wakes::default() };
    let policy = woken(wakes).act(move |why, view, out, _| match why {
        Wake::Born(id) => {
            out.push(Command::Suspend(id));
            out.push(Command::Wake { after: 1.0, note: Note::default() });
        }
        Wake::Timer(_) => out.push(Command::Kill(resident(view, 0).expect("it is here"))),
        Wake::Idle => *told.lock().expect("one thread") += 1,
        _ => {}
    });
    run(&nodes(1, PS), &[(0.0, 1.0, 0)], &policy).expect("runs");
    assert_eq!(*idle.lock().expect("one thread"), 1, "when it was suspended, not when it was killed");
}

#[test]
fn the_coordinator_hears_of_a_failure_and_every_other_node_where_there_is_none() {
    for coordinator in [true, false] {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let told = seen.clone();
        let wakes = Wakes { failures: true, ..Wakes::default() };
        let policy = Puppet::new(Declared { wakes, coordinator, ..Declared::default() })
            .act(move |why, view, _, _| told.lock().expect("one thread").push((view.site(), why)));
        let scenario = Scenario { changes: vec![(Time::new(1.0), 1, Change::Fail)], ..nodes(3, PS) };
        run(&scenario, &[(0.0, 2.0, 0)], &policy).expect("runs");
        let sites: Vec<Site> = seen.lock().expect("one thread").iter().map(|s| s.0).collect();
        let all = if coordinator { vec![Site::Coordinator] } else { vec![Site::Node(0), Site::Node(2)] };
        assert_eq!(sites, all);
    }
}

#[test]
fn owners_and_shutdowns_are_told_and_newcomers_refused() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let told = seen.clone();
    let wakes = Wakes { owner: true, ..Wakes::default() };
    let policy = woken(wakes)
        .place(|_, _, _| Placement::At(1))
        .act(move |why, view, _, _| told.lock().expect("one thread").push((view.now().seconds(), why)));
    let at = |t, change| (Time::new(t), 1, change);
    let changes = vec![at(1.0, Change::Close), at(2.0, Change::Open), at(3.0, Change::Drain), at(4.0, Change::Return)];
    let scenario = Scenario { changes, ..nodes(2, PS) };
    let births: Vec<(f64, f64, NodeId)> = (0..5).map(|k| (f64::from(k) + 0.5, 0.1, 0)).collect();
    let (outcome, log) = run(&scenario, &births, &policy).expect("runs");
    let nodes: Vec<NodeId> = log.exits.iter().map(|e| e.node).collect();
    assert_eq!(nodes, [1, 0, 1, 0, 1], "closed from 1 to 2, draining from 3 to 4: then they start where they are");
    assert_eq!(outcome.placed.count, 3);
    let wakes = [(1.0, Wake::OwnerReturned), (2.0, Wake::OwnerLeft), (3.0, Wake::Drain)];
    assert_eq!(*seen.lock().expect("one thread"), wakes);
}

//! Questions, at once and with latency: who is asked, what comes back and when, what is counted and charged.

mod common;

use common::{Puppet, departures, nodes, run};
use loadlab_core::policy::{
    Among, Ask, Command, Declared, Information, Note, Observation, Placement, Query, Reply, Site, Stop, Wake, Wakes,
    Who,
};
use loadlab_core::{Change, Discipline, NodeId, NodeKind, Scenario, Time};
use std::sync::{Arc, Mutex};

const PS: Discipline = Discipline::Ps;

fn on_demand() -> Declared {
    Declared { information: Information::OnDemand, ..Declared::default() }
}

type Heard = Arc<Mutex<Vec<(f64, Vec<Observation>)>>>;

/// The arrival at the last node asks this, and starts at home; the replies and their instant are kept.
fn asking(ask: Ask) -> (Puppet, Heard) {
    let heard: Heard = Heard::default();
    let told = heard.clone();
    let policy = Puppet::new(on_demand()).place(move |p, view, _| {
        if p.home + 1 < view.nodes() {
            return Placement::At(p.home);
        }
        if view.round() == 0 {
            return Placement::Ask(ask);
        }
        told.lock().expect("one thread").push((view.now().seconds(), view.replies().to_vec()));
        Placement::At(p.home)
    });
    (policy, heard)
}

/// Nodes 0, 1, 2 have loads of 3, 1, 0 at 1 s, when a process arrives at node 3.
const BIRTHS: [(f64, f64, NodeId); 5] = [(0.0, 50.0, 0), (0.0, 50.0, 0), (0.0, 50.0, 0), (0.0, 50.0, 1), (1.0, 2.0, 3)];

fn loads(heard: &Heard) -> (f64, Vec<(NodeId, f64)>) {
    let heard = heard.lock().expect("one thread");
    let (at, replies) = heard.first().expect("it was asked");
    (*at, replies.iter().map(|o| (o.node, o.load)).collect())
}

#[test]
fn everyone_else_replies_with_its_load_after_two_latencies() {
    for (latency, back) in [(0.0, 1.0), (0.25, 1.5)] {
        let (policy, heard) = asking(Ask { who: Who::Everyone, ..Ask::one(0) });
        let (outcome, log) = run(&Scenario { latency, ..nodes(4, PS) }, &BIRTHS, &policy).expect("runs");
        assert_eq!(loads(&heard), (back, vec![(0, 3.0), (1, 1.0), (2, 0.0)]));
        assert_eq!((outcome.traffic.probes, outcome.traffic.messages), (3, 6));
        assert_eq!(log.departures()[4], back + 2.0, "its response counts the waiting");
    }
}

#[test]
fn loads_are_those_of_the_moment_at_which_the_question_arrives() {
    let (policy, heard) = asking(Ask::one(0));
    let births = [(0.0, 1.5, 0), (1.0, 1.0, 1)];
    run(&Scenario { latency: 1.0, ..nodes(2, PS) }, &births, &policy).expect("runs");
    let heard = heard.lock().expect("one thread");
    assert_eq!((heard[0].0, heard[0].1[0].load, heard[0].1[0].as_of), (3.0, 0.0, Time::new(2.0)));
}

#[test]
fn asking_one_after_the_other_stops_at_the_first_that_fits_and_pays_for_no_more() {
    for latency in [0.0, 0.25] {
        for (stop, fits) in [(Stop::Below(1.0), 2), (Stop::Above(2.0), 0)] {
            let ask = Ask { who: Who::Distinct(3, Among::Others), stop, sequential: true, ..Ask::one(0) };
            let (policy, heard) = asking(ask);
            let (outcome, _) = run(&Scenario { latency, ..nodes(4, PS) }, &BIRTHS, &policy).expect("runs");
            let (at, replies) = loads(&heard);
            assert_eq!(replies.last().expect("some").0, fits, "the node that fits ends the asking");
            assert!(replies[..replies.len() - 1].iter().all(|r| r.0 != fits && r.0 != 3));
            assert_eq!(outcome.traffic.probes, replies.len() as u64);
            assert_eq!(at, 1.0 + 2.0 * latency * replies.len() as f64, "each round takes two latencies");
        }
    }
}

#[test]
fn the_first_reply_is_enough_for_first() {
    let (policy, heard) =
        asking(Ask { who: Who::Distinct(3, Among::Others), stop: Stop::First, sequential: true, ..Ask::one(0) });
    run(&nodes(4, PS), &BIRTHS, &policy).expect("runs");
    assert_eq!(loads(&heard).1.len(), 1);
}

#[test]
fn a_timeout_ends_the_waiting_at_its_instant_with_the_replies_that_are_there() {
    let scenario = Scenario { latency: 0.25, ..nodes(4, PS) };
    let all = Ask { who: Who::Everyone, ..Ask::one(0) };
    let in_turn = Ask { sequential: true, ..all };
    // (question, timeout) -> (when, replies): batches are back at 1.5, turns at 1.5, 2 and 2.5.
    let cases = [
        (all, 0.1, 1.1, 0),
        (all, 0.4, 1.4, 0),
        (all, 0.5, 1.5, 3),
        (in_turn, 0.1, 1.1, 0),
        (in_turn, 0.7, 1.7, 1),
        (in_turn, 0.9, 1.9, 1),
        (in_turn, 1.0, 2.0, 2),
        (in_turn, 9.0, 2.5, 3),
    ];
    for (ask, timeout, when, replies) in cases {
        let (policy, heard) = asking(Ask { timeout: Some(timeout), ..ask });
        run(&scenario, &BIRTHS, &policy).expect("runs");
        let (at, list) = loads(&heard);
        assert!((at - when).abs() < 1e-12 && list.len() == replies, "timeout {timeout}: {list:?} at {at}");
    }
}

#[test]
fn a_question_that_arrives_after_its_timeout_is_still_paid_for() {
    let (policy, _) = asking(Ask { timeout: Some(0.1), ..Ask::one(0) });
    let scenario = Scenario { latency: 0.25, probe_cost: 0.5, ..nodes(2, PS) };
    let (outcome, log) = run(&scenario, &[(0.0, 3.0, 0), (1.0, 2.0, 1)], &policy).expect("runs");
    // Node 1 pays from 1 to 1.5 and starts its process at 1.1; node 0 pays from 1.25 to 1.75.
    assert_eq!(log.departures(), [3.5, 3.5]);
    assert_eq!((outcome.traffic.probes, outcome.traffic.messages), (1, 2));
}

#[test]
fn a_question_that_arrives_after_its_timeout_does_not_disturb_the_next_one() {
    let heard: Heard = Heard::default();
    let told = heard.clone();
    let policy = Puppet::new(on_demand()).place(move |p, view, _| {
        let timeout = (view.now() < Time::new(1.1)).then_some(0.1);
        if view.round() == 0 {
            return Placement::Ask(Ask { timeout, ..Ask::one(0) });
        }
        told.lock().expect("one thread").push((view.now().seconds(), view.replies().to_vec()));
        Placement::At(p.home)
    });
    // The first asks at 1 and goes on at 1.1; its question arrives at 1.25, that of the second, asked at 1.125, at 1.375.
    let births = [(1.0, 1.0, 1), (1.125, 1.0, 1)];
    let (outcome, log) = run(&Scenario { latency: 0.25, ..nodes(2, PS) }, &births, &policy).expect("runs");
    let heard = heard.lock().expect("one thread");
    assert_eq!((heard[0].0, heard[0].1.len(), heard.len()), (1.1, 0, 2));
    assert_eq!((heard[1].0, heard[1].1[0].as_of), (1.625, Time::new(1.375)));
    assert_eq!((outcome.traffic.probes, outcome.traffic.messages, log.exits.len()), (2, 4, 2));
}

#[test]
fn refusals_and_values_reach_the_asker() {
    for latency in [0.0, 0.25] {
        let ask = Ask { who: Who::Everyone, ..Ask::one(0) }.with_note(Note { tag: 9, ..Note::default() });
        let (policy, heard) = asking(ask);
        let policy = policy.answer(|from, query, note, view, _| {
            assert_eq!((from, note.tag), (Site::Node(3), 9));
            assert!(matches!(query, Query::Offer(p) if p.home == 3) && view.replies().is_empty());
            [Reply::Refuse, Reply::Value(0.5), Reply::Accept][view.here() as usize]
        });
        run(&Scenario { latency, ..nodes(4, PS) }, &BIRTHS, &policy).expect("runs");
        let heard = heard.lock().expect("one thread");
        let seen: Vec<(Reply, f64)> = heard[0].1.iter().map(|o| (o.reply, o.load)).collect();
        assert_eq!(seen, [(Reply::Refuse, 3.0), (Reply::Value(0.5), 0.5), (Reply::Accept, 0.0)]);
    }
}

#[test]
fn asking_for_acceptance_ends_at_the_first_that_accepts() {
    for latency in [0.0, 0.25] {
        let ask = Ask { who: Who::Distinct(3, Among::Others), stop: Stop::Accepted, sequential: true, ..Ask::one(0) };
        let (policy, heard) = asking(ask);
        let policy = policy.answer(|_, _, _, view, _| if view.here() == 1 { Reply::Accept } else { Reply::Refuse });
        run(&Scenario { latency, ..nodes(4, PS) }, &BIRTHS, &policy).expect("runs");
        assert_eq!(loads(&heard).1.last().expect("some").0, 1);
    }
}

#[test]
fn orders_given_in_an_answer_leave_the_asker_its_replies() {
    let (policy, heard) = asking(Ask { who: Who::Everyone, ..Ask::one(0) });
    let policy = policy.answer(|from, _, _, _, out| {
        // Only the first question is passed on, by everyone, to node 2.
        if from == Site::Node(3) {
            out.push(Command::Ask(Ask::one(2)));
        }
        Reply::Load
    });
    let (outcome, _) = run(&nodes(4, PS), &BIRTHS, &policy).expect("runs");
    assert_eq!(loads(&heard).1, [(0, 3.0), (1, 1.0), (2, 0.0)]);
    assert_eq!(outcome.traffic.probes, 6);
}

#[test]
fn a_node_that_is_down_is_never_the_least_loaded() {
    for latency in [0.0, 0.25] {
        let (policy, heard) = asking(Ask { who: Who::Everyone, ..Ask::one(0) });
        let changes = vec![(Time::new(0.5), 2, Change::Fail)];
        run(&Scenario { latency, changes, ..nodes(4, PS) }, &BIRTHS, &policy).expect("runs");
        let heard = heard.lock().expect("one thread");
        assert_eq!((heard[0].1[2].load, heard[0].1[2].reply), (f64::INFINITY, Reply::Refuse));
    }
}

#[test]
fn an_acting_site_gets_its_replies_with_its_note() {
    for latency in [0.0, 0.25] {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let told = seen.clone();
        let wakes = Wakes { idle: true, ..Wakes::default() };
        let policy = Puppet::new(Declared { wakes, ..on_demand() }).act(move |why, view, out, _| match why {
            Wake::Idle if view.here() == 1 => {
                out.push(Command::Ask(Ask::one(0).with_note(Note { tag: 4, ..Note::default() })))
            }
            Wake::Replies(note) => {
                told.lock().expect("one thread").push((view.now().seconds(), note.tag, view.replies()[0].load))
            }
            _ => {}
        });
        run(&Scenario { latency, ..nodes(2, PS) }, &[(0.0, 9.0, 0), (0.0, 1.0, 1)], &policy).expect("runs");
        assert_eq!(*seen.lock().expect("one thread"), [(1.0 + 2.0 * latency, 4, 1.0)]);
    }
}

#[test]
fn a_site_that_is_no_node_leaves_out_nobody_and_takes_no_cpu() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let told = asked.clone();
    let wakes = Wakes { born: true, ..Wakes::default() };
    let policy = Puppet::new(Declared { wakes, coordinator: true, ..on_demand() })
        .act(|why, view, out, _| match (why, view.site()) {
            (Wake::Born(_), Site::Node(_)) => {
                out.push(Command::Send { to: Who::At(Site::Coordinator), note: Note::default() })
            }
            (Wake::Message { .. }, Site::Coordinator) => {
                out.push(Command::Ask(Ask { who: Who::Everyone, ..Ask::one(0) }))
            }
            _ => {}
        })
        .answer(move |_, query, _, view, _| {
            assert_eq!(query, Query::Probe);
            told.lock().expect("one thread").push(view.here());
            Reply::Load
        });
    let scenario = Scenario { probe_cost: 0.5, ..nodes(2, PS) };
    // Both nodes pay for the question that they answer; nobody pays for asking.
    assert_eq!(departures(&scenario, &[(0.0, 2.0, 0)], &policy), [2.5]);
    assert_eq!(*asked.lock().expect("one thread"), [0, 1]);
}

/// A policy that joins the shorter of some queues, its question asked from `place` or declared as its opening.
fn shortest(ask: Ask, declared: bool) -> Puppet {
    Puppet::new(Declared { opening: declared.then_some(ask), ..on_demand() }).place(move |p, view, _| {
        if view.round() == 0 {
            return Placement::Ask(ask);
        }
        let least = view.replies().iter().reduce(|best, o| if o.load < best.load { o } else { best });
        Placement::At(least.map_or(p.at, |o| o.node))
    })
}

#[test]
fn a_declared_opening_question_gives_the_same_run_as_asking_it() {
    let births: Vec<(f64, f64, NodeId)> = (0..200).map(|k| (f64::from(k) * 0.4, 1.0, k as NodeId % 2)).collect();
    let kinds = [1.0, 2.0].map(|speed| (NodeKind { speed, ..NodeKind::default() }, 1));
    let free = Scenario { nodes: kinds.to_vec(), ..nodes(2, PS) };
    let slow = Scenario { latency: 0.1, probe_cost: 0.01, ..free.clone() };
    // With one other node, or with latency, the two draw the same; without, they draw from different streams.
    for (scenario, ask) in [
        (&free, Ask::distinct(1, Among::Others)),
        (&slow, Ask::distinct(1, Among::Others)),
        (&slow, Ask::distinct(2, Among::All)),
        (&slow, Ask { who: Who::Drawn(2, Among::All), ..Ask::one(0) }),
    ] {
        let (a, b) = (shortest(ask, true), shortest(ask, false));
        let (a, b) = (run(scenario, &births, &a).expect("runs"), run(scenario, &births, &b).expect("runs"));
        assert_eq!(format!("{:?}", a.1), format!("{:?}", b.1), "{ask:?}");
        let of = |o: &loadlab_core::Outcome| (o.traffic.probes, o.traffic.messages, o.placed.count);
        assert_eq!(of(&a.0), of(&b.0), "{ask:?}");
    }
}

#[test]
fn opening_questions_reach_every_allowed_node_equally_often() {
    let births: Vec<(f64, f64, NodeId)> = (0..6000).map(|k| (f64::from(k) * 0.1, 0.0, 1)).collect();
    for (ask, own) in [
        (Ask::distinct(2, Among::Others), false),
        (Ask::distinct(3, Among::All), true),
        (Ask { who: Who::Drawn(2, Among::Others), ..Ask::one(0) }, false),
    ] {
        for declared in [true, false] {
            let seen = Arc::new(Mutex::new([0.0f64; 5]));
            let told = seen.clone();
            let base = shortest(ask, declared);
            let policy = base.place(move |p, view, _| {
                if view.round() == 0 {
                    return Placement::Ask(ask);
                }
                view.replies().iter().for_each(|o| told.lock().expect("one thread")[o.node as usize] += 1.0);
                Placement::At(p.at)
            });
            run(&nodes(5, PS), &births, &policy).expect("runs");
            let seen = seen.lock().expect("one thread");
            assert_eq!(seen[1] > 0.0, own, "{ask:?}");
            let counts: Vec<f64> = seen.iter().copied().filter(|c| *c > 0.0).collect();
            let expected = counts.iter().sum::<f64>() / counts.len() as f64;
            let chi2: f64 = counts.iter().map(|c| (c - expected) * (c - expected) / expected).sum();
            assert!(chi2 < 23.5, "chi-square {chi2} with 4 degrees of freedom is beyond the 1e-4 quantile: {counts:?}");
        }
    }
}

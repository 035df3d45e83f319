//! Bad scenarios, workloads and policies end in one typed error that names the culprit, never in a hang or a panic.

mod common;

use common::{Puppet, nodes, run, run_source};
use loadlab_core::policy::{
    Ask, Command, Declared, Information, Memory, Note, Pick, Placement, Site, To, Wake, Wakes, Who,
};
use loadlab_core::process::{Attributes, Phases};
use loadlab_core::scenario::{Limits, Warmup, Window};
use loadlab_core::{
    Birth, Change, Discipline, Error, NodeId, NodeKind, Scenario, Scripted, Source, Time, Transfer, simulate,
};

const PS: Discipline = Discipline::Ps;
const ONE: [(f64, f64, NodeId); 1] = [(0.0, 1.0, 0)];

fn home() -> Puppet {
    Puppet::new(Declared { information: Information::OnDemand, ..Declared::default() })
}

fn refusal(scenario: &Scenario) -> String {
    let error = run(scenario, &ONE, &home()).expect_err("the scenario makes no sense");
    assert!(matches!(error, Error::Scenario { .. }), "{error:?}");
    error.to_string()
}

#[test]
fn impossible_scenarios_are_refused_by_name() {
    let good = nodes(2, PS);
    let kind = |f: fn(&mut NodeKind)| {
        let mut kind = NodeKind::default();
        f(&mut kind);
        Scenario { nodes: vec![(kind, 1)], ..nodes(1, PS) }
    };
    let rr = |quantum, switch_cost| nodes(1, Discipline::Rr { quantum, switch_cost });
    let fixed = |seconds, bandwidth| Transfer::Fixed { seconds, bandwidth };
    let window = |window| Scenario { window, ..nodes(1, PS) };
    let cases = [
        (Scenario { nodes: vec![], ..good.clone() }, "nodes"),
        (Scenario { nodes: vec![(NodeKind::default(), 0)], ..good.clone() }, "nodes"),
        (Scenario { nodes: vec![(NodeKind::default(), u32::MAX); 2], ..good.clone() }, "nodes"),
        (kind(|k| k.speed = f64::NAN), "speed"),
        (kind(|k| k.speed = 0.0), "speed"),
        (kind(|k| k.speed = -1.0), "speed"),
        (kind(|k| k.speed = f64::INFINITY), "speed"),
        (kind(|k| k.cores = 0), "cores"),
        (kind(|k| k.memory = f64::NAN), "memory"),
        (kind(|k| k.memory = 0.0), "memory"),
        (kind(|k| k.swap = -1.0), "swap"),
        (kind(|k| k.paging_penalty = f64::NAN), "paging penalty"),
        (rr(0.0, 0.0), "quantum"),
        (rr(f64::NAN, 0.0), "quantum"),
        (rr(1.0, -0.1), "switch cost"),
        (Scenario { latency: f64::NAN, ..good.clone() }, "latency"),
        (Scenario { latency: -1.0, ..good.clone() }, "latency"),
        (Scenario { probe_cost: f64::INFINITY, ..good.clone() }, "probe cost"),
        (Scenario { placement: fixed(-1.0, 1.0), ..good.clone() }, "placement"),
        (Scenario { migration: fixed(0.0, 0.0), ..good.clone() }, "migration"),
        (Scenario { migration: fixed(0.0, f64::NAN), ..good.clone() }, "migration"),
        (Scenario { changes: vec![(Time::ZERO, 2, Change::Fail)], ..good.clone() }, "a change of node"),
        (window(Window { warmup: Warmup::Seconds(f64::NAN), ..Window::default() }), "warm-up"),
        (window(Window { warmup: Warmup::Seconds(5.0), seconds: Some(5.0), ..Window::default() }), "horizon"),
        (window(Window { warmup: Warmup::Processes(5), processes: Some(5), ..Window::default() }), "horizon"),
        (window(Window { processes: Some(0), ..Window::default() }), "horizon"),
    ];
    for (scenario, culprit) in cases {
        let message = refusal(&scenario);
        assert!(message.starts_with(culprit) && message.contains("must be"), "{culprit}: {message}");
    }
}

#[test]
fn a_period_that_never_or_always_is_over_is_refused() {
    for every in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let wakes = Wakes { every: Some(every), ..Wakes::default() };
        let policy = Puppet::new(Declared { wakes, ..Declared::default() });
        let error = run(&nodes(1, PS), &ONE, &policy).expect_err("no period");
        assert!(error.to_string().starts_with("the period of the policy"), "{error}");
    }
}

#[test]
fn impossible_processes_are_refused_by_number() {
    for (births, word) in [
        ([(0.0, 1.0, 0), (1.0, -1.0, 0)], "lifetime"),
        ([(0.0, 1.0, 0), (1.0, f64::NAN, 0)], "lifetime"),
        ([(0.0, 1.0, 0), (1.0, f64::INFINITY, 0)], "lifetime"),
        ([(2.0, 1.0, 0), (1.0, 1.0, 0)], "before"),
        ([(0.0, 1.0, 0), (f64::INFINITY, 1.0, 0)], "never arrives"),
        ([(0.0, 1.0, 0), (1.0, 1.0, 2)], "node 2"),
    ] {
        let error = run(&nodes(2, PS), &births, &home()).expect_err("an impossible process");
        assert!(matches!(error, Error::Birth { index: 1, .. }), "{error:?}");
        assert!(error.to_string().contains(word), "{error}");
    }
}

#[test]
fn impossible_attributes_are_refused_by_number() {
    let plain = Attributes::default();
    let io = |burst, wait, remote_factor| Attributes { io: Phases { burst, wait, remote_factor }, ..plain };
    let memory = |memory| Attributes { memory, ..plain };
    let bad = [
        memory(f64::NAN),
        memory(-1.0),
        memory(f64::INFINITY),
        io(0.0, 1.0, 1.0),
        io(-1.0, 1.0, 1.0),
        io(f64::NAN, 1.0, 1.0),
        io(1.0, -1.0, 1.0),
        io(1.0, f64::INFINITY, 1.0),
        io(1.0, 1.0, f64::NAN),
        io(1.0, 1.0, -1.0),
    ];
    for attributes in bad {
        let source = Scripted::new(&[(0.0, 1.0, 0), (0.5, 1.0, 0)]).with_attributes(vec![plain, attributes]);
        let scenario = Scenario { attributes: true, ..nodes(1, PS) };
        let error = run_source(&scenario, source, &home()).expect_err("impossible attributes");
        assert!(matches!(error, Error::Birth { index: 1, .. }), "{attributes:?}: {error:?}");
    }
}

/// What comes of a policy that acts on every wake-up at node 0 and places by this.
fn error_of(policy: Puppet) -> Error {
    run(&nodes(2, PS), &ONE, &policy).expect_err("the policy is wrong")
}

fn ordering(command: impl Fn(loadlab_core::ProcessId) -> Command + Send + Sync + 'static) -> Puppet {
    let wakes = Wakes { born: true, ..Wakes::default() };
    Puppet::new(Declared { wakes, memory: Memory::PerSite, ..home().declared }).act(move |why, _, out, _| {
        if let Wake::Born(id) = why {
            out.push(command(id));
        }
    })
}

#[test]
fn a_policy_that_names_a_node_that_does_not_exist_is_told_which() {
    let placed = [Placement::At(7), Placement::Forward(7)];
    for placement in placed {
        let error = error_of(home().place(move |_, _, _| placement));
        assert!(matches!(error, Error::Node { index: 0, node: 7, .. }), "{error:?}");
        assert!(error.to_string().contains("node 7, which does not exist"), "{error}");
    }
    let ordered: [fn(loadlab_core::ProcessId) -> Command; 3] = [
        |id| Command::Move { pick: Pick::Process(id), from: 0, to: To::Node(7) },
        |process| Command::Restart { process, at: 7 },
        |process| Command::Clone { process, at: 7 },
    ];
    for command in ordered {
        let error = error_of(ordering(command));
        assert!(matches!(error, Error::Node { index: 0, node: 7, .. }), "{error:?}");
    }
}

#[test]
fn a_policy_that_names_a_site_that_does_not_exist_is_told_which() {
    let note = Note::default();
    let sites = [Site::Node(7), Site::Dispatcher(0), Site::Coordinator];
    for site in sites {
        let placed = error_of(home().place(move |_, _, _| Placement::Delegate(site)));
        let sent = error_of(ordering(move |_| Command::Send { to: Who::At(site), note }));
        let asked = error_of(ordering(move |_| Command::Ask(Ask { who: Who::At(site), ..Ask::one(0) })));
        let queued =
            error_of(ordering(move |id| Command::Move { pick: Pick::Process(id), from: 0, to: To::Queue(site) }));
        for error in [placed, sent, asked, queued] {
            assert!(matches!(error, Error::Site { site: s, .. } if s == site), "{error:?}");
            assert!(error.to_string().contains(&format!("{site:?}")), "{error}");
        }
    }
    for (who, site) in [(Who::One(7), Site::Node(7)), (Who::At(Site::Node(7)), Site::Node(7))] {
        let error = error_of(home().place(move |_, _, _| Placement::Ask(Ask { who, ..Ask::one(0) })));
        assert!(matches!(error, Error::Site { site: s, .. } if s == site), "{error:?}");
        let error = error_of(ordering(move |_| Command::Send { to: who, note }));
        assert!(matches!(error, Error::Site { site: s, .. } if s == site), "{error:?}");
    }
    let error = error_of(ordering(|_| Command::Move { pick: Pick::Half, from: 7, to: To::Node(0) }));
    assert!(matches!(error, Error::Site { site: Site::Node(7), .. }), "{error:?}");
}

#[test]
fn a_process_is_sent_to_no_node_that_cannot_run_it() {
    let plain = Attributes::default();
    let mut scenario = Scenario { attributes: true, ..nodes(1, PS) };
    scenario.nodes.push((NodeKind { architecture: 2, offers: 1, ..NodeKind::default() }, 1));
    let bad = [Attributes { architectures: 1, ..plain }, Attributes { needs: 2, ..plain }];
    for attributes in bad {
        let source = Scripted::new(&ONE).with_attributes(vec![attributes]);
        let error = run_source(&scenario, source, &home().place(|_, _, _| Placement::At(1))).expect_err("ineligible");
        assert!(matches!(error, Error::Node { index: 0, node: 1, .. }), "{error:?}");
    }
    let stays = Attributes { must_stay: true, ..plain };
    let source = Scripted::new(&ONE).with_attributes(vec![stays]);
    let (_, log) = run_source(&scenario, source, &home().place(|_, _, _| Placement::At(1))).expect("nobody asks");
    assert_eq!(log.exits[0].node, 0, "the policy is not even asked about one that must stay");
}

/// With and without latency, a policy that goes round in circles is stopped by a bound.
fn endless(policy: &Puppet, latency: f64) -> Error {
    let limits = Limits { rounds: 200, instant: 5_000, ..Limits::default() };
    let scenario = Scenario { latency, limits, ..nodes(3, PS) };
    let error = run(&scenario, &ONE, policy).expect_err("it goes round in circles");
    assert!(matches!(error, Error::Endless { .. }), "{error:?}");
    assert!(error.to_string().contains("did not end"), "{error}");
    error
}

#[test]
fn a_policy_that_goes_round_in_circles_is_stopped() {
    let ask = Ask::one(1);
    let note = Note::default();
    let place = |placement: fn(NodeId) -> Placement| home().place(move |_, view, _| placement(view.here()));
    let again = |command: Command| {
        let wakes = Wakes { born: true, ..Wakes::default() };
        Puppet::new(Declared { wakes, ..home().declared }).act(move |_, _, out, _| out.push(command))
    };
    let cases = [
        place(|_| Placement::Ask(Ask::one(1))),
        place(|_| Placement::Ask(Ask { who: Who::Distinct(9, loadlab_core::policy::Among::Others), ..Ask::one(0) })),
        place(|here| Placement::Forward((here + 1) % 3)),
        place(Placement::Forward),
        place(|here| Placement::Delegate(Site::Node((here + 1) % 3))),
        again(Command::Ask(ask)),
        again(Command::Wake { after: 0.0, note }),
        again(Command::Wake { after: f64::NAN, note }),
        again(Command::Send { to: Who::At(Site::Node(0)), note }),
        again(Command::Ask(ask)).answer(move |_, _, _, _, out| {
            out.push(Command::Ask(ask));
            loadlab_core::policy::Reply::Load
        }),
        home()
            .place(|_, view, _| if view.round() == 0 { Placement::Ask(Ask::one(1)) } else { Placement::At(0) })
            .answer(|_, _, _, view, out| {
                out.push(Command::Ask(Ask::one((view.here() + 1) % 3)));
                loadlab_core::policy::Reply::Load
            }),
    ];
    for (k, policy) in cases.iter().enumerate() {
        println!("case {k}");
        endless(policy, 0.0);
    }
    // With latency the clock goes on; what never lets its process start is stopped all the same.
    for (k, policy) in cases[..5].iter().enumerate() {
        println!("case {k} with latency");
        endless(policy, 0.5);
    }
}

#[test]
fn a_process_that_is_moved_for_ever_is_stopped() {
    let wakes = Wakes { born: true, delivered: true, ..Wakes::default() };
    let policy = Puppet::new(Declared { wakes, ..home().declared }).act(|why, view, out, _| {
        if let Wake::Born(id) | Wake::Delivered(id) = why {
            let to = To::Node((view.here() + 1) % 3);
            out.push(Command::Move { pick: Pick::Process(id), from: view.here(), to });
        }
    });
    endless(&policy, 0.0);
}

#[test]
fn a_thousand_rounds_of_asking_need_no_thousand_frames() {
    let wakes = Wakes { born: true, ..Wakes::default() };
    let policy = Puppet::new(Declared { wakes, ..home().declared })
        .act(|_, _, out, _| out.push(Command::Ask(Ask::one(1))))
        .answer(|_, _, _, _, out| {
            out.push(Command::Ask(Ask::one(0)));
            loadlab_core::policy::Reply::Load
        });
    let limits = Limits { rounds: 100_000, instant: 300_000, ..Limits::default() };
    let scenario = Scenario { limits, ..nodes(2, PS) };
    let small = std::thread::Builder::new().stack_size(256 * 1024);
    let error = small.spawn(move || run(&scenario, &ONE, &policy).map(|_| ())).expect("a thread").join();
    assert!(matches!(error, Ok(Err(Error::Endless { .. }))), "{error:?}");
}

#[test]
fn a_clock_that_has_become_too_coarse_says_so() {
    let error = run(&nodes(1, PS), &[(0.0, 1.0, 0), (1e18, 1.0, 0)], &home()).expect_err("too late");
    assert!(matches!(error, Error::Resolution { at: 1e18, lifetimes: (1.0, 1.0) }), "{error:?}");
    assert!(error.to_string().contains("too coarse"), "{error}");
}

#[test]
fn lifetimes_of_zero_need_no_resolution() {
    let (outcome, _) = run(&nodes(1, PS), &[(1.0, 0.0, 0), (1e18, 0.0, 0)], &home()).expect("nothing to resolve");
    assert_eq!((outcome.empty, outcome.response.max), (2, 0.0));
}

#[test]
fn what_is_due_never_keeps_no_run_from_ending() {
    let wakes = Wakes { born: true, ..Wakes::default() };
    let policy = Puppet::new(Declared { wakes, ..home().declared })
        .act(|_, _, out, _| out.push(Command::Wake { after: f64::INFINITY, note: Note::default() }));
    let changes = vec![(Time::NEVER, 0, Change::Fail)];
    let (outcome, _) = run(&Scenario { changes, ..nodes(1, PS) }, &ONE, &policy).expect("runs");
    assert_eq!(outcome.response.sum, 1.0);
}

#[test]
fn nothing_to_do_is_an_empty_outcome() {
    let (outcome, log) = run(&nodes(1, PS), &[], &home()).expect("runs");
    assert_eq!((outcome.arrivals, outcome.measured(), log.exits.len()), (0, 0, 0));
}

/// Processes of 4 s, one per second, for ever: a node can serve a quarter of that.
struct Flood(u64);

impl Source for Flood {
    fn fill(&mut self, block: &mut Vec<Birth>) {
        block.push(Birth { at: Time::new(self.0 as f64), lifetime: 4.0, home: 0 });
        self.0 += 1;
    }
    fn scale(&self) -> (f64, f64) {
        (4.0, 4.0)
    }
}

#[test]
fn an_overloaded_system_gives_its_measured_processes_up_and_counts_them() {
    let mut scenario = Scenario::simple(1, PS, 100);
    scenario.limits.cooldown = 3.0;
    let outcome = simulate(&scenario, Box::new(Flood(0)), &home(), 1, 0, None).expect("a bound ends it");
    assert!(outcome.unfinished > 0, "nobody waits for ever");
    assert_eq!(outcome.response.count + outcome.unfinished, 100);
    assert!(outcome.events < 3_000);
}

//! Hand-worked runs of one node: arrivals and lifetimes as a list, the expected departures beside them.

mod common;

use common::{Puppet, departures, nodes, run, run_source};
use loadlab_core::policy::{Ask, Declared, Placement, Wakes};
use loadlab_core::process::{Attributes, Phases};
use loadlab_core::record::Exit;
use loadlab_core::{Change, Discipline, NodeKind, Scenario, Scripted, Time};

const RR: Discipline = Discipline::Rr { quantum: 1.0, switch_cost: 0.0 };

fn home() -> Puppet {
    Puppet::new(Declared::default())
}

fn cores(discipline: Discipline, cores: u32) -> Scenario {
    let kind = NodeKind { discipline, cores, ..NodeKind::default() };
    Scenario { nodes: vec![(kind, 1)], ..nodes(1, discipline) }
}

fn one(discipline: Discipline, births: &[(f64, f64, u32)]) -> Vec<f64> {
    departures(&nodes(1, discipline), births, &home())
}

#[test]
fn fcfs_serves_one_after_the_other() {
    assert_eq!(one(Discipline::Fcfs, &[(0.0, 3.0, 0), (1.0, 1.0, 0), (10.0, 2.0, 0)]), [3.0, 4.0, 12.0]);
}

#[test]
fn fcfs_on_two_cores_gives_the_first_free_core_to_the_first_in_line() {
    let births = [(0.0, 4.0, 0), (0.0, 1.0, 0), (0.0, 2.0, 0), (0.0, 2.0, 0)];
    assert_eq!(departures(&cores(Discipline::Fcfs, 2), &births, &home()), [4.0, 1.0, 3.0, 5.0]);
}

#[test]
fn processor_sharing_halves_the_pace_of_two() {
    // Alone to 1 (age 1), then both at 1/2: the second ends at 3 (age 1), the first has 1 left and ends at 4.
    assert_eq!(one(Discipline::Ps, &[(0.0, 3.0, 0), (1.0, 1.0, 0)]), [4.0, 3.0]);
}

#[test]
fn processor_sharing_on_two_cores_slows_nobody_until_there_are_three() {
    // Three at 2/3 from 0: the shortest (1) ends at 1.5, then the others have 1 and 3 left at full pace.
    let births = [(0.0, 1.0, 0), (0.0, 2.0, 0), (0.0, 4.0, 0)];
    assert_eq!(departures(&cores(Discipline::Ps, 2), &births, &home()), [1.5, 2.5, 4.5]);
}

#[test]
fn round_robin_takes_turns_of_one_quantum() {
    // a 0-1, b 1-2, a 2-3, b (half) 3-3.5, a 3.5-4.5.
    assert_eq!(one(RR, &[(0.0, 3.0, 0), (0.0, 1.5, 0)]), [4.5, 3.5]);
}

#[test]
fn a_lifetime_of_a_whole_number_of_turns_takes_no_turn_more() {
    // Ten times 0.1 is a little less than 1 in floating point; the rest must not wait for another round.
    let tenths = Discipline::Rr { quantum: 0.1, switch_cost: 0.0 };
    let ends = one(tenths, &[(0.0, 1.0, 0), (0.0, 2.0, 0)]);
    assert!((ends[0] - 1.9).abs() < 1e-9 && (ends[1] - 3.0).abs() < 1e-9, "{ends:?}");
}

#[test]
fn round_robin_pays_for_every_turn_to_another_process_and_for_none_to_itself() {
    let rr = Discipline::Rr { quantum: 1.0, switch_cost: 0.25 };
    // Switch to a 0-0.25, a to 1.25; switch, b 1.5-2.5 (ends); switch, a 2.75-4.75 in two slices without a switch.
    assert_eq!(one(rr, &[(0.0, 3.0, 0), (0.0, 1.0, 0)]), [4.75, 2.5]);
}

#[test]
fn srpt_preempts_for_less_remaining_work() {
    // a has 3 left at 1 when b (1) comes; b ends at 2; c (2.5) comes at 3 when a has 2 left and must wait.
    assert_eq!(one(Discipline::Srpt, &[(0.0, 4.0, 0), (1.0, 1.0, 0), (3.0, 2.5, 0)]), [5.0, 2.0, 7.5]);
}

#[test]
fn foreground_background_serves_the_youngest_until_it_has_caught_up() {
    // a is of age 2 at 2; b has the CPU alone until 4 (age 2); both share from there: b ends at 6 (age 3), a at 7.
    assert_eq!(one(Discipline::Fb, &[(0.0, 4.0, 0), (2.0, 3.0, 0)]), [7.0, 6.0]);
}

#[test]
fn a_node_of_speed_two_takes_half_the_time() {
    let kind = NodeKind { speed: 2.0, discipline: RR, ..NodeKind::default() };
    let scenario = Scenario { nodes: vec![(kind, 1)], ..nodes(1, RR) };
    // The quantum is one second of time: two CPU seconds of work.
    assert_eq!(departures(&scenario, &[(0.0, 4.0, 0), (0.0, 2.0, 0)], &home()), [3.0, 2.0]);
}

#[test]
fn a_process_of_lifetime_zero_leaves_at_once_where_nobody_is_ahead_of_it() {
    assert_eq!(one(Discipline::Ps, &[(1.0, 0.0, 0), (1.0, 2.0, 0), (2.0, 0.0, 0)]), [1.0, 3.0, 2.0]);
    assert_eq!(one(Discipline::Fcfs, &[(0.0, 2.0, 0), (1.0, 0.0, 0)]), [2.0, 2.0]);
}

/// Node 1 asks node 0 at every arrival of its own and keeps the process, so node 0 is charged and nothing else.
fn charged(cores: u32, discipline: Discipline) -> Scenario {
    let kind = NodeKind { discipline, cores, ..NodeKind::default() };
    Scenario { nodes: vec![(kind, 2)], probe_cost: 0.5, ..nodes(2, discipline) }
}

fn asker() -> Puppet {
    home().place(|p, view, _| match (p.home, view.round()) {
        (1, 0) => Placement::Ask(Ask::one(0)),
        _ => Placement::At(p.at),
    })
}

#[test]
fn a_probe_delays_the_only_core_by_exactly_its_cost_at_both_ends() {
    for discipline in [Discipline::Fcfs, Discipline::Ps, Discipline::Srpt, Discipline::Fb, RR] {
        let births = [(0.0, 3.0, 0), (1.0, 2.0, 1)];
        // Node 0: frozen from 1 to 1.5. Node 1: it pays 0.5 for its question before the process gets the CPU.
        assert_eq!(departures(&charged(1, discipline), &births, &asker()), [3.5, 3.5], "{discipline:?}");
    }
}

#[test]
fn on_two_busy_cores_a_probe_takes_exactly_its_cost_from_both_together() {
    for discipline in [Discipline::Fcfs, Discipline::Ps, Discipline::Srpt, RR] {
        let births = [(0.0, 3.0, 0), (0.0, 3.0, 0), (1.0, 2.0, 1)];
        let left = departures(&charged(2, discipline), &births, &asker());
        // Half of 0.5 s for each of the two.
        assert_eq!(left[..2], [3.25, 3.25], "{discipline:?}");
    }
}

#[test]
fn two_probes_at_once_are_paid_one_after_the_other() {
    let births = [(0.0, 3.0, 0), (1.0, 9.0, 1), (1.0, 9.0, 1)];
    assert_eq!(departures(&charged(1, Discipline::Fcfs), &births, &asker())[0], 4.0);
}

#[test]
fn paging_slows_every_resident_while_memory_is_short() {
    let kind = NodeKind { memory: 100.0, swap: 100.0, paging_penalty: 2.0, ..NodeKind::default() };
    let scenario = Scenario { nodes: vec![(kind, 1)], attributes: true, ..nodes(1, Discipline::Ps) };
    let memory = |memory| Attributes { memory, ..Attributes::default() };
    // Both from 0: 150 of 100 bytes, pace 1/(1 + 2 x 0.5) = 1/2, each at 1/4: the first ends at 4. Then 50: full pace.
    let source = Scripted::new(&[(0.0, 1.0, 0), (0.0, 2.0, 0), (10.0, 1.0, 0)]).with_attributes(vec![
        memory(100.0),
        memory(50.0),
        memory(201.0),
    ]);
    let (outcome, log) = run_source(&scenario, source, &home()).expect("runs");
    assert_eq!(log.departures(), [4.0, 5.0, 10.0]);
    assert_eq!((log.exits[2].how, outcome.lost), (Exit::Lost, 1), "201 bytes fit neither memory nor swap");
}

#[test]
fn a_process_alternates_between_cpu_and_io() {
    let io = Phases { burst: 1.0, wait: 0.5, remote_factor: 3.0 };
    let scenario = Scenario { attributes: true, ..nodes(2, Discipline::Fcfs) };
    let births = [(0.0, 3.0, 0), (0.0, 1.0, 0), (10.0, 2.0, 1)];
    let plain = Attributes::default();
    let attributes = vec![Attributes { io, ..plain }, plain, Attributes { io, ..plain }];
    let policy = home().place(|p, _, _| Placement::At(if p.home == 1 { 0 } else { p.home }));
    let (_, log) = run_source(&scenario, Scripted::new(&births).with_attributes(attributes), &policy).expect("runs");
    // a: CPU 0-1, I/O to 1.5, waits for b (1-2), CPU 2-3, I/O to 3.5, CPU 3.5-4.5. c is remote: 10-11, 1.5 s, 12.5-13.5.
    assert_eq!(log.departures(), [4.5, 2.0, 13.5]);
}

#[test]
fn a_failure_loses_the_residents_and_a_repair_lets_others_in() {
    let at = |t, change| (Time::new(t), 0, change);
    let changes = vec![at(2.0, Change::Fail), at(5.0, Change::Repair)];
    let scenario = Scenario { changes, ..nodes(1, Discipline::Ps) };
    let (outcome, log) = run(&scenario, &[(0.0, 4.0, 0), (3.0, 1.0, 0)], &home()).expect("runs");
    assert_eq!(log.departures(), [2.0, 6.0], "the second waits for the repair");
    assert_eq!((outcome.lost, outcome.response.count, log.exits[0].age), (1, 1, 2.0));
}

#[test]
fn a_stop_at_a_declared_age_changes_nothing_if_the_policy_does_nothing() {
    let wakes = Wakes { at_ages: loadlab_core::policy::Ages::at(&[1.25]), ..Wakes::default() };
    let stopping = Puppet::new(Declared { wakes, ..Declared::default() });
    let births = [(0.0, 3.0, 0), (0.5, 2.0, 0), (0.75, 0.5, 0), (1.0, 4.0, 0), (1.0, 1.0, 0), (1.5, 1.0, 0)];
    for discipline in [Discipline::Fcfs, Discipline::Ps, Discipline::Srpt, Discipline::Fb] {
        for cores in [1, 2] {
            let scenario = self::cores(discipline, cores);
            let (with, without) = (departures(&scenario, &births, &stopping), departures(&scenario, &births, &home()));
            for (a, b) in with.iter().zip(&without) {
                assert!((a - b).abs() < 1e-12, "{discipline:?} on {cores}: {with:?} and {without:?}");
            }
        }
    }
}

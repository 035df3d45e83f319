//! Hand-worked runs of processes that alternate between CPU and I/O, and are ordered about meanwhile.

mod common;

use common::{Alarm, at_times, nodes, with_attributes, woken};
use loadlab_core::policy::{Command, Pick, To, Wake, Wakes};
use loadlab_core::process::{Attributes, Phases};
use loadlab_core::{Discipline, ProcessId, Scenario};
use std::sync::{Arc, Mutex};

const PS: Discipline = Discipline::Ps;

/// CPU for 1 s, I/O for 1 s, alternating.
const IO: Attributes = Attributes {
    memory: 0.0,
    dirty_rate: 0.0,
    working_set: 0.0,
    class: 0,
    must_stay: false,
    architectures: u32::MAX,
    needs: 0,
    io: Phases { burst: 1.0, wait: 1.0, remote_factor: 1.0 },
    parent: None,
    group: None,
    apart: None,
    communication: 0.0,
    forwarding: 0.0,
};

fn with_io(times: &[Alarm]) -> Vec<f64> {
    let scenario = Scenario { attributes: true, ..nodes(2, PS) };
    with_attributes(&scenario, &[(0.0, 3.0, 0)], IO, &at_times(times)).departures()
}

#[test]
fn io_goes_on_while_a_process_is_suspended() {
    assert_eq!(with_io(&[]), [5.0], "CPU 0-1, 2-3, 4-5");
    assert_eq!(with_io(&[(1.25, Command::Suspend, 0), (1.5, Command::Resume, 0)]), [5.0], "still waiting");
    assert_eq!(with_io(&[(1.25, Command::Suspend, 0), (2.5, Command::Resume, 0)]), [5.5], "done meanwhile");
    assert_eq!(with_io(&[(2.25, Command::Suspend, 0), (2.5, Command::Resume, 0)]), [5.25], "in a CPU burst");
}

#[test]
fn a_process_moved_in_the_middle_of_its_io_takes_the_rest_along() {
    let there: fn(ProcessId) -> Command = |id| Command::Move { pick: Pick::Process(id), from: 0, to: To::Node(1) };
    assert_eq!(with_io(&[(1.25, there, 0)]), [5.0]);
}

#[test]
fn the_end_of_an_io_that_a_restart_cut_short_wakes_nobody() {
    let io = Phases { burst: 1.0, wait: 2.0, remote_factor: 1.0 };
    let scenario = Scenario { attributes: true, ..nodes(1, PS) };
    let policy = at_times(&[(1.5, |process| Command::Restart { process, at: 0 }, 0)]);
    let log = with_attributes(&scenario, &[(0.0, 2.0, 0)], Attributes { io, ..IO }, &policy);
    // The first I/O would end at 3. Restarted in it at 1.5: CPU to 2.5, I/O to 4.5, CPU to 5.5.
    assert_eq!(log.departures(), [5.5]);
}

#[test]
fn a_declared_age_at_the_end_of_a_burst_skips_no_io() {
    let scenario = Scenario { attributes: true, ..nodes(1, PS) };
    let policy = woken(Wakes { at_ages: loadlab_core::policy::Ages::at(&[2.0]), milestone: true, ..Wakes::default() });
    assert_eq!(with_attributes(&scenario, &[(0.0, 3.0, 0)], IO, &policy).departures(), [5.0]);
}

#[test]
fn milestones_come_at_the_end_of_every_burst() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let told = seen.clone();
    let policy = woken(Wakes { milestone: true, ..Wakes::default() })
        .act(move |why, view, _, _| told.lock().expect("one thread").push((view.now().seconds(), why)));
    let scenario = Scenario { attributes: true, ..nodes(1, PS) };
    with_attributes(&scenario, &[(0.0, 3.0, 0)], IO, &policy);
    let seen = seen.lock().expect("one thread");
    assert!(matches!(seen[..], [(1.0, Wake::Milestone(_)), (3.0, Wake::Milestone(_))]), "{seen:?}");
}

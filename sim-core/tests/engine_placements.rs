//! Hand-worked placements: where processes start and what is counted of it.

mod common;

use common::{Puppet, nodes, run};
use loadlab_core::Discipline;
use loadlab_core::policy::{Declared, Placement};

#[test]
fn a_process_that_is_sent_on_and_stays_there_has_started_away_from_home() {
    // Both arrive at node 0. The first is sent to node 1 and stays; the second is sent there and back.
    let policy = Puppet::new(Declared::default()).place(|p, view, _| match (view.now().seconds(), p.hops) {
        (_, 0) => Placement::Forward(1),
        (1.0, 1) => Placement::Forward(0),
        _ => Placement::At(p.at),
    });
    let (outcome, log) = run(&nodes(2, Discipline::Fcfs), &[(0.0, 0.5, 0), (1.0, 0.5, 0)], &policy).unwrap();
    assert_eq!(log.exits.iter().map(|e| e.node).collect::<Vec<_>>(), [1, 0]);
    assert_eq!(outcome.placed.count, 1);
}

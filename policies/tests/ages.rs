//! Hand-worked runs of the policies that move or place processes by age or name. Nodes share their processors equally.

mod support;

use loadlab_core::process::Attributes;
use loadlab_core::{Scenario, Scripted};
use loadlab_policies::{AgeBased, List, NameList, Rule, Sight, Stability, Trigger};
use support::{departures, nodes, run};

const PAYS: AgeBased = AgeBased {
    rule: Rule::Pays { alpha: 1.0 },
    trigger: Trigger::Birth,
    sight: Sight::EXACT,
    stability: Stability::NONE,
};

#[test]
fn the_elder_moves_when_a_birth_finds_it_older_than_its_cost() {
    // At 4 a is 4 s old, n = 2, m = 1, c = 1: it moves, is at node 1 from 5 on, and has 6 s left. b is alone from then.
    assert_eq!(departures(&nodes(2, 1.0), &[(0.0, 10.0, 0), (4.0, 2.0, 0)], &PAYS), [11.0, 6.0]);
    // At 0.75 a is too young. Both share until b ends at 4.75; a, alone at last, ends when 12 s of work are done.
    assert_eq!(departures(&nodes(2, 1.0), &[(0.0, 10.0, 0), (0.75, 2.0, 0)], &PAYS), [12.0, 4.75]);
}

#[test]
fn the_exponent_scales_the_age_that_is_asked_for() {
    let steep = AgeBased { rule: Rule::Pays { alpha: 5.0 }, ..PAYS };
    // 4 < 5 x 1 / 1: a stays. b ends at 8 after sharing; a at 12.
    assert_eq!(departures(&nodes(2, 1.0), &[(0.0, 10.0, 0), (4.0, 2.0, 0)], &steep), [12.0, 8.0]);
}

#[test]
fn two_may_move_at_one_birth_and_the_second_sees_the_first() {
    // At 6 the ages are: a 3.5 (alone for 1 s, then sharing), b 2.5. n = 3: a goes to node 1 or 2 (m = 1, gain 2), then
    // b finds n = 2 and the other node (m = 1). Both are there at 7: a with 4.5 s left, b with 5.5.
    let births = [(0.0, 8.0, 0), (1.0, 8.0, 0), (6.0, 1.0, 0)];
    let policy = AgeBased { rule: Rule::Fixed(2.5), ..PAYS };
    assert_eq!(departures(&nodes(3, 1.0), &births, &policy), [11.5, 12.5, 7.0]);
}

#[test]
fn whether_processes_on_their_way_count_decides_who_follows_them() {
    let births = [(0.0, 10.0, 0), (4.0, 4.0, 0), (5.5, 1.0, 0)];
    let rule = Rule::Fixed(1.0);
    // a leaves at 4, is there at 6 and ends at 12. At 5.5 b is 1.5 s old and finds a on its way: n = 2, m = 2. It stays,
    // shares with c until 7.5, and ends at 9.
    let counted = AgeBased { rule, ..PAYS };
    assert_eq!(departures(&nodes(2, 2.0), &births, &counted), [12.0, 9.0, 7.5]);
    // Not counted: b follows, is there at 7.5 with 2.5 s left and shares with a (4.5 left) until 12.5; a ends at 14.5.
    let uncounted = AgeBased { sight: Sight { in_transit: false, ..Sight::EXACT }, ..counted };
    assert_eq!(departures(&nodes(2, 2.0), &births, &uncounted), [14.5, 12.5, 6.5]);
}

#[test]
fn a_departure_elsewhere_is_a_chance_only_where_it_is_a_trigger() {
    // At 3 node 1 falls idle. a is 0.5 + 1.25 s old, b 1.25: a goes, is there at 4 with 8.25 s left; b has 8.75.
    let births = [(0.0, 10.0, 0), (0.0, 3.0, 1), (0.5, 10.0, 0)];
    let both = AgeBased { trigger: Trigger::BirthAndDeparture, ..PAYS };
    let (outcome, log) = run(&nodes(2, 1.0), Scripted::new(&births), &both);
    assert_eq!(log.departures(), [12.25, 3.0, 11.75]);
    assert_eq!(log.moves, [(3.0, 0, 0, 1)]);
    assert_eq!(outcome.traffic.messages, 1, "node 0 was told at 3; nobody had two processes later");
    // Births alone: they share until a ends at 19.5.
    assert_eq!(departures(&nodes(2, 1.0), &births, &PAYS), [19.5, 3.0, 20.0]);
}

fn classed(births: &[(f64, f64, u32)], classes: &[u32]) -> Scripted {
    let classes = classes.iter().map(|class| Attributes { class: *class, ..Attributes::default() });
    Scripted::new(births).with_attributes(classes.collect()).with_class_names(&["sh", "latex"])
}

fn named(later: bool) -> NameList {
    NameList {
        list: List::Names(vec!["latex".to_owned()]),
        later,
        threshold: 1,
        sight: Sight::EXACT,
        stability: Stability::NONE,
    }
}

#[test]
fn a_listed_newcomer_starts_elsewhere_and_an_unlisted_one_shares() {
    let scenario = Scenario { attributes: true, ..nodes(2, 1.0) };
    let births = [(0.0, 4.0, 0), (1.0, 2.0, 0)];
    // b is on the list: it starts at node 1 at 2.
    assert_eq!(run(&scenario, classed(&births, &[0, 1]), &named(false)).1.departures(), [4.0, 4.0]);
    // Neither is: b shares from 1 to 5, a ends at 6. (a, listed, found its home idle.)
    assert_eq!(run(&scenario, classed(&births, &[1, 0]), &named(false)).1.departures(), [6.0, 5.0]);
    // Preemptively it is a that goes at 1, to node 1, where it is from 2 to 5.
    assert_eq!(run(&scenario, classed(&births, &[1, 0]), &named(true)).1.departures(), [5.0, 3.0]);
}

#[test]
fn a_node_learns_from_what_has_ended_there() {
    let scenario = Scenario { attributes: true, ..nodes(2, 1.0) };
    let learn = loadlab_policies::Learned::new(1.5, 1, 0.5);
    let policy = NameList { list: List::Learned(learn), ..named(false) };
    // Of class 1 one process of 2 s ends at node 0 at 2. At 4 another finds node 0 busy and starts at node 1 at 5.
    let births = [(0.0, 2.0, 0), (3.0, 9.0, 0), (4.0, 2.0, 0), (8.0, 4.0, 1), (9.0, 2.0, 1)];
    let (_, log) = run(&scenario, classed(&births, &[1, 0, 1, 0, 1]), &policy);
    // At 9 each node has one process, so the last stays at node 1 and shares: it ends at 13, the fourth, with 1 s left
    // then, at 14.
    assert_eq!(log.departures(), [2.0, 12.0, 7.0, 14.0, 13.0]);
    // Had the class been short (0.5 s), the third would have stayed and shared.
    let short = [(0.0, 0.5, 0), (3.0, 9.0, 0), (4.0, 2.0, 0)];
    assert_eq!(run(&scenario, classed(&short, &[1, 0, 1]), &policy).1.departures(), [0.5, 14.0, 8.0]);
}

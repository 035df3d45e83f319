//! What the policies share that move processes by their age: when they judge, in which order, and where to. What differs
//! is the [`Rule`] alone.
//!
//! Not here: their catalogue entries, one file each.

use crate::sight::{Sight, least, most};
use crate::stability::Stability;
use loadlab_core::NodeId;
use loadlab_core::policy::{
    Command, Commands, Declared, Knows, Newcomer, Note, Pick, Placement, Policy, Query, Reply, Resident, Site, To,
    View, Wake, Wakes, Who,
};
use loadlab_core::rng::Rng;
use loadlab_core::spec::{Args, Need, Param, Ty};

/// Which processes are old enough. With a = age, c = cost of the move in seconds, n = processes at the source, the
/// candidate included, and m = processes at the target, the candidate included after the move:
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule {
    /// a > alpha c / (n - m): Harchol-Balter & Downey's criterion for lifetimes with Pr{L > x} ~ x^-alpha. The expected
    /// slowdown of the rest of its life is then lower at the target.
    Pays {
        /// The exponent of the tail.
        alpha: f64,
    },
    /// a >= this many seconds.
    Fixed(f64),
    /// a > alpha c.
    TimesCost(f64),
    /// r > c / (n - m), with r the CPU seconds that the process still needs: it ends earlier at the target, if loads stay
    /// as they are.
    Clairvoyant,
}

impl Rule {
    /// Whether a process may move.
    fn allows(self, process: &Resident, n: f64, m: f64) -> bool {
        let (age, cost, gain) = (process.age, process.cost, n - m);
        match self {
            Rule::Pays { alpha } => age * gain > alpha * cost,
            Rule::Fixed(least) => age >= least,
            Rule::TimesCost(alpha) => age > alpha * cost,
            Rule::Clairvoyant => remaining(process) * gain > cost,
        }
    }
}

/// CPU seconds that a process still needs, where its lifetime is known.
fn remaining(process: &Resident) -> f64 {
    process.lifetime.map_or(0.0, |lifetime| lifetime - process.age)
}

/// When processes are judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// Those of a node when a process is born there.
    Birth,
    /// Also, when a process ends or leaves anywhere, those of the most loaded node.
    BirthAndDeparture,
}

/// A policy that moves old processes to the least loaded node.
#[derive(Clone, Copy, Debug)]
pub struct AgeBased {
    /// Which processes are old enough.
    pub rule: Rule,
    /// When they are judged.
    pub trigger: Trigger,
    /// What a node sees of others.
    pub sight: Sight,
    /// What keeps it from moving too much.
    pub stability: Stability,
}

pub(crate) const TRIGGER: Param = Param {
    name: "trigger",
    ty: Ty::Choice(&["birth", "birth-and-departure"]),
    need: Need::Default("\"birth\""),
    doc: "When processes are judged: those of a node when one is born there; or also those of the most loaded node, which \
          is sent a message, when one ends or leaves anywhere.",
};

impl AgeBased {
    /// From checked arguments.
    pub(crate) fn of(rule: Rule, args: &Args) -> Result<AgeBased, String> {
        let trigger = if args.text("trigger") == "birth" { Trigger::Birth } else { Trigger::BirthAndDeparture };
        Ok(AgeBased { rule, trigger, sight: Sight::of(args)?, stability: Stability::of(args) })
    }

    /// The most loaded node, if it has processes to spare, is told to judge its own.
    fn alert(&self, view: &View<'_>, out: &mut Commands, rng: &mut Rng) {
        if let Some((node, load)) = most(&self.sight.loads(view, 1.0), rng)
            && load >= 2.0
        {
            out.push(Command::Send { to: Who::One(node), note: Note::default() });
        }
    }

    fn judge(&self, view: &View<'_>, out: &mut Commands, rng: &mut Rng) {
        let key = if self.rule == Rule::Clairvoyant { remaining } else { |r: &Resident| r.age };
        let about = (by_descending(view, key), self.sight.loads(view, self.stability.exported));
        judge(view, about, &self.stability, (out, rng), |r, n, m| self.rule.allows(r, n, m));
    }
}

/// The note of a question that a departure has caused.
const DEPARTED: u16 = 1;

/// Every process here that may leave, gains, and is admitted by `allows` goes to the least loaded node that may run it;
/// each move counts for the next. `candidates` stand in the order in which they are judged; `allows` gets the process, n
/// and m, as in [`Rule`].
pub(crate) fn judge(
    view: &View<'_>,
    (candidates, mut loads): (Vec<Resident>, Vec<(NodeId, f64)>),
    stability: &Stability,
    (out, rng): (&mut Commands, &mut Rng),
    allows: impl Fn(&Resident, f64, f64) -> bool,
) {
    let mut here = view.index();
    let others: Vec<f64> = loads.iter().map(|l| l.1).collect();
    if here < 2.0 || !stability.acts(view, &others, rng) {
        return;
    }
    for candidate in candidates.iter().filter(|r| stability.frees(r, view)) {
        let Some(k) = least(&loads, rng, |node| view.eligible(candidate.id, node)) else { continue };
        let (node, load) = loads[k];
        if stability.gains(candidate, here, load) && allows(candidate, here, load + 1.0) {
            out.push(Command::Move { pick: Pick::Process(candidate.id), from: view.here(), to: To::Node(node) });
            loads[k].1 += 1.0;
            here -= 1.0;
        }
    }
}

/// The processes here, the oldest first, then in order of arrival.
pub(crate) fn oldest_first(view: &View<'_>) -> Vec<Resident> {
    by_descending(view, |process| process.age)
}

fn by_descending(view: &View<'_>, key: fn(&Resident) -> f64) -> Vec<Resident> {
    let mut list = view.residents();
    list.sort_by(|a, b| key(b).total_cmp(&key(a)).then_with(|| a.arrival.seconds().total_cmp(&b.arrival.seconds())));
    list
}

impl Policy for AgeBased {
    fn declare(&self) -> Declared {
        let wakes = Wakes { born: true, departed: self.trigger == Trigger::BirthAndDeparture, ..Wakes::default() };
        let knows = Knows { lifetime: self.rule == Rule::Clairvoyant };
        let negotiates = self.stability.refuse.is_some();
        Declared { wakes, knows, negotiates, ..self.sight.declared() }
    }
    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(*self)
    }
    fn place(&mut self, process: &Newcomer, _: &View<'_>, _: &mut Rng) -> Placement {
        Placement::At(process.at)
    }
    fn act(&mut self, why: Wake, view: &View<'_>, out: &mut Commands, rng: &mut Rng) {
        let departed = match why {
            Wake::Replies(note) => note.tag == DEPARTED,
            other => other == Wake::Departed,
        };
        let asked = matches!(why, Wake::Replies(_));
        match self.sight.question().filter(|_| !asked) {
            // One process is never worth moving: no question need be asked.
            Some(_) if !departed && view.load() < 2 => {}
            Some(ask) => out.push(Command::Ask(ask.with_note(Note { tag: u16::from(departed), ..Note::default() }))),
            None if departed => self.alert(view, out, rng),
            None => self.judge(view, out, rng),
        }
    }
    fn answer(&mut self, _: Site, query: Query, _: Note, view: &View<'_>, _: &mut Commands) -> Reply {
        self.stability.answer(query, view)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadlab_core::policy::{Among, Ask, Fixture, Information};

    const PAYS: AgeBased = AgeBased {
        rule: Rule::Pays { alpha: 1.0 },
        trigger: Trigger::BirthAndDeparture,
        sight: Sight::EXACT,
        stability: Stability::NONE,
    };

    fn act(policy: AgeBased, why: Wake, world: &Fixture, seed: u64) -> Vec<Command> {
        let (mut policy, mut out) = (policy, Commands::new());
        policy.act(why, &world.view(), &mut out, &mut Rng::new(seed));
        out.as_slice().to_vec()
    }

    /// Which residents go where.
    fn moves(policy: AgeBased, world: &Fixture) -> Vec<(usize, NodeId)> {
        let which = |id| world.residents.iter().position(|r| r.id == id).expect("one of those here");
        let moved = |command: Command| match command {
            Command::Move { pick: Pick::Process(id), from: 0, to: To::Node(node) } => (which(id), node),
            other => panic!("{other:?}"),
        };
        act(policy, Wake::Every, world, 1).into_iter().map(moved).collect()
    }

    #[test]
    fn a_process_moves_once_its_age_exceeds_the_cost_over_the_gain() {
        // n = 3, m = 1: it must be older than 1 / 2.
        let world =
            |age| Fixture::new(0, 2, 3).with_loads(&[3.0, 0.0]).with_residents(&[(0.0, 1.0), (0.1, 1.0), (age, 1.0)]);
        assert_eq!(moves(PAYS, &world(0.5)), []);
        assert_eq!(moves(PAYS, &world(0.51)), [(2, 1)]);
        let steep = AgeBased { rule: Rule::Pays { alpha: 2.0 }, ..PAYS };
        assert_eq!(moves(steep, &world(1.0)), []);
        assert_eq!(moves(steep, &world(1.01)), [(2, 1)]);
    }

    #[test]
    fn every_move_counts_for_the_next_and_the_oldest_goes_first() {
        // n = 4: the first goes to node 1 (m = 1, gain 3), the second to node 2 (n = 3, m = 2, gain 1): 0.9 is too young
        // for a cost of 1, 1.1 is not. The third would find n = 2, m = 2.
        let world = |second| {
            let ages = [(0.0, 0.0), (second, 1.0), (5.0, 1.0), (0.3, 0.1)];
            Fixture::new(0, 3, 4).with_loads(&[4.0, 0.0, 1.0]).with_residents(&ages)
        };
        assert_eq!(moves(PAYS, &world(1.1)).len(), 2);
        assert_eq!(moves(PAYS, &world(1.1))[0], (2, 1));
        // The youngest still may: 0.3 > 0.1 / 1.
        assert_eq!(moves(PAYS, &world(0.9)).iter().map(|m| m.0).collect::<Vec<_>>(), [2, 3]);
    }

    #[test]
    fn processes_on_their_way_to_a_node_count_where_that_is_said() {
        let world = Fixture { in_transit: vec![0, 2], ..Fixture::new(0, 2, 2) };
        let world = world.with_loads(&[2.0, 0.0]).with_residents(&[(9.0, 1.0), (0.0, 1.0)]);
        assert_eq!(moves(PAYS, &world), []);
        assert_eq!(moves(AgeBased { sight: Sight { in_transit: false, ..Sight::EXACT }, ..PAYS }, &world), [(0, 1)]);
    }

    #[test]
    fn the_clairvoyant_moves_by_what_is_left_not_by_age() {
        let policy = AgeBased { rule: Rule::Clairvoyant, ..PAYS };
        let mut world =
            Fixture::new(0, 2, 3).with_loads(&[3.0, 0.0]).with_residents(&[(9.0, 1.0), (0.0, 1.0), (1.0, 1.0)]);
        for (process, lifetime) in world.residents.iter_mut().zip([9.4, 0.5, 1.6]) {
            process.lifetime = Some(lifetime);
        }
        // n - m = 2: only the third has more than 1 / 2 left.
        assert_eq!(moves(policy, &world), [(2, 1)]);
    }

    #[test]
    fn nobody_moves_to_a_node_that_may_not_run_it() {
        let mut world = Fixture::new(0, 3, 5).with_loads(&[5.0, 0.0, 2.0]).with_residents(&[(9.0, 1.0), (8.0, 1.0)]);
        world.ineligible = vec![(world.residents[0].id, 1)];
        assert_eq!(moves(PAYS, &world), [(0, 2), (1, 1)]);
        world.ineligible.push((world.residents[0].id, 2));
        assert_eq!(moves(PAYS, &world), [(1, 1)]);
    }

    #[test]
    fn the_fixed_rules_look_at_age_and_cost_alone_but_never_make_things_worse() {
        let world = |load| Fixture::new(0, 2, 4).with_loads(&[4.0, load]).with_residents(&[(2.0, 1.0), (1.0, 0.2)]);
        let fixed = AgeBased { rule: Rule::Fixed(2.0), ..PAYS };
        assert_eq!(moves(fixed, &world(0.0)), [(0, 1)]);
        assert_eq!(moves(fixed, &world(3.0)), [], "4 against 4 after the move");
        let times = AgeBased { rule: Rule::TimesCost(3.0), ..PAYS };
        assert_eq!(moves(times, &world(0.0)), [(1, 1)]);
    }

    #[test]
    fn stability_keeps_processes_where_they_are() {
        let world = Fixture::new(0, 2, 4).with_loads(&[4.0, 0.0]).with_residents(&[(9.0, 1.0), (8.0, 1.0), (7.0, 1.0)]);
        let with = |stability| moves(AgeBased { stability, ..PAYS }, &world);
        assert_eq!(with(Stability::NONE), [(0, 1), (1, 1)], "4 to 0, then 3 to 1; 2 to 2 is no gain");
        assert_eq!(with(Stability { difference: 3.0, ..Stability::NONE }), [(0, 1)]);
        assert_eq!(with(Stability { give_up: 2.0, ..Stability::NONE }), []);
        assert_eq!(with(Stability { residency: 1.0, ..Stability::NONE }), []);
    }

    #[test]
    fn ties_between_nodes_are_broken_at_random() {
        let world = Fixture::new(0, 3, 2).with_loads(&[2.0, 0.0, 0.0]).with_residents(&[(9.0, 1.0)]);
        let to_2 =
            |seed: &u64| matches!(act(PAYS, Wake::Every, &world, *seed)[..], [Command::Move { to: To::Node(2), .. }]);
        let count = (0..2000).filter(to_2).count() as f64;
        assert!((count - 1000.0).abs() < 4.0 * 500f64.sqrt(), "node 2 came up {count} times of 2000");
    }

    #[test]
    fn on_demand_it_asks_first_and_judges_by_the_replies() {
        let sight = Sight { information: Information::OnDemand, probes: 2, ..Sight::EXACT };
        let policy = AgeBased { sight, ..PAYS };
        let world = Fixture::new(0, 9, 2).with_residents(&[(3.0, 1.0), (0.0, 1.0)]);
        let ask = |tag| Command::Ask(Ask::distinct(2, Among::Others).with_note(Note { tag, ..Note::default() }));
        assert_eq!(act(policy, Wake::Every, &world, 1), [ask(0)]);
        assert_eq!(act(policy, Wake::Departed, &world, 1), [ask(DEPARTED)]);
        assert_eq!(act(policy, Wake::Every, &Fixture { load: 1, ..world.clone() }, 1), []);
        let replied = world.replied(&[(5, 0.0), (6, 4.0)]);
        let moved = Command::Move { pick: Pick::Process(replied.residents[0].id), from: 0, to: To::Node(5) };
        assert_eq!(act(policy, Wake::Replies(Note::default()), &replied, 1), [moved]);
        let told = Command::Send { to: Who::One(6), note: Note::default() };
        assert_eq!(act(policy, Wake::Replies(Note { tag: DEPARTED, ..Note::default() }), &replied, 1), [told]);
    }

    #[test]
    fn after_a_departure_the_most_loaded_node_is_told_if_it_has_two() {
        let world = |load| Fixture::new(0, 3, 0).with_loads(&[0.0, load, 1.0]);
        assert_eq!(act(PAYS, Wake::Departed, &world(1.0), 1), []);
        let told = Command::Send { to: Who::One(1), note: Note::default() };
        assert_eq!(act(PAYS, Wake::Departed, &world(2.0), 1), [told]);
    }
}

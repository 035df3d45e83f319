//! No policy learns what its information did not deliver. A poisoned world panics where a policy that declares no
//! information reads what is known of others; lifetimes are there only for policies that declare them; and a run in
//! which what must not matter has been changed is the same run.

use crate::support::{Entry, all, experiment, model};
use loadlab_core::policy::{Commands, Fixture, Newcomer, Note, Policy, Query, Site, Wake};
use loadlab_core::rng::Rng;
use loadlab_core::spec::Args;
use loadlab_core::{Outcome, Time};

const SCENARIO: &str = "offered_load = 0.7\nlifetime = \"1s\"\nhorizon = { processes = 500 }\nnodes = { count = 6 }\n";

fn built(kind: Entry) -> Box<dyn Policy> {
    let args: Args = experiment(kind, SCENARIO).cells[0].policy.args.clone();
    (kind.build)(&args).unwrap_or_else(|e| panic!("{}: {e}", kind.name))
}

/// Nodes, dispatchers and the coordinator, as far as the policy declares them.
fn sites(policy: &dyn Policy) -> Vec<Site> {
    let declared = policy.declare();
    let dispatchers = (0..declared.dispatchers.min(2)).map(Site::Dispatcher);
    let coordinator = declared.coordinator.then_some(Site::Coordinator);
    [Site::Node(0), Site::Node(4)].into_iter().chain(dispatchers).chain(coordinator).collect()
}

#[test]
fn no_policy_looks_at_what_it_has_not_declared() {
    for kind in all() {
        let policy = built(kind);
        let declared = policy.declare();
        for site in sites(&*policy) {
            for load in [0, 1, 2, 5] {
                for replies in [vec![], vec![(1, 0.0), (2, 3.0)], vec![(3, 1.0)]] {
                    let base = Fixture {
                        now: Time::new(10.0),
                        site,
                        ..Fixture::new(if let Site::Node(i) = site { i } else { 0 }, 6, load)
                    };
                    let mut world = base.knowing(&[(1, 0.0, 0.5), (3, 2.0, 0.1)]).replied(&replies).poisoned(declared);
                    world.round = u32::from(!replies.is_empty());
                    for age in [0.0, 0.5, 3.0] {
                        let resident = world.resident(age);
                        world.residents.push(resident);
                    }
                    meets(policy.fresh(site), &world, declared.knows.lifetime);
                }
            }
        }
    }
}

/// A decision, and every wake-up and question that does not say more than it carries.
fn meets(mut policy: Box<dyn Policy>, world: &Fixture, clairvoyant: bool) {
    let (mut out, mut rng, view) = (Commands::new(), Rng::new(7), world.view());
    let process = Newcomer { lifetime: clairvoyant.then_some(2.0), ..world.newcomer() };
    let id = world.residents[0].id;
    policy.place(&process, &view, &mut rng);
    let note = Note::default();
    for why in [Wake::Born(id), Wake::Delivered(id), Wake::Departed, Wake::Idle, Wake::Below, Wake::Above, Wake::Every]
    {
        policy.act(why, &view, &mut out, &mut rng);
    }
    for why in [Wake::Timer(note), Wake::Replies(note), Wake::AtAge(id), Wake::Message { from: Site::Node(2), note }] {
        policy.act(why, &view, &mut out, &mut rng);
    }
    for query in [Query::Offer(process), Query::Probe, Query::Transfer(world.residents[0])] {
        policy.answer(Site::Node(2), query, note, &view, &mut out);
    }
}

/// The trace of decisions that a run leaves.
fn trace(outcome: &Outcome) -> (u64, u64, u64, u64, u64) {
    let traffic = outcome.traffic;
    (outcome.events, traffic.probes, traffic.messages, outcome.placed.count, outcome.migrants.moves)
}

/// Instances of one policy share nothing: a run in which another has gone before, in the same model, is the same run.
#[test]
fn no_policy_remembers_an_earlier_run() {
    for kind in all() {
        let model = model(kind, SCENARIO);
        let once = |seed| model.run(seed, 0).unwrap_or_else(|e| panic!("{}: {e}", kind.name));
        let first = trace(&once(3));
        once(4);
        assert_eq!(trace(&once(3)), first, "{}", kind.name);
    }
}

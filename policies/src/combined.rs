//! Two policies in one: where a process starts, one decides; what happens to it afterwards, the other.
//!
//! Not here: what either decides. The Composite puts components together; this puts whole policies together.

use crate::POLICIES;
use loadlab_core::policy::{
    Ask, Commands, Declared, Index, Information, Knows, Memory, Newcomer, Note, Placement, Policy, Query, Reply, Site,
    View, Wake, Wakes,
};
use loadlab_core::rng::Rng;
use loadlab_core::spec::{Args, Kind, Need, Param, Ty};

const fn part(name: &'static str, doc: &'static str) -> Param {
    Param { name, ty: Ty::Kind("policy"), need: Need::Default("\"none\""), doc }
}

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn Policy>> = Kind {
    name: "combined",
    summary: "One policy places processes, another one migrates them.",
    doc: "Processes start where `placement` says; after that only `migration` acts. Of `placement` nothing but its \
          decisions about newcomers counts, so one that also acts later (because nodes answer questions in ways of their \
          own, or it is woken by departures) is refused: give it as `migration`, or on its own. Of `migration` its \
          decisions about newcomers do not count: with `symmetric` it is its receiving half. With `placement = \"none\"` \
          it is `migration` as it is, where that leaves newcomers at home; with `migration = \"none\"` it is `placement` \
          as it is.\n\n\
          Both see the same information: where both need some, it must be the same structure and the same load index. \
          One that asks nodes itself goes with any.\n\n\
          Cost per decision: that of its parts.",
    reference: "The comparison of Eager, Lazowska & Zahorjan, SIGMETRICS 1988, doi:10.1145/55595.55604: migration in \
                addition to placement",
    params: &[
        part("placement", "The policy that decides where processes start."),
        part("migration", "The policy that decides what happens to them afterwards."),
    ],
    build: |args| {
        let combined = Combined::new(named(args, "placement")?, named(args, "migration")?)?;
        Ok(Box::new(combined) as Box<dyn Policy>)
    },
    example: "kind = \"combined\"\n\
              placement = { kind = \"threshold\", threshold = 1, probes = 3 }\n\
              migration = { kind = \"work-stealing\", probes = 3 }\n",
};

fn named(args: &Args, part: &str) -> Result<Box<dyn Policy>, String> {
    let table = args.table(part);
    let name = table.text("kind");
    let kind = POLICIES.iter().find(|kind| kind.name == name);
    let built = kind.map_or_else(|| Err(format!("there is no policy `{name}`")), |kind| (kind.build)(table));
    built.map_err(|complaint| format!("{part}: {complaint}"))
}

/// Marks the questions of the placement, which nodes answer with their load whatever the migration would answer.
const PLACES: u16 = 1 << 15;

/// A policy for newcomers and one for processes that have started.
pub struct Combined {
    placement: Box<dyn Policy>,
    migration: Box<dyn Policy>,
    declared: Declared,
}

impl Combined {
    /// Puts two policies together, if they can be.
    pub fn new(placement: Box<dyn Policy>, migration: Box<dyn Policy>) -> Result<Combined, String> {
        let declared = merged(&placement.declare(), &migration.declare())?;
        Ok(Combined { placement, migration, declared })
    }
}

/// What both together need.
fn merged(place: &Declared, migrate: &Declared) -> Result<Declared, String> {
    if place.wakes != Wakes::default() || place.answers || place.negotiates {
        return Err("the policy for `placement` acts after processes have started, too: it can only be combined as \
                    `migration`"
            .to_owned());
    }
    let (information, load) = seen(place, migrate)?;
    Ok(Declared {
        information,
        load,
        memory: remembered(place.memory, migrate.memory)?,
        knows: Knows { lifetime: place.knows.lifetime || migrate.knows.lifetime },
        residents: place.residents || migrate.residents,
        opening: place.opening.map(marked),
        dispatchers: agreed(place.dispatchers, migrate.dispatchers)?,
        coordinator: place.coordinator || migrate.coordinator,
        ..*migrate
    })
}

/// The structure and the index that serve both. Who only asks needs no structure, and who is blind no index.
fn seen(place: &Declared, migrate: &Declared) -> Result<(Information, Index), String> {
    if place.information != Information::Blind
        && migrate.information != Information::Blind
        && place.load != migrate.load
    {
        return Err("`placement` and `migration` measure load by different indices".to_owned());
    }
    let load = if migrate.information == Information::Blind { place.load } else { migrate.load };
    let asks = |information| matches!(information, Information::Blind | Information::OnDemand);
    match (place.information, migrate.information) {
        (Information::Blind, other) | (other, Information::Blind) => Ok((other, load)),
        (one, other) if one == other || asks(other) => Ok((one, load)),
        (one, other) if asks(one) => Ok((other, load)),
        _ => Err("`placement` and `migration` need different information structures, and there is one only".to_owned()),
    }
}

/// One memory for both: none where neither remembers.
fn remembered(place: Memory, migrate: Memory) -> Result<Memory, String> {
    match (place, migrate) {
        (Memory::None, other) | (other, Memory::None) => Ok(other),
        (one, other) if one == other => Ok(one),
        _ => Err("one of `placement` and `migration` remembers at each node, the other for all nodes".to_owned()),
    }
}

fn agreed(place: u32, migrate: u32) -> Result<u32, String> {
    match (place, migrate) {
        (0, other) | (other, 0) => Ok(other),
        (one, other) if one == other => Ok(one),
        (one, other) => Err(format!("`placement` has {one} dispatchers and `migration` {other}")),
    }
}

fn marked(ask: Ask) -> Ask {
    ask.with_note(Note { tag: ask.note.tag | PLACES, ..ask.note })
}

impl Policy for Combined {
    fn declare(&self) -> Declared {
        self.declared
    }
    fn fresh(&self, site: Site) -> Box<dyn Policy> {
        let (placement, migration) = (self.placement.fresh(site), self.migration.fresh(site));
        Box::new(Combined { placement, migration, declared: self.declared })
    }
    fn place(&mut self, process: &Newcomer, view: &View<'_>, rng: &mut Rng) -> Placement {
        match self.placement.place(process, view, rng) {
            Placement::Ask(ask) => Placement::Ask(marked(ask)),
            decided => decided,
        }
    }
    fn act(&mut self, why: Wake, view: &View<'_>, out: &mut Commands, rng: &mut Rng) {
        self.migration.act(why, view, out, rng);
    }
    fn answer(&mut self, from: Site, query: Query, note: Note, view: &View<'_>, out: &mut Commands) -> Reply {
        if note.tag & PLACES != 0 {
            return Reply::Load;
        }
        self.migration.answer(from, query, note, view, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ClairvoyantPlacement, LeastLoaded, NoSharing, Receiver, StableSender, Threshold};
    use loadlab_core::policy::Fixture;

    const THRESHOLD: Threshold = Threshold { threshold: 1, probes: 2 };

    fn with_receiver(placement: impl Policy + 'static) -> Result<Combined, String> {
        Combined::new(Box::new(placement), Box::new(Receiver::new(1, 3)))
    }

    #[test]
    fn a_question_for_a_newcomer_is_answered_with_the_load_and_one_for_a_process_with_a_process() {
        let mut policy = with_receiver(THRESHOLD).expect("they fit");
        let world = Fixture::new(3, 5, 2).with_residents(&[(1.0, 0.0), (7.0, 0.0)]);
        let Placement::Ask(asked) = policy.place(&world.newcomer(), &world.view(), &mut Rng::new(1)) else {
            panic!("a busy node asks")
        };
        let mut out = Commands::new();
        let reply = policy.answer(Site::Node(4), Query::Probe, asked.note, &world.view(), &mut out);
        assert_eq!((reply, out.as_slice().len()), (Reply::Load, 0));
        policy.act(Wake::Departed, &Fixture::new(4, 5, 0).view(), &mut out, &mut Rng::new(1));
        let [loadlab_core::policy::Command::Ask(pull)] = *out.as_slice() else { panic!("an idle node asks") };
        let mut out = Commands::new();
        let reply = policy.answer(Site::Node(4), Query::Probe, pull.note, &world.view(), &mut out);
        assert_eq!((reply, out.as_slice().len()), (Reply::Accept, 1));
    }

    #[test]
    fn both_get_what_they_declare() {
        let declared = |placement: Box<dyn Policy>| {
            Combined::new(placement, Box::new(Receiver::new(1, 3))).expect("they fit").declare()
        };
        let alone = Receiver::new(1, 3).declare();
        assert_eq!(declared(Box::new(NoSharing)), alone);
        let jsq = declared(Box::new(LeastLoaded::exact()));
        assert_eq!(jsq, Declared { information: Information::Exact, ..alone });
        assert!(declared(Box::new(ClairvoyantPlacement { cost: 1.0 })).knows.lifetime);
    }

    #[test]
    fn what_does_not_go_together_is_refused_with_the_reason() {
        let complaint = |placement: Box<dyn Policy>, migration: Box<dyn Policy>| {
            Combined::new(placement, migration).map(|_| ()).expect_err("they do not fit")
        };
        let later = complaint(Box::new(StableSender::new(1, 5)), Box::new(NoSharing));
        assert!(later.contains("acts after processes have started"), "{later}");
        let board = LeastLoaded { information: Information::Board { period: 1.0 }, ..LeastLoaded::exact() };
        let two = complaint(Box::new(board), Box::new(LeastLoaded::exact()));
        assert!(two.contains("different information structures"), "{two}");
    }
}

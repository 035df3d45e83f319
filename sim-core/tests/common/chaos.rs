//! A policy that uses every placement, order, question and wake-up of the contract at random, bounded so that runs end:
//! each site gives a limited number of orders, and every period lets go on what it has stopped.

use loadlab_core::policy::{
    Among, Ask, Command, Commands, Declared, Index, Information, Knows, Memory, Newcomer, Note, Pick, Placement,
    Policy, Query, Reply, Resident, Site, Stop, To, View, Wake, Wakes, Who,
};
use loadlab_core::rng::Rng;
use loadlab_core::{NodeId, ProcessId};

/// The chaotic policy. Processes of a class above 0 are left at home.
#[derive(Clone, Debug)]
pub struct Chaos {
    /// Its seconds per second: everything it times is in units of this.
    pub unit: f64,
    /// Orders that each site may still give.
    pub orders: u32,
    /// Whether any node may run any process, so that blind picks are legal.
    pub free: bool,
    /// Whether it throws work and processes away.
    pub destructive: bool,
    /// What it declares to be told, if not what `free` implies.
    pub told: Option<(Information, Index)>,
}

const DISPATCHERS: u32 = 2;

impl Chaos {
    fn node(&self, view: &View<'_>, rng: &mut Rng) -> NodeId {
        rng.below(view.nodes())
    }

    fn site(&self, view: &View<'_>, rng: &mut Rng) -> Site {
        match rng.below(4) {
            0 => Site::Dispatcher(rng.below(DISPATCHERS)),
            1 => Site::Coordinator,
            2 => Site::Head { level: 0, group: rng.below(2) },
            _ => Site::Node(self.node(view, rng)),
        }
    }

    fn note(&self, rng: &mut Rng) -> Note {
        Note { tag: rng.below(4) as u16, value: rng.unit(), node: 0 }
    }

    fn who(&self, view: &View<'_>, rng: &mut Rng) -> Who {
        let among = if rng.chance(0.5) { Among::Others } else { Among::All };
        match rng.below(6) {
            0 => Who::One(self.node(view, rng)),
            1 => Who::Distinct(rng.below(4) as u8, among),
            2 => Who::Drawn(rng.below(4) as u8, among),
            3 => Who::Neighbours,
            4 => Who::Everyone,
            _ => Who::At(Site::Node(self.node(view, rng))),
        }
    }

    fn question(&self, view: &View<'_>, rng: &mut Rng) -> Ask {
        let stop = match rng.below(5) {
            0 => Stop::All,
            1 => Stop::First,
            2 => Stop::Below(f64::from(rng.below(3))),
            3 => Stop::Above(f64::from(rng.below(3))),
            _ => Stop::Accepted,
        };
        let timeout = rng.chance(0.3).then(|| rng.unit() * 0.3 * self.unit);
        Ask { who: self.who(view, rng), stop, sequential: rng.chance(0.5), note: self.note(rng), timeout }
    }

    fn order(&self, about: Resident, view: &View<'_>, rng: &mut Rng) -> Command {
        let (id, at) = (about.id, self.node(view, rng));
        let there = if about.class == 0 { at } else { about.home };
        match rng.below(if self.destructive { 12 } else { 8 }) {
            0 => Command::Suspend(id),
            1 => Command::Resume(id),
            2 => Command::Priority { process: id, low: rng.chance(0.5) },
            3 => Command::Move { pick: Pick::Process(id), from: view.here(), to: To::Home },
            4 => Command::Send { to: Who::At(self.site(view, rng)), note: self.note(rng) },
            5 => Command::Wake { after: rng.unit() * self.unit, note: self.note(rng) },
            6 => Command::Ask(self.question(view, rng)),
            7 => self.moving(id, there, view, rng),
            8 | 9 => Command::Restart { process: id, at: there },
            10 => Command::Clone { process: id, at: there },
            _ => Command::Kill(id),
        }
    }

    fn moving(&self, id: ProcessId, there: NodeId, view: &View<'_>, rng: &mut Rng) -> Command {
        let count = rng.below(3);
        let picks = [Pick::Newest(count), Pick::Oldest(count), Pick::NeverStarted(count), Pick::Half];
        if self.free && rng.chance(0.5) {
            let (from, to) = (self.node(view, rng), To::Node(self.node(view, rng)));
            return Command::Move { pick: picks[rng.below(4) as usize], from, to };
        }
        let to = match self.site(view, rng) {
            Site::Node(_) | Site::Head { .. } => To::Node(there),
            site => To::Queue(site),
        };
        Command::Move { pick: Pick::Process(id), from: view.here(), to }
    }

    /// Lets go on whatever waits here for an order.
    fn release(&self, view: &View<'_>, out: &mut Commands, rng: &mut Rng) {
        for held in view.held() {
            let at = if held.class == 0 { self.node(view, rng) } else { held.home };
            out.push(Command::Start { held: held.id, at });
        }
        view.residents().iter().filter(|r| r.suspended).for_each(|r| out.push(Command::Resume(r.id)));
    }
}

impl Policy for Chaos {
    fn declare(&self) -> Declared {
        let wakes = Wakes {
            born: true,
            delivered: true,
            departed: true,
            ended: true,
            idle: true,
            below: Some(2),
            above: Some(3),
            every: Some(self.unit),
            at_ages: loadlab_core::policy::Ages::at(&[0.4 * self.unit]),
            owner: true,
            failures: true,
            milestone: true,
        };
        let plain = if self.free { Information::Exact } else { Information::OnDemand };
        let (information, load) = self.told.unwrap_or((plain, Index::Instantaneous));
        Declared {
            information,
            load,
            wakes,
            memory: Memory::PerSite,
            knows: Knows { lifetime: true },
            answers: true,
            negotiates: true,
            residents: false,
            opening: None,
            dispatchers: DISPATCHERS,
            coordinator: true,
        }
    }

    fn fresh(&self, _: Site) -> Box<dyn Policy> {
        Box::new(self.clone())
    }

    fn place(&mut self, process: &Newcomer, view: &View<'_>, rng: &mut Rng) -> Placement {
        let home = Placement::At(process.home);
        let tired = view.round() > 2 || process.hops > 2;
        match rng.below(if tired { 1 } else { 6 }) {
            1 => Placement::Ask(self.question(view, rng)),
            2 if process.class == 0 => Placement::Forward(self.node(view, rng)),
            // Heads have no period that would let anyone go, so they do not hold.
            3 if !matches!(view.site(), Site::Head { .. }) => Placement::Hold,
            4 if matches!(view.site(), Site::Node(_)) => Placement::Delegate(self.site(view, rng)),
            5 => {
                let best = view.known().least(rng, |_| true).map(|o| o.node);
                let best = best.or(view.replies().first().map(|o| o.node));
                best.filter(|_| process.class == 0).map_or(home, Placement::At)
            }
            _ if process.class == 0 => Placement::At(self.node(view, rng)),
            _ => home,
        }
    }

    fn act(&mut self, why: Wake, view: &View<'_>, out: &mut Commands, rng: &mut Rng) {
        if why == Wake::Every {
            self.release(view, out, rng);
        }
        let residents = view.residents();
        if residents.is_empty() || self.orders == 0 || rng.chance(0.3) {
            return;
        }
        self.orders -= 1;
        let about = residents[rng.below(residents.len() as u32) as usize];
        out.push(self.order(about, view, rng));
    }

    fn answer(&mut self, _: Site, query: Query, note: Note, view: &View<'_>, out: &mut Commands) -> Reply {
        // No randomness is at hand here: the note brings some.
        let mut rng = Rng::new((note.value * 1e9) as u64);
        if self.orders > 0 && note.tag == 0 {
            self.orders -= 1;
            let order = match (query, view.residents().first()) {
                (Query::Offer(newcomer), _) if rng.chance(0.5) => Command::Kill(newcomer.id),
                (_, Some(resident)) => self.order(*resident, view, &mut rng),
                _ => Command::Ask(self.question(view, &mut rng)),
            };
            out.push(order);
        }
        match note.tag {
            0 => Reply::Load,
            1 => Reply::Value(note.value),
            2 => Reply::Accept,
            _ => Reply::Refuse,
        }
    }
}

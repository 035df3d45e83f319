//! Closed users: each starts a process, waits until it has left, thinks, and starts the next one.
//!
//! The load answers to the response, as at a terminal: it cannot be stated beforehand, only measured.

use crate::synthetic::{HomeDraw, Homes};
use crate::traits::{Drawn, Traits};
use loadlab_core::law::Law;
use loadlab_core::process::Attributes;
use loadlab_core::rng::{Rng, Stream};
use loadlab_core::{Birth, NodeId, Source, Time};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Users, and what they do.
#[derive(Clone, Debug)]
pub struct Users {
    /// How many.
    pub count: u32,
    /// Seconds between the end of a process and the next one; also before the first.
    pub think: Arc<dyn Law>,
    /// How long their processes live.
    pub lifetime: Arc<dyn Law>,
    /// Where they sit; a user stays there.
    pub homes: Homes,
    /// What else is to be known of their processes.
    pub traits: Traits,
}

struct User {
    home: NodeId,
    think: Rng,
    lifetimes: Rng,
}

/// The workload of one replication.
pub struct Closed {
    users: Vec<User>,
    laws: Users,
    traits: Drawn,
    /// User and lifetime of the processes in the system, by the number in which they were given.
    given: BTreeMap<u64, (u32, f64)>,
    next: u64,
    begun: bool,
}

impl Closed {
    /// Starts the workload. Every user has a stream of thoughts and one of lifetimes.
    pub fn new(laws: &Users, seed: u64, replication: u64) -> Self {
        let mut homes = HomeDraw::new(&laws.homes, Stream::new(seed, "homes", replication).rng());
        let rng = |purpose, user| Stream::of_entity(seed, purpose, replication, u64::from(user)).rng();
        let user = |k| User { home: homes.next(), think: rng("think", k), lifetimes: rng("lifetimes", k) };
        Closed {
            users: (0..laws.count).map(user).collect(),
            laws: laws.clone(),
            traits: Drawn::new(&laws.traits, laws.lifetime.clone(), seed, replication),
            given: BTreeMap::new(),
            next: 0,
            begun: false,
        }
    }

    /// What user k starts after having thought from `from` on.
    fn think(&mut self, k: u32, from: Time) -> Birth {
        let user = &mut self.users[k as usize];
        let at = from + self.laws.think.sample(&mut user.think);
        Birth { at, lifetime: self.laws.lifetime.sample(&mut user.lifetimes), home: user.home }
    }

    fn give(&mut self, user: u32, birth: Birth) -> Birth {
        self.given.insert(self.next, (user, birth.lifetime));
        self.next += 1;
        birth
    }
}

impl Source for Closed {
    fn fill(&mut self, block: &mut Vec<Birth>) {
        if std::mem::replace(&mut self.begun, true) {
            return;
        }
        let mut first: Vec<(u32, Birth)> = (0..self.laws.count).map(|k| (k, self.think(k, Time::ZERO))).collect();
        first.sort_by(|a, b| a.1.at.seconds().total_cmp(&b.1.at.seconds()));
        block.extend(first.into_iter().map(|(user, birth)| self.give(user, birth)));
    }

    fn feedback(&self) -> bool {
        true
    }

    fn exited(&mut self, number: u64, now: Time, births: &mut Vec<Birth>) {
        let Some((user, _)) = self.given.remove(&number) else { return };
        let birth = self.think(user, now);
        births.push(self.give(user, birth));
    }

    /// The group is the user.
    fn attributes(&mut self, number: u64) -> Attributes {
        let Some(&(user, lifetime)) = self.given.get(&number) else { return Attributes::default() };
        Attributes { group: Some(user), ..self.traits.of(number, lifetime) }
    }

    fn class_names(&self) -> Vec<String> {
        self.traits.class_names()
    }

    fn scale(&self) -> (f64, f64) {
        (self.laws.lifetime.support().0, self.laws.lifetime.mean())
    }
}

//! A second implementation of the comparison of Harchol-Balter & Downey, as plain as it can be: six nodes that share
//! their processors, and three policies. Every event looks at every process.
//!
//! It shares nothing with the engine. Three things it cannot know, and its caller tells it what the engine did: which of
//! equally loaded nodes was taken; where a process exits at the very instant at which another is born, which came first
//! (rounding decides); and which of equally old processes was judged first. It is checked that the engine had the choice.

/// Nodes.
pub(crate) const NODES: usize = 6;

/// A process to be.
#[derive(Clone, Debug)]
pub(crate) struct Birth {
    pub(crate) at: f64,
    pub(crate) lifetime: f64,
    pub(crate) home: usize,
    /// Seconds that a migration of it takes.
    pub(crate) cost: f64,
    /// Whether its program is on the list.
    pub(crate) listed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Policy {
    None,
    /// A listed process that is born at a node with work starts at the least loaded node, after so many seconds.
    Listed(f64),
    /// At a birth every older process of that node moves to the least loaded node if age > cost / (n - m).
    Aware,
}

#[derive(Clone, Debug)]
struct Resident {
    process: usize,
    age: f64,
}

/// What happens next, in the order of what comes first at one instant.
#[derive(Clone, Copy)]
enum Next {
    Exit(usize),
    Landing(usize),
    Birth,
}

/// Instants that lie closer together than this, in seconds, are one: a run of an hour rounds by less.
const INSTANT: f64 = 1e-10;

/// What the engine did where there is a choice.
pub(crate) struct Ties<'a> {
    /// Of equally loaded targets of a process, which one.
    pub(crate) target: &'a mut dyn FnMut(usize, &[usize]) -> usize,
    /// Whether the first process exits before the second is born, although both are one instant.
    pub(crate) exits_first: &'a dyn Fn(usize, usize) -> bool,
    /// Whether a process moves at an instant.
    pub(crate) moves: &'a dyn Fn(usize, f64) -> bool,
}

/// The state of the six nodes.
struct World<'a> {
    births: &'a [Birth],
    policy: Policy,
    now: f64,
    born: usize,
    nodes: [Vec<Resident>; NODES],
    /// Instant of the landing, target, process.
    flying: Vec<(f64, usize, Resident)>,
    exits: Vec<f64>,
    ties: Ties<'a>,
}

/// When each process exits.
pub(crate) fn exits<'a>(births: &'a [Birth], policy: Policy, ties: Ties<'a>) -> Vec<f64> {
    let exits = vec![f64::NAN; births.len()];
    let nodes = Default::default();
    let mut world = World { births, policy, now: 0.0, born: 0, nodes, flying: Vec::new(), exits, ties };
    while let Some((at, next)) = world.next() {
        world.run_until(at);
        match next {
            Next::Exit(node) => world.exit(node),
            Next::Landing(k) => {
                let (_, node, resident) = world.flying.remove(k);
                world.nodes[node].push(resident);
            }
            Next::Birth => world.birth(),
        }
    }
    world.exits
}

impl World<'_> {
    fn left(&self, resident: &Resident) -> f64 {
        self.births[resident.process].lifetime - resident.age
    }

    fn next(&self) -> Option<(f64, Next)> {
        let birth = self.births.get(self.born).map(|birth| birth.at);
        // What comes first at one instant stands first.
        let (mut all, mut after) = (Vec::new(), Vec::new());
        for (k, node) in self.nodes.iter().enumerate() {
            let Some(first) = self.first(k) else { continue };
            let at = self.now + self.left(&node[first]).max(0.0) * node.len() as f64;
            match birth.filter(|birth| (birth - at).abs() < INSTANT) {
                None => all.push((at, Next::Exit(k))),
                Some(birth) if (self.ties.exits_first)(node[first].process, self.born) => {
                    all.push((at.min(birth), Next::Exit(k)));
                }
                Some(birth) => after.push((at.max(birth), Next::Exit(k))),
            }
        }
        all.extend(self.flying.iter().enumerate().map(|(k, flight)| (flight.0, Next::Landing(k))));
        all.extend(birth.map(|birth| (birth, Next::Birth)));
        all.into_iter().chain(after).reduce(|a, b| if b.0 < a.0 { b } else { a })
    }

    /// The resident of a node that exits first.
    fn first(&self, node: usize) -> Option<usize> {
        let left = |k: &usize| self.left(&self.nodes[node][*k]);
        (0..self.nodes[node].len()).min_by(|a, b| left(a).total_cmp(&left(b)))
    }

    fn run_until(&mut self, at: f64) {
        for node in &mut self.nodes {
            let share = (at - self.now) / node.len().max(1) as f64;
            node.iter_mut().for_each(|resident| resident.age += share);
        }
        self.now = at;
    }

    fn exit(&mut self, node: usize) {
        let first = self.first(node).expect("someone exits");
        let gone = self.nodes[node].remove(first);
        self.exits[gone.process] = self.now;
    }

    fn birth(&mut self) {
        let process = self.born;
        let Birth { home, listed, .. } = self.births[process];
        self.born += 1;
        let newborn = Resident { process, age: 0.0 };
        let present = self.nodes[home].len();
        if let (Policy::Listed(seconds), true) = (self.policy, listed && present > 0) {
            let (load, candidates) = self.least_but(home);
            if load < present {
                let target = self.chosen(process, &candidates);
                return self.flying.push((self.now + seconds, target, newborn));
            }
        }
        self.nodes[home].push(newborn);
        if self.policy == Policy::Aware && present > 0 {
            self.judge(home);
        }
    }

    /// The oldest first, of equally old ones those that move; each move counts for the next.
    fn judge(&mut self, home: usize) {
        let mut residents = self.nodes[home].clone();
        residents.sort_by(|a, b| b.age.total_cmp(&a.age).then(a.process.cmp(&b.process)));
        let moves = |resident: &Resident| (self.ties.moves)(resident.process, self.now);
        for last in 1..residents.len() {
            for k in (1..=last).rev() {
                let (a, b) = (&residents[k - 1], &residents[k]);
                if a.age - b.age < INSTANT && moves(b) && !moves(a) {
                    residents.swap(k - 1, k);
                }
            }
        }
        for resident in residents {
            let (load, candidates) = self.least_but(home);
            let (n, m) = (self.nodes[home].len() as f64, load as f64 + 1.0);
            let cost = self.births[resident.process].cost;
            if n > m && resident.age > cost / (n - m) {
                let target = self.chosen(resident.process, &candidates);
                self.nodes[home].retain(|other| other.process != resident.process);
                self.flying.push((self.now + cost, target, resident));
            }
        }
    }

    /// The least load elsewhere, those on their way there counted, and all nodes that have it.
    fn least_but(&self, home: usize) -> (usize, Vec<usize>) {
        let flying = |node| self.flying.iter().filter(|flight| flight.1 == node).count();
        let loads: Vec<usize> = (0..NODES).map(|node| self.nodes[node].len() + flying(node)).collect();
        let others = || (0..NODES).filter(|node| *node != home);
        let least = others().map(|node| loads[node]).min().expect("there are others");
        (least, others().filter(|node| loads[*node] == least).collect())
    }

    fn chosen(&mut self, process: usize, candidates: &[usize]) -> usize {
        let target = (self.ties.target)(process, candidates);
        let now = self.now;
        assert!(
            candidates.contains(&target),
            "at {now} s process {process} went to {target}, not one of {candidates:?}"
        );
        target
    }
}

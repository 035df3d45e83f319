//! Programs whose processes wait for each other: fork-join, a parallel make with its link step, a solver with barriers,
//! any small graph.
//!
//! A program arrives; the tasks that wait for nothing arrive with it, each as one process, and any other arrives when
//! the last of those it waits for has left. A process that is lost counts as left: those that wait for it go on.
//!
//! Not here: parents that go on beside their children (`trees`).

use crate::arrivals::Arrivals;
use crate::synthetic::{HomeDraw, Recipe};
use crate::traits::Drawn;
use loadlab_core::law::Law;
use loadlab_core::process::{Apart, Attributes};
use loadlab_core::rng::Stream;
use loadlab_core::{Birth, NodeId, Source, Time};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Programs whose arrivals are drawn at once.
const BLOCK: usize = 32;

/// One task of a graph.
#[derive(Clone, Debug)]
pub struct Task {
    /// The tasks that it waits for, all of them earlier in the list.
    pub after: Vec<usize>,
    /// How long it lives.
    pub lifetime: Arc<dyn Law>,
}

/// The tasks of a program and who waits for whom.
#[derive(Clone, Debug)]
pub struct Graph {
    lifetimes: Vec<Arc<dyn Law>>,
    /// How many tasks each one waits for.
    waits: Vec<u32>,
    /// Who waits for each one.
    successors: Vec<Vec<u32>>,
    /// Of each one, the first task of those that may be there at the same time, and how many they are.
    peers: Vec<(u32, u32)>,
}

/// The most tasks of one program, and the most pairs of which one waits for the other.
const MOST: usize = 100_000;

impl Graph {
    /// From its tasks. Since each waits for earlier ones only, there are no cycles.
    pub fn new(tasks: Vec<Task>) -> Result<Self, String> {
        if tasks.is_empty() || tasks.len() > MOST || tasks.iter().map(|t| t.after.len()).sum::<usize>() > MOST {
            return Err(format!("a program has from 1 to {MOST} tasks, and as many pairs that wait for each other"));
        }
        let all = tasks.len();
        let mut graph = Graph {
            lifetimes: Vec::new(),
            waits: Vec::new(),
            successors: vec![Vec::new(); all],
            peers: vec![(0, all as u32); all],
        };
        for (k, Task { mut after, lifetime }) in tasks.into_iter().enumerate() {
            after.sort_unstable();
            after.dedup();
            if let Some(late) = after.iter().find(|j| **j >= k) {
                return Err(format!("task {k} waits for task {late}: it can only wait for an earlier one"));
            }
            after.iter().for_each(|j| graph.successors[*j].push(k as u32));
            graph.waits.push(after.len() as u32);
            graph.lifetimes.push(lifetime);
        }
        Ok(graph)
    }

    /// Stages of equal tasks, each of which waits for all tasks of the stage before.
    pub fn stages(stages: &[(usize, Arc<dyn Law>)]) -> Result<Self, String> {
        let (mut tasks, mut before, mut peers) = (Vec::new(), 0..0, Vec::new());
        for (count, lifetime) in stages {
            let from = tasks.len();
            if *count == 0 || from + count > MOST || before.len() * count > MOST {
                return Err(format!("a stage has at least one task, and a program at most {MOST} pairs that wait"));
            }
            tasks.extend((0..*count).map(|_| Task { after: before.clone().collect(), lifetime: lifetime.clone() }));
            before = from..tasks.len();
            peers.resize(tasks.len(), (from as u32, *count as u32));
        }
        Ok(Graph { peers, ..Graph::new(tasks)? })
    }

    /// Mean CPU seconds of all tasks together.
    pub fn mean_work(&self) -> f64 {
        self.lifetimes.iter().map(|law| law.mean()).sum()
    }

    /// How many tasks may be there at the same time, at most.
    pub fn width(&self) -> u32 {
        self.peers.iter().map(|(_, count)| *count).max().unwrap_or(0)
    }

    /// How many tasks there are.
    pub fn len(&self) -> usize {
        self.waits.len()
    }

    /// Never: a graph has at least one task.
    pub fn is_empty(&self) -> bool {
        self.waits.is_empty()
    }
}

/// Where the tasks of a program arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskHomes {
    /// All at the home of the program.
    Inherited,
    /// Task k at the k-th node after the home of the program, going round.
    Spread,
}

/// A program, and where its tasks arrive.
#[derive(Clone, Debug)]
pub struct Program {
    /// Its tasks.
    pub graph: Graph,
    /// Their homes.
    pub homes: TaskHomes,
    /// How many nodes there are.
    pub nodes: u32,
    /// Whether no two of its tasks may be at one node at the same time. Its homes are spread then.
    pub apart: bool,
}

/// A program of which tasks are still to come or to leave.
struct Active {
    home: NodeId,
    /// The process with which it began.
    first: u64,
    /// How many tasks each one still waits for.
    waits: Vec<u32>,
    /// Tasks that have not left.
    left: usize,
}

/// The workload of one replication. The recipe's rate is that of programs; its lifetimes are not used.
pub struct Graphs {
    program: Program,
    arrivals: Box<dyn Arrivals>,
    homes: HomeDraw,
    lifetimes: Stream,
    traits: Drawn,
    active: BTreeMap<u64, Active>,
    /// Program, task and lifetime of the processes in the system, by the number in which they were given.
    given: BTreeMap<u64, (u64, u32, f64)>,
    next: u64,
    programs: u64,
    /// The program that has ended last.
    ended: Option<u64>,
}

impl Graphs {
    /// Starts the workload.
    pub fn new(recipe: &Recipe, program: &Program, seed: u64, replication: u64) -> Self {
        let stream = |purpose| Stream::new(seed, purpose, replication);
        Graphs {
            program: program.clone(),
            arrivals: recipe.arrivals.start(recipe.rate, stream("arrivals").rng()),
            homes: HomeDraw::new(&recipe.homes, stream("homes").rng()),
            lifetimes: stream("lifetimes"),
            traits: Drawn::new(&recipe.traits, recipe.lifetime.clone(), seed, replication),
            active: BTreeMap::new(),
            given: BTreeMap::new(),
            next: 0,
            programs: 0,
            ended: None,
        }
    }

    /// The position in the streams of a task of a program: the same whatever the order in which tasks become ready.
    fn position(&self, program: u64, task: u32) -> u64 {
        program * self.program.graph.len() as u64 + u64::from(task)
    }

    fn give(&mut self, program: u64, task: u32, home: NodeId, at: Time) -> Birth {
        let mut rng = self.lifetimes.at(self.position(program, task));
        let lifetime = self.program.graph.lifetimes[task as usize].sample(&mut rng);
        self.given.insert(self.next, (program, task, lifetime));
        self.next += 1;
        let home = match self.program.homes {
            TaskHomes::Inherited => home,
            TaskHomes::Spread => ((u64::from(home) + u64::from(task)) % u64::from(self.program.nodes)) as NodeId,
        };
        Birth { at, lifetime, home }
    }

    fn begin(&mut self, at: f64, block: &mut Vec<Birth>) {
        let (program, home, first) = (self.programs, self.homes.next(), self.next);
        self.programs += 1;
        let waits = self.program.graph.waits.clone();
        for task in (0..waits.len()).filter(|k| waits[*k] == 0) {
            let birth = self.give(program, task as u32, home, Time::new(at));
            block.push(birth);
        }
        let left = waits.len();
        self.active.insert(program, Active { home, first, waits, left });
    }
}

impl Source for Graphs {
    fn fill(&mut self, block: &mut Vec<Birth>) {
        let mut times = [0.0; BLOCK];
        self.arrivals.fill(&mut times);
        times.iter().for_each(|at| self.begin(*at, block));
    }

    fn feedback(&self) -> bool {
        true
    }

    fn exited(&mut self, number: u64, now: Time, births: &mut Vec<Birth>) {
        let Some((program, task, _)) = self.given.remove(&number) else { return };
        let Some(mut active) = self.active.remove(&program) else { return };
        for k in 0..self.program.graph.successors[task as usize].len() {
            let waiting = self.program.graph.successors[task as usize][k];
            active.waits[waiting as usize] -= 1;
            if active.waits[waiting as usize] == 0 {
                births.push(self.give(program, waiting, active.home, now));
            }
        }
        active.left -= 1;
        if active.left > 0 {
            self.active.insert(program, active);
        } else {
            self.ended = Some(program);
        }
    }

    fn begins_program(&self, number: u64) -> Option<u64> {
        let (program, ..) = self.given.get(&number)?;
        self.active.get(program).filter(|active| active.first == number).map(|_| *program)
    }

    fn ended_program(&mut self) -> Option<u64> {
        self.ended.take()
    }

    /// The group is the program.
    fn attributes(&mut self, number: u64) -> Attributes {
        let Some(&(program, task, lifetime)) = self.given.get(&number) else { return Attributes::default() };
        let group = Some(program as u32);
        let apart = self.active.get(&program).filter(|_| self.program.apart).map(|active| {
            let (first, count) = self.program.graph.peers[task as usize];
            let first = (u64::from(active.home) + u64::from(first)) % u64::from(self.program.nodes);
            Apart { first: first as NodeId, count }
        });
        Attributes { group, apart, ..self.traits.of(self.position(program, task), lifetime) }
    }

    fn class_names(&self) -> Vec<String> {
        self.traits.class_names()
    }

    fn scale(&self) -> (f64, f64) {
        let least = self.program.graph.lifetimes.iter().map(|law| law.support().0).fold(f64::INFINITY, f64::min);
        (least, self.program.graph.mean_work() / self.program.graph.len() as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadlab_core::law::Constant;

    fn law(x: f64) -> Arc<dyn Law> {
        Arc::new(Constant(x))
    }

    #[test]
    fn every_task_of_a_stage_waits_for_all_of_the_stage_before() {
        let graph = Graph::stages(&[(3, law(1.0)), (2, law(5.0)), (1, law(2.0))]).expect("small stages");
        assert_eq!(graph.waits, [0, 0, 0, 3, 3, 2]);
        assert_eq!(graph.successors[1], [3, 4]);
        assert_eq!(graph.mean_work(), 15.0);
    }

    #[test]
    fn graphs_that_cannot_be_run_are_refused() {
        let task = |after: &[usize]| Task { after: after.to_vec(), lifetime: law(1.0) };
        assert!(Graph::new(Vec::new()).is_err());
        assert!(Graph::new(vec![task(&[0])]).is_err());
        assert!(Graph::new(vec![task(&[1]), task(&[])]).is_err());
        assert!(Graph::stages(&[(1000, law(1.0)), (1000, law(1.0))]).is_err());
        assert!(Graph::stages(&[(0, law(1.0))]).is_err());
    }
}

//! Structured work by name: its parameters, and the workload that these and the scenario make.

use super::keys::{default, optional, required};
use super::recipe::{arrivals, homes, lifetime, traits, work_rate};
use super::{Plan, Workload};
use loadlab_core::Scenario;
use loadlab_core::law::Law;
use loadlab_core::spec::{Args, Kind, Param, Ty, Unit};
use loadlab_workloads::Recipe;
use loadlab_workloads::structured::{Graph, Program, Task, TaskHomes, Trees, Users};
use std::sync::Arc;

/// What a `workload` table says of structured work.
#[derive(Clone, Debug)]
pub enum Structured {
    /// Processes that fork.
    Forks(Trees),
    /// Stages that wait for each other, so many times over: how many tasks, and their law if it is not the scenario's.
    Stages(Vec<(usize, OwnLaw)>, u64, Homes),
    /// Tasks that wait for others.
    Graph(Vec<(Vec<usize>, OwnLaw)>, Homes),
    /// Users who wait for their processes.
    Closed(u32, Arc<dyn Law>),
}

/// Where tasks arrive, and whether they are kept apart.
type Homes = (TaskHomes, bool);

/// The law of a task's lifetime; `None` for that of the scenario.
type OwnLaw = Option<Arc<dyn Law>>;

impl Structured {
    /// The workload in a scenario: its arrivals, lifetimes, homes and traits.
    pub(super) fn workload(self, args: &Args, scenario: &Scenario) -> Result<Workload, String> {
        let life = lifetime(args)?;
        let (homes, traits) = (homes(args, scenario)?, traits(args)?);
        if args.maybe_text("match") == Some("realised") {
            return Err("`match = \"realised\"` is for workloads of independent processes".to_owned());
        }
        if let Structured::Closed(count, think) = self {
            if args.has("offered_load") {
                return Err("the load of closed users cannot be stated: leave out `offered_load`".to_owned());
            }
            return Ok(Workload::Closed(Users { count, think, lifetime: life, homes, traits }));
        }
        let nodes = scenario.count() as u32;
        let (arrivals, work_rate) = (arrivals(args)?, work_rate(args, scenario)?);
        let recipe = |work: f64| {
            let recipe = Recipe::new(arrivals.clone(), work_rate / work, life.clone(), homes.clone());
            Recipe { traits: traits.clone(), ..recipe }
        };
        let program = |graph: Graph, (homes, apart): Homes| {
            let (work, width) = (graph.mean_work(), graph.width());
            if apart && width > nodes {
                return Err(format!("{width} tasks at a time are kept apart, but there are {nodes} nodes"));
            }
            match work > 0.0 && work.is_finite() {
                true => Ok(Workload::Graphs(recipe(work), Program { graph, homes, nodes, apart })),
                false => Err(format!("a program takes {work} CPU s on average: no rate can be solved from that")),
            }
        };
        let or = |law: OwnLaw| law.unwrap_or_else(|| life.clone());
        match self {
            Structured::Forks(trees) => Ok(Workload::Forks(recipe(trees.mean_size() * life.mean()), trees)),
            Structured::Stages(stages, repeat, homes) => {
                let round = || stages.iter().map(|(count, law)| (*count, or(law.clone())));
                let all: Vec<_> = (0..repeat).flat_map(|_| round()).collect();
                program(Graph::stages(&all)?, homes)
            }
            Structured::Graph(tasks, homes) => {
                let tasks = tasks.into_iter().map(|(after, law)| Task { after, lifetime: or(law) }).collect();
                program(Graph::new(tasks)?, homes)
            }
            Structured::Closed(..) => unreachable!("closed users have been dealt with"),
        }
    }
}

const TASK_HOMES: Param = default(
    "homes",
    Ty::Choice(&["inherited", "spread"]),
    "\"inherited\"",
    "Whether all tasks arrive at the home of their program, or task k at the k-th node after it.",
);
const APART: Param = default(
    "apart",
    Ty::Flag,
    "false",
    "Whether no two tasks of a program may be at one node at the same time. A node then refuses a task if another one is \
     there, is on its way, or has its home there; so the homes must be \"spread\", over at least as many nodes.",
);
const TASK_LIFETIME: Param =
    optional("lifetime", Ty::Law(Unit::Seconds), "The law of its lifetime; that of the scenario if left out.");
const STAGE: &[Param] = &[required("count", Ty::Count(1, 100_000), "How many tasks it has."), TASK_LIFETIME];
const TASK: &[Param] = &[
    default("after", Ty::List(&Ty::Count(0, 100_000)), "[]", "The tasks that it waits for: earlier ones, from 0."),
    TASK_LIFETIME,
];

fn task_homes(args: &Args) -> Result<Homes, String> {
    match (args.text("homes"), args.flag("apart")) {
        ("spread", apart) => Ok((TaskHomes::Spread, apart)),
        (_, true) => Err("tasks with one home cannot be kept apart: say `homes = \"spread\"`".to_owned()),
        (_, false) => Ok((TaskHomes::Inherited, false)),
    }
}

fn task_lifetime(args: &Args) -> OwnLaw {
    args.has("lifetime").then(|| args.law("lifetime"))
}

pub(super) const FORKS: Kind<Plan> = Kind {
    name: "fork-tree",
    summary: "Processes that fork children, which fork in turn.",
    doc: "Roots arrive by the scenario's `arrivals`. Every process forks a number of children drawn from `children` and \
          rounded up, each a `delay` after its own arrival and at its own home. The rate of roots is solved from the \
          offered load and the mean size of a tree: the sum of m^j over the generations, m being the mean number of \
          children. Parents do not wait.",
    reference: "A. G. Hawkes, D. Oakes, A cluster process representation of a self-exciting process, Journal of Applied \
                Probability 11(3), 1974, doi:10.2307/3212693",
    params: &[
        required("children", Ty::Law(Unit::One), "The law of the number of children."),
        default("delay", Ty::Law(Unit::Seconds), "0", "The law of the time from a process to a child."),
        default("generations", Ty::Count(1, 1000), "3", "How many generations may follow a root."),
    ],
    build: |args| {
        let trees = Trees::new(args.law("children"), args.law("delay"), args.count("generations") as u32)?;
        Ok(Plan::Structured(Structured::Forks(trees)))
    },
    example: "kind = \"fork-tree\"\nchildren = { kind = \"uniform\", min = 0, max = 2 }\n\
              delay = { kind = \"exponential\", mean = 0.1 }\n",
};

pub(super) const STAGES: Kind<Plan> = Kind {
    name: "stages",
    summary: "Programs of stages: fork-join, a parallel make with its link step, a solver with barriers.",
    doc: "A program arrives by the scenario's `arrivals`. The tasks of its first stage arrive with it, each as one \
          process; those of a later stage when the last of the stage before has left. Fork-join is a stage of many and \
          one of one; a parallel make ends in its link step; a solver with barriers repeats one stage. The rate of \
          programs is solved from the offered load and their mean work. A lost process counts as left. \
          `response` is that of each process; `program_response` is from the arrival of a program to the exit of its last \
          task.",
    reference: "R. Nelson, A. N. Tantawi, Approximate analysis of fork/join synchronization in parallel queues, IEEE \
                Transactions on Computers 37(6), 1988, doi:10.1109/12.2213",
    params: &[
        required("stages", Ty::List(&Ty::Table(STAGE)), "The stages, in order."),
        default("repeat", Ty::Count(1, 10_000), "1", "How many times over."),
        TASK_HOMES,
        APART,
    ],
    build: |args| {
        let stages = args.tables("stages").into_iter().map(|s| (s.count("count") as usize, task_lifetime(s)));
        let (stages, repeat) = (stages.collect::<Vec<_>>(), args.count("repeat"));
        if stages.is_empty() || stages.len() as u64 * repeat > 100_000 {
            return Err("a program has from 1 to 100000 stages".to_owned());
        }
        Ok(Plan::Structured(Structured::Stages(stages, repeat, task_homes(args)?)))
    },
    example: "kind = \"stages\"\nstages = [{ count = 8 }, { count = 1, lifetime = { kind = \"exponential\", mean = 2.0 } }]\n",
};

pub(super) const GRAPH: Kind<Plan> = Kind {
    name: "graph",
    summary: "Programs whose tasks wait for each other, as any small graph says.",
    doc: "As `stages`, with each task naming the earlier ones that it waits for.",
    reference: "",
    params: &[
        required("tasks", Ty::List(&Ty::Table(TASK)), "The tasks, in an order that respects who waits."),
        TASK_HOMES,
        APART,
    ],
    build: |args| {
        let after = |t: &Args| t.numbers("after").into_iter().map(|k| k as usize).collect::<Vec<_>>();
        let tasks: Vec<_> = args.tables("tasks").into_iter().map(|t| (after(t), task_lifetime(t))).collect();
        let late = tasks.iter().enumerate().find(|(k, (after, _))| after.iter().any(|j| j >= k));
        match late {
            Some((k, _)) => Err(format!("task {k} can only wait for earlier ones")),
            None if tasks.is_empty() => Err("a program has at least one task".to_owned()),
            None => Ok(Plan::Structured(Structured::Graph(tasks, task_homes(args)?))),
        }
    },
    example: "kind = \"graph\"\ntasks = [{}, { after = [0] }, { after = [0] }, { after = [1, 2] }]\n",
};

pub(super) const CLOSED: Kind<Plan> = Kind {
    name: "closed",
    summary: "Users who wait for their process, think, and start the next one.",
    doc: "Each user stays at one node. The load answers to the response, so it is measured, not stated: leave out \
          `offered_load`. On one processor-sharing node with exponential thinking and lifetimes this is the machine \
          repairman's model.",
    reference: "B. Schroeder, A. Wierman, M. Harchol-Balter, Open versus closed: a cautionary tale, NSDI, 2006",
    params: &[
        required("users", Ty::Count(1, 10_000_000), "How many."),
        required("think", Ty::Law(Unit::Seconds), "The law of the time between a process and the next."),
    ],
    build: |args| {
        let think = args.law("think");
        if think.support().1 <= 0.0 {
            return Err("users must think for some time".to_owned());
        }
        Ok(Plan::Structured(Structured::Closed(args.count("users") as u32, think)))
    },
    example: "kind = \"closed\"\nusers = 50\nthink = { kind = \"exponential\", mean = 10.0 }\n",
};

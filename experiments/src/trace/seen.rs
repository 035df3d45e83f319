//! A decision in words and numbers that outlive it: what the site saw, how old that was, what it would cost, and what it
//! chose. One line of `decisions.jsonl` is one of these.
//!
//! Not here: where these lines go, and how they are told to people (`explain`).

use super::words;
use crate::results::Column;
use loadlab_core::policy::{Observation, Reply, Resident, Site, View};
use loadlab_core::record::{Choice, Decision};
use loadlab_core::{NodeId, process::ProcessId};
use serde::Serialize;

/// The most observations, and the most processes of a node, that a decision lists: the record of a system of thousands
/// of nodes with exact information would have no bounds otherwise.
pub const MOST_LISTED: usize = 32;

const fn key(name: &'static str, unit: &'static str, doc: &'static str) -> Column {
    Column { name, unit, doc }
}

/// The keys of a line of `decisions.jsonl`, behind its identity.
pub const DECISIONS: &[Column] = &[
    key("decision", "1", "number of the decision within the run, from 0"),
    key("time_s", "s", "when it was made"),
    key("site", "", "who decided: `node 3`, `dispatcher 0`, `coordinator`, `head 0.2` (level, group)"),
    key("round", "1", "how often this decision had asked before"),
    key(
        "why",
        "",
        "`arrival`: a process is to be placed; `asked`: another site has asked this one, which gave orders; else the \
         wake-up, such as `born`, `idle`, `every`, `at-age`",
    ),
    key("asker", "", "after a question: the site that asked; else left out"),
    key("process", "1", "the process that was to be placed, or that the wake-up was about; null if about none"),
    key("home", "1", "of a placement: the node at which the process arrived"),
    key("hops", "1", "of a placement: how often it had been forwarded"),
    key("memory_bytes", "B", "of a placement: its memory"),
    key("lifetime_s", "s", "of a placement: its lifetime, where the policy knows lifetimes; else null"),
    key("cost_s", "s", "of a placement: how long its start at another node takes"),
    key("load", "1", "processes at the node of the site; null where the site is no node"),
    key("index", "1", "the same in the declared index of load"),
    key(
        "replies",
        "",
        "list of the observations that the last question brought: `node`, `load` (null from a node that is down), `reply` \
         (`load`, `value`, `accept`, `refuse`), `age_s`, `eligible` (whether the process may run there; null if no process \
         is in question)",
    ),
    key("known", "", "the same of what the information structure had delivered; of more than 32 the least loaded"),
    key("known_count", "1", "about how many nodes something was known"),
    key(
        "residents",
        "",
        "after a wake-up or a question at a node: the processes there as `process`, `age_s`, `cost_s` (what moving it takes), \
         `memory_bytes`; of more than 32 the oldest",
    ),
    key("residents_count", "1", "how many processes there were"),
    key(
        "choice",
        "",
        "list of orders in their order: `order` (`start`, `forward`, `delegate`, `hold`, `ask`, `move`, `suspend`, ...), \
         `process` or `pick` and `from`, and `to`",
    ),
];

/// A decision as it is written down.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Seen {
    /// Its number within the run.
    pub decision: u64,
    /// When.
    pub time_s: f64,
    /// Who decided.
    pub site: String,
    /// How often it had asked.
    pub round: u32,
    /// What woke the site.
    pub why: &'static str,
    /// Who asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asker: Option<String>,
    /// The process in question.
    pub process: Option<u64>,
    /// Of a placement: what was known of the process.
    #[serde(flatten)]
    pub newcomer: Option<Placed>,
    /// The load of the node of the site.
    pub load: Option<u32>,
    /// The same in the declared index.
    pub index: Option<f64>,
    /// What the last question brought.
    pub replies: Vec<Known>,
    /// What had been delivered.
    pub known: Vec<Known>,
    /// About how many nodes.
    pub known_count: usize,
    /// The processes of the node.
    pub residents: Vec<Stay>,
    /// How many there were.
    pub residents_count: usize,
    /// What was chosen.
    pub choice: Vec<Order>,
}

/// A process that was to be placed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Placed {
    /// Where it arrived.
    pub home: NodeId,
    /// How often it had been forwarded.
    pub hops: u32,
    /// Its memory.
    pub memory_bytes: f64,
    /// Its lifetime, where the policy knows it.
    pub lifetime_s: Option<f64>,
    /// How long a start elsewhere takes.
    pub cost_s: f64,
}

/// One observation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Known {
    /// The node.
    pub node: NodeId,
    /// Its load; none where it is down.
    pub load: Option<f64>,
    /// What it replied.
    pub reply: &'static str,
    /// How old that was.
    pub age_s: f64,
    /// Whether the process in question may run there.
    pub eligible: Option<bool>,
}

/// A process at the node of the site.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stay {
    /// Its number.
    pub process: u64,
    /// CPU seconds that it had received.
    pub age_s: f64,
    /// Seconds that moving it takes.
    pub cost_s: f64,
    /// Its memory.
    pub memory_bytes: f64,
}

/// One order.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Order {
    /// What.
    pub order: &'static str,
    /// The process that it names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub process: Option<u64>,
    /// Or which processes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pick: Option<String>,
    /// From which node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<NodeId>,
    /// Whom it is about, or where to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

impl Seen {
    /// What a decision was.
    pub fn of(decision: &Decision<'_>, number: u64) -> Seen {
        let view = &decision.view;
        let at_node = matches!(view.site(), Site::Node(_));
        let (why, about, newcomer) = asked(decision);
        let (residents, residents_count) = match decision.choice {
            Choice::Act { .. } | Choice::Answer { .. } if at_node => residents(decision),
            _ => Default::default(),
        };
        let (known, known_count) = known(view, about);
        Seen {
            decision: number,
            time_s: view.now().seconds(),
            site: words::site(view.site()),
            round: view.round(),
            why,
            asker: if let Choice::Answer { asker, .. } = decision.choice { Some(words::site(asker)) } else { None },
            process: about.and_then(|id| decision.number(id)),
            newcomer,
            load: at_node.then(|| view.load()),
            index: at_node.then(|| view.index()),
            replies: view.replies().iter().map(|o| observed(view, about, o)).collect(),
            known,
            known_count,
            residents,
            residents_count,
            choice: orders(decision),
        }
    }

    /// Whether it names a process, as what is in question or in an order.
    pub fn names(&self, process: u64) -> bool {
        self.process == Some(process) || self.choice.iter().any(|order| order.process == Some(process))
    }

    /// As one line of JSON.
    pub fn line(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// In a few words, for the label of a mark.
    pub fn label(&self) -> String {
        let choice: Vec<String> = self.choice.iter().map(words::order).collect();
        match self.process {
            Some(process) => format!("{} of process {process}: {}", self.why, choice.join("; ")),
            None => format!("{}: {}", self.why, choice.join("; ")),
        }
    }
}

/// Why the site judged, about which process, and what was known of a newcomer.
fn asked(decision: &Decision<'_>) -> (&'static str, Option<ProcessId>, Option<Placed>) {
    match decision.choice {
        Choice::Act { wake, .. } => (words::wake(wake), words::about(wake), None),
        Choice::Answer { .. } => ("asked", None, None),
        Choice::Place { process, cost, .. } => {
            let placed = Placed {
                home: process.home,
                hops: process.hops,
                memory_bytes: process.memory,
                lifetime_s: process.lifetime,
                cost_s: cost,
            };
            ("arrival", Some(process.id), Some(placed))
        }
    }
}

fn orders(decision: &Decision<'_>) -> Vec<Order> {
    match decision.choice {
        Choice::Place { process, placement, .. } => vec![words::placement(decision.number(process.id), placement)],
        Choice::Act { orders, .. } | Choice::Answer { orders, .. } => {
            orders.iter().map(|o| words::command(o, &|id| decision.number(id))).collect()
        }
    }
}

fn observed(view: &View<'_>, about: Option<ProcessId>, o: &Observation) -> Known {
    let reply = match o.reply {
        Reply::Load => "load",
        Reply::Value(_) => "value",
        Reply::Accept => "accept",
        Reply::Refuse => "refuse",
    };
    Known {
        node: o.node,
        load: o.load.is_finite().then_some(o.load),
        reply,
        age_s: view.now() - o.as_of,
        eligible: about.map(|process| view.eligible(process, o.node)),
    }
}

/// What was known, in the order of the nodes; where that is too much the least loaded, and about how many it was.
fn known(view: &View<'_>, about: Option<ProcessId>) -> (Vec<Known>, usize) {
    let mut all: Vec<Observation> = view.known().iter().collect();
    let count = all.len();
    if count > MOST_LISTED {
        all.sort_by(|a, b| a.load.total_cmp(&b.load).then(a.node.cmp(&b.node)));
        all.truncate(MOST_LISTED);
    }
    all.sort_by_key(|o| o.node);
    (all.iter().map(|o| observed(view, about, o)).collect(), count)
}

/// The processes at the node, oldest first, and how many there are.
fn residents(decision: &Decision<'_>) -> (Vec<Stay>, usize) {
    let mut all: Vec<Resident> = decision.view.residents();
    let count = all.len();
    all.sort_by(|a, b| b.age.total_cmp(&a.age).then(decision.number(a.id).cmp(&decision.number(b.id))));
    all.truncate(MOST_LISTED);
    let stay = |r: &Resident| {
        let process = decision.number(r.id)?;
        Some(Stay { process, age_s: r.age, cost_s: r.cost, memory_bytes: r.memory })
    };
    (all.iter().filter_map(stay).collect(), count)
}

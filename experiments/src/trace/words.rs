//! The words for sites, wake-ups and orders in records of decisions.

use super::seen::Order;
use loadlab_core::policy::{Among, Ask, Command, Pick, Placement, Site, To, Wake, Who};
use loadlab_core::process::ProcessId;

/// A site.
pub(super) fn site(site: Site) -> String {
    match site {
        Site::Node(node) => format!("node {node}"),
        Site::Head { level, group } => format!("head {level}.{group}"),
        Site::Dispatcher(number) => format!("dispatcher {number}"),
        Site::Coordinator => "coordinator".to_owned(),
    }
}

/// Why a site was woken.
pub(super) fn wake(wake: &Wake) -> &'static str {
    match wake {
        Wake::Born(_) => "born",
        Wake::Delivered(_) => "delivered",
        Wake::Departed => "departed",
        Wake::Ended { .. } => "ended",
        Wake::Idle => "idle",
        Wake::Below => "below",
        Wake::Above => "above",
        Wake::Every => "every",
        Wake::Timer(_) => "timer",
        Wake::Message { .. } => "message",
        Wake::Replies(_) => "replies",
        Wake::AtAge(_) => "at-age",
        Wake::Milestone(_) => "milestone",
        Wake::OwnerReturned => "owner-returned",
        Wake::OwnerLeft => "owner-left",
        Wake::Drain => "drain",
        Wake::Failed(_) => "failed",
    }
}

/// The process that a wake-up is about.
pub(super) fn about(wake: &Wake) -> Option<ProcessId> {
    match wake {
        Wake::Born(id) | Wake::Delivered(id) | Wake::AtAge(id) | Wake::Milestone(id) => Some(*id),
        _ => None,
    }
}

/// Whom a question or a note is for.
fn whom(who: &Who) -> String {
    let among = |among: &Among| if *among == Among::Others { "other nodes" } else { "nodes" };
    match who {
        Who::One(node) => format!("node {node}"),
        Who::Distinct(count, of) => format!("{count} different random {}", among(of)),
        Who::Drawn(count, of) => format!("{count} random {}", among(of)),
        Who::Neighbours => "the neighbours".to_owned(),
        Who::Everyone => "all other nodes".to_owned(),
        Who::At(at) => site(*at),
    }
}

fn ask(process: Option<u64>, ask: &Ask) -> Order {
    let turn = if ask.sequential { ", one after the other" } else { "" };
    Order { order: "ask", process, to: Some(whom(&ask.who) + turn), ..Order::default() }
}

/// Where a process is to start.
pub(super) fn placement(process: Option<u64>, placement: &Placement) -> Order {
    let order = |order, to: Option<String>| Order { order, process, to, ..Order::default() };
    match placement {
        Placement::At(node) => order("start", Some(site(Site::Node(*node)))),
        Placement::Forward(node) => order("forward", Some(site(Site::Node(*node)))),
        Placement::Delegate(to) => order("delegate", Some(site(*to))),
        Placement::Hold => order("hold", None),
        Placement::Ask(question) => ask(process, question),
    }
}

/// An order after a wake-up.
pub(super) fn command(command: &Command, number: &dyn Fn(ProcessId) -> Option<u64>) -> Order {
    let about = |order, process: ProcessId| Order { order, process: number(process), ..Order::default() };
    let at = |node: u32| Some(site(Site::Node(node)));
    match command {
        Command::Move { pick, from, to } => {
            let target = match to {
                To::Node(node) => site(Site::Node(*node)),
                To::Queue(of) => format!("the queue of {}", site(*of)),
                To::Home => "its home".to_owned(),
            };
            let (process, pick) = picked(pick, number);
            Order { order: "move", process, pick, from: Some(*from), to: Some(target) }
        }
        Command::Start { held, at: node } => Order { to: at(*node), ..about("start", *held) },
        Command::Suspend(process) => about("suspend", *process),
        Command::Resume(process) => about("resume", *process),
        Command::Priority { process, low: true } => about("lower", *process),
        Command::Priority { process, low: false } => about("raise", *process),
        Command::Restart { process, at: node } => Order { to: at(*node), ..about("restart", *process) },
        Command::Kill(process) => about("kill", *process),
        Command::Clone { process, at: node } => Order { to: at(*node), ..about("copy", *process) },
        Command::Export(extra) => Order { order: "export", pick: Some(format!("{extra}")), ..Order::default() },
        Command::Send { to, .. } => Order { order: "send", to: Some(whom(to)), ..Order::default() },
        Command::Ask(question) => ask(None, question),
        Command::Wake { after, .. } => {
            Order { order: "wake", pick: Some(format!("after {after} s")), ..Order::default() }
        }
    }
}

/// The process that a pick names, or else the words for those that it means.
fn picked(pick: &Pick, number: &dyn Fn(ProcessId) -> Option<u64>) -> (Option<u64>, Option<String>) {
    let words = match pick {
        Pick::Process(id) => return (number(*id), None),
        Pick::Newest(n) => format!("the newest {n}"),
        Pick::Oldest(n) => format!("the oldest {n}"),
        Pick::NeverStarted(n) => format!("the newest {n} without service"),
        Pick::Half => "the newer half".to_owned(),
    };
    (None, Some(words))
}

/// An order as people read it.
pub(super) fn order(order: &Order) -> String {
    let mut text = order.order.to_owned();
    let from = order.from.map(|node| format!("from node {node}"));
    let process = order.process.map(|process| format!("process {process}"));
    let to = order.to.as_ref().map(|to| format!("-> {to}"));
    for part in [process, order.pick.clone(), from, to].into_iter().flatten() {
        text.push(' ');
        text.push_str(&part);
    }
    text
}

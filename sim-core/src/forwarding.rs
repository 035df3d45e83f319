//! Calls that a process makes to, or is reached by through, places where it no longer is: the residual cost of moving
//! that memory has no part in.
//!
//! Of each CPU second a process spends the fraction q in calls. A call that goes through m other nodes takes
//! 1 + m (sigma - 1) times as long, so that a process alone takes `1 + q m (sigma - 1)` seconds per CPU second: with
//! its home as the only one 1 + q (sigma - 1) (MOSIX, Sprite, Condor). Each node on the way pays CPU.
//!
//! Not here: the calls themselves (`engine::calls`).

use crate::spec::{Args, Kind, Need, Param, Range, Ty};

/// Through whom a call goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Through {
    /// The home of the process, while it is away.
    Home,
    /// Every node that it left, in turn: each knows where it went next.
    Chain,
    /// A name server beside the file server, once after each move; then straight.
    NameServer,
}

/// What the failure of a node means for those whose calls go through it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// They are lost at their next call.
    NextCall,
    /// They are lost at once.
    AtOnce,
    /// Another takes its place.
    Survive,
}

/// How calls are forwarded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Forwarding {
    /// Through whom.
    pub through: Through,
    /// q: the fraction of CPU time spent in calls, of processes of which the workload does not say it.
    pub calls: f64,
    /// sigma: how many times as long a call takes that goes through one other node.
    pub factor: f64,
    /// CPU seconds that each node on the way pays per second of calls.
    pub cpu: f64,
    /// CPU seconds between two instants at which a process makes the calls of that time.
    pub every: f64,
    /// Whether the first call after a move teaches the straight way.
    pub learns: bool,
    /// What failures mean.
    pub fate: Fate,
}

const CALLS: Param = Param {
    name: "calls",
    ty: Ty::Number(Range::FRACTION),
    need: Need::Required,
    doc: "The fraction of its CPU time that a process spends in calls, where the workload does not say it.",
};
const FACTOR: Param = Param {
    name: "factor",
    ty: Ty::Number(Range { low: 1.0, ..Range::NON_NEGATIVE }),
    need: Need::Required,
    doc: "How many times as long a call takes that goes through one other node.",
};
const CPU: Param = Param {
    name: "cpu",
    ty: Ty::Number(Range::NON_NEGATIVE),
    need: Need::Default("1"),
    doc: "CPU seconds that each node on the way pays per second of calls, at kernel priority.",
};
const EVERY: Param = Param {
    name: "every",
    ty: Ty::Duration(Range::POSITIVE),
    need: Need::Default("\"100ms\""),
    doc: "CPU seconds between two instants at which a process makes the calls of that time, the first after half of it.",
};
const LEARNS: Param = Param {
    name: "learns",
    ty: Ty::Flag,
    need: Need::Default("false"),
    doc: "Whether the first calls after a move teach the straight way, so that later ones are as fast as at home.",
};
const FATE: Param = Param {
    name: "on_failure",
    ty: Ty::Choice(&["next-call", "at-once", "survive"]),
    need: Need::Default("\"next-call\""),
    doc: "What the failure of a node on the way means: the process is lost at its next call, it is lost at once, or \
          another node takes its place.",
};

/// Every way to forward calls.
pub static FORWARDING: &[Kind<Forwarding>] = &[
    Kind {
        name: "home",
        summary: "Calls go through the home of the process while it is away.",
        doc: "A process alone takes `1 + calls x (factor - 1)` seconds per CPU second away from home, whether it was moved or \
              started there, and its home works for it: `calls x cpu` CPU seconds per CPU second. With `learns` only the \
              first calls after each move do: a home that is asked where the process is.",
        reference: "Douglis & Ousterhout, Transparent process migration: design alternatives and the Sprite implementation, \
                    SP&E 21(8), 1991, doi:10.1002/spe.4380210802",
        params: &[CALLS, FACTOR, CPU, EVERY, LEARNS, FATE],
        build: |args| Ok(forwarding(args, Through::Home)),
        example: "kind = \"home\"\ncalls = 0.05\nfactor = 4\n",
    },
    Kind {
        name: "chain",
        summary: "Calls go through every node that the process has left, in the order in which it left them.",
        doc: "After m moves a process alone takes `1 + calls x m x (factor - 1)` seconds per CPU second, and depends on m \
              nodes. A node to which it comes back cuts off what was behind it. With `learns` the first calls after a move \
              shorten the chain to nothing.",
        reference: "Powell & Miller, Process migration in DEMOS/MP, SOSP 1983, doi:10.1145/800217.806619",
        params: &[CALLS, FACTOR, CPU, EVERY, LEARNS, FATE],
        build: |args| Ok(forwarding(args, Through::Chain)),
        example: "kind = \"chain\"\ncalls = 0.05\nfactor = 2\nlearns = true\n",
    },
    Kind {
        name: "name-server",
        summary: "The first calls after a move ask a name server; later ones go straight.",
        doc: "Once per move the calls of `every` CPU seconds take `factor` times as long. The name server stands beside the \
              file server and fails with it: who asks it then waits. Nobody depends on any node.",
        reference: "Milojicic et al., Process Migration, ACM Computing Surveys 32(3), 2000, doi:10.1145/367701.367728",
        params: &[CALLS, FACTOR, EVERY],
        build: |args| Ok(forwarding(args, Through::NameServer)),
        example: "kind = \"name-server\"\ncalls = 0.05\nfactor = 3\n",
    },
];

fn forwarding(args: &Args, through: Through) -> Forwarding {
    let server = through == Through::NameServer;
    let fate = match args.maybe_text("on_failure") {
        Some("at-once") => Fate::AtOnce,
        Some("survive") => Fate::Survive,
        _ => Fate::NextCall,
    };
    Forwarding {
        through,
        calls: args.number("calls"),
        factor: args.number("factor"),
        cpu: args.maybe_number("cpu").unwrap_or(0.0),
        every: args.number("every"),
        learns: server || args.flag("learns"),
        fate,
    }
}

//! The state machine of one move: hands out its steps, one at a time.
//!
//! Where source and target commit in two phases, two messages stand between the last step of the freeze and the first
//! instruction at the target: "all is here", and the source's commit record.

use super::step::{Lapse, Phase, Runs, Step};
use super::stop::{Ending, Why};
use super::{
    After, Mechanism, Plan, Rounds, checkpoint, copy_on_reference, eager, flushing, freeze_free, hybrid,
    remote_execution,
};

/// A move under way.
#[derive(Clone, Debug)]
pub struct Progress {
    mechanism: Mechanism,
    course: Course,
    /// Messages of the commit that have been handed out, and the step that waits for them.
    commit: u8,
    held: Option<Option<Step>>,
}

/// Steps that are known from the start, or rounds that depend on how the ones before went.
#[derive(Clone, Debug)]
enum Course {
    Listed(std::vec::IntoIter<Step>),
    Rounds(Box<Rounds>),
}

impl Progress {
    /// A move that has not begun yet.
    pub fn new(mechanism: &Mechanism) -> Progress {
        let m = mechanism;
        let listed = |steps: Vec<Step>| Course::Listed(steps.into_iter());
        let course = match &m.plan {
            Plan::EagerAll => listed(eager::steps(m, m.image.memory)),
            Plan::EagerDirty => listed(eager::steps(m, m.image.dirty * m.image.memory)),
            Plan::CopyOnReference(how) => listed(copy_on_reference::steps(m, how)),
            Plan::Flushing => listed(flushing::steps(m)),
            Plan::Precopy(rules) => Course::Rounds(Box::new(Rounds::new(m, rules))),
            Plan::FreezeFree { pages } => listed(freeze_free::steps(m, *pages)),
            Plan::Checkpoint(how) => listed(checkpoint::steps(m, how)),
            Plan::RemoteExecution { arguments } => listed(remote_execution::steps(m, *arguments)),
        };
        Progress { mechanism: *m, course, commit: 0, held: None }
    }

    /// The next step; `last` tells how the one before went. `None`: the move is over.
    pub fn next(&mut self, last: Lapse) -> Option<Step> {
        let next = match self.held.take() {
            Some(held) => held,
            None => match &mut self.course {
                Course::Listed(steps) => steps.next(),
                Course::Rounds(rounds) => rounds.next(&self.mechanism, last),
            },
        };
        let there = next.is_none_or(|step| step.runs == Runs::Target);
        if !self.mechanism.costs.two_phase || !there || self.commit == 2 || self.ending() == Ending::GivenUp {
            return next;
        }
        self.held = Some(next);
        self.commit += 1;
        let phase = if self.commit == 1 { Phase::Prepare } else { Phase::Commit };
        Some(Step::pause(phase, Runs::Nowhere, self.mechanism.wires.latency))
    }

    /// What is moved, and how.
    pub fn mechanism(&self) -> &Mechanism {
        &self.mechanism
    }

    /// Into how many parts a round is cut.
    pub fn parts(&self) -> u32 {
        if let Course::Rounds(rounds) = &self.course { rounds.parts() } else { 1 }
    }

    /// What is left to do once the process runs at its new node.
    pub fn after(&self) -> After {
        let m = &self.mechanism;
        match (&m.plan, &self.course) {
            (Plan::EagerDirty, _) => eager::after_dirty(m),
            (Plan::CopyOnReference(how), _) => copy_on_reference::after(m, how),
            (Plan::Flushing, _) => flushing::after(m),
            (Plan::FreezeFree { pages }, _) => freeze_free::after(m, *pages),
            (Plan::Precopy(rules), Course::Rounds(rounds)) if rules.then_push => hybrid::after(m, rounds.pending()),
            _ => After::nothing(&m.image),
        }
    }

    /// Whether the process ends up at its new node; it does, unless the rules of precopy gave up.
    pub fn ending(&self) -> Ending {
        match &self.course {
            Course::Rounds(rounds) => rounds.ending(),
            Course::Listed(_) => Ending::Moved,
        }
    }

    /// How many rounds of precopy were sent while the process ran, and why they ended.
    pub fn rounds(&self) -> Option<(u32, Why)> {
        match &self.course {
            Course::Rounds(rounds) => rounds.why().map(|why| (rounds.number(), why)),
            Course::Listed(_) => None,
        }
    }
}

//! The rounds of precopy: each sends what was dirtied during the one before.
//!
//! With the skip rule a round is sent in parts, since a page that has been dirtied again before its turn is left out:
//! what a part sends depends on how long the parts before it took.

use super::image::Dirty;
use super::step::{Lapse, Phase, Runs, Step};
use super::stop::{Ending, Limit, Rules, Why};
use super::{Mechanism, Way, copy_on_reference};

/// Into how many parts a round is cut where pages are skipped.
const PARTS: u32 = 64;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Stage {
    Begin,
    Setup,
    Round,
    Freeze,
    Push,
    Over,
}

/// One move by rounds.
#[derive(Clone, Debug)]
pub struct Rounds {
    rules: Rules,
    stage: Stage,
    /// Rounds completed.
    number: u32,
    /// What the present round has to look at.
    pending: Dirty,
    /// Parts of the present round that have been sent.
    part: u32,
    /// CPU seconds that the process received in the present round, before the last part and with it.
    ran: (f64, f64),
    seconds: f64,
    /// Bytes sent in the present round, and in the one before.
    sent: f64,
    sent_before: f64,
    total: f64,
    /// Bytes per second that the rounds send at most.
    rate: f64,
    /// The share of its speed that is taken from the process to make the rounds converge.
    throttle: f64,
    why: Option<Why>,
}

impl Rounds {
    pub(super) fn new(m: &Mechanism, rules: &Rules) -> Rounds {
        Rounds {
            rules: *rules,
            stage: Stage::Begin,
            number: 0,
            pending: m.image.everything(),
            part: 0,
            ran: (0.0, 0.0),
            seconds: 0.0,
            sent: 0.0,
            sent_before: f64::INFINITY,
            total: 0.0,
            rate: rules.rates.map_or(f64::INFINITY, |r| r.first),
            throttle: 0.0,
            why: None,
        }
    }

    /// Rounds sent while the process ran.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Why they ended; `None` while they go on.
    pub fn why(&self) -> Option<Why> {
        self.why
    }

    /// Bytes that the next round, or the freeze, has to send.
    pub fn pending(&self) -> f64 {
        self.pending.total()
    }

    pub(super) fn ending(&self) -> Ending {
        let stuck = self.why.is_some_and(|why| !why.converged()) && !self.rules.then_push;
        if stuck && self.rules.limit == Limit::GiveUp { Ending::GivenUp } else { Ending::Moved }
    }

    pub(super) fn next(&mut self, m: &Mechanism, last: Lapse) -> Option<Step> {
        match self.stage {
            Stage::Begin => {
                self.stage = Stage::Setup;
                Some(m.negotiation())
            }
            Stage::Setup => {
                self.stage = Stage::Round;
                Some(Step::pause(Phase::Setup, Runs::Source, m.costs.setup))
            }
            Stage::Round => {
                if self.part > 0 {
                    self.ran = (self.ran.1, self.ran.1 + last.ran);
                    self.seconds += last.seconds;
                }
                if self.part == self.parts() {
                    self.finish_round(m);
                }
                if self.why.is_some() { self.leave(m) } else { Some(self.part_of_round(m)) }
            }
            Stage::Freeze => self.rest(m),
            Stage::Push | Stage::Over => None,
        }
    }

    pub(super) fn parts(&self) -> u32 {
        if self.rules.skip { PARTS } else { 1 }
    }

    /// The next part of the present round.
    fn part_of_round(&mut self, m: &Mechanism) -> Step {
        let parts = f64::from(self.parts());
        // The middle of this part lies half a part later than now, if it takes as long as the one before.
        let middle = self.ran.1 + (self.ran.1 - self.ran.0) / 2.0;
        let again = if self.rules.skip { m.image.rewritten(middle) } else { Dirty::default() };
        let bytes = self.pending.without(&again) / parts;
        (self.part, self.sent, self.total) = (self.part + 1, self.sent + bytes, self.total + bytes);
        let speed = (1.0 - self.rules.slowdown) * (1.0 - self.throttle);
        let step = Step {
            speed,
            limit: self.rate,
            source_cpu: self.rules.track_cpu * bytes / m.image.page,
            ..Step::pause(Phase::Round(self.number), Runs::Source, 0.0)
        };
        step.sending(bytes, Way::SourceTarget, &m.costs)
    }

    /// The round is over: what was dirtied meanwhile is what the next one has to look at.
    fn finish_round(&mut self, m: &Mechanism) {
        self.pending = m.image.dirtied(self.ran.1);
        self.number += 1;
        let dirtied = self.pending.total();
        self.why = self.verdict(m, dirtied);
        if let Some(rates) = self.rules.rates
            && self.seconds > 0.0
            && dirtied / self.seconds > self.rate
        {
            self.rate = (dirtied / self.seconds + rates.step).min(rates.highest);
        }
        if self.rules.converge && dirtied > 0.5 * self.sent {
            self.throttle = if self.throttle == 0.0 { 0.2 } else { (self.throttle + 0.1).min(0.99) };
        }
        (self.part, self.ran, self.seconds) = (0, (0.0, 0.0), 0.0);
        (self.sent_before, self.sent) = (self.sent, 0.0);
    }

    fn verdict(&self, m: &Mechanism, left: f64) -> Option<Why> {
        let rules = &self.rules;
        let rate = if self.seconds > 0.0 { self.sent / self.seconds } else { f64::INFINITY };
        let fast = rules.rates.is_none_or(|r| self.rate >= r.highest);
        if left <= rules.few_pages * m.image.page {
            Some(Why::FewPages)
        } else if rules.downtime.is_some_and(|limit| left <= rate * limit) {
            Some(Why::Downtime)
        } else if rules.growing && fast && self.sent > self.sent_before {
            Some(Why::Growing)
        } else if self.number >= rules.rounds {
            Some(Why::Rounds)
        } else if self.total > rules.total * m.image.memory {
            Some(Why::Bytes)
        } else {
            None
        }
    }

    /// The rounds are over.
    fn leave(&mut self, m: &Mechanism) -> Option<Step> {
        if self.ending() == Ending::GivenUp {
            self.stage = Stage::Over;
            return None;
        }
        self.stage = Stage::Freeze;
        let left = if self.rules.then_push { 0.0 } else { self.pending() };
        // The last set goes at the highest rate, whatever the rounds were held to (Clark et al.).
        let limit = self.rules.rates.map_or(f64::INFINITY, |r| r.highest);
        let freeze = Step { limit, ..Step::pause(Phase::Switch, Runs::Nowhere, m.costs.switch) };
        Some(freeze.sending(left + m.image.kernel_state, Way::SourceTarget, &m.costs))
    }

    /// After the freeze.
    fn rest(&mut self, m: &Mechanism) -> Option<Step> {
        self.stage = Stage::Push;
        let left = self.pending();
        (self.rules.then_push && left > 0.0).then(|| copy_on_reference::push(m, left))
    }
}

//! The window of measurement: when it begins and ends, and when a run is over.

use super::World;
use crate::record::{Outcome, Traffic};
use crate::scenario::Warmup;

impl World<'_> {
    /// Opens the window at the end of the warm-up, closes it at the horizon, and bounds what follows. False where this
    /// arrival no longer takes place.
    #[cold]
    pub(super) fn watch_window(&mut self, index: u64) -> bool {
        let window = &self.scenario.window;
        if matches!(window.warmup, Warmup::Processes(n) if index == n) {
            self.measure();
        }
        if self.open && index >= window.processes.unwrap_or(u64::MAX) {
            self.close();
        }
        if self.open {
            return true;
        }
        let extra = self.scenario.limits.cooldown * self.outcome.arrivals.max(1) as f64;
        if (index - self.outcome.arrivals) as f64 > extra {
            self.give_up();
        }
        !window.drain
    }

    /// The window of measurement begins.
    pub(super) fn measure(&mut self) {
        self.measuring = true;
        self.outcome.left_out = self.arrived;
        self.outcome.integrals.begin(self.now);
        self.outcome.window.0 = self.now.seconds();
        self.traffic = Traffic::default();
    }

    /// The number in the system as an arrival finds it, for the series along the window.
    pub(super) fn note_population(&mut self) {
        let found = self.outcome.integrals.in_system() as f64;
        if let Some(series) = &mut self.outcome.series {
            series.add(found);
        }
    }

    /// The horizon: nothing that arrives from now on is measured.
    pub(super) fn close(&mut self) {
        self.open = false;
        self.last = 0;
        self.outcome.arrivals = self.arrived;
        if !self.scenario.window.drain {
            self.end_window();
        }
    }

    /// The time averages and the traffic of the window stay as they are now.
    pub(super) fn end_window(&mut self) {
        self.outcome.window.1 = self.now.seconds();
        self.outcome.integrals.end();
        self.outcome.traffic = self.traffic;
    }

    pub(super) fn finish(mut self) -> Outcome {
        self.close_books();
        if self.open || self.scenario.window.drain {
            self.outcome.arrivals = self.outcome.arrivals.max(self.arrived);
            self.end_window();
        }
        self.give_up();
        self.outcome
    }

    /// Tells the sink who is still in the system, in order of arrival; copies count as one.
    pub(super) fn tell_unfinished(&mut self) {
        let Some(sink) = &mut self.sink else { return };
        let all = self.stage.processes.as_slice().iter().filter(|p| p.index != u64::MAX);
        let mut left: Vec<_> = all.collect();
        left.sort_by_key(|p| p.index);
        left.dedup_by_key(|p| p.index);
        left.into_iter().for_each(|process| sink.unfinished(process));
    }
}

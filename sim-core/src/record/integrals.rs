//! Exact time integrals of the system's state: no sampling, so nothing can lock onto a periodic policy.

use crate::time::Time;

const IN_SYSTEM: usize = 0;
const LOAD: usize = 1;
const LOAD_SQUARED: usize = 2;
const SUM_OF_SQUARES: usize = 3;
const BUSY: usize = 4;
const COUNT: usize = 5;

/// Levels, and the areas under them over the window.
#[derive(Clone, Copy, Debug, Default)]
pub struct Integrals {
    at: f64,
    level: [f64; COUNT],
    area: [f64; COUNT],
    /// The areas at the end of the window.
    kept: [f64; COUNT],
}

impl Integrals {
    /// Time has gone on to t.
    #[inline(always)]
    pub(crate) fn advance(&mut self, t: Time) {
        let dt = t.seconds() - self.at;
        self.at = t.seconds();
        for k in 0..COUNT {
            self.area[k] += dt * self.level[k];
        }
    }

    /// The window begins now: areas start from zero, levels stay.
    pub(crate) fn begin(&mut self, t: Time) {
        self.at = t.seconds();
        self.area = [0.0; COUNT];
    }

    /// The window ends now.
    pub(crate) fn end(&mut self) {
        self.kept = self.area;
    }

    /// The load of a node has risen by one from `old`, or fallen by one to it; `cores` of them are served.
    #[inline(always)]
    pub(crate) fn load(&mut self, old: u32, change: f64, cores: u32) {
        let total = self.level[LOAD] + change;
        self.level[LOAD] = total;
        self.level[LOAD_SQUARED] = total * total;
        self.level[SUM_OF_SQUARES] += change * f64::from(2 * old + 1);
        self.level[BUSY] += if old < cores { change } else { 0.0 };
    }

    /// A process has entered (1) or left (-1) the system.
    #[inline(always)]
    pub(crate) fn population(&mut self, change: f64) {
        self.level[IN_SYSTEM] += change;
    }

    /// Processes in the system now.
    pub fn in_system(&self) -> f64 {
        self.level[IN_SYSTEM]
    }

    /// The area under the number in the system.
    pub fn in_system_area(&self) -> f64 {
        self.kept[IN_SYSTEM]
    }

    /// The area under the number of busy cores.
    pub fn busy_area(&self) -> f64 {
        self.kept[BUSY]
    }

    /// The ratio of time averages sqrt(mean over time of the variance across nodes) / mean load.
    pub fn load_cv(&self, nodes: u32, seconds: f64) -> f64 {
        let n = f64::from(nodes);
        let mean = self.kept[LOAD] / (seconds * n);
        let variance = self.kept[SUM_OF_SQUARES] / (seconds * n) - self.kept[LOAD_SQUARED] / (seconds * n * n);
        variance.max(0.0).sqrt() / mean
    }

    /// Jain's index of the loads, by time averages: (sum x)^2 / (n sum x^2).
    pub fn jain(&self, nodes: u32) -> f64 {
        self.kept[LOAD_SQUARED] / (f64::from(nodes) * self.kept[SUM_OF_SQUARES])
    }
}

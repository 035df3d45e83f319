//! Exact time integrals of the system's state: no sampling, so nothing can lock onto a periodic policy.

use crate::time::Time;

const IN_SYSTEM: usize = 0;
const LOAD: usize = 1;
const LOAD_SQUARED: usize = 2;
const SUM_OF_SQUARES: usize = 3;
const BUSY: usize = 4;
const COUNT: usize = 5;

/// Levels, and the areas under them over the window.
///
/// Levels are whole numbers, which keeps them exact; and a level that was just changed alone is not read back as one
/// half of a vector, which would stall the processor.
#[derive(Clone, Copy, Debug, Default)]
pub struct Integrals {
    at: f64,
    in_system: i64,
    load: i64,
    sum_of_squares: i64,
    busy: i64,
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
        let load = self.load as f64;
        self.area[IN_SYSTEM] += dt * self.in_system as f64;
        self.area[LOAD] += dt * load;
        self.area[LOAD_SQUARED] += dt * (load * load);
        self.area[SUM_OF_SQUARES] += dt * self.sum_of_squares as f64;
        self.area[BUSY] += dt * self.busy as f64;
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

    /// A process has joined a node that had this load and serves up to `cores`.
    #[inline(always)]
    pub(crate) fn joined(&mut self, load: u32, cores: u32) {
        self.load += 1;
        self.sum_of_squares += i64::from(load) * 2 + 1;
        self.busy += i64::from(load < cores);
    }

    /// A process has left a node that now has this load.
    #[inline(always)]
    pub(crate) fn left(&mut self, load: u32, cores: u32) {
        self.load -= 1;
        self.sum_of_squares -= i64::from(load) * 2 + 1;
        self.busy -= i64::from(load < cores);
    }

    /// A process has entered the system.
    #[inline(always)]
    pub(crate) fn entered(&mut self) {
        self.in_system += 1;
    }

    /// A process has left the system.
    #[inline(always)]
    pub(crate) fn exited(&mut self) {
        self.in_system -= 1;
    }

    /// Processes in the system now.
    pub fn in_system(&self) -> u64 {
        self.in_system.unsigned_abs()
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

//! Exact time integrals of the system's state: no sampling, so nothing can lock onto a periodic policy.

use crate::time::Time;

/// A whole number that changes in jumps, and the area under it.
///
/// Whole numbers stay exact. Each level stands beside its own area and not beside other levels: two levels side by side
/// would be changed one by one here and together there, and reading back as one what was written as two stalls the
/// processor.
#[derive(Clone, Copy, Debug, Default)]
struct Level {
    now: i64,
    area: f64,
}

impl Level {
    #[inline(always)]
    fn advance(&mut self, dt: f64) {
        self.area += dt * self.now as f64;
    }
}

/// Levels, and the areas under them over the window.
#[derive(Clone, Copy, Debug, Default)]
struct Levels {
    in_system: Level,
    load: Level,
    sum_of_squares: Level,
    busy: Level,
    /// Of the load.
    squared_area: f64,
}

/// The exact time integrals of a run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Integrals {
    at: f64,
    levels: Levels,
    /// As they were at the end of the window.
    kept: Levels,
}

impl Integrals {
    /// Time has gone on to t.
    #[inline(always)]
    pub(crate) fn advance(&mut self, t: Time) {
        let dt = t.seconds() - self.at;
        self.at = t.seconds();
        let levels = &mut self.levels;
        levels.in_system.advance(dt);
        levels.load.advance(dt);
        levels.sum_of_squares.advance(dt);
        levels.busy.advance(dt);
        let load = levels.load.now as f64;
        levels.squared_area += dt * (load * load);
    }

    /// The window begins now: areas start from zero, levels stay.
    pub(crate) fn begin(&mut self, t: Time) {
        self.at = t.seconds();
        let fresh = |level: Level| Level { area: 0.0, ..level };
        let Levels { in_system, load, sum_of_squares, busy, .. } = self.levels;
        self.levels = Levels {
            in_system: fresh(in_system),
            load: fresh(load),
            sum_of_squares: fresh(sum_of_squares),
            busy: fresh(busy),
            squared_area: 0.0,
        };
    }

    /// The window ends now.
    pub(crate) fn end(&mut self) {
        self.kept = self.levels;
    }

    /// A process has joined a node that had this load and serves up to `cores`.
    #[inline(always)]
    pub(crate) fn joined(&mut self, load: u32, cores: u32) {
        self.levels.load.now += 1;
        self.levels.sum_of_squares.now += i64::from(load) * 2 + 1;
        self.levels.busy.now += i64::from(load < cores);
    }

    /// A process has left a node that now has this load.
    #[inline(always)]
    pub(crate) fn left(&mut self, load: u32, cores: u32) {
        self.levels.load.now -= 1;
        self.levels.sum_of_squares.now -= i64::from(load) * 2 + 1;
        self.levels.busy.now -= i64::from(load < cores);
    }

    /// A process has entered the system.
    #[inline(always)]
    pub(crate) fn entered(&mut self) {
        self.levels.in_system.now += 1;
    }

    /// A process has left the system.
    #[inline(always)]
    pub(crate) fn exited(&mut self) {
        self.levels.in_system.now -= 1;
    }

    /// Processes in the system now.
    pub fn in_system(&self) -> u64 {
        self.levels.in_system.now.unsigned_abs()
    }

    /// The area under the number in the system.
    pub fn in_system_area(&self) -> f64 {
        self.kept.in_system.area
    }

    /// The area under the number of busy cores.
    pub fn busy_area(&self) -> f64 {
        self.kept.busy.area
    }

    /// The ratio of time averages sqrt(mean over time of the variance across nodes) / mean load.
    pub fn load_cv(&self, nodes: u32, seconds: f64) -> f64 {
        let n = f64::from(nodes);
        let mean = self.kept.load.area / (seconds * n);
        let variance = self.kept.sum_of_squares.area / (seconds * n) - self.kept.squared_area / (seconds * n * n);
        variance.max(0.0).sqrt() / mean
    }

    /// Jain's index of the loads, by time averages: (sum x)^2 / (n sum x^2).
    pub fn jain(&self, nodes: u32) -> f64 {
        self.kept.squared_area / (f64::from(nodes) * self.kept.sum_of_squares.area)
    }
}

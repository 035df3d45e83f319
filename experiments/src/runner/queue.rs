//! The tasks of all threads: runs that are ready, points whose round is complete, points that nobody has begun.
//!
//! Its size depends on the points in work, not on the number of runs. A round that is complete comes first, then ready
//! runs in canonical order, then a new point, so nobody waits for a point as long as there is work at another.
//!
//! Not here: what the tasks do.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// One run: a cell by its place in the experiment, and the replication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Job {
    pub(super) point: usize,
    pub(super) cell: usize,
    pub(super) replication: u64,
}

/// What a thread does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Task {
    /// Find out what a point needs.
    Point(usize),
    /// Run.
    Run(Job),
}

/// The tasks.
pub(super) struct Queue {
    state: Mutex<State>,
    wake: Condvar,
}

struct State {
    fresh: Range<usize>,
    complete: VecDeque<usize>,
    ready: VecDeque<Job>,
    /// Runs of the present round that are not finished, of the points in work.
    left: BTreeMap<usize, usize>,
    /// Tasks that threads are at.
    busy: usize,
}

impl Queue {
    /// With so many points to begin.
    pub(super) fn new(points: usize) -> Queue {
        let state = State {
            fresh: 0..points,
            complete: VecDeque::new(),
            ready: VecDeque::new(),
            left: BTreeMap::new(),
            busy: 0,
        };
        Queue { state: Mutex::new(state), wake: Condvar::new() }
    }

    /// The next task; waits as long as another thread may make one. None when all is done or must stop.
    pub(super) fn next(&self, stop: &[&AtomicBool]) -> Option<Task> {
        let mut state = self.state();
        loop {
            if stop.iter().any(|flag| flag.load(Ordering::Relaxed)) {
                self.wake.notify_all();
                return None;
            }
            if let Some(task) = state.take() {
                state.busy += 1;
                return Some(task);
            }
            if state.busy == 0 {
                self.wake.notify_all();
                return None;
            }
            state = self.wake.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// A point has been looked at: these runs are its next round, or none.
    pub(super) fn opened(&self, point: usize, jobs: Vec<Job>) {
        let mut state = self.state();
        state.busy -= 1;
        if !jobs.is_empty() {
            state.left.insert(point, jobs.len());
            state.ready.extend(jobs);
        }
        self.wake.notify_all();
    }

    /// A run is over, well or not.
    pub(super) fn finished(&self, point: usize) {
        let mut state = self.state();
        state.busy -= 1;
        if let Some(left) = state.left.get_mut(&point) {
            *left -= 1;
            if *left == 0 {
                state.left.remove(&point);
                state.complete.push_back(point);
            }
        }
        self.wake.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn take(&mut self) -> Option<Task> {
        let complete = self.complete.pop_front().map(Task::Point);
        let ready = || self.ready.pop_front().map(Task::Run);
        complete.or_else(ready).or_else(|| self.fresh.next().map(Task::Point))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(point: usize, replication: u64) -> Job {
        Job { point, cell: point, replication }
    }

    #[test]
    fn a_complete_round_comes_before_ready_runs_and_these_before_new_points() {
        let queue = Queue::new(2);
        let next = || queue.next(&[]);
        assert_eq!(next(), Some(Task::Point(0)));
        queue.opened(0, vec![job(0, 0), job(0, 1)]);
        assert_eq!(
            (next(), next(), next()),
            (Some(Task::Run(job(0, 0))), Some(Task::Run(job(0, 1))), Some(Task::Point(1)))
        );
        queue.opened(1, vec![job(1, 0)]);
        queue.finished(0);
        queue.finished(0);
        assert_eq!((next(), next()), (Some(Task::Point(0)), Some(Task::Run(job(1, 0)))));
        queue.opened(0, Vec::new());
        queue.finished(1);
        assert_eq!(next(), Some(Task::Point(1)));
        queue.opened(1, Vec::new());
        assert_eq!(next(), None);
    }

    #[test]
    fn nothing_is_handed_out_after_a_stop() {
        assert_eq!(Queue::new(3).next(&[&AtomicBool::new(true)]), None);
    }

    #[test]
    fn a_thread_waits_for_the_runs_that_another_may_make() {
        let queue = Queue::new(1);
        assert_eq!(queue.next(&[]), Some(Task::Point(0)));
        std::thread::scope(|scope| {
            let other = scope.spawn(|| queue.next(&[]));
            queue.opened(0, vec![job(0, 0)]);
            assert_eq!(other.join().expect("no panic"), Some(Task::Run(job(0, 0))));
        });
    }
}

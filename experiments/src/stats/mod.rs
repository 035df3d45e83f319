//! From replications to verdicts: the statistics of loadlab as pure functions on slices.
//!
//! A slice holds one number per replication, in the order of the replications; two slices that are compared are paired
//! by position (common random numbers). Nothing here reads files, knows metric names or prints tables. Input that
//! cannot carry an answer (too short, not a number, ...) is a [`Refused`], never a panic and never a NaN.
//! `docs/METHOD.md` tells the method as a whole; every formula stands where it is computed.

mod batch;
mod contrast;
mod moments;
mod multiple;
mod quantile;
mod ratio;
mod refused;
mod stop;
mod student;
mod verdict;
mod warmup;

pub use batch::{BatchMeans, batch_means};
pub use contrast::{Contrast, Kind};
pub use moments::{Moments, PairMoments};
pub use multiple::Adjust;
pub use quantile::{
    Ranks, enclosing_ranks, nearest_rank, pareto_bias, quantile, quantile_interval, smallest_two_sided, smallest_upper,
};
pub use ratio::ratio_interval;
pub use refused::Refused;
pub use stop::{Action, Decision, Family, Precision, Reason, Status, StoppingRule, Target};
pub use student::{Estimate, Interval, StudentT, mean_interval};
pub use verdict::{Direction, Judged, Question, Verdict};
pub use warmup::{Truncation, mser, shared_truncation, welch_curve};

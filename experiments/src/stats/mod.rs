//! From replications to verdicts: the statistics of loadlab as pure functions on slices.
//!
//! A slice holds one number per replication, in the order of the replications; two slices that are compared are paired
//! by position (common random numbers). Nothing here reads files, knows metric names or prints tables. Input that
//! cannot carry an answer (too short, not a number, ...) is a [`Refused`], never a panic and never a NaN.
//! `docs/METHOD.md` tells the method as a whole; every formula stands where it is computed.

mod batch;
mod claim;
mod contrast;
mod effort;
mod moments;
mod multiple;
mod quantile;
mod ratio;
mod refused;
mod select;
mod stop;
mod student;
mod tail;
mod verdict;
mod warmup;
mod warning;

pub use batch::{BatchMeans, batch_means};
pub use claim::{Judgement, Outcome, Relation, Side, Tolerance, judge, judge_all};
pub use contrast::{Contrast, Kind};
pub use effort::{mm1_processes_needed, mm1_wait_constant, replications_needed};
pub use moments::{Moments, PairMoments};
pub use multiple::Adjust;
pub use quantile::{
    Ranks, enclosing_ranks, nearest_rank, pareto_bias, quantile, quantile_interval, smallest_two_sided, smallest_upper,
};
pub use ratio::{ratio_interval, ratio_of};
pub use refused::Refused;
pub use select::{Selection, select_best};
pub use stop::{Action, Decision, Family, Precision, Reason, Status, StoppingRule, Target};
pub use student::{Estimate, Interval, StudentT, mean_interval};
pub use tail::{TailIndex, c2, hill, survival_slope, tail_count, top_share};
pub use verdict::{Direction, Judged, Question, Verdict};
pub use warmup::{Truncation, mser, shared_truncation, welch_curve};
pub use warning::{Infinite, Warning};

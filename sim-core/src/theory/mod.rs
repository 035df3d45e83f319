//! Closed forms and numerical solutions for the models that have one. Tests assert them, plots draw them.
//!
//! Each solution is coded once, beside its formula, symbols and citation. Unless a function takes a law, the mean
//! lifetime is 1, every node has speed 1 and `load` (λ) is the arrival rate per node, so `0 < load < 1`. Symbols that
//! all files share: W the mean response, p_k = P(a node holds k processes), s_k = P(it holds k or more), both counting
//! the process in service; T a threshold, Lp a probe limit, `q = s_T`, `u = s_{T+1}`.
//!
//! Not here: anything estimated. What has no solution is simulated elsewhere.

pub mod bounds;
pub mod catalogue;
mod chain;
pub mod fb;
mod fixed_point;
mod flows;
mod jet;
pub mod jiq;
pub mod jsq2;
mod matrix;
pub mod mg1;
pub mod mmk;
mod numeric;
pub mod old_information;
pub mod refined;
pub mod round_robin;
pub mod run_length;
pub mod sharing;
pub mod sizes;
pub mod srpt;
pub mod stealing;
pub mod supermarket;
pub mod transfer_cost;
pub mod transfer_delay;

/// Why a model has no value for the given input.
#[derive(Clone, Debug, PartialEq)]
pub enum Error {
    /// The load reaches what the model can carry.
    Unstable {
        /// The offered load.
        load: f64,
        /// The load below which the model is stable.
        bound: f64,
    },
    /// A parameter for which the model means nothing.
    Meaningless {
        /// The parameter.
        name: &'static str,
        /// Its value.
        value: f64,
        /// What it must be, as in "more than 0".
        must_be: &'static str,
    },
    /// The quantity exists and is infinite.
    Infinite {
        /// The quantity and the moment that diverges.
        what: &'static str,
    },
    /// The numerical method did not reach its precision.
    NotSolved {
        /// The equation.
        what: &'static str,
        /// What was left when the method gave up.
        residual: f64,
    },
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Error::Unstable { load, bound } => write!(f, "load {load} is unstable: it must be below {bound}"),
            Error::Meaningless { name, value, must_be } => {
                write!(f, "{name} = {value} makes no sense: it must be {must_be}")
            }
            Error::Infinite { what } => write!(f, "{what} is infinite"),
            Error::NotSolved { what, residual } => write!(f, "{what} was not solved: {residual:e} is left"),
        }
    }
}

impl std::error::Error for Error {}

/// A value or the reason why there is none.
pub type Solved<T> = Result<T, Error>;

/// The stationary state of an infinite system of equal nodes.
#[derive(Clone, Debug, PartialEq)]
pub struct MeanField {
    /// W, the mean response in mean lifetimes.
    pub response: f64,
    /// Probes sent per process.
    pub probes: f64,
    /// Transfers paid per process.
    pub transfers: f64,
    /// `occupancy[k]` is s_k, from s_0 = 1 until it falls below 1e-14, or for the first 100 000 levels.
    pub occupancy: Vec<f64>,
}

/// Where an occupancy is cut off.
const NEGLIGIBLE: f64 = 1e-14;
/// The most levels of an occupancy: enough for every load up to 0.9996.
const LEVELS: usize = 100_000;
/// The largest threshold, number of probes and the like.
const MOST: u32 = 10_000;

impl MeanField {
    /// From s_0, ..., s_n and the ratio with which the rest falls: s_{n+j} = s_n ratio^j.
    /// Little's law: W = (Σ_{k>=1} s_k) / load.
    fn with_tail(load: f64, mut occupancy: Vec<f64>, ratio: f64, probes: f64, transfers: f64) -> MeanField {
        let last = occupancy[occupancy.len() - 1];
        let length = occupancy[1..].iter().sum::<f64>() + last * ratio / (1.0 - ratio);
        let mut s = last * ratio;
        while s > NEGLIGIBLE && occupancy.len() < LEVELS {
            occupancy.push(s);
            s *= ratio;
        }
        MeanField { response: length / load, probes, transfers, occupancy }
    }
}

/// Checks a load per node: above 0, below 1.
fn check_load(load: f64) -> Solved<()> {
    check(load > 0.0, "load", load, "more than 0")?;
    if load < 1.0 { Ok(()) } else { Err(Error::Unstable { load, bound: 1.0 }) }
}

/// Checks a threshold, a number of probes or the like. The upper end keeps every loop short.
fn check_count(name: &'static str, value: u32) -> Solved<()> {
    check((1..=MOST).contains(&value), name, f64::from(value), "between 1 and 10000")
}

/// Checks a quantity that must be finite and not negative.
fn check_size(name: &'static str, value: f64) -> Solved<()> {
    check(value >= 0.0 && value.is_finite(), name, value, "finite and at least 0")
}

fn check(holds: bool, name: &'static str, value: f64, must_be: &'static str) -> Solved<()> {
    if holds { Ok(()) } else { Err(Error::Meaningless { name, value, must_be }) }
}

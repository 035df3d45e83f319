//! Two nodes with one Poisson stream, each process joining the shorter queue: no closed form, a Markov chain.
//!
//! Solved numerically since Kingman, Two similar queues in parallel, Annals of Math. Statistics 32(4), 1961.

use super::chain::stationary;
use super::{Error, Solved, check_load};

/// The largest difference of the two queues that the chain distinguishes.
const GAP: usize = 60;
/// The largest probability of the last phase that is accepted.
const TRUNCATION: f64 = 1e-11;

/// The solution and its truncation error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Jsq2 {
    /// W, the mean response in mean lifetimes.
    pub response: f64,
    /// The error in W from the truncation of the difference of the queues, estimated as the probability that the
    /// chain stands at the truncation, times its value there, per arrival.
    pub error: f64,
}

/// The mean response with load λ on each node. State: (shorter queue s, difference g). Arrivals at rate 2λ: g > 0 to
/// (s + 1, g - 1), g = 0 to (s, 1). Completions at rate 1: of the shorter (s > 0) to (s - 1, g + 1), of the longer
/// (g > 0) to (s, g - 1); with g = 0 both are alike, hence rate 2.
pub fn response(load: f64) -> Solved<Jsq2> {
    check_load(load)?;
    let solved = stationary(1, GAP + 1, |s, g, out| {
        if g > 0 {
            out.push((1, g - 1, 2.0 * load));
            out.push((0, g - 1, 1.0));
        } else {
            out.push((0, 1, 2.0 * load));
        }
        if s > 0 {
            out.push((-1, g + 1, if g == 0 { 2.0 } else { 1.0 }));
        }
    })?;
    let beyond = solved.last_phase();
    if beyond > TRUNCATION {
        return Err(Error::NotSolved { what: "join the shortest of two queues", residual: beyond });
    }
    let length = 2.0 * solved.mean_level() + solved.mean_phase();
    Ok(Jsq2 { response: length / (2.0 * load), error: beyond.max(0.0) * GAP as f64 / (2.0 * load) })
}

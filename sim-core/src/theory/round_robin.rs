//! Round robin from one Poisson stream to N nodes, first come first served: each node is an E_N/M/1 queue.

use super::numeric::{power, root};
use super::{Solved, check_count, check_load};

/// The mean response 1 / (1 - σ), where σ in (0, 1) solves σ = (Nλ / (Nλ + 1 - σ))^N: the Laplace transform of an
/// Erlang-N gap with mean 1/λ at 1 - σ. Erlang gaps vary less than exponential ones, so σ is at most λ.
///
/// Kleinrock, Queueing Systems vol. 1, Wiley 1975, section 6.4 (G/M/1).
pub fn response(nodes: u32, load: f64) -> Solved<f64> {
    check_count("nodes", nodes)?;
    check_load(load)?;
    let stream = f64::from(nodes) * load;
    let sigma = root(0.0, load, |s| s - power(stream / (stream + 1.0 - s), nodes));
    Ok(1.0 / (1.0 - sigma))
}

/// The limit of many nodes, D/M/1: σ = exp(-(1 - σ) / λ).
pub fn response_of_many_nodes(load: f64) -> Solved<f64> {
    check_load(load)?;
    let sigma = root(0.0, load, |s| s - libm::exp(-(1.0 - s) / load));
    Ok(1.0 / (1.0 - sigma))
}

//! M/M/1 and M/M/k: the two bounds of every load-sharing policy with exponential lifetimes and free transfers (none
//! shares less than M/M/1, none more than M/M/k).

use super::{Error, Solved, check, check_size};

fn check_utilisation(load: f64) -> Solved<()> {
    check_size("load", load)?;
    if load < 1.0 { Ok(()) } else { Err(Error::Unstable { load, bound: 1.0 }) }
}

/// M/M/1: W = 1 / (1 - λ). Any order that does not know lifetimes has this mean.
///
/// Kleinrock, Queueing Systems vol. 1, Wiley 1975, section 3.2.
pub fn mm1_response(load: f64) -> Solved<f64> {
    check_utilisation(load)?;
    Ok(1.0 / (1.0 - load))
}

/// M/M/1, first come first served: the response is exponential, so its p-quantile is -ln(1 - p) / (1 - λ).
///
/// Kleinrock, Queueing Systems vol. 1, Wiley 1975, section 5.
pub fn mm1_response_quantile(load: f64, p: f64) -> Solved<f64> {
    check_utilisation(load)?;
    check((0.0..1.0).contains(&p), "p", p, "at least 0 and less than 1")?;
    Ok(-libm::log1p(-p) / (1.0 - load))
}

/// Erlang B: the fraction of processes that find k servers busy when none may wait, offered a = kλ erlangs.
/// B_0 = 1, B_i = a B_{i-1} / (i + a B_{i-1}).
///
/// Erlang 1917; the recursion: Cooper, Introduction to Queueing Theory, 2nd ed., 1981, section 3.3.
pub fn erlang_b(servers: u32, offered: f64) -> Solved<f64> {
    check_size("offered load", offered)?;
    Ok((1..=servers).fold(1.0, |b, i| offered * b / (f64::from(i) + offered * b)))
}

/// Erlang C: the fraction of processes that wait, C = B / (1 - ρ (1 - B)), with load ρ per server.
///
/// Cooper, Introduction to Queueing Theory, 2nd ed., 1981, section 3.4.
pub fn erlang_c(servers: u32, load: f64) -> Solved<f64> {
    check(servers >= 1, "servers", f64::from(servers), "at least 1")?;
    check_utilisation(load)?;
    let b = erlang_b(servers, f64::from(servers) * load)?;
    Ok(b / (1.0 - load * (1.0 - b)))
}

/// M/M/k, the mean wait: C / (k (1 - ρ)).
pub fn mmk_wait(servers: u32, load: f64) -> Solved<f64> {
    Ok(erlang_c(servers, load)? / (f64::from(servers) * (1.0 - load)))
}

/// M/M/k, the mean response: 1 + C / (k (1 - ρ)).
pub fn mmk_response(servers: u32, load: f64) -> Solved<f64> {
    Ok(1.0 + mmk_wait(servers, load)?)
}

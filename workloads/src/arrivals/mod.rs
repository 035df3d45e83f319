//! Arrival processes: when processes arrive. One process, one file; the catalogue is [`ARRIVALS`].

mod poisson;

pub use poisson::Poisson;

use loadlab_core::rng::Rng;
use loadlab_core::spec::Kind;

/// A kind of arrival process, before it has a rate and randomness.
pub trait ArrivalProcess: std::fmt::Debug + Send + Sync {
    /// Begins at time 0 with so many arrivals per second in the long run.
    fn start(&self, rate: f64, rng: Rng) -> Box<dyn Arrivals>;
}

/// A stream of arrival times.
pub trait Arrivals: Send {
    /// The next times, in seconds, in order.
    fn fill(&mut self, times: &mut [f64]);
}

/// Every arrival process that TOML can name.
pub static ARRIVALS: &[Kind<Box<dyn ArrivalProcess>>] = &[poisson::KIND];

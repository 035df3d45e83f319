//! Arrival processes: when processes arrive. One process, one file; the catalogue is [`ARRIVALS`].

mod batches;
mod daily;
mod deterministic;
mod mmpp2;
mod ou_poisson;
mod poisson;
mod renewal;

pub use batches::Batches;
pub use daily::{Daily, Shape};
pub use deterministic::Deterministic;
pub use mmpp2::Mmpp2;
pub use ou_poisson::OuPoisson;
pub use poisson::Poisson;
pub use renewal::Renewal;

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
pub static ARRIVALS: &[Kind<Box<dyn ArrivalProcess>>] =
    &[poisson::KIND, deterministic::KIND, renewal::KIND, mmpp2::KIND, ou_poisson::KIND, daily::KIND, batches::KIND];

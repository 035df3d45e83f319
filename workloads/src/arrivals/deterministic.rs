//! Deterministic arrivals: equal gaps.

use super::{ArrivalProcess, Arrivals};
use loadlab_core::rng::Rng;
use loadlab_core::spec::Kind;

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn ArrivalProcess>> = Kind {
    name: "deterministic",
    summary: "Equal gaps.",
    doc: "Process k arrives k gaps after the start, the first one gap after it. Homes are still drawn, so a single node \
          does not see equal gaps unless there is only one.",
    reference: "",
    params: &[],
    build: |_| Ok(Box::new(Deterministic)),
    example: "kind = \"deterministic\"\n",
};

/// Equal gaps.
#[derive(Clone, Copy, Debug)]
pub struct Deterministic;

impl ArrivalProcess for Deterministic {
    fn start(&self, rate: f64, _rng: Rng) -> Box<dyn Arrivals> {
        Box::new(Stream { rate, arrived: 0 })
    }
}

struct Stream {
    rate: f64,
    arrived: u64,
}

impl Arrivals for Stream {
    fn fill(&mut self, times: &mut [f64]) {
        for t in times {
            self.arrived += 1;
            // A quotient, not a sum of gaps, so that rounding does not add up.
            *t = self.arrived as f64 / self.rate;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_millionth_process_arrives_a_million_gaps_after_the_start() {
        let mut times = vec![0.0; 1_000_000];
        Deterministic.start(3.0, Rng::new(1)).fill(&mut times);
        assert_eq!((times[0], times[999_999]), (1.0 / 3.0, 1_000_000.0 / 3.0));
    }
}

//! Poisson arrivals: independent exponential gaps.

use super::{ArrivalProcess, Arrivals};
use loadlab_core::law::ziggurat::Ziggurat;
use loadlab_core::rng::Rng;
use loadlab_core::spec::Kind;

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn ArrivalProcess>> = Kind {
    name: "poisson",
    summary: "Independent exponential gaps.",
    doc: "One Poisson process for the whole system; each arrival draws its home by the weights, so every node has its own \
          independent Poisson process. The rate is solved from the offered load.",
    reference: "",
    params: &[],
    build: |_| Ok(Box::new(Poisson)),
    example: "kind = \"poisson\"\n",
};

/// Independent exponential gaps.
#[derive(Clone, Copy, Debug)]
pub struct Poisson;

impl ArrivalProcess for Poisson {
    fn start(&self, rate: f64, rng: Rng) -> Box<dyn Arrivals> {
        Box::new(Stream { gap: 1.0 / rate, clock: 0.0, rng })
    }
}

struct Stream {
    gap: f64,
    clock: f64,
    rng: Rng,
}

impl Arrivals for Stream {
    fn fill(&mut self, times: &mut [f64]) {
        let tables = Ziggurat::tables();
        for t in times {
            self.clock += self.gap * tables.exponential(&mut self.rng);
            *t = self.clock;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_in_equal_intervals_have_the_mean_and_variance_of_poisson() {
        let mut arrivals = Poisson.start(5.0, Rng::new(1));
        let mut times = vec![0.0; 500_000];
        arrivals.fill(&mut times);
        let intervals = 90_000;
        let mut counts = vec![0.0f64; intervals];
        times.iter().filter(|t| **t < intervals as f64).for_each(|t| counts[*t as usize] += 1.0);
        let n = intervals as f64;
        let mean = counts.iter().sum::<f64>() / n;
        let variance = counts.iter().map(|c| (c - mean) * (c - mean)).sum::<f64>() / (n - 1.0);
        assert!((mean - 5.0).abs() < 4.0 * (5.0 / n).sqrt(), "mean {mean}");
        // Var of the sample variance of Poisson(5): (mu4 - sigma^4) / n, mu4 = 3 * 25 + 5.
        assert!((variance - 5.0).abs() < 4.0 * ((80.0 - 25.0) / n).sqrt(), "variance {variance}");
    }
}

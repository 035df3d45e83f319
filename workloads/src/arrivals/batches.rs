//! Batches: several processes arrive at once.

use super::{ArrivalProcess, Arrivals};
use crate::structured::mean_rounded_up;
use loadlab_core::law::Law;
use loadlab_core::law::ziggurat::Ziggurat;
use loadlab_core::rng::Rng;
use loadlab_core::spec::{Kind, Need, Param, Ty, Unit};
use std::sync::Arc;

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn ArrivalProcess>> = Kind {
    name: "batches",
    summary: "Several processes arrive at the same instant.",
    doc: "Batches arrive as a Poisson process; their sizes are independent draws of `size`, rounded up, and at least 1. \
          The rate of batches is the arrival rate over the mean size. The variance of counts over their mean is \
          E[S^2] / E[S]. Each process draws its own home.",
    reference: "R. W. Wolff, Stochastic Modeling and the Theory of Queues, Prentice Hall, 1989",
    params: &[Param {
        name: "size",
        ty: Ty::Law(Unit::One),
        need: Need::Required,
        doc: "The law of the number of processes in a batch.",
    }],
    build: |args| Ok(Box::new(Batches::new(args.law("size"))?)),
    example: "kind = \"batches\"\nsize = { kind = \"uniform\", min = 0, max = 10 }\n",
};

/// Several at once.
#[derive(Clone, Debug)]
pub struct Batches {
    size: Arc<dyn Law>,
    mean: f64,
}

impl Batches {
    /// Sizes of this law, rounded up, and at least 1. A law that reaches beyond a million with any probability to speak
    /// of is refused.
    pub fn new(size: Arc<dyn Law>) -> Result<Self, String> {
        // E[max(1, ceil X)] = P(X <= 0) + E[ceil X].
        let mean = size.cdf(0.0) + mean_rounded_up(size.as_ref())?;
        Ok(Batches { size, mean })
    }

    /// The mean size.
    pub fn mean(&self) -> f64 {
        self.mean
    }
}

impl ArrivalProcess for Batches {
    fn start(&self, rate: f64, rng: Rng) -> Box<dyn Arrivals> {
        Box::new(Stream { size: self.size.clone(), gap: self.mean / rate, clock: 0.0, left: 0, rng })
    }
}

struct Stream {
    size: Arc<dyn Law>,
    /// Mean gap between batches.
    gap: f64,
    clock: f64,
    /// What is left of the present batch.
    left: u64,
    rng: Rng,
}

impl Arrivals for Stream {
    fn fill(&mut self, times: &mut [f64]) {
        let tables = Ziggurat::tables();
        for t in times {
            if self.left == 0 {
                self.clock += self.gap * tables.exponential(&mut self.rng);
                self.left = self.size.sample(&mut self.rng).ceil().max(1.0) as u64;
            }
            self.left -= 1;
            *t = self.clock;
        }
    }
}

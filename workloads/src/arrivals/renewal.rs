//! Renewal arrivals: independent gaps of any law.

use super::{ArrivalProcess, Arrivals};
use loadlab_core::law::Law;
use loadlab_core::rng::Rng;
use loadlab_core::spec::{Kind, Need, Param, Ty, Unit};
use std::sync::Arc;

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn ArrivalProcess>> = Kind {
    name: "renewal",
    summary: "Independent gaps of any law.",
    doc: "The law is scaled so that its mean is one over the arrival rate: only its shape matters. In the long run the \
          variance of counts is the squared coefficient of variation of the gaps times their mean. The first gap starts \
          at time 0.",
    reference: "D. R. Cox, Renewal Theory, Methuen, 1962",
    params: &[Param { name: "gap", ty: Ty::Law(Unit::Seconds), need: Need::Required, doc: "The law of the gaps." }],
    build: |args| Ok(Box::new(Renewal::new(args.law("gap"))?)),
    example: "kind = \"renewal\"\ngap = { kind = \"hyperexponential\", mean = 1.0, c2 = 4.0 }\n",
};

/// Independent gaps.
#[derive(Clone, Debug)]
pub struct Renewal {
    gap: Arc<dyn Law>,
}

impl Renewal {
    /// Gaps of this shape. The mean must be positive and finite.
    pub fn new(gap: Arc<dyn Law>) -> Result<Self, String> {
        let mean = gap.mean();
        if mean > 0.0 && mean.is_finite() {
            Ok(Renewal { gap })
        } else {
            Err(format!("the law of the gaps has mean {mean}, which cannot be scaled to an arrival rate"))
        }
    }
}

impl ArrivalProcess for Renewal {
    fn start(&self, rate: f64, rng: Rng) -> Box<dyn Arrivals> {
        let gap = self.gap.scaled(1.0 / (rate * self.gap.mean()));
        Box::new(Stream { gap, clock: 0.0, rng })
    }
}

struct Stream {
    gap: Box<dyn Law>,
    clock: f64,
    rng: Rng,
}

impl Arrivals for Stream {
    fn fill(&mut self, times: &mut [f64]) {
        self.gap.fill(&mut self.rng, times);
        for t in times {
            self.clock += *t;
            *t = self.clock;
        }
    }
}

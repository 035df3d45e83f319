//! A Poisson process whose rate wanders: its logarithm is an Ornstein-Uhlenbeck process.

use super::{ArrivalProcess, Arrivals};
use crate::trace::gamma::normal;
use loadlab_core::law::ziggurat::Ziggurat;
use loadlab_core::rng::Rng;
use loadlab_core::spec::{Kind, Need, Param, Range, Ty};

/// How many times per relaxation time the rate changes.
const STEPS_PER_RELAXATION: f64 = 100.0;

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn ArrivalProcess>> = Kind {
    name: "ou-poisson",
    summary: "A Poisson process whose rate wanders around its mean.",
    doc: "Arrivals are Poisson at rate L exp(Y - s^2/2), with Y a stationary Ornstein-Uhlenbeck process of standard \
          deviation `s` and relaxation time `tau`, so that the mean rate is L. The covariance of the rates at a distance \
          of t is L^2 (exp(s^2 exp(-t/tau)) - 1). The rate is held for a hundredth of `tau` at a time.",
    reference: "G. E. Uhlenbeck, L. S. Ornstein, On the theory of the Brownian motion, Physical Review 36(5), 1930, \
                doi:10.1103/PhysRev.36.823; D. R. Cox, Some statistical methods connected with series of events, Journal \
                of the Royal Statistical Society B 17(2), 1955",
    params: &[
        Param {
            name: "s",
            ty: Ty::Number(Range { low: 0.0, high: 5.0, above: false, below: false }),
            need: Need::Required,
            doc: "The standard deviation of the logarithm of the rate.",
        },
        Param {
            name: "tau",
            ty: Ty::Duration(Range::POSITIVE),
            need: Need::Required,
            doc: "How long the rate remembers: correlations fall to 1/e in this time.",
        },
    ],
    build: |args| Ok(Box::new(OuPoisson { s: args.number("s"), tau: args.number("tau") })),
    example: "kind = \"ou-poisson\"\ns = 0.4\ntau = \"2min\"\n",
};

/// A wandering rate.
#[derive(Clone, Copy, Debug)]
pub struct OuPoisson {
    /// The standard deviation of the logarithm of the rate.
    pub s: f64,
    /// The relaxation time, in seconds.
    pub tau: f64,
}

impl ArrivalProcess for OuPoisson {
    fn start(&self, rate: f64, mut rng: Rng) -> Box<dyn Arrivals> {
        let y = self.s * normal(&mut rng);
        let decay = libm::exp(-1.0 / STEPS_PER_RELAXATION);
        let step = self.tau / STEPS_PER_RELAXATION;
        let due = Ziggurat::tables().exponential(&mut rng);
        Box::new(Stream { rate, s: self.s, decay, step, y, begun: 0, used: 0.0, due, rng })
    }
}

struct Stream {
    rate: f64,
    s: f64,
    /// exp(-step / tau).
    decay: f64,
    /// How long the rate is held.
    step: f64,
    /// Y, the logarithm of the rate over its mean, up to s^2/2.
    y: f64,
    /// Steps that are over.
    begun: u64,
    /// How much of the present step is over, in seconds.
    used: f64,
    /// What is left of the unit exponential that the integral of the rate must reach for the next arrival.
    due: f64,
    rng: Rng,
}

impl Stream {
    fn next(&mut self, tables: &Ziggurat) -> f64 {
        loop {
            let rate = self.rate * libm::exp(self.y - self.s * self.s / 2.0);
            let left = (self.step - self.used) * rate;
            if self.due <= left {
                self.used += self.due / rate;
                self.due = tables.exponential(&mut self.rng);
                return self.begun as f64 * self.step + self.used.min(self.step);
            }
            self.due -= left;
            (self.begun, self.used) = (self.begun + 1, 0.0);
            self.y = self.y * self.decay + self.s * (1.0 - self.decay * self.decay).sqrt() * normal(&mut self.rng);
        }
    }
}

impl Arrivals for Stream {
    fn fill(&mut self, times: &mut [f64]) {
        let tables = Ziggurat::tables();
        times.iter_mut().for_each(|t| *t = self.next(tables));
    }
}

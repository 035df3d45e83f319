//! A Poisson process whose rate alternates between two values: bursts and lulls.

use super::{ArrivalProcess, Arrivals};
use loadlab_core::law::ziggurat::Ziggurat;
use loadlab_core::rng::Rng;
use loadlab_core::spec::{Kind, Need, Param, Range, Ty};

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn ArrivalProcess>> = Kind {
    name: "mmpp2",
    summary: "A Poisson process whose rate alternates between two values.",
    doc: "The Markov-modulated Poisson process of two states. It stays in state i for an exponential time of mean \
          `sojourns`[i]; there, arrivals are Poisson at a rate in proportion to `rates`[i]. The two rates are scaled so \
          that their average over time is the arrival rate; the sojourns are not. With rates L1, L2 and leaving rates \
          s1, s2 the variance of counts over their mean tends to \
          1 + 2 s1 s2 (L1 - L2)^2 / ((s1 + s2)^2 (L1 s2 + L2 s1)). It starts in its stationary state.",
    reference: "W. Fischer, K. Meier-Hellstern, The Markov-modulated Poisson process (MMPP) cookbook, Performance \
                Evaluation 18(2), 1993, doi:10.1016/0166-5316(93)90035-S",
    params: &[
        Param {
            name: "rates",
            ty: Ty::List(&Ty::Number(Range::NON_NEGATIVE)),
            need: Need::Required,
            doc: "The rates of the two states, in any unit: only their ratio matters.",
        },
        Param {
            name: "sojourns",
            ty: Ty::List(&Ty::Duration(Range::POSITIVE)),
            need: Need::Required,
            doc: "How long each state lasts on average.",
        },
    ],
    build: |args| Ok(Box::new(Mmpp2::new(&args.numbers("rates"), &args.numbers("sojourns"))?)),
    example: "kind = \"mmpp2\"\nrates = [10, 1]\nsojourns = [\"1min\", \"5min\"]\n",
};

/// Bursts and lulls.
#[derive(Clone, Copy, Debug)]
pub struct Mmpp2 {
    /// The rates of the states where the average over time is 1.
    rates: [f64; 2],
    /// Mean seconds in each state.
    sojourns: [f64; 2],
}

impl Mmpp2 {
    /// From two rates, of which only the ratio matters, and the mean seconds in each state.
    pub fn new(rates: &[f64], sojourns: &[f64]) -> Result<Self, String> {
        let (&[r1, r2], &[s1, s2]) = (rates, sojourns) else {
            let (rates, sojourns) = (rates.len(), sojourns.len());
            return Err(format!("two states need two rates and two sojourns, not {rates} and {sojourns}"));
        };
        let average = (r1 * s1 + r2 * s2) / (s1 + s2);
        if average > 0.0 && average.is_finite() {
            Ok(Mmpp2 { rates: [r1 / average, r2 / average], sojourns: [s1, s2] })
        } else {
            Err(format!("rates of {r1} and {r2} have no positive average"))
        }
    }
}

impl ArrivalProcess for Mmpp2 {
    fn start(&self, rate: f64, mut rng: Rng) -> Box<dyn Arrivals> {
        let [s1, s2] = self.sojourns;
        let state = usize::from(!rng.chance(s1 / (s1 + s2)));
        let until = self.sojourns[state] * Ziggurat::tables().exponential(&mut rng);
        let gaps = self.rates.map(|r| 1.0 / (rate * r));
        Box::new(Stream { gaps, sojourns: self.sojourns, state, until, clock: 0.0, rng })
    }
}

struct Stream {
    /// Mean gap of each state; infinite where nothing arrives.
    gaps: [f64; 2],
    sojourns: [f64; 2],
    state: usize,
    /// When the state ends.
    until: f64,
    clock: f64,
    rng: Rng,
}

impl Arrivals for Stream {
    fn fill(&mut self, times: &mut [f64]) {
        let tables = Ziggurat::tables();
        for t in times {
            loop {
                // Exponential gaps have no memory, so a gap cut off by the end of a state is drawn anew.
                let next = self.clock + self.gaps[self.state] * tables.exponential(&mut self.rng);
                if next < self.until {
                    self.clock = next;
                    break;
                }
                self.clock = self.until;
                self.state = 1 - self.state;
                self.until += self.sojourns[self.state] * tables.exponential(&mut self.rng);
            }
            *t = self.clock;
        }
    }
}

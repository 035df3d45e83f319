//! A Poisson process with the cycle of the day, by thinning.

use super::{ArrivalProcess, Arrivals};
use loadlab_core::law::ziggurat::Ziggurat;
use loadlab_core::rng::Rng;
use loadlab_core::spec::{Args, Kind, Need, Param, Range, Ty};

/// Its entry in the catalogue.
pub(crate) const KIND: Kind<Box<dyn ArrivalProcess>> = Kind {
    name: "daily",
    summary: "A Poisson process whose rate follows the hours of the day.",
    doc: "The rate at time t is the arrival rate times a shape that repeats every `period` and is 1 on average: either \
          `weights`, one for each of equally many parts of the period (24 for hours), or 1 + `amplitude` times a cosine \
          with its top at `peak`. Time 0 is midnight. Arrivals are drawn at the greatest rate and kept with the \
          probability that the shape gives. The number of arrivals in whole periods is Poisson with the nominal mean.",
    reference: "P. A. W. Lewis, G. S. Shedler, Simulation of nonhomogeneous Poisson processes by thinning, Naval \
                Research Logistics Quarterly 26(3), 1979, doi:10.1002/nav.3800260304",
    params: &[
        Param {
            name: "weights",
            ty: Ty::List(&Ty::Number(Range::NON_NEGATIVE)),
            need: Need::Optional,
            doc: "How busy each part of the period is, in any unit.",
        },
        Param {
            name: "amplitude",
            ty: Ty::Number(Range::FRACTION),
            need: Need::Optional,
            doc: "How far the rate swings around its mean, as a fraction of it; instead of `weights`.",
        },
        Param {
            name: "peak",
            ty: Ty::Duration(Range::NON_NEGATIVE),
            need: Need::Default("\"14h\""),
            doc: "When the rate is greatest, with `amplitude`.",
        },
        Param {
            name: "period",
            ty: Ty::Duration(Range::POSITIVE),
            need: Need::Default("\"24h\""),
            doc: "After what time the shape repeats.",
        },
    ],
    build: |args| Ok(Box::new(Daily::new(shape(args)?, args.number("period"))?)),
    example: "kind = \"daily\"\namplitude = 0.6\npeak = \"14h\"\n",
};

fn shape(args: &Args) -> Result<Shape, String> {
    match (args.has("weights"), args.maybe_number("amplitude")) {
        (true, None) => Ok(Shape::Weights(args.numbers("weights"))),
        (false, Some(amplitude)) => Ok(Shape::Cosine { amplitude, peak: args.number("peak") }),
        _ => Err("the shape of the day needs either `weights` or `amplitude`".to_owned()),
    }
}

/// How the rate goes up and down within a period.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// Equally long parts with these weights.
    Weights(Vec<f64>),
    /// 1 + amplitude cos(2 pi (t - peak) / period).
    Cosine {
        /// From 0 to 1.
        amplitude: f64,
        /// Seconds after the start of a period.
        peak: f64,
    },
}

/// The cycle of the day.
#[derive(Clone, Debug)]
pub struct Daily {
    /// With a mean of 1.
    shape: Shape,
    period: f64,
    /// The greatest value of the shape.
    top: f64,
}

impl Daily {
    /// A shape that repeats after so many seconds; weights need a positive sum.
    pub fn new(shape: Shape, period: f64) -> Result<Self, String> {
        match shape {
            Shape::Weights(weights) => {
                let mean = weights.iter().sum::<f64>() / weights.len() as f64;
                if !(mean > 0.0 && mean.is_finite()) {
                    return Err("the weights of the day must not all be zero".to_owned());
                }
                let weights: Vec<f64> = weights.iter().map(|w| w / mean).collect();
                let top = weights.iter().copied().fold(0.0, f64::max);
                Ok(Daily { shape: Shape::Weights(weights), period, top })
            }
            Shape::Cosine { amplitude, .. } => Ok(Daily { shape, period, top: 1.0 + amplitude }),
        }
    }

    /// The rate at a time, over the mean rate.
    pub fn relative_rate(&self, t: f64) -> f64 {
        let phase = t / self.period - (t / self.period).floor();
        match &self.shape {
            Shape::Weights(weights) => weights[((phase * weights.len() as f64) as usize).min(weights.len() - 1)],
            Shape::Cosine { amplitude, peak } => {
                1.0 + amplitude * libm::cos(2.0 * std::f64::consts::PI * (phase - peak / self.period))
            }
        }
    }
}

impl ArrivalProcess for Daily {
    fn start(&self, rate: f64, rng: Rng) -> Box<dyn Arrivals> {
        Box::new(Stream { gap: 1.0 / (rate * self.top), cycle: self.clone(), clock: 0.0, rng })
    }
}

struct Stream {
    cycle: Daily,
    /// Mean gap at the greatest rate.
    gap: f64,
    clock: f64,
    rng: Rng,
}

impl Arrivals for Stream {
    fn fill(&mut self, times: &mut [f64]) {
        let tables = Ziggurat::tables();
        for t in times {
            loop {
                self.clock += self.gap * tables.exponential(&mut self.rng);
                if self.rng.unit() * self.cycle.top < self.cycle.relative_rate(self.clock) {
                    break;
                }
            }
            *t = self.clock;
        }
    }
}

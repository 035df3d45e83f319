//! The workload model of Lublin & Feitelson (The workload on parallel supercomputers: modeling the characteristics of
//! rigid jobs, J. Parallel Distrib. Comput. 63(11):1105-1122, 2003; the model of 1999): sizes, run times that depend on
//! them, and arrivals with a daily cycle.
//!
//! Parameters are the published ones. Departures from the published program, all on purpose: gamma variates by
//! Marsaglia & Tsang, times not truncated to whole seconds of arrival (run times are, as there), the status unknown as
//! the format wants it for models, and weights that start from zero.
//!
//! Not here: writing the processes in the standard format.

use super::account::Account;
use super::error::ReadError;
use super::gamma::Gamma;
use super::reader::Trace;
use super::record::{Label, Record};
use loadlab_core::rng::{Rng, Stream};

/// Half hours of a day.
pub const BUCKETS: usize = 48;
const BUCKET_S: f64 = 1800.0;

/// The greatest logarithm of a run time: e^12 s, two days. A greater one is drawn again.
pub const LONGEST_LN_RUN: f64 = 12.0;
/// The greatest logarithm of a gap: e^13 s, five days. A greater one is drawn again.
pub const LONGEST_LN_GAP: f64 = 13.0;

/// The parameters of one kind of process.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameters {
    /// Probability of one processor.
    pub serial: f64,
    /// Probability of a power of two.
    pub power_of_two: f64,
    /// log2 of the least, the middle and the greatest size of parallel processes.
    pub size: (f64, f64, f64),
    /// Probability that a size lies below the middle.
    pub small: f64,
    /// ln of the run time is of the first law with probability p, else of the second.
    pub run: (Gamma, Gamma),
    /// p = slope * processors + intercept, held between 0 and 1.
    pub p: (f64, f64),
    /// ln of the gap in the busiest time of the day, in seconds.
    pub gap: Gamma,
    /// The cycle of the day, in half hours from 05:00 on.
    pub cycle: Gamma,
    /// The ratio by which the shape of `gap` is multiplied so that it holds over all hours.
    pub all_hours: f64,
}

const fn gamma(shape: f64, scale: f64) -> Gamma {
    Gamma { shape, scale }
}

/// All processes alike.
pub const UNTYPED: Parameters = Parameters {
    serial: 0.244,
    power_of_two: 0.576,
    size: (0.8, 4.5, 7.0),
    small: 0.86,
    run: (gamma(4.2, 0.94), gamma(312.0, 0.03)),
    p: (-0.0054, 0.78),
    gap: gamma(10.2303, 0.4871),
    cycle: gamma(8.1737, 3.9631),
    all_hours: 1.0225,
};

/// Batch processes.
pub const BATCH: Parameters = Parameters {
    serial: 0.2927,
    power_of_two: 0.6686,
    size: (1.2, 5.0, 7.0),
    small: 0.875,
    run: (gamma(6.57, 0.823), gamma(639.1, 0.0156)),
    p: (-0.003, 0.6986),
    gap: gamma(6.0415, 0.8531),
    cycle: gamma(6.1271, 5.2740),
    all_hours: 1.0519,
};

/// Interactive processes.
pub const INTERACTIVE: Parameters = Parameters {
    serial: 0.1541,
    power_of_two: 0.625,
    size: (1.0, 3.0, 5.5),
    small: 0.705,
    run: (gamma(3.8351, 0.6605), gamma(7.073, 0.6856)),
    p: (-0.0118, 0.9156),
    gap: gamma(6.5510, 0.6621),
    cycle: gamma(8.9186, 3.6680),
    all_hours: 0.9797,
};

impl Parameters {
    /// The size of the machine: two to the greatest log-size, rounded down.
    pub fn machine(&self) -> u32 {
        libm::exp2(self.size.2).floor() as u32
    }

    /// How busy each half hour of the day is, from midnight; 1 on average.
    pub fn weights(&self) -> [f64; BUCKETS] {
        let mut weights = [0.0; BUCKETS];
        for i in 11..11 + BUCKETS {
            let x = i as f64;
            weights[(i - 1) % BUCKETS] = self.cycle.cdf(x + 0.5) - self.cycle.cdf(x - 0.5);
        }
        let mean = weights.iter().sum::<f64>() / BUCKETS as f64;
        weights.map(|w| w / mean)
    }

    /// Processors: 1, a power of two, or any, by a uniform law of two stages in the logarithm.
    pub fn processors(&self, rng: &mut Rng) -> u32 {
        let u = rng.unit();
        if u <= self.serial {
            return 1;
        }
        let (low, middle, high) = self.size;
        let (a, b) = if rng.unit() <= self.small { (low, middle) } else { (middle, high) };
        let mut x = a + (b - a) * rng.unit();
        if u <= self.serial + self.power_of_two {
            x = (x + 0.5).floor();
        }
        (libm::exp2(x) + 0.5).floor() as u32
    }

    /// ln of a run time on so many processors; drawn again while above `longest`.
    pub fn ln_run(&self, processors: u32, longest: f64, rng: &mut Rng) -> f64 {
        let p = (self.p.0 * f64::from(processors) + self.p.1).clamp(0.0, 1.0);
        loop {
            let law = if rng.unit() <= p { self.run.0 } else { self.run.1 };
            let ln = law.sample(rng);
            if ln <= longest {
                return ln;
            }
        }
    }

    fn ln_gap(&self, rng: &mut Rng) -> f64 {
        let law = Gamma { shape: self.gap.shape * self.all_hours, ..self.gap };
        loop {
            let ln = law.sample(rng);
            if ln <= LONGEST_LN_GAP {
                return ln;
            }
        }
    }
}

/// Arrivals of one kind: a renewal process in a time that runs fast in busy half hours.
#[derive(Clone, Debug)]
struct Arrivals {
    parameters: Parameters,
    weights: [f64; BUCKETS],
    rng: Rng,
    /// Half hours since midnight of the first day.
    bucket: u64,
    /// Points already paid to this half hour, of its weight.
    paid: f64,
    /// The next arrival.
    next: f64,
}

impl Arrivals {
    fn new(parameters: Parameters, rng: Rng) -> Self {
        let mut arrivals = Arrivals { parameters, weights: parameters.weights(), rng, bucket: 0, paid: 0.0, next: 0.0 };
        arrivals.advance();
        arrivals
    }

    /// A gap of e^g seconds of the average half hour is e^g / 1800 points; each half hour takes its weight in points.
    fn advance(&mut self) {
        self.paid += libm::exp(self.parameters.ln_gap(&mut self.rng)) / BUCKET_S;
        let mut weight = self.weights[(self.bucket % BUCKETS as u64) as usize];
        while self.paid > weight {
            self.paid -= weight;
            self.bucket += 1;
            weight = self.weights[(self.bucket % BUCKETS as u64) as usize];
        }
        self.next = BUCKET_S * (self.bucket as f64 + self.paid / weight);
    }
}

/// The kinds of processes to generate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kinds {
    /// All alike.
    Untyped,
    /// Batch and interactive ones; the class is 1 and 0, as the standard format suggests for queues.
    Both,
}

/// The generator: an endless trace; take as many processes as you need.
#[derive(Debug)]
pub struct Lublin {
    kinds: Vec<(Arrivals, Option<Label>)>,
    sizes: Rng,
    account: Account,
}

impl Lublin {
    /// Starts at midnight. Arrivals of each kind, and sizes with run times, have streams of their own.
    pub fn new(kinds: Kinds, seed: u64, replication: u64) -> Self {
        let stream = |kind: u64| Stream::of_entity(seed, "arrivals", replication, kind).rng();
        let kinds = match kinds {
            Kinds::Untyped => vec![(Arrivals::new(UNTYPED, stream(0)), None)],
            Kinds::Both => vec![
                (Arrivals::new(INTERACTIVE, stream(0)), Some(Label::Number(0))),
                (Arrivals::new(BATCH, stream(1)), Some(Label::Number(1))),
            ],
        };
        let machine = kinds.iter().map(|(arrivals, _)| arrivals.parameters.machine()).max();
        let account = Account { capacity: machine.map(f64::from), ..Account::new("lublin-1999") };
        Lublin { kinds, sizes: Stream::new(seed, "lifetimes", replication).rng(), account }
    }

    fn generate(&mut self) -> Option<Record> {
        let (arrivals, class) = self.kinds.iter_mut().min_by(|a, b| a.0.next.total_cmp(&b.0.next))?;
        let parameters = arrivals.parameters;
        let submit = arrivals.next;
        arrivals.advance();
        let processors = parameters.processors(&mut self.sizes);
        let lifetime = libm::exp(parameters.ln_run(processors, LONGEST_LN_RUN, &mut self.sizes)).floor();
        let number = self.account.kept + 1;
        Some(Record {
            process: Some(number),
            processors,
            class: class.clone(),
            ..Record::new(number, submit, lifetime)
        })
    }
}

impl Iterator for Lublin {
    type Item = Result<Record, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let record = self.generate()?;
        self.account.lines += 1;
        self.account.kept += 1;
        self.account.tally.add(&record);
        Some(Ok(record))
    }
}

impl Trace for Lublin {
    fn account(&self) -> Account {
        self.account.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_has_its_published_shape() {
        let weights = UNTYPED.weights();
        assert!((weights.iter().sum::<f64>() - 48.0).abs() < 1e-9);
        let close = |k: usize, value: f64, digits: f64| assert!((weights[k] - value).abs() < digits, "{}", weights[k]);
        close(27, 1.833_113_9, 5e-8);
        close(10, 0.164_917_9, 5e-8);
        for (k, value) in [0.507_82, 0.456_12, 0.408_51, 0.364_86].into_iter().enumerate() {
            close(k, value, 5e-6);
        }
        assert!(weights.iter().all(|w| (weights[10]..=weights[27]).contains(w)));
    }

    #[test]
    fn run_times_have_the_mean_logarithm_of_their_size() {
        // E[ln run] = p a1 b1 + (1 - p) a2 b2 without truncation, as computed for the published parameters.
        let expected = [(1, 5.16786), (2, 5.19709), (16, 5.60624), (64, 7.00903), (128, 8.87941)];
        for (processors, mean) in expected {
            let mut rng = Rng::new(u64::from(processors));
            let n = 40_000;
            let draws: Vec<f64> = (0..n).map(|_| UNTYPED.ln_run(processors, f64::INFINITY, &mut rng)).collect();
            let found = draws.iter().sum::<f64>() / f64::from(n);
            let variance = draws.iter().map(|x| (x - found) * (x - found)).sum::<f64>() / f64::from(n - 1);
            let error = (variance / f64::from(n)).sqrt();
            assert!((found - mean).abs() < 4.0 * error, "{processors} processors: {found}, not {mean}");
        }
    }

    #[test]
    fn sizes_are_serial_and_powers_of_two_as_often_as_the_parameters_say() {
        let mut rng = Rng::new(3);
        let n = 100_000;
        let sizes: Vec<u32> = (0..n).map(|_| UNTYPED.processors(&mut rng)).collect();
        // One processor comes from `serial` alone: the least parallel size is 2^0.8, which rounds to 2.
        let share = |holds: &dyn Fn(u32) -> bool| sizes.iter().filter(|s| holds(**s)).count() as f64 / f64::from(n);
        let error = (0.25 / f64::from(n)).sqrt();
        assert!((share(&|s| s == 1) - 0.244).abs() < 4.0 * error);
        // A parallel power of two above the middle: of the steps 4.5 to 7, [4.5, 5.5) gives 32, [5.5, 6.5) 64, the rest
        // 128; sizes that are not made powers come out at exactly 32 with log2 in [log2 31.5, log2 32.5).
        let big = 0.14 * 0.576;
        let any = 0.18 * 0.14 / 2.5 * libm::log2(32.5 / 31.5);
        let expected = big * 0.4 + any;
        // Below the middle, [4.5, 4.5] adds nothing to 32: rounding needs 4.5 or more.
        assert!((share(&|s| s == 32) - expected).abs() < 4.0 * error, "{} against {expected}", share(&|s| s == 32));
        assert!(sizes.iter().all(|s| (1..=128).contains(s)));
    }

    #[test]
    fn arrivals_follow_the_day_and_their_mean_gap() {
        let days = 400u64;
        let mut per_day = vec![[0.0f64; BUCKETS]; days as usize];
        for record in Lublin::new(Kinds::Untyped, 5, 0) {
            let record = record.expect("generators do not fail");
            let bucket = (record.submit / BUCKET_S) as usize;
            let Some(day) = per_day.get_mut(bucket / BUCKETS) else { break };
            day[bucket % BUCKETS] += 1.0;
        }
        // E[points of a gap] = E[e^G; G <= 13] / P(G <= 13) / 1800. Under the density x^(a-1) e^(-x/b), e^x only turns
        // the scale b into b / (1 - b) and multiplies by (1 - b)^-a.
        let law = Gamma { shape: UNTYPED.gap.shape * UNTYPED.all_hours, ..UNTYPED.gap };
        let tilted = Gamma { scale: law.scale / (1.0 - law.scale), ..law };
        let whole = libm::pow(1.0 - law.scale, -law.shape);
        let points = whole * tilted.cdf(LONGEST_LN_GAP) / law.cdf(LONGEST_LN_GAP) / BUCKET_S;
        let weights = UNTYPED.weights();
        for (k, weight) in weights.iter().enumerate() {
            let counts: Vec<f64> = per_day.iter().map(|day| day[k]).collect();
            let mean = counts.iter().sum::<f64>() / days as f64;
            let variance = counts.iter().map(|c| (c - mean) * (c - mean)).sum::<f64>() / (days - 1) as f64;
            let error = (variance / days as f64).sqrt();
            // 48 comparisons: 4.5 standard errors are passed by chance once in 3,000 runs of this test.
            let expected = weight / points;
            assert!((mean - expected).abs() < 4.5 * error, "half hour {k}: {mean} against {expected} +- {error}");
        }
    }

    #[test]
    fn both_kinds_are_merged_in_order_and_repeat_for_the_same_seed() {
        let take = |replication| -> Vec<Record> {
            let trace = Lublin::new(Kinds::Both, 1, replication).take(2000);
            trace.map(|r| r.expect("generators do not fail")).collect()
        };
        let records = take(0);
        assert!(records.windows(2).all(|pair| pair[0].submit <= pair[1].submit));
        for class in [0, 1] {
            assert!(records.iter().filter(|r| r.class == Some(Label::Number(class))).count() > 100);
        }
        assert_eq!(records, take(0));
        assert_ne!(records, take(1));
    }
}

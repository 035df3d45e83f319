//! Arrival processes against their theory: rates, variances and correlations of counts and gaps, built as an experiment
//! file builds them.

use loadlab_core::law::{Constant, Law, Uniform, Weibull};
use loadlab_core::rng::{Rng, Stream};
use loadlab_core::spec::{Arg, Args};
use loadlab_workloads::arrivals::{ARRIVALS, ArrivalProcess, Daily, Shape};
use std::sync::Arc;

/// Standard errors that a test allows: a right estimate lies beyond them once in 16,000 times.
const ERRORS: f64 = 4.0;

fn build(kind: &str, args: &Args) -> Result<Box<dyn ArrivalProcess>, String> {
    (ARRIVALS.iter().find(|k| k.name == kind).expect("a kind of the catalogue").build)(args)
}

fn numbers(values: &[f64]) -> Arg {
    Arg::List(values.iter().map(|x| Arg::Number(*x)).collect())
}

fn law(law: impl Law + 'static) -> Arg {
    Arg::Law(Arc::new(law))
}

fn mmpp2() -> Args {
    Args::new().with("rates", numbers(&[2.0, 0.2])).with("sojourns", numbers(&[10.0, 1.0 / 0.3]))
}

fn daily(amplitude: f64) -> Args {
    let number = |x: f64| Arg::Number(x);
    Args::new().with("amplitude", number(amplitude)).with("peak", number(6.0)).with("period", number(24.0))
}

fn times(process: &dyn ArrivalProcess, rate: f64, count: usize, replication: u64) -> Vec<f64> {
    let mut times = vec![0.0; count];
    // Blocks of odd sizes must make no difference to the state carried over.
    let mut arrivals = process.start(rate, Stream::new(1, "arrivals", replication).rng());
    times.chunks_mut(97).for_each(|block| arrivals.fill(block));
    assert!(times.windows(2).all(|pair| pair[0] <= pair[1]), "times are in order");
    times
}

/// Arrivals in windows of `width`, from `from` on, as long as there are whole windows.
fn counts(times: &[f64], from: f64, width: f64) -> Vec<f64> {
    let windows = ((times[times.len() - 1] - from) / width) as usize;
    let mut counts = vec![0.0; windows];
    for t in times.iter().filter(|t| **t >= from) {
        if let Some(count) = counts.get_mut(((t - from) / width) as usize) {
            *count += 1.0;
        }
    }
    counts
}

/// The mean of independent values lies within four of its standard errors of what theory says.
fn agrees(what: &str, values: &[f64], theory: f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let error = (values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0) / n).sqrt();
    assert!((mean - theory).abs() < ERRORS * error, "{what}: {mean} +- {error}, theory {theory}");
}

/// The mean of independent replications of a statistic against theory.
fn replicated(what: &str, process: &dyn ArrivalProcess, rate: f64, theory: f64, statistic: impl Fn(&[f64]) -> f64) {
    let values: Vec<f64> = (0..100).map(|r| statistic(&times(process, rate, 20_000, r))).collect();
    agrees(what, &values, theory);
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let n = values.len() as f64;
    values.sum::<f64>() / n
}

#[test]
fn every_arrival_process_has_the_rate_it_is_given() {
    let kinds = [
        ("poisson", Args::new()),
        ("deterministic", Args::new()),
        ("renewal", Args::new().with("gap", law(Weibull::new(0.5, 9.0).expect("a good law")))),
        ("mmpp2", mmpp2()),
        ("ou-poisson", Args::new().with("s", Arg::Number(0.5)).with("tau", Arg::Number(3.0))),
        ("daily", daily(0.8)),
        ("batches", Args::new().with("size", law(Uniform::new(0.0, 10.0).expect("a good law")))),
    ];
    assert_eq!(kinds.len(), ARRIVALS.len(), "a kind is not tested here");
    for (kind, args) in kinds {
        let process = build(kind, &args).expect("good arguments");
        // Whole periods of the daily cycle, and an end before which every replication still has arrivals.
        let (rate, until) = (5.0, 24.0 * 100.0);
        let found: Vec<f64> = (0..60)
            .map(|r| {
                let times = times(process.as_ref(), rate, 20_000, r);
                assert!(times[times.len() - 1] > until, "{kind}: too few processes");
                times.partition_point(|t| *t <= until) as f64 / until
            })
            .collect();
        if kind == "deterministic" {
            assert!(found.iter().all(|r| *r == rate));
        } else {
            agrees(kind, &found, rate);
        }
    }
}

#[test]
fn gaps_of_a_renewal_process_have_the_law_asked_for_and_no_memory() {
    let shape = Weibull::new(0.7, 1.0).expect("a good law");
    let process = build("renewal", &Args::new().with("gap", law(shape))).expect("a good law");
    let (rate, n) = (3.0, 100_000);
    let times = times(process.as_ref(), rate, n, 0);
    let mut gaps: Vec<f64> = std::iter::once(times[0]).chain(times.windows(2).map(|p| p[1] - p[0])).collect();
    let expected = shape.scaled(1.0 / (rate * shape.mean()));
    let centred = |x: &f64| x - 1.0 / rate;
    let products: Vec<f64> = gaps.windows(2).map(|p| centred(&p[0]) * centred(&p[1])).collect();
    agrees("covariance of neighbouring gaps", &products, 0.0);
    gaps.sort_by(f64::total_cmp);
    let distance = gaps.iter().enumerate().fold(0.0f64, |d, (i, gap)| {
        let f = expected.cdf(*gap);
        d.max((f - i as f64 / n as f64).abs()).max((f - (i + 1) as f64 / n as f64).abs())
    });
    // The Kolmogorov law has its 1 - 1e-4 quantile at 2.2253.
    assert!(distance < 2.2253 / (n as f64).sqrt(), "distance {distance}");
}

#[test]
fn mmpp2_has_the_gaps_and_correlations_of_the_cookbook() {
    // Rates 2 and 0.2, left at rates 0.1 and 0.3: rate 1.55, C2 of gaps 2.1911765, lag-1 correlation 0.1065930.
    let process = build("mmpp2", &mmpp2()).expect("good arguments");
    let (rate, c2, correlation) = (1.55, 2.191_176_5, 0.106_593_0);
    let m1 = 1.0 / rate;
    let (m2, variance) = (m1 * m1 * (1.0 + c2), m1 * m1 * c2);
    // Gaps after the first thousand processes are, to all ends, as seen from an arbitrary process.
    let gaps = |times: &[f64]| times[1000..].windows(2).map(|p| p[1] - p[0]).collect::<Vec<f64>>();
    replicated("mean gap", process.as_ref(), rate, m1, |times| mean(gaps(times).into_iter()));
    replicated("mean square gap", process.as_ref(), rate, m2, |times| mean(gaps(times).into_iter().map(|g| g * g)));
    replicated("mean product of gaps", process.as_ref(), rate, m1 * m1 + correlation * variance, |times| {
        mean(gaps(times).windows(2).map(|p| p[0] * p[1]))
    });
}

#[test]
fn mmpp2_has_the_index_of_dispersion_of_the_cookbook() {
    let process = build("mmpp2", &mmpp2()).expect("good arguments");
    // IDC(t) = 1 + (IDC - 1) (1 - (1 - exp(-s t)) / (s t)), with s = 0.1 + 0.3 and the limit IDC = 2.9596774.
    let (rate, width, s) = (1.55, 50.0, 0.4f64);
    let idc = 1.0 + 1.959_677_4 * (1.0 - (1.0 - (-s * width).exp()) / (s * width));
    let expected = rate * width;
    replicated("index of dispersion", process.as_ref(), rate, idc, |times| {
        mean(counts(times, 0.0, width).into_iter().map(|c| (c - expected) * (c - expected) / expected))
    });
}

#[test]
fn ou_poisson_has_the_variance_of_counts_of_its_covariance() {
    let (s, tau, rate, width) = (0.6, 2.0, 4.0, 5.0);
    let args = Args::new().with("s", Arg::Number(s)).with("tau", Arg::Number(tau));
    let process = build("ou-poisson", &args).expect("good arguments");
    // Var N = L w + L^2 (integral over the square of w of exp(s^2 exp(-|t - u| / tau)) - 1)
    //       = L w + 2 L^2 (integral from 0 to w of (w - t) (exp(s^2 exp(-t / tau)) - 1)), by the midpoint rule.
    let cells = 20_000;
    let dt = width / cells as f64;
    let covariance = |t: f64| (s * s * (-t / tau).exp()).exp() - 1.0;
    let integral: f64 = (0..cells).map(|k| (k as f64 + 0.5) * dt).map(|t| (width - t) * covariance(t) * dt).sum();
    let variance = rate * width + 2.0 * rate * rate * integral;
    let expected = rate * width;
    // Holding the rate for a hundredth of tau changes this by less than a ten-thousandth.
    replicated("variance of counts", process.as_ref(), rate, variance, |times| {
        mean(counts(times, 0.0, width).into_iter().map(|c| (c - expected) * (c - expected)))
    });
}

/// Counts in each of `parts` parts of a day of length 24, over as many days as there are.
fn by_part(times: &[f64], parts: usize) -> (Vec<f64>, f64) {
    let days = (times[times.len() - 1] / 24.0).floor();
    let mut seen = vec![0.0; parts];
    for t in times.iter().filter(|t| **t < days * 24.0) {
        seen[((t / 24.0).fract() * parts as f64) as usize % parts] += 1.0;
    }
    (seen, days)
}

#[test]
fn a_day_of_weights_has_its_hours_in_proportion_and_the_nominal_total() {
    let weights: Vec<f64> = (0..24).map(|hour| f64::from((hour * 7) % 12)).collect();
    let args = Args::new().with("weights", numbers(&weights)).with("period", Arg::Number(24.0));
    let process = build("daily", &args).expect("good weights");
    let (rate, n) = (5.0, 300_000);
    let (seen, days) = by_part(&times(process.as_ref(), rate, n, 0), 24);
    let total: f64 = weights.iter().sum();
    let mut chi2 = 0.0;
    for (seen, weight) in seen.iter().zip(&weights) {
        let expected = rate * 24.0 * days * weight / total;
        if *weight == 0.0 {
            assert_eq!(*seen, 0.0);
        } else {
            chi2 += (seen - expected) * (seen - expected) / expected;
        }
    }
    // Counts are independent Poisson: 22 hours of positive weight, the 1 - 1e-4 quantile of chi-square is 56.0.
    assert!(chi2 < 56.0, "chi-square {chi2}");
}

#[test]
fn a_day_of_a_cosine_integrates_to_the_nominal_rate_and_peaks_where_it_says() {
    let shape = Daily::new(Shape::Cosine { amplitude: 0.8, peak: 6.0 }, 24.0).expect("a good shape");
    let cells = 2400;
    let integral: f64 = (0..cells).map(|k| shape.relative_rate((f64::from(k) + 0.5) / 100.0) / 100.0).sum();
    assert!((integral - 24.0).abs() < 1e-9, "the shape integrates to {integral}");
    assert!((shape.relative_rate(30.0) - 1.8).abs() < 1e-12 && (shape.relative_rate(18.0) - 0.2).abs() < 1e-12);
    let process = build("daily", &daily(0.8)).expect("good arguments");
    let (seen, days) = by_part(&times(process.as_ref(), 5.0, 300_000, 0), 8);
    let mut chi2 = 0.0;
    for (k, seen) in seen.iter().enumerate() {
        // The integral of 1 + a cos(2 pi (t - 6) / 24) from 3k to 3k + 3.
        let angle = |t: f64| 2.0 * std::f64::consts::PI * (t - 6.0) / 24.0;
        let (from, to) = (3.0 * k as f64, 3.0 * k as f64 + 3.0);
        let swing = 0.8 * 24.0 / (2.0 * std::f64::consts::PI) * (angle(to).sin() - angle(from).sin());
        let expected = 5.0 * days * (3.0 + swing);
        chi2 += (seen - expected) * (seen - expected) / expected;
    }
    assert!(chi2 < 31.8, "chi-square {chi2} with 8 degrees of freedom is beyond the 1 - 1e-4 quantile");
}

#[test]
fn batches_have_the_index_of_dispersion_of_their_sizes() {
    // Uniform on (0, 4) rounded up: 1, 2, 3 or 4, so E[S] = 2.5 and E[S^2] = 7.5.
    let args = Args::new().with("size", law(Uniform::new(0.0, 4.0).expect("a good law")));
    let process = build("batches", &args).expect("a good law");
    let expected = 2.0 * 50.0;
    replicated("index of dispersion", process.as_ref(), 2.0, 3.0, |times| {
        mean(counts(times, 0.0, 50.0).into_iter().map(|c| (c - expected) * (c - expected) / expected))
    });
    let pairs = build("batches", &Args::new().with("size", law(Constant(2.0)))).expect("a good law");
    let times = times(pairs.as_ref(), 1.0, 1000, 0);
    assert!(times.chunks(2).all(|pair| pair[0] == pair[1]));
    assert!(times.windows(3).all(|w| w[0] < w[2]));
}

#[test]
fn senseless_arrival_processes_are_refused() {
    let bad = [
        ("renewal", Args::new().with("gap", law(Constant(0.0)))),
        ("mmpp2", mmpp2().with("rates", numbers(&[1.0]))),
        ("mmpp2", mmpp2().with("rates", numbers(&[0.0, 0.0]))),
        ("daily", Args::new().with("period", Arg::Number(24.0)).with("peak", Arg::Number(0.0))),
        ("daily", daily(0.5).with("weights", numbers(&[1.0]))),
        ("daily", Args::new().with("period", Arg::Number(24.0)).with("weights", numbers(&[0.0, 0.0]))),
        ("batches", Args::new().with("size", law(Heavy))),
    ];
    for (kind, args) in bad {
        assert!(build(kind, &args).is_err(), "{kind} with {args:?}");
    }
}

/// P(X > x) = 1 / (1 + ln(1 + x)): without any mean.
#[derive(Debug)]
struct Heavy;

impl Law for Heavy {
    fn sample(&self, rng: &mut Rng) -> f64 {
        rng.unit()
    }
    fn cdf(&self, x: f64) -> f64 {
        1.0 - 1.0 / (1.0 + x.ln_1p())
    }
    fn partial_moment(&self, _k: f64, _low: f64, _high: f64) -> f64 {
        f64::INFINITY
    }
    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
    fn scaled(&self, _c: f64) -> Box<dyn Law> {
        Box::new(Heavy)
    }
}

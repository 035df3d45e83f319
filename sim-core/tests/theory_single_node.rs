//! The closed forms of one node against values computed independently, against each other and against limits.

use loadlab_core::law::{Constant, Law};
use loadlab_core::rng::Rng;
use loadlab_core::theory::{Error, fb, mg1, mmk, run_length, srpt};

/// The exponential law with its whole moments written out: the oracle of the theory must not lean on special functions.
#[derive(Debug)]
struct Exponential {
    mean: f64,
}

impl Law for Exponential {
    fn sample(&self, rng: &mut Rng) -> f64 {
        self.quantile(rng.unit())
    }
    fn cdf(&self, x: f64) -> f64 {
        -(-x.max(0.0) / self.mean).exp_m1()
    }
    fn quantile(&self, p: f64) -> f64 {
        -self.mean * (-p).ln_1p()
    }
    fn partial_moment(&self, k: f64, low: f64, high: f64) -> f64 {
        let (a, b) = (low.max(0.0) / self.mean, high / self.mean);
        self.mean.powf(k) * if a == 0.0 && b < 0.5 { gamma_below(k, b) } else { gamma_above(k, a) - gamma_above(k, b) }
    }
    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
    fn scaled(&self, c: f64) -> Box<dyn Law> {
        Box::new(Exponential { mean: self.mean * c })
    }
}

/// The integral of t^k exp(-t) from x on.
fn gamma_above(k: f64, x: f64) -> f64 {
    if x == f64::INFINITY {
        return 0.0;
    }
    match k {
        0.0 => (-x).exp(),
        1.0 => (-x).exp() * (1.0 + x),
        2.0 => (-x).exp() * (2.0 + x * (2.0 + x)),
        _ => f64::INFINITY,
    }
}

/// The integral of t^k exp(-t) up to x < 1/2, by its series: a difference of the function above would lose its digits.
fn gamma_below(k: f64, x: f64) -> f64 {
    let (mut sum, mut factor) = (0.0, x.powf(k + 1.0));
    for n in 0..20 {
        sum += factor / (f64::from(n) + k + 1.0);
        factor *= -x / f64::from(n + 1);
    }
    sum
}

/// A mixture of laws with closed-form moments; the sampler is not used here.
#[derive(Debug)]
struct Mixture(Vec<(f64, Box<dyn Law>)>);

impl Law for Mixture {
    fn sample(&self, rng: &mut Rng) -> f64 {
        self.quantile(rng.unit())
    }
    fn cdf(&self, x: f64) -> f64 {
        self.0.iter().map(|(w, law)| w * law.cdf(x)).sum()
    }
    fn quantile(&self, p: f64) -> f64 {
        let (mut low, mut high) = (0.0, 1e9);
        for _ in 0..200 {
            let middle = (low + high) / 2.0;
            if self.cdf(middle) < p { low = middle } else { high = middle }
        }
        high
    }
    fn partial_moment(&self, k: f64, low: f64, high: f64) -> f64 {
        self.0.iter().map(|(w, law)| w * law.partial_moment(k, low, high)).sum()
    }
    fn support(&self) -> (f64, f64) {
        let ends = self.0.iter().map(|(_, law)| law.support());
        ends.fold((f64::INFINITY, 0.0), |(a, b), (low, high)| (a.min(low), b.max(high)))
    }
    fn scaled(&self, c: f64) -> Box<dyn Law> {
        Box::new(Mixture(self.0.iter().map(|(w, law)| (*w, law.scaled(c))).collect()))
    }
}

/// P(X > x) = x^-alpha on (1, high), renormalised; high may be infinite.
#[derive(Debug)]
struct Pareto {
    alpha: f64,
    high: f64,
}

impl Law for Pareto {
    fn sample(&self, rng: &mut Rng) -> f64 {
        self.quantile(rng.unit())
    }
    fn cdf(&self, x: f64) -> f64 {
        self.partial_moment(0.0, 0.0, x)
    }
    fn quantile(&self, p: f64) -> f64 {
        (1.0 - p * (1.0 - self.high.powf(-self.alpha))).powf(-1.0 / self.alpha)
    }
    fn partial_moment(&self, k: f64, low: f64, high: f64) -> f64 {
        let (a, b) = (low.max(1.0), high.min(self.high));
        if a >= b {
            return 0.0;
        }
        let scale = self.alpha / (1.0 - self.high.powf(-self.alpha));
        if k == self.alpha {
            return scale * (b / a).ln();
        }
        scale * (b.powf(k - self.alpha) - a.powf(k - self.alpha)) / (k - self.alpha)
    }
    fn support(&self) -> (f64, f64) {
        (1.0, self.high)
    }
    fn tail_index(&self) -> Option<f64> {
        Some(self.alpha)
    }
    fn scaled(&self, _: f64) -> Box<dyn Law> {
        panic!("not needed here")
    }
}

const EXPONENTIAL: Exponential = Exponential { mean: 1.0 };
const LOADS: [f64; 5] = [0.1, 0.5, 0.7, 0.9, 0.95];

/// Balanced-means hyperexponential of mean 1.
fn hyperexponential(c2: f64) -> Mixture {
    let p = 0.5 * (1.0 + ((c2 - 1.0) / (c2 + 1.0)).sqrt());
    let branch = |w: f64| (w, Box::new(Exponential { mean: 0.5 / w }) as Box<dyn Law>);
    Mixture(vec![branch(p), branch(1.0 - p)])
}

fn near(value: f64, expected: f64, relative: f64) {
    assert!((value / expected - 1.0).abs() <= relative, "{value} instead of {expected}");
}

#[test]
fn mm1_has_the_tabulated_means_and_quantiles() {
    for (load, mean, p99) in [(0.5, 2.0, 9.210_340), (0.8, 5.0, 23.025_851), (0.9, 10.0, 46.051_702)] {
        near(mmk::mm1_response(load).unwrap(), mean, 1e-14);
        near(mmk::mm1_response_quantile(load, 0.99).unwrap(), p99, 1e-7);
        near(mmk::mm1_response_quantile(load, 0.5).unwrap(), mean * 2f64.ln(), 1e-14);
    }
    assert_eq!(mmk::mm1_response(0.0).unwrap(), 1.0);
}

#[test]
fn mmk_has_the_tabulated_waiting_probability_wait_and_response() {
    let table: [(u32, [f64; 3], [f64; 3]); 4] = [
        (2, [0.333_333_33, 0.711_111_11, 0.852_631_58], [0.333_333_33, 1.777_777_78, 4.263_157_89]),
        (5, [0.130_371_30, 0.554_112_55, 0.762_493_22], [0.052_148_52, 0.554_112_55, 1.524_986_44]),
        (10, [0.036_105_36, 0.409_180_15, 0.668_731_52], [0.007_221_07, 0.204_590_08, 0.668_731_52]),
        (20, [0.003_731_13, 0.256_077_79, 0.550_769_00], [0.000_373_11, 0.064_019_45, 0.275_384_50]),
    ];
    for (servers, c, wait) in table {
        for (i, load) in [0.5, 0.8, 0.9].into_iter().enumerate() {
            assert!((mmk::erlang_c(servers, load).unwrap() - c[i]).abs() < 6e-9);
            assert!((mmk::mmk_wait(servers, load).unwrap() - wait[i]).abs() < 6e-9);
            assert!((mmk::mmk_response(servers, load).unwrap() - 1.0 - wait[i]).abs() < 6e-9);
        }
    }
}

#[test]
fn one_server_is_mm1_and_more_servers_wait_less() {
    for load in LOADS {
        near(mmk::mmk_response(1, load).unwrap(), mmk::mm1_response(load).unwrap(), 1e-14);
        let responses: Vec<f64> = (1..40).map(|k| mmk::mmk_response(k, load).unwrap()).collect();
        assert!(responses.windows(2).all(|w| w[1] <= w[0]) && responses[1] < responses[0] && responses[38] >= 1.0);
    }
}

#[test]
fn pollaczek_khinchine_gives_the_tabulated_responses() {
    // Erlang-4 enters by its variance alone, so two equally likely lifetimes with the same variance stand in for it.
    let quarter = Mixture(vec![(0.5, Box::new(Constant(0.5))), (0.5, Box::new(Constant(1.5)))]);
    let laws: Vec<(Box<dyn Law>, [f64; 3])> = vec![
        (Box::new(Constant(1.0)), [1.5, 3.0, 5.5]),
        (Box::new(quarter), [1.625, 3.5, 6.625]),
        (Box::new(EXPONENTIAL), [2.0, 5.0, 10.0]),
        (Box::new(hyperexponential(4.0)), [3.5, 11.0, 23.5]),
        (Box::new(hyperexponential(16.0)), [9.5, 35.0, 77.5]),
        (Box::new(hyperexponential(25.0)), [14.0, 53.0, 118.0]),
    ];
    for (law, expected) in &laws {
        for (load, response) in [0.5, 0.8, 0.9].into_iter().zip(expected) {
            near(mg1::fcfs_response(load, law.as_ref()).unwrap(), *response, 1e-12);
        }
    }
}

#[test]
fn the_bounded_pareto_law_has_the_tabulated_waits_and_slowdowns() {
    let law = Pareto { alpha: 1.1, high: 1e4 };
    for (load, wait, response, slowdown, ps) in
        [(0.7, 857.187_85, 863.808_94, 450.021, 22.070_28), (0.5, 367.366_22, 373.987_31, 193.438, 13.242_17)]
    {
        let rate = load / law.mean();
        assert!((mg1::fcfs_wait(rate, &law).unwrap() - wait).abs() < 6e-6);
        assert!((mg1::fcfs_response(rate, &law).unwrap() - response).abs() < 6e-6);
        assert!((mg1::fcfs_slowdown(rate, &law).unwrap() - slowdown).abs() < 6e-4);
        assert!((mg1::ps_response(rate, &law).unwrap() - ps).abs() < 6e-6);
        near(mg1::ps_slowdown(rate, &law).unwrap(), 1.0 / (1.0 - load), 1e-12);
        near(mg1::ps_response_of(3.0, rate, &law).unwrap(), 3.0 / (1.0 - load), 1e-12);
    }
}

#[test]
fn srpt_with_exponential_lifetimes_has_the_tabulated_means() {
    for (load, expected) in
        [(0.5, 1.425_372_66), (0.7, 1.874_566_69), (0.8, 2.352_773_27), (0.9, 3.552_125_10), (0.95, 5.541_011_02)]
    {
        let response = srpt::response(load, &EXPONENTIAL).unwrap();
        assert!((response - expected).abs() < 6e-9, "{response} instead of {expected}");
    }
}

/// The mean of a response per lifetime over the law, by the midpoint rule in the quantile: an independent route.
fn averaged(law: &dyn Law, points: u32, response_of: impl Fn(f64) -> f64) -> f64 {
    (0..points).map(|i| response_of(law.quantile((f64::from(i) + 0.5) / f64::from(points)))).sum::<f64>()
        / f64::from(points)
}

#[test]
fn the_mean_responses_are_the_averages_of_the_responses_per_lifetime() {
    let law = Pareto { alpha: 1.5, high: 100.0 };
    let rate = 0.8 / law.mean();
    let srpt_average = averaged(&law, 4000, |x| srpt::response_of(x, rate, &law).unwrap());
    near(srpt::response(rate, &law).unwrap(), srpt_average, 2e-3);
    let fb_average = averaged(&law, 4000, |x| fb::response_of(x, rate, &law).unwrap());
    near(fb::response(rate, &law).unwrap(), fb_average, 2e-3);
}

#[test]
fn srpt_with_equal_lifetimes_is_first_come_first_served() {
    for load in LOADS {
        let fcfs = mg1::fcfs_response(load, &Constant(1.0)).unwrap();
        near(srpt::response(load, &Constant(1.0)).unwrap(), fcfs, 1e-12);
        near(srpt::response_of(1.0, load, &Constant(1.0)).unwrap(), fcfs, 1e-10);
    }
}

/// Two lifetimes, 1 and 3, worked by hand with priorities: short ones pass all long ones that have more than 1 left.
#[test]
fn srpt_with_two_lifetimes_agrees_with_the_formula_worked_by_hand() {
    let law = Mixture(vec![(0.75, Box::new(Constant(1.0))), (0.25, Box::new(Constant(3.0)))]);
    let rate = 0.5;
    let (short, all) = (rate * 0.75, rate * 1.5);
    let of_short = rate * (0.75 + 0.25) / (2.0 * (1.0 - short)) + 1.0;
    let of_long = rate * (0.75 + 2.25) / (2.0 * (1.0 - short) * (1.0 - all)) + 1.0 + 2.0 / (1.0 - short);
    near(srpt::response_of(1.0, rate, &law).unwrap(), of_short, 1e-9);
    near(srpt::response_of(3.0, rate, &law).unwrap(), of_long, 1e-9);
    near(srpt::response(rate, &law).unwrap(), 0.75 * of_short + 0.25 * of_long, 1e-8);
}

#[test]
fn fb_is_blind_so_exponential_lifetimes_give_the_mean_of_mm1() {
    for load in LOADS {
        near(fb::response(load, &EXPONENTIAL).unwrap(), 1.0 / (1.0 - load), 1e-9);
    }
}

#[test]
fn fb_helps_falling_hazards_and_hurts_rising_ones() {
    for load in LOADS {
        let ps = 1.0 / (1.0 - load);
        assert!(fb::response(load, &hyperexponential(16.0)).unwrap() < ps);
        let equal = fb::response(load, &Constant(1.0)).unwrap();
        near(equal, load / (2.0 * (1.0 - load) * (1.0 - load)) + ps, 1e-12);
    }
}

#[test]
fn srpt_is_never_worse_than_the_other_orders() {
    let laws: Vec<Box<dyn Law>> = vec![
        Box::new(Constant(2.0)),
        Box::new(EXPONENTIAL),
        Box::new(hyperexponential(25.0)),
        Box::new(Pareto { alpha: 1.1, high: 1e4 }),
    ];
    for law in &laws {
        for load in LOADS {
            let rate = load / law.mean();
            let best = srpt::response(rate, law.as_ref()).unwrap() * (1.0 - 1e-9);
            assert!(best >= law.mean() * (1.0 - 1e-8));
            assert!(best <= fb::response(rate, law.as_ref()).unwrap());
            assert!(best <= mg1::ps_response(rate, law.as_ref()).unwrap());
            assert!(best <= mg1::fcfs_response(rate, law.as_ref()).unwrap());
        }
    }
}

#[test]
fn an_unbounded_pareto_law_is_the_limit_of_ever_longer_bounded_ones() {
    let endless = Pareto { alpha: 1.5, high: f64::INFINITY };
    let rate = 0.6 / endless.mean();
    for response in [srpt::response, fb::response] {
        let limit = response(rate, &endless).unwrap();
        let gaps: Vec<f64> =
            [1e4, 1e8, 1e12].map(|high| limit - response(rate, &Pareto { alpha: 1.5, high }).unwrap()).into();
        assert!(gaps[0] > gaps[1] && gaps[1] > gaps[2] && gaps[2].abs() < 1e-4 * limit, "{limit}: {gaps:?}");
    }
    assert!(matches!(mg1::fcfs_wait(rate, &endless), Err(Error::Infinite { .. })));
}

#[test]
fn without_load_the_response_is_the_lifetime() {
    let law = hyperexponential(4.0);
    for response in [mg1::fcfs_response, mg1::ps_response, srpt::response, fb::response] {
        near(response(0.0, &law).unwrap(), 1.0, 1e-8);
    }
    assert_eq!(mg1::fcfs_slowdown(0.0, &law).unwrap(), 1.0);
}

#[test]
fn what_has_no_value_is_refused_with_its_reason() {
    let unstable = Err(Error::Unstable { load: 1.0, bound: 1.0 });
    assert_eq!(mmk::mm1_response(1.0), unstable);
    assert_eq!(mg1::fcfs_response(1.0, &EXPONENTIAL), unstable);
    assert_eq!(srpt::response(1.0, &EXPONENTIAL), unstable);
    assert_eq!(fb::response(1.0, &EXPONENTIAL), unstable);
    assert_eq!(mmk::erlang_c(3, 1.0), unstable);
    assert!(matches!(mg1::fcfs_slowdown(0.5, &EXPONENTIAL), Err(Error::Infinite { .. })));
    assert!(matches!(mmk::mmk_response(0, 0.5), Err(Error::Meaningless { .. })));
    assert!(matches!(mmk::mm1_response(f64::NAN), Err(Error::Meaningless { .. })));
    assert!(matches!(mg1::ps_response(-1.0, &EXPONENTIAL), Err(Error::Meaningless { .. })));
    assert!(matches!(mmk::mm1_response_quantile(0.5, 1.0), Err(Error::Meaningless { .. })));
    assert!(matches!(run_length::mm1_processes_needed(0.5, 0.0), Err(Error::Meaningless { .. })));
    let heavy = Pareto { alpha: 0.9, high: f64::INFINITY };
    assert!(matches!(mg1::ps_response(0.1, &heavy), Err(Error::Infinite { .. })));
    assert!(matches!(srpt::response(0.1, &heavy), Err(Error::Infinite { .. })));
}

#[test]
fn run_lengths_agree_with_the_table_of_five_per_cent_intervals() {
    near(run_length::mm1_wait_variance(0.5).unwrap(), 29.0, 1e-14);
    near(run_length::mm1_wait_variance(0.8).unwrap(), 1976.0, 1e-12);
    near(run_length::mm1_wait_variance(0.9).unwrap(), 35_901.0, 1e-12);
    for (load, processes, rounding) in [
        (0.5, 45e3, 0.5e3),
        (0.7, 95e3, 0.5e3),
        (0.8, 190e3, 0.5e3),
        (0.9, 681e3, 0.5e3),
        (0.95, 2.6e6, 0.05e6),
        (0.99, 62e6, 0.5e6),
    ] {
        let needed = run_length::mm1_processes_needed(load, 0.05).unwrap();
        assert!((needed - processes).abs() <= rounding, "{needed} instead of {processes}");
    }
}

//! Small fixed figures, one or more of every plot kind, that the tests of the plots share.

use loadlab::plot::{Axis, Curve, Figure, Point, Series, Width, lines};

/// Every fixture with its name.
pub(crate) fn figures() -> Vec<(&'static str, Figure)> {
    vec![
        ("lines", one_column()),
        ("lines-wide", two_columns()),
        ("lines-log", log_log()),
        ("lines-empty", lines::figure(load(), Axis::log("mean slowdown", ""), vec![], vec![])),
    ]
}

fn load() -> Axis {
    Axis::linear("offered load", "")
}

/// Mean response of an M/M/1 queue with unit service, spread by `gain`, with an interval that grows with the load.
fn policy(name: &str, gain: f64, loads: &[f64]) -> Series {
    let point = |(k, &rho): (usize, &f64)| {
        let y = 1.0 + gain * rho / (1.0 - rho);
        let half = 0.03 * y * (1.0 + 6.0 * rho * rho * rho) + 0.01 * (k % 3) as f64;
        Point::estimate(rho, y, y - half, y + half, 20)
    };
    Series::new(name, loads.iter().enumerate().map(point).collect())
}

const LOADS: [f64; 9] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

fn mm1(of: &str) -> Curve {
    let points = (1..=92).map(|k| (f64::from(k) / 100.0, 1.0 / (1.0 - f64::from(k) / 100.0))).collect();
    Curve { label: "M/M/1 (theory)".into(), of: of.into(), points }
}

fn one_column() -> Figure {
    let mut central = policy("central", 0.25, &LOADS);
    central.points[7] = central.points[7].unresolved();
    central.points[8] = central.points[8].unresolved();
    let series = vec![policy("no migration", 1.0, &LOADS), policy("sender, threshold 2", 0.5, &LOADS), central];
    lines::figure(load(), Axis::linear("mean response", "s"), series, vec![mm1("no migration")])
        .with_caption("Means of 20 replications with 95 % confidence intervals (Student t).", true)
}

fn two_columns() -> Figure {
    let series = (0..10).map(|k| policy(&format!("policy {k}"), 1.0 / (1.0 + 0.3 * f64::from(k)), &LOADS)).collect();
    lines::figure(load(), Axis::log("mean slowdown", ""), series, vec![]).with_width(Width::TwoColumns)
}

fn log_log() -> Figure {
    let tail = |alpha: f64| {
        (0..9)
            .map(|k| {
                let x = 10f64.powf(f64::from(k) / 2.0);
                let y = x.powf(-alpha);
                Point::estimate(x, y, y * 0.5, y * 1.6, 30)
            })
            .collect()
    };
    let mut odd = Series::new("with <odd> & \"names\" \u{0}\n_^%", tail(2.0));
    odd.points.push(Point::exact(-1.0, 3.0));
    odd.points.push(Point::exact(f64::NAN, 3.0));
    let series = vec![Series::new("Pareto, α = 1.1", tail(1.1)), odd];
    lines::figure(Axis::log("lifetime", "s"), Axis::log("fraction of processes that live longer", ""), series, vec![])
}

//! Small fixed figures, one or more of every plot kind, that the tests of the plots share.

use loadlab::plot::contrast::{Contrast, Verdict};
use loadlab::plot::gantt::Stay;
use loadlab::plot::heat::Grid;
use loadlab::plot::loads::NodeLoad;
use loadlab::plot::{
    Axis, Curve, Figure, Point, Series, Width, bars, contrast, ecdf, facets, gantt, heat, histogram, lines, loads,
    stability, survival, warmup,
};

/// Every fixture with its name.
pub(crate) fn figures() -> Vec<(&'static str, Figure)> {
    vec![
        ("lines", one_column()),
        ("lines-wide", two_columns()),
        ("lines-log", log_log()),
        ("lines-empty", lines::figure(load(), Axis::log("mean slowdown", ""), vec![], vec![])),
        ("facets", facet_grid()),
        ("contrast", contrasts()),
        ("survival", survivals()),
        ("histogram", one_histogram()),
        ("histogram-several", two_histograms()),
        ("ecdf", ecdfs()),
        ("heat", ratio_map()),
        ("heat-contours", contour_map()),
        ("stability", running_means()),
        ("warmup", welch()),
        ("loads-few", node_loads(3)),
        ("loads-many", node_loads(16)),
        ("gantt", stays()),
        ("bars", four_panels()),
    ]
}

/// A fixed sequence in (0, 1): the fractional parts of multiples of the golden ratio, scrambled by a second one.
fn spread(count: usize) -> Vec<f64> {
    let part = |k: usize| ((k as f64 + 0.5) * 0.618_033_988_749_894_9 + (k * k % 97) as f64 * 0.013).fract();
    (0..count).map(|k| part(k).clamp(1e-3, 1.0 - 1e-3)).collect()
}

fn named(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| name.to_string()).collect()
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

fn facet_grid() -> Figure {
    let rows = named(&["10 nodes", "100 nodes"]);
    let columns = named(&["exponential", "Pareto, α = 1.5", "Pareto, α = 1.1"]);
    let layers = |row: usize, column: usize| {
        let gain = 1.0 + column as f64 - 0.4 * row as f64;
        let series = vec![policy("no migration", gain, &LOADS), policy("central", 0.4 * gain, &LOADS)];
        lines::layers(series, if column == 0 { vec![mm1("")] } else { vec![] })
    };
    facets::figure(load(), Axis::log("mean slowdown", ""), &rows, &columns, layers)
}

fn contrasts() -> Figure {
    let verdict = |low: f64, high: f64| match (low, high) {
        _ if high < -0.02 => Verdict::Better,
        _ if low > 0.02 => Verdict::Worse,
        _ if high - low < 0.08 => Verdict::Equivalent,
        _ => Verdict::Unresolved,
    };
    let of = |label: &str, shift: f64| Contrast {
        label: label.into(),
        points: LOADS
            .iter()
            .map(|&rho| {
                let (y, half) = (shift * (rho - 0.35), 0.02 + 0.15 * rho * rho);
                (Point::estimate(rho, y, y - half, y + half, 20), verdict(y - half, y + half))
            })
            .collect(),
    };
    let y = Axis::linear("mean response, difference from no migration", "s");
    contrast::figure(load(), y, vec![of("sender", -0.6), of("receiver", 0.5), of("random", 0.05)], 0.0)
        .with_caption("Paired differences over 20 replications with 95 % confidence intervals (Student t).", true)
}

fn lifetimes(alpha: f64, count: usize) -> Vec<f64> {
    spread(count).into_iter().map(|u| (1.0 - u).powf(-1.0 / alpha)).collect()
}

fn survivals() -> Figure {
    let curve = |alpha: f64| Curve {
        label: "Pareto (theory)".into(),
        of: format!("α = {alpha}"),
        points: (0..=60).map(|k| 10f64.powf(f64::from(k) / 20.0)).map(|x| (x, x.powf(-alpha))).collect(),
    };
    let mut short = lifetimes(2.0, 600);
    short.push(-3.0);
    let samples = [("α = 1.1".to_string(), lifetimes(1.1, 800)), ("α = 2".to_string(), short)];
    survival::figure(Axis::linear("lifetime", "s"), &samples, vec![curve(1.1), curve(2.0)])
}

fn one_histogram() -> Figure {
    let sums = spread(900).chunks(3).map(|three| three.iter().sum::<f64>()).collect();
    histogram::figure(Axis::linear("freeze", "s"), &[("freeze".to_string(), sums)])
}

fn two_histograms() -> Figure {
    let samples = [("α = 1.1".to_string(), lifetimes(1.1, 700)), ("α = 2".to_string(), lifetimes(2.0, 700))];
    histogram::figure(Axis::log("lifetime", "s"), &samples)
}

fn ecdfs() -> Figure {
    let samples = [("no migration".to_string(), lifetimes(1.1, 500)), ("central".to_string(), lifetimes(2.0, 500))];
    ecdf::figure(Axis::log("slowdown", ""), &samples)
}

fn grid(value: impl Fn(f64, f64) -> f64) -> Grid {
    let xs = vec![0.5, 0.6, 0.7, 0.8, 0.9];
    let ys = vec![0.01, 0.1, 1.0, 10.0];
    let cell = |x: f64, y: f64| Point::estimate(x, value(x, y), f64::NAN, f64::NAN, 20);
    let mut cells: Vec<Vec<Point>> = ys.iter().map(|&y| xs.iter().map(|&x| cell(x, y)).collect()).collect();
    cells[3][4] = cells[3][4].unresolved();
    cells[0][0].y = f64::NAN;
    Grid { xs, ys, cells }
}

fn ratio_map() -> Figure {
    let grid = grid(|x, y| (0.9 - x).mul_add(1.5, 0.35 + 0.22 * y.log10() + 0.5));
    let value = Axis::log("slowdown, ratio to no migration", "");
    heat::figure(load(), Axis::log("cost of a migration", "s"), value, Some(1.0), &grid, &[])
}

fn contour_map() -> Figure {
    let grid = grid(|x, y| (1.0 + 0.1 * y.sqrt()) / (1.0 - x));
    let value = Axis::linear("mean response", "s");
    heat::figure(load(), Axis::log("cost of a migration", "s"), value, None, &grid, &[3.0, 5.0, 8.0])
}

fn running_means() -> Figure {
    let run = |seed: usize| -> Vec<(f64, f64)> {
        let noise = spread(40 + seed);
        let mut sum = 0.0;
        let mut mean = |k: usize| {
            sum += -(1.0 - noise[k + seed]).ln();
            (1000.0 * (k + 1) as f64, sum / (k + 1) as f64)
        };
        (0..40).map(&mut mean).collect()
    };
    let runs: Vec<Vec<(f64, f64)>> = (0..12).map(run).collect();
    let mean = (0..40).map(|k| (runs[0][k].0, runs.iter().map(|run| run[k].1).sum::<f64>() / 12.0)).collect::<Vec<_>>();
    stability::figure(Axis::linear("processes completed", ""), Axis::linear("running mean response", "s"), &runs, &mean)
}

fn welch() -> Figure {
    let noise = spread(200);
    let mean: Vec<(f64, f64)> =
        (0..200).map(|k| (50.0 * k as f64, 4.0 * (1.0 - (-(k as f64) / 25.0).exp()) + noise[k] - 0.5)).collect();
    let smooth: Vec<(f64, f64)> =
        (10..190).map(|k| (mean[k].0, mean[k - 10..=k + 10].iter().map(|point| point.1).sum::<f64>() / 21.0)).collect();
    warmup::figure(Axis::linear("time", "s"), Axis::linear("mean load", "processes"), &mean, &smooth, 21, 4500.0)
}

fn node_loads(nodes: usize) -> Figure {
    let of = |node: usize| {
        let noise = spread(60);
        let step = |k: usize| (10.0 * k as f64, (noise[(k * 7 + node * 13) % 60] * (2.0 + node as f64 / 3.0)).floor());
        NodeLoad { node: format!("node {node}"), steps: (0..60).map(step).collect() }
    };
    loads::figure(Axis::linear("time", "s"), &(0..nodes).map(of).collect::<Vec<_>>(), 0.0, 600.0)
}

fn stays() -> Figure {
    let stay = |process: &str, node, from, to, frozen| Stay { process: process.into(), node, from, to, frozen };
    let stays = [
        stay("1", 0, 0.0, 30.0, false),
        stay("1", 0, 30.0, 34.0, true),
        stay("1", 2, 34.0, 70.0, false),
        stay("2", 0, 5.0, 22.0, false),
        stay("3", 0, 12.0, 55.0, false),
        stay("4", 1, 3.0, 48.0, false),
        stay("5", 1, 20.0, 40.0, false),
        stay("5", 1, 40.0, 46.0, true),
        stay("5", 3, 46.0, 66.0, false),
        stay("6", 2, 10.0, 26.0, false),
        stay("7", 3, 2.0, 18.0, false),
    ];
    let nodes = (0..4).map(|node| format!("node {node}")).collect();
    gantt::figure(Axis::linear("time", "s"), nodes, &stays)
}

fn four_panels() -> Figure {
    let runs = (0..8).map(|run| run.to_string()).collect();
    let policies = |scale: f64, relative: f64| -> Vec<(String, Vec<Point>)> {
        let points = |gain: f64| {
            let noise = spread(8);
            let point = |&u: &f64| {
                let y = gain * scale * (1.0 + u);
                Point::estimate(0.0, y, y * (1.0 - relative), y * (1.0 + relative), 20)
            };
            noise.iter().map(point).collect()
        };
        vec![
            ("no balancing".into(), points(1.0)),
            ("placement".into(), points(0.75)),
            ("migration".into(), points(0.5)),
        ]
    };
    let metric = |title: &str, axis: Axis, scale, relative| bars::Metric {
        title: title.into(),
        axis,
        policies: policies(scale, relative),
    };
    let metrics = vec![
        metric("(a) mean slowdown", Axis::linear("mean slowdown", ""), 1.8, 0.05),
        metric("(b) spread of slowdown", Axis::linear("standard deviation of slowdown", ""), 4.0, 0.15),
        metric("(c) slowed by 3 or more", Axis::linear("fraction of processes", ""), 0.1, 0.1),
        metric("(d) slowed by 5 or more", Axis::linear("fraction of processes", ""), 0.03, 0.2),
    ];
    bars::figure("run", runs, metrics)
}

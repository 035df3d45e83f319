//! What `loadlab workload` says of a workload that is made of laws: the figures that characterise each law, and the
//! survival function of the lifetimes against an exponential law of the same mean.

use super::report::{Report, table};
use crate::file::{Cell, Env, KindInfo};
use crate::plot::{Axis, Curve, Figure, Layer};
use loadlab_core::law::{Law, Summary};
use std::fmt::Write;
use std::sync::Arc;

/// The keys of a scenario that are laws, and their units.
const LAWS: [(&str, &str); 3] = [("lifetime", "s"), ("memory", "bytes"), ("dirty_rate", "bytes/s")];

/// Places at which the survival function is drawn.
const PLACES: u32 = 200;

/// Reports on the laws of a cell's scenario; None where it has no lifetimes.
pub(super) fn report_laws(cell: &Cell) -> Option<Report> {
    let args = &cell.scenario.args;
    if !args.has("lifetime") {
        return None;
    }
    let mut text = String::new();
    for (key, unit) in LAWS {
        let law = args.has(key).then(|| args.law(key)).filter(|law| law.support().1 > 0.0);
        if let Some(law) = law {
            // Writing to a String cannot fail.
            let _ = write!(text, "{}: {key} in {unit}\n{}\n", cell.scenario.name, characterised(law.as_ref()));
        }
    }
    let figure = survival(&cell.scenario.name, args.law("lifetime").as_ref());
    Some(Report { text, figure, summary: None })
}

/// The law of the example in the catalogue of laws.
pub fn example(kind: &KindInfo, env: &Env) -> Result<Arc<dyn Law>, String> {
    env.laws.build(kind.name, &table(kind.example, "law", env)?)
}

/// The figures of a law, one a line.
pub fn characterised(law: &dyn Law) -> String {
    Summary::new(law).to_string().lines().map(|line| format!("  {line}\n")).collect()
}

/// P(X > x) from the lower 1 % up to where one in a million is left.
fn survival(name: &str, law: &dyn Law) -> Figure {
    let (low, high) = (law.quantile(0.01).max(1e-9), law.tail_quantile(1e-6).max(2e-9));
    let ratio = libm::log((high / low).max(1.000_001)) / f64::from(PLACES);
    let places: Vec<f64> = (0..=PLACES).map(|k| low * libm::exp(ratio * f64::from(k))).collect();
    let curve = |label: &str, p: &dyn Fn(f64) -> f64| {
        let points = places.iter().map(|x| (*x, p(*x))).filter(|(_, p)| *p >= 1e-6).collect();
        Layer::Curve(Curve { label: label.to_owned(), of: String::new(), points })
    };
    let mut layers = vec![curve(name, &|x| law.survival(x))];
    let mean = law.mean();
    if mean.is_finite() {
        layers.push(curve("exponential", &|x| libm::exp(-x / mean)));
    }
    let caption = format!(
        "Lifetimes of {name}: the probability of more than x, and that of an exponential law of the same mean."
    );
    let figure = Figure::single(Axis::log("lifetime", "s"), Axis::log("probability of more than x", ""), layers);
    figure.with_caption(caption, false)
}

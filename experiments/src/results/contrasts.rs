//! Which policies of a sweep point are compared, in which metrics, and what the paired replications say.
//!
//! Not here: the tests themselves (`stats`), and the table (`tables`).

use super::tables::{identity, identity_header, write};
use super::{Run, Runs, number};
use crate::expr::Value;
use crate::file::{Cell, Experiment};
use crate::stats::{Adjust, Contrast, Direction, Judged, Kind, Question, Refused, Verdict};
use loadlab_core::record::metric::{Better, METRICS, Metric};

/// A policy against the baseline, in one metric.
#[derive(Clone, Debug)]
pub struct Compared {
    /// The cell of the policy.
    pub cell: usize,
    /// The cell of the baseline.
    pub baseline: usize,
    /// In what.
    pub metric: &'static Metric,
    /// Difference or ratio.
    pub kind: Kind,
    /// Replications that could be paired.
    pub pairs: usize,
    /// What came out, or why nothing could.
    pub judged: Result<Judged, Refused>,
}

impl Compared {
    /// The verdict as it stands in tables. A metric without a good direction is higher or lower, not better or worse.
    pub fn verdict(&self) -> &'static str {
        let verdict = self.judged.as_ref().map_or(Verdict::Unresolved, |j| j.verdict);
        match (verdict, self.metric.better) {
            (Verdict::Unresolved, _) => "unresolved",
            (Verdict::Equivalent, _) => "equivalent",
            (Verdict::Better, Better::Neither) => "lower",
            (Verdict::Worse, Better::Neither) => "higher",
            (Verdict::Better, _) => "better",
            (Verdict::Worse, _) => "worse",
        }
    }
}

/// The place of a metric in `METRICS`.
pub fn metric_index(name: &str) -> Option<usize> {
    METRICS.iter().position(|m| m.name == name)
}

/// The cells of each sweep point, in canonical order: what the stopping rule keeps together. Cells that differ in their
/// policies alone are one point.
pub fn points(experiment: &Experiment) -> Vec<Vec<usize>> {
    let mut points: Vec<Vec<usize>> = Vec::new();
    let mut known = std::collections::BTreeMap::new();
    for cell in &experiment.cells {
        let at = *known.entry(&cell.point).or_insert(points.len());
        if at == points.len() {
            points.push(Vec::new());
        }
        points[at].push(cell.index);
    }
    points
}

/// The policy that the others are compared with: the file's, or the first one of the file.
pub fn baseline(experiment: &Experiment) -> &str {
    let first = experiment.cells.first().map_or("", |cell| cell.policy.name.as_str());
    experiment.stop.contrasts.as_ref().map_or(first, |c| c.baseline.as_str())
}

/// The metrics that are compared: the file's and those of its contrast plots; without the file's, those of all plots.
fn metrics(experiment: &Experiment) -> Vec<usize> {
    let asked = experiment.stop.contrasts.as_ref();
    let named = asked.iter().flat_map(|c| &c.metrics);
    let plots = experiment.plots.iter().filter(|p| asked.is_none() || p.compares()).flat_map(|p| p.metrics());
    let mut found: Vec<usize> = named.map(String::as_str).chain(plots).filter_map(metric_index).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The pairs (policy, baseline) among the cells of a point: same scenario, and the same value of every swept key that
/// both have.
pub fn pairs(experiment: &Experiment, cells: &[usize]) -> Vec<(usize, usize)> {
    let baseline = baseline(experiment);
    let at = |k: usize| &experiment.cells[k];
    let (bases, others): (Vec<usize>, Vec<usize>) = cells.iter().copied().partition(|k| at(*k).policy.name == baseline);
    let of = |cell: usize| bases.iter().filter(move |b| comparable(at(cell), at(**b))).map(move |b| (cell, *b));
    others.into_iter().flat_map(of).collect()
}

fn comparable(a: &Cell, b: &Cell) -> bool {
    let agree = |((_, x), (_, y)): (&(_, Value), &(_, Value))| x == y || *x == Value::Missing || *y == Value::Missing;
    a.scenario.name == b.scenario.name && a.keys.iter().zip(&b.keys).all(agree)
}

/// What is asked of the contrasts of a metric: its direction, the relative difference that matters, the correction.
pub fn question(experiment: &Experiment, metric: usize) -> Question {
    let asked = experiment.stop.contrasts.as_ref();
    Question {
        direction: match METRICS[metric].better {
            Better::Higher => Direction::HigherIsBetter,
            Better::Lower | Better::Neither => Direction::LowerIsBetter,
        },
        margin: asked.and_then(|c| c.resolve),
        adjust: match asked.map_or("holm", |c| c.adjust.as_str()) {
            "bonferroni" => Adjust::Bonferroni,
            "none" => Adjust::None,
            _ => Adjust::Holm,
        },
        confidence: experiment.stop.confidence,
    }
}

/// The contrasts of a point, by metric and kind. The policies of one point, in one metric and kind, are one family.
pub(super) fn contrasts(experiment: &Experiment, point: &[usize], runs: &Runs) -> Vec<Compared> {
    let mut all = Vec::new();
    let pairs = pairs(experiment, point);
    for metric in metrics(experiment) {
        for kind in [Kind::Difference, Kind::Ratio] {
            all.extend(family(experiment, runs, &pairs, metric, kind));
        }
    }
    all
}

fn family(experiment: &Experiment, runs: &Runs, pairs: &[(usize, usize)], metric: usize, kind: Kind) -> Vec<Compared> {
    let values = |cell: usize| -> Vec<f64> {
        let column = |run: &Run| run.values[metric];
        runs.of(&experiment.cells[cell].id).iter().map(column).collect()
    };
    let paired: Vec<(Vec<f64>, Vec<f64>)> =
        pairs.iter().map(|(cell, base)| level(values(*cell), values(*base))).collect();
    let raw: Vec<Result<Contrast, Refused>> =
        paired.iter().map(|(policy, base)| Contrast::paired(policy, base, kind)).collect();
    let sound: Vec<Contrast> = raw.iter().filter_map(|c| c.ok()).collect();
    let question = question(experiment, metric);
    let mut place = 0;
    let mut compared = Vec::with_capacity(pairs.len());
    for (((cell, baseline), (_, base)), raw) in pairs.iter().zip(&paired).zip(raw) {
        let judged = raw.and_then(|_| {
            place += 1;
            let margin = question.margin.map(|share| margin(share, base, kind));
            Question { margin: margin.filter(|m| *m > 0.0), ..question }.judge(&sound).map(|all| all[place - 1])
        });
        let metric = &METRICS[metric];
        compared.push(Compared { cell: *cell, baseline: *baseline, metric, kind, pairs: base.len(), judged });
    }
    compared
}

/// The relative difference that matters, on the scale of the contrast: for a difference, that share of the baseline's
/// mean.
fn margin(share: f64, base: &[f64], kind: Kind) -> f64 {
    match kind {
        Kind::Ratio => share,
        Kind::Difference => share * (base.iter().sum::<f64>() / base.len() as f64).abs(),
    }
}

/// Two cells up to the replications that both have.
fn level(mut a: Vec<f64>, mut b: Vec<f64>) -> (Vec<f64>, Vec<f64>) {
    let n = a.len().min(b.len());
    a.truncate(n);
    b.truncate(n);
    (a, b)
}

/// `contrasts.csv`: one row per pair, metric and kind.
pub fn contrasts_csv(experiment: &Experiment, compared: &[Compared]) -> Result<Vec<u8>, csv::Error> {
    let mut header = identity_header(experiment);
    let columns = "baseline baseline_cell metric kind estimate ci_low ci_high confidence p_holm adjust pairs correlation \
                   margin verdict note";
    header.extend(columns.split_whitespace().map(str::to_owned));
    write(&header, compared.iter().map(|c| row(experiment, c)))
}

fn row(experiment: &Experiment, c: &Compared) -> Vec<String> {
    let base = &experiment.cells[c.baseline];
    let asked = experiment.stop.contrasts.as_ref();
    let mut row = identity(experiment, &experiment.cells[c.cell]);
    let kind = if c.kind == Kind::Ratio { "ratio" } else { "difference" };
    row.extend([&base.policy.name, &base.id, c.metric.name, kind].map(str::to_owned));
    let of = |f: fn(&Judged) -> f64| c.judged.as_ref().map_or(String::new(), |j| number(f(j)));
    let correlation = c.judged.as_ref().ok().and_then(|j| j.contrast.correlation);
    row.extend([
        of(|j| j.estimate.value),
        of(|j| j.estimate.interval.low),
        of(|j| j.estimate.interval.high),
        of(|j| j.estimate.confidence),
        of(|j| j.p_adjusted),
        asked.map_or("holm", |a| a.adjust.as_str()).to_owned(),
        c.pairs.to_string(),
        correlation.map_or(String::new(), number),
        asked.and_then(|a| a.resolve).map_or(String::new(), number),
        c.verdict().to_owned(),
        c.judged.as_ref().err().map_or(String::new(), Refused::to_string),
    ]);
    row
}

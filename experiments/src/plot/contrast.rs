//! Paired contrasts with a baseline against a parameter: intervals round the line of no difference, verdicts above.

use super::figure::{Axis, Figure, Panel, Strip};
use super::layer::{Layer, Point, Rule, Series};

/// What a paired comparison found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Better than the baseline.
    Better,
    /// Worse than the baseline.
    Worse,
    /// The same, within the margin that was declared.
    Equivalent,
    /// Not enough replications to say.
    Unresolved,
}

impl Verdict {
    /// The sign above the panel; `KEY` explains it.
    pub fn sign(self) -> &'static str {
        match self {
            Verdict::Better => "B",
            Verdict::Worse => "W",
            Verdict::Equivalent => "=",
            Verdict::Unresolved => "?",
        }
    }
}

/// The sentence that explains the signs; it is added to the caption.
pub const KEY: &str = "Above: B better than the baseline, W worse, = equivalent, ? unresolved.";

/// The contrasts of one policy with the baseline.
#[derive(Debug, Clone, PartialEq)]
pub struct Contrast {
    /// The policy.
    pub label: String,
    /// One estimate per parameter, with its verdict.
    pub points: Vec<(Point, Verdict)>,
}

/// The figure of these contrasts; `no_difference` is 0 for differences and 1 for ratios.
pub fn figure(x: Axis, y: Axis, contrasts: Vec<Contrast>, no_difference: f64) -> Figure {
    let strips = contrasts.iter().map(strip).collect();
    let rule = Rule { label: String::new(), at: no_difference, upright: false };
    let series = contrasts.into_iter().map(|contrast| Layer::Series(series(contrast)));
    let layers = std::iter::once(Layer::Rule(rule)).chain(series).collect();
    let panels = vec![Panel { strips, layers, ..Panel::default() }];
    Figure { panels, ..Figure::single(x, y, Vec::new()) }.with_caption(KEY, false)
}

fn strip(contrast: &Contrast) -> Strip {
    let marks = contrast.points.iter().map(|(point, verdict)| (point.x, verdict.sign().to_string())).collect();
    Strip { label: contrast.label.clone(), marks }
}

fn series(contrast: Contrast) -> Series {
    let resolved = |(point, verdict): (Point, Verdict)| Point { resolved: verdict != Verdict::Unresolved, ..point };
    Series::new(contrast.label, contrast.points.into_iter().map(resolved).collect())
}

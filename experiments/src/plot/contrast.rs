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

/// The sentence that explains the signs; every caption of a figure with verdicts ends with it.
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
    Figure { panels, ..Figure::single(x, y, Vec::new()) }
}

fn strip(contrast: &Contrast) -> Strip {
    let marks = contrast.points.iter().map(|(point, verdict)| (point.x, verdict.sign().to_string())).collect();
    Strip { label: contrast.label.clone(), marks }
}

fn series(contrast: Contrast) -> Series {
    let resolved = |(point, verdict): (Point, Verdict)| Point { resolved: verdict != Verdict::Unresolved, ..point };
    Series::new(contrast.label, contrast.points.into_iter().map(resolved).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(verdict: Verdict) -> Figure {
        let point = Point::estimate(0.5, -1.0, -1.5, -0.5, 20);
        let contrast = Contrast { label: "a".into(), points: vec![(point, verdict)] };
        figure(Axis::linear("offered load", ""), Axis::linear("difference", "s"), vec![contrast], 0.0)
    }

    #[test]
    fn the_line_of_no_difference_is_on_the_page_even_where_no_interval_reaches_it() {
        let figure = one(Verdict::Better);
        let rule = Layer::Rule(Rule { label: String::new(), at: 0.0, upright: false });
        assert_eq!(figure.panels[0].layers[0], rule);
        assert!(figure.panels[0].layers[0].ys().contains(&0.0));
    }

    #[test]
    fn every_caption_of_verdicts_explains_their_signs() {
        let figure = one(Verdict::Worse).with_caption("n = 20.", false);
        assert_eq!(super::super::caption(&figure), format!("n = 20. {KEY}"));
    }

    #[test]
    fn only_an_unresolved_contrast_is_hollow() {
        let hollow = |verdict| match &one(verdict).panels[0].layers[1] {
            Layer::Series(series) => !series.points[0].resolved,
            other => panic!("{other:?}"),
        };
        assert!(hollow(Verdict::Unresolved));
        assert!(![Verdict::Better, Verdict::Worse, Verdict::Equivalent].into_iter().any(hollow));
    }
}

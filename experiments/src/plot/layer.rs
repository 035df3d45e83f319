//! What a panel shows: layers of data. Nothing here knows how they are drawn.

/// One estimate with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// The parameter.
    pub x: f64,
    /// The estimate.
    pub y: f64,
    /// Lower end of the interval; NaN where there is none.
    pub low: f64,
    /// Upper end of the interval; NaN where there is none.
    pub high: f64,
    /// False where the simulation did not reach its precision target: drawn hollow, never joined.
    pub resolved: bool,
    /// Replications behind the estimate; 0 for an exact value.
    pub n: u64,
}

impl Point {
    /// A value without an interval.
    pub fn exact(x: f64, y: f64) -> Point {
        Point { x, y, low: f64::NAN, high: f64::NAN, resolved: true, n: 0 }
    }

    /// A resolved estimate with its interval from `n` replications.
    pub fn estimate(x: f64, y: f64, low: f64, high: f64, n: u64) -> Point {
        Point { x, y, low, high, resolved: true, n }
    }

    /// The same point, marked as not resolved.
    pub fn unresolved(self) -> Point {
        Point { resolved: false, ..self }
    }
}

/// How the points of a series are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Join {
    /// By straight lines between neighbours that are both resolved.
    Lines,
    /// By steps: each value holds until the next point.
    Steps,
    /// Not at all.
    Nothing,
}

/// Points that belong together: one policy, say.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Its name in the legend; the same name looks the same in every panel.
    pub label: String,
    /// The points, in the order they are joined.
    pub points: Vec<Point>,
    /// How they are joined.
    pub join: Join,
    /// Whether each point has a marker and an error bar with caps.
    pub markers: bool,
    /// Whether the interval is also shaded between neighbours.
    pub band: bool,
    /// Whether its line is a thin pale one: one of many, behind what matters.
    pub faint: bool,
}

impl Series {
    /// Lines, markers, error bars and band.
    pub fn new(label: impl Into<String>, points: Vec<Point>) -> Series {
        Series { label: label.into(), points, join: Join::Lines, markers: true, band: true, faint: false }
    }

    /// A bare line without markers.
    pub fn line(label: impl Into<String>, points: Vec<Point>) -> Series {
        Series { markers: false, band: false, ..Series::new(label, points) }
    }

    /// A bare line of steps.
    pub fn steps(label: impl Into<String>, points: Vec<Point>) -> Series {
        Series { join: Join::Steps, ..Series::line(label, points) }
    }

    /// The same series as a thin pale line.
    pub fn faint(self) -> Series {
        Series { faint: true, ..self }
    }
}

/// A formula drawn behind the data as a thin dashed line.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// Its name in the legend.
    pub label: String,
    /// The series it is the theory of, whose colour it takes; empty for none.
    pub of: String,
    /// Its points, close enough together to look smooth.
    pub points: Vec<(f64, f64)>,
}

/// A straight line across the panel: no difference, or the end of the warm-up.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Its name in the legend; empty for none.
    pub label: String,
    /// Where it stands.
    pub at: f64,
    /// Whether `at` is on the x axis, and the line upright.
    pub upright: bool,
}

/// How blocks are filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    /// With the colour and hatch of the series of their name.
    Series,
    /// By their values, on the colour scale of the figure.
    Value,
    /// Hatched over what is below.
    Hatch,
}

/// A rectangle of values: a bar, a cell of a heat map, a stay of a process on a node.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// From and to on the x axis.
    pub x: (f64, f64),
    /// From and to on the y axis.
    pub y: (f64, f64),
    /// The estimate it stands for, with its interval. `x` of the point is not used.
    pub point: Point,
    /// Written into it where it fits; empty for nothing.
    pub text: String,
}

/// Blocks that belong together.
#[derive(Debug, Clone, PartialEq)]
pub struct Blocks {
    /// Their name.
    pub label: String,
    /// The rectangles.
    pub blocks: Vec<Block>,
    /// How they are filled.
    pub fill: Fill,
    /// Whether the legend has their name.
    pub listed: bool,
}

/// Lines of equal value over a grid of two parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Contours {
    /// The parameter along x, increasing.
    pub xs: Vec<f64>,
    /// The parameter along y, increasing.
    pub ys: Vec<f64>,
    /// `values[row][column]` at `ys[row]`, `xs[column]`; NaN where there is none.
    pub values: Vec<Vec<f64>>,
    /// The values whose lines are drawn.
    pub levels: Vec<f64>,
}

/// Arrows from place to place: migrations.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrows {
    /// Their name in the legend.
    pub label: String,
    /// Tail and head of each, as (x, y).
    pub arrows: Vec<((f64, f64), (f64, f64))>,
}

/// One layer of a panel.
#[derive(Debug, Clone, PartialEq)]
pub enum Layer {
    /// Estimates.
    Series(Series),
    /// Theory.
    Curve(Curve),
    /// A straight line.
    Rule(Rule),
    /// Rectangles.
    Blocks(Blocks),
    /// Lines of equal value.
    Contours(Contours),
    /// Arrows.
    Arrows(Arrows),
}

impl Layer {
    /// Its name.
    pub fn label(&self) -> &str {
        match self {
            Layer::Series(series) => &series.label,
            Layer::Curve(curve) => &curve.label,
            Layer::Rule(rule) => &rule.label,
            Layer::Blocks(blocks) => &blocks.label,
            Layer::Contours(_) => "",
            Layer::Arrows(arrows) => &arrows.label,
        }
    }

    /// The places of its data, for what can be drawn and what not.
    pub fn places(&self) -> Vec<(f64, f64)> {
        match self {
            Layer::Series(series) => series.points.iter().map(|point| (point.x, point.y)).collect(),
            Layer::Curve(curve) => curve.points.clone(),
            Layer::Rule(_) | Layer::Contours(_) => Vec::new(),
            Layer::Blocks(blocks) => blocks.blocks.iter().map(|block| (block.x.1, block.y.1)).collect(),
            Layer::Arrows(arrows) => arrows.arrows.iter().flat_map(|&(tail, head)| [tail, head]).collect(),
        }
    }

    /// The x values that the axis must hold.
    pub fn xs(&self) -> Vec<f64> {
        match self {
            Layer::Rule(rule) if rule.upright => vec![rule.at],
            Layer::Blocks(blocks) => blocks.blocks.iter().flat_map(|block| [block.x.0, block.x.1]).collect(),
            _ => self.places().into_iter().map(|(x, _)| x).collect(),
        }
    }

    /// The y values that the axis must hold, intervals included.
    pub fn ys(&self) -> Vec<f64> {
        match self {
            Layer::Series(series) => series.points.iter().flat_map(|p| [p.y, p.low, p.high]).collect(),
            Layer::Rule(rule) if !rule.upright => vec![rule.at],
            Layer::Blocks(blocks) if blocks.fill == Fill::Series => {
                blocks.blocks.iter().flat_map(|b| [b.y.0, b.y.1, b.point.low, b.point.high]).collect()
            }
            Layer::Blocks(blocks) => blocks.blocks.iter().flat_map(|block| [block.y.0, block.y.1]).collect(),
            _ => self.places().into_iter().map(|(_, y)| y).collect(),
        }
    }
}

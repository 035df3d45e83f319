//! What a figure says: axes, panels, layers of data and a caption. Nothing here knows how it is drawn.

/// Width of a figure on the page of a two-column paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// 84 mm.
    OneColumn,
    /// 174 mm.
    TwoColumns,
}

impl Width {
    /// The width in points of 1/72 inch.
    pub fn points(self) -> f64 {
        let millimetres = match self {
            Width::OneColumn => 84.0,
            Width::TwoColumns => 174.0,
        };
        millimetres * 72.0 / 25.4
    }
}

/// How values are spread along an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// Equal differences take equal lengths.
    Linear,
    /// Equal ratios take equal lengths; values that are not positive cannot be drawn.
    Log,
}

/// One axis: what it measures, in which unit, on which scale.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// The quantity in words.
    pub label: String,
    /// Its unit; empty for a pure number.
    pub unit: String,
    /// Linear or logarithmic.
    pub scale: Scale,
    /// The ends of the axis; `None` takes them from the data.
    pub range: Option<(f64, f64)>,
    /// Names of the places 0, 1, 2, ... of a categorical axis; empty for a numeric one.
    pub categories: Vec<String>,
}

impl Axis {
    /// A linear axis whose ends follow the data.
    pub fn linear(label: impl Into<String>, unit: impl Into<String>) -> Axis {
        Axis { label: label.into(), unit: unit.into(), scale: Scale::Linear, range: None, categories: Vec::new() }
    }

    /// A logarithmic axis whose ends follow the data.
    pub fn log(label: impl Into<String>, unit: impl Into<String>) -> Axis {
        Axis { scale: Scale::Log, ..Axis::linear(label, unit) }
    }

    /// An axis with one place per name.
    pub fn categories(label: impl Into<String>, names: Vec<String>) -> Axis {
        Axis { categories: names, ..Axis::linear(label, "") }
    }

    /// The same axis with fixed ends.
    pub fn within(self, low: f64, high: f64) -> Axis {
        Axis { range: Some((low, high)), ..self }
    }

    /// A value as a reader says it: with its unit, or the name of its category.
    pub fn reading(&self, value: f64) -> String {
        let place = value.round();
        if let Some(name) = self.categories.get(place as usize).filter(|_| place >= 0.0) {
            return name.clone();
        }
        let number = super::scale::readable(value);
        if self.unit.is_empty() { number } else { format!("{number} {}", self.unit) }
    }

    /// Label and unit as they stand beside the axis.
    pub fn heading(&self) -> String {
        if self.unit.is_empty() { self.label.clone() } else { format!("{} ({})", self.label, self.unit) }
    }
}

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
}

impl Series {
    /// Lines, markers, error bars and band.
    pub fn new(label: impl Into<String>, points: Vec<Point>) -> Series {
        Series { label: label.into(), points, join: Join::Lines, markers: true, band: true }
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

/// One layer of a panel.
#[derive(Debug, Clone, PartialEq)]
pub enum Layer {
    /// Estimates.
    Series(Series),
    /// Theory.
    Curve(Curve),
}

impl Layer {
    /// Its name.
    pub fn label(&self) -> &str {
        match self {
            Layer::Series(series) => &series.label,
            Layer::Curve(curve) => &curve.label,
        }
    }

    /// The places of its data, for what can be drawn and what not.
    pub fn places(&self) -> Vec<(f64, f64)> {
        match self {
            Layer::Series(series) => series.points.iter().map(|point| (point.x, point.y)).collect(),
            Layer::Curve(curve) => curve.points.clone(),
        }
    }

    /// The x values that the axis must hold.
    pub fn xs(&self) -> Vec<f64> {
        self.places().into_iter().map(|(x, _)| x).collect()
    }

    /// The y values that the axis must hold, intervals included.
    pub fn ys(&self) -> Vec<f64> {
        match self {
            Layer::Series(series) => series.points.iter().flat_map(|p| [p.y, p.low, p.high]).collect(),
            Layer::Curve(curve) => curve.points.iter().map(|&(_, y)| y).collect(),
        }
    }
}

/// One rectangle of axes with its layers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Panel {
    /// Written above it; empty for nothing.
    pub title: String,
    /// Written at its right, turned; empty for nothing.
    pub side: String,
    /// Its own x axis where it differs from the figure's.
    pub x: Option<Axis>,
    /// Its own y axis where it differs from the figure's.
    pub y: Option<Axis>,
    /// What is drawn, from back to front.
    pub layers: Vec<Layer>,
}

/// A figure: all that is needed to draw it, and to print its data.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// A heading; figures of papers have none, the caption does its work.
    pub title: Option<String>,
    /// How wide it is on the page.
    pub width: Width,
    /// The x axis shared by the panels.
    pub x: Axis,
    /// The y axis shared by the panels.
    pub y: Axis,
    /// The panels, row by row.
    pub panels: Vec<Panel>,
    /// Panels per row.
    pub columns: usize,
    /// Height of each panel in points; `None` takes it from the width.
    pub panel_height: Option<f64>,
    /// What is shown, how many replications stand behind it, and by which method its intervals were computed.
    pub caption: String,
    /// Whether the caption is also drawn below the axes, in small type.
    pub draw_caption: bool,
}

impl Figure {
    /// A figure of one panel, one column wide, without title or caption.
    pub fn single(x: Axis, y: Axis, layers: Vec<Layer>) -> Figure {
        Figure {
            title: None,
            width: Width::OneColumn,
            x,
            y,
            panels: vec![Panel { layers, ..Panel::default() }],
            columns: 1,
            panel_height: None,
            caption: String::new(),
            draw_caption: false,
        }
    }

    /// The same figure with a caption; `drawn` also writes it below the axes.
    pub fn with_caption(self, caption: impl Into<String>, drawn: bool) -> Figure {
        Figure { caption: caption.into(), draw_caption: drawn, ..self }
    }

    /// The same figure at another width.
    pub fn with_width(self, width: Width) -> Figure {
        Figure { width, ..self }
    }

    /// The x axis of a panel.
    pub fn x_of<'a>(&'a self, panel: &'a Panel) -> &'a Axis {
        panel.x.as_ref().unwrap_or(&self.x)
    }

    /// The y axis of a panel.
    pub fn y_of<'a>(&'a self, panel: &'a Panel) -> &'a Axis {
        panel.y.as_ref().unwrap_or(&self.y)
    }
}

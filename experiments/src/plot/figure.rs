//! What a figure says: axes, panels, layers of data and a caption. Nothing here knows how it is drawn.

use super::layer::Layer;

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
    /// Whether it counts: nothing lies between whole numbers, and no tick stands there.
    pub whole: bool,
}

impl Axis {
    /// A linear axis whose ends follow the data.
    pub fn linear(label: impl Into<String>, unit: impl Into<String>) -> Axis {
        let (label, unit) = (label.into(), unit.into());
        Axis { label, unit, scale: Scale::Linear, range: None, categories: Vec::new(), whole: false }
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

    /// The same axis under another heading, which names its unit, too.
    pub fn called(self, heading: &str) -> Axis {
        Axis { label: heading.to_owned(), unit: String::new(), ..self }
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

/// A row of marks above a panel: one verdict per parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Strip {
    /// The series they are about.
    pub label: String,
    /// Where each stands on the x axis, and what it is.
    pub marks: Vec<(f64, String)>,
}

/// The colour scale of blocks that are filled by value.
#[derive(Debug, Clone, PartialEq)]
pub struct Colours {
    /// What the colour measures.
    pub axis: Axis,
    /// The neutral value of a diverging scale: 1 for a ratio; `None` for a sequential scale.
    pub centre: Option<f64>,
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
    /// Rows of marks above it.
    pub strips: Vec<Strip>,
    /// What is drawn.
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
    /// The colour scale, where blocks are filled by value.
    pub colours: Option<Colours>,
    /// Observations left out before the figure was made, because they are not finite or not positive.
    pub left_out: usize,
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
            colours: None,
            left_out: 0,
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

//! How large each part of a figure is and where it stands: room is made for every label before anything is drawn.

use super::axes::{GAP, TICK, Ticks};
use super::colours::Ramp;
use super::figure::{Axis, Figure, Panel, Width};
use super::frame::Frame;
use super::layout::caption;
use super::legend::Legend;
use super::scale::Span;
use super::type_face;

/// Size of axis labels and panel titles in points.
pub(super) const LABEL: f64 = 8.0;
/// Size of the figure's title.
pub(super) const TITLE: f64 = 9.0;
/// Size of the caption.
pub(super) const SMALL: f64 = 6.5;
/// Height of a line of text over its size.
pub(super) const LEADING: f64 = 1.25;
/// Free space around the figure.
pub(super) const EDGE: f64 = 3.0;

const BETWEEN: f64 = 10.0;
/// Beyond the last tick, for the half of its label that stands out.
const OVERHANG: f64 = 8.0;
/// No panel is narrower, however long the names are.
const NARROWEST: f64 = 30.0;
const HEADING_LINES: usize = 3;

/// One panel with its frame and ticks.
pub(super) struct Cell<'a> {
    /// The panel.
    pub panel: &'a Panel,
    /// Its rectangle.
    pub frame: Frame,
    /// Ticks of its x axis.
    pub x: Ticks,
    /// Ticks of its y axis.
    pub y: Ticks,
    /// Whether the x ticks are labelled: nothing stands below it, or the axis is its own.
    pub x_labels: bool,
    /// Whether the y ticks are labelled.
    pub y_labels: bool,
    /// Where its own y heading stands; the shared one is drawn once.
    pub y_heading_at: f64,
}

/// Where everything stands.
pub(super) struct Plan<'a> {
    /// Width and height of the figure.
    pub size: (f64, f64),
    /// The panels.
    pub cells: Vec<Cell<'a>>,
    /// Upper left corner of the legend and its width.
    pub legend: Option<((f64, f64), f64)>,
    /// The rectangle around all panels: left, top, right, bottom.
    pub grid: (f64, f64, f64, f64),
    /// Left edge of the colour scale with the space before it.
    pub bar_left: f64,
    /// Top of the shared x heading.
    pub x_heading_top: f64,
    /// Top of the drawn caption.
    pub caption_top: f64,
}

/// Lines of text of one size.
pub(super) fn lines_height(count: usize, size: f64) -> f64 {
    count as f64 * size * LEADING
}

/// Lines of a heading along an axis of this length: at most three, cut where they would leave it.
pub(super) fn heading_lines(axis: &Axis, length: f64) -> Vec<String> {
    let mut lines = type_face::wrapped(&axis.heading(), LABEL, length);
    if lines.len() > HEADING_LINES {
        let rest = lines.split_off(HEADING_LINES - 1).join(" ");
        lines.push(rest);
    }
    lines.into_iter().map(|line| type_face::fitted(&line, LABEL, false, length)).collect()
}

/// Height of the rows of marks above a panel.
pub(super) fn strips_height(panel: &Panel) -> f64 {
    panel.strips.len() as f64 * super::draw_marks::STRIP
}

/// The spans of each panel: a shared axis spans the data of all panels that share it.
fn spans(figure: &Figure) -> Vec<(Span, Span)> {
    let xs = |panel: &Panel| -> Vec<f64> { panel.layers.iter().flat_map(|layer| layer.xs()).collect() };
    let ys = |panel: &Panel| -> Vec<f64> { panel.layers.iter().flat_map(|layer| layer.ys()).collect() };
    let shared_x = Span::of(&figure.x, figure.panels.iter().filter(|p| p.x.is_none()).flat_map(xs));
    let shared_y = Span::of(&figure.y, figure.panels.iter().filter(|p| p.y.is_none()).flat_map(ys));
    let of = |panel: &Panel| {
        let x = panel.x.as_ref().map_or(shared_x, |axis| Span::of(axis, xs(panel).into_iter()));
        let y = panel.y.as_ref().map_or(shared_y, |axis| Span::of(axis, ys(panel).into_iter()));
        (x, y)
    };
    figure.panels.iter().map(of).collect()
}

/// The measures from which the plan is made.
struct Measures<'a> {
    figure: &'a Figure,
    legend: &'a Legend,
    ramp: Option<&'a Ramp<'a>>,
    columns: usize,
    spans: Vec<(Span, Span)>,
    x: Vec<Ticks>,
    y: Vec<Ticks>,
    panel_width: f64,
    panel_height: f64,
    legend_right: bool,
    /// Room beyond the last panel, at least for the part of a last label that stands out.
    overhang: f64,
}

impl<'a> Plan<'a> {
    /// The plan of a figure.
    pub(super) fn of(figure: &'a Figure, legend: &'a Legend, ramp: Option<&'a Ramp<'a>>) -> Plan<'a> {
        Measures::of(figure, legend, ramp).placed()
    }
}

impl<'a> Measures<'a> {
    fn of(figure: &'a Figure, legend: &'a Legend, ramp: Option<&'a Ramp<'a>>) -> Measures<'a> {
        let columns = figure.columns.clamp(1, figure.panels.len().max(1));
        let total = figure.width.points();
        // Beside a colour scale there is no room for it.
        let wide = figure.width == Width::TwoColumns && ramp.is_none();
        let legend_right = legend.is_needed() && wide && legend.breadth(total) <= 0.25 * total;
        let mut measures = Measures {
            figure,
            legend,
            ramp,
            columns,
            spans: spans(figure),
            x: Vec::new(),
            y: Vec::new(),
            panel_width: 0.0,
            panel_height: 0.0,
            legend_right,
            overhang: OVERHANG,
        };
        // Labels depend on the height, the height on the width, the width on the labels. The height only shrinks on the
        // way, so that labels only need more lines, and the ring closes after a few rounds.
        measures.panel_height = measures.height(total / columns as f64 - 30.0);
        for _ in 0..6 {
            let height = measures.panel_height;
            measures.fit();
            measures.panel_height = height.min(measures.height(measures.panel_width));
            if measures.panel_height == height {
                break;
            }
        }
        measures
    }

    /// Ticks and widths for the present height.
    fn fit(&mut self) {
        let figure = self.figure;
        self.y = self.ticks(|m, k, panel| Ticks::upright(figure.y_of(panel), &m.spans[k].1, m.panel_height));
        let gutters: f64 = (0..self.columns).map(|column| self.left_gutter(column)).sum();
        let room = figure.width.points() - gutters - self.right_margin();
        self.panel_width = (room / self.columns as f64).max(NARROWEST);
        self.x = self.ticks(|m, k, panel| Ticks::level(figure.x_of(panel), &m.spans[k].0, m.panel_width));
        // A narrower panel has no more labels, so once more is enough.
        let needed = self.standing_out() - self.overhang;
        if needed > 0.0 {
            self.overhang += needed;
            self.panel_width = (self.panel_width - needed / self.columns as f64).max(NARROWEST);
            self.x = self.ticks(|m, k, panel| Ticks::level(figure.x_of(panel), &m.spans[k].0, m.panel_width));
        }
    }

    /// How far the last labels of the last panels stand out at their right.
    fn standing_out(&self) -> f64 {
        let last = (0..self.x.len()).filter(|k| k % self.columns == self.columns - 1 || *k + 1 == self.x.len());
        last.map(|k| self.x[k].beyond(&self.spans[k].0, self.panel_width)).fold(0.0, f64::max)
    }

    fn ticks(&self, make: impl Fn(&Self, usize, &Panel) -> Ticks) -> Vec<Ticks> {
        self.figure.panels.iter().enumerate().map(|(k, panel)| make(self, k, panel)).collect()
    }

    /// Height of a panel over its width.
    fn ratio(&self) -> f64 {
        match (self.figure.width, self.columns) {
            (Width::TwoColumns, 1) => 0.42,
            (Width::OneColumn, 1) => 0.68,
            _ => 0.78,
        }
    }

    /// Height of a panel of this width.
    fn height(&self, width: f64) -> f64 {
        let given = self.figure.panel_height.filter(|height| height.is_finite());
        given.map_or(self.ratio() * width, |height| height.clamp(20.0, 2000.0))
    }

    fn in_column(&self, column: usize) -> impl Iterator<Item = usize> {
        (column..self.figure.panels.len()).step_by(self.columns)
    }

    fn in_row(&self, row: usize) -> std::ops::Range<usize> {
        row * self.columns..((row + 1) * self.columns).min(self.figure.panels.len())
    }

    fn rows(&self) -> usize {
        self.figure.panels.len().div_ceil(self.columns)
    }

    fn y_labels(&self, k: usize) -> bool {
        k.is_multiple_of(self.columns) || self.figure.panels[k].y.is_some()
    }

    fn x_labels(&self, k: usize) -> bool {
        k + self.columns >= self.figure.panels.len() || self.figure.panels[k].x.is_some()
    }

    fn shares_y(&self) -> bool {
        self.figure.panels.iter().any(|panel| panel.y.is_none())
    }

    fn shares_x(&self) -> bool {
        self.figure.panels.iter().any(|panel| panel.x.is_none())
    }

    /// Room for tick labels left of a column, without headings.
    fn tick_room(&self, column: usize) -> f64 {
        let labelled = self.in_column(column).filter(|&k| self.y_labels(k));
        labelled.map(|k| TICK + GAP + self.y[k].breadth()).fold(0.0, f64::max)
    }

    /// Room for the headings left of a column.
    fn heading_room(&self, column: usize) -> f64 {
        let all_rows = self.rows() as f64 * self.panel_height;
        let shared = (column == 0 && self.shares_y()).then_some((&self.figure.y, all_rows));
        let own = self.in_column(column).filter_map(|k| Some((self.figure.panels[k].y.as_ref()?, self.panel_height)));
        let room = |(axis, length)| lines_height(heading_lines(axis, length).len(), LABEL) + 3.0;
        own.chain(shared).map(room).fold(0.0, f64::max)
    }

    fn left_gutter(&self, column: usize) -> f64 {
        self.tick_room(column) + self.heading_room(column) + if column == 0 { EDGE } else { BETWEEN }
    }

    fn right_margin(&self) -> f64 {
        let legend = if self.legend_right { self.legend.breadth(f64::INFINITY) + BETWEEN } else { 0.0 };
        legend + self.side_room() + self.ramp.map_or(self.overhang, |ramp| ramp.room(self.panel_height))
    }

    /// Room for the names of rows right of the panels.
    fn side_room(&self) -> f64 {
        let named = self.figure.panels.iter().any(|panel| !panel.side.is_empty());
        if named { LABEL * LEADING + 2.0 } else { 0.0 }
    }

    fn title_room(&self, row: usize) -> f64 {
        let titled = self.in_row(row).any(|k| !self.figure.panels[k].title.is_empty());
        let strips = self.in_row(row).map(|k| strips_height(&self.figure.panels[k])).fold(0.0, f64::max);
        strips + if titled { lines_height(1, LABEL) + 2.0 } else { 4.0 }
    }

    fn bottom_gutter(&self, row: usize) -> f64 {
        let room = |k: usize| {
            let own = self.figure.panels[k].x.as_ref();
            let heading =
                own.map_or(0.0, |axis| lines_height(heading_lines(axis, self.panel_width).len(), LABEL) + 3.0);
            if self.x_labels(k) { self.x[k].depth() + heading } else { TICK }
        };
        self.in_row(row).map(room).fold(0.0, f64::max) + if row + 1 < self.rows() { 4.0 } else { 0.0 }
    }

    fn placed(self) -> Plan<'a> {
        let total = self.figure.width.points();
        let title = if self.figure.title.is_some() { lines_height(1, TITLE) + 3.0 } else { 0.0 };
        let legend_top = EDGE + title;
        let room = total - 2.0 * EDGE - self.left_gutter(0);
        let above = self.legend.is_needed() && !self.legend_right;
        let mut y = legend_top + if above { self.legend.height(room) } else { 0.0 };
        let grid_top = y + if self.rows() > 0 { self.title_room(0) } else { 0.0 };
        let mut cells = Vec::new();
        let mut grid_bottom = grid_top;
        for row in 0..self.rows() {
            let top = y + self.title_room(row);
            cells.extend(self.in_row(row).map(|k| self.cell(k, top)));
            grid_bottom = top + self.panel_height;
            y = grid_bottom + self.bottom_gutter(row);
        }
        let left = self.left_of(0);
        let right = self.left_of(self.columns - 1) + self.panel_width;
        let x_heading_top = y + 2.0;
        if self.shares_x() {
            y = x_heading_top + lines_height(heading_lines(&self.figure.x, right - left).len(), LABEL);
        }
        let mut bottom = y;
        let legend = if above {
            Some(((left, legend_top), room))
        } else if self.legend_right {
            bottom = bottom.max(grid_top + self.legend.column_height());
            let breadth = self.legend.breadth(f64::INFINITY);
            Some(((total - breadth - EDGE, grid_top), breadth))
        } else {
            None
        };
        let caption_top = bottom + 4.0;
        if self.figure.draw_caption {
            bottom = caption_top + lines_height(caption_lines(self.figure).len(), SMALL);
        }
        let width = total.max(right + self.right_margin());
        Plan {
            size: (width, bottom + EDGE),
            cells,
            legend,
            grid: (left, grid_top, right, grid_bottom),
            bar_left: right + self.side_room(),
            x_heading_top,
            caption_top,
        }
    }

    /// The left edge of the panels of a column.
    fn left_of(&self, column: usize) -> f64 {
        (0..=column).map(|c| self.left_gutter(c)).sum::<f64>() + column as f64 * self.panel_width
    }

    fn cell(&self, k: usize, top: f64) -> Cell<'a> {
        let column = k % self.columns;
        let left = self.left_of(column);
        let (x, y) = self.spans[k];
        let frame = Frame { left, top, right: left + self.panel_width, bottom: top + self.panel_height, x, y };
        Cell {
            panel: &self.figure.panels[k],
            frame,
            x: self.x[k].clone(),
            y: self.y[k].clone(),
            x_labels: self.x_labels(k),
            y_labels: self.y_labels(k),
            y_heading_at: left - self.tick_room(column) - 4.0,
        }
    }
}

/// The lines of the drawn caption.
pub(super) fn caption_lines(figure: &Figure) -> Vec<String> {
    let room = figure.width.points() - 2.0 * EDGE;
    let lines = type_face::wrapped(&caption(figure), SMALL, room);
    lines.into_iter().map(|line| type_face::fitted(&line, SMALL, false, room)).collect()
}

//! A small plot for the terminal: the first panel of a figure in Unicode, each series with its own sign.

use super::figure::Figure;
use super::layer::Layer;
use super::scale::{Span, Tick, drawable};
use super::scene::clean;

const SIGNS: [char; 8] = ['●', '■', '▲', '◆', '▼', '+', '×', '○'];
const ROWS: usize = 14;
const NARROWEST: usize = 24;

/// Several series in one place.
const CROWD: char = '∗';

/// The plot as lines of at most `columns` characters; curves of theory are dots.
pub fn plot(figure: &Figure, columns: usize) -> String {
    let columns = columns.max(NARROWEST);
    let Some(panel) = figure.panels.first() else { return "No data to draw.\n".to_string() };
    let (x, y) = (figure.x_of(panel), figure.y_of(panel));
    let span_x = Span::of(x, panel.layers.iter().flat_map(Layer::xs));
    let span_y = Span::of(y, panel.layers.iter().flat_map(Layer::ys));
    let y_ticks = labels(span_y.ticks(7), &y.categories);
    let margin = y_ticks.iter().map(|(_, text)| text.chars().count()).max().unwrap_or(0).min(columns / 3);
    let width = columns - margin - 2;
    let mut canvas = Canvas { cells: vec![vec![' '; width]; ROWS], span_x, span_y };
    let names = canvas.draw(&panel.layers);
    let mut out = vec![cut(&y.heading(), columns)];
    for (row, cells) in canvas.cells.iter().enumerate() {
        let tick = y_ticks.iter().find(|(at, _)| place(&span_y, *at, ROWS) == Some(ROWS - 1 - row));
        let text = tick.map_or(String::new(), |(_, text)| cut(text, margin));
        let edge = if tick.is_some() { '┤' } else { '│' };
        let cells: String = cells.iter().collect();
        out.push(format!("{text:>margin$} {edge}{}", cells.trim_end()));
    }
    out.extend(axis_below(&span_x, labels(span_x.ticks(6), &x.categories), width, margin));
    out.push(centred(&x.heading(), margin + 2, width));
    out.extend(legend(&names, columns));
    out.iter().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// Labelled ticks as (value, text).
fn labels(ticks: Vec<Tick>, categories: &[String]) -> Vec<(f64, String)> {
    if !categories.is_empty() {
        return categories.iter().enumerate().map(|(k, name)| (k as f64, clean(name))).collect();
    }
    let text = |tick: &Tick| {
        if tick.exponent.is_empty() { tick.label.clone() } else { format!("{}^{}", tick.label, tick.exponent) }
    };
    ticks.iter().filter(|tick| tick.is_major()).map(|tick| (tick.at, text(tick))).collect()
}

fn place(span: &Span, value: f64, cells: usize) -> Option<usize> {
    let fraction = span.fraction(value);
    (-1e-9..=1.0 + 1e-9).contains(&fraction).then(|| (fraction.clamp(0.0, 1.0) * (cells - 1) as f64).round() as usize)
}

struct Canvas {
    cells: Vec<Vec<char>>,
    span_x: Span,
    span_y: Span,
}

impl Canvas {
    /// Draws what a terminal can show, theory first, and says which sign each series has.
    fn draw(&mut self, layers: &[Layer]) -> Vec<(char, String)> {
        for layer in layers {
            if let Layer::Curve(curve) = layer {
                curve.points.iter().for_each(|&(x, y)| self.put(x, y, '·'));
            }
        }
        let mut names: Vec<(char, String)> = Vec::new();
        for layer in layers {
            let points: Vec<(f64, f64)> = match layer {
                Layer::Series(series) => series.points.iter().map(|point| (point.x, point.y)).collect(),
                Layer::Blocks(blocks) => {
                    blocks.blocks.iter().map(|block| (0.5 * (block.x.0 + block.x.1), block.y.1)).collect()
                }
                _ => continue,
            };
            let known = names.iter().find(|(_, name)| name == layer.label()).map(|&(sign, _)| sign);
            let sign = known.unwrap_or(SIGNS[names.len() % SIGNS.len()]);
            if known.is_none() {
                names.push((sign, layer.label().to_string()));
            }
            points.iter().for_each(|&(x, y)| self.put(x, y, sign));
        }
        names
    }

    fn put(&mut self, x: f64, y: f64, sign: char) {
        if !drawable(self.span_x.scale, x) || !drawable(self.span_y.scale, y) {
            return;
        }
        let (rows, columns) = (self.cells.len(), self.cells[0].len());
        if let (Some(column), Some(row)) = (place(&self.span_x, x, columns), place(&self.span_y, y, rows)) {
            let cell = &mut self.cells[rows - 1 - row][column];
            *cell = if *cell == ' ' || *cell == '·' || *cell == sign { sign } else { CROWD };
        }
    }
}

fn axis_below(span: &Span, ticks: Vec<(f64, String)>, width: usize, margin: usize) -> [String; 2] {
    let mut line = vec!['─'; width];
    let mut text = vec![' '; width + margin + 2];
    let mut free = 0;
    for (at, label) in ticks {
        let Some(column) = place(span, at, width) else { continue };
        line[column] = '┬';
        let letters: Vec<char> = label.chars().collect();
        let start = (column + margin + 2).saturating_sub(letters.len() / 2);
        let end = start + letters.len();
        if start >= free && end <= text.len() {
            text[start..end].copy_from_slice(&letters);
            free = end + 1;
        }
    }
    let line: String = line.into_iter().collect();
    [format!("{:margin$} └{line}", ""), text.into_iter().collect()]
}

fn centred(text: &str, start: usize, width: usize) -> String {
    let text = cut(text, width);
    let indent = start + (width - text.chars().count()) / 2;
    format!("{:indent$}{text}", "")
}

/// Names with their signs, as many to a line as fit.
fn legend(names: &[(char, String)], columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (sign, name) in names.iter().filter(|(_, name)| !name.is_empty()) {
        let entry = cut(&format!("{sign} {}", clean(name)), columns);
        match lines.last_mut() {
            Some(line) if line.chars().count() + 3 + entry.chars().count() <= columns => {
                line.push_str("   ");
                line.push_str(&entry);
            }
            _ => lines.push(entry),
        }
    }
    lines
}

fn cut(text: &str, most: usize) -> String {
    let text = clean(text);
    if text.chars().count() <= most {
        return text;
    }
    text.chars().take(most.saturating_sub(1)).chain(std::iter::once('…')).collect()
}

#[cfg(test)]
mod tests {
    use super::super::figure::Axis;
    use super::super::layer::{Point, Series};
    use super::super::lines;
    use super::*;

    #[test]
    fn a_small_plot_looks_as_it_did_when_it_was_judged() {
        let points =
            |gain: f64| [0.2, 0.4, 0.6, 0.8].map(|rho| Point::exact(rho, 1.0 + gain * rho / (1.0 - rho))).to_vec();
        let series = vec![Series::new("no migration", points(1.0)), Series::new("central", points(0.3))];
        let figure =
            lines::figure(Axis::linear("offered load", ""), Axis::linear("mean response", "s"), series, vec![]);
        let golden = include_str!("../../tests/golden/plot/text.txt");
        assert_eq!(plot(&figure, 72), golden);
    }

    #[test]
    fn points_of_two_series_in_one_place_are_shown_as_a_crowd() {
        let series = ["a", "b"].map(|name| Series::new(name, vec![Point::exact(1.0, 1.0)]));
        let figure = lines::figure(Axis::linear("", ""), Axis::linear("", ""), series.to_vec(), vec![]);
        let text = plot(&figure, 40);
        let rows = || text.lines().filter(|line| line.contains(['│', '┤']));
        assert!(rows().any(|row| row.contains(CROWD)) && rows().all(|row| !row.contains(SIGNS[0])), "{text}");
    }
}

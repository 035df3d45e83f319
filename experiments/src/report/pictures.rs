//! The figures of the page: drawn as on paper, with a caption, and with their numbers as a table.

use super::html::{Field, Table, escaped};
use crate::plot::{self, Figure, Width};
use crate::results::Figures;

/// More rows than this are left to the CSV file beside the plot.
const MOST_ROWS: usize = 200;

/// Every figure.
pub(super) fn pictures(figures: &Figures) -> String {
    figures.iter().map(|(name, figure)| picture(name, figure)).collect()
}

fn picture(name: &str, figure: &Figure) -> String {
    let wide = if figure.width == Width::TwoColumns { " wide" } else { "" };
    // The heading of the page stands for the one in the drawing.
    let heading = figure.title.clone().unwrap_or_else(|| name.to_owned());
    let drawn = plot::svg(&Figure { title: None, ..figure.clone() });
    let (heading, name) = (escaped(&heading), escaped(name));
    format!(
        "<figure>\n<h3>{heading}</h3>\n<div class=\"plot{wide}\" tabindex=\"0\" role=\"group\" \
         aria-label=\"Plot {name}. Arrow keys read its values.\">\n{drawn}</div>\n<figcaption>{}</figcaption>\n{}</figure>\n",
        escaped(&plot::caption(figure)),
        numbers(&name, figure)
    )
}

/// The data of a figure, without the columns that are empty.
fn numbers(name: &str, figure: &Figure) -> String {
    let Ok(text) = plot::csv(figure) else { return String::new() };
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let head: Vec<String> = reader.headers().map(|h| h.iter().map(str::to_owned).collect()).unwrap_or_default();
    let rows: Vec<csv::StringRecord> = reader.records().filter_map(Result::ok).collect();
    let elsewhere = format!("<p class=\"beside\">Its data: <code>plots/{name}.csv</code></p>\n");
    if rows.is_empty() || rows.len() > MOST_ROWS {
        return elsewhere;
    }
    let used = |column: &usize| rows.iter().any(|row| row.get(*column).is_some_and(|field| !field.is_empty()));
    let columns: Vec<usize> = (0..head.len()).filter(used).collect();
    let names: Vec<&String> = columns.iter().map(|k| &head[*k]).collect();
    let mut table = Table::new(&format!("The data of {name}"), &names);
    for row in &rows {
        let field = |k: &usize| match (row.get(*k).unwrap_or(""), head[*k].as_str()) {
            ("", _) => Field::none(),
            (text, "resolved" | "n" | "series" | "title" | "side" | "layer") => Field::text(text),
            (text, _) => text.parse().map_or_else(|_| Field::text(text), Field::number),
        };
        table.row(columns.iter().map(field).collect());
    }
    format!("<details><summary>The numbers</summary>\n{}</details>\n", table.html())
}

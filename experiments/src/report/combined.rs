//! `REPRODUCED.html`: what came of several reproductions on one page, with all their figures.
//!
//! Not here: the same in Markdown (`results::reproduced`), the report of one experiment (`page`).

use super::html::{self, Field, Table, escaped};
use super::{SCRIPT, head};
use crate::results::reproduced::{Claim, Drawn, Reproduced, VERDICTS};

/// The page.
pub fn combined(done: &[Reproduced]) -> String {
    let links = done.iter().map(|r| format!("<li><a href=\"#{0}\">{0}</a></li>", escaped(&r.name)));
    format!(
        "{}<header>\n<h1>Reproductions</h1>\n<p>Each claim was part of its experiment before it ran.</p>\n</header>\n\
         <nav aria-label=\"Reproductions\"><ul>{}</ul></nav>\n<main>\n{}{}</main>\n\
         <footer><p>Made by loadlab {}. This page needs no other file and no network.</p></footer>\n\
         <script>{SCRIPT}</script>\n</body>\n</html>\n",
        head("Reproductions"),
        links.collect::<String>(),
        overview(done),
        done.iter().map(section).collect::<String>(),
        env!("CARGO_PKG_VERSION"),
    )
}

/// How many claims have each verdict.
fn overview(done: &[Reproduced]) -> String {
    let columns: Vec<&str> = ["reproduction", "claims"].into_iter().chain(VERDICTS).collect();
    let mut table = Table::new("Claims by verdict", &columns);
    for reproduced in done {
        let counts = VERDICTS.map(|verdict| reproduced.count(verdict));
        let numbers = [reproduced.claims.len()].into_iter().chain(counts);
        let numbers = numbers.map(|n| Field::text(n.to_string()));
        table.row([Field::text(&reproduced.name)].into_iter().chain(numbers).collect());
    }
    table.html()
}

fn section(reproduced: &Reproduced) -> String {
    let name = escaped(&reproduced.name);
    let conclusion = &reproduced.conclusion;
    let conclusion = if conclusion.is_empty() { String::new() } else { format!("<p>{}</p>\n", escaped(conclusion)) };
    format!(
        "<section id=\"{name}\" aria-labelledby=\"h-{name}\">\n<h2 id=\"h-{name}\">{name}</h2>\n<p class=\"question\">{}</p>\n\
         {conclusion}<p>Everything about it: <a href=\"{folder}/report.html\">{folder}/report.html</a></p>\n{}{}</section>\n",
        escaped(&reproduced.question),
        reproduced.claims.iter().map(claim).collect::<String>(),
        reproduced.figures.iter().map(figure).collect::<String>(),
        folder = escaped(&reproduced.folder),
    )
}

fn claim(claim: &Claim) -> String {
    let source = [&claim.evidence, &claim.published].into_iter().filter(|text| !text.is_empty());
    let source = source.map(|text| escaped(text)).collect::<Vec<_>>().join(": ");
    let source = if source.is_empty() { source } else { format!(" <small>({source})</small>") };
    let places: String = claim.places.iter().map(|place| format!("<li>{}</li>\n", escaped(place))).collect();
    let places = match claim.places.len() {
        0 => places,
        n => format!("<details><summary>Tested at {n} {}</summary>\n<ul>\n{places}</ul>\n</details>\n", plural(n)),
    };
    let mark = html::verdict(&claim.verdict);
    format!("<article class=\"claim\">\n<h3>{mark} {}{source}</h3>\n{places}</article>\n", escaped(&claim.text))
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "place" } else { "places" }
}

/// A figure as it was drawn. What it says of itself is escaped already, as part of a drawing.
fn figure(drawn: &Drawn) -> String {
    let wide = if drawn.is_wide() { " wide" } else { "" };
    let caption = drawn.svg.split_once("<desc>").and_then(|(_, rest)| rest.split_once("</desc>"));
    format!(
        "<figure>\n<h3>{heading}</h3>\n<div class=\"plot{wide}\" tabindex=\"0\" role=\"group\" \
         aria-label=\"Plot {heading}. Arrow keys read its values.\">\n{}</div>\n<figcaption>{}</figcaption>\n</figure>\n",
        drawn.svg,
        caption.map_or("", |(caption, _)| caption),
        heading = escaped(&drawn.heading),
    )
}

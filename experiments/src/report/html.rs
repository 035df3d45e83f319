//! Text and tables as HTML. Nothing that a user wrote can become markup here.

use crate::file::harmless;
use crate::results::significant;

/// Text as HTML: what could be markup is escaped, what would be invisible or turn the line round is spelt out.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in harmless(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// A verdict as a mark that is told by its sign and its words, not by its colour alone.
pub(super) fn verdict(word: &str) -> String {
    let (class, sign) = match word {
        "PASS" | "better" => ("good", "✓"),
        "FAIL" | "worse" => ("bad", "✗"),
        "equivalent" => ("even", "="),
        "higher" | "lower" => ("even", "≠"),
        _ => ("open", "?"),
    };
    format!("<span class=\"verdict {class}\"><span aria-hidden=\"true\">{sign}</span> {}</span>", escaped(word))
}

/// One field of a table, as HTML, and whether it stands right as numbers do.
pub(super) struct Field {
    html: String,
    number: bool,
}

impl Field {
    pub(super) fn text(text: impl AsRef<str>) -> Field {
        Field { html: escaped(text.as_ref()), number: text.as_ref().parse::<f64>().is_ok() }
    }

    pub(super) fn number(x: f64) -> Field {
        Field::digits(x, 5)
    }

    /// A number with so many significant digits.
    pub(super) fn digits(x: f64, digits: i32) -> Field {
        if x.is_nan() { Field::none() } else { Field { html: significant(x, digits), number: true } }
    }

    pub(super) fn interval(low: f64, high: f64) -> Field {
        let html = format!("{} to {}", significant(low, 4), significant(high, 4));
        if low.is_nan() || high.is_nan() { Field::none() } else { Field { html, number: true } }
    }

    /// A mean with the half-width of its interval.
    pub(super) fn mean(mean: f64, half: Option<f64>) -> Field {
        match half {
            Some(half) if mean.is_finite() => {
                Field { html: format!("{} ± {}", significant(mean, 5), significant(half, 2)), number: true }
            }
            _ => Field::number(mean),
        }
    }

    pub(super) fn verdict(word: &str) -> Field {
        Field { html: verdict(word), number: false }
    }

    pub(super) fn none() -> Field {
        Field { html: "–".to_owned(), number: true }
    }
}

/// A table that the page's script sorts by any column.
pub(super) struct Table {
    caption: String,
    head: Vec<String>,
    rows: Vec<Vec<Field>>,
}

impl Table {
    pub(super) fn new(caption: &str, head: &[impl AsRef<str>]) -> Table {
        let head = head.iter().map(|name| name.as_ref().to_owned()).collect();
        Table { caption: caption.to_owned(), head, rows: Vec::new() }
    }

    pub(super) fn row(&mut self, fields: Vec<Field>) {
        self.rows.push(fields);
    }

    /// The table; nothing where it has no rows.
    pub(super) fn html(&self) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let column = |(k, name): (usize, &String)| {
            let number = self.rows.iter().any(|row| row.get(k).is_some_and(|field| field.number));
            let class = if number { " class=\"n\"" } else { "" };
            format!("<th scope=\"col\"{class}><button type=\"button\">{}</button></th>", escaped(name))
        };
        let caption = escaped(&self.caption);
        let mut out = format!(
            "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{caption}\">\n<table>\n\
             <caption>{caption}</caption>\n<thead><tr>{}</tr></thead>\n<tbody>\n",
            self.head.iter().enumerate().map(column).collect::<String>()
        );
        for row in &self.rows {
            out.push_str("<tr>");
            for (k, field) in row.iter().enumerate() {
                // A row that ends early has a remark in its last field.
                let span = if k + 1 == row.len() { self.head.len().saturating_sub(k) } else { 1 };
                let span = if span > 1 { format!(" colspan=\"{span}\"") } else { String::new() };
                let class = if field.number { " class=\"n\"" } else { "" };
                out.push_str(&format!("<td{class}{span}>{}</td>", field.html));
            }
            out.push_str("</tr>\n");
        }
        out + "</tbody>\n</table>\n</div>\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_become_markup_or_hide() {
        assert_eq!(escaped("<script>'\"&"), "&lt;script&gt;&#39;&quot;&amp;");
        assert_eq!(escaped("a\u{202e}b"), "a\\u{202e}b");
        let mut table = Table::new("<b>", &["<i>"]);
        table.row(vec![Field::text("</td>")]);
        let html = table.html();
        assert!(!html.contains("<b>") && !html.contains("<i>") && html.matches("</td>").count() == 1, "{html}");
    }

    #[test]
    fn a_row_that_ends_early_spans_the_rest() {
        let mut table = Table::new("", &["a", "b", "c"]);
        table.row(vec![Field::text("x"), Field::text("why not")]);
        assert!(table.html().contains("<td colspan=\"2\">why not</td>"));
    }
}

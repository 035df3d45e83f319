//! `[[plots]]`: the kinds of plots, the keys of each, and which names they may use.
//!
//! Not here: drawing them (`plot`), and what only the whole sweep shows (`results`).

use super::diagnostic::{Problem, quote};
use super::document::{Node, Span, Via};
use super::experiment::{Formula, formula};
use super::path;
use super::vocabulary::Vocabulary;
use loadlab_core::spec::{Args, Need, Param, Range, Ty};

/// What an axis of a kind of plot shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shows {
    /// Nothing that the file chooses.
    Nothing,
    /// A key of the cells.
    Key,
    /// One metric.
    Metric,
    /// One metric or several.
    Metrics,
    /// A quantity of single processes, one of [`QUANTITIES`].
    Quantity,
}

/// What of a process can be drawn, with the column of `processes.csv`, the words and the unit of the axis.
pub const QUANTITIES: [(&str, &str, &str, &str); 3] = [
    ("lifetime", "lifetime_s", "Lifetime", "s"),
    ("response", "response_s", "Response", "s"),
    ("slowdown", "slowdown", "Slowdown", ""),
];

/// A kind of plot.
#[derive(Debug, PartialEq)]
pub struct PlotKind {
    /// Its name.
    pub name: &'static str,
    /// Along the horizontal axis.
    pub x: Shows,
    /// Along the vertical axis.
    pub y: Shows,
    /// As colour.
    pub value: Shows,
    /// The keys that it takes beside those that all take.
    pub takes: &'static [&'static str],
    /// The records of `[output]` that it is drawn from.
    pub records: &'static [&'static str],
    /// Whether each panel shows one cell.
    pub one_cell: bool,
}

const EVERY: [&str; 4] = ["name", "title", "kind", "where"];

/// The kinds, as `kind` names them; the documentation of that key says what each is.
pub static PLOT_KINDS: &[PlotKind] = &[
    PlotKind {
        takes: &["by", "rows", "columns", "ci", "xscale", "yscale", "theory", "bounds"],
        ..of("lines", Shows::Key, Shows::Metric)
    },
    PlotKind {
        takes: &["by", "rows", "columns", "xscale", "yscale", "compare"],
        ..of("contrast", Shows::Key, Shows::Metric)
    },
    PlotKind { takes: &["by", "rows", "columns", "xscale", "yscale"], ..of("effects", Shows::Key, Shows::Metric) },
    PlotKind { takes: &["by", "ci"], ..of("bars", Shows::Key, Shows::Metrics) },
    PlotKind { ..map("heat") },
    PlotKind { ..map("contour") },
    PlotKind { takes: &["by", "rows", "columns", "theory"], ..spread("survival") },
    PlotKind { takes: &["by", "rows", "columns", "xscale"], ..spread("ecdf") },
    PlotKind { takes: &["by", "xscale"], ..spread("histogram") },
    PlotKind {
        takes: &["rows", "columns", "yscale"],
        records: &["processes"],
        one_cell: true,
        ..of("stability", Shows::Nothing, Shows::Quantity)
    },
    PlotKind {
        takes: &["rows", "columns"],
        records: &["nodes"],
        one_cell: true,
        ..of("warmup", Shows::Nothing, Shows::Nothing)
    },
    PlotKind { records: &["nodes"], ..run("loads") },
    PlotKind { records: &["processes", "migrations"], ..run("gantt") },
];

const fn of(name: &'static str, x: Shows, y: Shows) -> PlotKind {
    PlotKind { name, x, y, value: Shows::Nothing, takes: &[], records: &[], one_cell: false }
}

const fn map(name: &'static str) -> PlotKind {
    let takes = &["rows", "columns", "xscale", "yscale", "compare"];
    PlotKind { value: Shows::Metric, takes, one_cell: true, ..of(name, Shows::Key, Shows::Key) }
}

const fn spread(name: &'static str) -> PlotKind {
    PlotKind { records: &["processes"], ..of(name, Shows::Quantity, Shows::Nothing) }
}

const fn run(name: &'static str) -> PlotKind {
    let takes = &["replication", "from", "to"];
    PlotKind { takes, one_cell: true, ..of(name, Shows::Nothing, Shows::Nothing) }
}

/// What each kind shows, for the documentation of `kind`.
const KIND: &str = "What is drawn. `lines`: a metric `y` against a key `x`, with intervals. `contrast`: what each policy \
    makes of `y` compared with the baseline of `[stop]`, with verdicts. `effects`: the geometric mean of these comparisons \
    over all cells at each value of the factor `x` (main effects; `rows` and `columns` show interactions). `bars`: one \
    metric `y` or several, grouped by the key `x`. `heat`: the metric `value` as colour over the keys `x` and `y`; `contour`: the same with lines of equal value. \
    `survival`: the fraction of processes whose `x` (`lifetime`, `response` or `slowdown`) is greater, on logarithmic axes; \
    `ecdf`: the fraction at most so great; `histogram`: the density. `stability`: the running mean of `y` (a quantity like \
    `x` of `survival`) of each recorded replication of one cell. `warmup`: the processes at the nodes of one cell over time, \
    its moving average, and the chosen end of the warm-up (Welch). `loads`: the load of each node over time in one run. \
    `gantt`: which process was where and when in one run, migrations as arrows. The kinds from `survival` on need records: \
    `output.processes`, for `warmup` and `loads` `output.nodes`, for `gantt` also `output.migrations`.";

const KIND_NAMES: &[&str] = &[
    "lines",
    "contrast",
    "effects",
    "bars",
    "heat",
    "contour",
    "survival",
    "ecdf",
    "histogram",
    "stability",
    "warmup",
    "loads",
    "gantt",
];

const fn optional(name: &'static str, ty: Ty, doc: &'static str) -> Param {
    Param { name, ty, need: Need::Optional, doc }
}

const fn default(name: &'static str, ty: Ty, value: &'static str, doc: &'static str) -> Param {
    Param { name, ty, need: Need::Default(value), doc }
}

/// `[[plots]]`.
pub const PLOT: &[Param] = &[
    Param { name: "name", ty: Ty::Name, need: Need::Required, doc: "The name of the files below `plots/`." },
    optional("title", Ty::Text, "The title above it."),
    default("kind", Ty::Choice(KIND_NAMES), "\"lines\"", KIND),
    optional("x", Ty::Text, "What is along the horizontal axis: a key, or for distributions a quantity of processes."),
    optional(
        "xlabel",
        Ty::Text,
        "What is written along the horizontal axis, instead of the words and the unit of `x`.",
    ),
    optional("y", Ty::Many(&Ty::Text), "What is along the vertical axis: a metric, for maps a key; bars take several."),
    optional("ylabel", Ty::Text, "What is written along the vertical axis, instead of the words and the unit of `y`."),
    optional("value", Ty::Text, "The metric that maps show as colour."),
    default("by", Ty::Many(&Ty::Text), "\"policy\"", "The key, or several, whose values are the series."),
    optional("rows", Ty::Text, "A key each of whose values has a row of panels."),
    optional("columns", Ty::Text, "A key each of whose values has a column of panels."),
    optional("where", Ty::Expression, "Draws the cells for which this is true."),
    optional(
        "compare",
        Ty::Choice(&["ratio", "difference"]),
        "How policies are compared with the baseline: `contrast` takes `ratio` if it is left out; a map then shows the metric.",
    ),
    default("ci", Ty::Flag, "true", "Whether intervals are drawn."),
    default("xscale", Ty::Choice(&["linear", "log"]), "\"linear\"", "The scale of the horizontal axis."),
    default("yscale", Ty::Choice(&["linear", "log"]), "\"linear\"", "The scale of the vertical axis."),
    default(
        "theory",
        Ty::Flag,
        "false",
        "Whether the known formula, where there is one, is drawn beside, along offered loads instead of lines through the \
         points; of lifetimes that come of no law, two laws that are fitted to them.",
    ),
    default(
        "bounds",
        Ty::Flag,
        "false",
        "Whether the mean response without sharing (M/M/1) and with perfect sharing (M/M/N) is drawn beside, where it is known.",
    ),
    default("replication", Ty::Count(0, u64::MAX), "0", "The run that `loads` and `gantt` show."),
    optional(
        "from",
        Ty::Duration(Range::NON_NEGATIVE),
        "Where the time axis of `loads` and `gantt` begins; 0 if left out.",
    ),
    optional(
        "to",
        Ty::Duration(Range::POSITIVE),
        "Where the time axis of `loads` and `gantt` ends; the end of the run if left out, which `gantt` does not allow.",
    ),
];

/// A plot.
#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    /// The name of its files.
    pub name: String,
    /// The title.
    pub title: Option<String>,
    /// What is drawn.
    pub kind: &'static PlotKind,
    /// What is along the horizontal axis; empty where the kind chooses.
    pub x: String,
    /// What is written there instead of its words.
    pub x_label: Option<String>,
    /// What is along the vertical axis.
    pub y: Vec<String>,
    /// What is written there instead of its words.
    pub y_label: Option<String>,
    /// The metric that is shown as colour.
    pub value: Option<String>,
    /// The keys whose values are series.
    pub by: Vec<String>,
    /// The key of the rows of panels.
    pub rows: Option<String>,
    /// The key of the columns of panels.
    pub columns: Option<String>,
    /// Which cells.
    pub filter: Option<Formula>,
    /// "ratio" or "difference", if policies are compared.
    pub compare: Option<String>,
    /// Whether intervals are drawn.
    pub ci: bool,
    /// Whether the horizontal axis is logarithmic.
    pub x_log: bool,
    /// Whether the vertical axis is logarithmic.
    pub y_log: bool,
    /// Whether the known formula is drawn.
    pub theory: bool,
    /// Whether no sharing and perfect sharing are drawn.
    pub bounds: bool,
    /// The run that is shown, where it is a single one.
    pub replication: u64,
    /// From and to on the time axis of a single run.
    pub time: (f64, Option<f64>),
    /// Where its table stands.
    pub at: Span,
}

impl Plot {
    pub(super) fn of(args: &Args, node: &Node) -> Self {
        let text = |key: &str| args.maybe_text(key).map(str::to_owned);
        let texts = |key: &str| if args.has(key) { args.texts(key) } else { Vec::new() };
        Plot {
            name: args.text("name").to_owned(),
            title: text("title"),
            kind: kind(args),
            x: text("x").unwrap_or_default(),
            x_label: text("xlabel"),
            y: texts("y").into_iter().map(str::to_owned).collect(),
            y_label: text("ylabel"),
            value: text("value"),
            by: texts("by").into_iter().map(str::to_owned).collect(),
            rows: text("rows"),
            columns: text("columns"),
            filter: formula(args, node, "where"),
            compare: text("compare"),
            ci: args.flag("ci"),
            x_log: args.text("xscale") == "log",
            y_log: args.text("yscale") == "log",
            theory: args.flag("theory"),
            bounds: args.flag("bounds"),
            replication: args.count("replication"),
            time: (args.maybe_number("from").unwrap_or(0.0), args.maybe_number("to")),
            at: place(node, "kind").filter(|_| written(node, "kind")).unwrap_or_else(|| span(node, "name")),
        }
    }

    /// The metrics that it shows.
    pub fn metrics(&self) -> Vec<&str> {
        let y = if matches!(self.kind.y, Shows::Metric | Shows::Metrics) { &self.y[..] } else { &[] };
        y.iter().chain(&self.value).map(String::as_str).collect()
    }

    /// Whether it compares policies with the baseline.
    pub fn compares(&self) -> bool {
        self.averages() || self.kind.name == "contrast" || self.compare.is_some()
    }

    /// Whether its points are means over cells that differ in keys which it does not show.
    pub fn averages(&self) -> bool {
        self.kind.name == "effects"
    }
}

fn kind(args: &Args) -> &'static PlotKind {
    let name = args.text("kind");
    // The checker has found the word among the names; the first kind is the default.
    PLOT_KINDS.iter().find(|kind| kind.name == name).unwrap_or(&PLOT_KINDS[0])
}

fn place(node: &Node, key: &str) -> Option<Span> {
    path::get(node, &[key.to_owned()]).map(|value| value.span)
}

fn span(node: &Node, key: &str) -> Span {
    place(node, key).unwrap_or(node.span)
}

/// Whether a key stands in the file, and not only its default.
fn written(node: &Node, key: &str) -> bool {
    path::get(node, &[key.to_owned()]).is_some_and(|value| value.via != Via::Default)
}

/// What is wrong with the keys of a plot and the names in them, apart from its condition.
pub(super) fn words(vocabulary: &Vocabulary, args: &Args, node: &Node) -> Vec<Problem> {
    let kind = kind(args);
    let mut found = superfluous(kind, node);
    for (key, shows) in [("x", kind.x), ("y", kind.y), ("value", kind.value)] {
        found.extend(shown(vocabulary, args, node, kind, key, shows));
    }
    for key in ["by", "rows", "columns"].into_iter().filter(|key| args.has(key)) {
        let names = if key == "by" { args.texts(key) } else { vec![args.text(key)] };
        found.extend(names.into_iter().filter_map(|name| vocabulary.key_problem(name, span(node, key))));
    }
    let (from, to) = (args.maybe_number("from").unwrap_or(0.0), args.maybe_number("to"));
    if kind.name == "gantt" && to.is_none() {
        let problem = Problem::new(node.span, "a plot of kind `gantt` needs the key `to`");
        found.push(problem.expected("a time shortly after `from`: every process has a bar of its own"));
    }
    if to.is_some_and(|to| to <= from) {
        found.push(Problem::new(span(node, "to"), "`to` is not after `from`"));
    }
    found
}

/// Keys that stand in the file and that the kind does not take.
fn superfluous(kind: &PlotKind, node: &Node) -> Vec<Problem> {
    let takes = |key: &str| match key {
        "x" | "xlabel" => kind.x != Shows::Nothing,
        "y" => kind.y != Shows::Nothing,
        "ylabel" => matches!(kind.y, Shows::Key | Shows::Metric),
        "value" => kind.value != Shows::Nothing,
        _ => EVERY.contains(&key) || kind.takes.contains(&key),
    };
    let keys = PLOT.iter().filter(|param| written(node, param.name) && !takes(param.name));
    let problem = |param: &Param| {
        let message = format!("a plot of kind `{}` has no key `{}`", kind.name, param.name);
        let own: Vec<&str> = PLOT.iter().map(|param| param.name).filter(|key| takes(key)).collect();
        Problem::new(span(node, param.name), message).expected(own.join(", "))
    };
    keys.map(problem).collect()
}

/// What is wrong with what an axis shows.
fn shown(vocabulary: &Vocabulary, args: &Args, node: &Node, kind: &PlotKind, key: &str, shows: Shows) -> Vec<Problem> {
    let at = span(node, key);
    let names: Vec<&str> = match (args.has(key), key) {
        (false, _) => Vec::new(),
        (true, "y") => args.texts(key),
        (true, _) => vec![args.text(key)],
    };
    let wanted = match shows {
        Shows::Nothing => return Vec::new(),
        Shows::Key => "a key, such as \"offered_load\"",
        Shows::Metric => "a metric, such as \"response.mean\"",
        Shows::Metrics => "a metric, or a list of metrics",
        Shows::Quantity => "\"lifetime\", \"response\" or \"slowdown\"",
    };
    if names.is_empty() || (names.len() > 1 && shows != Shows::Metrics) {
        let how = if names.is_empty() { "needs the key" } else { "takes one name only as" };
        let problem = Problem::new(at, format!("a plot of kind `{}` {how} `{key}`", kind.name));
        return vec![problem.expected(wanted)];
    }
    let problem = |name: &str| match shows {
        Shows::Nothing => None,
        Shows::Key => vocabulary.key_problem(name, at),
        Shows::Metric | Shows::Metrics => vocabulary.metric_problem(name, at),
        Shows::Quantity if QUANTITIES.iter().any(|q| q.0 == name) => None,
        Shows::Quantity => {
            let unknown = Problem::new(at, format!("unknown quantity {}", quote(name)));
            Some(unknown.nearest(name, QUANTITIES.iter().map(|q| q.0)))
        }
    };
    names.into_iter().filter_map(problem).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_can_be_written_and_is_documented() {
        assert!(PLOT_KINDS.iter().map(|kind| kind.name).eq(KIND_NAMES.iter().copied()));
        for kind in PLOT_KINDS {
            assert!(KIND.contains(&format!("`{}`:", kind.name)), "{} is not documented", kind.name);
            let known = |key: &&str| PLOT.iter().any(|param| param.name == *key);
            assert!(kind.takes.iter().all(known), "{}", kind.name);
        }
    }
}

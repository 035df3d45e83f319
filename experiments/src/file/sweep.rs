//! Reads `[sweep]`: axes with their values, `zip`, `where`, `[[sweep.also]]` and `design`.
//!
//! A path is `scenario`, `policy`, or a dotted key: one of a scenario (`offered_load`, `network.latency`), or one of a
//! policy (`threshold`), which then is set in every policy whose kind has it. `scenario.KEY`, `policy.KEY`,
//! `scenarios.NAME.KEY` and `policies.NAME.KEY` say which is meant; of a key that both have, the scenario's is.
//! Not here: multiplying the axes (`expand`).

use super::catalogue::Env;
use super::diagnostic::{Problem, Problems, quote};
use super::document::{Data, Key, Node, Span, Table, Via};
use super::inherit::Section;
use super::{design, path, range};
use crate::expr::{self, Expr};
use std::sync::Arc;

/// Keys of `[sweep]` that are no axes.
const RESERVED: [&str; 4] = ["zip", "where", "also", "design"];

/// The named tables that cells choose from, with what they inherit.
pub(super) struct Tables {
    /// The scenarios.
    pub scenarios: Vec<(String, Node)>,
    /// The policies.
    pub policies: Vec<(String, Node)>,
}

impl Tables {
    fn of(&self, section: Section) -> &[(String, Node)] {
        if section == Section::Scenarios { &self.scenarios } else { &self.policies }
    }

    /// The names of a section.
    pub(super) fn names(&self, section: Section) -> impl Iterator<Item = &str> {
        self.of(section).iter().map(|(name, _)| name.as_str())
    }
}

/// What a path changes.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Target {
    /// Which table of a section the cell uses.
    Choice(Section),
    /// A key of a table; of a named one, or of every one that has it.
    Key(Section, Option<String>, Vec<String>),
}

/// One swept path.
#[derive(Clone, Debug)]
pub(super) struct Column {
    /// As it is written.
    pub path: Arc<str>,
    /// Where it is written.
    pub span: Span,
    /// What it changes.
    pub target: Target,
}

/// Paths whose values run together: one, several in a `zip`, or those of a design.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    /// The paths.
    pub columns: Vec<Column>,
    /// Their values, one for each column; `None` leaves what the table has.
    pub rows: Vec<Vec<Option<Node>>>,
}

/// The axes of `[sweep]`, or of one `[[sweep.also]]`.
#[derive(Clone, Debug, Default)]
pub(super) struct Block(pub Vec<Axis>);

impl Block {
    /// All columns.
    pub(super) fn columns(&self) -> impl Iterator<Item = &Column> {
        self.0.iter().flat_map(|axis| &axis.columns)
    }
}

/// A condition with its place, for errors that appear only when it is evaluated.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    /// The condition.
    pub expr: Expr,
    /// The text.
    pub text: String,
    /// Where the text stands.
    pub span: Span,
}

/// `[sweep]` as read.
#[derive(Clone, Debug, Default)]
pub(super) struct Sweep {
    /// The main block, then one for each `also`.
    pub blocks: Vec<Block>,
    /// `where`.
    pub condition: Option<Condition>,
}

/// Reads `[sweep]`.
pub(super) struct Reader<'a> {
    /// What a path may name.
    pub tables: &'a Tables,
    /// What files may refer to.
    pub env: &'a Env,
    /// What was found wrong.
    pub problems: &'a mut Problems,
    /// Adds a text that values stand in, for the design file.
    pub sources: &'a mut super::document::Sources,
}

impl Reader<'_> {
    /// The sweep of a file; `node` is the table `[sweep]`.
    pub(super) fn read(&mut self, node: Option<&Node>) -> Sweep {
        let Some(node) = node else { return Sweep { blocks: vec![Block::default()], condition: None } };
        let Some(table) = node.table() else {
            if !matches!(node.data, Data::Broken) {
                let problem = Problem::new(node.span, format!("`sweep` cannot be {}", node.what()));
                self.problems.push(problem.expected("a table of axes"));
            }
            return Sweep::default();
        };
        let main = self.block(table);
        let mut blocks = vec![main];
        for also in self.also(table) {
            let block = also.table().map(|table| self.block(table));
            blocks.extend(block.map(|block| with_choices(block, &blocks[0])));
        }
        Sweep { blocks, condition: table.get("where").and_then(|node| self.condition(node)) }
    }

    fn block(&mut self, table: &Table) -> Block {
        let mut axes = Vec::new();
        self.axes(table, "", &mut axes);
        if let Some(node) = table.get("design") {
            axes.extend(design::read(self, node));
        }
        self.refuse_repeated(&axes);
        match table.get("zip") {
            Some(node) => Block(self.zipped(node, axes)),
            None => Block(axes),
        }
    }

    /// The tables of `also`.
    fn also(&mut self, table: &Table) -> Vec<Node> {
        let Some(node) = table.get("also") else { return Vec::new() };
        let list = match &node.data {
            Data::List(list) => list.to_vec(),
            _ => vec![node.clone()],
        };
        for item in list.iter().filter(|item| item.table().is_none() && !matches!(item.data, Data::Broken)) {
            self.problems
                .push(Problem::new(item.span, format!("`also` cannot be {}", item.what())).expected("a table of axes"));
        }
        for (key, _) in
            list.iter().filter_map(Node::table).flat_map(|t| &t.0).filter(|(k, _)| matches!(&*k.name, "also" | "where"))
        {
            self.problems
                .push(Problem::new(key.span, format!("`{}` cannot stand in `also`", key.name)).expected("axes"));
        }
        list
    }

    /// Collects the axes of a table; tables that are no ranges only continue the path.
    fn axes(&mut self, table: &Table, prefix: &str, axes: &mut Vec<Axis>) {
        for (key, node) in &table.0 {
            if prefix.is_empty() && RESERVED.contains(&&*key.name) {
                continue;
            }
            let path = if prefix.is_empty() { key.name.to_string() } else { format!("{prefix}.{}", key.name) };
            match &node.data {
                Data::Table(below)
                    if !below.0.iter().any(|(k, _)| matches!(&*k.name, "from" | "to" | "step" | "count")) =>
                {
                    if below.0.is_empty() {
                        let problem = Problem::new(node.span, format!("{} has no values", quote(&path)));
                        self.problems.push(problem.expected("a list or a range"));
                    }
                    self.axes(below, &path, axes);
                }
                _ => axes.extend(self.axis(&path, key, node)),
            }
        }
    }

    fn axis(&mut self, path: &str, key: &Key, node: &Node) -> Option<Axis> {
        let column = self.column(path, key.span);
        let mut values = match &node.data {
            Data::List(list) => list.to_vec(),
            Data::Table(table) => range::values(node, table, self.problems)?,
            Data::Broken => return None,
            _ => vec![node.clone()],
        };
        if values.is_empty() {
            let problem = Problem::new(node.span, format!("{} has no values", quote(path)));
            self.problems.push(problem.expected("a list with at least one"));
        }
        let column = column?;
        values.iter_mut().for_each(|value| value.mark(&Via::Sweep(column.path.clone())));
        if let Target::Choice(section) = column.target {
            values.retain(|value| self.known_name(value, section));
        }
        Some(Axis { columns: vec![column], rows: values.into_iter().map(|value| vec![Some(value)]).collect() })
    }

    /// Whether a value names a table of a section; if not, says so.
    pub(super) fn known_name(&mut self, value: &Node, section: Section) -> bool {
        let Some(name) = value.text() else {
            if !matches!(value.data, Data::Broken) {
                let problem = Problem::new(value.span, format!("a {} cannot be {}", section.one(), value.what()));
                self.problems.push(problem.nearest("", self.tables.names(section)));
            }
            return false;
        };
        let known = self.tables.names(section).any(|known| known == name);
        if !known {
            let problem = Problem::new(value.span, format!("unknown {} {}", section.one(), quote(name)));
            self.problems.push(problem.nearest(name, self.tables.names(section)));
        }
        known
    }

    /// What a path means.
    pub(super) fn column(&mut self, path: &str, span: Span) -> Option<Column> {
        let column = |target| Some(Column { path: path.into(), span, target });
        for section in [Section::Scenarios, Section::Policies] {
            if path == section.one() {
                return column(Target::Choice(section));
            }
            if let Some(rest) = path.strip_prefix(&format!("{}.", section.one())) {
                return column(Target::Key(section, None, segments(rest)));
            }
            if let Some(rest) = path.strip_prefix(&format!("{}.", section.many())) {
                return self.named_key(section, rest, span).and_then(column);
            }
        }
        let segments = segments(path);
        let first = segments.first()?;
        if self.env.scenario.iter().any(|param| param.name == first) {
            return column(Target::Key(Section::Scenarios, None, segments));
        }
        if self.tables.policies.iter().any(|(_, node)| has_key(self.env, node, first)) {
            return column(Target::Key(Section::Policies, None, segments));
        }
        let known = self.sweepable();
        let problem = Problem::new(span, format!("{} is no key of a scenario or a policy", quote(path)));
        let problem = problem.nearest(first, known.iter().copied());
        self.problems
            .push(Problem { expected: Some("`scenario`, `policy`, or a key of either".to_owned()), ..problem });
        None
    }

    /// `NAME.KEY` after `policies.`; names may hold dots.
    fn named_key(&mut self, section: Section, rest: &str, span: Span) -> Option<Target> {
        let fits = |name: &&str| rest.strip_prefix(name).is_some_and(|after| after.len() > 1 && after.starts_with('.'));
        if let Some(name) = self.tables.names(section).filter(fits).max_by_key(|name| name.len()) {
            let key = segments(&rest[name.len() + 1..]);
            return Some(Target::Key(section, Some(name.to_owned()), key));
        }
        let name = rest.split('.').next().unwrap_or(rest);
        let message = match self.tables.names(section).any(|known| known == rest) {
            true => format!("{} names a {}, but no key of it", quote(rest), section.one()),
            false => format!("unknown {} {}", section.one(), quote(name)),
        };
        self.problems.push(Problem::new(span, message).nearest(name, self.tables.names(section)));
        None
    }

    /// Every first segment that a path may have.
    fn sweepable(&self) -> Vec<&'static str> {
        let kinds = self.tables.policies.iter().filter_map(|(_, node)| kind_of(self.env, node));
        let of_policies = kinds.flat_map(|kind| kind.params).map(|param| param.name);
        let of_scenarios = self.env.scenario.iter().map(|param| param.name);
        ["scenario", "policy"].into_iter().chain(of_scenarios).chain(of_policies).collect()
    }

    fn refuse_repeated(&mut self, axes: &[Axis]) {
        let mut seen: Vec<&Target> = Vec::new();
        for column in axes.iter().flat_map(|axis| &axis.columns) {
            if seen.contains(&&column.target) {
                self.problems.push(Problem::new(column.span, format!("{} is swept twice", quote(&column.path))));
            }
            seen.push(&column.target);
        }
    }

    /// Joins the axes that each group of `zip` names, at the place of the first.
    fn zipped(&mut self, node: &Node, mut axes: Vec<Axis>) -> Vec<Axis> {
        let groups = match &node.data {
            Data::List(list) if list.iter().all(|item| item.text().is_some()) => vec![node.clone()],
            Data::List(list) => list.to_vec(),
            _ => vec![node.clone()],
        };
        for group in groups {
            let Data::List(names) = &group.data else {
                if !matches!(group.data, Data::Broken) {
                    let problem = Problem::new(group.span, format!("a group of `zip` cannot be {}", group.what()));
                    self.problems
                        .push(problem.expected("a list of axes, such as [[\"nodes.count\", \"offered_load\"]]"));
                }
                continue;
            };
            self.zip_group(names, &mut axes);
        }
        axes
    }

    fn zip_group(&mut self, names: &[Node], axes: &mut Vec<Axis>) {
        let mut joined: Option<usize> = None;
        for node in names {
            let is_axis = |axis: &Axis| axis.columns.iter().any(|column| Some(&*column.path) == node.text());
            let Some(at) = axes.iter().position(is_axis) else {
                let known: Vec<String> = axes.iter().flat_map(|a| &a.columns).map(|c| c.path.to_string()).collect();
                let problem = Problem::new(
                    node.span,
                    format!("{} is no axis of this sweep", quote(node.text().unwrap_or("this"))),
                );
                self.problems.push(problem.nearest(node.text().unwrap_or(""), known.iter().map(String::as_str)));
                continue;
            };
            let Some(first) = joined.filter(|first| *first != at) else {
                joined = joined.or(Some(at));
                continue;
            };
            if axes[first].rows.len() != axes[at].rows.len() {
                let (a, b) = (axes[first].rows.len(), axes[at].rows.len());
                let problem = Problem::new(node.span, format!("axes of {a} and {b} values cannot run in lockstep"));
                self.problems.push(problem.expected("as many values on each axis of a group"));
                continue;
            }
            let axis = axes.remove(at);
            let first = if at < first { first - 1 } else { first };
            axes[first].columns.extend(axis.columns);
            axes[first].rows.iter_mut().zip(axis.rows).for_each(|(row, more)| row.extend(more));
            joined = Some(first);
        }
    }

    /// A condition over the keys of a cell.
    pub(super) fn condition(&mut self, node: &Node) -> Option<Condition> {
        let Some(text) = node.text() else {
            if !matches!(node.data, Data::Broken) {
                let problem = Problem::new(node.span, format!("a condition cannot be {}", node.what()));
                self.problems.push(problem.expected("text such as 'offered_load >= 0.6'"));
            }
            return None;
        };
        match expr::parse(text) {
            Ok(expr) => Some(Condition { expr, text: text.to_owned(), span: node.span }),
            Err(error) => {
                self.problems.push(super::expression::problem(self.sources, node.span, text, error));
                None
            }
        }
    }
}

/// A block of `also` that leaves out `policy` or `scenario` means those of the main block.
fn with_choices(mut block: Block, main: &Block) -> Block {
    for section in [Section::Policies, Section::Scenarios] {
        let chosen = |column: &Column| column.target == Target::Choice(section);
        if block.columns().any(chosen) {
            continue;
        }
        for axis in &main.0 {
            if let Some(at) = axis.columns.iter().position(chosen) {
                let mut values: Vec<Vec<Option<Node>>> = Vec::new();
                for row in &axis.rows {
                    let same = |known: &Vec<Option<Node>>| {
                        known[0].as_ref().and_then(Node::text) == row[at].as_ref().and_then(Node::text)
                    };
                    if !values.iter().any(same) {
                        values.push(vec![row[at].clone()]);
                    }
                }
                block.0.insert(0, Axis { columns: vec![axis.columns[at].clone()], rows: values });
            }
        }
    }
    block
}

fn segments(path: &str) -> Vec<String> {
    path::split(path).unwrap_or_else(|| path.split('.').map(str::to_owned).collect())
}

/// The catalogue entry of a policy table.
pub(super) fn kind_of<'e>(env: &'e Env, node: &Node) -> Option<&'e super::catalogue::KindInfo> {
    let word = path::get(node, &["kind".to_owned()]).and_then(Node::text)?;
    env.policies.get(word)
}

/// Whether a policy's kind has a parameter.
pub(super) fn has_key(env: &Env, node: &Node, key: &str) -> bool {
    key == "kind" || kind_of(env, node).is_some_and(|kind| kind.params.iter().any(|param| param.name == key))
}

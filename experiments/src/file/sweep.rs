//! Reads `[sweep]`: axes with their values, `zip`, `where`, `[[sweep.also]]` and `design`.
//!
//! A path is `scenario`, `policy`, or a dotted key: one of a scenario (`offered_load`, `network.latency`), or one of a
//! policy (`threshold`), which then is set in every policy whose kind has it. `scenario.KEY`, `policy.KEY`,
//! `scenarios.NAME.KEY` and `policies.NAME.KEY` say which is meant; of a key that both have, the scenario's is.
//! Not here: what a path means and its values (`axis`), multiplying the axes (`expand`).

use super::catalogue::Env;
use super::design;
use super::diagnostic::{Problem, Problems};
use super::document::{Data, Node, Sources, Span, Table};
use super::inherit::Section;
use crate::expr::{self, Expr};
use std::sync::Arc;

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
    pub sources: &'a mut Sources,
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

//! Reads a file: the order of the steps, and the sections that are not tables of cells.

use super::catalogue::Env;
use super::cell::{self, Builder};
use super::check::{Checker, Context, Good};
use super::diagnostic::{Diagnostic, Problem, Problems, quote};
use super::document::{self, Data, Node, Sources, Span, Table};
use super::expand::Expansion;
use super::experiment::{Claim, Experiment, Output, Replicate, Stop, warmup};
use super::expression;
use super::head::Head;
use super::inherit::{Inherit, Section};
use super::keys::{self, Warmup};
use super::name;
use super::plots::Plot;
use super::set;
use super::sweep::{self, Sweep, Tables, Target};
use super::vocabulary::Vocabulary;
use loadlab_core::spec::{Need, Param};
use std::sync::Arc;

/// Sections that are resolved and expanded before their content is checked.
const EXPANDED: [&str; 4] = ["scenario", "scenarios", "policies", "sweep"];

/// The text of a file's bytes.
pub fn decode<'b>(bytes: &'b [u8], name: &str) -> Result<&'b str, Vec<Diagnostic>> {
    std::str::from_utf8(bytes).map_err(|error| {
        let valid = String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into_owned();
        let mut sources = Sources::default();
        let at = valid.len() as u32;
        let source = sources.add(name, &valid);
        let mut problems = Problems::default();
        let problem = Problem::new(Span { source, start: at, end: at }, "the file is not text in UTF-8 from here on");
        problems.push(problem.expected("a TOML file in UTF-8"));
        problems.finish(&sources)
    })
}

/// Reads an experiment; `name` is what messages call the file, `sets` are the arguments of `--set`.
pub fn read(source: &str, name: &str, sets: &[String], env: &Env) -> Result<Experiment, Vec<Diagnostic>> {
    let mut sources = Sources::default();
    let mut problems = Problems::default();
    let file = sources.add(name, source);
    let mut root = document::parse(&sources, file, &mut problems);
    set::apply(&mut root, sets, &mut sources, &mut problems);
    let experiment = root.table().cloned().and_then(|table| {
        let mut reader = Reader { env, sources: &mut sources, problems: &mut problems, root, table };
        reader.experiment()
    });
    match experiment {
        Some(experiment) if problems.is_empty() => Ok(Experiment { sources, ..experiment }),
        _ => Err(problems.finish(&sources)),
    }
}

struct Reader<'a> {
    env: &'a Env,
    sources: &'a mut Sources,
    problems: &'a mut Problems,
    root: Node,
    table: Table,
}

impl Reader<'_> {
    fn experiment(&mut self) -> Option<Experiment> {
        let head = self.head();
        let tables = self.tables();
        let before = self.problems.len();
        let sweep = self.sweep(&tables);
        let swept = swept(&sweep);
        let vocabulary = Vocabulary::of(self.env, &tables, &swept);
        self.condition_words(&vocabulary, &sweep);
        let sound = self.problems.len() == before;
        let words = head.as_ref().map(|head| head.words(&vocabulary, self.sources)).unwrap_or_default();
        words.into_iter().for_each(|problem| self.problems.push(problem));
        let common = head.as_ref().map(Head::common).unwrap_or_default();
        let expansion = Expansion {
            sweep: &sweep,
            tables: &tables,
            env: self.env,
            vocabulary: &vocabulary,
            at: self.table.entry("sweep").map_or(self.root.span, |(_, node)| node.span),
        };
        let cells = self.cells(&expansion, &swept, common, sound);
        let head = head?;
        let (replicate, warmup) = (Replicate::of(&head.replicate), warmup(&head.warmup.0));
        let cells = if warmup == Warmup::Mser5 { cell::with_point(cells, replicate.min) } else { cells };
        Some(Experiment {
            name: head.experiment.text("name").to_owned(),
            question: head.experiment.maybe_text("question").map(str::to_owned),
            refs: head.experiment.texts("refs").into_iter().map(str::to_owned).collect(),
            cells,
            swept,
            replicate,
            warmup,
            stop: Stop::of(&head.stop.0, &head.stop.1),
            claims: head.claims.iter().filter_map(|(args, node)| Claim::of(args, node)).collect(),
            plots: head.plots.iter().map(|(args, node)| Plot::of(args, node)).collect(),
            output: Output::of(&head.output.0, &head.output.1),
            quick: head.quick,
            vocabulary,
            sources: Sources::default(),
        })
    }

    fn checker(&mut self) -> Checker<'_> {
        let complete = !self.problems.has_syntax();
        let mut checker = Checker::new(self.env, self.sources);
        checker.complete = complete;
        checker
    }

    /// Every section that is not expanded.
    fn head(&mut self) -> Option<Head> {
        self.only_known_sections();
        let (root, table) = (self.root.clone(), self.table.clone());
        let mut checker = self.checker();
        let mut found: Vec<(&'static str, Option<Good>)> = Vec::new();
        for param in keys::ROOT.iter().filter(|param| !EXPANDED.contains(&param.name)) {
            found.push((param.name, section(&mut checker, &root, &table, param)));
        }
        let problems = checker.problems;
        self.problems.append(problems);
        let head = Head::of(found)?;
        self.consistent(&head);
        Some(head)
    }

    fn only_known_sections(&mut self) {
        for (key, _) in &self.table.0 {
            if !keys::ROOT.iter().any(|param| param.name == &*key.name) {
                let problem = Problem::new(key.span, format!("unknown section {}", quote(&key.name)));
                self.problems.push(problem.nearest(&key.name, keys::ROOT.iter().map(|param| param.name)));
            }
        }
    }

    /// Rules over several keys of the head.
    fn consistent(&mut self, head: &Head) {
        let replicate = Replicate::of(&head.replicate);
        if replicate.max < replicate.min {
            let node = self.table.get("replicate").and_then(|r| r.table()?.get("max"));
            let span = node.map_or(self.root.span, |node| node.span);
            let problem = Problem::new(span, format!("`max` is less than `min`, which is {}", replicate.min));
            self.problems.push(problem.expected("`min` or more"));
        }
        let mut names: Vec<&str> = Vec::new();
        for (args, node) in &head.plots {
            if names.contains(&args.text("name")) {
                let span = node.table().and_then(|t| t.get("name")).map_or(node.span, |n| n.span);
                self.problems.push(Problem::new(span, format!("there are two plots {}", quote(args.text("name")))));
            }
            names.push(args.text("name"));
        }
    }

    /// The scenarios and policies with what they inherit.
    fn tables(&mut self) -> Tables {
        let scenarios = self.scenarios();
        let policies = self.named("policies");
        if policies.0.is_empty()
            && !self.problems.has_syntax()
            && self.table.get("policies").is_none_or(|n| n.table().is_some())
        {
            let problem = Problem::new(self.root.span, "the file has no policy");
            self.problems.push(problem.expected("a table such as [policies.mine] with `kind`"));
        }
        let mut resolve =
            |section, tables: &Table| Inherit::new(self.env, self.sources, self.problems, section).all(tables);
        Tables { scenarios: resolve(Section::Scenarios, &scenarios), policies: resolve(Section::Policies, &policies) }
    }

    fn scenarios(&mut self) -> Table {
        let named = self.named("scenarios");
        match (self.table.entry("scenario"), self.table.entry("scenarios")) {
            (Some((key, node)), None) => Table(vec![(key.clone(), node.clone())]),
            (Some((key, _)), Some(_)) => {
                let problem = Problem::new(key.span, "`scenario` and `scenarios` cannot both stand in a file");
                self.problems.push(problem.expected("[scenario] alone, or [scenarios.NAME] for each"));
                named
            }
            (None, Some(_)) if !named.0.is_empty() => named,
            _ => {
                if !self.problems.has_syntax() && self.table.get("scenarios").is_none_or(|n| n.table().is_some()) {
                    let problem = Problem::new(self.root.span, "the file has no scenario");
                    self.problems.push(problem.expected("a table [scenario]"));
                }
                named
            }
        }
    }

    /// The tables of a section, with names that are safe.
    fn named(&mut self, section: &str) -> Table {
        let Some(node) = self.table.get(section) else { return Table::default() };
        let Some(table) = node.table() else {
            if !matches!(node.data, Data::Broken) {
                let problem = Problem::new(node.span, format!("`{section}` cannot be {}", node.what()));
                self.problems.push(problem.expected(format!("tables such as [{section}.NAME]")));
            }
            return Table::default();
        };
        for (key, _) in &table.0 {
            name::fault(&key.name, key.span).into_iter().for_each(|problem| self.problems.push(problem));
        }
        table.clone()
    }

    fn sweep(&mut self, tables: &Tables) -> Sweep {
        let node = self.table.get("sweep").cloned();
        let mut reader = sweep::Reader { tables, env: self.env, problems: self.problems, sources: self.sources };
        reader.read(node.as_ref())
    }

    /// Every cell, checked, if the sweep is sound; and every table that no cell uses, as far as it goes.
    fn cells(&mut self, expansion: &Expansion<'_>, swept: &[Arc<str>], common: String, sound: bool) -> Vec<cell::Cell> {
        let mut checker = self.checker();
        let complete = std::mem::replace(&mut checker.complete, false);
        for (section, tables) in
            [(Section::Scenarios, &expansion.tables.scenarios), (Section::Policies, &expansion.tables.policies)]
        {
            for (name, node) in tables {
                cell::check(&mut checker, name, node, section);
            }
        }
        checker.complete = complete;
        let mut builder = Builder::new(&mut checker, common);
        let mut problems = Problems::default();
        let run = match sound {
            true => expansion.run(&mut problems, &mut |combination| builder.add(combination, swept)),
            false => Ok(()),
        };
        let cells = std::mem::take(&mut builder.cells);
        problems.append(checker.problems);
        if let (Err(error), Some(condition)) = (run, &expansion.sweep.condition) {
            problems.push(expression::problem(self.sources, condition.span, &condition.text, error));
        }
        self.problems.append(problems);
        if cells.is_empty() && self.problems.is_empty() {
            let problem = Problem::new(expansion.at, "the sweep leaves no cell");
            self.problems.push(problem.expected("a `where` that some cell meets"));
        }
        cells
    }

    /// Checks the names in `where`.
    fn condition_words(&mut self, vocabulary: &Vocabulary, sweep: &Sweep) {
        if let Some(condition) = &sweep.condition {
            for error in vocabulary.check_condition(&condition.expr) {
                let problem = expression::problem(self.sources, condition.span, &condition.text, error);
                self.problems.push(problem);
            }
        }
    }
}

/// One section of the head, checked; a section that is left out stands for its default.
fn section(checker: &mut Checker<'_>, root: &Node, table: &Table, param: &'static Param) -> Option<Good> {
    let context = Context { key: param.name, unit: None, kinded: false };
    match (table.get(param.name), param.need) {
        (Some(node), _) => checker.value(node, &param.ty, context),
        (None, Need::Required) => {
            checker.missing(root, param.name, "the file", &super::types::describe(&param.ty));
            None
        }
        (None, Need::Default(text)) => {
            let node = checker.default(text);
            checker.value(&node, &param.ty, context)
        }
        (None, Need::Optional) => None,
    }
}

/// The swept keys in the order of their first appearance.
fn swept(sweep: &Sweep) -> Vec<Arc<str>> {
    let mut paths: Vec<Arc<str>> = Vec::new();
    for column in sweep.blocks.iter().flat_map(sweep::Block::columns) {
        if !matches!(column.target, Target::Choice(_)) && !paths.contains(&column.path) {
            paths.push(column.path.clone());
        }
    }
    paths
}

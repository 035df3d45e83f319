//! Joins axes that run in lockstep.

use super::diagnostic::{Problem, quote};
use super::document::{Data, Node};
use super::sweep::{Axis, Reader};

impl Reader<'_> {
    /// Joins the axes that each group of `zip` names, at the place of the first.
    pub(super) fn zipped(&mut self, node: &Node, mut axes: Vec<Axis>) -> Vec<Axis> {
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
}

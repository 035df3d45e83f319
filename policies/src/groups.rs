//! Nodes in as many groups as there are ranges of sizes, for the policies that assign processes by size.

use loadlab_core::process::NodeId;
use loadlab_core::spec::Args;
use std::ops::Range;

/// The most cutoffs.
pub(crate) const MOST: usize = 8;

/// The nodes of group g of k: n nodes in order, in groups of n / k. With fewer nodes than groups, some share a node.
pub(crate) fn nodes_of(group: usize, groups: usize, nodes: u32) -> Range<NodeId> {
    let bound = |g: usize| (g as u64 * u64::from(nodes) / groups as u64) as NodeId;
    let start = bound(group).min(nodes - 1);
    start..bound(group + 1).max(start + 1)
}

/// The group of a node.
pub(crate) fn group_of(node: NodeId, groups: usize, nodes: u32) -> usize {
    (0..groups).rev().find(|g| nodes_of(*g, groups, nodes).contains(&node)).unwrap_or(0)
}

/// Cutoffs as arguments: rising, and not too many.
pub(crate) fn cutoffs(args: &Args) -> Result<Vec<f64>, String> {
    let cutoffs = args.numbers("cutoffs");
    if cutoffs.is_empty() || cutoffs.len() > MOST {
        return Err(format!("`cutoffs` must name 1 to {MOST} sizes, not {}", cutoffs.len()));
    }
    match cutoffs.windows(2).find(|pair| pair[0] >= pair[1]) {
        Some(pair) => Err(format!("`cutoffs` must rise: {} comes before {}", pair[0], pair[1])),
        None => Ok(cutoffs),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadlab_core::spec::Arg;

    #[test]
    fn every_node_is_in_the_group_that_holds_it() {
        for (groups, nodes) in [(2, 2), (2, 5), (3, 10), (4, 4), (8, 100)] {
            let mut next = 0;
            for group in 0..groups {
                let range = nodes_of(group, groups, nodes);
                assert_eq!(range.start, next, "group {group} of {groups}, {nodes} nodes");
                assert!(range.clone().all(|node| group_of(node, groups, nodes) == group));
                next = range.end;
            }
            assert_eq!(next, nodes);
        }
    }

    #[test]
    fn with_fewer_nodes_than_groups_every_group_still_has_a_node() {
        assert!((0..3).all(|g| nodes_of(g, 3, 2).len() == 1 && nodes_of(g, 3, 2).end <= 2));
        assert_eq!(group_of(0, 2, 1), 1, "the last group keeps what it has");
    }

    #[test]
    fn cutoffs_must_rise() {
        let args =
            |list: &[f64]| Args::new().with("cutoffs", Arg::List(list.iter().map(|x| Arg::Number(*x)).collect()));
        assert_eq!(cutoffs(&args(&[1.0, 2.0])), Ok(vec![1.0, 2.0]));
        assert!([&[][..], &[1.0; 9], &[1.0, 1.0], &[2.0, 1.0]].iter().all(|list| cutoffs(&args(list)).is_err()));
    }
}

//! Groups of groups: which head a node or a head reports to, and how often.
//!
//! Nodes are grouped in the order of their numbers, and so are groups: with sizes 10 and 5, nodes 0 to 9 form group 0
//! of level 0, and groups 0 to 4 of level 0 form group 0 of level 1.

use super::{positive, wrong};
use crate::error::Error;
use crate::policy::Site;
use crate::process::NodeId;

/// The sizes of the groups of each level and the periods of the reports to their heads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Groups {
    levels: u8,
    sizes: [u32; Groups::MOST],
    periods: [f64; Groups::MOST],
}

impl Groups {
    /// The greatest number of levels.
    pub const MOST: usize = 4;

    /// From the level just above the nodes upwards: how many members a group has, and how often these report in
    /// seconds.
    pub fn new(levels: &[(u32, f64)]) -> Result<Groups, String> {
        if levels.is_empty() || levels.len() > Groups::MOST {
            return Err(format!("a hierarchy has 1 to {} levels, not {}", Groups::MOST, levels.len()));
        }
        let mut groups = Groups { levels: levels.len() as u8, sizes: [1; Groups::MOST], periods: [0.0; Groups::MOST] };
        for (k, (size, period)) in levels.iter().enumerate() {
            (groups.sizes[k], groups.periods[k]) = (*size, *period);
        }
        Ok(groups)
    }

    /// How many levels of heads there are.
    pub fn levels(&self) -> u8 {
        self.levels
    }

    /// How often the members of a group of this level report.
    pub fn period(&self, level: u8) -> f64 {
        self.periods[level as usize]
    }

    /// How many nodes a group of this level has, the last one apart.
    pub fn nodes(&self, level: u8) -> u32 {
        self.sizes[..=level as usize].iter().fold(1, |all, size| all.saturating_mul(*size))
    }

    /// The group of this level that a node is in.
    pub fn group(&self, node: NodeId, level: u8) -> u32 {
        node / self.nodes(level)
    }

    /// The head of that group.
    pub fn head(&self, node: NodeId, level: u8) -> Site {
        Site::Head { level, group: self.group(node, level) }
    }

    /// How many groups of this level so many nodes make.
    pub fn count(&self, nodes: u32, level: u8) -> u32 {
        nodes.div_ceil(self.nodes(level))
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        for k in 0..self.levels as usize {
            positive("period", self.periods[k])?;
            if self.sizes[k] == 0 {
                return Err(wrong("size of the groups", 0.0, "at least 1"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_and_groups_are_grouped_in_the_order_of_their_numbers() {
        let groups = Groups::new(&[(10, 1.0), (5, 20.0)]).expect("two levels");
        assert_eq!((groups.nodes(0), groups.nodes(1), groups.period(1)), (10, 50, 20.0));
        assert_eq!(
            (groups.head(49, 0), groups.head(49, 1)),
            (Site::Head { level: 0, group: 4 }, Site::Head { level: 1, group: 0 })
        );
        assert_eq!((groups.group(50, 1), groups.count(51, 0), groups.count(51, 1)), (1, 6, 2));
    }

    #[test]
    fn a_hierarchy_without_levels_or_with_too_many_is_refused() {
        assert!(Groups::new(&[]).is_err());
        assert!(Groups::new(&[(2, 1.0); 5]).is_err());
    }
}

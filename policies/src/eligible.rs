//! Random nodes among those that may run a process.

use loadlab_core::policy::{Newcomer, View};
use loadlab_core::process::NodeId;
use loadlab_core::rng::Rng;
use std::ops::Range;

/// A node of this range, drawn uniformly from those that may run the process; where it is now if there is none.
pub(crate) fn one_of(range: Range<NodeId>, process: &Newcomer, view: &View<'_>, rng: &mut Rng) -> NodeId {
    one_but(range, None, process, view, rng)
}

/// The same, leaving one node out.
pub(crate) fn one_but(
    range: Range<NodeId>,
    but: Option<NodeId>,
    process: &Newcomer,
    view: &View<'_>,
    rng: &mut Rng,
) -> NodeId {
    let admits = |node: NodeId| Some(node) != but && view.eligible(process.id, node);
    if range.is_empty() {
        return process.at;
    }
    // Nearly always the first will do; drawing again from a list if it will not leaves all that will equally probable.
    let drawn = range.start + rng.below(range.end - range.start);
    if admits(drawn) {
        return drawn;
    }
    let list: Vec<NodeId> = range.filter(|node| admits(*node)).collect();
    if list.is_empty() { process.at } else { list[rng.below(list.len() as u32) as usize] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadlab_core::policy::Fixture;

    #[test]
    fn all_that_may_run_it_are_drawn_equally_often() {
        let mut world = Fixture::new(0, 6, 0);
        let process = world.newcomer();
        world.ineligible = vec![(process.id, 4)];
        let (mut counts, mut rng) = ([0u32; 6], Rng::new(1));
        for _ in 0..9000 {
            counts[one_but(2..6, Some(2), &process, &world.view(), &mut rng) as usize] += 1;
        }
        assert_eq!((counts[0], counts[1], counts[2], counts[4]), (0, 0, 0, 0));
        assert!((f64::from(counts[3]) - 4500.0).abs() < 4.0 * 2250f64.sqrt(), "{counts:?}");
    }

    #[test]
    fn where_none_may_run_it_it_stays() {
        let mut world = Fixture::new(1, 3, 0);
        let process = world.newcomer();
        world.ineligible = vec![(process.id, 2)];
        assert_eq!(one_of(2..3, &process, &world.view(), &mut Rng::new(1)), 1);
        assert_eq!(one_of(2..2, &process, &world.view(), &mut Rng::new(1)), 1);
    }
}

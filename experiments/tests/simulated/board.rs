//! Placement by a bulletin board that is renewed every T, on 1,000 nodes against its mean field.

use crate::cells::{Cell, MANY, check_all};
use crate::control::{controlled, many, slope, spans};
use crate::policies::ByBoard;
use loadlab_core::theory::old_information::{Choice, board};

/// The window is a whole number of periods, since the load swings within each.
fn cell(load: f64, choice: Choice, period: f64) -> Cell {
    let w = move |load| board(load, choice, period).unwrap().response;
    let name = match choice {
        Choice::Of(d) => format!("least posted of {d}, period {period}"),
        Choice::Least => format!("least posted of all, period {period}"),
    };
    Cell::of(("old_information::board", name), (MANY, load), w(load), move |seed| {
        let system = many(seed, MANY, load);
        let b = slope(load, &w);
        let (warm, measured) = spans(&system, load, b);
        let whole = |seconds: f64| (seconds / period).ceil() * period;
        controlled(&system.by_time(whole(warm), whole(measured)), load, &ByBoard { choice, period }, b)
    })
}

/// Young boards and old ones.
pub(crate) fn cells() -> Vec<Cell> {
    let mut cells = Vec::new();
    for (d, period) in [(2, 0.5), (2, 2.0), (2, 10.0), (3, 0.5), (3, 2.0)] {
        cells.extend([0.1, 0.5, 0.8, 0.9].map(|load| cell(load, Choice::Of(d), period)));
    }
    cells.extend([(0.5, 0.2), (0.5, 1.0), (0.8, 0.5)].map(|(load, period)| cell(load, Choice::Least, period)));
    cells
}

#[test]
fn a_thousand_nodes_that_follow_a_board_respond_as_in_the_mean_field() {
    check_all(&[cell(0.8, Choice::Of(2), 2.0), cell(0.5, Choice::Of(3), 2.0), cell(0.5, Choice::Least, 1.0)]);
}

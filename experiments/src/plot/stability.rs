//! Running means of all replications: where they have not come together, the mean is not known.

use super::figure::{Axis, Figure};
use super::layer::{Layer, Point, Series};

/// The running mean of every replication as (x, mean so far), thin, and the mean over replications on top.
pub fn figure(x: Axis, y: Axis, replications: &[Vec<(f64, f64)>], mean: &[(f64, f64)]) -> Figure {
    let points = |run: &[(f64, f64)]| run.iter().map(|&(x, y)| Point::exact(x, y)).collect();
    let one = |run: &Vec<(f64, f64)>| Layer::Series(Series::line("one replication", points(run)).faint());
    let mut layers = vec![Layer::Series(Series::line(format!("mean of {}", replications.len()), points(mean)))];
    layers.extend(replications.iter().map(one));
    Figure::single(x, y, layers)
}

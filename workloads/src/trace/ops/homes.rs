//! Gives processes a home node.

use super::{Each, Log};
use crate::trace::reader::Trace;
use crate::trace::record::{Label, Record};
use loadlab_core::rng::Stream;
use std::collections::BTreeMap;

/// A field whose equal values share a home.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The user.
    User,
    /// The group.
    Group,
    /// The program.
    Program,
    /// The class or queue.
    Class,
}

impl Field {
    fn of(self, record: &Record) -> Option<&Label> {
        match self {
            Field::User => record.user.as_ref(),
            Field::Group => record.group.as_ref(),
            Field::Program => record.program.as_ref(),
            Field::Class => record.class.as_ref(),
        }
    }
}

/// Where processes arrive.
#[derive(Clone, Debug)]
pub enum Homes {
    /// Equal values of a field arrive at the same node: values are numbered as they first appear, and the numbers go
    /// round the nodes. Processes without the field count as one value.
    Field(Field),
    /// One node after the other.
    RoundRobin,
    /// At random, in proportion to the weights; the stream is the source of chance.
    Weights(Vec<f64>, Stream),
}

/// Why homes cannot be assigned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadHomes(String);

impl std::fmt::Display for BadHomes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BadHomes {}

/// Chooses the home of one process after the other.
type Next = Box<dyn FnMut(&Record) -> u32 + Send>;

/// Assigns a home among `nodes` nodes to every process, whatever home it had.
pub fn assign_homes<T: Trace>(trace: T, nodes: u32, homes: Homes) -> Result<impl Trace, BadHomes> {
    if nodes == 0 {
        return Err(BadHomes("there are no nodes to be home".into()));
    }
    let (what, mut next): (String, Next) = match homes {
        Homes::RoundRobin => {
            let mut turn = nodes - 1;
            let next = move |_: &Record| {
                turn = (turn + 1) % nodes;
                turn
            };
            ("round robin".into(), Box::new(next))
        }
        Homes::Field(field) => {
            let mut known: BTreeMap<Option<Label>, u32> = BTreeMap::new();
            let next = move |record: &Record| {
                let count = known.len() as u32;
                *known.entry(field.of(record).cloned()).or_insert(count % nodes)
            };
            (format!("by {field:?}").to_lowercase(), Box::new(next))
        }
        Homes::Weights(weights, stream) => {
            let next = weighted(&weights, nodes, stream)?;
            (format!("by weights {weights:?}"), Box::new(next))
        }
    };
    let log = Log::new(format!("homes {what} over {nodes} nodes"));
    Ok(Each { inner: trace, log, each: move |r: Record| Some(Record { home: Some(next(&r)), ..r }) })
}

/// Draws by the inverse of the cumulative weights.
fn weighted(weights: &[f64], nodes: u32, stream: Stream) -> Result<impl FnMut(&Record) -> u32 + use<>, BadHomes> {
    let mut total = 0.0;
    let cumulative: Vec<f64> = weights
        .iter()
        .map(|weight| {
            total += weight;
            total
        })
        .collect();
    let good = weights.iter().all(|w| *w >= 0.0) && total > 0.0 && total.is_finite();
    if !good || weights.len() != nodes as usize {
        let n = weights.len();
        return Err(BadHomes(format!(
            "{nodes} nodes need {nodes} weights, none negative and not all zero; there are {n}"
        )));
    }
    let mut rng = stream.rng();
    Ok(move |_: &Record| {
        let u = rng.unit() * total;
        (cumulative.partition_point(|c| *c <= u) as u32).min(nodes - 1)
    })
}

#[cfg(test)]
mod tests {
    use super::super::Given;
    use super::super::tests::drain;
    use super::*;

    fn users(users: &[u64]) -> impl Trace {
        let record = |(k, user): (usize, &u64)| Record {
            user: (*user > 0).then_some(Label::Number(*user)),
            ..Record::new(k as u64 + 1, k as f64, 1.0)
        };
        Given::new("given", users.iter().enumerate().map(record).collect::<Vec<_>>())
    }

    fn homes(trace: impl Trace, nodes: u32, homes: Homes) -> Vec<u32> {
        let (records, _) = drain(assign_homes(trace, nodes, homes).expect("good homes"));
        records.iter().map(|r| r.home.expect("every process has a home")).collect()
    }

    #[test]
    fn equal_users_share_a_home_and_new_ones_go_round() {
        assert_eq!(homes(users(&[9, 4, 9, 0, 7, 4, 0]), 3, Homes::Field(Field::User)), [0, 1, 0, 2, 0, 1, 2]);
        assert_eq!(homes(users(&[1, 1, 1, 1]), 3, Homes::RoundRobin), [0, 1, 2, 0]);
    }

    #[test]
    fn homes_by_weight_come_up_in_proportion() {
        let weights = vec![1.0, 0.0, 3.0];
        let n = 40_000;
        let found = homes(users(&vec![1; n]), 3, Homes::Weights(weights, Stream::new(1, "homes", 0)));
        let share = found.iter().filter(|h| **h == 2).count() as f64 / n as f64;
        let error = (0.75f64 * 0.25 / n as f64).sqrt();
        assert!((share - 0.75).abs() < 4.0 * error, "share {share}");
        assert!(found.iter().all(|h| *h != 1));
    }

    #[test]
    fn weights_that_do_not_fit_the_nodes_are_refused() {
        let stream = Stream::new(1, "homes", 0);
        for weights in [vec![1.0], vec![-1.0, 2.0], vec![0.0, 0.0], vec![f64::NAN, 1.0]] {
            assert!(assign_homes(users(&[1]), 2, Homes::Weights(weights, stream)).is_err());
        }
        assert!(assign_homes(users(&[1]), 0, Homes::RoundRobin).is_err());
    }
}

//! Changes the offered load of a trace.
//!
//! `rho = sum(p_i r_i) / (P T)` leaves three ways to change it, and each distorts something else: longer or shorter
//! gaps stretch the daily cycle against the lifetimes, other lifetimes change their law and every threshold of
//! slowdown, another capacity breaks packing by powers of two (Krakov & Feitelson, High-resolution analysis of
//! parallel job workloads, JSSPP 2012; Ernemann, Song & Yahyapour, Scaling of workload traces, JSSPP 2003). So the way
//! is named, and recorded.

use super::{Each, Log};
use crate::trace::account::Tally;
use crate::trace::reader::Trace;
use crate::trace::record::Record;

/// What is multiplied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The times between arrivals.
    Interarrival,
    /// The lifetimes, and the requested times with them.
    Lifetime,
    /// The capacity of the machine; the processes stay as they are.
    Capacity,
}

/// A factor and what it multiplies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scaling {
    /// What is multiplied.
    pub by: By,
    /// The factor.
    pub factor: f64,
}

impl Scaling {
    /// What takes a trace from its own offered load to `target`. `None` where its own is unknown or zero, or the target
    /// is not positive. The tally comes from a first pass over the trace.
    pub fn to(target: f64, by: By, tally: &Tally, capacity: f64) -> Option<Scaling> {
        let own = tally.offered_load(capacity).filter(|load| *load > 0.0)?;
        let factor = match by {
            By::Lifetime => target / own,
            By::Interarrival | By::Capacity => own / target,
        };
        (target > 0.0 && factor.is_finite()).then_some(Scaling { by, factor })
    }
}

/// Scales; times between arrivals are stretched about the first arrival.
pub fn scale<T: Trace>(trace: T, scaling: Scaling) -> impl Trace {
    let Scaling { by, factor } = scaling;
    let what = match by {
        By::Interarrival => "interarrival times",
        By::Lifetime => "lifetimes",
        By::Capacity => "capacity",
    };
    let capacity_factor = if by == By::Capacity { factor } else { 1.0 };
    let log = Log { capacity_factor, ..Log::new(format!("{what} times {factor}")) };
    let mut first = None;
    let each = move |r: Record| {
        let origin = *first.get_or_insert(r.submit);
        Some(match by {
            By::Interarrival => Record { submit: origin + (r.submit - origin) * factor, ..r },
            By::Lifetime => Record {
                lifetime: r.lifetime * factor,
                requested_time: r.requested_time.map(|time| time * factor),
                ..r
            },
            By::Capacity => r,
        })
    };
    Each { inner: trace, log, each }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{drain, given};
    use super::*;

    #[test]
    fn each_way_of_scaling_reaches_the_offered_load_it_names() {
        let rows = [(10.0, 4.0, 2), (20.0, 1.0, 8), (50.0, 3.0, 1)];
        let (_, account) = drain(given(&rows));
        let own = account.tally.offered_load(8.0).expect("three arrivals");
        assert_eq!(own, 19.0 / (8.0 * 40.0));
        for by in [By::Interarrival, By::Lifetime, By::Capacity] {
            let scaling = Scaling::to(0.8, by, &account.tally, 8.0).expect("a known load");
            let (records, account) = drain(scale(given(&rows), scaling));
            let (before, after) = account.offered_loads(8.0);
            assert_eq!(before, Some(own));
            assert!((after.expect("three arrivals") - 0.8).abs() < 1e-12, "{by:?}: {after:?}");
            assert_eq!(records[0].submit, 10.0);
        }
    }

    #[test]
    fn a_trace_of_one_instant_cannot_be_scaled_to_a_load() {
        let (_, account) = drain(given(&[(1.0, 1.0, 1)]));
        assert_eq!(Scaling::to(0.5, By::Lifetime, &account.tally, 1.0), None);
    }
}

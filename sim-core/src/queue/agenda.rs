//! Everything that will happen and is neither an arrival nor a node's own next event: messages, timers, deliveries,
//! failures. A 4-ary heap ordered by (time, rank, sequence); free while it is empty.

use crate::time::Time;

/// An entry: `order` holds the rank in its top byte and a sequence number below, so equal times are served by rank,
/// then first come, first served.
#[derive(Clone, Copy, Debug)]
struct Entry<E> {
    at: Time,
    order: u64,
    event: E,
}

impl<E> Entry<E> {
    #[inline(always)]
    fn before(&self, other: &Entry<E>) -> bool {
        self.at < other.at || (self.at == other.at && self.order < other.order)
    }
}

#[derive(Debug)]
pub(crate) struct Agenda<E> {
    heap: Vec<Entry<E>>,
    /// When the first entry is due; every event asks.
    due: Time,
    sequence: u64,
}

impl<E: Copy> Agenda<E> {
    pub(crate) fn new() -> Self {
        Agenda { heap: Vec::new(), due: Time::NEVER, sequence: 0 }
    }

    /// When the first entry is due.
    #[inline(always)]
    pub(crate) fn first(&self) -> Time {
        self.due
    }

    pub(crate) fn push(&mut self, at: Time, rank: u8, event: E) {
        let entry = Entry { at, order: u64::from(rank) << 56 | self.sequence, event };
        self.sequence += 1;
        let mut i = self.heap.len();
        self.heap.push(entry);
        while i > 0 {
            let parent = (i - 1) / 4;
            if !entry.before(&self.heap[parent]) {
                break;
            }
            self.heap[i] = self.heap[parent];
            i = parent;
        }
        self.heap[i] = entry;
        self.due = self.heap[0].at;
    }

    pub(crate) fn pop(&mut self) -> Option<(Time, E)> {
        let last = self.heap.pop()?;
        let Some(first) = self.heap.first().copied() else {
            self.due = Time::NEVER;
            return Some((last.at, last.event));
        };
        let n = self.heap.len();
        let mut i = 0;
        loop {
            let child = 4 * i + 1;
            if child >= n {
                break;
            }
            let mut least = child;
            for k in child + 1..(child + 4).min(n) {
                if self.heap[k].before(&self.heap[least]) {
                    least = k;
                }
            }
            if !self.heap[least].before(&last) {
                break;
            }
            self.heap[i] = self.heap[least];
            i = least;
        }
        self.heap[i] = last;
        self.due = self.heap[0].at;
        Some((first.at, first.event))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn entries_come_out_by_time_then_rank_then_sequence(entries in prop::collection::vec((0u8..5, 0u8..3), 0..200)) {
            let mut agenda = Agenda::new();
            let mut expected: Vec<(u8, u8, usize)> = Vec::new();
            for (i, (t, rank)) in entries.iter().enumerate() {
                agenda.push(Time::new(f64::from(*t)), *rank, i);
                expected.push((*t, *rank, i));
            }
            expected.sort();
            let order: Vec<usize> = std::iter::from_fn(|| agenda.pop().map(|(_, i)| i)).collect();
            prop_assert_eq!(order, expected.into_iter().map(|(_, _, i)| i).collect::<Vec<_>>());
        }
    }
}

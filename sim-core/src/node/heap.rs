//! A small binary min-heap of processes by a real key, ties in order of arrival. Kept by hand because the hot path
//! wants to read the least key, replace entries anywhere and reuse its memory, and the lists are short.

use crate::process::Slot;

/// One process with its key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) key: f64,
    /// The low bits of the process's index: ties go to the earlier arrival.
    pub(crate) order: u32,
    pub(crate) slot: Slot,
}

impl Entry {
    #[inline(always)]
    fn before(&self, other: &Entry) -> bool {
        // Orders are compared as distances, so that they may wrap after 2^32 arrivals.
        self.key < other.key || (self.key == other.key && (self.order.wrapping_sub(other.order) as i32) < 0)
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Heap(Vec<Entry>);

impl Heap {
    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    #[inline(always)]
    pub(crate) fn first(&self) -> Option<&Entry> {
        self.0.first()
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.0
    }

    #[inline(always)]
    pub(crate) fn push(&mut self, entry: Entry) {
        self.0.push(entry);
        self.up(self.0.len() - 1, entry);
    }

    #[inline(always)]
    pub(crate) fn pop(&mut self) -> Option<Entry> {
        let last = self.0.pop()?;
        if self.0.is_empty() {
            return Some(last);
        }
        let first = self.0[0];
        self.down(0, last);
        Some(first)
    }

    /// Takes one process out, wherever it stands.
    pub(crate) fn remove(&mut self, slot: Slot) -> Option<Entry> {
        let at = self.0.iter().position(|e| e.slot == slot)?;
        let found = self.0[at];
        let last = self.0.pop()?;
        if at < self.0.len() {
            if last.before(&found) { self.up(at, last) } else { self.down(at, last) }
        }
        Some(found)
    }

    #[inline(always)]
    fn up(&mut self, mut at: usize, entry: Entry) {
        while at > 0 {
            let parent = (at - 1) / 2;
            if !entry.before(&self.0[parent]) {
                break;
            }
            self.0[at] = self.0[parent];
            at = parent;
        }
        self.0[at] = entry;
    }

    #[inline(always)]
    fn down(&mut self, mut at: usize, entry: Entry) {
        let n = self.0.len();
        loop {
            let mut child = 2 * at + 1;
            if child >= n {
                break;
            }
            if child + 1 < n && self.0[child + 1].before(&self.0[child]) {
                child += 1;
            }
            if !self.0[child].before(&entry) {
                break;
            }
            self.0[at] = self.0[child];
            at = child;
        }
        self.0[at] = entry;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn pushes_pops_and_removals_agree_with_a_sorted_list(ops in prop::collection::vec((0u8..3, 0u8..20), 0..200)) {
            let (mut heap, mut twin): (Heap, Vec<Entry>) = (Heap::default(), Vec::new());
            for (i, (op, value)) in ops.into_iter().enumerate() {
                match op {
                    0 => {
                        let entry = Entry { key: f64::from(value), order: i as u32, slot: i as u32 };
                        heap.push(entry);
                        twin.push(entry);
                    }
                    1 => {
                        twin.sort_by(|a, b| a.key.total_cmp(&b.key).then(a.order.cmp(&b.order)));
                        let expected = (!twin.is_empty()).then(|| twin.remove(0).slot);
                        prop_assert_eq!(heap.pop().map(|e| e.slot), expected);
                    }
                    _ => {
                        let slot = u32::from(value);
                        let expected = twin.iter().position(|e| e.slot == slot).map(|k| twin.remove(k).slot);
                        prop_assert_eq!(heap.remove(slot).map(|e| e.slot), expected);
                    }
                }
                prop_assert_eq!(heap.len(), twin.len());
            }
        }
    }
}

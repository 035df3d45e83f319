//! The tracks of a node: each process that is there has one to itself, the lowest that is free, so that slices on one
//! track never overlap.

use super::clock::Nanos;

/// The tracks of one node.
#[derive(Clone, Debug, Default)]
pub(super) struct Slots {
    /// From when on each is free; none while it is taken.
    free: Vec<Option<Nanos>>,
}

impl Slots {
    /// Takes the lowest track that is free at t.
    pub(super) fn take(&mut self, t: Nanos) -> usize {
        let free = |from: &Option<Nanos>| from.is_some_and(|from| from <= t);
        let slot = self.free.iter().position(free).unwrap_or_else(|| {
            self.free.push(None);
            self.free.len() - 1
        });
        self.free[slot] = None;
        slot
    }

    /// Gives back a track whose slice ends at t.
    pub(super) fn give_back(&mut self, slot: usize, t: Nanos) {
        self.free[slot] = Some(t);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_track_that_is_free_is_taken() {
        let mut slots = Slots::default();
        assert_eq!([slots.take(Nanos(0)), slots.take(Nanos(1)), slots.take(Nanos(2))], [0, 1, 2]);
        slots.give_back(1, Nanos(5));
        slots.give_back(0, Nanos(7));
        assert_eq!(slots.take(Nanos(6)), 1, "track 0 is drawn on up to 7");
        assert_eq!(slots.take(Nanos(7)), 0);
    }
}

//! What a source remembers of the processes that it has just handed out, until the engine has had time to ask.

use std::collections::VecDeque;

/// Values of the processes of the last two blocks, by number. The engine asks for a process when it arrives, and may
/// have been handed one more block by then; runs that never ask cost no more memory.
#[derive(Debug)]
pub(crate) struct Recent<T> {
    values: VecDeque<T>,
    /// The number of the first value.
    first: u64,
    /// How many of them are of the last block.
    last_block: usize,
}

impl<T> Recent<T> {
    pub(crate) fn new() -> Self {
        Recent { values: VecDeque::new(), first: 0, last_block: 0 }
    }

    /// A new block begins: the block before the last is forgotten.
    pub(crate) fn begin(&mut self) {
        let old = self.values.len() - self.last_block;
        self.values.drain(..old);
        self.first += old as u64;
        self.last_block = 0;
    }

    /// The next process of this block.
    pub(crate) fn push(&mut self, value: T) {
        self.values.push_back(value);
        self.last_block += 1;
    }

    /// The value of a process that has not been forgotten.
    pub(crate) fn get(&self, number: u64) -> Option<&T> {
        self.values.get(usize::try_from(number.checked_sub(self.first)?).ok()?)
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }
}

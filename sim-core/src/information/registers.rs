//! Who has registered as idle with whom.

use super::entry::Entry;
use crate::process::{NONE, NodeId};

/// One queue of idle nodes per registrar, and for each node the registrar that it has turned to.
#[derive(Debug, Default)]
pub(crate) struct Registers {
    queues: Vec<Vec<Entry>>,
    /// From the moment the node registers until it withdraws or is used; NONE where it is registered with none.
    with: Vec<u32>,
}

impl Registers {
    pub(crate) fn new(registrars: u32, nodes: u32) -> Self {
        Registers { queues: vec![Vec::new(); registrars as usize], with: vec![NONE; nodes as usize] }
    }

    pub(crate) fn registrars(&self) -> u32 {
        self.queues.len() as u32
    }

    pub(crate) fn queue(&self, registrar: u32) -> &[Entry] {
        self.queues.get(registrar as usize).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn registrar(&self, node: NodeId) -> Option<u32> {
        Some(self.with[node as usize]).filter(|r| *r != NONE)
    }

    /// The node registers: from now on it does not turn to another registrar.
    pub(crate) fn chosen(&mut self, node: NodeId, registrar: u32) {
        self.with[node as usize] = registrar;
    }

    /// The registration has arrived.
    pub(crate) fn arrived(&mut self, registrar: u32, entry: Entry) {
        self.queues[registrar as usize].push(entry);
    }

    /// The node is registered no more, as far as it knows itself; with whom it was.
    pub(crate) fn leave(&mut self, node: NodeId) -> Option<u32> {
        let registrar = self.registrar(node);
        self.with[node as usize] = NONE;
        registrar
    }

    /// The entry of a node leaves the queue. Whether there was one.
    pub(crate) fn remove(&mut self, registrar: u32, node: NodeId) -> bool {
        let Some(queue) = self.queues.get_mut(registrar as usize) else { return false };
        let place = queue.iter().position(|e| e.node == node);
        place.map(|k| queue.remove(k)).is_some()
    }
}

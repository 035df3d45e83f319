//! Who has registered as idle with whom.

use super::entry::Entry;
use crate::process::{NONE, NodeId};

/// One queue of idle nodes per registrar, and for each node the registrar that it is registered with.
#[derive(Debug, Default)]
pub(crate) struct Registers {
    queues: Vec<Vec<Entry>>,
    /// The registrar of each node, from the moment it decides to register; NONE where it is registered with none.
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

    /// The node is on its way to register.
    pub(crate) fn chosen(&mut self, node: NodeId, registrar: u32) {
        self.with[node as usize] = registrar;
    }

    /// The registration has arrived, unless it was taken back meanwhile.
    pub(crate) fn arrived(&mut self, registrar: u32, entry: Entry) {
        if self.with[entry.node as usize] == registrar {
            self.queues[registrar as usize].push(entry);
        }
    }

    /// The registration is used up or taken back. Whether there was one.
    pub(crate) fn remove(&mut self, registrar: u32, node: NodeId) -> bool {
        let queue = &mut self.queues[registrar as usize];
        let Some(k) = queue.iter().position(|e| e.node == node) else { return false };
        queue.remove(k);
        self.with[node as usize] = NONE;
        true
    }
}

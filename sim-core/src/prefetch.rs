//! Asking the processor to fetch what an event some steps ahead will touch. The only unsafe code of the crate: a
//! prefetch reads nothing, cannot fault, and on other machines does nothing.
//!
//! Measured gain: see `docs/DECISIONS.md`.
#![allow(unsafe_code)]

use crate::node::Node;
use crate::process::{NodeId, Slab};

/// The record of a node.
#[inline(always)]
pub(crate) fn node(nodes: &[Node], i: NodeId) {
    if let Some(node) = nodes.get(i as usize) {
        line(node);
    }
}

/// The record of the process that will complete first at a node. Reads the node, which should be at hand by now.
#[inline(always)]
pub(crate) fn first_process(nodes: &[Node], processes: &Slab, i: NodeId) {
    let slot = nodes.get(i as usize).and_then(Node::likely_next);
    if let Some(process) = slot.and_then(|slot| processes.as_slice().get(slot as usize)) {
        line(process);
    }
}

/// The head of a bucket of the calendar.
#[inline(always)]
pub(crate) fn bucket(heads: &[NodeId], i: usize) {
    if let Some(head) = heads.get(i) {
        line(head);
    }
}

#[inline(always)]
fn line<T>(at: &T) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a prefetch is a hint; it neither reads nor writes, whatever the address.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        let start = std::ptr::from_ref(at).cast::<i8>();
        for offset in (0..size_of::<T>()).step_by(64) {
            _mm_prefetch::<_MM_HINT_T0>(start.wrapping_add(offset));
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = at;
}

//! Post-copy: copy-on-reference whose rest is pushed in the background.
//!
//! F = T_switch + S_k/B. In t seconds U(t) first touches; the push, in an order independent of use, takes
//! `T = S/B`. Where faults neither stall the process nor take time from the push (few and cheap ones), the expected
//! number of faults is `N_u (1 - (tau/T)(1 - exp(-T/tau)))`; in general the fluid of `after` follows both.

use super::copy_on_reference::{HITS, PREFETCH, Reference};
use super::{Plan, keys};
use crate::spec::Kind;
use crate::transfer::Transfer;

pub(crate) const POST_COPY: Kind<Transfer> = Kind {
    name: "post-copy",
    summary: "Runs at once on the target; the memory is pushed behind it, and pages it misses are fetched first.",
    doc: "Freeze: `switch + kernel_state / bandwidth`. The whole memory then crosses once, whatever the process dirties. \
          Until the push ends the process depends on both nodes: the failure of either loses it.",
    reference: "Hines, Deshpande & Gopalan, Post-copy live migration of virtual machines, ACM SIGOPS OSR 43(3), 2009, \
                doi:10.1145/1618525.1618528",
    params: &keys::join::<18>(&[&keys::OUTSIDE, &[keys::SWITCH], &keys::FAULTS, &[PREFETCH, HITS]]),
    build: |args| {
        let (prefetch, hits) = (args.number("prefetch"), args.number("hit_ratio"));
        let reference = Reference { prefetch, hits, clean_from_server: false, push: true };
        keys::mechanism(args, Plan::CopyOnReference(reference))
    },
    example: "kind = \"post-copy\"\nswitch = \"30ms\"\ntouched_fraction = 0.4\ntouch_time = \"20s\"\n",
};

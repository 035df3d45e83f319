//! What tests of moves with steps share: a process of 2 MB, networks of 1 MB/s, and who moves it.

use super::{Puppet, nodes, woken};
use loadlab_core::mechanism::{Checkpoint, Costs, HotSet, Image, Mechanism, Plan, Reference, Rules, Wires, Writes};
use loadlab_core::network::Fabric;
use loadlab_core::policy::{Command, Pick, To, Wake, Wakes};
use loadlab_core::{Discipline, Scenario, Transfer};

pub const PS: Discipline = Discipline::Ps;
pub const SWITCHED: Fabric = Fabric::Switched { bandwidth: 1e6, server: 0.8e6 };
pub const SHARED: Fabric = Fabric::Shared { bandwidth: 1e6 };
pub const COR: Plan =
    Plan::CopyOnReference(Reference { prefetch: 0.0, hits: 0.0, clean_from_server: false, push: false });
pub const POST_COPY: Plan =
    Plan::CopyOnReference(Reference { prefetch: 0.0, hits: 0.0, clean_from_server: false, push: true });
pub const STORED: Plan = Plan::Checkpoint(Checkpoint { cycle: 10.0, write: 1e6, read: 1e6, start: 0.5 });

/// 2 MB, of which 30 % are dirty and 40 % will be touched within 5 s.
pub fn mechanism(plan: Plan) -> Mechanism {
    let costs = Costs { select: 0.02, setup: 0.1, fixed: 0.1, switch: 0.03, fault_cpu: 0.002, ..Costs::default() };
    let image = Image {
        memory: 2e6,
        dirty: 0.3,
        writes: Writes::Sets([HotSet { size: 2e5, time: 0.5 }, HotSet::default(), HotSet::default()]),
        touched: 0.4,
        touch_time: 5.0,
        ..Image::default()
    };
    Mechanism { plan, costs, image, wires: Wires::default() }
}

pub fn precopy(rounds: u32) -> Plan {
    Plan::Precopy(Rules { rounds, ..Rules::LIMIT })
}

pub fn scenario(count: u32, fabric: Fabric, m: Mechanism) -> Scenario {
    Scenario { fabric, latency: 0.001, migration: Transfer::Staged(m), ..nodes(count, PS) }
}

/// Every process moves `by` nodes on as soon as it is born.
pub fn onwards(by: u32) -> Puppet {
    woken(Wakes { born: true, ..Wakes::default() }).act(move |why, view, out, _| {
        if let Wake::Born(process) = why {
            let to = (view.here() + by) % view.nodes();
            out.push(Command::Move { pick: Pick::Process(process), from: view.here(), to: To::Node(to) });
        }
    })
}

/// 1 part in a billion, or as said.
#[track_caller]
pub fn close(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance * expected.abs(), "{found} instead of {expected}");
}

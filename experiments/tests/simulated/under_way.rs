//! Transfers that take an exponential time: forward that counts what is under way or does not, reverse that waits for it.

use crate::cells::{Cell, MANY, check_all};
use crate::support::System;
use loadlab_core::Transfer;
use loadlab_core::theory::transfer_delay;
use loadlab_policies::{Forward, Reverse};

/// Transfers take memory, with an exponential law, over a bandwidth of one byte per second. A process under way is in
/// the system.
fn with_delay(mut system: System, delay: f64) -> System {
    let transfer = Transfer::Fixed { seconds: 0.0, bandwidth: 1.0 };
    (system.scenario.placement, system.scenario.migration) = (transfer, transfer);
    system.scenario.attributes = true;
    let memory = std::sync::Arc::new(loadlab_core::law::Exponential { mean: delay });
    system.recipe.traits.memory = Some(loadlab_workloads::traits::Linked::independent(memory));
    system
}

/// Load, T, Lp, mean delay.
const CASES: [(f64, u32, u8, f64); 9] = [
    (0.7, 1, 3, 0.5),
    (0.8, 2, 3, 2.0),
    (0.1, 1, 3, 1.0),
    (0.3, 1, 1, 0.1),
    (0.5, 2, 5, 1.0),
    (0.8, 1, 3, 0.1),
    (0.8, 3, 1, 2.0),
    (0.9, 2, 3, 0.5),
    (0.95, 3, 3, 0.5),
];

/// Both forms of forward, and reverse.
fn all((load, t, probes, delay): (f64, u32, u8, f64)) -> [Cell; 3] {
    let lp = u32::from(probes);
    let say = |more: &str| format!("T = {t}, Lp = {lp}, D = {delay}{more}");
    let slow = move |system| with_delay(system, delay);
    let forward = |counted: bool, name| {
        let w = move |load| transfer_delay::forward(load, t, lp, delay, counted).unwrap().response;
        Cell::on(("transfer_delay::forward", name), (MANY, load), Forward::new(t, probes, counted), w, slow)
    };
    let w = move |load| transfer_delay::reverse(load, t, lp, delay).unwrap().response;
    let reverse = ("transfer_delay::reverse", say(""));
    [
        forward(false, say(", present counted")),
        forward(true, say(", under way counted")),
        Cell::on(reverse, (MANY, load), Reverse::new(t, probes), w, slow),
    ]
}

/// All cases.
pub(crate) fn cells() -> Vec<Cell> {
    CASES.into_iter().flat_map(all).collect()
}

#[test]
fn transfers_that_take_time_respond_as_in_the_mean_field() {
    check_all(&CASES[..2].iter().copied().flat_map(all).collect::<Vec<_>>());
}

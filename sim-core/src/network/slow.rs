//! The definition of max-min fairness, and transfers in tiny steps of time, driven beside the fluid ones.

use super::{End, Fabric, Flows, Route};
use crate::rng::Rng;
use crate::time::Time;

fn fabric(rng: &mut Rng) -> Fabric {
    let bandwidth = 1.0 + rng.unit();
    match rng.below(3) {
        0 => Fabric::Shared { bandwidth },
        1 => Fabric::Switched { bandwidth, server: 3.0 * rng.unit() + 0.1 },
        _ => Fabric::TwoLevel { bandwidth, server: 2.0, wan: 0.2 + rng.unit(), wan_latency: 0.0, size: 3 },
    }
}

fn end(rng: &mut Rng) -> End {
    let n = rng.below(9);
    if n == 8 { End::Server } else { End::Node(n) }
}

/// Rates by raising all transfers in small equal steps until something is full.
fn raised(links: &[f64], flows: &[(Route, f64)]) -> Vec<f64> {
    let step = 1e-4;
    let mut rates = vec![0.0; flows.len()];
    let mut open = vec![true; flows.len()];
    while open.iter().any(|o| *o) {
        for k in 0..flows.len() {
            let (route, limit) = flows[k];
            let full = route.iter().any(|link| {
                let crossing = (0..flows.len()).filter(|j| flows[*j].0.contains(link));
                crossing.map(|j| rates[j]).sum::<f64>() + step > links[*link as usize]
            });
            open[k] &= !full && rates[k] + step <= limit;
            rates[k] += if open[k] { step } else { 0.0 };
        }
    }
    rates
}

#[test]
fn rates_are_those_of_raising_all_transfers_together() {
    let mut rng = Rng::new(51);
    for _ in 0..60 {
        let fabric = fabric(&mut rng);
        let links = fabric.links(8);
        let count = 1 + rng.below(7);
        let flows: Vec<(Route, f64)> = (0..count)
            .map(|_| {
                let limit = if rng.chance(0.3) { 0.5 * rng.unit() + 0.01 } else { f64::INFINITY };
                (fabric.route(end(&mut rng), end(&mut rng), 8), limit)
            })
            .collect();
        let mut fluid = Flows::new(links.clone());
        for (route, limit) in &flows {
            fluid.add(*route, 1.0, *limit, Time::ZERO);
        }
        for (k, slow) in raised(&links, &flows).into_iter().enumerate() {
            assert!((fluid.rate(k) - slow).abs() < 1e-3, "{fabric:?} {flows:?}: {} and {slow}", fluid.rate(k));
        }
    }
}

#[test]
fn transfers_that_come_and_go_end_when_tiny_steps_say_and_send_all_their_bytes() {
    let mut rng = Rng::new(52);
    for _ in 0..12 {
        let fabric = fabric(&mut rng);
        let links = fabric.links(8);
        let mut plan: Vec<(f64, Route, f64)> = (0..8)
            .map(|_| (2.0 * rng.unit(), fabric.route(end(&mut rng), end(&mut rng), 8), 0.2 + rng.unit()))
            .collect();
        plan.sort_by(|a, b| a.0.total_cmp(&b.0));
        let fast = fluid(&links, &plan);
        let slow = stepped(&links, &plan);
        for (a, b) in fast.iter().zip(&slow) {
            assert!((a - b).abs() < 0.02, "{fabric:?}: {fast:?} and {slow:?}");
        }
    }
}

fn fluid(links: &[f64], plan: &[(f64, Route, f64)]) -> Vec<f64> {
    let mut flows = Flows::new(links.to_vec());
    let mut ends = vec![0.0; plan.len()];
    let (mut number_of, mut next) = (vec![usize::MAX; plan.len()], 0);
    loop {
        let arrival = plan.get(next).map_or(Time::NEVER, |p| Time::new(p.0));
        match flows.next().filter(|(t, _)| *t < arrival) {
            Some((t, number)) => {
                assert!(flows.remove(number, t) < 1e-9, "all its bytes were sent");
                let k = number_of.iter().rposition(|n| *n == number).expect("a transfer");
                number_of[k] = usize::MAX;
                ends[k] = t.seconds();
            }
            None if arrival < Time::NEVER => {
                number_of[next] = flows.add(plan[next].1, plan[next].2, f64::INFINITY, arrival);
                next += 1;
            }
            None => return ends,
        }
    }
}

fn stepped(links: &[f64], plan: &[(f64, Route, f64)]) -> Vec<f64> {
    let dt = 1e-3;
    let mut left: Vec<f64> = plan.iter().map(|p| p.2).collect();
    let mut ends = vec![0.0; plan.len()];
    let (mut rates, mut known, mut now) = (Vec::new(), Vec::new(), 0.0);
    while left.iter().any(|l| *l > 0.0) {
        let active: Vec<usize> = (0..plan.len()).filter(|k| plan[*k].0 <= now && left[*k] > 0.0).collect();
        if active != known {
            let flows: Vec<(Route, f64)> = active.iter().map(|k| (plan[*k].1, f64::INFINITY)).collect();
            rates = raised(links, &flows);
            known.clone_from(&active);
        }
        now += dt;
        for (k, rate) in active.iter().zip(&rates) {
            left[*k] -= rate * dt;
            ends[*k] = now;
        }
    }
    ends
}

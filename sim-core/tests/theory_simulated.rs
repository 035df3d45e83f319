//! Solutions without published values against a small simulation that shares no code with them: transfer cost, transfer
//! delay, old information, few nodes; and the published values of few nodes.

use loadlab_core::rng::Rng;
use loadlab_core::theory::old_information::{Choice, board};
use loadlab_core::theory::refined::Refined;
use loadlab_core::theory::{Error, MeanField, Solved, bounds, jiq, refined, sharing, transfer_cost, transfer_delay};

/// A system of equal nodes as a Markov chain. Zero `cost` or `delay` is none; `blind` arrivals move without probing.
#[derive(Clone, Copy)]
struct System {
    nodes: u32,
    load: f64,
    threshold: u32,
    push: u32,
    pull: u32,
    blind: bool,
    cost: f64,
    delay: f64,
    count_pending: bool,
}

#[derive(Default)]
struct State {
    length: Vec<u32>,
    overheads: Vec<u32>,
    paying: Vec<usize>,
    pending: Vec<u32>,
    transit: Vec<usize>,
    present: u64,
}

impl System {
    /// The time average of the number in the system over the load: the response by Little's law. Waiting times between
    /// events enter by their means, which removes a part of the variance and no part of the expectation.
    fn response(&self, rng: &mut Rng, warm: f64, span: f64) -> f64 {
        let n = self.nodes as usize;
        let (length, overheads, pending) = (vec![0; n], vec![0; n], vec![0; n]);
        let mut state = State { length, overheads, pending, ..State::default() };
        let (mut now, mut area) = (0.0, 0.0);
        while now < warm + span {
            let born = self.load * n as f64;
            let paid = if self.cost > 0.0 { state.paying.len() as f64 / self.cost } else { 0.0 };
            let landed = if self.delay > 0.0 { state.transit.len() as f64 / self.delay } else { 0.0 };
            let total = born + n as f64 + paid + landed;
            if now >= warm {
                area += state.present as f64 / total;
            }
            now += 1.0 / total;
            let event = rng.unit() * total;
            let node = rng.below(self.nodes) as usize;
            if event < born {
                state.present += 1;
                self.arrive(&mut state, node, rng);
            } else if event < born + n as f64 {
                self.complete(&mut state, node, rng);
            } else if event < born + n as f64 + paid {
                let index = rng.below(state.paying.len() as u32) as usize;
                let payer = state.paying[index];
                state.overheads[payer] -= 1;
                if state.overheads[payer] == 0 {
                    state.paying.swap_remove(index);
                }
            } else {
                let index = rng.below(state.transit.len() as u32) as usize;
                let target = state.transit.swap_remove(index);
                state.pending[target] -= 1;
                state.length[target] += 1;
            }
        }
        area / span / (self.load * n as f64)
    }

    fn arrive(&self, state: &mut State, mut node: usize, rng: &mut Rng) {
        let mut hops = 0;
        while self.blind && state.length[node] >= self.threshold && hops < self.push {
            self.pay(state, node);
            node = self.other(&[node], rng);
            hops += 1;
        }
        let mut asked = vec![node];
        while !self.blind && state.length[node] >= self.threshold && asked.len() <= self.push as usize {
            let target = self.other(&asked, rng);
            asked.push(target);
            let counted = if self.count_pending { state.pending[target] } else { 0 };
            if state.length[target] + counted < self.threshold {
                self.pay(state, node);
                return self.send(state, target);
            }
        }
        state.length[node] += 1;
    }

    fn complete(&self, state: &mut State, node: usize, rng: &mut Rng) {
        if state.length[node] == 0 || state.overheads[node] > 0 {
            return;
        }
        state.length[node] -= 1;
        state.present -= 1;
        let mut asked = vec![node];
        let searches = state.length[node] < self.threshold && (self.pull == 0 || state.pending[node] == 0);
        while searches && asked.len() <= self.pull as usize {
            let victim = self.other(&asked, rng);
            asked.push(victim);
            if state.length[victim] > self.threshold {
                state.length[victim] -= 1;
                self.pay(state, victim);
                return self.send(state, node);
            }
        }
    }

    fn send(&self, state: &mut State, target: usize) {
        if self.delay > 0.0 {
            state.pending[target] += 1;
            state.transit.push(target);
        } else {
            state.length[target] += 1;
        }
    }

    fn pay(&self, state: &mut State, node: usize) {
        if self.cost > 0.0 {
            state.overheads[node] += 1;
            if state.overheads[node] == 1 {
                state.paying.push(node);
            }
        }
    }

    fn other(&self, asked: &[usize], rng: &mut Rng) -> usize {
        loop {
            let node = rng.below(self.nodes) as usize;
            if !asked.contains(&node) {
                return node;
            }
        }
    }
}

/// The number in a system with a bulletin board, over the load.
fn board_response(nodes: u32, load: f64, choice: Choice, period: f64, rng: &mut Rng, warm: f64, span: f64) -> f64 {
    let mut length = vec![0u32; nodes as usize];
    let (mut posted, mut least): (Vec<u32>, Vec<usize>) = (vec![], vec![]);
    let (mut now, mut next, mut area, mut present) = (0.0, 0.0, 0.0, 0u32);
    while now < warm + span {
        if now >= next {
            posted.clone_from(&length);
            let low = posted.iter().min().copied();
            least = (0..length.len()).filter(|i| Some(posted[*i]) == low).collect();
            next += period;
        }
        let dt = 1.0 / ((load + 1.0) * f64::from(nodes));
        now += dt;
        if now >= warm {
            area += f64::from(present) * dt;
        }
        if rng.unit() * (load + 1.0) < load {
            let target = match choice {
                Choice::Least => least[rng.below(least.len() as u32) as usize],
                Choice::Of(d) => {
                    let asked = (0..d).map(|_| rng.below(nodes) as usize);
                    asked.reduce(|a, b| if posted[b] < posted[a] { b } else { a }).unwrap()
                }
            };
            length[target] += 1;
            present += 1;
        } else {
            let node = rng.below(nodes) as usize;
            present -= length[node].min(1);
            length[node] -= length[node].min(1);
        }
    }
    area / span / (load * f64::from(nodes))
}

/// Join the idle queue with `ratio` nodes per dispatcher; a registration is removed when its node receives a process.
fn idle_queue_response(nodes: u32, load: f64, ratio: u32, rng: &mut Rng, warm: f64, span: f64) -> f64 {
    let mut length = vec![0u32; nodes as usize];
    let mut queues: Vec<Vec<usize>> = vec![vec![]; (nodes / ratio) as usize];
    let mut home: Vec<usize> = (0..length.len()).map(|node| node % queues.len()).collect();
    (0..length.len()).for_each(|node| queues[home[node]].push(node));
    let (mut now, mut area, mut present) = (0.0, 0.0, 0u32);
    while now < warm + span {
        let dt = 1.0 / ((load + 1.0) * f64::from(nodes));
        now += dt;
        if now >= warm {
            area += f64::from(present) * dt;
        }
        let random = rng.below(nodes) as usize;
        if rng.unit() * (load + 1.0) < load {
            let dispatcher = rng.below(queues.len() as u32) as usize;
            let target = queues[dispatcher].first().copied().unwrap_or(random);
            if length[target] == 0 {
                queues[home[target]].retain(|node| *node != target);
            }
            length[target] += 1;
            present += 1;
        } else if length[random] > 0 {
            length[random] -= 1;
            present -= 1;
            if length[random] == 0 {
                home[random] = rng.below(queues.len() as u32) as usize;
                queues[home[random]].push(random);
            }
        }
    }
    area / span / (load * f64::from(nodes))
}

/// Mean and standard error over independent replications, in which a value 3 % away would be rejected.
fn estimate(name: &str, replications: u64, one: impl Fn(&mut Rng) -> f64) -> (f64, f64) {
    let first = 1000 * name.bytes().map(u64::from).sum::<u64>();
    let values: Vec<f64> = (0..replications).map(|r| one(&mut Rng::new(first + r))).collect();
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (values.len() - 1) as f64;
    let error = (variance / values.len() as f64).sqrt();
    assert!(4.0 * error < 0.015 * mean, "{name}: the simulation is too short: {mean} ± {error}");
    (mean, error)
}

/// |estimate - theory| within 4 standard errors (20 replications) and the stated bias of the oracle or the theory.
fn agrees(name: &str, theory: f64, bias: f64, one: impl Fn(&mut Rng) -> f64) -> (f64, f64) {
    let (mean, error) = estimate(name, 20, one);
    println!("{name}: theory {theory}, simulation {mean} ± {error}");
    assert!((mean - theory).abs() <= 4.0 * error + bias, "{name}: {theory}, simulated {mean} ± {error}");
    (mean, error)
}

const MANY: System = System {
    nodes: 3000,
    load: 0.7,
    threshold: 1,
    push: 0,
    pull: 0,
    blind: false,
    cost: 0.0,
    delay: 0.0,
    count_pending: false,
};

/// Against 3000 nodes; their difference from infinitely many, of order 1/3000, is left to the standard error.
fn many_agree(name: &str, system: System, theory: Solved<MeanField>) {
    agrees(name, theory.unwrap().response, 0.0, |rng| system.response(rng, 80.0, 60.0));
}

#[test]
fn a_transfer_cost_acts_as_in_the_simulation() {
    let cost = 0.3;
    let base = System { cost, ..MANY };
    let threshold = transfer_cost::threshold(0.7, 2, 3, cost);
    many_agree("threshold", System { threshold: 2, push: 3, ..base }, threshold);
    many_agree("receiver", System { pull: 3, ..base }, transfer_cost::receiver(0.7, 1, 3, cost));
    let symmetric = transfer_cost::symmetric(0.7, 2, 1, 2, cost);
    many_agree("symmetric", System { threshold: 2, push: 1, pull: 2, ..base }, symmetric);
    let random = transfer_cost::random(0.6, 2, 2, cost);
    many_agree("random", System { load: 0.6, threshold: 2, push: 2, blind: true, ..base }, random);
    let unlimited = transfer_cost::random_unlimited(0.5, 0.1);
    many_agree("random unlimited", System { load: 0.5, push: 10_000, blind: true, cost: 0.1, ..base }, unlimited);
}

#[test]
fn a_transfer_delay_acts_as_in_the_simulation() {
    for delay in [0.5, 3.0] {
        let forward = System { threshold: 2, push: 3, delay, ..MANY };
        many_agree("forward", forward, transfer_delay::forward(0.7, 2, 3, delay, false));
        let counting = System { count_pending: true, ..forward };
        many_agree("forward, counting", counting, transfer_delay::forward(0.7, 2, 3, delay, true));
        let reverse = System { pull: 3, delay, ..MANY };
        many_agree("reverse", reverse, transfer_delay::reverse(0.7, 1, 3, delay));
    }
}

#[test]
fn old_information_acts_as_in_the_simulation() {
    for (choice, period) in [(Choice::Of(2), 1.0), (Choice::Of(3), 5.0), (Choice::Least, 2.0), (Choice::Least, 4.0)] {
        let theory = board(0.7, choice, period).unwrap().response;
        let name = format!("{choice:?} of a board of period {period}");
        // A whole number of periods after the warm-up, so that the average is over whole periods.
        agrees(&name, theory, 0.0, |rng| board_response(3000, 0.7, choice, period, rng, 80.0, 60.0));
    }
}

#[test]
fn idle_queues_without_stale_entries_act_as_in_the_simulation_and_not_as_published() {
    for (load, ratio) in [(0.8, 5), (0.6, 2)] {
        let exact = jiq::exact(load, f64::from(ratio)).unwrap().response;
        let one = |rng: &mut Rng| idle_queue_response(3000, load, ratio, rng, 60.0, 60.0);
        let (mean, error) = agrees("join the idle queue", exact, 0.0, one);
        let published = jiq::simple(load, f64::from(ratio)).unwrap().response;
        assert!((published - mean).abs() > 8.0 * error, "{published} is not {mean} ± {error}");
    }
}

#[test]
fn without_cost_and_delay_the_solutions_are_the_free_ones() {
    for (load, threshold) in [(0.3, 1), (0.8, 2), (0.95, 1)] {
        let close = |costly: Solved<MeanField>, free: Solved<MeanField>| {
            let (costly, free) = (costly.unwrap(), free.unwrap());
            assert!((costly.response / free.response - 1.0).abs() < 2e-4, "{costly:?} {free:?}");
            assert!((costly.transfers - free.transfers).abs() < 2e-4 && (costly.probes - free.probes).abs() < 2e-3);
        };
        for tiny in [0.0, 1e-6] {
            let both = sharing::symmetric(load, threshold, 3, 3);
            close(transfer_cost::symmetric(load, threshold, 3, 3, tiny), both);
            close(transfer_cost::random(load, threshold, 2, tiny), sharing::random(load, threshold, 2));
            let pushed = sharing::threshold(load, threshold, 3);
            close(transfer_delay::forward(load, threshold, 3, tiny, true), pushed.clone());
            close(transfer_delay::forward(load, threshold, 3, tiny, false), pushed);
            let pulled = sharing::receiver(load, threshold, 3);
            close(transfer_delay::reverse(load, threshold, 3, tiny), pulled);
        }
        close(transfer_cost::random_unlimited(load.min(0.8), 0.0), sharing::random_unlimited(load.min(0.8), 1));
    }
}

#[test]
fn a_node_is_busy_with_its_processes_and_their_transfers_or_with_nothing_else() {
    for load in [0.2, 0.6, 0.85] {
        for cost in [0.05, 0.3] {
            let costly = [
                transfer_cost::threshold(load, 1, 3, cost),
                transfer_cost::threshold(load, 3, 2, cost),
                transfer_cost::receiver(load, 2, 3, cost),
                transfer_cost::symmetric(load, 1, 3, 3, cost),
            ];
            for solved in costly.map(Result::unwrap) {
                // An overhead delays a process that stays, so it never finds the node without one.
                assert!((solved.occupancy[1] - load * (1.0 + cost * solved.transfers)).abs() < 1e-8);
                let length: f64 = solved.occupancy[1..].iter().sum();
                assert!((length / load / solved.response - 1.0).abs() < 1e-8);
            }
            let delayed = [
                transfer_delay::forward(load, 2, 3, 10.0 * cost, false),
                transfer_delay::forward(load, 2, 3, 10.0 * cost, true),
                transfer_delay::reverse(load, 2, 3, 10.0 * cost),
            ];
            for solved in delayed.map(Result::unwrap) {
                assert!((solved.occupancy[1] - load).abs() < 1e-8, "a delay costs no CPU");
                let length: f64 = solved.occupancy[1..].iter().sum();
                let under_way = load * solved.transfers * 10.0 * cost;
                assert!(
                    ((length + under_way) / load / solved.response - 1.0).abs() < 1e-8,
                    "Little's law, both places"
                );
            }
        }
    }
}

#[test]
fn sender_and_receiver_cross_near_three_quarters_when_both_pay_a_tenth() {
    let gap = |load: f64| {
        let sender = transfer_cost::threshold(load, 1, 3, 0.1).unwrap().response;
        sender - transfer_cost::receiver(load, 1, 3, 0.1).unwrap().response
    };
    assert!(gap(0.74) < 0.0 && gap(0.76) > 0.0, "{} {}", gap(0.74), gap(0.76));
}

#[test]
fn unlimited_random_transfers_are_refused_beyond_their_stability() {
    let bound = bounds::random_unlimited_stability(0.1).unwrap();
    assert!(transfer_cost::random_unlimited(bound - 1e-9, 0.1).is_ok());
    assert_eq!(transfer_cost::random_unlimited(0.6, 0.1), Err(Error::Unstable { load: 0.6, bound }));
    assert!(matches!(transfer_cost::random(0.8, 1, 1, 0.5), Err(Error::NotSolved { .. })), "each transfer breeds more");
}

#[test]
fn one_choice_makes_any_board_useless_and_a_fresh_board_is_the_supermarket() {
    for period in [0.2, 4.0] {
        assert!((board(0.8, Choice::Of(1), period).unwrap().response - 5.0).abs() < 1e-6);
    }
    for d in [2, 3] {
        let fresh = board(0.8, Choice::Of(d), 1e-3).unwrap().response;
        let limit = loadlab_core::theory::supermarket::choices(0.8, d).unwrap().response;
        assert!((fresh / limit - 1.0).abs() < 1e-3);
    }
}

#[test]
fn old_boards_make_few_choices_better_than_many() {
    let response = |choice, period| board(0.9, choice, period).unwrap().response;
    for period in [0.5, 2.0, 8.0, 25.0] {
        let solved = board(0.9, Choice::Of(3), period).unwrap();
        assert!((solved.occupancy[1] - 0.9).abs() < 1e-9, "the board loses no work");
    }
    assert!(response(Choice::Of(3), 1.0) < response(Choice::Of(2), 1.0));
    assert!(response(Choice::Of(3), 5.0) > response(Choice::Of(2), 5.0));
    assert!(response(Choice::Of(2), 20.0) < 10.0, "10 is the blind choice");
    let longest = (1..20).map(f64::from).find(|period| board(0.7, Choice::Least, *period).is_err());
    let before = board(0.7, Choice::Least, longest.unwrap() - 1.0).unwrap().response;
    assert!(before > 1.0 / 0.3, "the least posted is worse than a blind choice before it starts to swing");
    let swinging = board(0.9, Choice::Of(10), 20.0);
    assert!(matches!(swinging, Err(Error::NotSolved { residual, .. }) if residual > 1.0), "{swinging:?}");
}

/// Gast's published simulation of join-the-shortest-of-two with replacement at load 0.9: mean length per node and the
/// half-width of its 95 % confidence interval. What is left must be of order 1/N², with the same factor for every N.
#[test]
fn few_nodes_with_replacement_have_the_published_lengths() {
    for (nodes, length, half) in
        [(10, 2.8003, 0.0015), (20, 2.5662, 0.0013), (50, 2.4350, 0.0011), (100, 2.3931, 0.0010)]
    {
        let solved = refined::choices(0.9, 2, false, nodes).unwrap();
        let left = length - 0.9 * solved.response;
        assert!(left.abs() <= 0.9 * solved.error);
        let squared = f64::from(nodes * nodes);
        assert!((left * squared - 5.5).abs() <= 1.0 + 2.0 * half * squared, "{nodes}: {}", left * squared);
        assert!((0.9 * solved.mean_field - length).abs() > 20.0 * half, "the correction matters at this size");
    }
}

/// Mitzenmacher's simulated responses of 100 nodes with distinct choices, with room for the noise of about 10^8 processes.
#[test]
fn a_hundred_nodes_with_distinct_choices_have_the_published_responses() {
    let two = [1.2673, 1.6202, 1.9585, 2.6454, 3.4610];
    let three = [1.1277, 1.3634, 1.5940, 2.0614, 2.6137];
    for (d, published) in [(2, two), (3, three)] {
        for (load, response) in [0.5, 0.7, 0.8, 0.9, 0.95].into_iter().zip(published) {
            let solved = refined::choices(load, d, true, 100).unwrap();
            let noise = 5e-4 * response;
            assert!((solved.response - response).abs() <= solved.error + noise, "{d} {load} {response}: {solved:?}");
        }
        let heavy = refined::choices(0.99, d, true, 100).unwrap();
        assert!(heavy.error > 0.1 * heavy.response, "the refinement itself says that it is vague there");
    }
}

#[test]
fn few_nodes_act_as_in_the_simulation() {
    let few = System { nodes: 20, ..MANY };
    let check = |name: &str, system: System, solved: Solved<Refined>| {
        let solved = solved.unwrap();
        agrees(name, solved.response, solved.error, |rng| system.response(rng, 400.0, 9000.0));
    };
    check("threshold 1", System { push: 3, ..few }, refined::threshold(0.7, 1, 3, 20));
    check("threshold 2", System { threshold: 2, push: 3, ..few }, refined::threshold(0.7, 2, 3, 20));
    check("receiver 1", System { pull: 3, ..few }, refined::receiver(0.7, 1, 3, 20));
    check("receiver 2", System { threshold: 2, pull: 5, ..few }, refined::receiver(0.7, 2, 5, 20));
    check("symmetric", System { push: 3, pull: 3, ..few }, refined::symmetric(0.7, 1, 3, 3, 20));
}

/// A wrong factor of 1/N would leave a difference that falls like 1/N, from 6 to 24 nodes by 4 instead of 16.
#[test]
fn what_the_refinement_neglects_falls_faster_than_the_number_of_nodes() {
    for (push, pull) in [(0, 3), (3, 3)] {
        let left = |nodes: u32| {
            let system = System { nodes, push, pull, ..MANY };
            let solved = refined::symmetric(0.7, 1, push, pull, nodes).unwrap();
            let span = 150_000.0 / f64::from(nodes);
            let (mean, error) = estimate("few nodes", 20, |rng| system.response(rng, 400.0, span));
            (mean - solved.response, error)
        };
        let ((few, few_error), (more, more_error)) = (left(6), left(24));
        assert!(few > 8.0 * few_error, "the neglected term is seen at 6 nodes: {few} ± {few_error}");
        assert!(more - few / 16.0 < 4.0 * more_error && few / 4.0 > more + more_error, "{few}, {more} ± {more_error}");
    }
}

#[test]
fn refinement_vanishes_with_the_number_of_nodes_and_refuses_too_few() {
    let many = refined::threshold(0.8, 2, 3, 1_000_000).unwrap();
    assert!((many.response / many.mean_field - 1.0).abs() < 1e-5);
    assert!(matches!(refined::threshold(0.8, 2, 3, 3), Err(Error::Meaningless { .. })));
    assert!(matches!(refined::choices(0.8, 2, true, 1), Err(Error::Meaningless { .. })));
    assert!(matches!(refined::choices(0.8, 2, false, 0), Err(Error::Meaningless { .. })));
    assert!(matches!(refined::threshold(0.999, 1, 1, 20), Err(Error::NotSolved { .. })), "too many levels");
    let one = refined::choices(0.8, 1, true, 7).unwrap();
    assert!(one.slope.abs() < 1e-8 && (one.response - 5.0).abs() < 1e-8, "one choice is M/M/1 for any N");
}

#[test]
fn meaningless_costs_delays_and_boards_are_refused() {
    for refused in [
        transfer_cost::threshold(0.5, 1, 0, 0.1),
        transfer_cost::receiver(0.5, 1, 3, -0.1),
        transfer_cost::random(0.5, 1, 1, f64::NAN),
        transfer_cost::random_unlimited(0.5, f64::INFINITY),
        transfer_delay::forward(0.5, 1, 3, -1.0, false),
        transfer_delay::reverse(0.5, 0, 3, 1.0),
        board(0.5, Choice::Of(0), 1.0),
        board(0.5, Choice::Least, 0.0),
        board(0.5, Choice::Of(2), 1e9),
        board(f64::NAN, Choice::Least, 1.0),
    ] {
        assert!(matches!(refused, Err(Error::Meaningless { .. })), "{refused:?}");
    }
    let endless = transfer_delay::forward(0.9, 2, 3, 1e9, false);
    assert!(matches!(endless, Err(Error::NotSolved { .. })), "too many under way");
    assert!(transfer_delay::reverse(0.9, 2, 3, 1e9).unwrap().response > 1.0);
    assert_eq!(transfer_delay::reverse(1.0, 1, 3, 1.0), Err(Error::Unstable { load: 1.0, bound: 1.0 }));
}

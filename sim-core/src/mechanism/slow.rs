//! The obvious models, page by page and fault by fault, driven beside the fluid ones.

use super::after::{After, Aftermath, Background, follow};
use super::stop::{Rules, Why};
use super::*;
use crate::rng::Rng;

/// Numbers of pages, so that no number below is uncertain by more than about a half percent.
const PAGES: usize = 200_000;

fn exponential(mean: f64, rng: &mut Rng) -> f64 {
    -mean * libm::log(rng.unit())
}

fn log_uniform(low: f64, high: f64, rng: &mut Rng) -> f64 {
    low * libm::pow(high / low, rng.unit())
}

fn shuffled(count: usize, rng: &mut Rng) -> Vec<usize> {
    let mut all: Vec<usize> = (0..count).collect();
    for k in (1..count).rev() {
        all.swap(k, rng.below(k as u32 + 1) as usize);
    }
    all
}

/// What is left behind, page by page: pages are pushed in order of their numbers, and touched at random instants.
struct Left<'a> {
    after: &'a After,
    fetched: Vec<bool>,
    /// The next page to be pushed.
    next: usize,
    /// Seconds of the link that the push has had and not used up.
    budget: f64,
    wall: f64,
    done: Aftermath,
}

impl Left<'_> {
    /// The push has the link for so many seconds.
    fn push(&mut self, seconds: f64) {
        self.wall += seconds;
        if self.after.background == Background::None {
            return;
        }
        self.budget += seconds;
        let each = self.after.page / self.after.rate;
        while self.next < self.fetched.len() && (self.fetched[self.next] || self.budget >= each) {
            if !self.fetched[self.next] {
                self.budget -= each;
                self.done.pushed += self.after.page;
            }
            self.next += 1;
            self.done.released = self.wall;
        }
    }

    /// A fault: the process stalls, and the link carries the page first.
    fn fault(&mut self, page: usize) {
        let (wait, transfer) = self.after.fault;
        self.push(wait);
        self.wall += transfer;
        self.fetched[page] = true;
        self.done.faults += 1.0;
        self.done.stalled += wait + transfer;
        self.done.fetched += self.after.bytes_per_fault();
    }
}

/// A process that runs alone for `life` CPU seconds.
fn page_by_page(after: &After, pages: usize, life: f64, rng: &mut Rng) -> (Aftermath, f64) {
    let fetched = vec![false; pages];
    let mut left = Left { after, fetched, next: 0, budget: 0.0, wall: 0.0, done: Aftermath::default() };
    let order = shuffled(pages, rng);
    let count = (after.wanted + 0.5) as usize;
    let mut touches: Vec<(f64, usize)> =
        order[..count].iter().map(|page| (exponential(after.touch_time, rng), *page)).collect();
    touches.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut cpu = 0.0;
    for k in 0..count {
        let (at, page) = touches[k];
        if at > life {
            break;
        }
        left.push(at - cpu);
        cpu = at;
        if left.fetched[page] || page < left.next {
            continue;
        }
        left.fault(page);
        // What comes along is, with this probability each, what would have been touched next.
        let hits = (0..after.prefetch as usize).filter(|_| rng.chance(after.hits)).count();
        touches[k + 1..]
            .iter()
            .filter(|(_, p)| !left.fetched[*p])
            .take(hits)
            .map(|(_, p)| *p)
            .collect::<Vec<_>>()
            .into_iter()
            .for_each(|p| left.fetched[p] = true);
    }
    if life < f64::INFINITY {
        left.push(life - cpu);
    }
    let wall = left.wall;
    if life == f64::INFINITY && after.background == Background::Push {
        left.push(2.0 * after.left / after.rate);
        // The end of the last page, whatever was left of the last step.
        left.done.released = left.wall - left.budget;
    }
    (left.done, wall)
}

#[track_caller]
fn close(what: &str, fluid: f64, slow: f64, tolerance: f64) {
    assert!((fluid - slow).abs() <= tolerance * slow.abs(), "{what}: {fluid}, page by page {slow}");
}

fn reference(pages: usize, rng: &mut Rng) -> After {
    let image = Image { memory: 4096.0 * pages as f64, ..Image::default() };
    let rate = log_uniform(1e6, 1e9, rng);
    After {
        left: image.memory,
        wanted: (0.05 + 0.9 * rng.unit()) * pages as f64,
        touch_time: image.memory / rate * log_uniform(0.05, 5.0, rng),
        fault: (log_uniform(0.1, 10.0, rng) * 4096.0 / rate, 4096.0 / rate),
        rate,
        ..After::nothing(&image)
    }
}

#[test]
fn copy_on_reference_dilates_as_page_by_page_and_as_its_closed_form() {
    let mut rng = Rng::new(71);
    for k in 0..6 {
        let mut after = reference(PAGES, &mut rng);
        (after.prefetch, after.hits) = (f64::from(k % 3) * 2.0, 0.6);
        let life = after.touch_time * log_uniform(0.3, 3.0, &mut rng);
        let (slow, wall) = page_by_page(&after, PAGES, life, &mut rng);
        let fluid = follow(&after, life);
        close("faults", fluid.faults, slow.faults, 0.01);
        close("bytes", fluid.fetched, slow.fetched, 0.01);
        let phi = after.fault.0 + after.fault.1;
        let closed = closed::dilated(life, phi, after.wanted, after.touch_time, after.per_fault());
        close("wall-clock time", closed, wall, 0.01);
        close("wall-clock time of the fluid", life + fluid.stalled, wall, 0.01);
    }
}

#[test]
fn post_copy_faults_stalls_and_ends_as_page_by_page_whatever_the_link_is_shared_with() {
    let mut rng = Rng::new(72);
    for _ in 0..8 {
        let after = After { background: Background::Push, ..reference(PAGES, &mut rng) };
        let (slow, _) = page_by_page(&after, PAGES, f64::INFINITY, &mut rng);
        let fluid = follow(&after, f64::INFINITY);
        close("faults", fluid.faults, slow.faults, 0.01);
        close("stalls", fluid.stalled, slow.stalled, 0.01);
        close("pushed", fluid.pushed, slow.pushed, 0.01);
        close("the end of the push", fluid.released, slow.released, 0.01);
        close("every page once", fluid.pushed + fluid.fetched, after.left, 1e-9);
    }
}

#[test]
fn post_copy_has_the_closed_number_of_faults_where_they_are_few_and_cheap() {
    let mut rng = Rng::new(73);
    for _ in 0..200 {
        let mut after = After { background: Background::Push, ..reference(PAGES, &mut rng) };
        after.wanted = 0.002 * PAGES as f64;
        let push = after.left / after.rate;
        (after.touch_time, after.fault.0) = (push * log_uniform(0.1, 10.0, &mut rng), 0.0);
        let closed = closed::push_faults(after.wanted, after.touch_time, push);
        close("faults", follow(&after, f64::INFINITY).faults, closed, 0.01);
    }
}

#[test]
fn faults_that_stall_and_share_the_link_are_far_from_the_closed_number() {
    let mut rng = Rng::new(74);
    let mut after = After { background: Background::Push, ..reference(PAGES, &mut rng) };
    let push = after.left / after.rate;
    (after.wanted, after.touch_time, after.fault.0) = (0.8 * PAGES as f64, push, 3.0 * after.fault.1);
    let closed = closed::push_faults(after.wanted, after.touch_time, push);
    assert!(follow(&after, f64::INFINITY).faults < 0.85 * closed);
}

/// One round of precopy with the skip rule, page by page: what was sent, what was skipped, how long it took, and what
/// has been dirtied meanwhile. Pages of a set are written at random instants.
fn round(pending: &[bool], times: &[f64], each: f64, skip: bool, rng: &mut Rng) -> (usize, usize, f64, Vec<bool>) {
    let written: Vec<f64> = times.iter().map(|mean| exponential(*mean, rng)).collect();
    let (mut now, mut sent, mut skipped) = (0.0, 0, 0);
    for page in shuffled(pending.len(), rng).into_iter().filter(|page| pending[*page]) {
        if skip && written[page] < now {
            skipped += 1;
        } else {
            sent += 1;
            now += each;
        }
    }
    (sent, skipped, now, written.iter().map(|w| *w < now).collect())
}

#[test]
fn precopy_rounds_send_skip_and_dirty_as_page_by_page() {
    // What one round leaves to chance, the next ones amplify.
    const PAGES: usize = 1_000_000;
    let mut rng = Rng::new(75);
    for k in 0..6 {
        let skip = k % 3 != 2;
        let (bandwidth, page) = (1e8, 4096.0);
        let hot = |size: f64, a: f64| HotSet { size, time: size / (a * bandwidth) };
        let memory = PAGES as f64 * page;
        let a = log_uniform(0.8, 3.0, &mut rng);
        let sets = [hot(0.3 * memory, a), hot(0.2 * memory, 0.2 * a), HotSet::default()];
        let image = Image { memory, page, writes: Writes::Sets(sets), ..Image::default() };
        let rules = Rules { rounds: 4, skip, ..Rules::LIMIT };
        let wires = Wires { bandwidth, ..Wires::default() };
        let m = Mechanism { plan: Plan::Precopy(rules), costs: Costs::default(), image, wires };
        let t = timeline(&m, 1.0);
        let class = |p: usize| if p < PAGES * 3 / 10 { sets[0].time } else { sets[1].time };
        let times: Vec<f64> = (0..PAGES).map(|p| if p < PAGES / 2 { class(p) } else { f64::INFINITY }).collect();
        let mut pending = vec![true; PAGES];
        for n in 0..4 {
            let before = pending.iter().filter(|p| **p).count();
            let (sent, skipped, seconds, dirty) = round(&pending, &times, page / bandwidth, skip, &mut rng);
            let span = t.spans.iter().find(|s| s.step.phase == Phase::Round(n)).expect("a round");
            assert_eq!(sent + skipped, before, "every page of a round is sent or skipped");
            close("sent", span.step.bytes, sent as f64 * page, 0.01);
            close("seconds", span.seconds, seconds, 0.01);
            pending = dirty;
        }
        let left = pending.iter().filter(|p| **p).count() as f64 * page;
        close("left for the freeze", t.spans.last().expect("a freeze").step.bytes, left, 0.01);
        assert_eq!(t.rounds, Some((4, Why::Rounds)));
    }
}

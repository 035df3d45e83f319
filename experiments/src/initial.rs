//! A loaded start: processes that are there at time 0, ahead of those that a workload brings.

use loadlab_core::law::Law;
use loadlab_core::process::Attributes;
use loadlab_core::rng::Rng;
use loadlab_core::{Birth, NodeId, Source, Time};

/// A workload behind some processes that arrive at time 0: `load` at each of `nodes`, one at each node in turn. Their
/// lifetimes have a stream of their own, so that what comes later is the same with and without them.
pub(crate) fn loaded(
    workload: Box<dyn Source>,
    load: u64,
    nodes: u32,
    (law, mut rng): (&dyn Law, Rng),
) -> Box<dyn Source> {
    if load == 0 {
        return workload;
    }
    let homes = (0..load).flat_map(|_| 0..nodes);
    let first = homes.map(|home: NodeId| Birth { at: Time::ZERO, lifetime: law.sample(&mut rng), home }).collect();
    Box::new(Loaded { first, ahead: load * u64::from(nodes), workload })
}

struct Loaded {
    first: Vec<Birth>,
    /// How many processes are numbered ahead of those of the workload.
    ahead: u64,
    workload: Box<dyn Source>,
}

impl Source for Loaded {
    fn fill(&mut self, block: &mut Vec<Birth>) {
        block.append(&mut self.first);
        self.workload.fill(block);
    }

    /// Those that are there first are nothing but their lifetimes.
    fn attributes(&mut self, index: u64) -> Attributes {
        index.checked_sub(self.ahead).map_or_else(Attributes::default, |own| self.workload.attributes(own))
    }

    fn class_names(&self) -> Vec<String> {
        self.workload.class_names()
    }

    fn feedback(&self) -> bool {
        self.workload.feedback()
    }

    fn exited(&mut self, number: u64, now: Time, births: &mut Vec<Birth>) {
        if let Some(own) = number.checked_sub(self.ahead) {
            self.workload.exited(own, now, births);
        }
    }

    fn failure(&self) -> Option<&str> {
        self.workload.failure()
    }

    fn scale(&self) -> (f64, f64) {
        self.workload.scale()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use loadlab_core::Scripted;
    use loadlab_core::law::Exponential;

    #[test]
    fn the_first_processes_stand_at_every_node_and_the_workload_follows_unchanged() {
        let script = || Box::new(Scripted::new(&[(1.0, 2.0, 0), (3.0, 4.0, 1)]));
        let law = Exponential { mean: 1.0 };
        let mut block = Vec::new();
        loaded(script(), 2, 3, (&law, Rng::new(1))).fill(&mut block);
        assert_eq!(block.iter().map(|b| b.home).collect::<Vec<_>>(), [0, 1, 2, 0, 1, 2, 0, 1]);
        assert!(block[..6].iter().all(|b| b.at == Time::ZERO && b.lifetime > 0.0));
        let mut plain = Vec::new();
        script().fill(&mut plain);
        assert_eq!(block[6..], plain);
    }

    #[test]
    fn the_workload_is_asked_by_its_own_numbers() {
        let named = |class| Attributes { class, ..Attributes::default() };
        let script = Scripted::new(&[(1.0, 2.0, 0), (3.0, 4.0, 1)]).with_attributes(vec![named(7), named(8)]);
        let mut source = loaded(Box::new(script), 1, 2, (&Exponential { mean: 1.0 }, Rng::new(1)));
        let classes: Vec<u32> = (0..4).map(|k| source.attributes(k).class).collect();
        assert_eq!(classes, [0, 0, 7, 8]);
    }
}

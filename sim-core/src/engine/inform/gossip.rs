//! Gossip: a node's turn, and letters on their way.

use super::{Due, Event, World};
use crate::information::{Entry, Gossip, Knowledge, Timing};
use crate::policy::Site;
use crate::process::NodeId;

/// One letter.
#[derive(Debug, Default)]
struct Letter {
    from: NodeId,
    to: NodeId,
    /// Whether the receiver answers.
    answered: bool,
    entries: Vec<Entry>,
}

/// All letters under way, in reused records.
#[derive(Debug, Default)]
pub(super) struct Letters {
    list: Vec<Letter>,
    free: Vec<u32>,
    /// Written in this round, to be opened when all are written.
    round: Vec<u32>,
    /// What is being written, and to whom.
    draft: Vec<Entry>,
    targets: Vec<NodeId>,
}

impl Letters {
    fn add(&mut self, from: NodeId, to: NodeId, answered: bool, entries: &[Entry]) -> u32 {
        let k = self.free.pop().unwrap_or_else(|| {
            self.list.push(Letter::default());
            self.list.len() as u32 - 1
        });
        let letter = &mut self.list[k as usize];
        (letter.from, letter.to, letter.answered) = (from, to, answered);
        letter.entries.clear();
        letter.entries.extend_from_slice(entries);
        k
    }
}

impl World<'_> {
    /// A node writes one letter and sends it to `fanout` nodes: some from its vector, the others random.
    pub(super) fn gossip(&mut self, i: NodeId, gossip: Gossip) {
        let nodes = self.stage.nodes.len() as u32;
        let own = self.entry(i);
        let Knowledge::Vectors(vectors) = &self.stage.knowledge else { return };
        if nodes < 2 {
            return;
        }
        let informant = &mut self.informant;
        let letters = &mut informant.letters;
        vectors.write(i, own, gossip.send, &mut letters.draft);
        let vector = vectors.of(i);
        letters.targets.clear();
        for k in 0..gossip.fanout {
            let known = k < gossip.known.min(gossip.fanout - 1) && !vector.is_empty();
            letters.targets.push(if known {
                vector[informant.rng.below(vector.len() as u32) as usize].node
            } else {
                let other = informant.rng.below(nodes - 1);
                other + u32::from(other >= i)
            });
        }
        let (draft, targets) = (std::mem::take(&mut letters.draft), std::mem::take(&mut letters.targets));
        for to in &targets {
            self.traffic.messages += 1;
            self.charge(i, self.scenario.message_cost);
            if gossip.timing == Timing::Rounds && self.latency(Site::Node(i), Site::Node(*to)) == 0.0 {
                let k = self.informant.letters.add(i, *to, gossip.reply, &draft);
                self.informant.letters.round.push(k);
            } else {
                self.mail(i, *to, gossip.reply, &draft);
            }
        }
        (self.informant.letters.draft, self.informant.letters.targets) = (draft, targets);
    }

    /// A letter leaves, and arrives after the latency.
    fn mail(&mut self, from: NodeId, to: NodeId, answered: bool, entries: &[Entry]) {
        let latency = self.latency(Site::Node(from), Site::Node(to));
        if latency > 0.0 {
            let k = self.informant.letters.add(from, to, answered, entries);
            self.schedule(self.now + latency, Event::Inform(Due::Letter(k)));
        } else {
            self.receive(from, to, answered, entries);
        }
    }

    /// The letters of this round are opened.
    pub(super) fn open_letters(&mut self) {
        let mut round = std::mem::take(&mut self.informant.letters.round);
        round.drain(..).for_each(|k| self.open_letter(k));
        self.informant.letters.round = round;
    }

    pub(super) fn open_letter(&mut self, k: u32) {
        let letter = &mut self.informant.letters.list[k as usize];
        let (from, to, answered) = (letter.from, letter.to, letter.answered);
        let entries = std::mem::take(&mut letter.entries);
        self.receive(from, to, answered, &entries);
        let letters = &mut self.informant.letters;
        letters.list[k as usize].entries = entries;
        letters.free.push(k);
    }

    fn receive(&mut self, from: NodeId, to: NodeId, answered: bool, entries: &[Entry]) {
        if !self.stage.nodes[to as usize].is_up() {
            return;
        }
        self.charge(to, self.scenario.message_cost);
        if let Knowledge::Vectors(vectors) = &mut self.stage.knowledge {
            vectors.merge(to, entries);
        }
        if answered {
            self.traffic.messages += 1;
            self.charge(to, self.scenario.message_cost);
            let own = self.entry(to);
            self.mail(to, from, false, &[own]);
        }
    }
}

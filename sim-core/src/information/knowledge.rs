//! What has been delivered, and to whom: the one place from which views draw what is known of other nodes.

use super::entry::{Entry, Shared};
use super::registers::Registers;
use super::vectors::Vectors;
use super::{Groups, Information};
use crate::policy::Site;
use crate::time::Time;

/// What the sites know.
#[derive(Debug)]
pub(crate) enum Knowledge {
    /// Nothing is collected.
    None,
    /// The present, at every site.
    Present,
    /// One table that every site sees: what was broadcast or posted.
    Everyone(Shared),
    /// One table that the coordinator sees.
    Collector(Shared),
    /// A vector at every node.
    Vectors(Vectors),
    /// A table at every head, by level and group.
    Heads(Vec<Vec<Shared>>),
    /// A queue of idle nodes at every registrar; whether registrars are dispatchers, else nodes.
    Idle(Registers, bool),
}

impl Knowledge {
    pub(crate) fn new(information: &Information, nodes: u32, dispatchers: u32) -> Self {
        let table = || Shared::new(nodes as usize);
        match information {
            Information::Blind | Information::OnDemand => Knowledge::None,
            Information::Exact => Knowledge::Present,
            Information::Periodic { .. } | Information::OnChange { .. } | Information::Board { .. } => {
                Knowledge::Everyone(table())
            }
            Information::Central(_) => Knowledge::Collector(table()),
            Information::Gossip(gossip) => Knowledge::Vectors(Vectors::new(nodes, gossip.capacity(nodes))),
            Information::Hierarchical(groups) => Knowledge::Heads(heads(groups, nodes)),
            Information::Idle { .. } => {
                let registrars = if dispatchers > 0 { dispatchers } else { nodes };
                Knowledge::Idle(Registers::new(registrars, nodes), dispatchers > 0)
            }
        }
    }

    /// What has been delivered to a site, and where in it each node stands, if that is known without a search.
    pub(crate) fn at(&self, site: Site) -> (&[Entry], Option<&[u32]>) {
        match (self, site) {
            (Knowledge::Everyone(table), _) | (Knowledge::Collector(table), Site::Coordinator) => {
                (table.list(), Some(table.place()))
            }
            (Knowledge::Vectors(vectors), Site::Node(i)) => (vectors.of(i), None),
            (Knowledge::Heads(levels), Site::Head { level, group }) => {
                let head = levels.get(level as usize).and_then(|groups| groups.get(group as usize));
                (head.map_or(&[], Shared::list), None)
            }
            (Knowledge::Idle(registers, true), Site::Dispatcher(k)) => (registers.queue(k), None),
            (Knowledge::Idle(registers, false), Site::Node(k)) => (registers.queue(k), None),
            _ => (&[], None),
        }
    }

    /// The mean age of what a site knows; nothing where it knows nothing.
    pub(crate) fn mean_age(&self, site: Site, now: Time) -> Option<f64> {
        let (entries, places) = self.at(site);
        if let (Knowledge::Everyone(table) | Knowledge::Collector(table), Some(_)) = (self, places) {
            return (!entries.is_empty()).then(|| now.seconds() - table.mean_instant());
        }
        let sum: f64 = entries.iter().map(|e| now - e.as_of).sum();
        (!entries.is_empty()).then(|| sum / entries.len() as f64)
    }
}

fn heads(groups: &Groups, nodes: u32) -> Vec<Vec<Shared>> {
    let level = |k: u8| {
        let members = groups.nodes(k) / if k == 0 { 1 } else { groups.nodes(k - 1) };
        let below = if k == 0 { nodes } else { groups.count(nodes, k - 1) };
        vec![Shared::new(members.min(below) as usize); groups.count(nodes, k) as usize]
    };
    (0..groups.levels()).map(level).collect()
}

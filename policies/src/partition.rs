//! The three ordered lists of the stable policies: whom a node takes for senders, for neither, for receivers.
//!
//! Every other node is in one list. Moving one to the head of a list takes constant time: the lists are doubly linked
//! through two arrays, whose last three places are the heads.

use loadlab_core::process::NodeId;

/// What a node is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Load above T.
    Sender,
    /// Load of T.
    Neither,
    /// Load below T.
    Receiver,
}

impl Role {
    /// By a load.
    pub(crate) fn of(load: f64, threshold: u32) -> Role {
        let threshold = f64::from(threshold);
        if load > threshold {
            Role::Sender
        } else if load < threshold {
            Role::Receiver
        } else {
            Role::Neither
        }
    }
}

/// The lists of one node; empty until the number of nodes is known.
#[derive(Clone, Debug, Default)]
pub(crate) struct Partition {
    next: Vec<u32>,
    before: Vec<u32>,
    role: Vec<Role>,
}

impl Partition {
    /// All other nodes, taken for receivers, from the next higher number on round to the next lower, so that no node is
    /// everyone's first choice. Does nothing the second time.
    pub(crate) fn prepare(&mut self, here: NodeId, nodes: u32) {
        if !self.role.is_empty() {
            return;
        }
        let places = nodes + 3;
        self.next = (0..places).collect();
        self.before = (0..places).collect();
        self.role = vec![Role::Receiver; nodes as usize];
        for k in (1..nodes).rev() {
            self.insert((here + k) % nodes, Role::Receiver);
        }
    }

    fn head(&self, role: Role) -> u32 {
        self.role.len() as u32 + role as u32
    }

    fn insert(&mut self, node: NodeId, role: Role) {
        let head = self.head(role);
        let first = self.next[head as usize];
        self.next[head as usize] = node;
        self.before[node as usize] = head;
        self.next[node as usize] = first;
        self.before[first as usize] = node;
        self.role[node as usize] = role;
    }

    /// Moves a node to the head of a list.
    pub(crate) fn file(&mut self, node: NodeId, role: Role) {
        let (next, before) = (self.next[node as usize], self.before[node as usize]);
        self.next[before as usize] = next;
        self.before[next as usize] = before;
        self.insert(node, role);
    }

    /// What a node is taken for.
    #[cfg(test)]
    pub(crate) fn role(&self, node: NodeId) -> Role {
        self.role[node as usize]
    }

    /// A list from its head on.
    pub(crate) fn forward(&self, role: Role) -> impl Iterator<Item = NodeId> + '_ {
        self.along(&self.next, role)
    }

    /// A list from its tail on.
    pub(crate) fn backward(&self, role: Role) -> impl Iterator<Item = NodeId> + '_ {
        self.along(&self.before, role)
    }

    fn along<'a>(&'a self, links: &'a [u32], role: Role) -> impl Iterator<Item = NodeId> + 'a {
        let head = self.head(role);
        let follow = move |at: u32| Some(links[at as usize]).filter(|i| *i != head);
        std::iter::successors(follow(head), move |at| follow(*at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyone_is_taken_for_a_receiver_at_first_and_the_next_neighbour_comes_first() {
        let mut lists = Partition::default();
        lists.prepare(2, 5);
        assert_eq!(lists.forward(Role::Receiver).collect::<Vec<_>>(), [3, 4, 0, 1]);
        assert_eq!(lists.forward(Role::Sender).count() + lists.forward(Role::Neither).count(), 0);
    }

    #[test]
    fn what_is_filed_last_comes_first_and_each_node_is_in_one_list() {
        let mut lists = Partition::default();
        lists.prepare(0, 5);
        for (node, role) in [(3, Role::Sender), (1, Role::Sender), (4, Role::Neither), (3, Role::Sender)] {
            lists.file(node, role);
        }
        lists.prepare(0, 5);
        assert_eq!(lists.forward(Role::Sender).collect::<Vec<_>>(), [3, 1]);
        assert_eq!(lists.backward(Role::Sender).collect::<Vec<_>>(), [1, 3]);
        assert_eq!(lists.forward(Role::Neither).collect::<Vec<_>>(), [4]);
        assert_eq!(lists.backward(Role::Receiver).collect::<Vec<_>>(), [2]);
        assert_eq!((lists.role(1), lists.role(2)), (Role::Sender, Role::Receiver));
    }

    #[test]
    fn roles_follow_the_threshold() {
        assert_eq!([0.0, 1.0, 2.0].map(|load| Role::of(load, 1)), [Role::Receiver, Role::Neither, Role::Sender]);
    }
}

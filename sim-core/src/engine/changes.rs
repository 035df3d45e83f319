//! What happens to nodes from outside: failures, repairs, owners who come and go.
//!
//! Not here: when machines fail (`faults`); what becomes of moves under way then (`commit`, `owed`, `calls`).

use super::{Flow, World};
use crate::node::Change;
use crate::policy::{Site, Wake};
use crate::process::{NodeId, State};

impl World<'_> {
    /// Something happens to a node from outside.
    pub(super) fn change(&mut self, i: NodeId, what: Change) -> Flow {
        let rekey = self.stage.nodes[i as usize].change(what, &self.stage.kinds, &mut self.stage.processes, self.now);
        self.rekey(i, rekey);
        if what == Change::Fail {
            self.lose_residents(i)?;
            self.fail_moves(i);
            self.fail_holders(i);
            self.fail_trails(i);
        }
        if self.rules.followed {
            self.follow(i);
        }
        let wake = match what {
            Change::Fail if self.rules.wakes.failures && self.rules.coordinator => {
                self.pending.push_back((Site::Coordinator, Wake::Failed(i)));
                return Ok(());
            }
            Change::Fail if self.rules.wakes.failures => {
                (0..self.stage.nodes.len() as NodeId).filter(|n| *n != i).for_each(|n| {
                    self.pending.push_back((Site::Node(n), Wake::Failed(i)));
                });
                return Ok(());
            }
            Change::Drain => Wake::Drain,
            Change::Close => Wake::OwnerReturned,
            Change::Open => Wake::OwnerLeft,
            Change::Fail | Change::Repair | Change::Return => return Ok(()),
        };
        if self.rules.wakes.owner {
            self.pending.push_back((Site::Node(i), wake));
        }
        Ok(())
    }

    fn lose_residents(&mut self, i: NodeId) -> Flow {
        let mut residents = Vec::new();
        self.stage.nodes[i as usize].each(&self.stage.processes, |slot| residents.push(slot));
        residents.extend(self.stage.parked.iter().filter(|s| self.stage.processes[**s].node == i));
        residents.retain(|slot| self.stage.processes[*slot].state != State::Copying);
        for slot in residents {
            if !self.revive(slot)? {
                self.kill(slot);
            }
        }
        Ok(())
    }
}

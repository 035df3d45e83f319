//! Turns: when nodes that do something once per period do it. Fixed phases repeat in the same order for ever, so one
//! entry of the agenda stands for all nodes.

use crate::process::NodeId;
use crate::rng::Rng;
use crate::time::Time;

/// Members with a phase each, in the order of their turns.
#[derive(Debug, Default)]
pub(crate) struct Rota {
    order: Vec<(f64, u32)>,
    period: f64,
    next: usize,
    rounds: f64,
}

impl Rota {
    /// So many members, each with a phase uniform over the period.
    pub(crate) fn new(members: u32, period: f64, rng: &mut Rng) -> Self {
        let mut order: Vec<(f64, u32)> = (0..members).map(|i| (period * rng.unit(), i)).collect();
        order.sort_by(|a, b| a.0.total_cmp(&b.0));
        Rota { order, period, next: 0, rounds: 0.0 }
    }

    /// When the next turn is.
    pub(crate) fn due(&self) -> Time {
        self.order.get(self.next).map_or(Time::NEVER, |(phase, _)| Time::new(phase + self.rounds * self.period))
    }

    /// Whose turn it is; the one after is next.
    pub(crate) fn take(&mut self) -> NodeId {
        let (_, member) = self.order[self.next];
        self.next += 1;
        if self.next == self.order.len() {
            (self.next, self.rounds) = (0, self.rounds + 1.0);
        }
        member
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_member_has_one_turn_per_period_at_its_own_phase_without_drift() {
        let mut rota = Rota::new(5, 0.1, &mut Rng::new(1));
        let mut turns = vec![Vec::new(); 5];
        let mut before = Time::ZERO;
        for _ in 0..5 * 1000 {
            let t = rota.due();
            assert!(t >= before);
            before = t;
            turns[rota.take() as usize].push(t.seconds());
        }
        for times in turns {
            assert_eq!(times.len(), 1000);
            assert!((times[999] - times[0] - 99.9).abs() < 1e-12, "no drift");
        }
    }

    #[test]
    fn a_rota_without_members_is_never_due() {
        assert_eq!(Rota::new(0, 1.0, &mut Rng::new(1)).due(), Time::NEVER);
    }
}

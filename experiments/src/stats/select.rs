//! Selection of the best policy: the fully sequential procedure KN, valid under common random numbers.
//!
//! Rinott's two-stage rule is not offered: it needs policies that are simulated independently.

use super::moments::Moments;
use super::refused::{Refused, check, check_margin, check_probability};
use super::verdict::Direction;

/// The state of a selection.
#[derive(Clone, Debug, PartialEq)]
pub struct Selection {
    /// Policies still in the race, by position. One: it is the best, or within delta of it, with the confidence asked.
    pub alive: Vec<usize>,
    /// Replications that the procedure has used.
    pub used: usize,
}

/// KN (Kim & Nelson, ACM TOMACS 11(3), 2001). With k policies, first stage n0, indifference zone delta and 1 - alpha:
/// `eta = ((2 alpha / (k - 1))^(-2 / (n0 - 1)) - 1) / 2`, `h^2 = 2 eta (n0 - 1)`, S_ij^2 the variance of the first n0
/// differences. At r = n0, n0 + 1, ... policy i leaves as soon as its mean falls behind that of some j by more than
/// `W_ij(r) = max(0, (delta / 2r)(h^2 S_ij^2 / delta^2 - r))`.
///
/// The answer is recomputed from the first replication, so it depends on the values alone. A policy that has left may
/// have fewer values than the others. With normal values the selected policy is the best with probability at least
/// 1 - alpha whenever it is better than all others by delta or more.
pub fn select_best(
    policies: &[&[f64]],
    first: usize,
    delta: f64,
    confidence: f64,
    direction: Direction,
) -> Result<Selection, Refused> {
    check_margin(delta)?;
    check_probability(confidence)?;
    let first = first.max(2);
    policies.iter().try_for_each(|p| check(p, first))?;
    if policies.len() < 2 {
        return Err(Refused::TooFew { needed: 2, got: policies.len() });
    }
    let sign = if direction == Direction::HigherIsBetter { 1.0 } else { -1.0 };
    let race = Race::new(policies, first, delta, confidence);
    let mut sums: Vec<f64> = policies.iter().map(|p| sign * p[..first - 1].iter().sum::<f64>()).collect();
    let mut alive: Vec<usize> = (0..policies.len()).collect();
    let mut used = first - 1;
    while alive.len() > 1 && alive.iter().all(|&i| policies[i].len() > used) {
        alive.iter().for_each(|&i| sums[i] += sign * policies[i][used]);
        used += 1;
        alive = race.survivors(&alive, &sums, used);
    }
    Ok(Selection { alive, used })
}

/// What stays fixed after the first stage.
struct Race {
    /// h^2 S_ij^2 / delta^2 for each ordered pair.
    bound: Vec<Vec<f64>>,
    delta: f64,
}

impl Race {
    fn new(policies: &[&[f64]], first: usize, delta: f64, confidence: f64) -> Race {
        let (k, df) = (policies.len() as f64, (first - 1) as f64);
        let eta = 0.5 * ((2.0 * (1.0 - confidence) / (k - 1.0)).powf(-2.0 / df) - 1.0);
        let h2 = 2.0 * eta * df;
        let spread = |a: &[f64], b: &[f64]| {
            let differences: Vec<f64> = a[..first].iter().zip(b).map(|(a, b)| a - b).collect();
            Moments::of(&differences).variance().unwrap_or(0.0)
        };
        let row = |a: &&[f64]| policies.iter().map(|b| h2 * spread(a, b) / (delta * delta)).collect();
        Race { bound: policies.iter().map(row).collect(), delta }
    }

    /// Who is left after r replications. Once every W is zero, the best mean wins, and of equal ones the first.
    fn survivors(&self, alive: &[usize], sums: &[f64], r: usize) -> Vec<usize> {
        let r = r as f64;
        // Both sides of the rule times r: sums in place of means, r W in place of W.
        let slack = |i: usize, j: usize| (0.5 * self.delta * (self.bound[i][j] - r)).max(0.0);
        let kept = |i: &usize| alive.iter().all(|&j| sums[*i] >= sums[j] - slack(*i, j));
        let mut left: Vec<usize> = alive.iter().copied().filter(kept).collect();
        if left.iter().all(|&i| left.iter().all(|&j| self.bound[i][j] <= r)) {
            left.truncate(1);
        }
        left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_identical_to_the_last_bit_end_with_the_first_of_them() {
        let values: Vec<f64> = (0..20).map(|i| f64::from(i % 5)).collect();
        let selection = select_best(&[&values, &values], 10, 0.1, 0.95, Direction::LowerIsBetter).unwrap();
        assert_eq!(selection, Selection { alive: vec![0], used: 10 });
    }

    #[test]
    fn the_direction_decides_which_end_wins() {
        let low: Vec<f64> = (0..20).map(|i| f64::from(i % 3)).collect();
        let high: Vec<f64> = low.iter().enumerate().map(|(i, x)| x + 5.0 + (i % 2) as f64).collect();
        let winner = |direction| select_best(&[&low, &high], 10, 0.5, 0.95, direction).unwrap().alive;
        assert_eq!(winner(Direction::LowerIsBetter), [0]);
        assert_eq!(winner(Direction::HigherIsBetter), [1]);
    }

    #[test]
    fn too_few_policies_or_replications_are_refused() {
        let values = [1.0; 5];
        let best = |policies: &[&[f64]], delta| select_best(policies, 10, delta, 0.95, Direction::LowerIsBetter);
        assert!(best(&[&values, &values], 0.1).is_err() && best(&[&[1.0; 20]], 0.1).is_err());
        assert!(best(&[&[1.0; 20], &[2.0; 20]], 0.0).is_err());
    }
}

//! Many comparisons at once: adjusted p values that keep the probability of any false finding below alpha.

use super::refused::Refused;

/// The correction for several comparisons in one family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adjust {
    /// Every comparison at its own level; the chance of some false finding grows with their number.
    None,
    /// Every comparison at alpha / m. Simple, and it widens intervals in the same way.
    Bonferroni,
    /// Step-down Bonferroni: never weaker than Bonferroni, same guarantee, no independence needed (Holm, Scand. J.
    /// Statist. 6(2), 1979).
    Holm,
}

impl Adjust {
    /// Adjusted p values, in the order given: a comparison is a finding where its adjusted p is at most alpha.
    pub fn p_values(self, p: &[f64]) -> Result<Vec<f64>, Refused> {
        if let Some(bad) = p.iter().find(|p| !(0.0..=1.0).contains(*p)) {
            return Err(Refused::NotAProbability(*bad));
        }
        let m = p.len() as f64;
        Ok(match self {
            Adjust::None => p.to_vec(),
            Adjust::Bonferroni => p.iter().map(|p| (p * m).min(1.0)).collect(),
            Adjust::Holm => holm(p),
        })
    }

    /// The confidence of each of m intervals that hold together with `confidence`: 1 - alpha / m. Holm has no simple
    /// simultaneous intervals, so its intervals are Bonferroni's.
    pub fn interval_confidence(self, confidence: f64, m: usize) -> f64 {
        match self {
            Adjust::None => confidence,
            Adjust::Bonferroni | Adjust::Holm => 1.0 - (1.0 - confidence) / m.max(1) as f64,
        }
    }
}

/// Sorted p_(1) <= ... <= p_(m): adjusted p_(i) = max over j <= i of min(1, (m - j + 1) p_(j)).
fn holm(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&i, &j| p[i].total_cmp(&p[j]));
    let mut adjusted = vec![0.0; p.len()];
    let mut largest = 0.0f64;
    for (rank, &i) in order.iter().enumerate() {
        largest = largest.max(((p.len() - rank) as f64 * p[i]).min(1.0));
        adjusted[i] = largest;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holm_agrees_with_a_hand_computed_family() {
        // Sorted .005 .01 .03 .04, times 4 3 2 1: .02 .03 .06 .04, then the running maximum.
        let adjusted = Adjust::Holm.p_values(&[0.01, 0.04, 0.03, 0.005]).unwrap();
        for (a, b) in adjusted.iter().zip([0.03, 0.06, 0.06, 0.02]) {
            assert!((a - b).abs() < 1e-15, "{adjusted:?}");
        }
    }

    #[test]
    fn bonferroni_multiplies_and_stops_at_one() {
        assert_eq!(Adjust::Bonferroni.p_values(&[0.01, 0.5]).unwrap(), [0.02, 1.0]);
        assert!((Adjust::Bonferroni.interval_confidence(0.95, 10) - 0.995).abs() < 1e-15);
    }

    #[test]
    fn holm_lies_between_no_correction_and_bonferroni_and_keeps_the_order() {
        let p = [0.2, 0.001, 0.04, 0.04, 0.9, 0.0];
        let (holm, bonferroni) = (Adjust::Holm.p_values(&p).unwrap(), Adjust::Bonferroni.p_values(&p).unwrap());
        for i in 0..p.len() {
            assert!(p[i] <= holm[i] && holm[i] <= bonferroni[i]);
            for j in 0..p.len() {
                assert!(p[i] > p[j] || holm[i] <= holm[j]);
            }
        }
    }

    #[test]
    fn a_p_value_that_is_not_a_probability_is_refused() {
        assert!(Adjust::Holm.p_values(&[0.1, f64::NAN]).is_err());
        assert!(Adjust::Bonferroni.p_values(&[1.5]).is_err());
        assert_eq!(Adjust::Holm.p_values(&[]).unwrap(), Vec::<f64>::new());
    }
}

//! Ages at which a policy wants to be woken.

/// A few ages in CPU seconds, rising.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ages([f64; Ages::MOST]);

impl Default for Ages {
    fn default() -> Self {
        Ages([f64::INFINITY; Ages::MOST])
    }
}

impl Ages {
    /// How many there may be.
    pub const MOST: usize = 8;

    /// These ages, in any order; the first [`Ages::MOST`] of them count.
    pub fn at(ages: &[f64]) -> Ages {
        let mut list = Ages::default().0;
        list.iter_mut().zip(ages).for_each(|(place, age)| *place = *age);
        list.sort_by(f64::total_cmp);
        Ages(list)
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0[0] == f64::INFINITY
    }

    /// The first one after an age; infinite if there is none.
    #[inline(always)]
    pub(crate) fn after(&self, age: f64) -> f64 {
        self.0.iter().copied().find(|a| *a > age).unwrap_or(f64::INFINITY)
    }

    /// Whether this is one of them.
    pub(crate) fn has(&self, age: f64) -> bool {
        self.0.contains(&age)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_come_one_after_the_other() {
        let ages = Ages::at(&[3.0, 1.0]);
        assert_eq!([0.0, 1.0, 2.9, 3.0].map(|age| ages.after(age)), [1.0, 3.0, 3.0, f64::INFINITY]);
        assert!(ages.has(3.0) && !ages.has(2.0) && !ages.is_empty() && Ages::default().is_empty());
    }
}

//! Shares the text of equal names, and remembers which numbers were seen; both in bounded memory.

use super::record::Label;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Names beyond this many different ones are no longer shared, so a hostile trace cannot fill the memory.
const MAX_NAMES: usize = 65_536;

/// The names of one trace.
#[derive(Debug, Default)]
pub(crate) struct Names(BTreeSet<Arc<str>>);

impl Names {
    /// UTF-8 (broken sequences become U+FFFD); `None` for an empty name.
    pub(crate) fn label(&mut self, name: &[u8]) -> Option<Label> {
        (!name.is_empty()).then(|| self.share(&String::from_utf8_lossy(name)))
    }

    /// Latin-1: every byte is the character of that number.
    pub(crate) fn latin1(&mut self, name: &[u8]) -> Option<Label> {
        if name.is_ascii() {
            return self.label(name);
        }
        let text: String = name.iter().map(|&byte| char::from(byte)).collect();
        Some(self.share(&text))
    }

    fn share(&mut self, name: &str) -> Label {
        if let Some(known) = self.0.get(name) {
            return Label::Name(known.clone());
        }
        let name: Arc<str> = name.into();
        if self.0.len() < MAX_NAMES {
            self.0.insert(name.clone());
        }
        Label::Name(name)
    }
}

/// Runs of numbers beyond this many are no longer remembered.
const MAX_RUNS: usize = 1 << 20;

/// Which numbers were seen, as runs of neighbours: constant memory for a log that counts upwards.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// First number of a run to its last.
    runs: BTreeMap<u64, u64>,
    /// The run that grew last: nearly always the next number extends it.
    hot: Option<(u64, u64)>,
}

impl Seen {
    /// Whether `n` was seen.
    pub(crate) fn has(&self, n: u64) -> bool {
        let within = |(first, last): (u64, u64)| first <= n && n <= last;
        self.hot.is_some_and(within) || self.runs.range(..=n).next_back().is_some_and(|(f, l)| within((*f, *l)))
    }

    /// Remembers `n`, unless too many runs are remembered already: then `false`.
    pub(crate) fn insert(&mut self, n: u64) -> bool {
        if let Some((_, last)) = &mut self.hot
            && last.checked_add(1) == Some(n)
        {
            *last = n;
            return true;
        }
        if self.has(n) {
            return true;
        }
        if self.runs.len() >= MAX_RUNS {
            return false;
        }
        if let Some((first, last)) = self.hot.replace((n, n)) {
            self.store(first, last);
        }
        true
    }

    fn store(&mut self, mut first: u64, mut last: u64) {
        if let Some((&f, &l)) = self.runs.range(..first).next_back()
            && l >= first - 1
        {
            (first, last) = (f, last.max(l));
        }
        while let Some((&f, &l)) = self.runs.range(first..=last.saturating_add(1)).next() {
            last = last.max(l);
            self.runs.remove(&f);
        }
        self.runs.insert(first, last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn equal_names_share_their_text() {
        let mut names = Names::default();
        let (Some(Label::Name(a)), Some(Label::Name(b))) = (names.label(b"gcc"), names.latin1(b"gcc")) else {
            panic!("names are names")
        };
        assert!(Arc::ptr_eq(&a, &b));
        assert_eq!(names.label(b""), None);
    }

    #[test]
    fn latin_1_names_keep_their_accents() {
        assert_eq!(Names::default().latin1(b"caf\xe9"), Some(Label::Name("café".into())));
    }

    #[test]
    fn names_beyond_the_bound_are_still_right_though_not_shared() {
        let mut names = Names::default();
        for n in 0..MAX_NAMES + 10 {
            assert_eq!(names.label(format!("p{n}").as_bytes()).map(|l| l.to_string()), Some(format!("p{n}")));
        }
        assert_eq!(names.0.len(), MAX_NAMES);
    }

    #[test]
    fn a_log_that_counts_upwards_takes_one_run() {
        let mut seen = Seen::default();
        (1..100_000).for_each(|n| assert!(seen.insert(n)));
        assert!(seen.runs.is_empty() && seen.has(99_999) && !seen.has(100_000));
    }

    proptest! {
        #[test]
        fn runs_remember_what_a_plain_set_remembers(numbers in proptest::collection::vec(0u64..60, 0..200)) {
            let (mut seen, mut plain) = (Seen::default(), BTreeSet::new());
            for n in numbers {
                prop_assert_eq!(seen.has(n), plain.contains(&n));
                prop_assert!(seen.insert(n));
                plain.insert(n);
                for k in 0..60 {
                    prop_assert_eq!(seen.has(k), plain.contains(&k));
                }
            }
        }
    }
}

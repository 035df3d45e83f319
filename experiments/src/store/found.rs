//! What opening a store found beside its runs, for the user to see.

use std::path::PathBuf;

/// A damaged part of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damage {
    /// Where it begins, in bytes.
    pub offset: u64,
    /// Its length in bytes.
    pub length: u64,
    /// Where it is, which decides what became of it.
    pub place: Place,
}

/// Where damage is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// At the start, in the header: records vouch for themselves, so it was passed over.
    Header,
    /// Between sound records: it was passed over.
    Middle,
    /// At the end: a writer cuts it off. A reader passes it over; it may be a record that is being written.
    Tail,
}

/// What opening a store found beside its runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The log.
    pub log: PathBuf,
    /// Damaged parts, in order. The runs in them are lost and will be run again.
    pub damages: Vec<Damage>,
    /// Records of runs that an earlier record already told; the earlier one counts.
    pub duplicates: u64,
    /// Logs of other versions of loadlab in the same folder, left as they are.
    pub others: Vec<PathBuf>,
}

impl Found {
    /// One sentence for each finding; none if all is well.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings: Vec<String> = self.damages.iter().map(|damage| self.sentence(damage)).collect();
        if self.duplicates > 0 {
            warnings
                .push(format!("{} records in {:?} repeat earlier ones and were ignored", self.duplicates, self.log));
        }
        for other in &self.others {
            warnings.push(format!("{other:?} holds results of another version of loadlab and was left as it is"));
        }
        warnings
    }

    fn sentence(&self, damage: &Damage) -> String {
        let Damage { offset, length, place } = damage;
        let (place, what) = match place {
            Place::Header => ("the header", "were passed over; sound records behind them count"),
            Place::Middle => ("a record", "were passed over; the runs in them will be run again"),
            Place::Tail => ("the last record", "are incomplete and do not count; the runs in them will be run again"),
        };
        format!("{place} is damaged: {length} bytes at byte {offset} of {:?} {what}", self.log)
    }
}

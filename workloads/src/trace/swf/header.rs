//! The header comments of an SWF file.
//!
//! Not here: what follows from them (`mod`).

use super::super::account::Account;

/// The published versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// The first.
    V2,
    /// Adds status 5 (cancelled), MaxProcs and the format of queues.
    V2_1,
    /// Adds MaxQueues, MaxPartitions and TimeZoneString.
    V2_2,
}

/// How preempted processes are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preemption {
    /// None is preempted.
    No,
    /// One line per part, and no line for the whole.
    Yes,
    /// A line for the whole, and one line per part besides.
    Double,
    /// Time slicing, of which the log says nothing.
    TimeSlicing,
}

impl Preemption {
    /// The word of the standard, in lower case.
    pub fn word(self) -> &'static str {
        match self {
            Preemption::No => "no",
            Preemption::Yes => "yes",
            Preemption::Double => "double",
            Preemption::TimeSlicing => "ts",
        }
    }
}

/// The keys of the standard. Other words before a colon are prose.
const KEYS: [&str; 27] = [
    "Version",
    "Computer",
    "Installation",
    "Acknowledge",
    "Information",
    "Conversion",
    "MaxJobs",
    "MaxRecords",
    "Preemption",
    "UnixStartTime",
    "TimeZone",
    "TimeZoneString",
    "StartTime",
    "EndTime",
    "MaxNodes",
    "MaxProcs",
    "MaxRuntime",
    "MaxMemory",
    "AllowOveruse",
    "MaxQueues",
    "Queues",
    "Queue",
    "MaxPartitions",
    "Partitions",
    "Partition",
    "Note",
    "Notes",
];

/// Notes a header field; the key's case, the blanks around it and further semicolons do not matter.
pub(super) fn note(comment: &[u8], account: &mut Account) {
    let text = String::from_utf8_lossy(comment);
    let text = text.trim_start_matches([';', ' ', '\t']);
    let Some((key, value)) = text.split_once(':') else { return };
    let Some(key) = KEYS.iter().find(|known| known.eq_ignore_ascii_case(key.trim())) else { return };
    let value = value.trim();
    if *key == "MaxProcs" {
        let digits: String = value.chars().take_while(char::is_ascii_digit).collect();
        account.capacity = digits.parse().ok().filter(|n| *n > 0.0);
    }
    account.note_header((*key).to_string(), value.to_string());
}

/// The version of the header, if it names one; `Err` if it names one that is not understood, or two.
pub(super) fn version(account: &Account) -> Result<Option<Version>, String> {
    let mut found = None;
    for (_, value) in account.header.iter().filter(|(key, _)| key == "Version") {
        let version = match value.as_str() {
            "2" | "2.0" => Version::V2,
            "2.1" => Version::V2_1,
            "2.2" => Version::V2_2,
            _ => return Err(value.clone()),
        };
        if found.is_some_and(|earlier| earlier != version) {
            return Err(format!("{value}` after another `Version"));
        }
        found = Some(version);
    }
    Ok(found)
}

/// The preemption of the header, if it names a known one.
pub(super) fn preemption(account: &Account) -> Option<Preemption> {
    let value = account.header_field("Preemption")?;
    [Preemption::No, Preemption::Yes, Preemption::Double, Preemption::TimeSlicing]
        .into_iter()
        .find(|known| known.word().eq_ignore_ascii_case(value))
}

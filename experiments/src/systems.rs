//! What published systems measured of their migrations, as presets of the calculator.
//!
//! Each figure carries its evidence. A recalled one was never checked against its source: it serves illustration, and
//! no test compares a result with it. Not here: whole systems with their policies.

use crate::cost::Setting;
use std::fmt::Write;

/// How well a figure is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    /// Read in the publication, or in the system's source or manual.
    Published,
    /// Read in the publication's abstract, or derived from a figure there.
    Abstract,
    /// Recalled.
    Recalled,
}

impl Evidence {
    /// As it is printed.
    pub fn name(self) -> &'static str {
        match self {
            Evidence::Published => "published",
            Evidence::Abstract => "abstract",
            Evidence::Recalled => "recalled",
        }
    }
}

/// One system.
pub struct System {
    /// What it is called.
    pub name: &'static str,
    /// Its machines and its network.
    pub summary: &'static str,
    /// The row of the table that it used.
    pub mechanism: &'static str,
    /// Key, value and how well it is known.
    pub keys: &'static [(&'static str, &'static str, Evidence)],
    /// Where the figures come from.
    pub reference: &'static str,
}

use Evidence::{Abstract, Published, Recalled};

const SURVEY: &str =
    "Milojicic et al., Process Migration, ACM Computing Surveys 32(3), 2000, doi:10.1145/367701.367728";
const SPRITE: &str =
    "Douglis & Ousterhout, Transparent process migration, SP&E 21(8), 1991, doi:10.1002/spe.4380210802";
const COSTS: &str = "Harchol-Balter & Downey, ACM TOCS 15(3), 1997, doi:10.1145/263326.263344";
const V_SYSTEM: &str = "Theimer, Lantz & Cheriton, Preemptable remote execution facilities for the V-System, SOSP 1985";

/// Every preset.
pub const SYSTEMS: &[System] = &[
    System {
        name: "sprite",
        summary: "SPARCstation 1 on 10 Mbit/s Ethernet",
        mechanism: "flushing",
        keys: &[
            ("select", "36ms", Published),
            ("fixed", "76ms", Published),
            ("per_file", "9.4ms", Published),
            ("files", "4.53", Published),
            ("copy_rate", "660KB/s", Published),
            ("latency", "0.8ms", Published),
        ],
        reference: SPRITE,
    },
    System {
        name: "mosix",
        summary: "UNIX System V on 33 MHz VME boards",
        mechanism: "eager-dirty",
        keys: &[("copy_rate", "1.2MB/s", Published), ("fixed", "6ms", Recalled)],
        reference: SURVEY,
    },
    System {
        name: "now-mosix",
        summary: "Pentium workstations",
        mechanism: "eager-dirty",
        keys: &[("fixed", "6ms", Recalled), ("copy_rate", "2.27MB/s", Recalled)],
        reference: COSTS,
    },
    System {
        name: "accent",
        summary: "Perq workstations",
        mechanism: "copy-on-reference",
        keys: &[("fixed", "1s", Recalled), ("fault_cpu", "115ms", Recalled), ("touched_fraction", "0.42", Abstract)],
        reference: "Zayas, Attacking the process migration bottleneck, SOSP 1987, doi:10.1145/41457.37503",
    },
    System {
        name: "v",
        summary: "Sun-2 and Sun-3 on 10 Mbit/s Ethernet",
        mechanism: "precopy",
        keys: &[
            ("select", "23ms", Recalled),
            ("setup", "40ms", Recalled),
            ("switch", "23ms", Recalled),
            ("copy_rate", "333KB/s", Recalled),
            ("rounds", "3", Published),
        ],
        reference: V_SYSTEM,
    },
    System {
        name: "charlotte",
        summary: "VAX-11/750 on a token ring",
        mechanism: "eager-all",
        keys: &[("fixed", "46.8ms", Recalled), ("copy_rate", "168KB/s", Recalled)],
        reference: "Artsy & Finkel, Designing a process migration facility, IEEE Computer 22(9), 1989, doi:10.1109/2.35214",
    },
    System {
        name: "choices",
        summary: "SPARCstation II on 10 Mbit/s Ethernet; the fixed part is what 13.9 ms leave beside three pages",
        mechanism: "freeze-free",
        keys: &[("fixed", "4.07ms", Abstract), ("bandwidth", "10Mbit/s", Abstract)],
        reference: "Roush & Campbell, Fast dynamic process migration, ICDCS 1996, doi:10.1109/ICDCS.1996.508015",
    },
    System {
        name: "condor",
        summary: "workstations under a central coordinator",
        mechanism: "checkpoint-restart",
        keys: &[("cycle", "10min", Published), ("write_rate", "0.2MB/s", Recalled), ("read_rate", "0.2MB/s", Recalled)],
        reference: SURVEY,
    },
    System {
        name: "lsf",
        summary: "a cluster with a shared file system and a dispatch cycle of a minute",
        mechanism: "checkpoint-restart",
        keys: &[("cycle", "60s", Published)],
        reference: SURVEY,
    },
    System {
        name: "mpvm",
        summary: "PVM on workstations on 10 Mbit/s Ethernet",
        mechanism: "eager-all",
        keys: &[("copy_rate", "1MB/s", Recalled)],
        reference: SURVEY,
    },
    System {
        name: "mist",
        summary: "PVM on workstations",
        mechanism: "eager-all",
        keys: &[("fixed", "240ms", Recalled), ("copy_rate", "1.01MB/s", Recalled)],
        reference: COSTS,
    },
    System {
        name: "skordos",
        summary: "fluid dynamics on 20 workstations; all processes wait for each other",
        mechanism: "checkpoint-restart",
        keys: &[("start", "30s", Published)],
        reference: SURVEY,
    },
    System {
        name: "emerald",
        summary: "MicroVAX II; a small process",
        mechanism: "eager-all",
        keys: &[("fixed", "40ms", Published)],
        reference: SURVEY,
    },
    System {
        name: "xen-2005",
        summary: "virtual machines, 100 to 500 Mbit/s",
        mechanism: "precopy xen-2005",
        keys: &[("bandwidth", "1Gbit/s", Published), ("memory", "800MB", Published), ("switch", "9ms", Recalled)],
        reference: "Clark et al., Live migration of virtual machines, NSDI 2005",
    },
    System {
        name: "qemu",
        summary: "virtual machines; the default limits",
        mechanism: "precopy qemu",
        keys: &[("copy_rate", "134217728B/s", Published), ("bandwidth", "10Gbit/s", Published)],
        reference: "QEMU, live migration, the project's documentation",
    },
];

impl System {
    /// The system of a name.
    pub fn named(name: &str) -> Option<&'static System> {
        SYSTEMS.iter().find(|system| system.name == name)
    }

    /// The weakest evidence among its figures.
    pub fn evidence(&self) -> Evidence {
        self.keys.iter().map(|key| key.2).max().unwrap_or(Published)
    }

    /// Writes its figures into a setting, in place of all costs that stood there.
    pub fn apply(&self, setting: &mut Setting) -> Result<(), String> {
        *setting = setting.without_costs();
        self.keys.iter().try_for_each(|(name, value, _)| setting.set(name, value))
    }

    /// The systems that moved processes by a mechanism of this name, each with its evidence; empty if there are none.
    pub fn by(mechanism: &str) -> String {
        let same = |s: &&System| s.mechanism.split(' ').next() == Some(mechanism);
        let all = SYSTEMS.iter().filter(same).map(|s| format!("{} ({})", s.name, s.evidence().name()));
        all.collect::<Vec<_>>().join(", ")
    }

    /// Its page as Markdown.
    pub fn page(&self) -> String {
        let mut out = format!("## {}\n\n{}; it moves processes by {}.\n\n", self.name, self.summary, self.mechanism);
        out.push_str("| key | value | evidence |\n|---|---|---|\n");
        for (name, value, evidence) in self.keys {
            let _ = writeln!(out, "| `{name}` | {value} | {} |", evidence.name());
        }
        let _ = write!(out, "\nReference: {}\n", self.reference);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_fits_the_calculator_and_names_a_row_of_it() {
        let rows = Setting::default().rows();
        for system in SYSTEMS {
            let mut setting = Setting::default();
            assert_eq!(system.apply(&mut setting), Ok(()), "{}", system.name);
            assert!(rows.iter().any(|row| row.name == system.mechanism), "{}", system.name);
        }
    }
}

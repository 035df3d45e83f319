//! `docs/mechanisms.md`: the catalogue of mechanisms, and what Table 5 of the survey becomes when it is computed.

use crate::file::Catalogue;
use crate::page;
use loadlab_core::mechanism::orderings::{Five, ORDERINGS, STRATEGIES, Sampling, setting_a, setting_b, shares};
use loadlab_core::{forwarding, network, transfer};
use std::fmt::Write;

/// Parameter sets per column.
const SETS: u32 = 20_000;

const HEAD: &str = "# Mechanisms of migration

Generated from the code; a test compares. What moving a process costs follows from its memory, the network and the
mechanism: `loadlab cost` computes it for one process, and the engine plays it among all others.

";

const TABLE: &str = "# Table 5 of the survey is conditional

Milojicic et al. (ACM Computing Surveys 32(3), 2000, doi:10.1145/367701.367728) rank five strategies in their Table 5
and give no parameters. The rankings are not laws. Below, each is an inequality between simulated timelines (with
faults that stall the process and transfers that share the link), with the condition that decides it: the tests find
that on every sampled set the ordering holds if and only if its condition does.

S is the memory, B the bandwidth between two nodes, B_server that to the file server, d the dirty fraction, u the
fraction of pages that will be touched, stall(b) the time of one fault over bandwidth b; a = W / (write_time B) says how
fast memory is dirtied against how fast it is sent; control is the control work inside the freeze.

The shares are over sampled parameter sets around two settings: A (2 MB, 0.66 MB/s, 1991) and B (4 GB, 1.1 GB/s, 2020).
S is varied by 0.1 to 10, both bandwidths by 0.3 to 3 and independently, W/S from 0.01 to 0.5, all log-uniform; d and u
uniformly from 0.05 to 0.95; a from 0.05 to 1 or to 5. \"Equal\" lets precopy do all control work in its freeze. The
shares depend on these ranges; the conditions do not.

";

/// The whole document.
pub fn document() -> String {
    let mut out = HEAD.to_owned();
    for kind in &Catalogue::of("migration", transfer::TRANSFERS).kinds {
        out.push_str(&page::page(kind));
        out.push('\n');
    }
    out.push_str("# Forwarded calls\n\n");
    for kind in &Catalogue::of("forwarding", forwarding::FORWARDING).kinds {
        out.push_str(&page::page(kind));
        out.push('\n');
    }
    out.push_str("# Networks\n\n");
    for kind in &Catalogue::of("network", network::NETWORKS).kinds {
        out.push_str(&page::page(kind));
        out.push('\n');
    }
    out.push_str(TABLE);
    orderings(&mut out);
    settings(&mut out);
    out
}

/// Each ordering, its condition, and the share of sets where it holds.
fn orderings(out: &mut String) {
    let how = |highest_a, equal_control| Sampling { highest_a, equal_control };
    let columns = [
        ("A, a <= 1", setting_a(), how(1.0, false)),
        ("A, a <= 5", setting_a(), how(5.0, false)),
        ("A, equal", setting_a(), how(1.0, true)),
        ("B, a <= 1", setting_b(), how(1.0, false)),
        ("B, a <= 5", setting_b(), how(5.0, false)),
        ("B, equal", setting_b(), how(1.0, true)),
    ];
    let found = columns.map(|(_, setting, sampling)| shares(&setting, sampling, SETS));
    let names: Vec<&str> = columns.iter().map(|column| column.0).collect();
    let _ = writeln!(out, "| ordering | holds if and only if | {} |", names.join(" | "));
    let _ = writeln!(out, "|---|---|{}", "---|".repeat(names.len()));
    let cells = |k: usize| found.iter().map(|f| format!("{:.0} %", 100.0 * f[k])).collect::<Vec<_>>().join(" | ");
    for (k, ordering) in ORDERINGS.iter().enumerate() {
        let _ = writeln!(out, "| {} | {} | {} |", ordering.text, ordering.condition, cells(k));
    }
    let _ = writeln!(out, "| all of them | | {} |", cells(ORDERINGS.len()));
}

/// The five timelines at the two settings.
fn settings(out: &mut String) {
    out.push_str("\nThe timelines at the settings themselves, where every ordering holds:\n\n");
    out.push_str(
        "| strategy | A: freeze | initial time | bytes | residual | B: freeze | initial time | bytes | residual |\n",
    );
    out.push_str("|---|---|---|---|---|---|---|---|---|\n");
    let five = [Five::of(&setting_a()), Five::of(&setting_b())];
    for (k, name) in STRATEGIES.iter().enumerate() {
        let of = |f: &Five| {
            let t = &f.all[k];
            let (freeze, initial) = (t.freeze * 1e3, t.initial * 1e3);
            format!("{freeze:.0} ms | {initial:.0} ms | {:.2} MB | {:.2} s", t.bytes / 1e6, t.after.stalled)
        };
        let _ = writeln!(out, "| {name} | {} | {} |", of(&five[0]), of(&five[1]));
    }
    out.push_str(
        "\nWhere memory is dirtied faster than it is sent (a > 1) and the working set is large, the first ordering fails: \
         the rounds of precopy do not converge, and its freeze is that of the working set.\n",
    );
}

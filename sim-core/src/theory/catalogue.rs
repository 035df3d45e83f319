//! The list of all solutions: what the documentation and the legends of plots print.

/// One solution.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The path of the function below `theory`, as in `sharing::threshold`.
    pub name: &'static str,
    /// Where the formula or the model comes from.
    pub citation: &'static str,
    /// For which systems it holds.
    pub applies_to: &'static str,
}

const fn entry(name: &'static str, citation: &'static str, applies_to: &'static str) -> Entry {
    Entry { name, citation, applies_to }
}

const KLEINROCK1: &str = "Kleinrock, Queueing Systems vol. 1, Wiley 1975";
const KLEINROCK2: &str = "Kleinrock, Queueing Systems vol. 2, Wiley 1976";
const COOPER: &str = "Cooper, Introduction to Queueing Theory, 2nd ed., North Holland 1981";
const SRPT: &str = "Schrage & Miller, Operations Research 14(4), 1966";
const ELZ_ADAPTIVE: &str = "Eager, Lazowska & Zahorjan, IEEE Trans. Software Engineering 12(5), 1986";
const ELZ_COMPARISON: &str = "Eager, Lazowska & Zahorjan, Performance Evaluation 6(1), 1986";
const TWO_CHOICES: &str = "Mitzenmacher, IEEE Trans. Parallel and Distributed Systems 12(10), 2001";
const OLD_INFORMATION: &str = "Mitzenmacher, IEEE Trans. Parallel and Distributed Systems 11(1), 2000";
const STEALING: &str = "Mitzenmacher, Theory of Computing Systems 34, 2001";
const PUSH_PULL: &str = "Minnebo & Van Houdt, IEEE/ACM Trans. Networking 22(3), 2014";
const JIQ: &str = "Lu, Xie, Kliot, Geller, Larus & Greenberg, Performance Evaluation 68(11), 2011";
const DELAYS: &str = "Mirchandaney, Towsley & Stankovic, IEEE Trans. Computers 38(11), 1989";
const SKS: &str = "Shivaratri, Krueger & Singhal, IEEE Computer 25(12), 1992";
const SITA: &str = "Harchol-Balter, Crovella & Murta, J. Parallel and Distributed Computing 59(2), 1999";
const TAGS: &str = "Harchol-Balter, J. ACM 49(2), 2002";
const REFINED: &str = "Gast & Van Houdt, Proc. ACM Meas. Anal. Comput. Syst. 1(2), 2017";

/// All solutions, in the order in which they are documented.
pub const CATALOGUE: &[Entry] = &[
    entry("mmk::mm1_response", KLEINROCK1, "one node, exponential lifetimes, any order blind to lifetimes"),
    entry("mmk::mm1_response_quantile", KLEINROCK1, "one FCFS node, exponential lifetimes"),
    entry("mmk::erlang_b", COOPER, "k servers without waiting room, any lifetimes"),
    entry("mmk::erlang_c", COOPER, "k servers with one FCFS queue, exponential lifetimes"),
    entry("mmk::mmk_wait", COOPER, "k servers with one FCFS queue, exponential lifetimes"),
    entry("mmk::mmk_response", COOPER, "k servers with one queue; perfect free sharing or migration among k nodes"),
    entry("mg1::fcfs_wait", KLEINROCK1, "one FCFS node, any lifetimes with a finite second moment"),
    entry("mg1::fcfs_response", KLEINROCK1, "one FCFS node, any lifetimes with a finite second moment"),
    entry("mg1::fcfs_slowdown", KLEINROCK1, "one FCFS node, any lifetimes with finite E[X^2] and E[1/X]"),
    entry("mg1::ps_response", KLEINROCK2, "one PS node, any lifetimes with a finite mean"),
    entry("mg1::ps_response_of", KLEINROCK2, "processes of one lifetime on a PS node"),
    entry("mg1::ps_slowdown", KLEINROCK2, "one PS node, any lifetimes with a finite mean"),
    entry("srpt::response", SRPT, "one SRPT node, any lifetimes with a finite mean"),
    entry("srpt::response_of", SRPT, "processes of one lifetime on an SRPT node"),
    entry("fb::response", KLEINROCK2, "one FB node (least attained service), any lifetimes with a finite mean"),
    entry("fb::response_of", KLEINROCK2, "processes of one lifetime on an FB node"),
    entry("round_robin::response", KLEINROCK1, "one stream dealt in turn to N FCFS nodes, exponential lifetimes"),
    entry("round_robin::response_of_many_nodes", KLEINROCK1, "the same, N without bound"),
    entry("jsq2::response", "Kingman, Annals of Math. Statistics 32(4), 1961", "two nodes, join the shorter queue"),
    entry(
        "run_length::mm1_wait_variance",
        "Whitt, Management Science 35(11), 1989",
        "the mean wait in a long M/M/1 run",
    ),
    entry("run_length::mm1_processes_needed", "Whitt, Management Science 35(11), 1989", "the length of an M/M/1 run"),
    entry("supermarket::choices", TWO_CHOICES, "many nodes, each process joins the shortest of d"),
    entry("supermarket::strong_threshold", TWO_CHOICES, "many nodes, a second choice only from a length T on"),
    entry("sharing::threshold", ELZ_ADAPTIVE, "many nodes, sender-initiated, first node below T, free transfers"),
    entry("sharing::random", ELZ_ADAPTIVE, "many nodes, sender-initiated, blind, limited transfers, free"),
    entry("sharing::random_unlimited", ELZ_ADAPTIVE, "many nodes, sender-initiated, blind, unlimited transfers, free"),
    entry("sharing::shortest", ELZ_ADAPTIVE, "many nodes, sender-initiated, shortest of Lp below T, free transfers"),
    entry("sharing::receiver", ELZ_COMPARISON, "many nodes, receiver-initiated, first node above T, free transfers"),
    entry("sharing::symmetric", ELZ_COMPARISON, "many nodes, sender- and receiver-initiated, free transfers"),
    entry("stealing::when_idle", STEALING, "many nodes, one theft attempt per node that becomes idle, free"),
    entry("stealing::retrying", STEALING, "many nodes, idle nodes attempt a theft at a rate, free"),
    entry("stealing::pull_rate", PUSH_PULL, "many nodes, idle nodes probe at a rate per node, free"),
    entry("stealing::push_rate", PUSH_PULL, "many nodes, nodes with waiting processes probe at a rate per node, free"),
    entry("jiq::simple", JIQ, "many nodes and dispatchers, registrations thought to be kept, as published"),
    entry("jiq::shorter_of_two", JIQ, "many nodes and dispatchers, registration with the shorter of two idle queues"),
    entry("jiq::exact", JIQ, "many nodes and dispatchers, stale registrations removed"),
    entry("transfer_cost::threshold", ELZ_ADAPTIVE, "as sharing::threshold, exponential CPU cost at the giver"),
    entry("transfer_cost::random", ELZ_ADAPTIVE, "as sharing::random, exponential CPU cost at each giver"),
    entry("transfer_cost::random_unlimited", ELZ_ADAPTIVE, "as sharing::random_unlimited with T = 1, CPU cost"),
    entry("transfer_cost::receiver", ELZ_COMPARISON, "as sharing::receiver, exponential CPU cost at the giver"),
    entry("transfer_cost::symmetric", ELZ_COMPARISON, "as sharing::symmetric, exponential CPU cost at the giver"),
    entry("transfer_delay::forward", DELAYS, "as sharing::threshold, exponential transfer times, free instant probes"),
    entry("transfer_delay::reverse", DELAYS, "as sharing::receiver, exponential transfer times, one request at a time"),
    entry("old_information::board", OLD_INFORMATION, "many nodes, placement by a board renewed every T"),
    entry("sizes::sita", SITA, "FCFS nodes in groups, each for a range of lifetimes"),
    entry("sizes::tags", TAGS, "FCFS nodes in groups, restart in the next group at a cutoff: an approximation"),
    entry(
        "sizes::least_work_left",
        "Lee & Longton, Operational Research Quarterly 10(1), 1959",
        "k FCFS nodes, least work left (M/G/k): an approximation",
    ),
    entry("refined::choices", REFINED, "N nodes, each process joins the shortest of d, to order 1/N"),
    entry("refined::threshold", REFINED, "as sharing::threshold with N nodes, to order 1/N"),
    entry("refined::receiver", REFINED, "as sharing::receiver with N nodes, to order 1/N"),
    entry("refined::random", REFINED, "as sharing::random with N nodes, to order 1/N"),
    entry("refined::shortest", REFINED, "as sharing::shortest with N nodes, to order 1/N"),
    entry("refined::stealing", REFINED, "as stealing::when_idle with N nodes, to order 1/N"),
    entry("refined::retrying", REFINED, "as stealing::retrying with N nodes, to order 1/N"),
    entry("refined::symmetric", REFINED, "as sharing::symmetric with N nodes, to order 1/N"),
    entry(
        "bounds::sender_receiver_crossover",
        ELZ_COMPARISON,
        "the load where sharing::threshold and receiver meet, T = 1",
    ),
    entry("bounds::pull_beats_push_below", PUSH_PULL, "the probe rate where stealing::pull_rate and push_rate meet"),
    entry("bounds::polling_saturation", SKS, "the load at which vain probes with a CPU cost fill the sender"),
    entry("bounds::random_unlimited_stability", ELZ_ADAPTIVE, "the load up to which unlimited Random is stable, T = 1"),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Each file of the module that has public functions, as text.
    const FILES: [(&str, &str); 17] = [
        ("bounds", include_str!("bounds.rs")),
        ("fb", include_str!("fb.rs")),
        ("jiq", include_str!("jiq.rs")),
        ("jsq2", include_str!("jsq2.rs")),
        ("mg1", include_str!("mg1.rs")),
        ("mmk", include_str!("mmk.rs")),
        ("old_information", include_str!("old_information.rs")),
        ("refined", include_str!("refined.rs")),
        ("round_robin", include_str!("round_robin.rs")),
        ("run_length", include_str!("run_length.rs")),
        ("sharing", include_str!("sharing.rs")),
        ("sizes", include_str!("sizes.rs")),
        ("srpt", include_str!("srpt.rs")),
        ("stealing", include_str!("stealing.rs")),
        ("supermarket", include_str!("supermarket.rs")),
        ("transfer_cost", include_str!("transfer_cost.rs")),
        ("transfer_delay", include_str!("transfer_delay.rs")),
    ];

    #[test]
    fn the_catalogue_lists_every_public_function_once() {
        let functions = FILES.iter().flat_map(|(file, text)| {
            let starts = text.split("\npub fn ").skip(1);
            starts.map(move |rest| format!("{file}::{}", rest.split('(').next().unwrap_or_default()))
        });
        let mut coded: Vec<String> = functions.collect();
        let mut listed: Vec<String> = CATALOGUE.iter().map(|e| e.name.to_owned()).collect();
        coded.sort();
        listed.sort();
        assert_eq!(listed, coded);
    }

    #[test]
    fn every_module_with_public_functions_is_looked_at() {
        let module = include_str!("mod.rs");
        let public: Vec<&str> =
            module.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
        let looked_at: Vec<&str> = FILES.iter().map(|(file, _)| *file).collect();
        assert_eq!(public.into_iter().filter(|m| *m != "catalogue").collect::<Vec<_>>(), looked_at);
    }
}

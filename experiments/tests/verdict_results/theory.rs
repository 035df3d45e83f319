//! Formulas beside simulations: every policy and order of service with a formula lands on it.

use super::support::{experiment, run, summarise, text};
use loadlab::results::{Runs, theory_csv};
use loadlab::stats::Estimate;
use loadlab::theory::{Holds, Known, bounds_at, known};
use loadlab_core::theory::{jiq, mmk, old_information, refined, sharing, transfer_cost, transfer_delay};

/// A formula and the simulated mean of a metric, for nodes and a policy.
fn both(nodes: &str, policy: &str, metric: &str) -> (Known, Estimate) {
    let more = format!(
        "[policies.this]\n{policy}\n[sweep]\npolicy = [\"this\"]\n[replicate]\nmin = 20\nmax = 20\n\
         [warmup]\nkind = \"processes\"\nprocesses = 5000\n"
    );
    let text = text(nodes, &more).replace("processes = 4000", "processes = 30000").replace("= 0.8", "= 0.7");
    let experiment = experiment(&text);
    let runs: Runs = run(&experiment);
    let summaries = summarise(&experiment, &runs);
    let simulated = summaries.iter().find(|s| s.metric.name == metric).unwrap().estimate.unwrap();
    (known(&experiment.cells[0], metric).unwrap(), simulated)
}

fn agree(nodes: &str, policy: &str, metric: &str, holds: Holds) {
    let (known, simulated) = both(nodes, policy, metric);
    assert_eq!(known.holds, holds, "{}", known.formula);
    let error = simulated.sd / 20f64.sqrt();
    let off = (simulated.value - known.value).abs();
    assert!(error < 0.05 * known.value, "{}: too noisy to say anything", known.formula);
    assert!(
        off <= 4.0 * error + known.neglected.unwrap_or(0.0),
        "{} {}: {} simulated +- {error}",
        known.formula,
        known.value,
        simulated.value
    );
}

#[test]
fn nodes_on_their_own_follow_the_formula_of_their_order_of_service() {
    for discipline in ["ps", "fcfs", "srpt", "fb"] {
        let nodes = format!("{{ count = 4, discipline = \"{discipline}\" }}");
        agree(&nodes, "kind = \"none\"", "response.mean", Holds::Exactly);
    }
    agree("{ count = 4, speed = 2 }", "kind = \"random\"", "in_system.mean", Holds::Exactly);
    agree("{ count = 4, speed = 2 }", "kind = \"none\"", "slowdown.mean", Holds::Exactly);
    agree("{ count = 4 }", "kind = \"none\"", "delay.mean", Holds::Exactly);
    agree("{ count = 4 }", "kind = \"none\"", "utilisation.mean", Holds::Exactly);
}

#[test]
fn a_node_of_several_cores_is_an_m_m_k_queue() {
    for discipline in ["ps", "fcfs"] {
        let nodes = format!("{{ count = 3, cores = 4, speed = 2, discipline = \"{discipline}\" }}");
        agree(&nodes, "kind = \"none\"", "response.mean", Holds::Exactly);
    }
}

#[test]
fn policies_that_share_load_follow_theirs_to_the_order_that_is_known() {
    agree("{ count = 6 }", "kind = \"never-idle\"", "response.mean", Holds::Exactly);
    agree("{ count = 6 }", "kind = \"balance-any\"", "response.mean", Holds::Exactly);
    let both = "kind = \"combined\"\nplacement = { kind = \"threshold\" }\nmigration = { kind = \"idle-sharing\" }";
    agree("{ count = 6, discipline = \"fcfs\" }", both, "response.mean", Holds::Exactly);
    let placed = "kind = \"combined\"\nplacement = { kind = \"threshold\", threshold = 2 }";
    agree("{ count = 20 }", placed, "response.mean", Holds::ToOrderOneOverN);
    agree("{ count = 2 }", "kind = \"power-of-d\"", "response.mean", Holds::Exactly);
    agree("{ count = 20 }", "kind = \"power-of-d\"", "response.mean", Holds::ToOrderOneOverN);
    agree("{ count = 20 }", "kind = \"threshold\"\nthreshold = 2", "response.mean", Holds::ToOrderOneOverN);
    agree("{ count = 20 }", "kind = \"work-stealing\"\nprobes = 2", "response.mean", Holds::ToOrderOneOverN);
    agree("{ count = 20 }", "kind = \"receiver\"\nthreshold = 2", "response.mean", Holds::ToOrderOneOverN);
    agree("{ count = 20 }", "kind = \"random\"\nthreshold = 2", "response.mean", Holds::ToOrderOneOverN);
    agree("{ count = 20 }", "kind = \"shortest\"\nthreshold = 2", "response.mean", Holds::ToOrderOneOverN);
    agree("{ count = 20 }", "kind = \"work-stealing\"\nthreshold = 3", "response.mean", Holds::ToOrderOneOverN);
    agree("{ count = 20 }", "kind = \"pull-rate\"\nrate = 2", "response.mean", Holds::ToOrderOneOverN);
    agree("{ count = 20 }", "kind = \"push-rate\"\nrate = 2", "response.mean", Holds::ToOrderOneOverN);
    agree("{ count = 20 }", "kind = \"symmetric\"\nprobes = 2", "response.mean", Holds::ToOrderOneOverN);
    agree("{ count = 20 }", "kind = \"power-of-d\"\nd = 3", "probes.per_process", Holds::Exactly);
}

/// A formula of many nodes for a policy at a load of 0.7, in mean lifetimes of 2.5 s, of the scenario with these keys.
fn limit(scenario: &str, policy: &str) -> Option<Known> {
    let more = format!("[policies.this]\n{policy}\n[sweep]\npolicy = [\"this\"]\n");
    let text = text("{ count = 500 }", &more)
        .replace("= 0.8", "= 0.7")
        .replace("1s", "2.5s")
        .replace("[scenario]", &format!("[scenario]\n{scenario}"));
    known(&experiment(&text).cells[0], "response.mean")
}

/// Pairs of a policy as a file says it and the formula that its parameters mean, at a load of 0.7.
#[test]
fn every_policy_with_a_formula_gets_that_of_its_own_parameters() {
    let mean = 2.5;
    let free = [
        ("kind = \"random\"\nthreshold = 2\ntransfers = \"unlimited\"", sharing::random_unlimited(0.7, 2)),
        ("kind = \"join-idle-queue\"\ndispatchers = 50", jiq::exact(0.7, 10.0)),
        (
            "kind = \"power-of-d\"\ninformation = { kind = \"board\", every = 2 }",
            old_information::board(0.7, old_information::Choice::Of(2), 2.0 / mean),
        ),
    ];
    let giver = "placement = { kind = \"remote-execution\", arguments = 2, source_rate = 4 }\n\
                 migration = { kind = \"eager-all\", memory = 2, source_rate = 8 }";
    let (c, d) = (0.5 / mean, 0.25 / mean);
    let paid = [
        ("kind = \"threshold\"\nthreshold = 2", transfer_cost::threshold(0.7, 2, 3, c)),
        ("kind = \"random\"\nthreshold = 2", transfer_cost::random(0.7, 2, 1, c)),
        ("kind = \"receiver\"\nprobes = 5", transfer_cost::receiver(0.7, 1, 5, d)),
    ];
    let slow = "memory = { kind = \"exponential\", mean = 3 }\n\
                placement = { kind = \"fixed\", bandwidth = 2 }\nmigration = { kind = \"fixed\", bandwidth = 4 }";
    let delayed = [
        ("kind = \"forward\"\nthreshold = 2", transfer_delay::forward(0.7, 2, 3, 1.5 / mean, true)),
        ("kind = \"threshold\"\nthreshold = 2", transfer_delay::forward(0.7, 2, 3, 1.5 / mean, false)),
        ("kind = \"reverse\"\nthreshold = 2", transfer_delay::reverse(0.7, 2, 3, 0.75 / mean)),
    ];
    let cases = free.map(|c| ("", c)).into_iter().chain(paid.map(|c| (giver, c))).chain(delayed.map(|c| (slow, c)));
    for (scenario, (policy, expected)) in cases {
        let got = limit(scenario, policy).unwrap_or_else(|| panic!("no formula for {policy}"));
        let want = expected.unwrap_or_else(|e| panic!("{policy}: {e}")).response * mean;
        assert_eq!(got.holds, Holds::InTheLimit, "{policy}");
        assert!((got.value / want - 1.0).abs() < 1e-12, "{policy}: {} is not {want}", got.value);
    }
}

#[test]
fn one_dispatcher_is_not_the_limit_of_many() {
    assert_eq!(limit("", "kind = \"join-idle-queue\"\ndispatchers = 1"), None);
    assert!(limit("", "kind = \"join-idle-queue\"\ndispatchers = 2").is_some());
}

/// The same where the correction for 500 nodes is known.
#[test]
fn every_policy_with_a_refined_formula_gets_that_of_its_own_parameters() {
    let (mean, n) = (2.5, 500);
    for (policy, expected) in [
        ("kind = \"random\"\nthreshold = 2\ntransfers = 3", refined::random(0.7, 2, 3, n)),
        ("kind = \"shortest\"\nthreshold = 3\nprobes = 4", refined::shortest(0.7, 3, 4, n)),
        ("kind = \"work-stealing\"\nthreshold = 4", refined::stealing(0.7, 4, n)),
        ("kind = \"pull-rate\"\nrate = 1.5", refined::retrying(0.7, 1.5 * mean, n)),
        ("kind = \"push-rate\"\nrate = 1.5", refined::retrying(0.7, 1.5 * mean, n)),
    ] {
        let got = limit("", policy).unwrap_or_else(|| panic!("no formula for {policy}"));
        let want = expected.unwrap_or_else(|e| panic!("{policy}: {e}")).response * mean;
        assert_eq!(got.holds, Holds::ToOrderOneOverN, "{policy}");
        assert!((got.value / want - 1.0).abs() < 1e-12, "{policy}: {} is not {want}", got.value);
    }
}

#[test]
fn cpu_that_goes_into_moves_or_is_thrown_away_is_no_part_of_the_offered_load() {
    let known = |scenario: &str, policy: &str| {
        let more = format!("[policies.this]\n{policy}\n[sweep]\npolicy = [\"this\"]\n");
        let text = text("{ count = 4, discipline = \"fcfs\" }", &more);
        let text = text.replace("[scenario]", &format!("[scenario]\n{scenario}"));
        known(&experiment(&text).cells[0], "utilisation.mean").is_some()
    };
    let threshold = "kind = \"threshold\"";
    let copied = "placement = { kind = \"remote-execution\", arguments = 2, source_rate = 4 }";
    assert!(known("", threshold) && known("placement = { kind = \"fixed\", cost = 1 }", threshold));
    assert!(!known(copied, threshold) && known(copied, "kind = \"none\""));
    assert!(!known("", "kind = \"tags\"\ncutoffs = [\"1.2s\"]"));
}

#[test]
fn the_bounds_are_no_sharing_and_perfect_sharing_whatever_the_policy_and_its_costs() {
    let bounds = |scenario: &str, policy: &str| {
        let more = format!("[policies.this]\n{policy}\n[sweep]\npolicy = [\"this\"]\n");
        let text = text("{ count = 5, discipline = \"fcfs\" }", &more);
        let text = text.replace("1s", "2s").replace("[scenario]", &format!("[scenario]\n{scenario}"));
        let bounds = bounds_at(&experiment(&text).cells[0], 0.5);
        bounds.into_iter().map(|known| known.value).collect::<Vec<_>>()
    };
    let (none, perfect) = (2.0 / (1.0 - 0.5), 2.0 * mmk::mmk_response(5, 0.5).unwrap());
    for scenario in
        ["", "network = { kind = \"none\", probe_cost = 0.01 }", "placement = { kind = \"fixed\", cost = 1 }"]
    {
        let found = bounds(scenario, "kind = \"shortest\"");
        assert!((found[0] - none).abs() < 1e-9 && (found[1] - perfect).abs() < 1e-9, "{scenario}: {found:?}");
    }
}

#[test]
fn a_policy_whose_transfers_take_something_else_has_no_formula() {
    for cost in ["cost = 1", "bandwidth = 2"] {
        let scenario = format!("memory = 3\nplacement = {{ kind = \"fixed\", {cost} }}");
        assert_eq!(limit(&scenario, "kind = \"threshold\""), None);
        assert_eq!(limit(&scenario, "kind = \"power-of-d\""), None);
        // What never places pays nothing.
        assert!(limit(&scenario, "kind = \"receiver\"").is_some());
    }
    for policy in ["kind = \"receiver\"\nretry = 1", "kind = \"receiver\"\ntake = \"never-started\""] {
        assert_eq!(limit("", policy), None, "{policy}");
    }
}

#[test]
fn size_intervals_follow_theirs_and_what_is_only_near_says_so() {
    let nodes = "{ count = 4, discipline = \"fcfs\" }";
    agree(nodes, "kind = \"sita\"", "response.mean", Holds::Exactly);
    agree(nodes, "kind = \"sita\"\ngroups = 4", "response.mean", Holds::Exactly);
    // For exponential lifetimes the approximation is M/M/k, and exact.
    agree(nodes, "kind = \"least-work-left\"", "response.mean", Holds::Approximately);
    let (tags, _) = both(nodes, "kind = \"tags\"\ncutoffs = [\"1.2s\"]", "response.mean");
    assert_eq!(tags.holds, Holds::Approximately);
}

#[test]
fn limits_of_many_nodes_are_marked_as_such_and_are_near_with_many_nodes() {
    let unlimited = "kind = \"random\"\nthreshold = 2\ntransfers = \"unlimited\"";
    for policy in [unlimited, "kind = \"join-idle-queue\"\ndispatchers = 50"] {
        let (known, simulated) = both("{ count = 500 }", policy, "response.mean");
        assert_eq!((known.holds, known.neglected), (Holds::InTheLimit, None));
        // Of order 1/500 off, and still filling up at the start.
        assert!((simulated.value / known.value - 1.0).abs() < 0.02, "{} {}", simulated.value, known.value);
    }
}

#[test]
fn the_table_has_a_row_for_every_known_metric_and_says_whether_the_formula_lies_inside() {
    let more = "[sweep]\npolicy = [\"none\", \"jsq2\"]\n[replicate]\nmin = 10\nmax = 10\n";
    let experiment = experiment(&text("{ count = 10 }", more));
    let table = theory_csv(&experiment, &summarise(&experiment, &run(&experiment))).unwrap();
    let table = String::from_utf8(table).unwrap();
    let rows: Vec<&str> = table.lines().collect();
    assert!(rows[0].ends_with(
        "metric,formula,holds,value,neglected,simulated,ci_low,ci_high,confidence,replications,inside,warnings"
    ));
    let of = |metric: &str| rows.iter().filter(|r| r.contains(&format!(",{metric},"))).count();
    assert_eq!((of("response.mean"), of("slowdown.mean"), of("response.p99")), (2, 1, 0));
    assert!(rows.iter().any(|r| r.contains("refined mean field\",to order 1/n,")));
}

//! The example of a user's own policy, as a program that runs an experiment.

#[path = "../examples/my_policy.rs"]
#[allow(dead_code)]
mod my_policy;

use loadlab::cli;
use std::fs;
use std::process::ExitCode;

const EXPERIMENT: &str = r#"
schema = 1
experiment.name = "mine"
[scenario]
nodes = { count = 10 }
horizon = { processes = 2000 }
offered_load = 0.8
lifetime = { kind = "exponential", mean = 1 }
[policies.none]
kind = "none"
[policies.mine]
kind = "cautious"
margin = 1
[sweep]
policy = ["none", "mine"]
[replicate]
min = 3
max = 3
seed = 1
"#;

#[test]
fn a_policy_of_ones_own_runs_beside_the_built_in_ones_and_helps() {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let file = folder.path().join("mine.toml");
    fs::write(&file, EXPERIMENT).expect("a file");
    let (file, out) = (file.display().to_string(), folder.path().join("results"));
    let words = ["my_policy", "run", &file, "--quiet", "--out", &out.display().to_string()].map(str::to_owned);
    assert_eq!(cli::run_with(my_policy::MINE, &words), ExitCode::SUCCESS);
    let mut table = csv::Reader::from_path(out.join("mine/summary.csv")).expect("a summary");
    let heads = table.headers().expect("names of columns").clone();
    let at = |name: &str| heads.iter().position(|h| h == name).unwrap_or_else(|| panic!("no `{name}` in {heads:?}"));
    let (policy, metric, mean) = (at("policy"), at("metric"), at("mean"));
    let rows: Vec<csv::StringRecord> = table.records().map(|r| r.expect("a row")).collect();
    let response = |name: &str| -> f64 {
        let row = rows.iter().find(|r| &r[policy] == name && &r[metric] == "response.mean");
        row.expect("a row")[mean].parse().expect("a number")
    };
    // M/M/1 at 0.8 has a mean response of 5; one probe saves much of that.
    assert!(response("mine") < 0.8 * response("none"), "{} against {}", response("mine"), response("none"));
    // Who is there already may not be replaced.
    let words = ["my_policy", "policies", "threshold"].map(str::to_owned);
    static CLASH: &[loadlab_core::spec::Kind<Box<dyn loadlab_core::policy::Policy>>] = &[loadlab_core::spec::Kind {
        name: "threshold",
        summary: "",
        doc: "",
        reference: "",
        params: &[],
        build: |_| Err(String::new()),
        example: "",
    }];
    assert_eq!(cli::run_with(CLASH, &words), ExitCode::from(2));
}

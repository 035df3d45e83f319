//! Shipped reproductions: all are valid in both sizes, and their page says what came out.

use crate::support::{ends, folder, succeed};
use loadlab::inputs::{Changes, Inputs};
use loadlab::library;
use loadlab::report::combined;
use loadlab::results::reproduced;
use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn every_file_of_the_library_is_shipped_and_is_called_like_its_experiment() {
    let papers = Path::new(env!("CARGO_MANIFEST_DIR")).join("library/papers");
    let files = std::fs::read_dir(papers).expect("a folder").map(|file| file.expect("a file").path());
    let stems: BTreeSet<String> =
        files.filter_map(|path| path.file_stem().map(|stem| stem.to_string_lossy().into_owned())).collect();
    assert_eq!(stems, library::papers().map(str::to_owned).collect());
    for name in library::papers() {
        assert_eq!(reproduced::experiment(name).map(|experiment| experiment.name), Ok(name.to_owned()));
    }
}

#[test]
fn every_reproduction_has_claims_with_evidence_and_a_valid_smaller_form() {
    for name in library::papers() {
        let changes = Changes { quick: true, ..Changes::default() };
        let read = Inputs::read(Path::new(&format!("paper:{name}")), &changes);
        let (_, experiment) = read.unwrap_or_else(|complaint| panic!("{name}: {complaint}"));
        assert!(!experiment.claims.is_empty() && experiment.question.is_some(), "{name}");
        let bare = experiment.claims.iter().find(|claim| claim.evidence.is_none());
        assert!(bare.is_none(), "{name}: {bare:?}");
    }
}

#[test]
fn reproductions_are_listed_and_a_wrong_name_is_met_with_the_right_one() {
    let folder = folder("");
    let said = succeed(folder.path(), &["reproduce", "--list", "mitzenmacher-2001"]);
    assert!(said.contains("18 claims") && said.contains("190 to do"), "{said}");
    assert!(!folder.path().join("results").exists());
    let (_, said) = ends(folder.path(), &["reproduce", "mitzenmacher-2002"], 2);
    assert!(said.contains("did you mean `mitzenmacher-2001`?"), "{said}");
    assert!(!folder.path().join("results").exists());
}

#[test]
fn a_file_without_a_smaller_form_refuses_quick() {
    let folder = folder(crate::support::SMALL);
    let (_, said) = ends(folder.path(), &["run", "small.toml", "--quick"], 2);
    assert!(said.contains("no `quick` list"), "{said}");
}

#[test]
fn a_smaller_form_runs_in_a_folder_of_its_own() {
    let quick = "quick = [\"replicate.min=1\", \"replicate.max=1\"]\n";
    let folder = folder(&crate::support::SMALL.replacen("schema = 1\n", &format!("schema = 1\n{quick}"), 1));
    succeed(folder.path(), &["run", "small.toml", "--quick", "--quiet"]);
    let said = succeed(folder.path(), &["list", "small.toml", "--quick", "--brief"]);
    assert!(said.contains("8 cells, 8 runs done, 0 to do"), "{said}");
    assert!(folder.path().join("results/small-quick/runs.csv").exists());
}

#[test]
fn the_page_has_every_claim_with_its_verdict_its_numbers_and_those_of_the_publication() {
    let folder = folder("");
    let results = folder.path().join("mitzenmacher-2001-quick");
    std::fs::create_dir(&results).expect("a folder");
    let header = "claim,verdict,evidence,published,expect,scenario,policy,offered_load,place_verdict,lhs,rhs,estimate,\
                  ci_low,ci_high,note\n";
    let row = "The table: two choices at a load of 0.5,PASS,published,1.2673,x,,,0.5,PASS,1.26512345,1.2673,-0.00217,\
               -0.004,-0.0003,\n";
    std::fs::write(results.join("claims.csv"), format!("{header}{row}")).expect("a table");
    let plots = results.join("plots");
    std::fs::create_dir(&plots).expect("a folder");
    let name = &reproduced::experiment("mitzenmacher-2001").expect("shipped").plots[0].name;
    let svg = "<svg width=\"178.00mm\"><desc>means of n = 5</desc></svg>";
    std::fs::write(plots.join(format!("{name}.svg")), svg).expect("a drawing");
    let read = reproduced::read(folder.path(), "mitzenmacher-2001", true).expect("a table");
    let html = combined(std::slice::from_ref(&read));
    assert!(html.contains(svg) && html.contains("<figcaption>means of n = 5</figcaption>"), "{html}");
    assert!(
        html.contains("plot wide") && html.contains("PASS</span> The table: two choices at a load of 0.5"),
        "{html}"
    );
    let page = reproduced::page(std::slice::from_ref(&read));
    assert!(page.contains("- **PASS** The table: two choices at a load of 0.5 (published: 1.2673)"), "{page}");
    assert!(page.contains("offered\\_load = 0.5: PASS, 1.2651 against 1.2673"), "{page}");
    assert_eq!(page.matches("**NOT RUN**").count(), 17, "{page}");
    assert!(reproduced::table(&[read]).contains("1 PASS, 0 FAIL, 0 UNRESOLVED, 17 NOT RUN"));
}

//! The page: the same bytes however the runs were made, no markup from texts, small, complete.

use crate::support::{GALLERY, succeed};
use std::fmt::Write;
use std::fs;
use std::path::Path;

fn page(folder: &Path) -> String {
    fs::read_to_string(folder.join("report.html")).expect("a report")
}

#[test]
fn the_page_and_the_plots_are_the_same_bytes_from_one_thread_from_two_and_drawn_again() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::copy(crate::support::example("gallery.toml"), folder.path().join("gallery.toml")).expect("a copy");
    succeed(folder.path(), &["run", "gallery.toml", "--quiet", "--threads", "1"]);
    let results = folder.path().join("results/gallery");
    let first = page(&results);
    assert!(first == page(&GALLERY.results()), "another number of threads gives another page");
    fs::remove_file(results.join("report.html")).expect("the report");
    let said = succeed(folder.path(), &["report", "results/gallery"]);
    assert_eq!(said, "results/gallery/report.html\n");
    assert!(first == page(&results), "the page drawn again differs");
    let drawn = fs::read(results.join("plots/gantt.svg")).expect("a plot");
    fs::remove_dir_all(results.join("plots")).expect("plots");
    succeed(folder.path(), &["plot", "results/gallery"]);
    assert!(drawn == fs::read(results.join("plots/gantt.svg")).expect("a plot"), "the plot drawn again differs");
}

#[test]
fn the_page_needs_no_other_file_and_has_every_part() {
    let page = page(&GALLERY.results());
    for part in ["claims", "plots", "means", "comparisons", "warnings", "method", "commands"] {
        assert!(page.contains(&format!("<section id=\"{part}\"")), "the page has no {part}");
    }
    assert!(
        page.find("✓</span> PASS").expect("a verdict") < page.find("<svg").expect("a plot"),
        "verdicts stand on top"
    );
    assert_eq!(page.matches("<svg").count(), 16, "one drawing per plot");
    assert!(page.contains("loadlab run gallery.toml\n") && page.contains("What do the plots of loadlab look like?"));
    for fetched in ["src=", "href=\"http", "url(", "@import", "fetch(", "<link", "<iframe", "<img"] {
        assert!(!page.contains(fetched), "the page has {fetched}");
    }
    assert!(page.contains("default-src 'none'"));
}

/// An experiment whose every text tries to become markup.
const HOSTILE: &str = r##"schema = 1
[experiment]
name     = "small"
question = "</p><script>alert(1)</script><img src=x onerror=alert(2)>"
refs     = ["<b>", "\"'><svg onload=alert(3)>"]
# </code></pre><script>alert(4)</script>
[scenario]
nodes        = { count = 4 }
horizon      = { processes = 200 }
offered_load = 0.5
lifetime     = { kind = "exponential", mean = "1s" }
[policies.none]
kind = "none"
[sweep]
offered_load = [0.4, 0.5]
[replicate]
min = 3
[[claims]]
text   = "<script>alert(5)</script>\u202e"
expect = "response.mean[offered_load=0.5] > response.mean[offered_load=0.4]"
[[plots]]
name  = "p"
title = "</svg><script>alert(6)</script>"
x     = "offered_load"
y     = "response.mean"
"##;

#[test]
fn no_text_of_the_user_becomes_markup() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("small.toml"), HOSTILE).expect("a file");
    succeed(folder.path(), &["run", "small.toml", "--quiet"]);
    let page = page(&folder.path().join("results/small"));
    assert_eq!(page.matches("<script").count(), 1, "a script that is not the page's own");
    for harm in ["<img", "<b>", "onload=alert(3)>", "\u{202e}", "</svg><script"] {
        let raw = page.replace("&quot;&#39;&gt;&lt;svg onload=alert(3)&gt;", "");
        assert!(!raw.contains(harm), "{harm:?} came through");
    }
    for k in 1..=6 {
        assert!(page.contains(&format!("alert({k})")), "text {k} is missing: the test tests nothing");
    }
}

#[test]
fn a_report_of_a_hundred_cells_is_smaller_than_three_megabytes() {
    let mut file = String::from(
        "schema = 1\n[experiment]\nname = \"many\"\n[scenario]\nnodes = { count = 4 }\nhorizon = { processes = 60 }\n\
         offered_load = 0.5\nlifetime = { kind = \"exponential\", mean = \"1s\" }\n[policies.none]\nkind = \"none\"\n",
    );
    for d in 2..=4 {
        let _ = writeln!(file, "[policies.choices-{d}]\nkind = \"power-of-d\"\nd = {d}");
    }
    file.push_str("[sweep]\noffered_load = { from = 0.02, to = 0.5, step = 0.02 }\n[replicate]\nmin = 3\n");
    for metric in ["response.mean", "slowdown.mean", "delay.mean", "in_system.mean", "load.cv", "response.p99"] {
        let kinds = ["lines", "contrast"];
        kinds.iter().for_each(|kind| {
            let name = format!("{kind}-{metric}");
            let _ = writeln!(
                file,
                "[[plots]]\nname = \"{name}\"\nkind = \"{kind}\"\nx = \"offered_load\"\ny = \"{metric}\"\nby = \"policy\""
            );
        });
    }
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("many.toml"), file).expect("a file");
    succeed(folder.path(), &["run", "many.toml", "--quiet"]);
    let page = page(&folder.path().join("results/many"));
    assert!(page.contains("of 100 cells"));
    println!("a report of 100 cells with 12 plots: {} bytes", page.len());
    assert!(page.len() < 3_000_000, "{} bytes", page.len());
}

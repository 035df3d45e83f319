//! `loadlab trace --explain`, on a run small enough to check by hand, and the page of the documents about it.

use crate::drawn::MOVING;
use crate::support::{folder, succeed};
use std::fs;
use std::path::Path;

/// By hand: process 0 runs alone for 4 s, is frozen for 1 s, runs alone for 1 s, shares node 1 with process 2 (1 s of
/// work) for 2 s, and needs 2 s more: it ends at 10 s.
const STORY: &str = "
        0.000000 s  arrived at node 0: lifetime 8 s
        0.000000 s  decision 0 at node 0, arrival
                      saw       own load 0
                      cost      0 s for a start at another node
                      knew      node 0: load 0, 0 s old  <- chosen
                                node 1: load 0, 0 s old
                      chose     start process 0 -> node 0
        0.000000 s  is at node 0
        4.000000 s  decision 2 at node 0, born
                      saw       own load 2
                      knew      node 0: load 2, 0 s old
                                node 1: load 0, 0 s old  <- chosen
                      had       process 0: age 4 s, moving it takes 1 s  <- this one
                                process 1: age 0 s, moving it takes 1 s
                      chose     move process 0 from node 0 -> node 1
        4.000000 s  leaves node 0 at age 4 s
        4.000000 s  migrates from node 0 to node 1: frozen 1 s
        5.000000 s  is at node 1
       10.000000 s  done at node 1: lifetime 8 s, response 10 s, slowdown 1.25, 1 migrations
";

#[test]
fn a_process_is_explained_as_it_is_worked_out_by_hand() {
    let folder = tempfile::tempdir().expect("a folder");
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/one-migration.toml");
    let said = succeed(folder.path(), &["trace", example, "--explain", "0"]);
    let (head, story) = said.split_once('\n').expect("a head");
    assert!(head.starts_with("Process 0 of cell ") && head.ends_with("replication 0, seed 1"), "{head}");
    assert_eq!(story, STORY);
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0, "an explanation writes nothing");
}

/// The last story of a policy and a scenario, of the processes that moved.
fn story(folder: &Path, only: &str, wanted: &str) -> String {
    let of =
        |process: u32| succeed(folder, &["trace", "small.toml", "--only", only, "--explain", &process.to_string()]);
    let found = (0..60).map(of).find(|story| story.contains(wanted));
    found.unwrap_or_else(|| panic!("no process of {only} has {wanted}"))
}

#[test]
fn explanations_name_replies_orders_that_name_no_process_and_moves_with_steps() {
    let folder = folder(MOVING);
    // A node that falls idle takes the newest of the most loaded one.
    let idle = story(folder.path(), "policy == 'idle' && scenario == 'fixed'", "which meant this process");
    let at = idle.find("which meant this process").expect("it is there");
    assert!(idle[..at].contains(", idle\n") && idle[..at].contains("chose     move the newest 1 from node"), "{idle}");
    assert!(idle[at..].lines().nth(1).is_some_and(|line| line.contains("leaves node")), "{idle}");
    // Nodes that are asked reply.
    let asked = story(folder.path(), "policy == 'asked' && scenario == 'fixed'", "replies   node");
    assert!(asked.contains("ask process") || asked.contains("chose     ask"), "{asked}");
    // Precopy goes on for a while at the old node.
    let steps = story(folder.path(), "policy == 'aged' && scenario == 'precopy'", "runs there");
    assert!(steps.contains(" s after the order, ") && steps.contains(" bytes sent"), "{steps}");
}

/// Blocks of commands, each with the block of text behind it.
fn shown(page: &str) -> Vec<(Vec<Vec<String>>, Option<String>)> {
    let mut all: Vec<(Vec<Vec<String>>, Option<String>)> = Vec::new();
    for block in page.split("```").skip(1).step_by(2) {
        let (language, text) = block.split_once('\n').expect("a language");
        let words = |line: &str| {
            line.split('\'')
                .enumerate()
                .flat_map(|(k, part)| match k % 2 {
                    0 => part.split_whitespace().map(str::to_owned).collect::<Vec<_>>(),
                    _ => vec![part.to_owned()],
                })
                .collect()
        };
        match language {
            "sh" => all.push((text.lines().map(words).collect(), None)),
            "text" => all.last_mut().expect("commands come first").1 = Some(text.to_owned()),
            _ => {}
        }
    }
    all
}

#[test]
fn every_command_of_the_page_about_traces_works_and_says_what_is_shown() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("experiments/examples/data");
    fs::create_dir_all(&data).expect("a folder");
    for name in ["one-migration.toml", "quickstart.toml", "data/one-migration.csv"] {
        let to = folder.path().join("experiments/examples").join(name);
        fs::copy(root.join("experiments/examples").join(name), to).expect("an example");
    }
    let page = fs::read_to_string(root.join("docs/trace.md")).expect("the page");
    let mut done = 0;
    for (commands, text) in shown(&page) {
        let mut said = String::new();
        for command in &commands {
            let (program, arguments) = command.split_first().expect("a command");
            assert_eq!(program, "loadlab");
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            said = succeed(folder.path(), &arguments);
            done += 1;
        }
        if let Some(text) = text {
            assert_eq!(said, text, "after {commands:?}");
        }
    }
    assert!(done >= 4, "only {done} commands");
}

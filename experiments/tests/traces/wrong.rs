//! What `loadlab trace` refuses, in what words, and that it then leaves nothing behind.

use crate::drawn::MOVING;
use crate::support::{ends, folder};
use std::fs;

#[test]
fn wrong_input_ends_with_code_2_and_a_clear_word_before_anything_is_written() {
    let folder = folder(MOVING);
    let one = ["--only", "policy == 'idle' && scenario == 'free'"];
    let cases: [(&[&str], &str); 14] = [
        (&["nothing.toml"], "nothing.toml"),
        (&["small.toml"], "the file has 12 cells: say with --cell or --only which is meant"),
        (&["small.toml", "--cell", "zzz"], "there is no cell `zzz`"),
        (&["small.toml", "--cell", ""], "`` begins 12 cells"),
        (&["small.toml", "--cell", "\u{1b}[31m"], "there is no cell `"),
        (&["small.toml", "--only", "policy == 'nobody'"], "nobody"),
        (&["small.toml", "--only", "policy =="], "--only"),
        (&["small.toml", one[0], one[1], "--rep", "2"], "there is no replication 2: the file asks for up to 2, from 0"),
        (&["small.toml", one[0], one[1], "--rep=-1"], "--rep"),
        (&["small.toml", one[0], one[1], "--from", "5", "--to", "5"], "--from must be less than --to"),
        (&["small.toml", one[0], one[1], "--from", "soon"], "expected seconds of 0 or more"),
        (&["small.toml", one[0], one[1], "--events", "0"], "--events"),
        (&["small.toml", one[0], one[1], "--set", "scenarios.free.nodes.count=0"], "count"),
        (&["small.toml", one[0], one[1], "--explain", "100000"], "no process 100000 started or was placed in cell"),
    ];
    for (arguments, word) in cases {
        let (said, complaint) = ends(folder.path(), &[&["trace"], arguments].concat(), 2);
        assert!(complaint.contains(word) && said.is_empty(), "{arguments:?}: {complaint}");
        assert!(!complaint.contains('\u{1b}'), "{complaint:?}");
        let left: Vec<_> =
            fs::read_dir(folder.path()).expect("a folder").map(|e| e.expect("an entry").file_name()).collect();
        assert_eq!(left, ["small.toml"], "{arguments:?} leaves nothing behind");
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let folder = folder(MOVING);
    let only = "policy == 'idle' && scenario == 'free'";
    let (_, complaint) = ends(folder.path(), &["trace", "small.toml", "--only", only, "--out", "small.toml"], 3);
    assert!(complaint.contains("small.toml"), "{complaint}");
}

#[test]
fn a_misspelt_cell_is_met_with_the_nearest_one() {
    let folder = folder(MOVING);
    let (_, complaint) = ends(folder.path(), &["trace", "small.toml", "--cell", ""], 2);
    let id = complaint.lines().nth(1).and_then(|line| line.split_whitespace().nth(1)).expect("a cell").to_owned();
    let misspelt = format!("{}z", &id[..id.len() - 1]);
    let (_, complaint) = ends(folder.path(), &["trace", "small.toml", "--cell", &misspelt], 2);
    assert!(complaint.contains(&format!("did you mean `{id}`?")), "{complaint}");
}

//! The rules that no compiler checks: how long files and functions may be, which crate may use which, what the
//! simulator must not touch, and which words must not stand. Every failure names file and line.
//!
//! Not here: what clippy refuses (hash maps, clocks and threads in the simulator: `clippy.toml` of its crates).

mod files;
mod manifests;
mod scan;

use files::{File, PURE};

const LONGEST_FILE: usize = 500;
const LONGEST_FUNCTION: usize = 70;

/// Words that mean unfinished work, places on one machine, and hosts of registries: split, so that this file does not
/// hold them itself.
const FORBIDDEN: [&str; 11] = [
    concat!("to", "do!"),
    concat!("unimple", "mented!"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
    concat!("db", "g!("),
    concat!("#[ig", "nore"),
    concat!("place", "holder"),
    concat!("/wo", "rk/"),
    concat!("/tm", "p/"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
];

/// Hosts of package registries.
const REGISTRIES: [&str; 5] = [
    concat!("crates", ".io"),
    concat!("docs", ".rs/"),
    concat!("pypi", ".org"),
    concat!("python", "hosted"),
    concat!("npm", "js"),
];

/// Functions of `f64` that differ between platforms in their last bits; the simulator takes them from `libm`.
const TRANSCENDENTAL: [&str; 27] = [
    "exp", "exp2", "exp_m1", "ln", "ln_1p", "log", "log2", "log10", "powf", "powi", "sin", "cos", "tan", "sin_cos",
    "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "cbrt", "hypot", "gamma",
];

/// What a pure function has no use for; and the form of `use` that could hide it.
const OUTSIDE: [&str; 7] = ["std::env", "std::fs", "std::net", "std::process", "std::thread", "std::time", "std::{"];

fn nothing(violations: Vec<String>) {
    assert!(violations.is_empty(), "\n{}\n", violations.join("\n"));
}

/// Where any of the words stands, as `file:line: why`.
fn found(file: &File, words: &[&str], why: &str) -> Vec<String> {
    let at = |word: &str, at: usize| format!("{}:{}: `{word}` {why}", file.path, scan::line_of(&file.text, at));
    words.iter().flat_map(|word| file.text.match_indices(word).map(|(p, _)| at(word, p))).collect()
}

#[test]
fn no_file_is_longer_than_500_lines_besides_its_tests() {
    let length = |f: &File| scan::lines_before_tests(&scan::code(&f.text));
    let long = files::rust().into_iter().map(|f| (length(&f), f.path)).filter(|(lines, _)| *lines > LONGEST_FILE);
    nothing(long.map(|(lines, path)| format!("{path}:{lines}: {lines} lines; at most {LONGEST_FILE}")).collect());
}

#[test]
fn no_function_is_longer_than_70_lines() {
    let long = |f: &File| {
        let functions = scan::functions(&scan::code(&f.text)).into_iter();
        let long = functions.filter(|function| function.lines > LONGEST_FUNCTION);
        long.map(|x| format!("{}:{}: `{}` has {} lines; at most {LONGEST_FUNCTION}", f.path, x.line, x.name, x.lines))
            .collect::<Vec<_>>()
    };
    let files = files::rust();
    assert!(files.iter().map(|f| scan::functions(&scan::code(&f.text)).len()).sum::<usize>() > 1000);
    nothing(files.iter().flat_map(long).collect());
}

#[test]
fn every_rust_file_says_at_its_top_what_it_is_responsible_for() {
    let silent = files::rust().into_iter().filter(|f| !f.text.starts_with("//! "));
    nothing(silent.map(|f| format!("{}:1: the file must begin with `//! ` and its responsibility", f.path)).collect());
}

#[test]
fn no_word_of_unfinished_work_stands_anywhere_and_no_place_of_one_machine() {
    let why = "must not stand in the project";
    let own = |f: &File| [found(f, &FORBIDDEN, why), found(f, &REGISTRIES, why)].concat();
    nothing(files::all().iter().flat_map(own).collect());
}

#[test]
fn the_words_that_must_not_stand_are_found_with_file_and_line() {
    let file = File { path: "a.rs".to_owned(), text: format!("fn a() {{\n    {}(\"later\")\n}}\n", FORBIDDEN[0]) };
    let expected = format!("a.rs:2: `{}` must go", FORBIDDEN[0]);
    assert_eq!(found(&file, &FORBIDDEN, "must go"), [expected]);
}

#[test]
fn the_simulator_reads_no_file_clock_or_environment() {
    let why = "does not belong below `experiments`: the simulator is a pure function of its input";
    nothing(files::pure().iter().flat_map(|f| found(f, &OUTSIDE, why)).collect());
}

#[test]
fn the_simulator_takes_its_transcendental_functions_from_libm() {
    let why = "differs between platforms: use the function of `libm`";
    let calls: Vec<String> = TRANSCENDENTAL.iter().flat_map(|f| [format!(".{f}("), format!("f64::{f}")]).collect();
    let calls: Vec<&str> = calls.iter().map(String::as_str).collect();
    nothing(files::pure().iter().flat_map(|f| found(f, &calls, why)).collect());
}

#[test]
fn the_crates_of_the_simulator_share_the_lints_that_keep_it_pure() {
    let lints = PURE.map(|c| files::read(&format!("{c}/clippy.toml")));
    assert!(lints.iter().all(|text| *text == lints[0]), "the clippy.toml of {PURE:?} differ");
    let refused = manifests::lints(&lints[0]);
    for path in ["std::collections::HashMap", "std::collections::HashSet", "std::time::Instant", "std::thread::spawn"] {
        assert!(refused.iter().any(|p| p == path), "clippy.toml no longer refuses {path}");
    }
}

//! What the documents show works: experiment files are valid, command lines are understood, files that they name are
//! there, and the example of every catalogue entry can be pasted into an experiment.
//!
//! Not here: what experiments result in.

use loadlab::{catalogues, cli, file, library};
use loadlab_core::information::{Index, Information};
use loadlab_core::spec::Kind;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A fenced block of a document.
#[derive(Debug, PartialEq)]
struct Block {
    language: String,
    /// The line of its first line, from 1.
    line: usize,
    text: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The Markdown files of the project that address its users, by their paths below the root.
fn documents() -> Vec<(String, String)> {
    let mut paths = vec!["results/README.md".to_owned()];
    for folder in ["", "docs/", "notebooks/"] {
        let entries = std::fs::read_dir(root().join(folder)).expect("the folder is part of the project");
        let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
        paths.extend(names.filter(|name| name.ends_with(".md")).map(|name| format!("{folder}{name}")));
    }
    paths.sort();
    let read = |path: String| (std::fs::read_to_string(root().join(&path)).expect("a document"), path);
    paths.into_iter().map(read).map(|(text, path)| (path, text)).collect()
}

/// The fenced blocks of a document.
fn blocks(text: &str) -> Vec<Block> {
    let (mut all, mut open) = (Vec::new(), None::<Block>);
    for (k, line) in text.lines().enumerate() {
        let fence = line.trim_start().strip_prefix("```");
        open = match (open, fence) {
            (None, Some(language)) => {
                Some(Block { language: language.trim().to_owned(), line: k + 2, text: String::new() })
            }
            (None, None) => None,
            (Some(block), Some(_)) => {
                all.push(block);
                None
            }
            (Some(block), None) => Some(Block { text: block.text + line + "\n", ..block }),
        };
    }
    all
}

/// All blocks of a language, each with `file:line`.
fn shown(language: &str) -> Vec<(String, String)> {
    let of = |(path, text): (String, String)| {
        let wanted = blocks(&text).into_iter().filter(|b| b.language == language);
        wanted.map(|b| (format!("{path}:{}", b.line), b.text)).collect::<Vec<_>>()
    };
    documents().into_iter().flat_map(of).collect()
}

/// The commands of a shell block, each as words: comments, prompts and redirections left out.
fn commands(text: &str) -> Vec<Vec<String>> {
    let (mut all, mut words, mut word, mut quote) = (Vec::new(), Vec::new(), String::new(), None);
    let joined = text.replace("\\\n", " ");
    for line in joined.lines().map(|line| line.trim_start().trim_start_matches("$ ")) {
        for c in line.chars().take_while(|c| *c != '#').chain(['\n']) {
            match (c, quote) {
                (c, Some(mark)) if c == mark => quote = None,
                (c, Some(_)) => word.push(c),
                ('\'' | '"', None) => quote = Some(c),
                (' ' | '\n' | '|' | '>' | ';' | '&', None) => {
                    words.extend(Some(std::mem::take(&mut word)).filter(|w| !w.is_empty()));
                    if c != ' ' {
                        all.extend(Some(std::mem::take(&mut words)).filter(|w: &Vec<String>| !w.is_empty()));
                    }
                }
                (c, None) => word.push(c),
            }
        }
    }
    all
}

/// What the program is called with, if a command calls it: by its name, or through `cargo run`.
fn arguments(command: &[String]) -> Option<Vec<&str>> {
    let words: Vec<&str> = command.iter().map(String::as_str).skip_while(|word| word.contains('=')).collect();
    match words.as_slice() {
        [program, rest @ ..] if program.rsplit('/').next() == Some("loadlab") => Some(rest.to_vec()),
        ["cargo", "run", rest @ ..] => rest.split(|word| *word == "--").nth(1).map(<[&str]>::to_vec),
        _ => None,
    }
}

fn nothing(violations: Vec<String>) {
    assert!(violations.is_empty(), "\n{}\n", violations.join("\n"));
}

/// What is wrong with an experiment.
fn errors(name: &str, text: &str) -> Vec<String> {
    let mut env = catalogues::env();
    env.policies.kinds.extend(file::Catalogue::of("policy", std::slice::from_ref(&ANY)).kinds);
    match file::read(text, name, &[], &env) {
        Ok(experiment) if experiment.cells.is_empty() => vec![format!("{name}: no cell")],
        Ok(_) => Vec::new(),
        Err(errors) => errors.iter().map(|e| e.render(false)).collect(),
    }
}

#[test]
fn every_experiment_in_the_documents_is_valid() {
    let whole: Vec<_> = shown("toml").into_iter().filter(|(_, text)| text.contains("schema = 1")).collect();
    assert!(!whole.is_empty(), "no document shows an experiment");
    nothing(whole.iter().flat_map(|(place, text)| errors(place, text)).collect());
}

#[test]
fn every_shipped_example_is_valid() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let entries = std::fs::read_dir(folder).expect("examples are shipped");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let examples: Vec<PathBuf> = paths.filter(|path| path.extension().is_some_and(|e| e == "toml")).collect();
    assert!(!examples.is_empty());
    let wrong = |path: &PathBuf| errors(&path.display().to_string(), &std::fs::read_to_string(path).expect("text"));
    nothing(examples.iter().flat_map(wrong).collect());
}

#[test]
fn every_command_line_in_the_documents_is_understood_and_names_files_that_are_there() {
    let (mut checked, mut wrong) = (0, Vec::new());
    for (place, text) in shown("sh") {
        for command in commands(&text) {
            let Some(arguments) = arguments(&command) else { continue };
            checked += 1;
            let words = [&["loadlab"], arguments.as_slice()].concat();
            wrong.extend(cli::parse_check(&words).err().map(|e| format!("{place}: `{}`: {e}", command.join(" "))));
            let shipped = arguments.iter().filter(|word| word.starts_with("experiments/"));
            let absent = shipped.filter(|word| !word.contains('*') && !root().join(word).exists());
            wrong.extend(absent.map(|word| format!("{place}: there is no {word}")));
        }
    }
    assert!(checked > 0, "no document shows a command");
    nothing(wrong);
}

/// A policy whose table chooses its information and its load index.
static ANY: Kind<(Information, Index)> = Kind {
    name: "any",
    summary: "Knows anything.",
    doc: "",
    reference: "",
    params: &[Information::param("\"exact\""), Index::PARAM],
    build: |args| Ok((Information::of(args)?, Index::of(args)?)),
    example: "kind = \"any\"\n",
};

/// An experiment whose table of a catalogue is an example of it.
fn around(catalogue: &str, example: &str) -> Option<String> {
    let policy = match catalogue {
        "information" | "index" => "any",
        "selection" | "location" => "composite",
        _ => "none",
    };
    let default = |id: &str, text: &str| if id == catalogue { String::new() } else { format!("{text}\n") };
    let place = match catalogue {
        "policy" => "policies.example",
        "law" => "scenario.lifetime",
        "discipline" => "scenario.nodes.discipline",
        "arrivals" => "scenario.arrivals",
        "network" => "scenario.network",
        "information" => "policies.example.information",
        "index" => "policies.example.load",
        "selection" => "policies.example.selection",
        "location" => "policies.example.location",
        "placement" => "scenario.placement",
        "forwarding" => "scenario.forwarding",
        "migration" => "scenario.migration",
        "workload" => "scenario.workload",
        "warmup" => "warmup",
        _ => return None,
    };
    Some(format!(
        "schema = 1\nexperiment.name = \"example\"\n{}[scenario]\noffered_load = 0.5\nhorizon = {{ processes = 1000 }}\n\
         {}[scenario.nodes]\ncount = 4\n[{place}]\n{example}\n",
        default("policy", &format!("policies.example.kind = \"{policy}\"")),
        default("law", "lifetime = \"1s\""),
    ))
}

#[test]
fn the_example_of_every_catalogue_entry_can_be_pasted_into_an_experiment() {
    let env = catalogues::env();
    let others = env.catalogues.iter().map(|(id, catalogue)| (*id, catalogue));
    let mut wrong = Vec::new();
    for (id, catalogue) in others.chain([("policy", &env.policies), ("law", &env.laws.catalogue)]) {
        assert!(!catalogue.kinds.is_empty(), "the catalogue {id} is empty");
        for kind in &catalogue.kinds {
            let place = format!("{id} `{}`", kind.name);
            let Some(text) = around(id, kind.example) else { panic!("say in `around` where a {id} stands in a file") };
            let named = kind.example.lines().any(|line| line.trim() == format!("kind = \"{}\"", kind.name));
            wrong.extend((!named).then(|| format!("{place}: its example does not have its kind on a line of its own")));
            wrong.extend(errors(&place, &text).into_iter().map(|e| format!("{place}: {e}")));
        }
    }
    nothing(wrong);
}

#[test]
fn a_sweep_reaches_the_parameters_of_information_and_of_the_load_index() {
    let text = "schema = 1\nexperiment.name = \"x\"\n[scenario]\noffered_load = 0.5\nlifetime = \"1s\"\n\
                horizon = { processes = 1000 }\n[scenario.nodes]\ncount = 4\n[policies.p]\nkind = \"any\"\n\
                information = { kind = \"gossip\", every = \"500ms\" }\nload = { kind = \"average\" }\n[sweep]\n\
                \"information.length\" = [4, 8]\n\"load.window\" = [\"1s\", \"1min\"]\n";
    let mut env = catalogues::env();
    env.policies.kinds.extend(file::Catalogue::of("policy", std::slice::from_ref(&ANY)).kinds);
    let experiment = file::read(text, "x.toml", &[], &env).unwrap_or_else(|e| panic!("{}", e[0].render(false)));
    let built = experiment.cells.iter().map(|cell| (ANY.build)(&cell.policy.args).expect("possible"));
    let told: Vec<(u32, f64, Index)> = built
        .map(|(information, load)| match information {
            Information::Gossip(gossip) => (gossip.length, gossip.period, load),
            other => panic!("{other:?} instead of gossip"),
        })
        .collect();
    let average = |window| Index::Average { window };
    assert_eq!(
        told,
        [(4, 0.5, average(1.0)), (4, 0.5, average(60.0)), (8, 0.5, average(1.0)), (8, 0.5, average(60.0))]
    );
}

#[test]
fn blocks_are_found_with_their_language_and_line() {
    let text = "a\n```toml\nb = 1\n```\nc\n\n```sh\nd\ne\n```\n";
    let block = |language: &str, line, text: &str| Block { language: language.into(), line, text: text.into() };
    assert_eq!(blocks(text), [block("toml", 3, "b = 1\n"), block("sh", 8, "d\ne\n")]);
}

#[test]
fn command_lines_are_split_as_a_shell_would() {
    let text = "# comment\n$ A=1 loadlab run x.toml --set 'a.b=\"c d\"' > out # why\ncd y && cargo run --release -- check \\\n  z\n";
    let commands = commands(text);
    let called: Vec<_> = commands.iter().filter_map(|c| arguments(c)).collect();
    assert_eq!(called, [vec!["run", "x.toml", "--set", "a.b=\"c d\""], vec!["check", "z"]]);
}

/// The verdicts of the claims of a reproduction, in their order, as they are kept.
fn kept_verdicts(name: &str) -> Vec<String> {
    let path = root().join(format!("results/reference/{name}/claims.csv"));
    let mut table = csv::Reader::from_path(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let rows = table.deserialize().map(|row: Result<BTreeMap<String, String>, csv::Error>| row.expect("a row"));
    let mut verdicts: Vec<(String, String)> = rows.map(|row| (row["claim"].clone(), row["verdict"].clone())).collect();
    // A claim has a row for every place at which it is evaluated, one after the other.
    verdicts.dedup_by(|a, b| a.0 == b.0);
    verdicts.into_iter().map(|(_, verdict)| verdict).collect()
}

fn count(verdicts: &[String], wanted: &str) -> usize {
    verdicts.iter().filter(|own| *own == wanted).count()
}

/// The rows of the tables of the page of reproductions.
fn listed() -> Vec<Vec<String>> {
    let page = std::fs::read_to_string(root().join("docs/papers/README.md")).expect("the list");
    page.lines().map(|line| line.split('|').map(|field| field.trim().to_owned()).collect()).collect()
}

#[test]
fn the_list_of_reproductions_has_every_one_with_the_verdicts_that_are_kept() {
    let rows = listed();
    for name in library::papers() {
        let named =
            |row: &&Vec<String>| row.len() > 5 && row[1].trim_start_matches('[').split(']').next() == Some(name);
        let row = rows.iter().find(named).unwrap_or_else(|| panic!("{name} is not in the list"));
        // That of one's own machine is of whoever runs it.
        if name != "your-own-machine" {
            let verdicts = kept_verdicts(name);
            let counts = ["PASS", "FAIL", "UNRESOLVED"].map(|verdict| count(&verdicts, verdict).to_string());
            assert_eq!(row[3..6], counts, "{name}");
        }
    }
}

/// The verdicts of claims that a cell names: `eager-1988 5 to 10; work-stealing 23`.
fn named_verdicts(cell: &str) -> Vec<String> {
    let part = |part: &str| {
        let words: Vec<&str> = part.split_whitespace().collect();
        let number = |word: &str| word.parse::<usize>().unwrap_or_else(|e| panic!("{part}: {e}"));
        let (first, last) = (number(words[1]), number(words[words.len() - 1]));
        kept_verdicts(words[0])[first - 1..last].to_vec()
    };
    cell.split(';').flat_map(part).collect()
}

#[test]
fn the_list_of_claims_has_the_verdicts_that_are_kept() {
    let rows = listed();
    let begin = rows.iter().position(|row| row.get(2).is_some_and(|cell| cell == "evaluated in")).expect("the table");
    let rows: Vec<_> = rows[begin + 2..].iter().take_while(|row| row.len() == 5).collect();
    assert!(rows.len() >= 14, "a row for every claim of the literature");
    for row in rows {
        let verdicts = named_verdicts(&row[2]);
        let counts = ["PASS", "FAIL", "UNRESOLVED"].map(|verdict| (count(&verdicts, verdict), verdict));
        let counts = counts.iter().filter(|(n, _)| *n > 0).map(|(n, verdict)| format!("{n} {verdict}"));
        assert_eq!(row[3], counts.collect::<Vec<_>>().join(", "), "{}", row[1]);
    }
}

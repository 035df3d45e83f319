//! The exact commands, and the text of the experiment file.

use super::Report;
use super::html::escaped;
use crate::inputs::Inputs;
use std::fmt::Write;

/// The section.
pub(super) fn commands(report: &Report<'_>) -> String {
    let inputs = report.inputs;
    let name = &report.findings.experiment.name;
    let lines = [
        run(inputs),
        format!("loadlab report {}", word(&format!("results/{name}"))),
        format!("loadlab plot {}", word(&format!("results/{name}"))),
    ];
    let mut out =
        String::from("<p>The first runs it, or goes on with it; the others draw this page and the plots again.</p>\n");
    let _ = writeln!(out, "<pre tabindex=\"0\"><code>{}</code></pre>", lines.map(|line| escaped(&line)).join("\n"));
    let _ = writeln!(out, "<h3>The texts that it was made from</h3>");
    let beside = inputs.beside.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    let hashes = inputs.hashes();
    for (path, text) in [(inputs.file.as_str(), inputs.text.as_str())].into_iter().chain(beside) {
        let lines: Vec<String> = text.lines().map(|line| escaped(&line.replace('\t', "    "))).collect();
        let _ = writeln!(
            out,
            "<details><summary>{}, SHA-256 {}</summary>\n<pre tabindex=\"0\"><code>{}</code></pre></details>",
            escaped(file_name(path)),
            hashes.get(path).map_or("", String::as_str),
            lines.join("\n")
        );
    }
    out
}

/// The last part of a path: where it lay on some machine is nobody's business.
fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

fn run(inputs: &Inputs) -> String {
    let mut line = format!("loadlab run {}", word(file_name(&inputs.file)));
    inputs.sets.iter().for_each(|set| _ = write!(line, " --set {}", word(set)));
    inputs.only.iter().for_each(|only| _ = write!(line, " --only {}", word(only)));
    if inputs.smoke {
        line.push_str(" --smoke");
    }
    line
}

/// A word of a shell's command line.
fn word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=,:".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_keep_what_was_asked_in_words_that_a_shell_reads_back() {
        let inputs = Inputs {
            file: "some/where/a b.toml".into(),
            sets: vec!["replicate.min=5".into(), "experiment.name='x'".into()],
            only: Some("policy == \"a\"".into()),
            ..Inputs::default()
        };
        let expected =
            r#"loadlab run 'a b.toml' --set replicate.min=5 --set 'experiment.name='\''x'\''' --only 'policy == "a"'"#;
        assert_eq!(run(&inputs), expected);
    }
}

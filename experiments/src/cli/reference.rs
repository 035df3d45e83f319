//! Documentation that other programs read, and that of single keys: `schema`, `completions`, `explain`.

use super::exit::Exit;
use crate::catalogues;
use crate::file::{self, harmless};

/// The JSON Schema.
pub(super) fn schema() -> Exit {
    Exit::well(file::schema(&catalogues::env()))
}

/// The documentation of a key.
pub(super) fn explain(key: &str) -> Result<Exit, Exit> {
    file::explain(&catalogues::env(), key).map(Exit::well).map_err(|near| {
        let hint = near.map_or(String::new(), |near| format!(", did you mean `{near}`?"));
        Exit::wrong(format!("error: there is no key `{}`{hint}\n", harmless(key)))
    })
}

/// The completions of a shell.
pub(super) fn completions(shell: clap_complete::Shell, command: &mut clap::Command) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(shell, command, "loadlab", &mut script);
    Exit::well(String::from_utf8_lossy(&script).into_owned())
}

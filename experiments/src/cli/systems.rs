//! `loadlab systems`: the presets of published systems on the terminal.

use super::exit::Exit;
use crate::file::diagnostic::nearest;
use crate::file::harmless;
use crate::systems::{SYSTEMS, System};

/// One line per system with the weakest evidence of its figures, or the page of one.
pub(super) fn systems(name: Option<&str>) -> Result<Exit, Exit> {
    let Some(name) = name else {
        let line = |s: &System| format!("{:12} {:20} {:12} {}\n", s.name, s.mechanism, s.evidence().name(), s.summary);
        return Ok(Exit::well(SYSTEMS.iter().map(line).collect()));
    };
    named(name).map(|system| Exit::well(system.page()))
}

/// The system of a name, or the complaint.
pub(super) fn named(name: &str) -> Result<&'static System, Exit> {
    let names: Vec<&str> = SYSTEMS.iter().map(|system| system.name).collect();
    let near = nearest(name, &names).map_or(String::new(), |near| format!(", did you mean `{near}`?"));
    System::named(name).ok_or_else(|| Exit::wrong(format!("error: there is no system `{}`{near}\n", harmless(name))))
}

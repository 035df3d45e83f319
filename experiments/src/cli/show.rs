//! `loadlab show`: the resolved TOML of cells.

use super::exit::Exit;
use super::request::{Request, Selection};
use crate::file::diagnostic::nearest;
use crate::file::{Cell, harmless};
use clap::Args;

/// What `show` takes.
#[derive(Args, Debug)]
pub(super) struct ShowArgs {
    #[command(flatten)]
    selection: Selection,
    /// The cell, by its identity or the beginning of it; all cells if left out.
    #[arg(long, value_name = "ID")]
    cell: Option<String>,
}

/// The cells as TOML.
pub(super) fn show(args: &ShowArgs) -> Result<Exit, Exit> {
    let Request { experiment, .. } = args.selection.request()?;
    let wanted = args.cell.as_deref().unwrap_or("");
    let cells: Vec<&Cell> = experiment.cells.iter().filter(|cell| cell.id.starts_with(wanted)).collect();
    if cells.is_empty() {
        let ids: Vec<&str> = experiment.cells.iter().map(|cell| cell.id.as_str()).collect();
        let near = nearest(wanted, &ids).map_or(String::new(), |near| format!(", did you mean `{near}`?"));
        let list = "`loadlab list` names the cells";
        return Err(Exit::wrong(format!("error: there is no cell `{}`{near}; {list}\n", harmless(wanted))));
    }
    let texts: Vec<String> = cells.iter().map(|cell| cell.show(&experiment.sources)).collect();
    Ok(Exit::well(texts.join("\n")))
}

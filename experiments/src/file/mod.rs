//! The experiment file: from TOML text to validated, expanded cells.
//!
//! Text -> tree (`document`) -> `--set` (`set`) -> inheritance (`inherit`) -> sweep (`sweep`, `expand`) -> checked
//! against descriptions (`check`, `value`) -> [`Experiment`]. Pure: the caller opens files and hands in what an
//! [`Env`] holds. Every error of a file is reported at once, with its place.

mod audit;
mod axis;
pub mod canon;
pub mod catalogue;
pub mod cell;
pub mod check;
pub mod decimal;
mod design;
pub mod diagnostic;
pub mod document;
mod expand;
pub mod experiment;
mod explain;
mod expression;
mod head;
mod inherit;
pub mod keys;
mod manual;
mod name;
mod path;
pub mod plots;
pub mod print;
mod range;
mod reader;
mod schema;
mod set;
mod sweep;
mod types;
pub mod units;
mod value;
pub mod vocabulary;
mod zip;

pub use audit::audit;
pub use catalogue::{Catalogue, Env, Fault, KindInfo, Laws, Rule};
pub use cell::{Cell, Resolved};
pub use diagnostic::{Diagnostic, harmless};
pub use experiment::Experiment;
pub use explain::{explain, unit_of};
pub use keys::Warmup;
pub use manual::manual;
pub use reader::{decode, read};
pub use schema::schema;

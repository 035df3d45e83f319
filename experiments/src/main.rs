//! The `loadlab` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    loadlab::cli::main()
}

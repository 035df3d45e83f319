//! Progress of long work: a bar on a terminal, plain lines elsewhere, nothing when asked for quiet.

use crate::file::Cell;
use crate::runner::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::sync::atomic::{AtomicU64, Ordering};

/// Where progress is shown.
pub(crate) enum Display {
    /// Nowhere.
    Quiet,
    /// As a bar with the time left.
    Bar(ProgressBar),
    /// As a line for every tenth of the work.
    Lines {
        /// All runs.
        total: u64,
        /// Those that are done.
        done: AtomicU64,
    },
}

impl Display {
    /// For so many runs; a bar if standard error is a terminal.
    pub(crate) fn new(total: u64, quiet: bool) -> Display {
        if quiet {
            return Display::Quiet;
        }
        if !std::io::stderr().is_terminal() {
            return Display::Lines { total, done: AtomicU64::new(0) };
        }
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr_with_hz(8));
        let template = "{bar:40} {pos}/{len} runs, {elapsed} gone, {eta} left  {msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        Display::Bar(bar)
    }

    /// The work is over.
    pub(crate) fn close(&self) {
        if let Display::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

impl Progress for Display {
    fn finished(&self, cell: &Cell, _: u64) {
        match self {
            Display::Quiet => {}
            Display::Bar(bar) => {
                bar.set_message(format!("{} {}", cell.scenario.name, cell.policy.name));
                bar.inc(1);
            }
            Display::Lines { total, done } => {
                let now = done.fetch_add(1, Ordering::Relaxed) + 1;
                if now == *total || now * 10 / total > (now - 1) * 10 / total {
                    eprintln!("{now} of {total} runs done");
                }
            }
        }
    }
}

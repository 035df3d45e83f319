//! Progress of long work: a bar with the time left and the cells in work on a terminal, plain lines elsewhere, nothing
//! when asked for quiet.

use crate::file::{Cell, harmless};
use crate::runner::Progress;
use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{IsTerminal, Write};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The most lines that are printed where there is no terminal.
const EVERY: Duration = Duration::from_secs(1);

/// Where progress is shown.
pub(crate) enum Display {
    /// Nowhere.
    Quiet,
    /// As a bar, with the cells in work.
    Bar(ProgressBar, Mutex<Vec<String>>),
    /// As lines, at most one a second.
    Lines(Mutex<Lines>),
}

/// What the lines tell.
pub(crate) struct Lines {
    planned: u64,
    done: u64,
    began: Instant,
    last: Instant,
}

impl Display {
    /// A bar if standard error is a terminal.
    pub(crate) fn new(quiet: bool) -> Display {
        if quiet {
            return Display::Quiet;
        }
        if !std::io::stderr().is_terminal() {
            let now = Instant::now();
            return Display::Lines(Mutex::new(Lines { planned: 0, done: 0, began: now, last: now }));
        }
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr_with_hz(8));
        let template = "{bar:40} {pos}/{len} runs, {elapsed} gone, {eta} left\n{wide_msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        Display::Bar(bar, Mutex::default())
    }

    /// The work is over.
    pub(crate) fn close(&self) {
        if let Display::Bar(bar, _) = self {
            bar.finish_and_clear();
        }
    }
}

impl Progress for Display {
    fn planned(&self, runs: u64) {
        match self {
            Display::Quiet => {}
            Display::Bar(bar, _) => bar.inc_length(runs),
            Display::Lines(lines) => lines.lock().unwrap_or_else(PoisonError::into_inner).planned += runs,
        }
    }

    fn started(&self, cell: &Cell) {
        let Display::Bar(bar, working) = self else { return };
        let mut working = working.lock().unwrap_or_else(PoisonError::into_inner);
        working.push(name(cell));
        bar.set_message(working.join(", "));
    }

    fn finished(&self, cell: &Cell) {
        match self {
            Display::Quiet => {}
            Display::Bar(bar, working) => {
                let mut working = working.lock().unwrap_or_else(PoisonError::into_inner);
                let own = name(cell);
                if let Some(at) = working.iter().position(|name| *name == own) {
                    working.remove(at);
                }
                bar.set_message(working.join(", "));
                bar.inc(1);
            }
            Display::Lines(lines) => lines.lock().unwrap_or_else(PoisonError::into_inner).one_more(),
        }
    }
}

impl Lines {
    fn one_more(&mut self) {
        self.done += 1;
        if self.last.elapsed() < EVERY {
            return;
        }
        self.last = Instant::now();
        let left = self.began.elapsed().mul_f64((self.planned - self.done.min(self.planned)) as f64 / self.done as f64);
        // Nobody listening is no reason to stop.
        let _ = writeln!(
            std::io::stderr(),
            "{} of {} runs done, about {} left",
            self.done,
            self.planned,
            HumanDuration(left)
        );
    }
}

/// A cell in a few words.
fn name(cell: &Cell) -> String {
    let keys = cell.keys.iter().map(|(key, value)| format!(" {key}={}", crate::results::text(value)));
    harmless(&format!("{} {}{}", cell.scenario.name, cell.policy.name, keys.collect::<String>()))
}

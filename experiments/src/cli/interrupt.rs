//! Ctrl-C and SIGTERM: no new run is begun, those in work get a moment, and what is finished is kept.

use super::exit::INTERRUPTED;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How long runs in work may go on after the signal.
const GRACE: Duration = Duration::from_secs(2);

/// From now on a signal sets the flag; a second one, or the end of the moment, ends the program with `farewell`.
pub(super) fn install(farewell: String) -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = stop.clone();
    let handler = move || {
        if flag.swap(true, Ordering::Relaxed) {
            leave(&farewell);
        }
        let farewell = farewell.clone();
        std::thread::spawn(move || {
            std::thread::sleep(GRACE);
            leave(&farewell);
        });
    };
    // Without a handler a signal ends the program at once, which loses no finished run either.
    let _ = ctrlc::set_handler(handler);
    stop
}

/// Finished runs are in the log already: whatever is in work is run again next time.
fn leave(farewell: &str) {
    let _ = std::io::stderr().write_all(farewell.as_bytes());
    std::process::exit(i32::from(INTERRUPTED));
}

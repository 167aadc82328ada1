//! Signals that end a run: staged files are removed first.

use std::sync::Arc;
use std::thread;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::terminal::Terminal;
use crate::error::{Error, Result};
use crate::storage::Stage;

/// Returns a stage that a signal abandons, from a thread that waits for
/// signals. While output is being put in place, signals have no effect.
pub(crate) fn signal_safe_stage(terminal: &Terminal) -> Result<Arc<Stage>> {
    let is_ignored = ignored_signals();
    let handled = [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|signal| !is_ignored(*signal));
    let mut signals = Signals::new(handled)
        .map_err(|error| Error::io("cannot listen for signals", "signals", error))?;
    let stage = Arc::new(Stage::default());
    let (watched, terminal) = (Arc::clone(&stage), *terminal);
    thread::spawn(move || {
        for signal in signals.forever() {
            watched.abandon_and(|| {
                terminal.say("idswap: interrupted, no output was put in place");
                signal_hook::low_level::exit(128 + signal);
            });
        }
    });
    Ok(stage)
}

/// Whether this process was started with a signal ignored, as `nohup` does:
/// such signals stay ignored.
fn ignored_signals() -> impl Fn(i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    move |signal| mask >> (signal - 1) & 1 == 1
}

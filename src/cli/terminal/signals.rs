//! Signals that end a run: staged files are removed first.

use std::sync::Arc;
use std::thread;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::terminal::Terminal;
use crate::error::{Error, Result};
use crate::storage::Stage;

/// Waits for signals beside the run. Once the output is being put in place they
/// come too late, and the run ends normally.
pub(crate) fn watch(stage: &Arc<Stage>, terminal: Terminal) -> Result<()> {
    let ignored = ignored();
    let wanted = [SIGINT, SIGTERM, SIGHUP].into_iter().filter(|signal| !ignored(*signal));
    let mut signals = Signals::new(wanted)
        .map_err(|error| Error::io("cannot listen for signals", "signals", error))?;
    let stage = Arc::clone(stage);
    thread::spawn(move || {
        for signal in signals.forever() {
            stage.abandon_and(|| {
                terminal.say("idswap: interrupted, no output was put in place");
                signal_hook::low_level::exit(128 + signal);
            });
        }
    });
    Ok(())
}

/// Signals that this process was started to ignore, as by `nohup`; they stay
/// ignored.
fn ignored() -> impl Fn(i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    move |signal| mask >> (signal - 1) & 1 == 1
}

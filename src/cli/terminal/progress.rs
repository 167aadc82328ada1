//! A progress bar for long runs.

use std::io::IsTerminal;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::terminal::Terminal;
use crate::pipeline::ProgressSink;

/// How long a run must last before the bar is shown.
const DELAY: Duration = Duration::from_millis(800);
const WITH_TOTAL: &str = "{wide_bar} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left";
const WITHOUT_TOTAL: &str = "{spinner} {bytes}, {bytes_per_sec}";

/// Shows the progress of a run if standard error is a terminal.
pub(crate) struct Progress {
    bar: ProgressBar,
    since: Instant,
    shown: OnceLock<()>,
}

impl Progress {
    fn new(terminal: &Terminal) -> Self {
        let progress =
            Self { bar: ProgressBar::hidden(), since: Instant::now(), shown: OnceLock::new() };
        if terminal.quiet || !std::io::stderr().is_terminal() {
            progress.shown.get_or_init(|| ());
        }
        progress
    }

    /// Runs `work` with a bar, and removes the bar afterwards.
    pub(crate) fn during<T>(terminal: &Terminal, work: impl FnOnce(&Self) -> T) -> T {
        work(&Self::new(terminal))
    }

    fn show(&self) {
        self.bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
        self.bar.enable_steady_tick(Duration::from_millis(200));
    }
}

impl ProgressSink for Progress {
    fn begin(&self, total: Option<u64>) {
        let template = if total.is_some() { WITH_TOTAL } else { WITHOUT_TOTAL };
        self.bar.reset();
        if let Some(total) = total {
            self.bar.set_length(total);
        }
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style);
        }
    }

    fn advance(&self, bytes: u64) {
        self.bar.inc(bytes);
        if self.shown.get().is_none() && self.since.elapsed() > DELAY {
            self.shown.get_or_init(|| self.show());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

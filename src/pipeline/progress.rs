//! Progress of a run.

/// Receives the progress of a run.
pub trait ProgressSink: Sync {
    /// Called when the run starts, or starts again; `total` is the number of
    /// bytes to read, if known.
    fn begin(&self, total: Option<u64>);
    /// Called when `bytes` more have been processed.
    fn advance(&self, bytes: u64);
}

/// Ignores progress.
impl ProgressSink for () {
    fn begin(&self, _total: Option<u64>) {}
    fn advance(&self, _bytes: u64) {}
}

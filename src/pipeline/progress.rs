//! Whoever wants to know how far a run has come.

/// Hears how far a run has come.
pub trait Watch: Sync {
    /// The run begins, or begins anew; `total` is the bytes to read, where
    /// that is known.
    fn begin(&self, total: Option<u64>);
    /// So many more bytes are done.
    fn advance(&self, bytes: u64);
}

/// Nobody watches.
impl Watch for () {
    fn begin(&self, _total: Option<u64>) {}
    fn advance(&self, _bytes: u64) {}
}

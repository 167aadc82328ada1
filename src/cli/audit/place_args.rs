//! Arguments that `verify` and `diff` have in common.

use crate::cli::terminal::block_size;
use crate::pipeline::BLOCK_SIZE;
use crate::rules::Path;

/// The size of a block.
#[derive(Debug, clap::Args)]
pub(crate) struct BlockArgs {
    /// Bytes that a thread works on at a time; never changes a result
    #[arg(long, value_name = "BYTES", default_value_t = BLOCK_SIZE, value_parser = block_size, help_heading = "Global")]
    pub(crate) block_size: usize,
}

/// Parses a path.
pub(crate) fn path(text: &str) -> Result<Path, String> {
    Path::parse(text).map_err(|fault| {
        format!("{} (at character {})", fault.kind, text[..fault.at].chars().count() + 1)
    })
}

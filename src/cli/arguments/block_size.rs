//! The option `--block-size`.

use crate::pipeline::BLOCK_SIZE;

/// The size of a block.
#[derive(Debug, clap::Args)]
pub(crate) struct BlockArgs {
    /// Bytes that a thread works on at a time; never changes a result
    #[arg(long, value_name = "BYTES", default_value_t = BLOCK_SIZE, value_parser = block_size, help_heading = "Global")]
    pub(crate) block_size: usize,
}

fn block_size(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(bytes) if (1..=1 << 30).contains(&bytes) => Ok(bytes),
        _ => Err("give a number of bytes from 1 to 1073741824".to_owned()),
    }
}

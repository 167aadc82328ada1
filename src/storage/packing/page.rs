//! One page of a packed table, which one thread packs on its own.

use std::io;

use flate2::{Compress, Compression, Crc, FlushCompress, Status};

use super::packing::Packing;

/// The compression levels that the command-line tools use by default.
const DEFLATE_LEVEL: u32 = 6;
const ZSTD_LEVEL: i32 = 3;

/// The window in which deflate looks back, in bytes (RFC 1951, section 2).
pub(crate) const WINDOW: usize = 32 << 10;

impl Packing {
    /// The size of a page in bytes: large enough that packing pages separately
    /// makes the output little larger, small enough that a few pages keep all
    /// threads busy.
    pub(crate) fn page_size(self) -> usize {
        match self {
            Self::Gzip | Self::Deflate => 512 << 10,
            Self::Zstd => 2 << 20,
        }
    }

    /// Packs a page; `before` is the end of the page before it, and `last` ends
    /// the stream.
    pub(crate) fn pack(self, page: &[u8], before: &[u8], last: bool) -> io::Result<Vec<u8>> {
        match self {
            Self::Gzip | Self::Deflate => deflate(page, before, last),
            Self::Zstd => {
                let mut compressor = zstd::bulk::Compressor::new(ZSTD_LEVEL)?;
                compressor.include_checksum(true)?;
                compressor.compress(page)
            }
        }
    }
}

/// Packs a page as blocks of one deflate stream. It may refer to the end of the
/// page before it, and ends at a byte boundary, so that the next page can be
/// appended.
///
/// Each page has its own compressor: a reused one looks at bytes that the page
/// before has left in its window, so that its output would depend on the thread.
fn deflate(page: &[u8], before: &[u8], last: bool) -> io::Result<Vec<u8>> {
    let mut compress = Compress::new(Compression::new(DEFLATE_LEVEL), false);
    if !before.is_empty() {
        compress.set_dictionary(before)?;
    }
    let flush = if last { FlushCompress::Finish } else { FlushCompress::Sync };
    // Room for any output: the output must not depend on how full the buffer is.
    let mut out = Vec::with_capacity(page.len() + page.len() / 8 + 1024);
    let status = compress.compress_vec(page, &mut out, flush)?;
    let is_done = match last {
        true => status == Status::StreamEnd,
        false => compress.total_in() == page.len() as u64 && out.len() < out.capacity(),
    };
    match is_done {
        true => Ok(out),
        false => Err(io::Error::other("a page has grown by more than an eighth")),
    }
}

/// The checksum of a page, which can be combined with that of the next.
pub(crate) fn checksum(page: &[u8]) -> Crc {
    let mut crc = Crc::new();
    crc.update(page);
    crc
}

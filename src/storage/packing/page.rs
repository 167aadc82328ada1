//! One page of a packed table: what one thread packs on its own.

use std::io;

use flate2::{Compress, Compression, Crc, FlushCompress, Status};

use super::packing::Packing;

/// How hard to pack, as the tools do by default.
const DEFLATE_LEVEL: u32 = 6;
const ZSTD_LEVEL: i32 = 3;

/// What deflate remembers of what came before, in bytes (RFC 1951, section 2).
pub(crate) const WINDOW: usize = 32 << 10;

impl Packing {
    /// Bytes of a page. Large enough that packing pages apart costs little
    /// size, small enough that a few of them keep all threads busy.
    pub(crate) fn page(self) -> usize {
        match self {
            Self::Gzip | Self::Deflate => 512 << 10,
            Self::Zstd => 2 << 20,
        }
    }

    /// Packs a page that follows on `before`; `last` ends the stream.
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

/// Packs a page as blocks of one deflate stream: it may look back on the end of
/// the page before, and ends at a byte, so that the next can be appended.
///
/// Each page has a compressor of its own: one that is used again looks at bytes
/// that the page before has left in its window, and packs another way.
fn deflate(page: &[u8], before: &[u8], last: bool) -> io::Result<Vec<u8>> {
    let mut compress = Compress::new(Compression::new(DEFLATE_LEVEL), false);
    if !before.is_empty() {
        compress.set_dictionary(before)?;
    }
    let flush = if last { FlushCompress::Finish } else { FlushCompress::Sync };
    // Room for whatever comes out: where it fills up in the middle shows in
    // what the library makes of the rest.
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

/// The checksum of a page.
pub(crate) fn checksum(page: &[u8]) -> Crc {
    let mut crc = Crc::new();
    crc.update(page);
    crc
}

//! One page of a packed table: what one thread packs on its own.

use std::io;

use flate2::{Compress, Compression, Crc, FlushCompress, Status};

use super::Packing;

/// How hard to pack, as the tools do by default.
const DEFLATE_LEVEL: u32 = 6;
const ZSTD_LEVEL: i32 = 3;

/// What deflate remembers of what came before, in bytes (RFC 1951, section 2).
pub(super) const WINDOW: usize = 32 << 10;

impl Packing {
    /// Bytes of a page. Large enough that packing pages apart costs little
    /// size, small enough that a few of them keep all threads busy.
    pub(super) fn page(self) -> usize {
        match self {
            Self::Gzip | Self::Deflate => 512 << 10,
            Self::Zstd => 2 << 20,
        }
    }
}

/// Packs pages one after the other; what it holds is used again.
pub(super) enum Packer {
    Deflate { compress: Box<Compress>, out: Vec<u8> },
    Zstd { compress: zstd::bulk::Compressor<'static>, out: Vec<u8> },
}

impl Packer {
    pub(super) fn new(packing: Packing) -> io::Result<Self> {
        let out = Vec::new();
        Ok(match packing {
            Packing::Gzip | Packing::Deflate => {
                let compress = Compress::new(Compression::new(DEFLATE_LEVEL), false);
                Self::Deflate { compress: Box::new(compress), out }
            }
            Packing::Zstd => {
                let mut compress = zstd::bulk::Compressor::new(ZSTD_LEVEL)?;
                compress.include_checksum(true)?;
                Self::Zstd { compress, out }
            }
        })
    }

    /// Packs a page that follows on `before`; `last` ends the stream.
    pub(super) fn pack(&mut self, page: &[u8], before: &[u8], last: bool) -> io::Result<&[u8]> {
        match self {
            Self::Deflate { compress, out } => {
                deflate(compress, page, before, last, out)?;
                Ok(out)
            }
            Self::Zstd { compress, out } => {
                out.clear();
                out.reserve(zstd::zstd_safe::compress_bound(page.len()));
                compress.compress_to_buffer(page, out)?;
                Ok(out)
            }
        }
    }
}

/// Packs a page as blocks of one deflate stream: it may look back on the end of
/// the page before, and ends at a byte, so that the next can be appended.
fn deflate(
    compress: &mut Compress,
    page: &[u8],
    before: &[u8],
    last: bool,
    out: &mut Vec<u8>,
) -> io::Result<()> {
    compress.reset();
    if !before.is_empty() {
        compress.set_dictionary(before)?;
    }
    let flush = if last { FlushCompress::Finish } else { FlushCompress::Sync };
    out.clear();
    out.reserve(page.len() / 4 + 1024);
    loop {
        let read = compress.total_in() as usize;
        let status = compress.compress_vec(page.get(read..).unwrap_or_default(), out, flush)?;
        let is_done = match status {
            Status::StreamEnd => true,
            // Room is left: everything has been flushed.
            _ => !last && out.len() < out.capacity(),
        };
        if is_done {
            return Ok(());
        }
        out.reserve(out.capacity().max(1024));
    }
}

/// The checksum of a page.
pub(super) fn checksum(page: &[u8]) -> Crc {
    let mut crc = Crc::new();
    crc.update(page);
    crc
}

//! Writes a packed table in pages, which all threads pack.
//!
//! Pages have a fixed size, so that the output does not depend on the blocks
//! that are written. They are cut in the order of the blocks; the thread that
//! cuts a page packs it while other threads pack others; then they are appended
//! in their order.

use std::fs::File;
use std::io::{self, Seek, Write};
use std::sync::Mutex;

use flate2::Crc;

use super::packed_bytes::PackedBytes;
use super::packing::Packing;
use super::page::{WINDOW, checksum};
use crate::pipeline::{Lanes, Ticket, lock};

/// The header of a gzip member: deflate, no name, no time, unknown system
/// (RFC 1952, section 2.3).
const GZIP_HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

/// Writes a packed table.
pub(crate) struct PageWriter {
    packing: Packing,
    open: Mutex<OpenPage>,
    lanes: Lanes,
    written: Mutex<Written>,
}

/// The pages written so far, and the checksum and size of the unpacked bytes.
struct Written {
    file: File,
    crc: Crc,
    size: u64,
}

/// The page that is being filled.
#[derive(Default)]
struct OpenPage {
    number: u64,
    bytes: Vec<u8>,
    /// The end of the page before it.
    before: Vec<u8>,
}

/// A page that is ready to be packed: a full one, or the last.
pub(crate) struct Page<'p> {
    ticket: Ticket<'p>,
    bytes: Vec<u8>,
    before: Vec<u8>,
    last: bool,
}

impl PageWriter {
    /// Starts a packed table in `file`.
    pub(crate) fn new(mut file: File, packing: Packing) -> io::Result<Self> {
        if packing == Packing::Gzip {
            file.write_all(&GZIP_HEADER)?;
        }
        Ok(Self {
            packing,
            open: Mutex::default(),
            lanes: Lanes::new(1),
            written: Mutex::new(Written { file, crc: Crc::new(), size: 0 }),
        })
    }

    /// Adds the next bytes of the table, and returns the pages that they fill for
    /// [`Self::pack`]. Must be called in the order of the bytes.
    pub(crate) fn cut(&self, mut bytes: &[u8]) -> Vec<Page<'_>> {
        let mut open = lock(&self.open);
        let mut full = Vec::new();
        loop {
            let room = self.packing.page_size() - open.bytes.len();
            // A full page stays open: it may turn out to be the last.
            if bytes.len() <= room {
                open.bytes.extend_from_slice(bytes);
                return full;
            }
            let (fitting, rest) = bytes.split_at(room);
            open.bytes.extend_from_slice(fitting);
            full.push(self.close(&mut open, false));
            bytes = rest;
        }
    }

    fn close(&self, open: &mut OpenPage, last: bool) -> Page<'_> {
        let bytes = std::mem::take(&mut open.bytes);
        let tail = bytes.len().saturating_sub(WINDOW);
        let before = std::mem::replace(&mut open.before, bytes[tail..].to_vec());
        let ticket = self.lanes.ticket(open.number);
        open.number += 1;
        Page { ticket, bytes, before, last }
    }

    /// Packs pages and appends them in their order. Pages that are dropped
    /// instead do not block those after them.
    pub(crate) fn pack(&self, pages: Vec<Page<'_>>) -> io::Result<()> {
        pages.into_iter().try_for_each(|page| self.pack_one(page))
    }

    fn pack_one(&self, mut page: Page<'_>) -> io::Result<()> {
        let packed = self.packing.pack(&page.bytes, &page.before, page.last)?;
        let crc = checksum(&page.bytes);
        page.ticket.pass(|| {
            let mut written = lock(&self.written);
            written.crc.combine(&crc);
            written.size += page.bytes.len() as u64;
            written.file.write_all(&packed)
        })
    }

    /// Packs the last page. Nothing may be added afterwards.
    pub(crate) fn finish(&self) -> io::Result<()> {
        let last = self.close(&mut lock(&self.open), true);
        self.pack_one(last)?;
        let mut written = lock(&self.written);
        if self.packing == Packing::Gzip {
            let (sum, amount) = (written.crc.sum(), written.crc.amount());
            written.file.write_all(&sum.to_le_bytes())?;
            written.file.write_all(&amount.to_le_bytes())?;
        }
        Ok(())
    }

    /// Reads what has been written.
    pub(crate) fn packed(&self) -> io::Result<PackedBytes> {
        let written = lock(&self.written);
        let (crc, size) = (written.crc.sum(), written.size);
        let mut file = written.file.try_clone()?;
        file.rewind()?;
        let is_deflated = self.packing == Packing::Deflate;
        Ok(PackedBytes { bytes: Box::new(file), is_deflated, crc, size })
    }
}

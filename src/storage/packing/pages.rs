//! A packed table, written page by page by all threads.
//!
//! Pages have a fixed size, so that what comes out does not depend on the
//! blocks that went in. They are cut in the order of the blocks, packed by
//! whoever cut them, at the same time as others, and appended in their order.

use std::fs::File;
use std::io::{self, Write};
use std::sync::Mutex;

use flate2::Crc;

use super::packing::Packing;
use super::page::{WINDOW, checksum};
use crate::pipeline::{Lanes, Ticket, lock};

/// The beginning of a gzip member: deflate, no name, no time, any system
/// (RFC 1952, section 2.3).
const GZIP_HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

/// A packed table that is being written.
pub(crate) struct Pages {
    packing: Packing,
    open: Mutex<Open>,
    lanes: Lanes,
    written: Mutex<Written>,
}

/// What has been written so far.
struct Written {
    file: File,
    crc: Crc,
    size: u64,
}

/// The page that is being filled.
#[derive(Default)]
struct Open {
    number: u64,
    bytes: Vec<u8>,
    /// The end of the page before it.
    before: Vec<u8>,
}

/// A page that is full, or the last one.
pub(crate) struct Page<'p> {
    ticket: Ticket<'p>,
    bytes: Vec<u8>,
    before: Vec<u8>,
    last: bool,
}

/// What has been written of a packed table.
pub(crate) struct Packed {
    /// Where to; nothing but the pages and what is around them.
    pub(crate) file: File,
    /// The checksum of the unpacked bytes.
    pub(crate) crc: u32,
    /// How many those are.
    pub(crate) size: u64,
}

impl Pages {
    /// Packs into `file`.
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

    /// Takes the next bytes of the table; returns the pages that they fill, to
    /// be given to [`Self::pack`]. To be called in the order of the bytes.
    pub(crate) fn cut(&self, mut bytes: &[u8]) -> Vec<Page<'_>> {
        let mut open = lock(&self.open);
        let mut full = Vec::new();
        loop {
            let room = self.packing.page() - open.bytes.len();
            // A full page is kept open: it may turn out to be the last.
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

    fn close(&self, open: &mut Open, last: bool) -> Page<'_> {
        let bytes = std::mem::take(&mut open.bytes);
        let tail = bytes.len().saturating_sub(WINDOW);
        let before = std::mem::replace(&mut open.before, bytes[tail..].to_vec());
        let ticket = self.lanes.ticket(open.number);
        open.number += 1;
        Page { ticket, bytes, before, last }
    }

    /// Packs pages and appends them. Dropped unpacked, they hold nobody up.
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

    /// Packs the last page. Nothing may be cut afterwards.
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

    /// What has been written.
    pub(crate) fn packed(&self) -> io::Result<Packed> {
        let written = lock(&self.written);
        let (crc, size) = (written.crc.sum(), written.size);
        Ok(Packed { file: written.file.try_clone()?, crc, size })
    }
}

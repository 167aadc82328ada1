//! The partners of consecutive records.

use super::index::Index;
use crate::error::Result;
use crate::jobs::audit::lines::Line;

/// Partners that were read together.
///
/// They can be anywhere in their side. Reading them in file order lets the
/// system find more of its own data in the cache, which saves a tenth of the
/// join's time.
#[derive(Debug, Default)]
pub(crate) struct Partners {
    bytes: Vec<u8>,
    /// For each record, where its partner is in the bytes.
    at: Vec<usize>,
    /// The partners by their position in their side, each with its record.
    order: Vec<(u64, usize)>,
}

impl Partners {
    /// Reads the partners of the first records, as many as have about `most`
    /// bytes together, and at least one; returns the number of records.
    pub(crate) fn read(
        &mut self,
        index: &Index<'_>,
        partners: &[u32],
        most: usize,
    ) -> Result<usize> {
        self.at.clear();
        self.order.clear();
        let mut length = 0;
        for (record, &partner) in partners.iter().enumerate() {
            self.at.push(length);
            if partner != NONE {
                let span = index.span(partner);
                self.order.push((span.start, record));
                length += (span.end - span.start) as usize;
            }
            if length >= most {
                break;
            }
        }
        if self.bytes.len() < length {
            self.bytes.resize(length, 0);
        }
        self.at.push(length);
        self.order.sort_unstable();
        for &(start, record) in &self.order {
            let place = self.at[record]..self.at[record + 1];
            index.side.read(&mut self.bytes[place], start)?;
        }
        Ok(self.at.len() - 1)
    }

    /// The partner of a record among those that were read.
    pub(crate) fn line(&self, index: &Index<'_>, record: usize, partner: u32) -> Line<'_> {
        index.line(partner as usize, &self.bytes[self.at[record]..self.at[record + 1]])
    }
}

pub(crate) const NONE: u32 = u32::MAX;

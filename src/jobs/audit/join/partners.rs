//! The partners of records that stand in a row.

use super::index::Index;
use crate::error::Result;
use crate::jobs::audit::lines::Line;

/// Partners that were read together.
///
/// They stand anywhere in their side. Read in the order in which they stand
/// there, the system finds more of what it looks up in the processor's cache:
/// a tenth of the join's time.
#[derive(Debug, Default)]
pub(crate) struct Partners {
    bytes: Vec<u8>,
    /// Of each record, where its partner stands in the bytes.
    at: Vec<usize>,
    /// The partners by where they stand in their side, and the record each
    /// belongs to.
    order: Vec<(u64, usize)>,
}

impl Partners {
    /// Reads the partners of the first records of some, as many as have about
    /// `most` bytes, and at least one; returns how many records that are.
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

    /// The partner of a record among those that were taken.
    pub(crate) fn line(&self, index: &Index<'_>, record: usize, partner: u32) -> Line<'_> {
        index.line(partner as usize, &self.bytes[self.at[record]..self.at[record + 1]])
    }
}

pub(crate) const NONE: u32 = u32::MAX;

//! Whether the parts of a file that several runs read are the whole file.

use crate::report::model::{FileReport, PartReport};

/// A place where parts of a file do not follow one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gap {
    /// The index of the part that does not follow, in the order given; the
    /// number of parts if the end of the file is missing.
    pub(crate) part: usize,
    /// Where it should begin, in bytes.
    pub(crate) end: u64,
    /// Where it begins, or where the file ends, in bytes.
    pub(crate) begin: u64,
}

/// The first place where parts of a file, given in order, leave something out
/// or overlap. An empty part can be anywhere.
pub(crate) fn first_gap<'r>(parts: impl IntoIterator<Item = &'r FileReport>) -> Option<Gap> {
    let (mut end, mut size, mut count) = (0_u64, 0, 0);
    for (part, input) in parts.into_iter().enumerate() {
        let begin = input.offset.unwrap_or(0);
        if input.bytes > 0 {
            if begin != end {
                return Some(Gap { part, end, begin });
            }
            end = match end.checked_add(input.bytes) {
                Some(end) => end,
                None => return Some(Gap { part, end, begin }),
            };
        }
        (size, count) = (input.file_bytes.unwrap_or(0), part + 1);
    }
    (end != size).then_some(Gap { part: count, end, begin: size })
}

/// Whether parts, once sorted by offset, are exactly one whole file.
pub(crate) fn make_up_a_file(parts: &[PartReport]) -> bool {
    let mut inputs: Vec<_> = parts.iter().map(|part| &part.input).collect();
    inputs.sort_by_key(|input| (input.offset, input.bytes));
    let of_one = inputs
        .windows(2)
        .all(|two| two[0].path == two[1].path && two[0].file_bytes == two[1].file_bytes);
    of_one && first_gap(inputs).is_none()
}

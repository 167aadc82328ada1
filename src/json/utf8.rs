//! Checks UTF-8 before grammar, because the walker takes `&str`.

use super::fault::{FaultKind, RecordFault};
use super::names::Names;
use super::walker::Walker;

/// The UTF-8 byte order mark, which may precede a file and which importers
/// refuse.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The length of the byte order mark at the start of `bytes`; 0 without one.
pub(crate) fn mark_length(bytes: &[u8]) -> usize {
    if bytes.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 }
}

/// The bytes after a byte order mark, if there is one.
pub(crate) fn without_mark(bytes: &[u8]) -> &[u8] {
    &bytes[mark_length(bytes)..]
}

/// Checks that a line is UTF-8 (RFC 3629).
///
/// # Errors
/// Returns the first fault of the line, which may be one of grammar before the
/// bad bytes. A character that is cut by the end of the line is a cut line, not
/// a bad sequence.
pub fn check_utf8(line: &[u8]) -> Result<&str, RecordFault> {
    match simdutf8::compat::from_utf8(line) {
        Ok(text) => Ok(text),
        Err(error) => {
            let (valid, bad) = line.split_at(error.valid_up_to());
            Err(first_fault(valid, bad, error.error_len().is_none()))
        }
    }
}

fn first_fault(valid: &[u8], bad: &[u8], cut: bool) -> RecordFault {
    let here = RecordFault::new(valid.len(), FaultKind::NotUtf8);
    let Ok(text) = std::str::from_utf8(valid) else {
        return here;
    };
    match Walker::default().walk(text, &Names::new([])) {
        Err(fault) if fault.at < valid.len() => fault,
        Err(fault) if cut && fault.kind == FaultKind::CutString => {
            RecordFault::new(valid.len() + bad.len(), FaultKind::CutString)
        }
        _ => here,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_first_fault() {
        for (line, at, kind) in [
            (b"{\"a\":\"\xff\"}".as_slice(), 6, FaultKind::NotUtf8),
            (b"{\"a\":\"\xed\xa0\x80\"}", 6, FaultKind::NotUtf8),
            (b"{\"a\":\"\xc0\xaf\"}", 6, FaultKind::NotUtf8),
            (b"{\"a\" 1,\"\xff\"}", 5, FaultKind::ExpectedColon),
            (b"{\"a\":\"\xe2\x82", 8, FaultKind::CutString),
            (b"{\"a\":\xe2\x82", 5, FaultKind::NotUtf8),
            (b"{\"a\":\"\\\xe2\x82", 7, FaultKind::NotUtf8),
            (b"{}\xff", 2, FaultKind::NotUtf8),
        ] {
            assert_eq!(check_utf8(line), Err(RecordFault::new(at, kind)), "{line:?}");
        }
    }
}

//! UTF-8 before grammar: the walker takes `&str`, and this is the gate.

use super::fault::{FaultKind, RecordFault};
use super::names::Names;
use super::walker::Walker;

/// What may stand in front of UTF-8, and what importers refuse there.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// How many bytes the byte order mark takes up with which `bytes` begin.
pub fn mark_length(bytes: &[u8]) -> usize {
    if bytes.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 }
}

/// What follows a byte order mark, if there is one.
pub fn without_mark(bytes: &[u8]) -> &[u8] {
    &bytes[mark_length(bytes)..]
}

/// Proves that a line is UTF-8 (RFC 3629).
///
/// # Errors
/// The line's first fault, which may be one of grammar that stands before the
/// bad bytes. A character that the end of the line cuts is a cut line, not a
/// bad sequence.
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

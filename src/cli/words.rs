//! Words of a command that a person can copy.

use std::path::Path;

use crate::error::printable;

/// A path or a name as a shell takes it.
pub(super) fn quote(word: &Path) -> String {
    let text = word.to_string_lossy();
    match shlex::try_quote(&text) {
        Ok(quoted) => printable(&quoted),
        Err(_) => printable(&text),
    }
}

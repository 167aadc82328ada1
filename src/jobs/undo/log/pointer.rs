//! JSON Pointers (RFC 6901), as a change log spells paths.

use std::borrow::Cow;

use crate::rules::MOST_SEGMENTS;

/// Whether `pointer` is valid, leads into a record, and is no deeper than a
/// rule's path, not counting a member name at its end.
pub(crate) fn is_pointer(pointer: &str) -> bool {
    let escaped = pointer.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']));
    let depth = pointer.bytes().filter(|byte| *byte == b'/').count();
    pointer.starts_with('/') && escaped && depth <= MOST_SEGMENTS + 1
}

/// The names and indices in a pointer.
pub(crate) fn pointer_tokens(pointer: &str) -> impl Iterator<Item = Cow<'_, str>> {
    pointer.split('/').skip(1).map(|token| match token.contains('~') {
        true => Cow::Owned(token.replace("~1", "/").replace("~0", "~")),
        false => Cow::Borrowed(token),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::push_token;

    #[test]
    fn reads_what_the_log_spells() {
        for names in [&["a"][..], &["", "~", "/"], &["~1", "~0/", "a b"], &["0", ""]] {
            let mut pointer = String::new();
            names.iter().for_each(|name| push_token(&mut pointer, name));
            assert!(is_pointer(&pointer), "{pointer}");
            assert_eq!(pointer_tokens(&pointer).collect::<Vec<_>>(), names);
        }
    }

    #[test]
    fn knows_what_is_no_pointer() {
        let deep = "/a".repeat(MOST_SEGMENTS + 2);
        for text in ["", "a", "a/b", "/~", "/a~2", "/~/", &deep] {
            assert!(!is_pointer(text), "{text}");
        }
    }
}

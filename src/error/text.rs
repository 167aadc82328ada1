//! Text from the data, made safe to print.

use std::fmt;
use std::path::Path;

/// Text from the data, safe to print: control characters, characters that change
/// the direction of text, and invisible ones are shown as escapes.
pub fn printable(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut shown, c| {
        match is_hidden(c) {
            true => shown.extend(c.escape_unicode()),
            false => shown.push(c),
        }
        shown
    })
}

/// Whether a character is invisible, or moves others. Those that
/// join letters and emoji (U+200C, U+200D) are part of how they are written.
fn is_hidden(c: char) -> bool {
    // The last two of each plane are no characters.
    let is_none = matches!(c, '\u{fdd0}'..='\u{fdef}') || u32::from(c) & 0xfffe == 0xfffe;
    let turns = matches!(
        c,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    );
    let is_unseen = matches!(
        c,
        '\u{ad}' | '\u{200b}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}'
    );
    c.is_control() || is_none || turns || is_unseen
}

/// A path, safe to print.
pub fn printable_path(path: &Path) -> String {
    printable(&path.to_string_lossy())
}

/// A value from the data, safe to print and cut to 100 characters.
pub fn excerpt(text: &str) -> String {
    match text.char_indices().nth(100) {
        Some((end, _)) => printable(&text[..end]) + "…",
        None => printable(text),
    }
}

/// How many faults a message lists at most.
const LISTED_FAULTS: usize = 1000;

/// Writes the first of `total` faults, one on each line, and how many more there are.
pub(crate) fn write_list(
    f: &mut fmt::Formatter<'_>,
    faults: &[impl fmt::Display],
    total: u64,
) -> fmt::Result {
    for (index, fault) in faults.iter().take(LISTED_FAULTS).enumerate() {
        let indent = if index == 0 { "" } else { "\n  " };
        write!(f, "{indent}{fault}")?;
    }
    match total.saturating_sub(faults.len().min(LISTED_FAULTS) as u64) {
        0 => Ok(()),
        more => write!(f, "\n  and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invisible_characters_are_escaped() {
        for hidden in [
            '\0',
            '\n',
            '\u{1b}',
            '\u{7f}',
            '\u{85}',
            '\u{ad}',
            '\u{61c}',
            '\u{200b}',
            '\u{200e}',
            '\u{200f}',
            '\u{2028}',
            '\u{2029}',
            '\u{202a}',
            '\u{202e}',
            '\u{2066}',
            '\u{2069}',
            '\u{feff}',
            '\u{fdd0}',
            '\u{fdef}',
            '\u{fffe}',
            '\u{ffff}',
            '\u{1fffe}',
            '\u{10ffff}',
            '\u{e0000}',
            '\u{e0041}',
            '\u{e007f}',
        ] {
            let expected = format!("a\\u{{{:x}}}b", u32::from(hidden));
            assert_eq!(printable(&format!("a{hidden}b")), expected);
        }
        for seen in [
            ' ',
            'é',
            '漢',
            '🦀',
            '\u{200c}',
            '\u{200d}',
            '\u{fdcf}',
            '\u{fdf0}',
            '\u{fffd}',
            '\u{e0080}',
            '\u{2010}',
            '\u{1fffd}',
        ] {
            assert_eq!(printable(&seen.to_string()), seen.to_string());
        }
    }
}

//! Strings between their two spellings: escaped as in a record, and plain.

/// Appends the decoded content of a JSON string to `plain`. `raw` is what
/// stands between the quotes of a string that has been walked.
///
/// Returns false where an escaped lone surrogate (RFC 8259, section 8.2) had
/// to be replaced with U+FFFD: such a string equals no other one.
pub fn decode(raw: &str, plain: &mut String) -> bool {
    let mut rest = raw;
    let mut exact = true;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        plain.push_str(&rest[..at]);
        let (character, after) = unescape(&rest[at + 1..]);
        exact &= character.is_some();
        plain.push(character.unwrap_or(char::REPLACEMENT_CHARACTER));
        rest = after;
    }
    plain.push_str(rest);
    exact
}

/// Reads one escape, its backslash already taken; `None` is a lone surrogate.
fn unescape(escape: &str) -> (Option<char>, &str) {
    let Some(letter) = escape.chars().next() else {
        return (None, escape);
    };
    let after = &escape[letter.len_utf8()..];
    let plain = match letter {
        'u' => return unescape_unit(after),
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        other => other,
    };
    (Some(plain), after)
}

/// Reads the four digits after `\u`, and a second escape where both together
/// make one character.
fn unescape_unit(digits: &str) -> (Option<char>, &str) {
    let Some((unit, after)) = code_unit(digits.as_bytes()).zip(digits.get(4..)) else {
        return (None, "");
    };
    if !is_high_surrogate(unit) {
        return (char::from_u32(unit), after);
    }
    let low = after.strip_prefix("\\u").and_then(|pair| code_unit(pair.as_bytes()));
    match low {
        Some(low) if is_low_surrogate(low) => {
            let scalar = 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
            (char::from_u32(scalar), &after[6..])
        }
        _ => (None, after),
    }
}

/// The UTF-16 code unit that four hexadecimal digits spell.
pub(super) fn code_unit(digits: &[u8]) -> Option<u32> {
    let digits = digits.get(..4)?;
    digits.iter().try_fold(0, |unit, &digit| Some(unit << 4 | char::from(digit).to_digit(16)?))
}

pub(super) fn is_high_surrogate(unit: u32) -> bool {
    (0xd800..0xdc00).contains(&unit)
}

pub(super) fn is_low_surrogate(unit: u32) -> bool {
    (0xdc00..0xe000).contains(&unit)
}

/// `plain` as a JSON string, quotes included, with the fewest escapes.
pub fn quote(plain: &str) -> String {
    let mut quoted = Vec::with_capacity(plain.len() + 2);
    quote_into(plain, &mut quoted);
    String::from_utf8(quoted).unwrap_or_default()
}

/// Appends `plain` as a JSON string, quotes included.
pub fn quote_into(plain: &str, out: &mut Vec<u8>) {
    let mut rest = plain.as_bytes();
    out.push(b'"');
    while let Some(at) = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20)) {
        out.extend_from_slice(&rest[..at]);
        escape(rest[at], out);
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

fn escape(byte: u8, out: &mut Vec<u8>) {
    let letter = match byte {
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        control @ 0..0x20 => {
            out.extend_from_slice(format!("\\u{control:04x}").as_bytes());
            return;
        }
        other => other,
    };
    out.extend_from_slice(&[b'\\', letter]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(raw: &str) -> (String, bool) {
        let mut text = String::new();
        let exact = decode(raw, &mut text);
        (text, exact)
    }

    #[test]
    fn decodes_every_escape() {
        assert_eq!(plain(r#"a\"\\\/\b\f\n\r\tz"#).0, "a\"\\/\u{8}\u{c}\n\r\tz");
        assert_eq!(plain(r"\u0041\u00e9\ud83d\ude00é"), ("Aé😀é".to_owned(), true));
    }

    #[test]
    fn replaces_lone_surrogates_and_says_so() {
        for (raw, text) in [
            (r"\ud800", "\u{fffd}"),
            (r"\udc00\ud800", "\u{fffd}\u{fffd}"),
            (r"\ud800\u0041", "\u{fffd}A"),
            (r"\ud83d\ud83d\ude00", "\u{fffd}😀"),
            (r"\ud800x", "\u{fffd}x"),
        ] {
            assert_eq!(plain(raw), (text.to_owned(), false), "{raw}");
        }
    }

    #[test]
    fn quotes_as_serde_json_reads() {
        let all: String = (0..0x250).filter_map(char::from_u32).collect();
        let read: String = serde_json::from_str(&quote(&all)).expect("valid JSON");
        assert_eq!(read, all);
    }
}

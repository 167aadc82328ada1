//! Conversion of strings between their escaped and their decoded form.

/// Appends the decoded content of a JSON string to `plain`. `raw` is the text
/// between the quotes of a string that has been walked.
///
/// Returns false if an escaped lone surrogate (RFC 8259, section 8.2) had to be
/// replaced with U+FFFD: such a string equals no other.
pub(crate) fn decode(raw: &str, plain: &mut String) -> bool {
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

/// Decodes one escape whose backslash has been taken; `None` is a lone
/// surrogate.
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

/// Decodes the four digits after `\u`, and a second escape if the two are a
/// pair.
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

/// The UTF-16 code unit of four hexadecimal digits.
pub(crate) fn code_unit(digits: &[u8]) -> Option<u32> {
    let digits = digits.get(..4)?;
    digits.iter().try_fold(0, |unit, &digit| Some(unit << 4 | char::from(digit).to_digit(16)?))
}

pub(crate) fn is_high_surrogate(unit: u32) -> bool {
    (0xd800..0xdc00).contains(&unit)
}

pub(crate) fn is_low_surrogate(unit: u32) -> bool {
    (0xdc00..0xe000).contains(&unit)
}

/// Whether it is half of a surrogate pair.
pub(crate) fn is_surrogate(unit: u32) -> bool {
    is_high_surrogate(unit) || is_low_surrogate(unit)
}

/// Whether a backslash and this letter are an escape (RFC 8259, section 7).
/// After `u` follow digits.
#[inline]
pub(crate) fn is_escape_letter(letter: u8) -> bool {
    matches!(letter, b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't')
}

/// The position of the next quote, backslash or control character.
///
/// Eight bytes at a time: a subtraction sets the top bit of each byte below the
/// bound; only the lowest bit set is exact, and only that one counts. Twice as
/// fast as a lookup table on the strings of tickets.
#[inline]
pub(crate) fn plain_end(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const TOPS: u64 = ONES << 7;
    while let Some(&chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let word = u64::from_le_bytes(chunk);
        let below = |word: u64, bound: u64| word.wrapping_sub(ONES * bound) & !word;
        let quote = below(word ^ (ONES * u64::from(b'"')), 1);
        let backslash = below(word ^ (ONES * u64::from(b'\\')), 1);
        let stops = (quote | backslash | below(word, 0x20)) & TOPS;
        if stops != 0 {
            return at + stops.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let ends = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
    let tail = bytes.get(at..).unwrap_or_default();
    at + tail.iter().position(ends).unwrap_or(tail.len())
}

/// `plain` as a JSON string, quotes included, with the fewest escapes.
pub(crate) fn quote(plain: &str) -> String {
    let mut quoted = Vec::with_capacity(plain.len() + 2);
    quote_into(plain, &mut quoted);
    String::from_utf8(quoted).unwrap_or_default()
}

/// Appends `plain` as a JSON string, quotes included.
pub(crate) fn quote_into(plain: &str, out: &mut Vec<u8>) {
    let mut rest = plain.as_bytes();
    out.push(b'"');
    loop {
        let (plain, stop) = rest.split_at(plain_end(rest, 0));
        out.extend_from_slice(plain);
        let Some((&byte, after)) = stop.split_first() else { break };
        escape(byte, out);
        rest = after;
    }
    out.push(b'"');
}

fn escape(byte: u8, out: &mut Vec<u8>) {
    let letter = match byte {
        0x08 => b'b',
        0x0c => b'f',
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
    fn quotes_as_shortly_as_can_be() {
        let plain = "\u{8}\u{c}\n\r\t\"\\/\0\u{1f}\u{7f}\u{e9}";
        assert_eq!(quote(plain), serde_json::to_string(plain).expect("JSON"));
    }

    #[test]
    fn quotes_as_serde_json_reads() {
        let all: String = (0..0x250).filter_map(char::from_u32).collect();
        let read: String = serde_json::from_str(&quote(&all)).expect("valid JSON");
        assert_eq!(read, all);
    }
}

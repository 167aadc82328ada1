//! UUIDs by value: their 16 bytes, and the letter case of their digits.

/// The 16 bytes of a UUID, in the order of its digits.
pub(crate) type Uuid = [u64; 2];

/// A word with the same byte in all eight places.
const fn each(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// The 32 digits of an ID with the length and the hyphens of a UUID, eight to
/// a word.
#[inline]
fn digits(id: &[u8]) -> Option<[u64; 4]> {
    let bytes = <&[u8; 36]>::try_from(id).ok()?;
    let hyphens = bytes[8] == b'-' && bytes[13] == b'-' && bytes[18] == b'-' && bytes[23] == b'-';
    let four = |at: usize| {
        u64::from(u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]))
    };
    let words = [
        four(0) | four(4) << 32,
        four(9) | four(14) << 32,
        four(19) | four(24) << 32,
        four(28) | four(32) << 32,
    ];
    hyphens.then_some(words)
}

/// Returns the value of a UUID in any letter case, or `None` if the ID is not
/// UUID-shaped. Reads eight digits at a time.
#[inline]
pub(crate) fn parse_uuid(id: &[u8]) -> Option<Uuid> {
    let words = digits(id)?;
    if !words.into_iter().fold(true, |valid, word| valid & are_digits(word)) {
        return None;
    }
    let [a, b, c, d] = words.map(value);
    Some([a | b << 32, c | d << 32])
}

/// Whether all eight bytes are hexadecimal digits. Below 0x80 no sum carries
/// over into the next byte.
#[inline]
fn are_digits(word: u64) -> bool {
    let ascii = word & each(0x7f);
    let lower = ascii | each(0x20);
    let from = |word: u64, least: u8| word + each(0x80 - least);
    let digit = from(ascii, b'0') & !from(ascii, b'9' + 1);
    let letter = from(lower, b'a') & !from(lower, b'f' + 1);
    ((digit | letter) & !word & each(0x80)) == each(0x80)
}

/// The four bytes that eight digits spell, the first one lowest.
#[inline]
fn value(word: u64) -> u64 {
    let nibbles = (word & each(0x0f)) + ((word >> 6) & each(0x01)) * 9;
    let pairs = (nibbles << 4 | nibbles >> 8) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs | pairs >> 8) & 0x0000_ffff_0000_ffff;
    (fours | fours >> 16) & 0xffff_ffff
}

/// Which of the 32 digits of a UUID are upper-case letters, one bit each.
#[inline]
pub(crate) fn upper_case_digits(id: &str) -> u32 {
    let Some(words) = digits(id.as_bytes()) else { return 0 };
    let upper = |word: u64| (word >> 6) & !(word >> 5) & each(0x01);
    if words.into_iter().fold(0, |any, word| any | upper(word)) == 0 {
        return 0;
    }
    let bits = |mask, byte: u8| mask << 1 | u32::from(byte);
    words.into_iter().flat_map(|word| upper(word).to_le_bytes()).fold(0, bits)
}

/// Returns a UUID as it was spelled, given its [`upper_case_digits`].
pub(crate) fn spell_uuid(uuid: Uuid, upper: u32) -> String {
    let mut spelled = String::with_capacity(36);
    let bytes = uuid.into_iter().flat_map(u64::to_le_bytes);
    for (place, nibble) in bytes.flat_map(|byte| [byte >> 4, byte & 0x0f]).enumerate() {
        if matches!(place, 8 | 12 | 16 | 20) {
            spelled.push('-');
        }
        let digit = char::from_digit(nibble.into(), 16).unwrap_or_default();
        let is_upper = upper >> (31 - place) & 1 == 1;
        spelled.push(if is_upper { digit.to_ascii_uppercase() } else { digit });
    }
    spelled
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::idmap::models::is_uuid;

    #[test]
    fn every_byte_is_a_digit_or_not() {
        let id = "c1c271fb-af6c-4de3-9e66-548a52b63855";
        for place in 0..36 {
            for byte in 0..=255 {
                let mut bytes = id.as_bytes().to_vec();
                bytes[place] = byte;
                let Ok(id) = String::from_utf8(bytes) else { continue };
                assert_eq!(parse_uuid(id.as_bytes()).is_some(), is_uuid(&id), "{id:?}");
            }
        }
        // The bytes of a multi-byte character are not digits.
        assert_eq!(parse_uuid("c1c271fb-af6c-4de3-9e66-548a52b638é".as_bytes()), None);
    }

    proptest! {
        #[test]
        fn keeps_value_and_spelling(id in "[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}") {
            let uuid = parse_uuid(id.as_bytes()).expect("a UUID");
            prop_assert_eq!(spell_uuid(uuid, upper_case_digits(&id)), id.clone());
            prop_assert_eq!(spell_uuid(uuid, 0), id.to_lowercase());
            prop_assert_eq!(parse_uuid(id.to_lowercase().as_bytes()), Some(uuid));
            let hex = id.replace('-', "");
            let bytes = uuid.map(u64::to_le_bytes).concat();
            let number = bytes.iter().fold(0_u128, |sum, byte| sum << 8 | u128::from(*byte));
            prop_assert_eq!(u128::from_str_radix(&hex, 16), Ok(number));
        }
    }
}

//! Creation times as records write them.

/// The milliseconds of a number literal; `None` for other values and for
/// numbers that no double holds.
pub(crate) fn creation_time(literal: &[u8]) -> Option<f64> {
    let text = std::str::from_utf8(literal).ok()?;
    text.parse().ok().filter(|time: &f64| time.is_finite())
}

/// Whether a literal is a number without point and exponent. In a uniform table
/// such a number is an integer, and no creation time.
pub(crate) fn is_integer(literal: &[u8]) -> bool {
    let digits = literal.strip_prefix(b"-").unwrap_or(literal);
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_a_record_can_hold() {
        for (literal, time, integer) in [
            ("1755822813099.0", Some(1_755_822_813_099.0), false),
            ("1755824460180.3606", Some(1_755_824_460_180.360_6), false),
            ("1755822813099", Some(1_755_822_813_099.0), true),
            ("-0", Some(0.0), true),
            ("1.7e12", Some(1.7e12), false),
            ("17E11", Some(1.7e12), false),
            ("1e999", None, false),
            ("true", None, false),
            ("\"1\"", None, false),
            ("{", None, false),
            ("null", None, false),
        ] {
            let found = (creation_time(literal.as_bytes()), is_integer(literal.as_bytes()));
            assert_eq!(found, (time, integer), "{literal}");
        }
    }
}

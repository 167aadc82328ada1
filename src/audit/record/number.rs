//! When two numbers are the same value.

/// Whether two numbers are the same value: the same kind of literal (with
/// point or exponent, or without), the same sign, and exactly the same
/// decimal value.
pub(super) fn same(a: &[u8], b: &[u8]) -> bool {
    match (Decimal::read(a), Decimal::read(b)) {
        (Some(a), Some(b)) => a == b,
        // An exponent that no computer could count up to.
        _ => a.eq_ignore_ascii_case(b),
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Decimal {
    integer: bool,
    negative: bool,
    /// The digits without zeros at either end.
    digits: Vec<u8>,
    /// How many places the point stands right of the last digit.
    exponent: i128,
}

impl Decimal {
    fn read(token: &[u8]) -> Option<Self> {
        let negative = token.first() == Some(&b'-');
        let token = &token[usize::from(negative)..];
        let (mantissa, exponent) = split(token, |byte| matches!(byte, b'e' | b'E'));
        let (whole, fraction) = split(mantissa, |byte| *byte == b'.');
        let written: i128 = match exponent {
            Some(digits) => std::str::from_utf8(digits).ok()?.parse().ok()?,
            None => 0,
        };
        let integer = exponent.is_none() && fraction.is_none();
        let fraction = fraction.unwrap_or_default();
        let mut digits = [whole, fraction].concat();
        let zeros = digits.iter().rev().take_while(|digit| **digit == b'0').count();
        digits.truncate(digits.len() - zeros);
        let leading = digits.iter().take_while(|digit| **digit == b'0').count();
        digits.drain(..leading);
        let shift = zeros as i128 - fraction.len() as i128;
        let exponent = if digits.is_empty() { 0 } else { written.checked_add(shift)? };
        Some(Self { integer, negative, digits, exponent })
    }
}

fn split(token: &[u8], at: impl FnMut(&u8) -> bool) -> (&[u8], Option<&[u8]>) {
    match token.iter().position(at) {
        Some(place) => (&token[..place], Some(&token[place + 1..])),
        None => (token, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_same_value_from_another() {
        for (a, b, is_same) in [
            ("1", "1", true),
            ("1", "1.0", false),
            ("1.0", "1.00", true),
            ("1.0", "1e0", true),
            ("10e-1", "1.0", true),
            ("1e2", "100", false),
            ("1E+2", "100.0", true),
            ("1.5e3", "1500.0", true),
            ("0", "-0", false),
            ("0.0", "-0.0", false),
            ("0.0", "0e9", true),
            ("-1", "1", false),
            ("120", "12", false),
            ("0.10", "0.1", true),
            ("0.01", "0.1", false),
            ("123456789012345678901234567890", "123456789012345678901234567891", false),
            (
                "1e999999999999999999999999999999999999999999",
                "1E999999999999999999999999999999999999999999",
                true,
            ),
            (
                "1e999999999999999999999999999999999999999999",
                "2e999999999999999999999999999999999999999999",
                false,
            ),
        ] {
            assert_eq!(same(a.as_bytes(), b.as_bytes()), is_same, "{a} {b}");
        }
    }
}

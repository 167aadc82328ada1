//! When two numbers have the same value.

/// Whether two numbers have the same value: the same kind of literal (with
/// point or exponent, or without), the same sign, and exactly the same decimal
/// value.
pub(crate) fn same(a: &[u8], b: &[u8]) -> bool {
    let (a, b) = (Decimal::read(a), Decimal::read(b));
    a.integer == b.integer && a.is_amount_of(&b)
}

/// Like [`same`], but for any kinds of literal.
pub(crate) fn same_amount(a: &[u8], b: &[u8]) -> bool {
    Decimal::read(a).is_amount_of(&Decimal::read(b))
}

/// Whether a token is a number.
pub(crate) fn is_number(token: &[u8]) -> bool {
    matches!(token.first(), Some(b'-' | b'0'..=b'9'))
}

#[derive(Debug)]
struct Decimal<'t> {
    integer: bool,
    negative: bool,
    /// The digits, without zeros at either end.
    digits: Vec<u8>,
    /// How many places the point is right of the last digit, without the
    /// exponent.
    shift: i64,
    exponent: Exponent<'t>,
}

impl<'t> Decimal<'t> {
    fn is_amount_of(&self, other: &Self) -> bool {
        let at_one_place =
            || self.exponent.ahead_of(&other.exponent) == Some(other.shift - self.shift);
        let alike = self.negative == other.negative && self.digits == other.digits;
        alike && (self.digits.is_empty() || at_one_place())
    }

    fn read(token: &'t [u8]) -> Self {
        let negative = token.first() == Some(&b'-');
        let token = &token[usize::from(negative)..];
        let (mantissa, exponent) = split(token, |byte| matches!(byte, b'e' | b'E'));
        let (whole, fraction) = split(mantissa, |byte| *byte == b'.');
        let integer = exponent.is_none() && fraction.is_none();
        let fraction = fraction.unwrap_or_default();
        let mut digits = [whole, fraction].concat();
        let zeros = digits.iter().rev().take_while(|digit| **digit == b'0').count();
        digits.truncate(digits.len() - zeros);
        let leading = digits.iter().take_while(|digit| **digit == b'0').count();
        digits.drain(..leading);
        let shift = zeros as i64 - fraction.len() as i64;
        Self { integer, negative, digits, shift, exponent: Exponent::read(exponent) }
    }
}

/// An exponent with as many digits as were written.
#[derive(Debug)]
struct Exponent<'t> {
    negative: bool,
    digits: &'t [u8],
}

/// Further than the digits of any record can shift a number.
const FAR: i64 = 1 << 40;

impl<'t> Exponent<'t> {
    fn read(written: Option<&'t [u8]>) -> Self {
        let written = written.unwrap_or_default();
        let signed = matches!(written.first(), Some(b'+' | b'-'));
        Self { negative: written.first() == Some(&b'-'), digits: &written[usize::from(signed)..] }
    }

    /// By how much it exceeds another; `None` if by far.
    fn ahead_of(&self, other: &Self) -> Option<i64> {
        let places = self.digits.len().max(other.digits.len());
        // A difference that is far after the first digits stays far.
        (0..places).rev().try_fold(0_i64, |ahead, place| {
            let ahead = ahead * 10 + self.digit(place) - other.digit(place);
            (ahead.abs() < FAR).then_some(ahead)
        })
    }

    /// The digit before the last `place` ones, with the exponent's sign.
    fn digit(&self, place: usize) -> i64 {
        let at = self.digits.len().checked_sub(place + 1);
        let digit = at.map_or(0, |at| i64::from(self.digits[at] - b'0'));
        if self.negative { -digit } else { digit }
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
                "10e+999999999999999999999999999999999999999998",
                true,
            ),
            (
                "1e999999999999999999999999999999999999999999",
                "1e-999999999999999999999999999999999999999999",
                false,
            ),
            ("0e999999999999999999999999999999999999999999", "0.0", true),
            ("1e-1", "100e-3", true),
            ("1e5", "1000000e-1", true),
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

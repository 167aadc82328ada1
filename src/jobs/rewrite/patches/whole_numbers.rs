//! Whole numbers, which the arguments of a mutation cannot carry unchanged.

use crate::json::{Kind, value_at};

/// Whether a valid value has a number without point and exponent: an Int64 in a
/// snapshot, but a float for a mutation that receives it as JSON.
pub(crate) fn holds_whole_number(value: &[u8]) -> bool {
    let mut at = 0;
    while let Some(byte) = value.get(at) {
        if !matches!(byte, b'"' | b'-' | b'0'..=b'9') {
            at += 1;
            continue;
        }
        let token = value_at(value, at);
        let fraction = |byte: &u8| matches!(byte, b'.' | b'e' | b'E');
        if token.kind == Kind::Scalar && !value[at..token.end].iter().any(fraction) {
            return true;
        }
        at = token.end;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::holds_whole_number;

    #[test]
    fn whole_numbers_are_told_from_floats() {
        for value in ["0", "-7", "[1.0,25]", r#"{"a":{"b":[true,-1]}}"#, "[ 1 ]", r#"["1",2]"#] {
            assert!(holds_whole_number(value.as_bytes()), "{value}");
        }
        for value in ["1.0", "-0.0", "1e21", "2E5", "[1.5,true,null]", r#"{"1":"2"}"#, r#""\"3""#] {
            assert!(!holds_whole_number(value.as_bytes()), "{value}");
        }
    }
}

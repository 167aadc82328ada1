//! Reads a number as the nearest double.

use serde::de::{Deserialize, Deserializer, Error};
use serde_json::value::RawValue;

/// Reads a number or null. `serde_json` reads some numbers as a neighbour of
/// the nearest double, which would be written with another last digit.
pub(crate) fn exact<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f64>, D::Error> {
    let Some(raw) = Option::<Box<RawValue>>::deserialize(from)? else { return Ok(None) };
    match raw.get().parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(Some(number)),
        _ => Err(D::Error::custom("invalid value, expected a number")),
    }
}

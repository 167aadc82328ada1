//! Times in reports and summaries.

use jiff::Timestamp;

use crate::error::{Error, RequestFault, Result};

/// Returns the time in a report: as given, else from SOURCE_DATE_EPOCH, else now.
pub(crate) fn timestamp(given: Option<Timestamp>) -> Result<String> {
    if let Some(time) = given {
        return Ok(time.to_string());
    }
    let Some(epoch) = std::env::var_os("SOURCE_DATE_EPOCH") else {
        let now = Timestamp::now();
        return Ok(Timestamp::from_second(now.as_second()).unwrap_or(now).to_string());
    };
    let seconds = epoch.to_str().and_then(|text| text.parse().ok());
    match seconds.and_then(|seconds| Timestamp::from_second(seconds).ok()) {
        Some(time) => Ok(time.to_string()),
        None => Err(Error::new(RequestFault {
            what: "SOURCE_DATE_EPOCH is not a time in seconds since 1970",
            advice: "Unset it, or set it to a number such as 1700000000.",
        })),
    }
}

/// A creation time as a date, if it is one, and as in records, in milliseconds
/// since 1970.
pub(crate) fn creation_time(milliseconds: f64) -> String {
    let whole = milliseconds.floor();
    // Well within the integers that a double holds exactly, and well beyond any date.
    let date = (whole.abs() < 1e15).then(|| Timestamp::from_millisecond(whole as i64).ok());
    match date.flatten() {
        Some(date) => format!("{date:.3} (_creationTime {milliseconds:?})"),
        None => format!("_creationTime {milliseconds:?}"),
    }
}

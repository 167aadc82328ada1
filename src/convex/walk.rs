//! Steps through a validated record. Nothing recurses, because nesting is data.

use std::borrow::Cow;

use crate::json::{Hit, Kind, decode_hit, first_in, next_in, record_at, value_after, value_at};

/// One step of a walk.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Step {
    /// The name of the next member, quotes included.
    Name(Hit),
    /// An object or array begins.
    Open,
    /// The innermost container ends.
    Close,
    /// A value that is no container.
    Scalar(Hit),
}

/// Walks a record from end to end.
pub(crate) fn walk(record: &[u8], mut take: impl FnMut(Step)) {
    let mut at = record_at(record, 0);
    // For each open container, whether it is an object.
    let mut open = Vec::new();
    loop {
        let value = value_at(record, at);
        let mut next = match value.kind {
            Kind::Container => {
                take(Step::Open);
                open.push(record.get(at) == Some(&b'{'));
                first_in(record, at)
            }
            _ => {
                take(Step::Scalar(value));
                next_in(record, value.end)
            }
        };
        while let Err(end) = next {
            open.pop();
            take(Step::Close);
            if open.is_empty() {
                return;
            }
            next = next_in(record, end);
        }
        at = next.unwrap_or(record.len());
        match open.last() {
            Some(true) => {
                let name = value_at(record, at);
                take(Step::Name(name));
                at = value_after(record, name.end);
            }
            Some(false) => {}
            None => return,
        }
    }
}

/// The decoded text of a string or name, lone surrogates replaced.
pub(crate) fn text<'r>(record: &'r [u8], string: &Hit) -> Cow<'r, [u8]> {
    let inside = string.start + 1..string.end.saturating_sub(1);
    match string.kind {
        Kind::String { escaped: true } => {
            let mut text = String::new();
            decode_hit(record, string, &mut text);
            Cow::Owned(text.into_bytes())
        }
        _ => Cow::Borrowed(record.get(inside).unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The steps of a walk as letters, with names and values as written.
    fn steps(record: &str) -> String {
        let mut steps = Vec::new();
        walk(record.as_bytes(), |step| {
            steps.push(match step {
                Step::Name(name) => format!("{}:", &record[name.start..name.end]),
                Step::Open => "<".to_owned(),
                Step::Close => ">".to_owned(),
                Step::Scalar(value) => record[value.start..value.end].to_owned(),
            });
        });
        steps.join(" ")
    }

    #[test]
    fn walks_what_stands_there() {
        for (record, expected) in [
            ("{}", "< >"),
            (" { } \r", "< >"),
            (r#"{"a":1}"#, r#"< "a": 1 >"#),
            (r#"{"a":[],"b":{}}"#, r#"< "a": < > "b": < > >"#),
            (
                r#"{"a":[1,[2],{"}":"]"}],"b":null}"#,
                r#"< "a": < 1 < 2 > < "}": "]" > > "b": null >"#,
            ),
            (
                "{ \"a\" :\t[ true , -1e5 ] , \"b\" : \"x\\\"\" }\r\n",
                r#"< "a": < true -1e5 > "b": "x\"" >"#,
            ),
        ] {
            assert_eq!(steps(record), expected);
        }
    }

    #[test]
    fn a_million_brackets_are_data() {
        let deep = 1_000_000;
        let record = format!("{{\"a\":{}1{}}}", "[{\"x\":".repeat(deep), "}]".repeat(deep));
        let mut depth = (0, 0);
        walk(record.as_bytes(), |step| match step {
            Step::Open => depth = (depth.0 + 1, depth.1.max(depth.0 + 1)),
            Step::Close => depth.0 -= 1,
            Step::Name(_) | Step::Scalar(_) => {}
        });
        assert_eq!(depth, (0, 2 * deep + 1));
    }
}

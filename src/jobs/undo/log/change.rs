//! A line of the change log: one value that a run mapped.

use std::borrow::Cow;

use super::fault::{LogFault, Misread};
use super::members::Members;
use super::pointer;
use crate::json::{self, Hit, Kind, Names, Walker, decode_hit};

/// The members of a line.
pub(crate) const MEMBERS: [&str; 9] =
    ["table", "line", "offset", "_id", "path", "old", "oldToken", "new", "key"];
const TABLE: usize = 0;
const LINE: usize = 1;
const OFFSET: usize = 2;
const ID: usize = 3;
const PATH: usize = 4;
const OLD: usize = 5;
const OLD_TOKEN: usize = 6;
const NEW: usize = 7;
const KEY: usize = 8;

/// A value that a run mapped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) table: String,
    /// The line of its record in the run's input.
    pub(crate) line: Option<u64>,
    /// Where its record began in the run's input.
    pub(crate) offset: Option<u64>,
    /// The record's `_id`, as it was written.
    pub(crate) id: Option<String>,
    /// Where it stood, as a JSON Pointer.
    pub(crate) path: String,
    pub(crate) old: String,
    /// The old value as it was written, if that was with escapes.
    pub(crate) old_token: Option<String>,
    pub(crate) new: String,
    /// Whether it is a member name.
    pub(crate) key: bool,
}

impl Change {
    /// Reads the line with these members, in place of what is there.
    ///
    /// # Errors
    /// The first member that is not as a run writes it.
    pub(crate) fn read(&mut self, bytes: &[u8], start: usize, hits: &[Hit]) -> Result<(), Misread> {
        let members = Members { bytes, start, hits, names: &MEMBERS };
        members.text(members.need(TABLE)?, &mut self.table)?;
        (self.line, self.offset) = (members.number(LINE)?, members.number(OFFSET)?);
        if self.offset.is_none() {
            members.need(LINE)?;
        }
        self.id = match members.find(ID) {
            Some(id) if id.kind == Kind::Container => {
                return Err(members.wrong(id, "a string, a number, true, false or null"));
            }
            id => id.map(|id| members.token(id).to_owned()),
        };
        let path = members.need(PATH)?;
        members.text(path, &mut self.path)?;
        if !pointer::is_pointer(&self.path) {
            return Err(members.wrong(path, "a JSON Pointer to a value"));
        }
        members.text(members.need(OLD)?, &mut self.old)?;
        let new = members.need(NEW)?;
        members.text(new, &mut self.new)?;
        self.key = members.flag(KEY)?;
        self.check(path.start - start, new.start - start)?;
        self.old_token = match members.find(OLD_TOKEN) {
            Some(token) => Some(self.spelling(members, token)?),
            None => None,
        };
        Ok(())
    }

    /// Refuses what would be put back to no effect or under another name.
    fn check(&self, path: usize, new: usize) -> Result<(), Misread> {
        if self.old == self.new {
            return Err(Misread { at: new, fault: LogFault::Same });
        }
        let is_named =
            !self.key || pointer::tokens(&self.path).last().as_deref() == Some(&self.old);
        is_named.then_some(()).ok_or(Misread { at: path, fault: LogFault::Name })
    }

    /// The old value's token, which goes into records as it is.
    fn spelling(&self, members: Members<'_>, hit: &Hit) -> Result<String, Misread> {
        let mut token = String::new();
        members.text(hit, &mut token)?;
        match is_spelling(&token, &self.old) {
            true => Ok(token),
            false => Err(Misread { at: hit.start - members.start, fault: LogFault::Token }),
        }
    }

    /// The old value, as it was written.
    pub(crate) fn restored(&self) -> Cow<'_, str> {
        match &self.old_token {
            Some(token) => Cow::Borrowed(token),
            None => Cow::Owned(json::quote(&self.old)),
        }
    }
}

/// Whether `token` is a JSON string that says `plain`.
fn is_spelling(token: &str, plain: &str) -> bool {
    let record = format!("{{\"\":{token}}}");
    let mut walker = Walker::default();
    let valid = walker.walk(&record, &Names::new([""])).is_ok();
    let [hit] = walker.hits() else { return false };
    let mut text = String::new();
    valid
        && matches!(hit.kind, Kind::String { .. })
        && hit.end - hit.start == token.len()
        && decode_hit(record.as_bytes(), hit, &mut text)
        && text == plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_spellings_of_a_string_go_into_records() {
        for (token, plain, is) in [
            (r#""a""#, "a", true),
            (r#""\u0061""#, "a", true),
            (r#""\/""#, "/", true),
            (r#""b""#, "a", false),
            ("a", "a", false),
            (r#""a" "#, "a", false),
            (r#""a","":"a""#, "a", false),
            (r#"{"a":1}"#, "a", false),
            (r#""\ud800""#, "\u{fffd}", false),
            (r#""a"#, "a", false),
        ] {
            assert_eq!(is_spelling(token, plain), is, "{token}");
        }
    }
}

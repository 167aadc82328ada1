//! A line of the change log: one value that a run mapped.

use std::borrow::Cow;

use super::fault::{LineFault, LogFaultKind};
use super::pointer;
use crate::json::{self, Hit, Kind, MemberReader, Members};

/// The members of a line, numbered by the constants below.
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

/// One value that a run mapped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) table: String,
    /// The position of its record.
    pub(crate) position: Position,
    /// The record's `_id` as it was written, a JSON scalar.
    pub(crate) id: Option<String>,
    /// The value's path as a JSON Pointer, with names from before the run.
    pub(crate) path: String,
    pub(crate) old: String,
    /// The old value as it was written, if that was with escapes.
    pub(crate) old_token: Option<String>,
    pub(crate) new: String,
    /// Whether the value is a member name.
    pub(crate) is_name: bool,
}

/// The position of a record in the run's input. It has a line, an offset or
/// both; a shard does not know lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) line: Option<u64>,
    pub(crate) offset: Option<u64>,
}

impl Position {
    /// Whether `other` comes after this one; true if they cannot be compared.
    pub(crate) fn is_before(self, other: Self) -> bool {
        let lines = self.line.zip(other.line);
        lines.or(self.offset.zip(other.offset)).is_none_or(|(own, other)| own < other)
    }
}

impl Change {
    /// Overwrites this change with that of another line.
    pub(crate) fn read(&mut self, members: Members<'_>) -> Result<(), LineFault> {
        members.require_text(TABLE, &mut self.table)?;
        self.position = Position { line: members.number(LINE)?, offset: members.number(OFFSET)? };
        if self.position.offset.is_none() {
            members.require(LINE)?;
        }
        self.id = match members.find(ID) {
            Some(id) if id.kind == Kind::Container => {
                return Err(members.wrong(id, "a string, a number, true, false or null").into());
            }
            id => id.map(|id| members.token(id).to_owned()),
        };
        let path = members.require_text(PATH, &mut self.path)?;
        if !pointer::is_pointer(&self.path) {
            return Err(members.wrong(path, "a JSON Pointer to a value").into());
        }
        members.require_text(OLD, &mut self.old)?;
        let new = members.require_text(NEW, &mut self.new)?;
        self.is_name = members.flag(KEY)?;
        self.check(path.start - members.start, new.start - members.start)?;
        let old_token = members.find(OLD_TOKEN);
        self.old_token = old_token.map(|token| self.read_token(members, token)).transpose()?;
        Ok(())
    }

    /// Refuses a change without effect, and one that would restore another
    /// name. `path` and `new` are the offsets of these members in the line.
    fn check(&self, path: usize, new: usize) -> Result<(), LineFault> {
        if self.old == self.new {
            return Err(LineFault { at: new, kind: LogFaultKind::Same });
        }
        let is_named = !self.is_name
            || pointer::pointer_tokens(&self.path).last().as_deref() == Some(&self.old);
        is_named.then_some(()).ok_or(LineFault { at: path, kind: LogFaultKind::Name })
    }

    /// Reads the old value's token, which is written into records as it is.
    fn read_token(&self, members: Members<'_>, hit: &Hit) -> Result<String, LineFault> {
        let mut token = String::new();
        members.decode(hit, &mut token)?;
        match is_spelling(&token, &self.old) {
            true => Ok(token),
            false => Err(LineFault { at: hit.start - members.start, kind: LogFaultKind::Token }),
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

/// Whether `token` is a JSON string whose text is `plain`.
fn is_spelling(token: &str, plain: &str) -> bool {
    let record = format!("{{\"\":{token}}}");
    let mut reader = MemberReader::new(&[""]);
    let Ok(members) = reader.read(record.as_bytes()) else { return false };
    let [hit] = members.hits else { return false };
    let mut text = String::new();
    members.decode(hit, &mut text).is_ok() && hit.end - hit.start == token.len() && text == plain
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

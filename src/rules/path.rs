//! Paths: JSONPath (RFC 9535) limited to names and wildcards.

use std::fmt;

/// Where IDs are in a record.
///
/// ```
/// use idswap::rules::{Path, Segment};
///
/// let path = Path::parse("$.meta['odd.name'][*]")?;
/// assert_eq!(path.segments().last(), Some(&Segment::Any));
/// assert_eq!(Path::name("meta").member("odd.name").any(false).as_str(), "meta['odd.name'][*]");
/// # Ok::<(), idswap::rules::PathFault>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    spelled: String,
    segments: Vec<Segment>,
}

/// One step from a record to a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Segment {
    /// Every member with this decoded name.
    Name(String),
    /// Every element of an array, or every member of an object.
    Any,
}

/// Why a path cannot be parsed, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathFault {
    /// The byte offset of the fault.
    pub at: usize,
    /// What is wrong there.
    pub kind: PathFaultKind,
}

/// The ways in which a path can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PathFaultKind {
    /// A name is missing.
    NoName,
    /// A character that names cannot have without quotes.
    Character,
    /// A quote or bracket that is not closed.
    Open,
    /// An unknown escape in a quoted name.
    Escape,
    /// An index or a slice in brackets.
    Index,
    /// `..`, a filter, or several selectors in brackets.
    Unsupported,
    /// More segments than any record is deep.
    TooLong,
}

/// The most segments of a path: following one takes a call for each.
pub const MOST_SEGMENTS: usize = 200;

impl Path {
    /// Parses a path. The leading `$.` may be left out; `$` alone is the record
    /// itself.
    ///
    /// # Errors
    /// Returns the first fault.
    pub fn parse(text: &str) -> Result<Self, PathFault> {
        let mut reader = Reader { text, at: 0 };
        let mut segments = Vec::new();
        if !reader.take("$") && !text.starts_with('[') {
            segments.push(reader.dotted()?);
        }
        while reader.at < text.len() {
            segments.push(reader.segment()?);
            if segments.len() > MOST_SEGMENTS {
                return Err(reader.fault(PathFaultKind::TooLong));
            }
        }
        Ok(Self { spelled: text.to_owned(), segments })
    }

    /// The path of the record itself.
    pub fn record() -> Self {
        Self { spelled: "$".to_owned(), segments: Vec::new() }
    }

    /// Appends a member name, written as shortly as possible.
    #[must_use]
    pub fn member(mut self, name: &str) -> Self {
        match (is_plain(name), self.segments.is_empty()) {
            (true, true) => name.clone_into(&mut self.spelled),
            (true, false) => self.spelled += &format!(".{name}"),
            (false, _) => self.spelled += &quoted(name),
        }
        self.segments.push(Segment::Name(name.to_owned()));
        self
    }

    /// Appends a wildcard, written for members or for elements, which means the
    /// same.
    #[must_use]
    pub fn any(mut self, members: bool) -> Self {
        self.spelled += if members { ".*" } else { "[*]" };
        self.segments.push(Segment::Any);
        self
    }

    /// The path of a top-level member.
    pub fn name(name: &str) -> Self {
        Self::record().member(name)
    }

    /// Its segments; none for the record itself.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The path as it was written.
    pub fn as_str(&self) -> &str {
        &self.spelled
    }

    /// Whether it can lead to several places in a record.
    pub fn has_wildcard(&self) -> bool {
        self.segments.contains(&Segment::Any)
    }

    /// Whether there is a place to which both lead.
    pub fn meets(&self, other: &Self) -> bool {
        let meet =
            |(a, b): (&Segment, &Segment)| a == b || *a == Segment::Any || *b == Segment::Any;
        self.segments.len() == other.segments.len()
            && self.segments.iter().zip(&other.segments).all(meet)
    }

    /// Whether it leads to every place to which `other` leads.
    pub fn covers(&self, other: &Self) -> bool {
        let covers = |(a, b): (&Segment, &Segment)| a == b || *a == Segment::Any;
        self.segments.len() == other.segments.len()
            && self.segments.iter().zip(&other.segments).all(covers)
    }

    /// The path as a JSON Pointer (RFC 6901); `None` if it has wildcards.
    pub fn pointer(&self) -> Option<String> {
        let mut pointer = String::new();
        for segment in &self.segments {
            let Segment::Name(name) = segment else { return None };
            push_token(&mut pointer, name);
        }
        Some(pointer)
    }
}

/// Appends a member name to a JSON Pointer (RFC 6901, section 3).
pub(crate) fn push_token(pointer: &mut String, name: &str) {
    pointer.push('/');
    for character in name.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.spelled)
    }
}

/// Whether a name needs no brackets (RFC 9535, section 2.5.1.1).
fn is_plain(name: &str) -> bool {
    name.chars().next().is_some_and(begins_name) && name.chars().all(is_in_name)
}

fn begins_name(character: char) -> bool {
    character == '_' || character.is_ascii_alphabetic() || !character.is_ascii()
}

fn is_in_name(character: char) -> bool {
    begins_name(character) || character.is_ascii_digit()
}

/// A name in brackets and single quotes (RFC 9535, section 2.3.1.1).
fn quoted(name: &str) -> String {
    let mut quoted = "['".to_owned();
    for character in name.chars() {
        match character {
            '\'' | '\\' => quoted.extend(['\\', character]),
            control if control < ' ' => quoted += &format!("\\u{:04x}", control as u32),
            other => quoted.push(other),
        }
    }
    quoted + "']"
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn fault(&self, kind: PathFaultKind) -> PathFault {
        PathFault { at: self.at, kind }
    }

    fn take(&mut self, token: &str) -> bool {
        let there = self.rest().starts_with(token);
        self.at += if there { token.len() } else { 0 };
        there
    }

    fn blanks(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start_matches([' ', '\t']).len();
    }

    fn segment(&mut self) -> Result<Segment, PathFault> {
        if self.rest().starts_with("..") {
            return Err(self.fault(PathFaultKind::Unsupported));
        }
        if self.take(".") {
            return self.dotted();
        }
        if self.take("[") {
            return self.bracketed();
        }
        Err(self.fault(PathFaultKind::Character))
    }

    /// A name without quotes, or `*`.
    fn dotted(&mut self) -> Result<Segment, PathFault> {
        if self.take("*") {
            return Ok(Segment::Any);
        }
        let rest = self.rest();
        let length = rest.find(|c| !is_in_name(c)).unwrap_or(rest.len());
        let name = rest[..length].to_owned();
        match name.chars().next() {
            Some(first) if begins_name(first) => {
                self.at += length;
                Ok(Segment::Name(name))
            }
            Some(_) => Err(self.fault(PathFaultKind::Character)),
            None if rest.is_empty() || rest.starts_with(['.', '[']) => {
                Err(self.fault(PathFaultKind::NoName))
            }
            None => Err(self.fault(PathFaultKind::Character)),
        }
    }

    /// What is in brackets, up to the closing one; the opening one has been
    /// taken.
    fn bracketed(&mut self) -> Result<Segment, PathFault> {
        self.blanks();
        let segment = match self.rest().chars().next() {
            Some(quote @ ('\'' | '"')) => {
                self.at += 1;
                Segment::Name(self.quoted(quote)?)
            }
            Some('*') => {
                self.at += 1;
                Segment::Any
            }
            Some('0'..='9' | '-' | ':') => return Err(self.fault(PathFaultKind::Index)),
            Some('?') => return Err(self.fault(PathFaultKind::Unsupported)),
            Some(_) => return Err(self.fault(PathFaultKind::Character)),
            None => return Err(self.fault(PathFaultKind::Open)),
        };
        self.blanks();
        match self.rest().chars().next() {
            Some(']') => {
                self.at += 1;
                Ok(segment)
            }
            Some(',') => Err(self.fault(PathFaultKind::Unsupported)),
            Some(_) => Err(self.fault(PathFaultKind::Character)),
            None => Err(self.fault(PathFaultKind::Open)),
        }
    }

    /// The rest of a quoted name, up to its closing quote.
    fn quoted(&mut self, quote: char) -> Result<String, PathFault> {
        let mut name = String::new();
        loop {
            let Some(character) = self.rest().chars().next() else {
                return Err(self.fault(PathFaultKind::Open));
            };
            self.at += character.len_utf8();
            match character {
                end if end == quote => return Ok(name),
                '\\' => name.push(self.escape(quote)?),
                other => name.push(other),
            }
        }
    }

    /// An escape whose backslash has been taken: those of JSON, and the quote
    /// itself.
    fn escape(&mut self, quote: char) -> Result<char, PathFault> {
        let rest = self.rest();
        let length = match rest.as_bytes() {
            [b'u', b'd' | b'D', b'8'..=b'9' | b'a' | b'b' | b'A' | b'B', ..] => 11,
            [b'u', ..] => 5,
            _ => rest.chars().next().map_or(0, char::len_utf8),
        };
        let escape = rest.get(..length).unwrap_or_default();
        let plain = match escape == quote.to_string() && quote == '\'' {
            true => Some(quote),
            false => serde_json::from_str::<String>(&format!("\"\\{escape}\""))
                .ok()
                .and_then(|plain| plain.chars().next()),
        };
        let plain = plain.ok_or(PathFault { at: self.at - 1, kind: PathFaultKind::Escape })?;
        self.at += length;
        Ok(plain)
    }
}

impl PathFaultKind {
    /// One line of advice.
    pub fn advice(self) -> &'static str {
        match self {
            Self::NoName => "Name a member, as in a.b, or take all of them, as in a.* or a[*].",
            Self::Character => {
                "Put names with other characters than letters, digits and _ in brackets and quotes: a['odd-name']."
            }
            Self::Open => "Close it, as in a['odd.name'] or a[*].",
            Self::Escape => "Escapes are those of JSON, and \\' within single quotes.",
            Self::Index => "Take all elements with [*].",
            Self::Unsupported => {
                "Paths are made of names and wildcards: a.b, a[*], a.*, ['odd.name']; write one rule for each."
            }
            Self::TooLong => "No path has more than 200 steps.",
        }
    }
}

impl fmt::Display for PathFaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoName => "a name is missing in the path",
            Self::Character => "a character that cannot stand here in a path",
            Self::Open => "a bracket or a quote in the path is not closed",
            Self::Escape => "an unknown escape in the path",
            Self::Index => "an index or a slice in the path",
            Self::Unsupported => "a kind of selector that rules do not have",
            Self::TooLong => "the path is too long",
        })
    }
}

impl fmt::Display for PathFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl std::error::Error for PathFault {}

#[cfg(test)]
#[path = "../../tests/models/rules/path.rs"]
mod tests;

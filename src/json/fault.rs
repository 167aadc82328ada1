//! What can be wrong with a record, and what a person can do about it.

use std::fmt;

use crate::error::{Class, Fault};

/// Why a line is not one JSON object, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordFault {
    /// The number of bytes before the first byte with which the line can no
    /// longer be completed to a valid record; the length of the line if it was
    /// cut.
    pub at: usize,
    /// What is wrong there.
    pub kind: FaultKind,
}

/// The ways in which a line fails to be one JSON object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// Nothing but blanks.
    Blank,
    /// The line ends inside the record, outside a string.
    Cut,
    /// The line ends inside a string.
    CutString,
    /// The line ends inside an escape sequence.
    CutEscape,
    /// The record does not begin with `{`.
    NotAnObject,
    /// A byte order mark that is not at the start of the file.
    ByteOrderMark,
    /// Neither a member name nor `}`.
    ExpectedName,
    /// A member name without quotes.
    BareName,
    /// `}` or `]` right after a comma.
    TrailingComma,
    /// No colon after a member name.
    ExpectedColon,
    /// Nothing that begins a value.
    ExpectedValue,
    /// Neither a comma nor the end of the object.
    ExpectedCommaOrBrace,
    /// Neither a comma nor the end of the array.
    ExpectedCommaOrBracket,
    /// A raw control character inside a string.
    ControlCharacter(u8),
    /// A backslash before a character that it cannot escape.
    BadEscape,
    /// `\u` not followed by four hexadecimal digits.
    BadUnicodeEscape,
    /// A digit after a leading zero.
    LeadingZero,
    /// A number that breaks off or goes on wrongly.
    BadNumber,
    /// A word other than `true`, `false` and `null`.
    BadWord,
    /// Something after the end of the object.
    AfterRecord,
    /// Bytes that are not UTF-8.
    NotUtf8,
}

impl RecordFault {
    pub(crate) fn new(at: usize, kind: FaultKind) -> Self {
        Self { at, kind }
    }
}

impl FaultKind {
    /// One line of advice for JSON of any kind. [`Fault::advice`] adds what
    /// applies to exports only.
    pub fn hint(self) -> &'static str {
        match self {
            Self::Blank => "Remove the blank line: each line must hold one record.",
            Self::Cut | Self::CutString | Self::CutEscape => {
                "The line is incomplete: was the export interrupted, or the file cut? Export it again."
            }
            Self::NotAnObject => {
                "Each line must be one JSON object; an array is turned into lines by jq -c '.[]'."
            }
            Self::ByteOrderMark => {
                "Were files with byte order marks joined? Remove the mark from this line."
            }
            Self::ExpectedName | Self::BareName => "Member names must stand in double quotes.",
            Self::TrailingComma => "Remove the comma before the closing bracket.",
            Self::ExpectedColon => "Put a colon between the member's name and its value.",
            Self::ExpectedValue => {
                "A value is an object, an array, a string in double quotes, a number, true, false or null."
            }
            Self::ExpectedCommaOrBrace | Self::ExpectedCommaOrBracket => {
                "Is a comma or a closing bracket missing, or a quote inside a string not escaped?"
            }
            Self::ControlCharacter(_) => {
                "Control characters inside strings must be escaped, a tab as \\t for instance."
            }
            Self::BadEscape => {
                "A backslash in a string is written \\\\; the escapes are \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX."
            }
            Self::BadUnicodeEscape => "\\u takes exactly four hexadecimal digits.",
            Self::LeadingZero => "Remove the leading zero, or put the digits in quotes.",
            Self::BadNumber => "Numbers look like -12, 0.5 or 1e9 in JSON.",
            Self::BadWord => {
                "The only bare words in JSON are true, false and null; NaN and Infinity are none."
            }
            Self::AfterRecord => "Put each record on a line of its own.",
            Self::NotUtf8 => "Convert the file to UTF-8, for instance with iconv.",
        }
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Blank => "the line is blank",
            Self::Cut => "the line ends before its record does",
            Self::CutString => "the line ends inside a string",
            Self::CutEscape => "the line ends inside an escape sequence",
            Self::NotAnObject => "the record does not begin with {",
            Self::ByteOrderMark => "a byte order mark inside the file",
            Self::ExpectedName | Self::BareName => "expected a member name in double quotes",
            Self::TrailingComma => "a closing bracket right after a comma",
            Self::ExpectedColon => "expected a colon after the member name",
            Self::ExpectedValue => "expected a value",
            Self::ExpectedCommaOrBrace => "expected a comma or } after the member",
            Self::ExpectedCommaOrBracket => "expected a comma or ] after the element",
            Self::ControlCharacter(byte) => {
                return write!(f, "a raw control character (0x{byte:02x}) inside a string");
            }
            Self::BadEscape => "an unknown escape sequence",
            Self::BadUnicodeEscape => "a malformed \\u escape",
            Self::LeadingZero => "a number with a leading zero",
            Self::BadNumber => "a malformed number",
            Self::BadWord => "a word that is not true, false or null",
            Self::AfterRecord => "something follows the record on its line",
            Self::NotUtf8 => "bytes that are not UTF-8",
        };
        f.write_str(text)
    }
}

impl Fault for FaultKind {
    fn class(&self) -> Class {
        Class::Data
    }

    fn advice(&self) -> Option<String> {
        let advice = self.hint();
        Some(match self {
            Self::BareName => format!(
                "{advice} What npx convex data prints is no export: take one with npx convex export."
            ),
            _ => advice.to_owned(),
        })
    }
}

//! What can be wrong with a file that is given as a report.

use std::fmt;

use super::report::{COMMAND, SCHEMA_VERSION};
use crate::error::{Class, Fault, excerpt};

/// Why a file is no report of a run. The location of the error says where.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReportFault {
    /// It is not UTF-8.
    NotUtf8,
    /// There is nothing in it.
    Empty,
    /// It is no JSON, or lacks something that a report has.
    Shape(String),
    /// It does not say its version.
    NoVersion,
    /// It has another version than this program knows; the text is as written.
    Version(String),
    /// It does not say which command wrote it.
    NoCommand,
    /// It is the report of another command.
    Command(String),
}

impl fmt::Display for ReportFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUtf8 => f.write_str("bytes that are not UTF-8, so this is no report"),
            Self::Empty => f.write_str("the file is empty, so this is no report"),
            Self::Shape(what) => write!(f, "this is no report: {}", excerpt(what)),
            Self::NoVersion => f.write_str("this is no report: it has no schemaVersion"),
            Self::Version(version) => write!(
                f,
                "a report of version {}, and this program reads version {SCHEMA_VERSION}",
                excerpt(version)
            ),
            Self::NoCommand => f.write_str("this is no report: it names no command"),
            Self::Command(command) => write!(
                f,
                "this was written by idswap {}, and is no report of idswap {COMMAND}",
                excerpt(command)
            ),
        }
    }
}

impl Fault for ReportFault {
    fn class(&self) -> Class {
        Class::Data
    }

    fn advice(&self) -> Option<String> {
        let advice = match self {
            Self::Version(_) => "Use the version of idswap that wrote it, or a newer one.",
            Self::NotUtf8
            | Self::Empty
            | Self::Shape(_)
            | Self::NoVersion
            | Self::NoCommand
            | Self::Command(_) => {
                "Name the report of a run: idswap rewrite writes it to OUT.report.json."
            }
        };
        Some(advice.to_owned())
    }
}

//! Reads a report that a run has written.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::fault::ReportFault;
use super::report::{COMMAND, Report, SCHEMA_VERSION};
use crate::error::{Error, Location, Result};
use crate::json::without_mark;

/// The members that identify a report before all of it is read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head<'t> {
    #[serde(borrow)]
    schema_version: Option<&'t RawValue>,
    #[serde(borrow)]
    command: Option<&'t RawValue>,
}

/// The text of a file that is read as a report.
struct Text<'t> {
    text: &'t str,
    path: &'t Path,
}

impl Report {
    /// Reads the report in a file; `-` is standard input.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read, or is no report that this
    /// version knows.
    pub fn read(path: &Path) -> Result<Self> {
        let mut bytes = Vec::new();
        let read = match path == Path::new("-") {
            true => io::stdin().read_to_end(&mut bytes),
            false => File::open(path).and_then(|mut file| file.read_to_end(&mut bytes)),
        };
        read.map_err(|error| Error::io("cannot read", path, error))?;
        Self::parse(&bytes, path)
    }

    /// Parses the bytes of the file at `path`.
    ///
    /// # Errors
    /// Returns an error if they are no report that this version knows.
    pub fn parse(bytes: &[u8], path: &Path) -> Result<Self> {
        let text = Text::new(without_mark(bytes), path)?;
        let head: Head<'_> = text.deserialize()?;
        text.check_version(head.schema_version)?;
        text.check_command(head.command)?;
        text.deserialize()
    }
}

impl<'t> Text<'t> {
    fn new(bytes: &'t [u8], path: &'t Path) -> Result<Self> {
        match simdutf8::compat::from_utf8(bytes) {
            Ok(text) if text.trim_ascii().is_empty() => Err(Error::at(path, ReportFault::Empty)),
            Ok(text) => Ok(Self { text, path }),
            Err(error) => {
                let place = place(path, &bytes[..error.valid_up_to()]);
                Err(Error::new(ReportFault::NotUtf8).located(place))
            }
        }
    }

    fn deserialize<T: Deserialize<'t>>(&self) -> Result<T> {
        serde_json::from_str(self.text).map_err(|error| {
            let words = error.to_string();
            let what = words.rsplit_once(" at line ").map_or(&*words, |(what, _)| what);
            // If the file is cut, the fault is one past its end.
            let at = (error.column() + usize::from(error.is_eof())).saturating_sub(1);
            let place = Location::in_line(self.path, error.line() as u64, at);
            Error::new(ReportFault::Shape(in_words(what))).located(place)
        })
    }

    fn check_version(&self, version: Option<&RawValue>) -> Result<()> {
        match version {
            None => Err(self.fault(0, ReportFault::NoVersion)),
            Some(version) if version.get() == SCHEMA_VERSION.to_string() => Ok(()),
            Some(version) => {
                let fault = ReportFault::Version(version.get().to_owned());
                Err(self.fault(self.offset(version), fault))
            }
        }
    }

    fn check_command(&self, command: Option<&RawValue>) -> Result<()> {
        let Some(command) = command else { return Err(self.fault(0, ReportFault::NoCommand)) };
        match serde_json::from_str::<String>(command.get()) {
            Ok(name) if name == COMMAND => Ok(()),
            Ok(name) => Err(self.fault(self.offset(command), ReportFault::Command(name))),
            Err(_) => Err(self.fault(self.offset(command), ReportFault::NoCommand)),
        }
    }

    /// The offset of a part of the text.
    fn offset(&self, part: &RawValue) -> usize {
        part.get().as_ptr().addr().saturating_sub(self.text.as_ptr().addr())
    }

    fn fault(&self, at: usize, fault: ReportFault) -> Error {
        let before = self.text.as_bytes().get(..at).unwrap_or_default();
        Error::new(fault).located(place(self.path, before))
    }
}

/// A message of the parser without the names of this program's types.
fn in_words(message: &str) -> String {
    let Some((found, wanted)) = message.rsplit_once(", expected ") else {
        return message.to_owned();
    };
    let wanted = match wanted {
        "a map" => "an object",
        "a sequence" => "an array",
        "u32" | "u64" | "usize" => "a whole number from 0 on",
        wanted if wanted.starts_with("struct ") => "an object",
        wanted => wanted,
    };
    let found = match found {
        "invalid type: map" => "invalid type: object",
        "invalid type: sequence" => "invalid type: array",
        found if found.starts_with("invalid length") => "invalid type: array",
        found => found,
    };
    format!("{found}, expected {wanted}")
}

/// The place in a file after `before`.
fn place(path: &Path, before: &[u8]) -> Location {
    let line = memchr::memchr_iter(b'\n', before).count() as u64 + 1;
    let start = memchr::memrchr(b'\n', before).map_or(0, |end| end + 1);
    Location::in_line(path, line, before.len() - start)
}

//! Faults of packed files and ZIP archives.

use std::{fmt, io};

use crate::error::{Class, Enclosed, Fault, excerpt, printable};

/// Why a packed table or a ZIP is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PackFault {
    /// The file does not begin like a file of its extension.
    NotPacked(&'static str),
    /// The file ends too early.
    Cut,
    /// The file cannot be unpacked; what the library says about it.
    Corrupt(String),
    /// The unpacked bytes have the wrong checksum.
    Checksum,
    /// The unpacked bytes have the wrong size.
    Size {
        /// The size in the directory, in bytes.
        expected: u64,
    },
    /// Bytes follow the end of the packed data.
    Trailing,
    /// A Zstandard frame needs a larger window than is allowed.
    Window,
    /// One line is huge and was next to nothing when packed.
    Bomb,
    /// The end of a ZIP or its directory cannot be read.
    Directory(String),
    /// The directory of a ZIP has a different number of entries than its end says.
    Count,
    /// The name of an entry is not that of a file inside the ZIP.
    Name(String),
    /// Two entries have the same name.
    Twice(String),
    /// The name of an entry is also that of a folder.
    FileAndFolder(String),
    /// Two entries share bytes.
    Overlap(String),
    /// The local header of an entry has another name than the directory.
    OtherName(String),
    /// An entry is encrypted.
    Encrypted(String),
    /// An entry is packed by a method that the importer does not support either.
    Method(String),
}

impl Fault for PackFault {
    fn class(&self) -> Class {
        Class::Data
    }

    fn advice(&self) -> Option<String> {
        let advice = match self {
            Self::NotPacked(_) => "Is it packed at all? Give it the extension of its format.",
            Self::Window => "Unpack it with zstd -d --long=31, and name the unpacked file.",
            Self::Bomb => "If this is no mistake, unpack it and name the unpacked file.",
            Self::Encrypted(_) => "Unpack it with its password, and name the folder.",
            Self::Method(_) => "Pack it again with deflate, or unpack it and name the folder.",
            Self::Name(_)
            | Self::Twice(_)
            | Self::FileAndFolder(_)
            | Self::Overlap(_)
            | Self::OtherName(_) => {
                "No export looks like this. Take a fresh one, or unpack it, look at it and name the folder."
            }
            _ => "Get the file again: it was cut short or damaged on the way.",
        };
        Some(advice.to_owned())
    }
}

impl fmt::Display for PackFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entry = excerpt;
        match self {
            Self::NotPacked(form) => write!(f, "is not a {form} file"),
            Self::Cut => f.write_str("is cut short"),
            Self::Corrupt(why) => write!(f, "is damaged: {}", printable(why)),
            Self::Checksum => f.write_str("is damaged: its checksum does not match"),
            Self::Size { expected } => {
                write!(f, "is damaged: it should unpack to {expected} bytes, and does not")
            }
            Self::Trailing => f.write_str("is damaged: bytes follow its end"),
            Self::Window => f.write_str("needs more than 128 MiB of memory to be unpacked"),
            Self::Bomb => f.write_str(
                "unpacks to a line of more than 64 MiB from next to nothing, as only decompression bombs do",
            ),
            Self::Directory(why) => {
                write!(f, "is not a ZIP, or a damaged one: {}", printable(why))
            }
            Self::Count => f.write_str("is damaged: its directory has a different number of entries than its end says"),
            Self::Name(name) => write!(f, "holds an entry with a forbidden name: {}", entry(name)),
            Self::Twice(name) => write!(f, "holds {} twice", entry(name)),
            Self::FileAndFolder(name) => {
                write!(f, "holds {} both as a file and as a folder", entry(name))
            }
            Self::Overlap(name) => {
                write!(f, "is damaged or a bomb: {} overlaps another entry", entry(name))
            }
            Self::OtherName(name) => {
                write!(f, "holds {}, whose local header has a different name", entry(name))
            }
            Self::Encrypted(name) => write!(f, "is encrypted: {}", entry(name)),
            Self::Method(method) => {
                write!(
                    f,
                    "is packed by a method other than deflate or stored: {}",
                    entry(method)
                )
            }
        }
    }
}

impl From<PackFault> for io::Error {
    fn from(fault: PackFault) -> Self {
        Enclosed::wrap(fault)
    }
}

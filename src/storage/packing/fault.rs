//! What can be wrong with a packed file.

use std::{fmt, io};

use crate::error::{Class, Enclosed, Fault, excerpt, printable};

/// Why a packed table or a ZIP is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PackFault {
    /// A file does not begin as its ending says.
    NotPacked(&'static str),
    /// It ends in the middle.
    Cut,
    /// What was packed cannot be had back; what the library says of it.
    Corrupt(String),
    /// What was unpacked has another checksum than what was packed.
    Checksum,
    /// What was unpacked has another size than what was packed.
    Size {
        /// The size that the directory has, in bytes.
        said: u64,
    },
    /// Bytes follow the end of what was packed.
    Trailing,
    /// A Zstandard frame of a larger window than is given memory to.
    Window,
    /// One line takes up much memory and was next to nothing when packed.
    Bomb,
    /// A ZIP's end or its directory cannot be read.
    Directory(String),
    /// A ZIP's directory has another number of entries than its end says.
    Count,
    /// An entry's name is none of a file below the ZIP.
    Name(String),
    /// An entry stands twice.
    Twice(String),
    /// The name of an entry is that of a folder as well.
    FileAndFolder(String),
    /// The bytes of an entry are those of another, too.
    Overlap(String),
    /// An entry is called otherwise where its bytes are.
    OtherName(String),
    /// An entry is encrypted.
    Encrypted(String),
    /// An entry is packed in a way that the importer does not know either.
    Method(String),
}

impl PackFault {
    /// The way out.
    pub(crate) fn advice(&self) -> &'static str {
        match self {
            Self::NotPacked(_) => "Is it packed at all? Give it the ending of what it is.",
            Self::Window => "Unpack it with zstd -d --long=31, and name the unpacked file.",
            Self::Bomb => "If this is no mistake, unpack it and name the unpacked file.",
            Self::Encrypted(_) => "Unpack it with its password, and name the folder.",
            Self::Method(_) => "Pack it anew with deflate, or unpack it and name the folder.",
            Self::Name(_)
            | Self::Twice(_)
            | Self::FileAndFolder(_)
            | Self::Overlap(_)
            | Self::OtherName(_) => {
                "No export looks like this. Take a fresh one, or unpack it, look at it and name the folder."
            }
            _ => "Get the file anew: it was cut short or damaged on its way.",
        }
    }
}

impl fmt::Display for PackFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entry = excerpt;
        match self {
            Self::NotPacked(form) => write!(f, "is no {form} file"),
            Self::Cut => f.write_str("is cut short"),
            Self::Corrupt(why) => write!(f, "is damaged: {}", printable(why)),
            Self::Checksum => f.write_str("is damaged: its checksum does not match"),
            Self::Size { said } => {
                write!(f, "is damaged: it should unpack to {said} bytes, and does not")
            }
            Self::Trailing => f.write_str("is damaged: bytes follow its end"),
            Self::Window => f.write_str("needs more than 128 MiB of memory to be unpacked"),
            Self::Bomb => f.write_str(
                "unpacks to a line of more than 64 MiB from next to nothing, as only bombs do",
            ),
            Self::Directory(why) => {
                write!(f, "is no ZIP, or a damaged one: {}", printable(why))
            }
            Self::Count => f.write_str("is damaged: its directory is not as long as its end says"),
            Self::Name(name) => write!(f, "holds an entry of a forbidden name: {}", entry(name)),
            Self::Twice(name) => write!(f, "holds {} twice", entry(name)),
            Self::FileAndFolder(name) => {
                write!(f, "holds {} both as a file and as a folder", entry(name))
            }
            Self::Overlap(name) => {
                write!(f, "is damaged or a bomb: {} lies on top of another entry", entry(name))
            }
            Self::OtherName(name) => {
                write!(f, "holds {}, which has another name beside its bytes", entry(name))
            }
            Self::Encrypted(name) => write!(f, "is encrypted: {}", entry(name)),
            Self::Method(method) => {
                write!(
                    f,
                    "is packed by a method that is neither deflate nor none: {}",
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

impl Fault for PackFault {
    fn class(&self) -> Class {
        Class::Data
    }

    fn advice(&self) -> Option<String> {
        Some(Self::advice(self).to_owned())
    }
}

//! Faults of output paths.

use std::fmt;
use std::path::PathBuf;

use crate::error::{Class, Fault, printable, printable_path};

/// Why an output cannot be written at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum OutputFault {
    /// The output exists already.
    OutputExists,
    /// A list of unmapped IDs exists already, and may have been filled in.
    ListExists,
    /// A folder would replace a file, or a file a folder.
    OutputKind {
        /// What is at the path.
        found: &'static str,
        /// What would be written.
        wanted: &'static str,
    },
    /// A folder to be replaced holds something that no run can have written.
    ForeignFolder {
        /// The first such entry.
        entry: String,
    },
    /// An output path is that of an input, or inside or above one.
    ClashesWithInput {
        /// The option that names the output.
        option: &'static str,
        /// The input it clashes with.
        input: PathBuf,
    },
    /// Two outputs have the same path.
    ClashesWithOutput {
        /// The option that names the output.
        option: &'static str,
        /// The option it clashes with.
        other: &'static str,
    },
}

impl Fault for OutputFault {
    fn class(&self) -> Class {
        Class::Usage
    }

    fn advice(&self) -> Option<String> {
        let advice = match self {
            Self::OutputExists => "Name another path, or replace it with --force.",
            Self::ListExists => {
                "If it is filled in, pass it as a further --map and name another list here; --force would replace it."
            }
            Self::OutputKind { .. } | Self::ForeignFolder { .. } => {
                "Name another path, or move away what is there."
            }
            Self::ClashesWithInput { .. } | Self::ClashesWithOutput { .. } => {
                "Name a separate path outside the export for each output."
            }
        };
        Some(advice.to_owned())
    }
}

impl fmt::Display for OutputFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutputExists | Self::ListExists => f.write_str("exists already"),
            Self::OutputKind { found, wanted } => {
                write!(f, "is {found}, and {wanted} would be written there")
            }
            Self::ForeignFolder { entry } => {
                write!(f, "holds {}: this is not an earlier output", printable(entry))
            }
            Self::ClashesWithInput { option, input } => {
                write!(f, "{option} clashes with the input {}", printable_path(input))
            }
            Self::ClashesWithOutput { option, other } => {
                write!(f, "{option} clashes with the output of {other}")
            }
        }
    }
}

//! What the inverse of a map would lose.

use std::fmt;

use crate::error::{Class, Fault, excerpt, write_list};
use crate::idmap::file::RowPlace;
use crate::idmap::map::{SharedTarget, name_places};

/// What the inverse of a map would lose.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Loss {
    /// Several sources share a target: it leads back to only one of them.
    Shared(SharedTarget),
    /// Two rows spell a UUID differently: its target leads back to only one of
    /// the spellings.
    Spellings {
        /// The source, as lists show it.
        source: String,
        /// Its first row, and the row that spells it otherwise.
        places: [RowPlace; 2],
    },
    /// An undecided source is also a target: the map does not change it in the
    /// data, but the inverse would.
    UndecidedTarget {
        /// The source, as lists show it.
        source: String,
        /// The first row in which it is a target, and the row in which it is
        /// undecided.
        places: [RowPlace; 2],
    },
    /// A source has blanks around it or control characters in it, which no
    /// target may have.
    StrayInSource {
        /// The source.
        source: String,
        /// Its row.
        place: RowPlace,
    },
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shared(SharedTarget { target, rows, places }) => {
                let target = excerpt(target);
                write!(f, "target {target} has several sources: {}", name_places(places, *rows))
            }
            Self::Spellings { source, places: [first, other] } => {
                write!(f, "{other}: source {} is spelled differently on {first}", excerpt(source))
            }
            Self::UndecidedTarget { source, places: [target, undecided] } => write!(
                f,
                "{undecided}: source {} is undecided, but a target on {target}",
                excerpt(source)
            ),
            Self::StrayInSource { source, place } => write!(
                f,
                "{place}: source \"{}\" has blanks around it, or control characters: it cannot be a target",
                excerpt(source)
            ),
        }
    }
}

/// An ID map that cannot be inverted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotInvertible {
    /// The first losses, at most [`Findings::KEPT`](crate::idmap::Findings::KEPT).
    pub losses: Vec<Loss>,
    /// The number of all losses.
    pub total: u64,
}

impl Fault for NotInvertible {
    fn class(&self) -> Class {
        Class::Usage
    }

    fn advice(&self) -> Option<String> {
        let advice =
            "To take back what a run did, give its change log to idswap undo: that loses nothing.";
        Some(advice.to_owned())
    }
}

impl fmt::Display for NotInvertible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the inverse of this map would lose information:\n  ")?;
        write_list(f, &self.losses, self.total)
    }
}

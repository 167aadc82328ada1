//! Why a row of a list deserves a look.

use crate::idmap::read::{SOURCE_NAMES, TARGET_NAMES};

/// One of the two lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ListSide {
    /// The users with their current IDs, the sources.
    Old,
    /// The users with their future IDs, the targets.
    New,
}

impl ListSide {
    /// Returns the names that its column of IDs may have, the best first.
    pub(crate) fn id_names(self) -> Vec<&'static str> {
        let well_known: &[&str] = match self {
            Self::Old => &SOURCE_NAMES,
            Self::New => &TARGET_NAMES,
        };
        [&["id"], well_known, &["user_id"]].concat()
    }
}

/// Why a row of a list deserves a look. All but [`Self::Shared`] need a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum JoinIssue {
    /// The row has no address.
    NoAddress,
    /// Several IDs, in its own list or in the other, have its address.
    Ambiguous,
    /// The other list does not have its address.
    NoMatch,
    /// The rows of its ID match several IDs of the other list.
    SeveralMatches,
    /// Its ID matches an ID of the other list that other IDs match, too.
    Shared,
}

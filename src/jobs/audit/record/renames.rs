//! Member names that the map may have changed.

use super::text::Text;
use crate::idmap::IdMap;

/// The map, by which member names may have changed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Renames<'m>(pub(crate) Option<&'m IdMap>);

impl<'m> Renames<'m> {
    /// The name that a member name may have become.
    pub(crate) fn of(self, name: &Text<'_>) -> Option<&'m str> {
        let map = self.0?;
        map.source_row(name.bytes()).map(|row| map.target(row))
    }
}

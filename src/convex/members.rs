//! Convex's own members of a record.

/// The member with a record's ID.
pub(crate) const ID: &str = "_id";

/// The member with a record's creation time, in milliseconds since 1970.
pub(crate) const CREATION_TIME: &str = "_creationTime";

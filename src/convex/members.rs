//! Convex's own members of a record.

/// The member that holds a record's ID.
pub const ID: &str = "_id";

/// The member that holds the time at which a record was created, in
/// milliseconds since 1970.
pub const CREATION_TIME: &str = "_creationTime";

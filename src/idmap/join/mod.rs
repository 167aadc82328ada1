//! Makes a map of two lists of users.

mod join;
mod list;

pub use join::{JoinIssue, Joined, ListFault, ListFaults, UserList, join};
pub use list::{AskedList, List, ListRow, read_lists};

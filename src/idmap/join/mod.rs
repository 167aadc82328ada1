//! Makes a map from two lists of users, whom it matches by their addresses.

mod addresses;
mod issue;
mod joined;
mod list;
mod matching;
mod read_lists;

pub use issue::{JoinIssue, UserList};
pub use joined::Joined;
pub use list::{AskedList, List, ListRow};
pub use matching::join;
pub use read_lists::read_lists;

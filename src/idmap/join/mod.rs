//! Makes a map from two lists of users, whom it matches by their addresses.

mod addresses;
mod issue;
mod joined;
mod list;
mod matching;
mod read_lists;

pub(crate) use issue::{JoinIssue, ListSide};
pub(crate) use joined::Joined;
pub(crate) use list::{List, ListRequest, ListRow};
pub(crate) use matching::join;
pub(crate) use read_lists::read_lists;

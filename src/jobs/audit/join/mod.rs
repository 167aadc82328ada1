//! Joins the records of both sides: by position as long as they match, then by
//! key.

mod index;
mod join;
mod ordered_work;
mod partners;
mod position;
mod unmatched;

pub(crate) use index::Index;
pub(crate) use join::{ByKey, Indexed, Join};
pub(crate) use ordered_work::in_order;
pub(crate) use position::{ByPosition, Divergence};
pub(crate) use unmatched::Unmatched;

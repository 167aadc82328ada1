//! Joins the records of both sides: by position as long as they match, then by
//! key.

mod alone;
pub(crate) mod in_order;
mod index;
mod join;
mod partners;
mod position;

pub(crate) use alone::Unmatched;
pub(crate) use in_order::in_order;
pub(crate) use index::Index;
pub(crate) use join::{ByKey, Indexed, Join};
pub(crate) use position::{ByPosition, Divergence};

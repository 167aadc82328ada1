//! Rules: which fields of which tables hold user IDs.
//!
//! A [`Plan`] is made once, checked, and then trusted. This module knows what
//! to look for, not how to find it.

mod fault;
mod field;
mod file;
mod ids;
mod path;
mod plan;
mod table;
mod tree;

pub use fault::RulesFault;
pub use field::{Condition, FieldRule, Match};
pub use file::{read, read_or_default};
pub use ids::{Classes, IdForm, IdRules};
pub(crate) use path::push_token;
pub use path::{MOST_SEGMENTS, Path, PathFault, PathFaultKind, Segment};
pub(crate) use plan::BUILT_IN;
pub use plan::{Clash, Plan};
pub use table::TablePlan;
pub use tree::{Member, Node, Tree};

//! One record, read without the scanner, because the audit must not share the
//! mistakes of what it judges.

mod change;
mod comparison;
mod number;
mod place;
mod renames;
pub(crate) mod seek;
mod splice;
mod tape;
mod text;
mod token;
mod tree;

pub(crate) use change::{Change, ChangeKind};
pub(crate) use comparison::Comparison;
pub(crate) use place::{Places, Step, pointer};
pub(crate) use renames::Renames;
pub(crate) use seek::seek;
pub(crate) use tape::{Record, Tape};
pub(crate) use text::{Text, decode, quote};
pub use token::{LineFault, LineFaultKind};

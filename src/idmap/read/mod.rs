//! Reads the files of a map, each by its format.

mod clerk_run;
mod csv;
pub(crate) mod json;
pub(crate) mod packed;
pub(crate) mod reader;
mod taken;
mod wanted;

pub(crate) use csv::{Head, Measured, Replay, RowByRow};
pub(crate) use json::{BadCell, Cell, Content, Document, Finder, Row};
pub(crate) use packed::packed;
pub use reader::{LoadedMap, MapFile, Reading, read};
pub use taken::{Taken, Told};
pub(crate) use wanted::{SOURCE_NAMES, TARGET_NAMES, Wanted};

//! Reads the files of a map and the lists of users, each by its format.
//!
//! `load` chooses the reader of a file's format, which adds the file's rows to
//! a `MapReader`. `ColumnChoice` decides which columns count.

mod clerk_run;
mod column_choice;
mod compressed;
pub(crate) mod csv;
pub(crate) mod json;
mod load;
mod loaded_map;
mod map_reader;
mod reading;
mod recognition;

pub(crate) use column_choice::{ColumnChoice, SOURCE_NAMES, TARGET_NAMES};
pub use load::read;
#[cfg(test)]
pub(crate) use load::read_file;
pub use loaded_map::{LoadedMap, MapFile};
#[cfg(test)]
pub(crate) use map_reader::MapReader;
pub use reading::Reading;
pub use recognition::{ColumnRecognition, FileRecognition};

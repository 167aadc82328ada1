//! Readers and writers of archives that share no code with the program.

pub mod archive;
pub mod encodings;
pub mod importer;
pub mod listing;
pub mod places;
pub mod python;
pub mod snapshots;
pub mod streamed;

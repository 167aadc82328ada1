//! The request to read a map.

use std::path::PathBuf;

use crate::storage::Digest;

/// The files that make up a map, and how to read them.
///
/// By default columns are recognised by well-known names, and a target must not
/// be another row's source.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// The files; later ones add to earlier ones.
    pub paths: Vec<PathBuf>,
    /// The names of the source and the target column, for the files that have
    /// them.
    pub columns: Option<(String, String)>,
    /// Whether the first row of a CSV file of two columns is data, unless it
    /// holds well-known names.
    pub no_header: bool,
    /// Whether a target may be another row's source.
    pub chains: bool,
    /// The digest to compute of each file.
    pub digest: Digest,
}

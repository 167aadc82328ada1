//! What an import into Convex would make of the output, and patches.

pub mod import_checks;
pub mod import_warnings;
pub mod patches;
pub mod patches_oracle;
pub mod snapshots;

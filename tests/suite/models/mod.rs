//! Slow models that the program is held against, and the random exports, maps and
//! rules that they are run over.

pub mod audits;
pub mod diff_oracle;
pub mod import_oracle;
pub mod oracle;
pub mod places;
pub mod rule_worlds;
pub mod ruled;
pub mod spots;
pub mod worlds;

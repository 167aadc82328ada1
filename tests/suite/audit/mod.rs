//! `idswap verify` and `idswap diff`.

pub mod diff;
pub mod diff_properties;
pub mod verify;
pub mod verify_mutants;
pub mod verify_properties;
pub mod wrong_rewriters;

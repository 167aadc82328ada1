//! Reports: written, shown, checked, merged, drawn.

pub mod commands;
pub mod written;

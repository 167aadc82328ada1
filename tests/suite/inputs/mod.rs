//! Maps and rules: reading them, refusing them, and what they do to records.

pub mod map_commands;
pub mod map_docs;
pub mod map_forms;
pub mod maps;
pub mod rule_properties;
pub mod rule_records;
pub mod rule_reports;
pub mod rules;

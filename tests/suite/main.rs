//! The tests of the program as users and other programs meet it.

mod convex;
mod docs;
mod fixtures;
mod force;
mod interrupt;
mod invalid;
mod maps;
mod options;
mod oracle;
mod places;
mod properties;
mod refusals;
mod report;
mod rule_properties;
mod rule_records;
mod rule_reports;
mod rule_worlds;
mod ruled;
mod rules;
mod splits;
mod standard;
mod streams;
mod support;
mod worlds;

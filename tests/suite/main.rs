//! The tests of the program as users and other programs meet it.

mod convex;
mod docs;
mod fixtures;
mod force;
mod interrupt;
mod invalid;
mod map_commands;
mod map_docs;
mod map_forms;
mod maps;
mod options;
mod oracle;
mod properties;
mod refusals;
mod report;
mod splits;
mod standard;
mod streams;
mod support;
mod worlds;

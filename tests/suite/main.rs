//! The tests of the program as users and other programs meet it.

mod audit;
mod convex;
mod docs;
mod inputs;
mod models;
mod report;
mod rewrite;
mod scan;
mod support;
mod undo;

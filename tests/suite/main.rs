//! The tests of the program as users and other programs meet it.

mod convex;
mod fixtures;
mod report;
mod support;
mod docs;

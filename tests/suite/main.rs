//! The tests of the program as users and other programs meet it.

mod convex;
mod docs;
mod fixtures;
mod interrupt;
mod invalid;
mod refusals;
mod report;
mod streams;
mod support;

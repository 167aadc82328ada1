//! The tests of the program as users and other programs meet it.

mod support;

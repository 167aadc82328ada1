//! The fast path over records: bytes to bit masks, and masks to a verdict.
//!
//! A mask has one bit for each byte. [`Classes`] has the class of each byte, by
//! the widest comparison of the processor. [`Batch`] computes from them what is
//! a string, a member name or a scalar, and which bytes are where a record of
//! the plain form cannot have them. The plain form is a flat object on one
//! line, without blanks or with one after each comma and colon. A record of any
//! other form is not wrong; it goes to the walker. The walker accepts every
//! record of the plain form and finds the same values in it; tests compare the
//! two.
//!
//! Masks are computed for a whole batch at a time, so that the compiler can
//! work on several words at once. Anything that depends on the word before (is
//! a string open?) is done in short loops of its own.

#![allow(clippy::needless_range_loop, reason = "a word of many lanes at once")]

mod batch;
mod classes;

pub(crate) use batch::Batch;
pub(crate) use classes::{BYTES, Lane};

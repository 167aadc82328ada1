//! Bytes to bit masks, and masks to a verdict: the fast way over records.
//!
//! A mask has one bit a byte. [`Classes`] says of what class each byte is,
//! by whatever the processor compares fastest; [`Batch`] works out from them
//! what is a string, a member name or a scalar, and where a byte stands that
//! a record of the plain form cannot have there. The plain form is a flat
//! object on one line, without blanks or with one after each comma and colon.
//! A record that is not of the plain form is no fault: the walker looks at
//! it. What is of the plain form, the walker would accept, and it would find
//! the same values in it; the tests hold one against the other.
//!
//! The masks are made for a whole batch at a time, so that the compiler can
//! work on several words at once; what depends on the word before it (is a
//! string open?) is done in short loops of their own.

mod batch;
mod classes;

pub(crate) use batch::Batch;
pub(crate) use classes::{BYTES, Lane};

//! `idswap verify` and `idswap diff`.

mod diff;
mod diff_args;
mod findings;
mod place_args;
mod shared;
mod verdict;
mod verify;
mod verify_args;

pub(crate) use diff::run as diff;
pub(crate) use diff_args::Args as DiffArgs;
pub(crate) use verify::run as verify;
pub(crate) use verify_args::Args as VerifyArgs;

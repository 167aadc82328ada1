//! Single files: read while nothing changes them, hashed, staged beside their
//! place and renamed into it.

mod digest;
mod fault;
pub(crate) mod nameless;
mod stage;
mod target;
mod unchanged;
mod whole;

pub use digest::{Digest, Hasher};
pub use fault::OutputFault;
pub(crate) use nameless::{append, nameless, piece};
pub use stage::Stage;
pub use target::Target;
pub(crate) use unchanged::Steady;
pub(crate) use whole::read_whole;

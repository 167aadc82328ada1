//! Single files: read without changing meanwhile, hashed, staged beside their
//! final place and renamed into it.

mod digest;
mod fault;
mod path;
mod read;
mod rename;
mod stage;
mod staged_item;
mod target;
mod temporary;
mod unchanged;

pub use digest::{Digest, Hasher};
pub use fault::OutputFault;
pub(crate) use path::{descriptor_number, resolve, resolve_existing};
pub(crate) use read::{read_chunks, read_whole, uninterrupted};
pub use stage::Stage;
pub(crate) use target::Target;
pub(crate) use temporary::{append, piece, spool, temporary_file};
pub(crate) use unchanged::FileState;

//! Blocks of whole records, processed by all threads and delivered in order.
//!
//! Each worker takes the next block, works on it alone, and then passes through
//! the table's *lanes* in a fixed order, each in turn by block number. Only
//! what must happen in order happens there. The lowest number never waits, so
//! nothing can lock up, and memory holds one block a worker. One thread differs
//! from eight only by the size of the pool. This module knows no JSON and no
//! map.

mod feed;
mod first_error;
mod lanes;
pub(crate) mod lock;
mod progress;
mod run;
mod running_total;
mod shard;

pub(crate) use feed::{Buffer, Part, StreamFeed};
pub use feed::{Feed, FileFeed};
pub(crate) use lanes::Lanes;
pub use lanes::Ticket;
pub(crate) use lock::{lock, unlocked};
pub use progress::ProgressSink;
pub use run::{BLOCK_SIZE, Block, Work, pool, run};
pub(crate) use running_total::RunningTotal;
pub use shard::{NoShard, Shard};

//! Rewrites user IDs in JSONL exports by an ID map, byte-exact and balanced.
//!
//! The command `idswap` is a thin shell around this library. A run is asked
//! for with [`rewrite::Options`], checked by [`rewrite::Request::new`], and
//! carried out by [`rewrite::Request::run`]:
//!
//! ```
//! use idswap::Stage;
//! use idswap::rewrite::{Options, Request};
//!
//! let folder = tempfile::tempdir()?;
//! let at = |name: &str| folder.path().join(name);
//! std::fs::write(at("ids.csv"), "old,new\nanna,user_1\n")?;
//! std::fs::write(at("tickets.jsonl"), "{\"requester_id\": \"anna\", \"n\": 1.0}\n")?;
//!
//! let mut options = Options::new(at("tickets.jsonl"), at("ids.csv"));
//! options.out = Some(at("new.jsonl"));
//! let report = Request::new(options)?.run(&Stage::default(), &())?;
//!
//! let written = std::fs::read_to_string(at("new.jsonl"))?;
//! assert_eq!(written, "{\"requester_id\": \"user_1\", \"n\": 1.0}\n");
//! assert_eq!(report.summary.map(|all| all.total_updated), Some(1));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`idmap`] reads maps, [`rules`] says which fields hold IDs, [`rewrite`] does
//! the main job, [`undo`] takes it back by its change log, [`scan`] finds where
//! IDs are, [`audit`] proves what was done, and [`report`] reads, merges, checks
//! and draws reports. Everything else is internal.

#![forbid(unsafe_code)]
#![warn(missing_docs, unreachable_pub, clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(
    clippy::module_inception,
    reason = "a face defines nothing, so a room's main file has its name"
)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

#[cfg(not(unix))]
compile_error!("idswap runs on Unix: it reads and writes files at offsets and stages by renaming");

pub mod cli;
pub mod error;
pub mod idmap;
pub mod report;
pub mod rules;

mod convex;
mod jobs;
mod json;
mod pipeline;
mod storage;

pub use error::{Error, Fault, Location, Result};
pub use jobs::{audit, rewrite, scan, undo};
pub use json::FaultKind;
pub use pipeline::{BLOCK_SIZE, NoShard, ProgressSink, Shard};
pub use storage::{Digest, ExportFault, OutputFault, PackFault, Stage, TableListFault};

/// What benchmarks and mutation tests reach in for. It is no part of the
/// interface and can change with any version.
#[doc(hidden)]
pub mod internal {
    pub use crate::convex::{IdHasher, Schema, row_size};
    pub use crate::jobs::rewrite::block::{Checks, Outcome, Rewriter};
    pub use crate::json::{Found, Hit, Kind, Level, Names, Scanner, Verdict, Walker, check_utf8};
    pub use crate::pipeline::{Block, Feed, FileFeed, Ticket, Work, pool, run};
    pub use crate::report::tally::{ImportTally, Occurrences, TableTally, Tally};
    pub use crate::storage::Hasher;
}

//! Rewrites user IDs in JSONL exports by an ID map, byte-exact and balanced.
//!
//! The command `idswap` is a thin shell around this library. A run is asked
//! for with [`rewrite::Options`], checked by [`rewrite::Request::new`], and
//! carried out by [`rewrite::Request::run`]:
//!
//! ```
//! use idswap::storage::Stage;
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
//! Where things are: [`json`] finds spans in a record, [`idmap`] knows what
//! becomes of an ID, [`rules`] where IDs stand, [`rewrite`] puts the three
//! together, [`undo`] takes back what they did, [`scan`] finds what the rules
//! forgot, [`audit`] proves what was done, with none of their code, [`convex`]
//! knows what an import makes of a record, [`pipeline`] runs it on all cores,
//! [`storage`] opens and places files, [`report`] accounts for everything.

#![forbid(unsafe_code)]
#![warn(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

#[cfg(not(unix))]
compile_error!("idswap runs on Unix: it reads and writes files at offsets and stages by renaming");

pub mod cli;
pub mod convex;
pub mod error;
pub mod idmap;
pub mod jobs;
pub mod json;
pub mod pipeline;
pub mod report;
pub mod rules;
pub mod storage;

pub use error::{Error, Fault, Location, Result};
pub use jobs::{audit, rewrite, scan, undo};

//! The tables that the benchmark prints, one in each file.

pub mod audit;
pub mod growth;
pub mod job;
pub mod map;
pub mod packed;
pub mod peers;
pub mod rules;
pub mod shapes;
pub mod shards;
pub mod start;

//! What idswap does with an export, one folder a job. Only the audit shares
//! no code with the others: it judges them.

pub mod audit;
pub mod rewrite;
pub mod scan;
pub mod undo;

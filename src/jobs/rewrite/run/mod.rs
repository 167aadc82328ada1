//! The run over all tables: from a request to output in place, or to nothing.

mod job;
mod run;
mod table;

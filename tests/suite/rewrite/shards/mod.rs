//! A table rewritten in shards is the table rewritten at once, and the reports
//! of all shards are its report.

mod equal;
mod joined;
mod messages;
mod places;
mod properties;
mod refusals;
mod reports;
mod retries;
mod steps;
mod strange;
mod trial;

use crate::support::standard::ticket;

/// A record with an ID of this number that no map has.
fn open_ticket(number: usize) -> String {
    ticket(&format!("{number:08x}-0000-4000-8000-000000000000"))
}

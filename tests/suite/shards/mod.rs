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

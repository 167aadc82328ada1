//! The report: its shape in JSON, how it is read, and how its counts are named.

mod counts;
mod distinct_names;
mod fault;
mod nearest_double;
mod read;
mod report;

pub(crate) use counts::total;
pub use counts::{Counted, Kind, Share};
pub use fault::ReportFault;
pub use report::{
    COMMAND, ConditionReport, ErrorReport, FieldReport, FileReport, IdsReport, MapReport,
    PartReport, Report, RuleReport, RulesReport, SCHEMA_VERSION, Summary, TableReport, Tool,
    Warning,
};

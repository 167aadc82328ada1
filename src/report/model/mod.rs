//! The report: its shape in JSON, how it is read, and how its counts are named.

mod distinct;
mod exact;
mod fault;
mod kinds;
mod read;
mod report;

pub use fault::ReportFault;
pub(crate) use kinds::total;
pub use kinds::{Counted, Kind, Share};
pub use report::{
    COMMAND, ConditionReport, ErrorReport, FieldReport, FileReport, IdsReport, MapReport,
    PartReport, Report, RuleReport, RulesReport, SCHEMA_VERSION, Summary, TableReport, Tool,
    Warning,
};

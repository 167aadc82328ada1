//! The counts of a field one by one, and which of them need a decision.

use super::report::{FieldReport, RuleReport, TableReport};

/// How a value of a field was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "one line each in docs/report.md, by these names")]
pub enum Kind {
    Mapped,
    Already,
    Native,
    Kept,
    Exempt,
    Unmapped,
    Unrecognized,
    Collided,
    WrongType,
    Null,
    Absent,
    Excluded,
}

/// What a kind of count means for an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// An old ID became a new one.
    Mapped,
    /// A value that is fine as it is.
    Left,
    /// Needs a decision.
    Open,
    /// No value, and none is needed.
    Nothing,
}

impl Kind {
    /// Its name after a number, for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Mapped => "mapped",
            Self::Already => "already",
            Self::Native => "native",
            Self::Kept => "kept",
            Self::Exempt => "exempt",
            Self::Unmapped => "unmapped",
            Self::Unrecognized => "unrecognized",
            Self::Collided => "collided",
            Self::WrongType => "of a wrong type",
            Self::Null => "null",
            Self::Absent => "absent",
            Self::Excluded => "excluded",
        }
    }

    /// What it means in a field that is optional or not.
    pub fn share(self, optional: bool) -> Share {
        match self {
            Self::Mapped => Share::Mapped,
            Self::Already | Self::Native | Self::Kept | Self::Exempt => Share::Left,
            Self::Unmapped | Self::Unrecognized | Self::Collided | Self::WrongType => Share::Open,
            Self::Null | Self::Absent if !optional => Share::Open,
            Self::Null | Self::Absent | Self::Excluded => Share::Nothing,
        }
    }
}

impl FieldReport {
    /// All counts of the field by kind, ordered by share.
    pub fn kinds(&self) -> [(Kind, u64); 12] {
        [
            (Kind::Mapped, self.mapped),
            (Kind::Already, self.already),
            (Kind::Native, self.native),
            (Kind::Kept, self.kept),
            (Kind::Exempt, self.exempt),
            (Kind::Unmapped, self.unmapped),
            (Kind::Unrecognized, self.unrecognized),
            (Kind::Collided, self.collided),
            (Kind::WrongType, self.wrong_type),
            (Kind::Null, self.null),
            (Kind::Absent, self.absent),
            (Kind::Excluded, self.excluded),
        ]
    }

    /// All counts by their names in the report, in its order.
    pub fn counts(&self) -> [(&'static str, u64); 14] {
        [
            ("records", self.records),
            ("values", self.values),
            ("exempt", self.exempt),
            ("mapped", self.mapped),
            ("kept", self.kept),
            ("already", self.already),
            ("unmapped", self.unmapped),
            ("native", self.native),
            ("unrecognized", self.unrecognized),
            ("collided", self.collided),
            ("null", self.null),
            ("wrongType", self.wrong_type),
            ("absent", self.absent),
            ("excluded", self.excluded),
        ]
    }
}

/// The counts of a field, with its table and its rule.
#[derive(Debug, Clone, Copy)]
pub struct Counted<'r> {
    /// The name of the table.
    pub table: &'r str,
    /// The path.
    pub path: &'r str,
    /// Whether the field is optional.
    pub optional: bool,
    /// The counts.
    pub field: &'r FieldReport,
}

impl Counted<'_> {
    /// The sum of the counts of a share.
    pub fn places(&self, share: Share) -> u64 {
        total(self.of(share).map(|(_, count)| count))
    }

    /// The counts of a share by kind, without zeros.
    pub fn of(&self, share: Share) -> impl Iterator<Item = (Kind, u64)> {
        let all = self.field.kinds().into_iter().filter(|(_, count)| *count > 0);
        all.filter(move |(kind, _)| kind.share(self.optional) == share)
    }
}

impl TableReport {
    /// The fields of the table with this name, under these rules.
    pub fn counted<'r>(
        &'r self,
        table: &'r str,
        rules: &'r [RuleReport],
    ) -> impl Iterator<Item = Counted<'r>> {
        let optional = move |path: &str| {
            rules.iter().any(|rule| rule.table == table && rule.path == path && rule.optional)
        };
        self.fields.iter().map(move |(path, field)| Counted {
            table,
            path,
            optional: optional(path),
            field,
        })
    }
}

/// The sum, saturating: a report can have any numbers.
pub(crate) fn total(counts: impl Iterator<Item = u64>) -> u64 {
    counts.fold(0, u64::saturating_add)
}

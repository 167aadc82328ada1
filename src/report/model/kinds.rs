//! The counts of a field, one by one, and which of them ask for a decision.

use super::report::{FieldReport, RuleReport, TableReport};

/// What a place of a field was counted as.
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

/// What a kind comes to for whoever has to decide on an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// An old ID became a new one.
    Mapped,
    /// A value that is right as it is.
    Left,
    /// Somebody has to decide.
    Open,
    /// No value, and none is wanted.
    Nothing,
}

impl Kind {
    /// How people call it, after a number.
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

    /// What it comes to in a field that records may lack, or not.
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
    /// All places of the field by kind, those of one share together.
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

    /// All counts by the names that the report gives them, in its order.
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
    /// The table's name.
    pub table: &'r str,
    /// The path.
    pub path: &'r str,
    /// Whether records may lack it.
    pub optional: bool,
    /// The counts.
    pub field: &'r FieldReport,
}

impl Counted<'_> {
    /// The places of a share.
    pub fn places(&self, share: Share) -> u64 {
        total(self.of(share).map(|(_, count)| count))
    }

    /// What the places of a share were counted as; kinds without any are left
    /// out.
    pub fn of(&self, share: Share) -> impl Iterator<Item = (Kind, u64)> {
        let all = self.field.kinds().into_iter().filter(|(_, count)| *count > 0);
        all.filter(move |(kind, _)| kind.share(self.optional) == share)
    }
}

impl TableReport {
    /// The fields of the table of this name, under these rules.
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

/// All of these together. A report can hold any numbers.
pub(crate) fn total(counts: impl Iterator<Item = u64>) -> u64 {
    counts.fold(0, u64::saturating_add)
}

//! Numbers and nouns for people.

use std::borrow::Cow;

use super::check::Role;
use super::model::{FileReport, Report, RuleReport, RulesReport, Warning};
use crate::rules::BUILT_IN;

/// A noun in singular or plural.
pub(crate) fn plural(number: u64, noun: &str) -> String {
    if number == 1 { noun.to_owned() } else { format!("{noun}s") }
}

/// A number with its digits in groups of three.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A number and its noun.
pub(crate) fn counted(number: u64, noun: &str) -> String {
    format!("{} {}", count(number), plural(number, noun))
}

impl Warning {
    /// The table and field that the warning is about.
    pub(crate) fn place(&self) -> Option<String> {
        match (&self.table, &self.field) {
            (Some(table), Some(field)) => Some(format!("{table}.{field}")),
            (Some(table), None) => Some(table.clone()),
            _ => None,
        }
    }

    /// The offset of the first record that it is about, if there can be
    /// several.
    pub(crate) fn first(&self) -> Option<u64> {
        self.offset.filter(|_| self.code != "byteOrderMark")
    }
}

impl RuleReport {
    /// The rule in one line.
    pub(crate) fn in_words(&self) -> String {
        let mut line = format!("{}.{}", self.table, self.path);
        let keys = if self.matches.is_some() { " (member names)" } else { "" };
        let optional = if self.optional { " (optional)" } else { "" };
        line += &format!("{keys}{optional}");
        if let Some(condition) = &self.when {
            line += &format!(" where {} is \"{}\"", condition.path, condition.equals);
        }
        if !self.exempt.is_empty() {
            line += &format!(" but \"{}\"", self.exempt.join("\", \""));
        }
        line
    }
}

impl RulesReport {
    /// Whether these are the built-in rules.
    pub(crate) fn is_built_in(&self) -> bool {
        self.source == BUILT_IN
    }
}

impl Report {
    /// The files that were written.
    pub(crate) fn outputs(&self) -> impl Iterator<Item = Cow<'_, FileReport>> {
        let files = self.files().into_iter();
        files.filter(|named| matches!(named.role, Role::Output(_))).map(|named| named.file)
    }
}

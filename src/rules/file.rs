//! Reads rules files: TOML, version 1.

use std::path::Path as FilePath;

use serde::Deserialize;
use toml::Spanned;

use super::fault::RulesFault;
use super::field::{Condition, FieldRule, Match};
use super::ids::{IdForm, IdRules};
use super::path::{Path, PathFault};
use super::plan::{Clash, Plan};
use crate::error::{Error, Location, Result};
use crate::json::without_mark;

/// Reads a rules file.
///
/// # Errors
/// Returns an error if the file cannot be read, or its first fault with line
/// and column.
pub fn read(path: &FilePath) -> Result<Plan> {
    let bytes =
        std::fs::read(path).map_err(|error| Error::io("cannot read the rules", path, error))?;
    let text = without_mark(&bytes);
    let text = std::str::from_utf8(text).map_err(|error| {
        let before = String::from_utf8_lossy(&text[..error.valid_up_to()]);
        located(path, &before, before.len(), RulesFault::NotUtf8)
    })?;
    let plan = plan(path, text).map_err(|(at, fault)| located(path, text, at, fault))?;
    Ok(Plan { file: Some(bytes), ..plan })
}

/// Reads a rules file, or returns the built-in rules if there is none.
///
/// # Errors
/// Returns the errors of [`read`].
pub fn read_or_default(path: Option<&FilePath>) -> Result<Plan> {
    path.map_or_else(|| Ok(Plan::tickets()), read)
}

/// A result with a fault and its byte offset.
type Faulty<T> = std::result::Result<T, (usize, RulesFault)>;

fn located(path: &FilePath, text: &str, at: usize, fault: RulesFault) -> Error {
    let before = text.get(..at).unwrap_or(text);
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let place = Location::in_line(path, line(text, at), before.len() - start);
    Error::new(fault).located(place)
}

fn line(text: &str, at: usize) -> u64 {
    let before = &text.as_bytes()[..at.min(text.len())];
    memchr::memchr_iter(b'\n', before).count() as u64 + 1
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: Spanned<i64>,
    #[serde(default)]
    field: Vec<Field>,
    #[serde(default)]
    ids: Ids,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Field {
    table: Spanned<String>,
    path: Spanned<String>,
    #[serde(default)]
    optional: bool,
    #[serde(default, rename = "match")]
    matches: Matches,
    when: Option<When>,
    #[serde(default)]
    exempt: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "lowercase")]
enum Matches {
    #[default]
    Value,
    Keys,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct When {
    path: Spanned<String>,
    equals: String,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Ids {
    source: Option<Spanned<String>>,
    target: Option<Spanned<String>>,
}

fn plan(path: &FilePath, text: &str) -> Faulty<Plan> {
    let file: File = toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        // Only the first line: the others show the place in the file.
        let message = error.message().lines().next().unwrap_or_default();
        (at, RulesFault::Toml(message.to_owned()))
    })?;
    if *file.version.get_ref() != 1 {
        return Err((file.version.span().start, RulesFault::Version(file.version.into_inner())));
    }
    if file.field.is_empty() {
        return Err((0, RulesFault::NoFields));
    }
    let ids = IdRules { source: form(file.ids.source)?, target: form(file.ids.target)? };
    let places: Vec<usize> = file.field.iter().map(|field| field.path.span().start).collect();
    let rules: Vec<_> =
        file.field.into_iter().map(|field| rule(field, text)).collect::<Faulty<_>>()?;
    let spelled: Vec<String> = rules.iter().map(|rule| rule.path.to_string()).collect();
    Plan::new(&path.to_string_lossy(), rules, ids).map_err(|Clash { first, second, same }| {
        let (line, other) = (line(text, places[first]), spelled[first].clone());
        let meets = RulesFault::Meets { other, line };
        (places[second], if same { RulesFault::Twice { line } } else { meets })
    })
}

fn rule(field: Field, text: &str) -> Faulty<FieldRule> {
    if field.table.get_ref().is_empty() {
        return Err((field.table.span().start, RulesFault::NoTable));
    }
    let path = parsed(&field.path, text)?;
    let matches = match field.matches {
        Matches::Value if path.segments().is_empty() => {
            return Err((field.path.span().start, RulesFault::Record));
        }
        Matches::Value => Match::Value,
        Matches::Keys => Match::Keys,
    };
    let when = field.when.map(|when| condition(when, text)).transpose()?;
    Ok(FieldRule {
        table: field.table.into_inner(),
        path,
        optional: field.optional,
        matches,
        when,
        exempt: field.exempt,
    })
}

fn condition(when: When, text: &str) -> Faulty<Condition> {
    let path = parsed(&when.path, text)?;
    let at = when.path.span().start;
    if path.segments().is_empty() {
        return Err((at, RulesFault::ConditionRecord));
    }
    if path.has_wildcard() {
        return Err((at, RulesFault::ConditionWildcard));
    }
    Ok(Condition { path, equals: when.equals })
}

fn parsed(path: &Spanned<String>, text: &str) -> Faulty<Path> {
    Path::parse(path.get_ref()).map_err(|PathFault { at, kind }| {
        let span = path.span();
        // In a string without escapes, an offset in the path is one in the file,
        // counted from the opening quote.
        let is_plain = text.get(span.start + 1..span.end - 1) == Some(path.get_ref().as_str());
        (span.start + if is_plain { 1 + at } else { 0 }, RulesFault::Path(kind))
    })
}

fn form(spelled: Option<Spanned<String>>) -> Faulty<Option<IdForm>> {
    let Some(spelled) = spelled else { return Ok(None) };
    if spelled.get_ref().is_empty() {
        return Err((spelled.span().start, RulesFault::Pattern("it is empty".to_owned())));
    }
    IdForm::parse(spelled.get_ref()).map(Some).map_err(|error| {
        // Its last line says what is wrong; those before it show the place.
        let message = error.to_string();
        let message = message.lines().last().unwrap_or_default();
        let message = message.strip_prefix("error: ").unwrap_or(message).to_owned();
        (spelled.span().start, RulesFault::Pattern(message))
    })
}

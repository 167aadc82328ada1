//! Where the IDs of a rule stand in a record: its path followed step by step
//! through containers that serde_json reads.

use std::ops::Range;

use serde::de::IgnoredAny;

use crate::models::oracle::Text;
use crate::models::ruled::{Rule, Step};

/// What a rule finds in a record.
#[derive(Default)]
pub struct Found {
    /// In the order in which they stand.
    pub places: Vec<Place>,
    /// Places where there is nothing.
    pub absent: u64,
    /// Values on the way that cannot be entered.
    pub wrong_type: u64,
    /// Whether a name on the way stands twice in one object.
    pub repeated: bool,
}

/// A value, or a member name.
pub struct Place {
    pub span: Range<usize>,
    pub pointer: String,
    /// Where the object begins whose member name it is.
    pub object: Option<usize>,
}

/// A member of an object, by the spans of its name and its value.
pub struct Member {
    pub name: Range<usize>,
    pub value: Range<usize>,
}

/// Whether a line is one valid object between blanks.
pub fn is_record(line: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(line) else { return false };
    serde_json::from_str::<IgnoredAny>(text).is_ok()
        && text[after_blanks(text, 0)..].starts_with('{')
}

/// The members of the record itself.
pub fn members(record: &str) -> Vec<Member> {
    members_of(record, after_blanks(record, 0))
}

/// What stands where a rule leads; `None` where its condition does not hold.
pub fn find(rule: &Rule, record: &str) -> Option<Found> {
    let root = after_blanks(record, 0);
    if let Some(condition) = &rule.when {
        let mut found = Found::default();
        found.follow(record, root, &condition.steps, "", false);
        let last = Text::of(&record[found.places.pop()?.span]);
        if last.lone_surrogate || !last.is_string || last.shown != condition.equals {
            return None;
        }
    }
    let mut found = Found::default();
    found.follow(record, root, &rule.steps, "", rule.keys);
    Some(found)
}

/// The member names of the object that begins at `object`.
pub fn names(record: &str, object: usize) -> Vec<Text> {
    members_of(record, object).into_iter().map(|member| Text::of(&record[member.name])).collect()
}

impl Found {
    /// Goes on to where `steps` lead from the value that begins at `at`.
    fn follow(&mut self, record: &str, at: usize, steps: &[Step], pointer: &str, keys: bool) {
        let first = record.as_bytes()[at];
        match (steps.split_first(), first) {
            (None, _) if !keys => {
                let (span, pointer) = (value(record, at), pointer.to_owned());
                self.places.push(Place { span, pointer, object: None });
            }
            (None, b'{') => self.places.extend(members_of(record, at).into_iter().map(|member| {
                let pointer = below(pointer, &Text::of(&record[member.name.clone()]).shown);
                Place { span: member.name, pointer, object: Some(at) }
            })),
            (Some((Step::Name(wanted), rest)), b'{') => {
                let named = |name: &Text| !name.lone_surrogate && name.shown == *wanted;
                let mut all = members_of(record, at);
                all.retain(|member| named(&Text::of(&record[member.name.clone()])));
                self.absent += u64::from(all.is_empty());
                self.repeated |= all.len() > 1;
                for member in all {
                    self.follow(record, member.value.start, rest, &below(pointer, wanted), keys);
                }
            }
            (Some((Step::All, rest)), b'{') => {
                for Member { name, value } in members_of(record, at) {
                    let pointer = below(pointer, &Text::of(&record[name]).shown);
                    self.follow(record, value.start, rest, &pointer, keys);
                }
            }
            (Some((Step::All, rest)), b'[') => {
                for (index, element) in elements_of(record, at).into_iter().enumerate() {
                    let pointer = below(pointer, &index.to_string());
                    self.follow(record, element, rest, &pointer, keys);
                }
            }
            (_, b'n') => self.absent += 1,
            _ => self.wrong_type += 1,
        }
    }
}

pub fn below(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
}

pub fn members_of(text: &str, open: usize) -> Vec<Member> {
    pieces(text, open, |at| {
        let name = value(text, at);
        let colon = after_blanks(text, name.end);
        let value = value(text, after_blanks(text, colon + 1));
        let end = value.end;
        (Member { name, value }, end)
    })
}

pub fn elements_of(text: &str, open: usize) -> Vec<usize> {
    pieces(text, open, |at| (at, value(text, at).end))
}

/// What stands between the commas of the container that opens at `open`.
fn pieces<P>(text: &str, open: usize, piece: impl Fn(usize) -> (P, usize)) -> Vec<P> {
    let mut pieces = Vec::new();
    let mut at = open;
    while pieces.is_empty() || text[at..].starts_with(',') {
        at = after_blanks(text, at + 1);
        if text[at..].starts_with(['}', ']']) {
            break;
        }
        let (one, end) = piece(at);
        pieces.push(one);
        at = after_blanks(text, end);
    }
    pieces
}

pub fn after_blanks(text: &str, at: usize) -> usize {
    text.len() - text[at..].trim_start_matches([' ', '\t', '\r']).len()
}

/// The span of the value that begins at `at`.
pub fn value(text: &str, at: usize) -> Range<usize> {
    let mut values = serde_json::Deserializer::from_str(&text[at..]).into_iter::<IgnoredAny>();
    values.next().expect("a value").expect("valid");
    at..at + values.byte_offset()
}

//! What an import into Convex would make of records, worked out slowly from
//! the contract and serde_json.

use crate::models::oracle::Text;
use crate::models::places::{
    Member, after_blanks, elements_of, is_record, members, members_of, value,
};

/// What there is to say of a record, or of many.
#[derive(Debug, Default, PartialEq)]
pub struct Findings {
    /// Each with its count and the offset of the first record.
    pub noted: Vec<(&'static str, u64, u64)>,
    /// The first ten distinct names that are refused.
    pub names: Vec<String>,
    /// The newest creation time.
    pub newest: Option<f64>,
}

impl Findings {
    pub fn note(&mut self, what: &'static str, offset: u64) {
        match self.noted.iter_mut().find(|(code, ..)| *code == what) {
            Some((_, count, first)) => (*count, *first) = (*count + 1, offset.min(*first)),
            None => self.noted.push((what, 1, offset)),
        }
    }

    /// The same in one order.
    pub fn sorted(mut self) -> Self {
        self.noted.sort_unstable();
        self
    }
}

/// Findings of the lines of a table; those that are no record are passed over.
pub fn findings(table: &[u8], uniform: bool) -> Findings {
    let mut found = Findings::default();
    let mut ids = Vec::new();
    let mut offset = 0;
    for line in table.split_inclusive(|byte| *byte == b'\n') {
        let record = line.strip_suffix(b"\n").unwrap_or(line);
        if is_record(record) {
            let record = str::from_utf8(record).expect("UTF-8");
            of_record(record, offset, uniform, &mut ids, &mut found);
        }
        offset += line.len() as u64;
    }
    found.sorted()
}

fn of_record(
    record: &str,
    offset: u64,
    uniform: bool,
    ids: &mut Vec<String>,
    found: &mut Findings,
) {
    let last = |name: &str| {
        let all = members(record).into_iter().rev();
        let mut named = all.filter(|member| is_named(record, member, name));
        named.next().map(|member| &record[member.value])
    };
    let root = after_blanks(record, 0);
    if size(record, root, uniform, true) > 1024 * 1024 {
        found.note("largeRow", offset);
    }
    match last("_id").map(Text::of).filter(|id| id.is_string) {
        None => found.note("noId", offset),
        Some(id) if id.lone_surrogate => {}
        Some(id) if ids.contains(&id.shown) => found.note("repeatedId", offset),
        Some(id) => ids.push(id.shown),
    }
    let time = last("_creationTime").filter(|token| token.parse::<f64>().is_ok());
    if let Some(time) = time {
        let read: f64 = time.parse().expect("a number");
        if read.is_finite() && found.newest.is_none_or(|newest| newest < read) {
            found.newest = Some(read);
        }
        if uniform && !time.contains(['.', 'e', 'E']) {
            found.note("integerTime", offset);
        }
    }
    let names = refused(record, root, uniform, true);
    if !names.is_empty() {
        found.note("refusedName", offset);
    }
    for name in names {
        if found.names.len() < 10 && !found.names.contains(&name) {
            found.names.push(name);
        }
    }
}

fn is_named(text: &str, member: &Member, name: &str) -> bool {
    let text = Text::of(&text[member.name.clone()]);
    !text.lone_surrogate && text.shown == name
}

/// The string of an object that stands for a value that JSON lacks.
fn marked(text: &str, members: &[Member]) -> Option<(String, String)> {
    let [member] = members else { return None };
    let name = Text::of(&text[member.name.clone()]).shown;
    let value = Text::of(&text[member.value.clone()]);
    let is_marker = ["$bytes", "$integer", "$float"].contains(&name.as_str());
    (is_marker && value.is_string).then_some((name, value.shown))
}

/// The size of the value that begins at `at`.
pub fn size(text: &str, at: usize, uniform: bool, top: bool) -> u64 {
    match text.as_bytes()[at] {
        b'{' => {
            let members = members_of(text, at);
            match marked(text, &members).filter(|_| uniform && !top) {
                Some((name, base64)) if name == "$bytes" => {
                    let digits = base64.trim_end_matches('=').len() as u64;
                    2 + digits / 4 * 3 + (digits % 4).saturating_sub(1)
                }
                Some(_) => 9,
                None => members.into_iter().fold(2, |sum, Member { name, value }| {
                    let name = Text::of(&text[name]).shown.len() as u64;
                    sum + name + 1 + size(text, value.start, uniform, false)
                }),
            }
        }
        b'[' => {
            let elements = elements_of(text, at).into_iter();
            2 + elements.map(|element| size(text, element, uniform, false)).sum::<u64>()
        }
        b'"' => 2 + Text::of(&text[value(text, at)]).shown.len() as u64,
        b'n' | b't' | b'f' => 1,
        _ => 9,
    }
}

/// The names in the value that begins at `at` that an import refuses, in the
/// order in which they stand.
pub fn refused(text: &str, at: usize, uniform: bool, top: bool) -> Vec<String> {
    match text.as_bytes()[at] {
        b'{' => {
            let members = members_of(text, at);
            if uniform && !top && marked(text, &members).is_some() {
                return Vec::new();
            }
            members.into_iter().fold(Vec::new(), |mut names, Member { name, value }| {
                let name = Text::of(&text[name]).shown;
                let is_system = ["_id", "_creationTime"].contains(&name.as_str());
                if name.starts_with('$') || top && name.starts_with('_') && !is_system {
                    names.push(name);
                }
                names.extend(refused(text, value.start, uniform, false));
                names
            })
        }
        b'[' => {
            let elements = elements_of(text, at).into_iter();
            elements.flat_map(|element| refused(text, element, uniform, false)).collect()
        }
        _ => Vec::new(),
    }
}

//! What differs between two tables, worked out slowly over serde_json's
//! reading: nothing here knows the audit's.

use std::collections::{BTreeMap, HashMap};

use crate::models::oracle::{Text, Wtf8, fold};
use crate::models::places::{self, after_blanks, below, elements_of, members_of, value};

/// A difference: its class, the record's key as it is written, its path, and
/// whether it is about a member name.
pub type Difference = (&'static str, Option<String>, String, bool);

/// Sources and targets of a map: UUIDs in lower case, undecided rows left out.
pub fn changing(rows: &[(String, String)]) -> HashMap<String, String> {
    let mut map = HashMap::new();
    for (source, target) in rows.iter().filter(|(_, target)| !target.is_empty()) {
        map.entry(fold(source)).or_insert(target.clone());
    }
    map.retain(|source, target| *source != fold(target));
    map
}

/// The differences of two tables, sorted. Records of one key go together in
/// the order in which they stand; keys must not repeat on both sides.
pub fn differences(before: &[u8], after: &[u8], map: &HashMap<String, String>) -> Vec<Difference> {
    let mut by_key: BTreeMap<Option<Vec<u8>>, [Vec<&[u8]>; 2]> = BTreeMap::new();
    for (side, table) in [before, after].into_iter().enumerate() {
        for line in table.split_inclusive(|&byte| byte == b'\n') {
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            by_key.entry(key(line)).or_default()[side].push(line);
        }
    }
    let mut found = Vec::new();
    for [old, new] in by_key.into_values() {
        let both = old.len().min(new.len());
        for (old, new) in old.iter().zip(&new) {
            pair(old, new, map, &mut found);
        }
        old[both..].iter().for_each(|line| alone(line, "removed", &mut found));
        new[both..].iter().for_each(|line| alone(line, "added", &mut found));
    }
    found.sort();
    found
}

/// The token of the first `_id`, unless it is null.
fn id(record: &str) -> Option<&str> {
    let named = |member: &places::Member| *decoded(&record[member.name.clone()]) == *b"_id";
    let id = &record[places::members(record).into_iter().find(named)?.value];
    (id != "null").then_some(id)
}

fn key(line: &[u8]) -> Option<Vec<u8>> {
    let token = places::is_record(line).then(|| id(str::from_utf8(line).expect("UTF-8")))??;
    match token.starts_with('"') {
        true => Some([b"text ", &*decoded(token)].concat()),
        false => Some([b"token ", token.as_bytes()].concat()),
    }
}

/// What a string says, lone surrogates too.
fn decoded(token: &str) -> Vec<u8> {
    let Wtf8(bytes) = serde_json::from_str(token).expect("a string");
    bytes
}

fn alone(line: &[u8], class: &'static str, found: &mut Vec<Difference>) {
    found.push(match places::is_record(line) {
        true => {
            let id = id(str::from_utf8(line).expect("UTF-8")).map(str::to_owned);
            (class, id, String::new(), false)
        }
        false => ("noRecord", None, String::new(), false),
    });
}

fn pair(old: &[u8], new: &[u8], map: &HashMap<String, String>, found: &mut Vec<Difference>) {
    if old == new {
        return;
    }
    let sound = [old, new].map(places::is_record);
    if sound != [true, true] {
        let faulty = sound.into_iter().filter(|sound| !sound);
        found.extend(faulty.map(|_| ("noRecord", None, String::new(), false)));
        return;
    }
    let [old, new] = [old, new].map(|line| str::from_utf8(line).expect("UTF-8"));
    let mut sides = Sides { old, new, map, id: id(old).map(str::to_owned), found };
    let starts = [old, new].map(|record| after_blanks(record, 0));
    let around = |record: &str, start: usize| {
        let end = value(record, start).end;
        (record[..start].to_owned(), record[end..].to_owned())
    };
    let blanks = around(old, starts[0]) != around(new, starts[1]);
    sides.values(starts[0], starts[1], ["", ""], blanks);
}

struct Sides<'s> {
    old: &'s str,
    new: &'s str,
    map: &'s HashMap<String, String>,
    id: Option<String>,
    found: &'s mut Vec<Difference>,
}

impl Sides<'_> {
    fn push(&mut self, class: &'static str, path: &str, name: bool) {
        self.found.push((class, self.id.clone(), path.to_owned(), name));
    }

    /// Compares the values that begin at two places; `blanks` says that those
    /// around them differ.
    fn values(&mut self, old: usize, new: usize, paths: [&str; 2], blanks: bool) {
        let tokens = [&self.old[value(self.old, old)], &self.new[value(self.new, new)]];
        let found_inside = match tokens.map(|token| token.as_bytes()[0]) {
            _ if tokens[0] == tokens[1] => false,
            [b'{', b'{'] => self.objects(old, new, paths),
            [b'[', b'['] => self.arrays(old, new, paths),
            _ => {
                let class = self.scalars(tokens);
                self.push(class, paths[0], false);
                false
            }
        };
        if found_inside || blanks {
            self.push("formatting", paths[0], false);
        }
    }

    fn scalars(&self, [old, new]: [&str; 2]) -> &'static str {
        let is_number = |token: &str| token.starts_with(|c: char| c == '-' || c.is_ascii_digit());
        let both_text = old.starts_with('"') && new.starts_with('"');
        match () {
            _ if both_text && decoded(old) == decoded(new) => "formatting",
            _ if both_text && self.target(old) == Some(decoded(new)) => "mapped",
            _ if is_number(old) && is_number(new) && number(old) == number(new) => "formatting",
            _ => "changed",
        }
    }

    /// What the map makes of a string.
    fn target(&self, token: &str) -> Option<Vec<u8>> {
        let text = Text::of(token);
        let id = (!text.lone_surrogate).then(|| fold(&text.shown))?;
        self.map.get(&id).map(|target| target.clone().into_bytes())
    }

    /// Compares two arrays; returns whether their blanks differ.
    fn arrays(&mut self, old: usize, new: usize, paths: [&str; 2]) -> bool {
        let [olds, news] = [elements_of(self.old, old), elements_of(self.new, new)];
        let both = olds.len().min(news.len());
        let below = |index: usize| paths.map(|path| below(path, &index.to_string()));
        for (index, (&old, &new)) in olds.iter().zip(&news).enumerate() {
            let [a, b] = below(index);
            self.values(old, new, [&a, &b], false);
        }
        (both..olds.len()).for_each(|index| self.push("removed", &below(index)[0], false));
        (both..news.len()).for_each(|index| self.push("added", &below(index)[1], false));
        let spans = |text: &str, starts: &[usize]| {
            starts.iter().map(|&start| value(text, start)).collect::<Vec<_>>()
        };
        let (olds, news) = (spans(self.old, &olds), spans(self.new, &news));
        olds.len() == news.len() && gaps(self.old, old, &olds) != gaps(self.new, new, &news)
    }

    /// Compares two objects; returns whether their blanks or the order of
    /// their members differ.
    fn objects(&mut self, old: usize, new: usize, paths: [&str; 2]) -> bool {
        let [olds, news] = [members_of(self.old, old), members_of(self.new, new)];
        let name_of = |text: &str, member: &places::Member| decoded(&text[member.name.clone()]);
        let mut partners: Vec<Option<usize>> = vec![None; olds.len()];
        let mut taken = vec![false; news.len()];
        // First those of the same name, then those that the map has renamed.
        for renamed in [false, true] {
            for (at, member) in olds
                .iter()
                .enumerate()
                .filter(|(at, _)| partners[*at].is_none())
                .collect::<Vec<_>>()
            {
                let name = match renamed {
                    false => Some(name_of(self.old, member)),
                    true => self.target(&self.old[member.name.clone()]),
                };
                let is_it = |other: &usize| {
                    !taken[*other] && Some(name_of(self.new, &news[*other])) == name
                };
                partners[at] = (0..news.len()).find(is_it);
                partners[at].into_iter().for_each(|other| taken[other] = true);
            }
        }
        let shown =
            |text: &str, member: &places::Member| Text::of(&text[member.name.clone()]).shown;
        for (old, partner) in olds.iter().zip(&partners) {
            let path = below(paths[0], &shown(self.old, old));
            let Some(new) = partner.map(|partner| &news[partner]) else {
                self.push("removed", &path, false);
                continue;
            };
            let names = [&self.old[old.name.clone()], &self.new[new.name.clone()]];
            if names[0] != names[1] {
                let same = decoded(names[0]) == decoded(names[1]);
                self.push(if same { "formatting" } else { "mapped" }, &path, true);
            }
            let path_after = below(paths[1], &shown(self.new, new));
            self.values(old.value.start, new.value.start, [&path, &path_after], false);
        }
        for (new, _) in news.iter().zip(&taken).filter(|(_, taken)| !**taken) {
            self.push("added", &below(paths[1], &shown(self.new, new)), false);
        }
        let whole = partners.iter().all(Option::is_some) && taken.iter().all(|taken| *taken);
        let spans = |members: &[places::Member]| {
            members
                .iter()
                .flat_map(|member| [member.name.clone(), member.value.clone()])
                .collect::<Vec<_>>()
        };
        let blanks = || gaps(self.old, old, &spans(&olds)) != gaps(self.new, new, &spans(&news));
        !partners.iter().flatten().is_sorted() || whole && blanks()
    }
}

/// What stands between the tokens of a container.
fn gaps(text: &str, open: usize, tokens: &[std::ops::Range<usize>]) -> Vec<String> {
    let end = value(text, open).end;
    let starts = tokens.iter().map(|token| token.start).chain([end]);
    let ends = [open].into_iter().chain(tokens.iter().map(|token| token.end));
    ends.zip(starts).map(|(from, to)| text[from..to].to_owned()).collect()
}

/// A number, so that equal ones are the same value: whether it is an integer
/// literal, its sign, its digits, and its exponent.
fn number(token: &str) -> (bool, bool, String, i64) {
    let (mantissa, exponent) = token.split_once(['e', 'E']).unwrap_or((token, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{}{fraction}", whole.trim_start_matches('-'));
    let significant = digits.trim_start_matches('0').trim_end_matches('0').to_owned();
    let zeros = digits.len() - digits.trim_end_matches('0').len();
    let places = zeros as i64 - fraction.len() as i64 + exponent.parse::<i64>().expect("a number");
    let places = if significant.is_empty() { 0 } else { places };
    (!token.contains(['.', 'e', 'E']), token.starts_with('-'), significant, places)
}

//! What a run must leave, worked out slowly from the contract and serde_json;
//! nothing here knows the program's own reader, map or rewriter.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, IgnoredAny, Visitor};
use serde_json::{Value, json};

use crate::models::places::{self, Found, value};
use crate::models::ruled::{Rule, Rules};
use crate::models::worlds::{Case, EXPORT, MAP, OUT, RULES};

/// The time in every report.
pub const TIME: &str = "2023-11-14T22:13:20Z";

/// What a run must leave.
#[derive(Debug)]
pub struct Expected {
    pub exit: i32,
    /// How the message of a run that was ended begins.
    pub error: Option<String>,
    /// Every file but the three that follow, by relative path.
    pub files: BTreeMap<String, Vec<u8>>,
    /// The report, without the tool and the warnings' messages.
    pub report: Value,
    /// The rows of the list of unmapped IDs, where there is one.
    pub unmapped: Option<Vec<[String; 6]>>,
    /// The list of rejected lines without its messages, where there is one.
    pub reasons: Vec<Value>,
    /// The first values that were unrecognized, by table and field.
    pub samples: Vec<(&'static str, String, Vec<String>)>,
}

/// Works out what a run of `case` leaves; its paths begin with `root`.
pub fn expect(case: &Case, root: &str) -> Expected {
    let mut map = Map::of(&case.rows);
    map.source = case.rules.source.unwrap_or(map.source);
    map.target = case.rules.target.or(map.target);
    let mut tables = BTreeMap::new();
    let mut used = HashSet::new();
    for (name, table) in &case.tables {
        if case.is_ruled(name) {
            let mut walk = Walk { table: name, rules: &case.rules, map: &map, used: &mut used };
            tables.insert(*name, walk.through(&table.content));
        }
    }
    let run = Run { case, root, map, tables, used };
    run.expected()
}

/// The forms that IDs can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Uuid,
    Clerk,
    Any,
}

impl Form {
    fn of(id: &str) -> Self {
        let parts: Vec<_> = id.split('-').collect();
        let hex = |part: &&str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
        if parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12]) && parts.iter().all(hex) {
            return Self::Uuid;
        }
        match id.strip_prefix("user_") {
            Some(rest)
                if rest.len() == 27 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()) =>
            {
                Self::Clerk
            }
            _ => Self::Any,
        }
    }

    fn has(self, id: &str) -> bool {
        self == Self::Any || Self::of(id) == self
    }

    pub fn spelled(self) -> &'static str {
        match self {
            Self::Uuid => "uuid",
            Self::Clerk => "^user_[0-9A-Za-z]{27}$",
            Self::Any => "any",
        }
    }
}

/// An ID as it is compared and shown: UUIDs in lower case.
pub fn fold(id: &str) -> String {
    if Form::of(id) == Form::Uuid { id.to_lowercase() } else { id.to_owned() }
}

/// The form that all IDs share; `Any` where they share none.
fn shared(ids: &[&String]) -> Form {
    let first = Form::of(ids[0]);
    if ids.iter().all(|id| Form::of(id) == first) { first } else { Form::Any }
}

/// The map, its IDs folded.
struct Map {
    /// Sources and their targets, these as the map spells them.
    decided: HashMap<String, String>,
    targets: HashSet<String>,
    undecided: u64,
    duplicates: u64,
    many_to_one: u64,
    odd_targets: u64,
    source: Form,
    target: Option<Form>,
}

/// What becomes of a string.
enum Fate {
    Mapped(String),
    Kept,
    Already,
    Unmapped,
    Native,
    Unrecognized,
}

impl Map {
    fn of(rows: &[(String, String)]) -> Self {
        let mut decided = HashMap::new();
        let mut sources: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut distinct = BTreeSet::new();
        for (source, target) in rows {
            distinct.insert((fold(source), fold(target)));
            if !target.is_empty() {
                sources.entry(fold(target)).or_default().insert(fold(source));
                decided.entry(fold(source)).or_insert(target.clone());
            }
        }
        let open: BTreeSet<_> = distinct.iter().map(|(source, _)| source).collect();
        let changing = || decided.iter().filter(|(source, target)| **source != fold(target));
        let (source, target) = match changing().next() {
            None => (Form::Uuid, Some(Form::Clerk)),
            Some(_) => {
                let sources: Vec<_> = changing().map(|(source, _)| source).collect();
                let targets: Vec<_> = changing().map(|(_, target)| target).collect();
                (shared(&sources), Some(shared(&targets)).filter(|form| *form != Form::Any))
            }
        };
        let of_form = |form| changing().filter(|(_, target)| Form::of(target) == form).count();
        let (all, most) = (changing().count(), of_form(Form::Uuid).max(of_form(Form::Clerk)));
        Self {
            undecided: open.iter().filter(|source| !decided.contains_key(**source)).count() as u64,
            duplicates: (rows.len() - distinct.len()) as u64,
            many_to_one: sources.values().filter(|sources| sources.len() > 1).count() as u64,
            odd_targets: if most * 2 > all { (all - most) as u64 } else { 0 },
            targets: sources.into_keys().collect(),
            source,
            target,
            decided,
        }
    }

    /// The steps of the contract, one by one.
    fn fate(&self, text: &Text) -> Fate {
        let id = fold(&text.shown);
        match self.decided.get(&id) {
            _ if text.lone_surrogate => {}
            Some(target) if fold(target) == id => return Fate::Kept,
            Some(target) => return Fate::Mapped(target.clone()),
            None if self.targets.contains(&id) => return Fate::Already,
            None => {}
        }
        match self.target {
            _ if id.is_empty() => Fate::Unrecognized,
            _ if self.source.has(&id) => Fate::Unmapped,
            Some(form) if form.has(&id) => Fate::Native,
            _ => Fate::Unrecognized,
        }
    }
}

/// A decoded string; U+FFFD stands for each lone surrogate. Of any other value
/// the token itself.
pub struct Text {
    pub shown: String,
    pub lone_surrogate: bool,
    pub is_string: bool,
}

impl Text {
    pub fn of(token: &str) -> Self {
        let is_string = token.starts_with('"');
        match serde_json::from_str(token) {
            Ok(shown) => Self { shown, lone_surrogate: false, is_string },
            Err(_) if is_string => {
                Self { shown: Wtf8::lossy(token), lone_surrogate: true, is_string }
            }
            Err(_) => Self { shown: token.to_owned(), lone_surrogate: false, is_string },
        }
    }
}

/// A string's bytes, as which serde_json lets lone surrogates pass.
pub struct Wtf8(pub Vec<u8>);

impl Wtf8 {
    fn lossy(token: &str) -> String {
        let Self(mut bytes) = serde_json::from_str(token).expect("a valid string");
        for at in 1..bytes.len() {
            if bytes[at - 1] == 0xed && bytes[at] >= 0xa0 {
                bytes[at - 1..at + 2].copy_from_slice("\u{fffd}".as_bytes());
            }
        }
        String::from_utf8(bytes).expect("UTF-8")
    }
}

impl<'de> Deserialize<'de> for Wtf8 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = Wtf8;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Wtf8, E> {
                Ok(Wtf8(bytes.to_vec()))
            }
        }
        deserializer.deserialize_bytes(Bytes)
    }
}

/// Whether any string of a valid record, a name or nested ones among them,
/// holds a lone surrogate.
fn has_lone_surrogate(record: &str) -> bool {
    let mut at = 0;
    while let Some(quote) = record[at..].find('"') {
        let string = value(record, at + quote);
        at = string.end;
        if Text::of(&record[string]).lone_surrogate {
            return true;
        }
    }
    false
}

/// The column of the first byte with which an invalid line can no longer be
/// completed to a record.
fn fault_column(line: &[u8]) -> u64 {
    let begins = line.iter().position(|byte| !b" \t\r".contains(byte)).unwrap_or(line.len());
    if line.get(begins) != Some(&b'{') {
        return begins as u64 + 1;
    }
    let ends: Vec<_> = (0..=line.len()).collect();
    let grammar = ends.partition_point(|&end| can_be_completed(&line[..end]));
    let utf8 = match str::from_utf8(line) {
        Err(error) if error.error_len().is_some() => error.valid_up_to() + 1,
        _ => grammar,
    };
    grammar.min(utf8) as u64
}

/// Tries what could complete a line. serde_json takes a number that the end
/// cuts for a wrong one, and four bytes at once after `\u`.
fn can_be_completed(line: &[u8]) -> bool {
    let read = |more: &str| serde_json::from_slice::<IgnoredAny>(&[line, more.as_bytes()].concat());
    let open = |more: &str| read(more).map_or_else(|error| error.is_eof(), |_| true);
    match read("") {
        Ok(_) => true,
        Err(error) if error.to_string().starts_with("EOF while parsing a string") => {
            open("0000") || open("\"0000")
        }
        Err(error) => error.is_eof() || open("0"),
    }
}

/// How often, and the offset of the first record concerned.
#[derive(Default, Clone, Copy)]
struct Occurrences {
    count: u64,
    first: u64,
}

impl Occurrences {
    fn note(&mut self, offset: u64) {
        if self.count == 0 {
            self.first = offset;
        }
        self.count += 1;
    }
}

/// What a field came to.
#[derive(Default)]
struct Field {
    exempt: u64,
    mapped: u64,
    kept: u64,
    already: u64,
    unmapped: u64,
    native: u64,
    unrecognized: Occurrences,
    collided: Occurrences,
    null: Occurrences,
    wrong_type: Occurrences,
    absent: Occurrences,
    excluded: u64,
    repeated: Occurrences,
    samples: Vec<String>,
}

/// A line that is no record.
struct Invalid {
    line: u64,
    offset: u64,
    column: u64,
    raw: Vec<u8>,
}

/// An unmapped ID: how often, and where it stands first.
#[derive(Clone)]
struct Sighting {
    count: u64,
    field: String,
    line: u64,
    offset: u64,
}

/// A mapped value.
struct Edit {
    place: places::Place,
    new: String,
}

/// What a table came to.
#[derive(Default)]
struct Walked {
    input: Vec<u8>,
    output: Vec<u8>,
    changes: String,
    total: u64,
    updated: u64,
    byte_order_mark: bool,
    lone_surrogates: Occurrences,
    invalid: Vec<Invalid>,
    fields: Vec<Field>,
    unmapped: BTreeMap<String, Sighting>,
}

/// A walk through a table whose invalid lines are set aside.
struct Walk<'w> {
    table: &'w str,
    rules: &'w Rules,
    map: &'w Map,
    used: &'w mut HashSet<String>,
}

/// Where a record stands.
#[derive(Clone, Copy)]
struct Place {
    line: u64,
    offset: u64,
}

impl Walk<'_> {
    fn through(&mut self, content: &[u8]) -> Walked {
        let mut walked = Walked { input: content.to_vec(), ..Walked::default() };
        walked.fields.extend(self.rules.of(self.table).map(|_| Field::default()));
        walked.byte_order_mark = content.starts_with(b"\xef\xbb\xbf");
        let mut offset = if walked.byte_order_mark { 3 } else { 0 };
        let lines = content[offset..].split_inclusive(|&byte| byte == b'\n');
        for (number, raw) in (1..).zip(lines) {
            let line = raw.strip_suffix(b"\n").unwrap_or(raw);
            let place = Place { line: number, offset: offset as u64 };
            match places::is_record(line) {
                true => self.record(place, str::from_utf8(raw).expect("UTF-8"), &mut walked),
                false => walked.invalid.push(Invalid {
                    line: number,
                    offset: offset as u64,
                    column: fault_column(line),
                    raw: raw.to_vec(),
                }),
            }
            walked.total += 1;
            offset += raw.len();
        }
        walked
    }

    fn record(&mut self, place: Place, record: &str, walked: &mut Walked) {
        if has_lone_surrogate(record) {
            walked.lone_surrogates.note(place.offset);
        }
        let mut edits = Vec::new();
        for (number, rule) in self.rules.of(self.table).enumerate() {
            let Some(found) = places::find(rule, record) else {
                walked.fields[number].excluded += 1;
                continue;
            };
            walked.fields[number].presence(place, &found);
            for one in found.places {
                let new = self.value(number, rule, place, record, &one, walked);
                edits.extend(new.map(|new| Edit { place: one, new }));
            }
        }
        edits.sort_by_key(|edit| edit.place.span.start);
        let id = record_id(record);
        let mut copied = 0;
        for edit in &edits {
            let span = &edit.place.span;
            walked.output.extend_from_slice(&record.as_bytes()[copied..span.start]);
            walked.output.extend_from_slice(quoted(&edit.new).as_bytes());
            copied = span.end;
            walked.changes += &self.change(place, edit, &record[span.clone()], id);
        }
        walked.output.extend_from_slice(&record.as_bytes()[copied..]);
        walked.updated += u64::from(!edits.is_empty());
    }

    /// Counts a value; returns what it becomes, where it is mapped.
    fn value(
        &mut self,
        number: usize,
        rule: &Rule,
        place: Place,
        record: &str,
        one: &places::Place,
        walked: &mut Walked,
    ) -> Option<String> {
        let field = &mut walked.fields[number];
        let token = &record[one.span.clone()];
        match token.as_bytes()[0] {
            b'"' => {}
            b'n' => {
                field.null.note(place.offset);
                return None;
            }
            _ => {
                field.wrong_type.note(place.offset);
                return None;
            }
        }
        let text = Text::of(token);
        if rule.exempts(&text) {
            field.exempt += 1;
            return None;
        }
        match self.map.fate(&text) {
            Fate::Mapped(new) => {
                let collides = |object| self.collides(rule, &text, &new, record, object);
                if one.object.is_some_and(collides) {
                    field.collided.note(place.offset);
                    return None;
                }
                field.mapped += 1;
                self.used.insert(fold(&text.shown));
                return Some(new);
            }
            Fate::Kept => {
                field.kept += 1;
                self.used.insert(fold(&text.shown));
            }
            Fate::Already => field.already += 1,
            Fate::Unmapped => {
                field.unmapped += 1;
                walked.sight(
                    Sighting {
                        count: 1,
                        field: rule.path.clone(),
                        line: place.line,
                        offset: place.offset + one.span.start as u64,
                    },
                    &text,
                );
            }
            Fate::Native => field.native += 1,
            Fate::Unrecognized => {
                field.unrecognized.note(place.offset);
                if !field.samples.contains(&text.shown) {
                    field.samples.push(text.shown);
                }
            }
        }
        None
    }

    /// Whether a member name cannot become `new` in its object.
    fn collides(&self, rule: &Rule, text: &Text, new: &str, record: &str, object: usize) -> bool {
        let names = places::names(record, object);
        let is = |name: &Text, id: &str| !name.lone_surrogate && fold(&name.shown) == fold(id);
        let becomes = |name: &Text| match self.map.fate(name) {
            Fate::Mapped(target) => !rule.exempts(name) && fold(&target) == fold(new),
            _ => false,
        };
        let stands = names.iter().any(|name| is(name, new));
        let twice = names.iter().filter(|name| is(name, &text.shown)).count() > 1;
        stands || twice || names.iter().filter(|name| becomes(name)).count() > 1
    }

    /// A line of the change log.
    fn change(&self, place: Place, edit: &Edit, token: &str, id: Option<&str>) -> String {
        let id = id.map(|id| format!(",\"_id\":{id}")).unwrap_or_default();
        let mut old = quoted(&Text::of(token).shown);
        if token.contains('\\') {
            old += &format!(",\"oldToken\":{}", quoted(token));
        }
        let (table, path, new) = (self.table, quoted(&edit.place.pointer), quoted(&edit.new));
        let key = if edit.place.object.is_some() { ",\"key\":true" } else { "" };
        let Place { line, offset } = place;
        format!("{{\"table\":\"{table}\",\"line\":{line},\"offset\":{offset}{id}")
            + &format!(",\"path\":{path},\"old\":{old},\"new\":{new}{key}}}\n")
    }
}

impl Field {
    /// Counts what there is to say of a record besides its values.
    fn presence(&mut self, place: Place, found: &Found) {
        for (noted, times) in [
            (&mut self.absent, found.absent),
            (&mut self.wrong_type, found.wrong_type),
            (&mut self.repeated, u64::from(found.repeated)),
        ] {
            (0..times).for_each(|_| noted.note(place.offset));
        }
    }
}

impl Walked {
    /// Notes an unmapped ID; rules are tried one after the other, so that a
    /// later one can meet it before.
    fn sight(&mut self, seen: Sighting, text: &Text) {
        let id = fold(&text.shown);
        let count = self.unmapped.get(&id).map_or(0, |known| known.count) + 1;
        let first = self.unmapped.remove(&id).into_iter().chain([seen]);
        let first = first.min_by_key(|one| one.offset).expect("one");
        self.unmapped.insert(id, Sighting { count, ..first });
    }

    fn records(&self) -> u64 {
        self.total - self.invalid.len() as u64
    }
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a string")
}

/// The record's `_id` as it stands; where it is repeated, the last one counts.
fn record_id(record: &str) -> Option<&str> {
    let named = |member: &places::Member| {
        let name = Text::of(&record[member.name.clone()]);
        !name.lone_surrogate && name.shown == "_id"
    };
    let id = places::members(record).into_iter().rfind(named)?;
    Some(&record[id.value]).filter(|token| !token.starts_with(['{', '[']))
}

/// A whole run.
struct Run<'r> {
    case: &'r Case,
    root: &'r str,
    map: Map,
    tables: BTreeMap<&'static str, Walked>,
    used: HashSet<String>,
}

/// Why a run leaves no output.
enum Refusal {
    Invalid { file: String, line: u64, column: u64 },
    Unmapped,
}

impl Run<'_> {
    fn expected(&self) -> Expected {
        let refusal = self.refusal();
        let asked = self.case.asked;
        let exit = match refusal {
            Some(_) => 3,
            None => i32::from(self.attention()),
        };
        let unmapped = self.unmapped();
        let goes_through = !matches!(refusal, Some(Refusal::Invalid { .. }));
        let reasons = refusal.is_none() && !asked.dry_run;
        Expected {
            exit,
            error: refusal.as_ref().map(|refusal| match refusal {
                Refusal::Invalid { file, line, column } => format!("{file}:{line}:{column}: "),
                Refusal::Unmapped => format!("{} distinct unmapped ID", unmapped.len()),
            }),
            files: if refusal.is_none() { self.files() } else { BTreeMap::new() },
            report: self.report(refusal.as_ref()),
            unmapped: goes_through.then(|| rows(&unmapped)),
            reasons: if reasons { self.reasons() } else { Vec::new() },
            samples: if goes_through { self.samples() } else { Vec::new() },
        }
    }

    fn refusal(&self) -> Option<Refusal> {
        let mut invalid = self
            .tables
            .iter()
            .flat_map(|(name, table)| table.invalid.iter().map(move |one| (name, one)));
        if let Some((name, first)) = invalid.next()
            && !self.case.asked.reject
        {
            let file = format!("{}{EXPORT}/{}", self.root, self.case.relative(name));
            return Some(Refusal::Invalid { file, line: first.line, column: first.column });
        }
        (self.case.asked.refuse_unmapped && !self.unmapped().is_empty())
            .then_some(Refusal::Unmapped)
    }

    /// All unmapped IDs, with the table in which each stands first.
    fn unmapped(&self) -> BTreeMap<&str, (&'static str, Sighting)> {
        let mut all: BTreeMap<&str, (&'static str, Sighting)> = BTreeMap::new();
        for (name, table) in &self.tables {
            for (id, seen) in &table.unmapped {
                let first = Sighting { count: 0, ..seen.clone() };
                all.entry(id).or_insert((name, first)).1.count += seen.count;
            }
        }
        all
    }

    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        let changes: String = self.tables.values().map(|table| table.changes.as_str()).collect();
        files.insert("changes.jsonl".to_owned(), changes.into_bytes());
        if self.case.asked.dry_run {
            return files;
        }
        for (name, table) in &self.tables {
            files.insert(format!("{OUT}/{}", self.case.relative(name)), table.output.clone());
            let rejects: Vec<u8> =
                table.invalid.iter().flat_map(|invalid| invalid.raw.clone()).collect();
            if !rejects.is_empty() {
                files.insert(format!("{OUT}.rejects/{name}.jsonl"), rejects);
            }
        }
        for name in self.copied() {
            let path = format!("{OUT}/{}", self.case.relative(name));
            files.insert(path, self.case.tables[name].content.clone());
        }
        files
    }

    fn copied(&self) -> Vec<&'static str> {
        let unruled = self.case.tables.keys().filter(|name| !self.case.is_ruled(name));
        unruled.filter(|_| self.case.asked.all_tables).copied().collect()
    }

    fn reasons(&self) -> Vec<Value> {
        let tables = self.tables.iter();
        let all = tables.flat_map(|(name, table)| table.invalid.iter().map(move |one| (name, one)));
        all.map(|(table, one)| json!({"table": table, "line": one.line, "offset": one.offset, "column": one.column}))
            .collect()
    }

    fn samples(&self) -> Vec<(&'static str, String, Vec<String>)> {
        let fields = self.fields();
        fields
            .map(|(rule, _, field)| {
                (rule.table, rule.path.clone(), field.samples.iter().take(10).cloned().collect())
            })
            .collect()
    }

    /// Every declared field of the tables that are there.
    fn fields(&self) -> impl Iterator<Item = (&Rule, &Walked, &Field)> {
        self.tables.iter().flat_map(|(name, table)| {
            self.case
                .rules
                .of(name)
                .zip(&table.fields)
                .map(move |(rule, field)| (rule, table, field))
        })
    }

    fn attention(&self) -> bool {
        let rejected = self.tables.values().any(|table| !table.invalid.is_empty());
        let open = self.fields().any(|(rule, _, field)| {
            let always = field.unmapped
                + field.unrecognized.count
                + field.collided.count
                + field.wrong_type.count;
            always > 0 || !rule.optional && field.null.count + field.absent.count > 0
        });
        rejected || open || self.case.asked.strict && !self.warnings().is_empty()
    }

    /// All warnings, each without its message.
    fn warnings(&self) -> Vec<Value> {
        let mut warnings = self.map_warnings();
        for rule in &self.case.rules.fields {
            let warning = json!({"code": "missingTable", "count": 1, "table": rule.table});
            if !self.tables.contains_key(rule.table) && !warnings.contains(&warning) {
                warnings.push(warning);
            }
        }
        let sum = |count: fn(&Walked) -> u64| self.tables.values().map(count).sum::<u64>();
        match (sum(|table| table.total), sum(|table| table.updated)) {
            (0, _) => warnings.push(json!({"code": "noRecords", "count": 1})),
            (_, 0) => warnings.push(json!({"code": "nothingMapped", "count": 1})),
            _ => {}
        }
        for (name, table) in &self.tables {
            let mark = Occurrences { count: u64::from(table.byte_order_mark), first: 0 };
            let mut rejected = Occurrences::default();
            table.invalid.iter().for_each(|invalid| rejected.note(invalid.offset));
            for (code, noted) in [
                ("byteOrderMark", mark),
                ("rejected", rejected),
                ("loneSurrogate", table.lone_surrogates),
            ] {
                if noted.count > 0 {
                    let Occurrences { count, first } = noted;
                    warnings.push(
                        json!({"code": code, "count": count, "table": name, "offset": first}),
                    );
                }
            }
        }
        self.fields().for_each(|(rule, _, field)| warnings.extend(field_warnings(rule, field)));
        sorted(warnings)
    }

    fn map_warnings(&self) -> Vec<Value> {
        let map = &self.map;
        let all = [
            ("duplicateRows", map.duplicates),
            ("manyToOne", map.many_to_one),
            ("oddTargets", map.odd_targets),
            ("unusedRows", self.unused()),
        ];
        let told = all.into_iter().filter(|(_, count)| *count > 0);
        told.map(|(code, count)| json!({"code": code, "count": count})).collect()
    }

    fn unused(&self) -> u64 {
        (self.map.decided.len() - self.used.len()) as u64
    }

    fn report(&self, refusal: Option<&Refusal>) -> Value {
        let asked = self.case.asked;
        let map = &self.map;
        let csv = self.case.csv();
        let rules = &self.case.rules;
        let source = match rules.from_file {
            true => format!("{}{RULES}", self.root),
            false => "built-in ticket fields".to_owned(),
        };
        let fields: Vec<_> = rules.sorted().into_iter().map(Rule::report).collect();
        let mut report = json!({
            "schemaVersion": 1,
            "command": "rewrite",
            "timestamp": TIME,
            "dryRun": asked.dry_run,
            "map": {
                "files": [file(&format!("{}{MAP}", self.root), csv.as_bytes())],
                "entries": map.decided.len(),
                "undecided": map.undecided,
                "duplicates": map.duplicates,
                "manyToOne": map.many_to_one,
                "unused": self.unused(),
            },
            "ids": {
                "source": map.source.spelled(),
                "target": map.target.map(Form::spelled),
                "inferred": rules.source.is_none() || rules.target.is_none(),
            },
            "rules": {"source": source, "fields": fields},
            "attention": self.attention(),
        });
        if rules.from_file {
            let file = file(RULES, rules.toml().as_bytes());
            report["rules"]["bytes"] = file["bytes"].clone();
            report["rules"]["digest"] = file["digest"].clone();
        }
        match refusal {
            Some(Refusal::Invalid { file, line, column }) => {
                report["error"] = json!({"file": file, "line": line, "column": column});
                report["attention"] = json!(true);
            }
            other => {
                let written = other.is_none() && !asked.dry_run;
                let tables = self.tables.iter();
                report["tables"] =
                    tables.map(|(name, table)| (*name, self.table(name, table, written))).collect();
                report["summary"] = self.summary();
                // A run that refused its data has copied nothing.
                report["copied"] = if other.is_none() { json!(self.copied()) } else { json!([]) };
                report["warnings"] = json!(self.warnings());
            }
        }
        report
    }

    fn summary(&self) -> Value {
        let sum = |count: fn(&Walked) -> u64| self.tables.values().map(count).sum::<u64>();
        json!({
            "totalRecords": sum(|table| table.total),
            "totalUpdated": sum(|table| table.updated),
            "totalSkipped": sum(|table| table.records() - table.updated),
            "totalUnmapped": self.unmapped().len(),
            "totalRejected": sum(|table| table.invalid.len() as u64),
        })
    }

    fn table(&self, name: &str, table: &Walked, written: bool) -> Value {
        let fields = self.case.rules.of(name).zip(&table.fields);
        let fields: serde_json::Map<_, _> =
            fields.map(|(rule, field)| (rule.path.clone(), counts(table, field))).collect();
        let path = |base: &str| format!("{}{base}/{}", self.root, self.case.relative(name));
        let mut report = json!({
            "total": table.total,
            "updated": table.updated,
            "skipped": table.records() - table.updated,
            "unmapped": table.unmapped.keys().take(1000).collect::<Vec<_>>(),
            "unmappedTotal": table.unmapped.len(),
            "rejected": table.invalid.len(),
            "fields": fields,
            "input": file(&path(EXPORT), &table.input),
        });
        if written {
            report["output"] = file(&path(OUT), &table.output);
        }
        report
    }
}

fn file(path: &str, bytes: &[u8]) -> Value {
    json!({"path": path, "bytes": bytes.len(), "digest": format!("blake3:{}", blake3::hash(bytes).to_hex())})
}

fn counts(table: &Walked, field: &Field) -> Value {
    let known = field.exempt + field.mapped + field.kept + field.already;
    let others = field.unmapped + field.native + field.unrecognized.count + field.collided.count;
    json!({
        "records": table.records(),
        "values": known + others + field.null.count + field.wrong_type.count,
        "exempt": field.exempt,
        "mapped": field.mapped,
        "kept": field.kept,
        "already": field.already,
        "unmapped": field.unmapped,
        "native": field.native,
        "unrecognized": field.unrecognized.count,
        "collided": field.collided.count,
        "null": field.null.count,
        "wrongType": field.wrong_type.count,
        "absent": field.absent.count,
        "excluded": field.excluded,
    })
}

fn field_warnings(rule: &Rule, field: &Field) -> Vec<Value> {
    let required = |noted: Occurrences| if rule.optional { Occurrences::default() } else { noted };
    let all = [
        ("repeatedField", field.repeated),
        ("unrecognized", field.unrecognized),
        ("collided", field.collided),
        ("wrongType", field.wrong_type),
        ("null", required(field.null)),
        ("absent", required(field.absent)),
    ];
    let told = all.into_iter().filter(|(_, noted)| noted.count > 0);
    told.map(|(code, Occurrences { count, first })| {
        json!({"code": code, "count": count, "table": rule.table, "field": rule.path, "offset": first})
    })
    .collect()
}

fn rows(unmapped: &BTreeMap<&str, (&'static str, Sighting)>) -> Vec<[String; 6]> {
    let row = |(id, (table, seen)): (&&str, &(&str, Sighting))| {
        let (count, line) = (seen.count.to_string(), seen.line.to_string());
        [(*id).to_owned(), String::new(), count, (*table).to_owned(), seen.field.clone(), line]
    };
    unmapped.iter().map(row).collect()
}

/// Values in the order of their JSON, so that two lists can be compared as
/// sets.
pub fn sorted(mut values: Vec<Value>) -> Vec<Value> {
    values.sort_by_key(Value::to_string);
    values
}

//! Five worlds of IDs, and random hostile exports and maps over each of them.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::models::ruled::Rules;

/// The export's folder, the output, the map and the rules file, relative to where a run is.
pub const EXPORT: &str = "export";
pub const OUT: &str = "out";
pub const MAP: &str = "ids.csv";
pub const RULES: &str = "rules.toml";

/// Which IDs become which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum World {
    UuidToClerk,
    ClerkToClerk,
    UuidToUuid,
    Auth0ToUuid,
    ClerkToUuid,
}

pub const WORLDS: [World; 5] = [
    World::UuidToClerk,
    World::ClerkToClerk,
    World::UuidToUuid,
    World::Auth0ToUuid,
    World::ClerkToUuid,
];

/// What an ID is to its world.
#[derive(Debug, Clone, Copy)]
enum Id {
    /// The map may have it as a source.
    Source(u8),
    /// The map may have it as a target.
    Target(u8),
    /// Of source form, and never in the map.
    Stranger(u8),
    /// Of target form, and never in the map.
    Native(u8),
}

const SOURCES: u8 = 6;
const TARGETS: u8 = 4;

/// IDs that are hard to spell; as rows of the map they make its forms mixed.
const ODD_IDS: [&str; 4] = ["odd\"\\", "\u{fffd}", "a, \u{e9}/\u{1f600}", "odd id"];

/// Spells the ID of a number.
type Spell = fn(u64) -> String;

impl World {
    fn spell(self, id: Id) -> String {
        let (source, target): (Spell, Spell) = match self {
            Self::UuidToClerk => (uuid, clerk),
            Self::ClerkToClerk => (clerk, clerk),
            Self::UuidToUuid => (uuid, uuid),
            Self::Auth0ToUuid => (auth0, uuid),
            Self::ClerkToUuid => (clerk, uuid),
        };
        match id {
            Id::Source(n) => source(u64::from(n)),
            Id::Target(n) => target(100 + u64::from(n)),
            Id::Stranger(n) => source(200 + u64::from(n)),
            Id::Native(n) => target(300 + u64::from(n)),
        }
    }
}

/// Characters of `alphabet` that look random and are the same for each seed.
fn characters(alphabet: &str, count: usize, seed: u64) -> String {
    let mut state = seed + 1;
    let next = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(alphabet.as_bytes()[(state >> 33) as usize % alphabet.len()])
    };
    std::iter::repeat_with(next).take(count).collect()
}

fn uuid(seed: u64) -> String {
    let digits = characters("0123456789abcdef", 32, seed);
    let parts = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
    parts.join("-")
}

fn clerk(seed: u64) -> String {
    const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    format!("user_{}", characters(ALPHABET, 27, seed))
}

fn auth0(seed: u64) -> String {
    format!("auth0|{}", characters("0123456789abcdef", 24, seed))
}

/// `text` with the letters in upper case for which `mask` has a bit. Of a UUID
/// that is the same ID, of anything else another one.
fn recase(text: &str, mask: u64) -> String {
    let upper = |(at, letter): (usize, char)| match mask >> (at % 64) & 1 {
        1 => letter.to_ascii_uppercase(),
        _ => letter,
    };
    text.chars().enumerate().map(upper).collect()
}

/// `text` as a JSON string, with escapes where they must be and where `mask`
/// has a bit.
pub fn token(text: &str, mask: u64) -> String {
    let mut token = String::from('"');
    for (at, letter) in text.chars().enumerate() {
        let wanted = mask >> (at % 64) & 1 == 1;
        match letter {
            '"' | '\\' => token.extend(['\\', letter]),
            '\u{8}' if wanted => token.push_str("\\b"),
            '\u{c}' if wanted => token.push_str("\\f"),
            '\n' if wanted => token.push_str("\\n"),
            '\r' if wanted => token.push_str("\\r"),
            '\t' if wanted => token.push_str("\\t"),
            '/' if wanted && mask & 2 == 0 => token.push_str("\\/"),
            letter if wanted || letter < ' ' => {
                for unit in letter.encode_utf16(&mut [0; 2]) {
                    let digits = format!("{unit:04x}");
                    token.push_str("\\u");
                    token.push_str(&recase(&digits, mask >> 7));
                }
            }
            letter => token.push(letter),
        }
    }
    token + "\""
}

/// Bits for [`token`] and [`recase`]; mostly none.
pub fn mask() -> impl Strategy<Value = u64> {
    prop_oneof![4 => Just(0), 1 => any::<u64>(), 1 => Just(u64::MAX)]
}

pub fn id(world: World) -> impl Strategy<Value = String> {
    let known = prop_oneof![
        8 => (0..SOURCES).prop_map(Id::Source),
        2 => (0..TARGETS).prop_map(Id::Target),
        2 => (0..4_u8).prop_map(Id::Stranger),
        1 => (0..4_u8).prop_map(Id::Native),
    ];
    prop_oneof![
        12 => (known, mask()).prop_map(move |(id, mask)| recase(&world.spell(id), mask)),
        1 => select(&ODD_IDS[..]).prop_map(str::to_owned),
    ]
}

fn text() -> impl Strategy<Value = String> {
    let any = vec(any::<char>(), 0..12).prop_map(|letters| letters.into_iter().collect());
    let escaped = "\u{8}\u{c}\n\r\t/\"\\\0\u{1f}".to_owned();
    prop_oneof![4 => any, 1 => Just(escaped)]
}

/// Text that is nearly an ID, or has one in it.
fn near_miss(world: World) -> impl Strategy<Value = String> {
    (id(world), 0..6).prop_map(|(id, how)| match how {
        0 => format!("{id} "),
        1 => format!("asked by {id}, again"),
        2 => id.chars().skip(1).collect(),
        3 => id.replace('-', ""),
        4 => format!("\"{id}\""),
        _ => format!("{id}\0"),
    })
}

/// A string with escaped surrogates that make no pair.
fn lone_surrogate(world: World) -> impl Strategy<Value = String> {
    let lone = select(
        &["\\ud800", "\\uDC00", "\\ud83d\\ud83d\\ude00", "\\ud800\\u0041", "\\udbff\\n"][..],
    );
    (lone, weighted(0.3, id(world)), any::<bool>()).prop_map(|(lone, id, before)| {
        let id = id.map(|id| token(&id, 0)).unwrap_or_default();
        let id = id.trim_matches('"');
        if before { format!("\"{lone}{id}\"") } else { format!("\"{id}{lone}\"") }
    })
}

fn scalar() -> impl Strategy<Value = String> {
    let numbers =
        ["1e999", "-0", "0", "1700000000000.0", "123456789012345678901234567890", "-1.5E+7"];
    let words = ["true", "false"];
    let all: Vec<_> = numbers.iter().chain(&words).map(|&scalar| scalar.to_owned()).collect();
    select(all)
}

fn string(world: World) -> impl Strategy<Value = String> {
    prop_oneof![
        12 => (id(world), mask()).prop_map(|(id, mask)| token(&id, mask)),
        2 => (near_miss(world), mask()).prop_map(|(text, mask)| token(&text, mask)),
        2 => (text(), mask()).prop_map(|(text, mask)| token(&text, mask)),
        1 => lone_surrogate(world),
        1 => Just("\"\"".to_owned()),
    ]
}

/// Objects and arrays that hold declared names and IDs: decoys all.
fn container(world: World) -> impl Strategy<Value = String> {
    let leaf = prop_oneof![3 => string(world), 1 => scalar(), 1 => Just("null".to_owned())];
    leaf.prop_recursive(3, 12, 4, |inner| {
        let member = (name(), blanks(), inner.clone())
            .prop_map(|(name, blanks, value)| format!("{name}:{blanks}{value}"));
        prop_oneof![
            vec(inner, 0..4).prop_map(|items| format!("[{}]", items.join(","))),
            vec(member, 0..4).prop_map(|members| format!("{{{}}}", members.join(" ,"))),
        ]
    })
}

/// A value nested deeper than any recursive reader would follow.
fn deep() -> impl Strategy<Value = String> {
    (130..320_usize, any::<bool>()).prop_map(|(depth, object)| match object {
        true => format!("{}0{}", "{\"requester_id\":".repeat(depth / 8), "}".repeat(depth / 8)),
        false => format!("{}{}", "[".repeat(depth), "]".repeat(depth)),
    })
}

fn long(world: World) -> impl Strategy<Value = String> {
    let pieces = select(&["\\\\", "\\\"", "\u{e9}", "words ", "\u{1f600}\\u00e9"][..]);
    (pieces, 100..700_usize, id(world)).prop_map(|(piece, times, id)| {
        let id = token(&id, 0);
        format!("\"{}{}\"", piece.repeat(times), id.trim_matches('"'))
    })
}

pub fn value(world: World) -> impl Strategy<Value = String> {
    prop_oneof![
        200 => string(world),
        25 => Just("null".to_owned()),
        20 => scalar(),
        20 => container(world),
        2 => deep(),
        2 => long(world),
    ]
}

/// A member's name, quoted. Every table meets the fields of all tables.
fn name() -> impl Strategy<Value = String> {
    let declared = select(&["requester_id", "assigned_to", "author_id", "changed_by"][..]);
    prop_oneof![
        10 => (declared, mask()).prop_map(|(name, mask)| token(name, mask)),
        7 => decoy(),
    ]
}

/// A name that no table declares.
fn decoy() -> impl Strategy<Value = String> {
    let near = [
        "supabaseId",
        "workspace_id",
        "Requester_id",
        "requester_id ",
        "author_i",
        "assigned_to\0",
        "_ID",
        "",
    ];
    let unequal = ["\"author_id\\ud800\"", "\"\\udfffrequester_id\""];
    prop_oneof![
        2 => mask().prop_map(|mask| token("_id", mask)),
        3 => (select(near.to_vec()), mask()).prop_map(|(name, mask)| token(name, mask)),
        1 => (text(), mask()).prop_map(|(name, mask)| token(&name, mask)),
        1 => select(unequal.to_vec()).prop_map(str::to_owned),
    ]
}

pub fn blanks() -> impl Strategy<Value = &'static str> {
    prop_oneof![6 => Just(""), 1 => Just(" "), 1 => Just("\t"), 1 => Just("\r"), 1 => Just(" \r\t ")]
}

/// The fields that a table declares, the required one first.
fn declared(table: &str) -> &'static [&'static str] {
    match table {
        "tickets" => &["requester_id", "assigned_to"],
        "ticketComments" => &["author_id"],
        _ => &["changed_by"],
    }
}

/// A name and a value with blanks around them.
pub fn member(
    name: impl Strategy<Value = String>,
    value: impl Strategy<Value = String>,
) -> impl Strategy<Value = String> {
    let spaces = [(); 3].map(|()| blanks());
    (name, value, spaces).prop_map(|(name, value, [a, b, c])| format!("{a}{name}{b}:{c}{value}"))
}

pub fn joined(members: impl Strategy<Value = Vec<String>>) -> impl Strategy<Value = Vec<u8>> {
    let spaces = [(); 3].map(|()| blanks());
    (members, spaces)
        .prop_map(|(members, [a, b, c])| format!("{a}{{{}{b}}}{c}", members.join(",")).into_bytes())
}

/// A record; one in two of its members is a declared field of `table`.
fn record(world: World, table: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let own = (select(declared(table)), mask()).prop_map(|(name, mask)| token(name, mask));
    joined(vec(member(prop_oneof![own, name()], value(world)), 0..7))
}

/// An ID that [`calm_rows`] have.
pub fn known_id(world: World) -> impl Strategy<Value = String> {
    let known = prop_oneof![(0..2_u8).prop_map(Id::Source), (0..2_u8).prop_map(Id::Target)];
    known.prop_map(move |id| world.spell(id))
}

/// A record that gives no cause for attention, among as many decoys.
fn calm_record(world: World, table: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let known = (known_id(world), mask()).prop_map(|(id, mask)| token(&id, mask));
    let name = mask().prop_map(move |mask| token(declared(table)[0], mask));
    let decoys = vec(member(decoy(), value(world)), 0..4);
    let all = (member(name, known), decoys).prop_map(|(own, mut members)| {
        members.push(own);
        members
    });
    joined(all.prop_shuffle())
}

/// A line that is most likely no record.
pub fn broken(world: World, table: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let shards = [
        "",
        " ",
        "\r",
        "[1]",
        "{a: 25n}",
        "{\"a\":01}",
        "{\"a\":1.}",
        "{\"a\":-}",
        "{\"a\":1e}",
        "{\"a\":tru}",
        "{\"a\":\"\\u12Z4\"}",
        "{\"a\":\"\\u1",
        "{\"a\":\"\\",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\t\"}",
        "{} {}",
        "{},",
        "{\"a\":1,}",
        "{\"a\" 1}",
        "{\"a\":[1,]}",
        "{\"a\":[1}",
        "\u{feff}{}",
        "null",
        "{\"a\":\"\u{e9}",
        "{",
        "{\"a\":NaN}",
        "{\u{c}}",
        "\u{b}{}",
        "{\"a\":1\u{85}}",
        "{}\u{a0}",
        "{}\0",
    ];
    let bytes: [&[u8]; 5] = [
        b"{\"a\":\"\xff\"}",
        b"{\"a\":\"\xed\xa0\x80\"}",
        b"{\"a\":\"\xe2\x82",
        b"{}\xc3",
        b"{\"a\":\"\\\xe2\x82",
    ];
    let known: Vec<_> =
        shards.iter().map(|shard| shard.as_bytes()).chain(bytes).map(<[u8]>::to_vec).collect();
    let mutated = (record(world, table), any::<Index>(), any::<u8>(), 0..4);
    // Anywhere among the bytes that a reader may take together.
    let control = (0..0x20_u8, 0..20_usize, 0..20_usize).prop_map(|(byte, before, after)| {
        let (before, after) = (".".repeat(before), ".".repeat(after));
        format!("{{\"a\":\"{before}{}{after}\"}}", char::from(byte)).into_bytes()
    });
    prop_oneof![
        2 => select(known),
        1 => control,
        2 => mutated.prop_map(|(mut line, at, byte, how)| {
            let at = at.index(line.len());
            match how {
                0 => line.truncate(at),
                1 => line[at] = byte,
                2 => line.insert(at, byte),
                _ => drop(line.remove(at)),
            }
            line
        }),
    ]
}

/// How much of an export needs attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// Hardly anything.
    Calm,
    /// Most records.
    Wild,
    /// That, and some lines are no record.
    Broken,
}

fn content(world: World, table: &'static str, mood: Mood) -> BoxedStrategy<Vec<u8>> {
    let record = record(world, table);
    let line = match mood {
        Mood::Calm => prop_oneof![16 => calm_record(world, table), 1 => record].boxed(),
        Mood::Wild => record.boxed(),
        Mood::Broken => prop_oneof![5 => record, 1 => broken(world, table)].boxed(),
    };
    lines(line)
}

/// A table of some lines.
pub fn lines(line: BoxedStrategy<Vec<u8>>) -> BoxedStrategy<Vec<u8>> {
    let end = prop_oneof![4 => Just("\n"), 1 => Just("\r\n")];
    (weighted(0.15, Just("\u{feff}")), vec((line, end), 0..6), any::<bool>())
        .prop_map(|(mark, lines, cut)| {
            let mut bytes = mark.unwrap_or_default().as_bytes().to_vec();
            for (line, end) in &lines {
                bytes.extend_from_slice(line);
                bytes.extend_from_slice(end.as_bytes());
            }
            if cut && bytes.ends_with(b"\n") {
                bytes.pop();
            }
            bytes
        })
        .boxed()
}

/// What the map says of one ID.
#[derive(Debug, Clone, Copy)]
enum Entry {
    Nothing,
    Target(u8),
    OddTarget,
    Itself,
    Undecided,
    /// The next source, which may have an entry of its own.
    Chain,
}

fn entry() -> impl Strategy<Value = Entry> {
    prop_oneof![
        2 => Just(Entry::Nothing),
        6 => (0..TARGETS).prop_map(Entry::Target),
        1 => Just(Entry::Itself),
        1 => Just(Entry::Undecided),
        1 => Just(Entry::Chain),
    ]
}

/// Mostly nothing: each of these says something about a target or an odd ID.
fn rare_entry() -> impl Strategy<Value = Entry> {
    prop_oneof![
        16 => Just(Entry::Nothing),
        1 => Just(Entry::Itself),
        1 => Just(Entry::Undecided),
        1 => Just(Entry::Target(0)),
        1 => Just(Entry::OddTarget),
    ]
}

/// A map that gives no cause for a warning.
pub fn calm_rows(world: World) -> impl Strategy<Value = Vec<(String, String)>> {
    let row = move |n| (world.spell(Id::Source(n)), world.spell(Id::Target(n)));
    Just((0..2).map(row).collect())
}

/// The rows of a map, of which none contradicts another, in any order.
pub fn rows(world: World, chains: bool) -> impl Strategy<Value = Vec<(String, String)>> {
    let repeats = || vec((mask(), mask()), 1..3);
    let sources = vec((entry(), repeats(), weighted(0.1, Just(()))), usize::from(SOURCES));
    let targets = vec(rare_entry(), usize::from(TARGETS));
    let odd = vec(rare_entry(), ODD_IDS.len());
    let all = (sources, targets, odd).prop_map(move |(sources, targets, odd)| {
        let mut rows = Vec::new();
        for (n, (entry, repeats, undecided)) in (0..).zip(sources) {
            let source = world.spell(Id::Source(n));
            let next = world.spell(Id::Source((n + 1) % SOURCES));
            let target = match entry {
                Entry::Chain if chains => Some(next),
                other => target(world, &source, other),
            };
            for (case, target_case) in repeats {
                let rows_of =
                    target.iter().map(|target| (same(&source, case), same(target, target_case)));
                rows.extend(rows_of);
            }
            rows.extend(undecided.map(|()| (source, String::new())));
        }
        for (n, entry) in (0..).zip(targets) {
            let id = world.spell(Id::Target(n));
            // A target that becomes another ID would be a chain.
            let entry = if matches!(entry, Entry::Undecided) { entry } else { keep(entry) };
            rows.extend(target(world, &id, entry).map(|target| (id, target)));
        }
        for (id, entry) in ODD_IDS.iter().zip(odd) {
            rows.extend(target(world, id, entry).map(|target| ((*id).to_owned(), target)));
        }
        rows
    });
    all.prop_shuffle()
}

fn keep(entry: Entry) -> Entry {
    if matches!(entry, Entry::Nothing) { entry } else { Entry::Itself }
}

fn target(world: World, source: &str, entry: Entry) -> Option<String> {
    Some(match entry {
        Entry::Nothing => return None,
        Entry::Target(n) => world.spell(Id::Target(n)),
        Entry::OddTarget => format!("{source} \"new\""),
        Entry::Itself => source.to_owned(),
        Entry::Undecided => String::new(),
        Entry::Chain => world.spell(Id::Target(0)),
    })
}

/// The same ID in another spelling, where it has one.
fn same(id: &str, mask: u64) -> String {
    if id.len() == 36 && id.contains('-') { recase(id, mask) } else { id.to_owned() }
}

/// A table of an export.
#[derive(Debug, Clone)]
pub struct Table {
    pub content: Vec<u8>,
    /// Whether it is `NAME/documents.jsonl`, rather than `NAME.jsonl`.
    pub own_folder: bool,
}

/// What a run is asked for besides its paths.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked {
    pub reject: bool,
    pub refuse_unmapped: bool,
    pub strict: bool,
    pub all_tables: bool,
    pub dry_run: bool,
}

/// An export, a map, and what is asked for.
#[derive(Clone)]
pub struct Case {
    pub rows: Vec<(String, String)>,
    pub chains: bool,
    pub tables: BTreeMap<&'static str, Table>,
    pub asked: Asked,
    pub rules: Rules,
}

/// The table that no rule names.
pub const UNRULED: &str = "users";

impl Case {
    /// A single table, a map with one row, and nothing special asked for.
    pub fn of_tickets(content: Vec<u8>) -> Self {
        let world = World::UuidToClerk;
        Self {
            rows: vec![(world.spell(Id::Source(0)), world.spell(Id::Target(0)))],
            chains: false,
            tables: BTreeMap::from([("tickets", Table { content, own_folder: false })]),
            asked: Asked::default(),
            rules: Rules::tickets(),
        }
    }

    /// Where a table stands below the export.
    pub fn relative(&self, table: &str) -> String {
        match self.tables[table].own_folder {
            true => format!("{table}/documents.jsonl"),
            false => format!("{table}.jsonl"),
        }
    }

    /// Whether any rule is for a table.
    pub fn is_ruled(&self, table: &str) -> bool {
        self.rules.of(table).next().is_some()
    }

    /// The map as a file.
    pub fn csv(&self) -> String {
        let cell = |id: &str| format!("\"{}\"", id.replace('"', "\"\""));
        let rows =
            self.rows.iter().map(|(source, target)| format!("{},{}\n", cell(source), cell(target)));
        std::iter::once("source_id,target_id\n".to_owned()).chain(rows).collect()
    }

    /// Writes export, map and rules into `folder`.
    pub fn write(&self, folder: &Path) {
        let export = folder.join(EXPORT);
        for (name, table) in &self.tables {
            let path = export.join(self.relative(name));
            fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
            fs::write(path, &table.content).expect("written");
        }
        fs::write(folder.join(MAP), self.csv()).expect("written");
        if self.rules.from_file {
            fs::write(folder.join(RULES), self.rules.toml()).expect("written");
        }
    }
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:?}, chains: {}\n{}", self.asked, self.chains, self.csv())?;
        if self.rules.from_file {
            writeln!(f, "{}", self.rules.toml())?;
        }
        for (name, table) in &self.tables {
            writeln!(f, "{} (len {}):", self.relative(name), table.content.len())?;
            for line in table.content.split_inclusive(|&byte| byte == b'\n') {
                writeln!(f, "  {}", line.escape_ascii())?;
            }
        }
        Ok(())
    }
}

pub fn asked() -> impl Strategy<Value = Asked> {
    let rarely = || prop::bool::weighted(0.1);
    (any::<bool>(), rarely(), rarely(), any::<bool>(), rarely()).prop_map(
        |(reject, refuse_unmapped, strict, all_tables, dry_run)| Asked {
            reject,
            refuse_unmapped,
            strict,
            all_tables,
            dry_run,
        },
    )
}

pub fn table(content: BoxedStrategy<Vec<u8>>) -> impl Strategy<Value = Option<Table>> {
    let table = (content, any::<bool>());
    weighted(0.85, table.prop_map(|(content, own_folder)| Table { content, own_folder }))
}

/// Random cases of a world.
pub fn cases(world: World) -> impl Strategy<Value = Case> {
    let moods = prop_oneof![1 => Just(Mood::Calm), 2 => Just(Mood::Wild), 1 => Just(Mood::Broken)];
    (moods, prop::bool::weighted(0.25)).prop_flat_map(move |(mood, chains)| {
        let of = |name| table(content(world, name, mood));
        let tables = (of("tickets"), of("ticketComments"), of("ticketStatusHistory"));
        let unruled = table(content(world, UNRULED, Mood::Broken));
        let rows = match mood {
            Mood::Calm => calm_rows(world).boxed(),
            _ => rows(world, chains).boxed(),
        };
        (rows, tables, unruled, asked()).prop_map(move |(rows, tables, unruled, asked)| Case {
            rows,
            chains,
            tables: named(tables, unruled),
            asked,
            rules: Rules::tickets(),
        })
    })
}

/// The tables that are there; one with rules is, since an export without any
/// is refused.
fn named(
    (tickets, comments, history): (Option<Table>, Option<Table>, Option<Table>),
    unruled: Option<Table>,
) -> BTreeMap<&'static str, Table> {
    let all = [
        ("tickets", tickets),
        ("ticketComments", comments),
        ("ticketStatusHistory", history),
        (UNRULED, unruled),
    ];
    let there = all.into_iter().filter_map(|(name, table)| Some((name, table?)));
    let mut there: BTreeMap<_, _> = there.collect();
    if there.keys().all(|name| *name == UNRULED) {
        there.insert("tickets", Table { content: Vec::new(), own_folder: false });
    }
    there
}

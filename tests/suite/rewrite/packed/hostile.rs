//! Archives that are wrong, or made to do harm: a clear sentence, the right
//! exit code, and nothing written.

use crate::support::folder::{Folder, Ran};
use crate::support::standard::{A, ALICE, B, BOB, MAP, entries};

use super::tools::archive::{Archive, Header, Part, deflated};
use super::tools::listing;

/// The table worked on, in the archive of these tests.
const TICKETS: usize = 1;
/// A table that no rule names.
const NOTES: usize = 3;
/// The length of the last ticket.
const LAST: u32 = 89;

/// What a run on an archive comes to.
#[derive(Clone, Copy)]
enum Comes {
    /// Refused, naming this, whatever is asked for.
    Refused(&'static str),
    /// Refused where all tables go along, and not read where they do not.
    RefusedWhole(&'static str),
    /// Read as if nothing were odd.
    Runs,
}
use Comes::{Refused, RefusedWhole, Runs};

pub fn tickets() -> String {
    let record = |number: u32| {
        let id = if number.is_multiple_of(3) { B } else { A };
        format!(
            "{{\"_id\":\"t{number}\",\"_creationTime\":{number}.5,\"requester_id\":\"{id}\"}}\n"
        )
    };
    (0..20).map(record).collect()
}

pub fn new_tickets() -> String {
    tickets().replace(A, ALICE).replace(B, BOB)
}

const LIST: &str = "{\"name\":\"tickets\",\"id\":10001}\n{\"name\":\"notes\",\"id\":10002}\n";
const NOTE: &[u8] = b"{\"_id\":\"n1\",\"_creationTime\":1.5,\"text\":\"a note\"}\n";

/// A small snapshot, deflated and stored.
pub fn sound() -> Archive {
    Archive::new([
        Part::deflated("_tables/documents.jsonl", LIST.as_bytes()),
        Part::deflated("tickets/documents.jsonl", tickets().as_bytes()),
        Part::stored("tickets/generated_schema.jsonl", b"\"uniform\"\n"),
        Part::deflated("notes/documents.jsonl", NOTE),
        Part::stored("notes/generated_schema.jsonl", b"\"uniform\"\n"),
    ])
}

fn tickets_of(archive: &mut Archive) -> &mut Part {
    &mut archive.parts[TICKETS]
}

/// Adds an entry of this name.
fn add(archive: &mut Archive, name: impl Into<Vec<u8>>) {
    let mut part = Part::deflated("", tickets().as_bytes());
    part.rename(name);
    archive.parts.push(part);
}

fn edit_both(archive: &mut Archive, edit: impl Fn(&mut Header)) {
    tickets_of(archive).both(edit);
}

/// The tickets under another name, as a second record for the same data.
fn share(archive: &mut Archive, name: &str) {
    let mut part = archive.parts[TICKETS].clone();
    part.listed.name = name.into();
    part.shares = Some(TICKETS);
    archive.parts.push(part);
}

/// An entry whose data has another one inside, as a bomb without nesting has
/// them: stored, so that its bytes are those of whole entries.
fn swallow(archive: &mut Archive) {
    let inner = Archive::new([archive.parts[TICKETS].clone()]).bytes();
    let local = &inner[..inner.len() - 22 - 46 - "tickets/documents.jsonl".len()];
    let outer = Part::stored("ticketComments/documents.jsonl", local);
    let header = 30 + outer.local.name.len();
    archive.parts.push(outer);
    let mut part = archive.parts[TICKETS].clone();
    part.rename("ticketStatusHistory/documents.jsonl");
    part.shares = Some(archive.parts.len() - 1);
    part.moved = i64::try_from(header).expect("small");
    archive.parts.push(part);
}

/// What is wrong, how the sound archive becomes that, and what it comes to.
type Case = (&'static str, fn(&mut Archive), Comes);

const TABLE: &str = "tickets/documents.jsonl";
const ENTRY: &str = "snapshot.zip/tickets/documents.jsonl";
const NOTES_ENTRY: &str = "snapshot.zip/notes/documents.jsonl";

#[rustfmt::skip]
const DATA: &[Case] = &[
    ("nothing", |_| {}, Runs),
    ("a wrong checksum", |zip| edit_both(zip, |header| header.crc ^= 1), Refused(ENTRY)),
    ("a wrong checksum in the directory", |zip| tickets_of(zip).listed.crc ^= 1 << 31, Refused(ENTRY)),
    ("a wrong checksum of stored data", |zip| {
        let crc = tickets_of(zip).local.crc;
        *tickets_of(zip) = Part::packed("tickets/documents.jsonl", 0, tickets().into(), tickets().len(), crc ^ 256);
    }, Refused(ENTRY)),
    ("a size too small", |zip| edit_both(zip, |header| header.size -= 1), Refused(ENTRY)),
    ("a size too small by a record", |zip| edit_both(zip, |header| header.size -= LAST), Refused(ENTRY)),
    ("a size of nothing", |zip| edit_both(zip, |header| header.size = 0), Refused(ENTRY)),
    ("a size too large", |zip| edit_both(zip, |header| header.size += 1), Refused(ENTRY)),
    ("a size much too large", |zip| edit_both(zip, |header| header.size = 0xffff_fff0), Refused(ENTRY)),
    ("a packed size too small", |zip| edit_both(zip, |header| header.packed_size -= 1), Refused(ENTRY)),
    ("a packed size of nothing", |zip| edit_both(zip, |header| header.packed_size = 0), Refused(ENTRY)),
    ("a packed size into the next entry", |zip| edit_both(zip, |header| header.packed_size += 40), Refused("snapshot.zip")),
    ("a packed size beyond the end", |zip| edit_both(zip, |header| header.packed_size = 0x00ff_ffff), Refused("snapshot.zip")),
    ("a packed size of nearly all numbers", |zip| edit_both(zip, |header| header.packed_size = 0xffff_fffe), Refused("snapshot.zip")),
    ("stored data of another size", |zip| {
        *tickets_of(zip) = Part::stored("tickets/documents.jsonl", tickets().as_bytes());
        edit_both(zip, |header| header.size -= 9);
    }, Refused(ENTRY)),
    ("deflated data that is not", |zip| {
        tickets_of(zip).packed.fill(0xff);
    }, Refused(ENTRY)),
    ("deflated data that breaks off", |zip| {
        let part = tickets_of(zip);
        part.packed.truncate(part.packed.len() - 9);
        part.both(|header| header.packed_size -= 9);
    }, Refused(ENTRY)),
    ("another table's wrong checksum", |zip| zip.parts[NOTES].both(|header| header.crc ^= 1), RefusedWhole(NOTES_ENTRY)),
    ("another table's wrong size", |zip| zip.parts[NOTES].both(|header| header.size += 1), RefusedWhole(NOTES_ENTRY)),
    ("a schema's wrong checksum", |zip| zip.parts[TICKETS + 1].both(|header| header.crc ^= 1), Refused("tickets/generated_schema.jsonl")),
    ("a list's wrong checksum", |zip| zip.parts[0].both(|header| header.crc ^= 1), Refused("_tables/documents.jsonl")),
    ("encrypted", |zip| edit_both(zip, |header| header.flags |= 1), Refused(TABLE)),
    ("strongly encrypted", |zip| edit_both(zip, |header| header.flags |= 1 | 1 << 6), Refused(TABLE)),
    ("a masked directory", |zip| edit_both(zip, |header| header.flags |= 1 | 1 << 13), Refused(TABLE)),
    ("bzip2", |zip| edit_both(zip, |header| header.method = 12), Refused(TABLE)),
    ("Zstandard", |zip| edit_both(zip, |header| header.method = 93), Refused(TABLE)),
    ("deflate64", |zip| edit_both(zip, |header| header.method = 9), Refused(TABLE)),
    ("a method that is none", |zip| edit_both(zip, |header| header.method = 0xffff), Refused(TABLE)),
    ("another table with bzip2", |zip| zip.parts[NOTES].both(|header| header.method = 12), Refused("notes/documents.jsonl")),
];

#[rustfmt::skip]
const NAMES: &[Case] = &[
    ("out of the folder", |zip| add(zip, "../../evil/documents.jsonl"), Refused("../../evil/documents.jsonl")),
    ("out of a folder within", |zip| add(zip, "tickets/../../../evil/documents.jsonl"), Refused("evil")),
    ("out and in again", |zip| add(zip, "a/../evil/documents.jsonl"), Refused("evil")),
    ("at the end", |zip| add(zip, "evil/.."), Refused("evil/..")),
    ("out of the folder, for a ruled table", |zip| tickets_of(zip).rename("../tickets/documents.jsonl"), Refused("../tickets")),
    ("from the root", |zip| add(zip, "/etc/x.jsonl"), Refused("/etc/x.jsonl")),
    ("from two roots", |zip| add(zip, "//etc/x.jsonl"), Refused("//etc/x.jsonl")),
    ("from a drive", |zip| add(zip, "C:\\evil\\documents.jsonl"), Refused("evil")),
    ("backslashes", |zip| add(zip, "evil\\documents.jsonl"), Refused("evil")),
    ("backslashes, out of the folder", |zip| add(zip, "..\\evil\\documents.jsonl"), Refused("evil")),
    ("an empty part", |zip| add(zip, "evil//documents.jsonl"), Refused("evil//documents.jsonl")),
    ("this folder", |zip| add(zip, "./evil/documents.jsonl"), Refused("./evil/documents.jsonl")),
    ("this folder within", |zip| add(zip, "evil/./documents.jsonl"), Refused("evil/./documents.jsonl")),
    ("a dot", |zip| add(zip, "."), Refused("snapshot.zip")),
    ("no name", |zip| add(zip, ""), Refused("snapshot.zip")),
    ("a NUL", |zip| add(zip, "evil\0/documents.jsonl"), Refused("evil")),
    ("a NUL at the end", |zip| add(zip, "tickets/documents.jsonl\0"), Refused(TABLE)),
    ("an escape sequence", |zip| add(zip, "../\u{1b}[31mevil/documents.jsonl"), Refused("evil")),
    ("a line break", |zip| add(zip, "../evil\n/documents.jsonl"), Refused("evil")),
    ("not UTF-8", |zip| add(zip, b"evil\xff/documents.jsonl"), Refused("evil")),
    ("a name too long for a file", |zip| add(zip, "e".repeat(60_000) + "/../documents.jsonl"), Refused("snapshot.zip")),
    ("twice", |zip| add(zip, "tickets/documents.jsonl"), Refused(TABLE)),
    ("another table twice", |zip| add(zip, "notes/documents.jsonl"), Refused("notes/documents.jsonl")),
    ("a schema twice", |zip| add(zip, "tickets/generated_schema.jsonl"), Refused("tickets/generated_schema.jsonl")),
    ("a list twice", |zip| add(zip, "_tables/documents.jsonl"), Refused("_tables/documents.jsonl")),
    ("a file that is a folder as well", |zip| add(zip, "tickets"), Refused("tickets")),
    ("a file below a file", |zip| add(zip, "tickets/documents.jsonl/x"), Refused(TABLE)),
    ("a folder of a file's name", |zip| add(zip, "tickets/documents.jsonl/"), Refused(TABLE)),
    ("another name before the data", |zip| tickets_of(zip).local.name = b"tickets/documents.jsonX".into(), Refused(TABLE)),
    ("another name before another table's data", |zip| zip.parts[NOTES].local.name = b"note_/documents.jsonl".into(), Refused("notes/documents.jsonl")),
    ("a longer name before the data", |zip| tickets_of(zip).local.name = b"tickets/documents.jsonl.gz".into(), Refused(TABLE)),
    ("another method before the data", |zip| tickets_of(zip).local.method = 0, Runs),
];

#[rustfmt::skip]
const SHAPES: &[Case] = &[
    ("two records for one entry", |zip| share(zip, "tickets/documents.jsonl"), Refused(TABLE)),
    ("two names for one entry", |zip| share(zip, "ticketComments/documents.jsonl"), Refused("snapshot.zip")),
    ("an entry in another", swallow, Refused("snapshot.zip")),
    ("a place beyond the end", |zip| tickets_of(zip).moved = 0x00ff_ffff, Refused("snapshot.zip")),
    ("a place in other data", |zip| tickets_of(zip).moved = 7, Refused("snapshot.zip")),
    ("a count too small", |zip| zip.count = Some(4), Refused("snapshot.zip")),
    ("a count of none", |zip| zip.count = Some(0), Refused("snapshot.zip")),
    ("a count too large", |zip| zip.count = Some(6), Refused("snapshot.zip")),
    ("a count much too large", |zip| zip.count = Some(0xfffe), Refused("snapshot.zip")),
    ("a directory too small", |zip| zip.directory.0 = -46, Runs),
    ("a directory too large", |zip| zip.directory.0 = 1 << 30, Runs),
    ("a directory elsewhere", |zip| zip.directory.1 = -40, Refused("snapshot.zip")),
    ("a directory beyond the end", |zip| zip.directory.1 = 1 << 30, Refused("snapshot.zip")),
    ("a comment", |zip| zip.comment = b"made by hand".to_vec(), Runs),
    ("bytes between entries", |zip| tickets_of(zip).gap = b"between".to_vec(), Runs),
    ("bytes before it, counted", |zip| { zip.before = b"#!/bin/sh\nexit 1\n".to_vec(); zip.counted = true; }, Runs),
    ("folders of their own", |zip| { add(zip, "tickets/"); zip.parts[5].packed.clear(); zip.parts[5].both(|h| (h.packed_size, h.size, h.crc, h.method) = (0, 0, 0, 0)); }, Runs),
];

fn before() -> Folder {
    let folder = Folder::in_memory();
    folder.write("a/b/ids.csv", MAP);
    folder
}

const WAYS: [(&str, &str); 4] =
    [("out", ""), ("out.zip", ""), ("out", "--all-tables"), ("out.zip", "--all-tables")];

/// What is wrong with what an archive comes to, if anything is.
fn complaints(name: &str, zip: &[u8], comes: Comes) -> Vec<String> {
    let folder = before();
    folder.write("a/b/snapshot.zip", zip);
    let (files, inputs) = (folder.tree(), entries(&folder.path("")));
    let mut complaints = Vec::new();
    for (out, more) in WAYS {
        let args = format!("rewrite a/b/snapshot.zip --map a/b/ids.csv --out a/b/{out} {more}");
        let ran = folder.idswap(&args.split_whitespace().collect::<Vec<_>>());
        let mut wrong = match comes {
            Refused(names) => wrong_with_refusal(&folder, &inputs, &ran, names),
            RefusedWhole(names) if !more.is_empty() => {
                wrong_with_refusal(&folder, &inputs, &ran, names)
            }
            RefusedWhole(_) | Runs => wrong_with_output(&folder, &ran, out),
        };
        clear(&folder);
        if files.iter().any(|(path, bytes)| folder.read(path) != *bytes) {
            wrong.push("an input was modified");
        }
        if !wrong.is_empty() {
            let said: String = ran.stderr.chars().take(400).collect();
            let wrong = wrong.join(", ");
            complaints.push(format!("{name}, {out} {more}: {wrong}: {:?} {said:?}", ran.code));
        }
    }
    complaints
}

/// Those of the facts that do not hold.
fn failing<const N: usize>(facts: [(bool, &'static str); N]) -> Vec<&'static str> {
    facts.into_iter().filter(|(holds, _)| !holds).map(|(_, fact)| fact).collect()
}

fn wrong_with_output(folder: &Folder, ran: &Ran, out: &str) -> Vec<&'static str> {
    if ran.code != Some(0) {
        return vec!["does not run"];
    }
    let written = match out {
        "out" => folder.read("a/b/out/tickets/documents.jsonl"),
        _ => listing::files(&folder.read("a/b/out.zip"))["tickets/documents.jsonl"].clone(),
    };
    failing([(written == new_tickets().as_bytes(), "another output")])
}

/// One sentence with its place and one of advice; of files, at most the
/// report.
fn wrong_with_refusal(
    folder: &Folder,
    inputs: &[String],
    ran: &Ran,
    names: &str,
) -> Vec<&'static str> {
    let first = ran.stderr.lines().next().unwrap_or_default();
    let is_plain = ran.stderr.chars().all(|letter| letter == '\n' || !letter.is_control());
    let mut left = entries(&folder.path(""));
    left.retain(|path| !path.ends_with(".report.json"));
    failing([
        (ran.code == Some(3), "another exit code"),
        (ran.stdout.is_empty(), "something on standard output"),
        (first.starts_with("idswap: a/b/snapshot.zip"), "another place"),
        (first.contains(names), "the entry is not named"),
        (ran.stderr.lines().count() == 2, "not one line of advice"),
        (is_plain, "control characters"),
        (ran.stderr.len() < 1000, "a long message"),
        (left == inputs, "something is left"),
    ])
}

/// Makes room for the next run.
fn clear(folder: &Folder) {
    drop(std::fs::remove_dir_all(folder.path("a/b/out")));
    for file in ["out.zip", "out.report.json", "out.zip.report.json"] {
        drop(std::fs::remove_file(folder.path(&format!("a/b/{file}"))));
    }
}

fn check_all(cases: &[Case]) {
    let complaints = cases.iter().flat_map(|(name, edit, comes)| {
        let mut archive = sound();
        edit(&mut archive);
        complaints(name, &archive.bytes(), *comes)
    });
    let wrong: Vec<_> = complaints.collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn damaged_data_is_refused() {
    check_all(DATA);
}

#[test]
fn evil_names_are_refused() {
    check_all(NAMES);
    assert!(!std::path::Path::new("/etc/x.jsonl").exists());
}

#[test]
fn archives_that_contradict_themselves_are_refused() {
    check_all(SHAPES);
}

/// Files that are no archive, by content.
#[rustfmt::skip]
const NO_ARCHIVES: &[(&str, &[u8])] = &[
    ("nothing", b""),
    ("one byte", b"P"),
    ("two letters", b"PK"),
    ("the beginning of one", b"PK\x03\x04"),
    ("an end cut short", b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
    ("JSONL", b"{\"requester_id\":\"a11ce000-0000-4000-8000-000000000001\"}\n"),
    ("gzip", b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0\0"),
    ("a page", b"<!DOCTYPE html><html><body>404 Not Found</body></html>"),
    ("zeroes", &[0; 4096]),
    ("signatures", b"PK\x05\x06PK\x05\x06PK\x05\x06PK\x05\x06PK\x05\x06PK\x05\x06PK\x05\x06"),
    ("an end that points to itself", b"PK\x05\x06\0\0\0\0\x01\0\x01\0\x16\0\0\0\0\0\0\0\0\0"),
    ("a locator to nowhere", b"PK\x06\x07\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\x7f\x01\0\0\0PK\x05\x06\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0"),
];

#[test]
fn what_is_no_archive_is_refused() {
    let wrong: Vec<_> = NO_ARCHIVES
        .iter()
        .flat_map(|(name, content)| complaints(name, content, Refused("snapshot.zip")))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// An archive without any table is an export without the ruled ones.
#[test]
fn an_empty_archive_lacks_the_tables() {
    let folder = before();
    folder.write("a/b/snapshot.zip", Archive::default().bytes());
    let args = ["rewrite", "a/b/snapshot.zip", "--map", "a/b/ids.csv", "--out", "a/b/out.zip"];
    let ran = folder.idswap(&args);
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(!folder.path("a/b/out.zip").exists());
}

/// Bytes after the archive or before it, not counted in its places: some
/// readers take it, some do not. What must not happen is a wrong output.
#[test]
fn bytes_around_an_archive_change_nothing() {
    let around: [fn(&mut Archive); 4] = [
        |zip| zip.after = b"\n".to_vec(),
        |zip| zip.after = vec![0; 70_000],
        |zip| zip.before = b"#!/bin/sh\nexit 1\n".to_vec(),
        |zip| zip.before = sound().bytes(),
    ];
    for edit in around {
        let folder = before();
        let mut archive = sound();
        edit(&mut archive);
        folder.write("a/b/snapshot.zip", archive.bytes());
        let args = ["rewrite", "a/b/snapshot.zip", "--map", "a/b/ids.csv", "--out", "a/b/out.zip"];
        let inputs = entries(&folder.path(""));
        let ran = folder.idswap(&args);
        let wrong = match ran.code {
            Some(3) => wrong_with_refusal(&folder, &inputs, &ran, "snapshot.zip"),
            _ => wrong_with_output(&folder, &ran, "out.zip"),
        };
        assert!(wrong.is_empty(), "{wrong:?}: {}", ran.stderr);
    }
}

/// A link in an archive is not made, whatever it points to.
#[test]
fn no_links_are_made() {
    for name in ["evil/documents.jsonl", "evil", TABLE] {
        for (out, more) in WAYS {
            let folder = before();
            let mut archive = sound();
            archive.parts.retain(|part| part.listed.name != name.as_bytes());
            let mut part = Part::stored(name, b"/etc/hostname");
            part.mode = 0o120_777;
            archive.parts.push(part);
            folder.write("a/b/snapshot.zip", archive.bytes());
            let args = format!("rewrite a/b/snapshot.zip --map a/b/ids.csv --out a/b/{out} {more}");
            let ran = folder.idswap(&args.split_whitespace().collect::<Vec<_>>());
            // What would be its target is its content, and no record.
            let code = if name == TABLE { 3 } else { 0 };
            assert_eq!(ran.code, Some(code), "{name} {out} {more}: {}", ran.stderr);
            for path in folder.tree().keys() {
                let metadata = folder.path(path).symlink_metadata().expect("there");
                assert!(!metadata.is_symlink(), "{name} {out} {more}: {path}");
            }
        }
    }
}

/// Every command that reads an export refuses the same.
#[test]
fn every_command_refuses_a_damaged_archive() {
    let folder = before();
    let mut archive = sound();
    folder.write("a/b/sound.zip", archive.bytes());
    archive.parts[TICKETS].both(|header| header.crc ^= 1);
    folder.write("a/b/snapshot.zip", archive.bytes());
    folder.write("a/b/changes.jsonl", concat!(
        "{\"table\":\"tickets\",\"line\":1,\"offset\":0,\"_id\":\"t0\",\"path\":\"/requester_id\",",
        "\"old\":\"b0b00000-0000-4000-8000-000000000002\",\"new\":\"user_2BobBobBobBobBobBobBobBobB0\"}\n",
    ));
    let inputs = entries(&folder.path(""));
    for args in [
        "verify a/b/snapshot.zip a/b/sound.zip --map a/b/ids.csv -q",
        "verify a/b/sound.zip a/b/snapshot.zip --map a/b/ids.csv -q",
        "diff a/b/snapshot.zip a/b/sound.zip -q",
        "diff a/b/sound.zip a/b/snapshot.zip -q",
        "scan a/b/snapshot.zip --map a/b/ids.csv",
        "undo a/b/snapshot.zip --changes a/b/changes.jsonl --out a/b/out.zip",
    ] {
        let mut ran = folder.idswap(&args.split_whitespace().collect::<Vec<_>>());
        ran.stdout.clear();
        let wrong = wrong_with_refusal(&folder, &inputs, &ran, ENTRY);
        assert!(wrong.is_empty(), "{args}: {wrong:?}: {}", ran.stderr);
    }
}

/// What the tables above rely upon.
#[test]
fn deflated_tickets_are_smaller() {
    let tickets = tickets();
    assert!(deflated(tickets.as_bytes()).len() < tickets.len() / 3);
    assert_eq!(tickets.lines().last().map(|line| line.len() + 1), Some(LAST as usize));
}

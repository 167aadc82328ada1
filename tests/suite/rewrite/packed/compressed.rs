//! Tables that are compressed by themselves, in folders and alone.

use std::collections::BTreeMap;

use serde_json::Value;

use super::hostile::{new_tickets, tickets};
use super::tools::encodings::{all, decode, gzip, sealed_frame};
use super::tools::places::{FEW_SPEEDS, Left, SPEEDS, left, left_at};
use super::tools::python::python;
use crate::support::folder::Folder;
use crate::support::standard::{A, ALICE, B, BOB, C, MAP, json, ticket};

/// A folder with these files below `export`, and the map.
fn folder(files: &[(&str, &[u8])]) -> Folder {
    let folder = Folder::in_memory();
    folder.write("ids.csv", MAP);
    files.iter().for_each(|(path, content)| folder.write(&format!("export/{path}"), content));
    folder
}

/// For tables of many blocks: with the smallest ones they would be too many.
const LARGE: [(&str, &str); 3] = [("1", "1000"), ("5", "4096"), ("2", "262144")];

const COMMENT: &str = "{\"author_id\":\"b0b00000-0000-4000-8000-000000000002\"}";
const REWRITE: &str = "rewrite export --map ids.csv --out out --changes changes.jsonl --exit-zero";

/// Records enough to be cut into blocks and pages anywhere.
fn many() -> String {
    tickets().repeat(300)
}

/// The report of a run with another name for the compressed files.
fn report_without_endings(left: &Left, path: &str) -> Value {
    json(&left.text(path).replace(".jsonl.gz", ".jsonl").replace(".jsonl.zst", ".jsonl"))
}

/// In a folder, a table comes out compressed as it went in, with the bytes
/// that a plain one has, and what is reported is the same.
#[test]
fn tables_in_folders_keep_their_compression() {
    let mut packed = BTreeMap::new();
    let content = many();
    for layout in ["tickets.jsonl", "tickets/documents.jsonl"] {
        let folder = folder(&[("ticketComments.jsonl", COMMENT.as_bytes())]);
        folder.write(&format!("export/{layout}"), &content);
        let plain = left(&folder, REWRITE);
        assert_eq!(plain.text(&format!("out/{layout}")), content.replace(A, ALICE).replace(B, BOB));
        std::fs::remove_file(folder.path(&format!("export/{layout}"))).expect("removed");
        for encoding in all() {
            let path = format!("{layout}.{}", encoding.ending);
            folder.write(&format!("export/{path}"), (encoding.encode)(content.as_bytes()));
            let run = left_at(&LARGE, &folder, REWRITE);
            assert_eq!(run.code(), 0, "{}: {}", encoding.name, run.ran.stderr);
            let (out, expected) =
                (run.file(&format!("out/{path}")), plain.file(&format!("out/{layout}")));
            assert!(decode(encoding.ending, out) == expected, "{}", encoding.name);
            assert_eq!(run.text("out/ticketComments.jsonl"), COMMENT.replace(B, BOB));
            assert_eq!(run.text("changes.jsonl"), plain.text("changes.jsonl"));
            assert_eq!(run.ran.stderr, plain.ran.stderr, "{}", encoding.name);
            let report = report_without_endings(&run, "out.report.json");
            assert_eq!(report, report_without_endings(&plain, "out.report.json"));
            assert!(out.len() < content.len() / 5, "{} is compressed", encoding.name);
            packed.insert(format!("{layout} {}.{}", encoding.name, encoding.ending), out.to_vec());
            std::fs::remove_file(folder.path(&format!("export/{path}"))).expect("removed");
        }
    }
    gunzip_agrees(packed.into_iter().filter(|(name, _)| name.ends_with("gz")).map(|(_, out)| out));
}

const GUNZIP: &str = "
import gzip, json, sys, zlib
json.dump([zlib.crc32(gzip.open(path).read()) for path in sys.argv[1:]], sys.stdout)
";

/// Python's gzip reads what was written, and finds the rewritten tickets.
fn gunzip_agrees(outs: impl Iterator<Item = Vec<u8>>) {
    let folder = Folder::new();
    let write = |(number, out)| {
        folder.write(&format!("{number}.gz"), out);
        format!("{number}.gz")
    };
    let names: Vec<_> = outs.enumerate().map(write).collect();
    assert!(names.len() >= 12);
    let expected = async_zip::base::write::crc32(new_tickets().repeat(300).as_bytes());
    let read = python(&folder.path(""), GUNZIP, &names);
    assert!(read.as_array().expect("sums").iter().all(|sum| *sum == expected), "{read}");
}

const GZIP: &str = "
import gzip, io, json, sys
content = open('content', 'rb').read()
open('level1.gz', 'wb').write(gzip.compress(content, 1))
open('level9.gz', 'wb').write(gzip.compress(content, 9))
with gzip.GzipFile('named.jsonl', 'wb', 9, open('named.gz', 'wb'), 1700000000) as file:
    for at in range(0, len(content), 700):
        file.write(content[at:at + 700])
        file.flush()
cut = len(content) // 2 + 1
open('members.gz', 'wb').write(gzip.compress(content[:cut]) + gzip.compress(content[cut:], 1))
many = (gzip.compress(content[at:at + 99]) for at in range(0, len(content), 99))
open('many.gz', 'wb').write(b''.join(many))
json.dump(['level1', 'level9', 'named', 'members', 'many'], sys.stdout)
";

/// What another program compressed is read to the last byte.
#[test]
fn what_others_compressed_is_read() {
    let work = Folder::with(&[("content", many())]);
    let names = python(&work.path(""), GZIP, &[]);
    for name in names.as_array().expect("names") {
        let name = format!("{}.gz", name.as_str().expect("a name"));
        let folder = folder(&[("tickets.jsonl.gz", &work.read(&name))]);
        let run = left_at(&LARGE, &folder, REWRITE);
        assert_eq!(run.code(), 0, "{name}: {}", run.ran.stderr);
        let out = decode("gz", run.file("out/tickets.jsonl.gz"));
        assert!(out == new_tickets().repeat(300).as_bytes(), "{name}");
    }
}

/// Alone, a table is compressed as the output's name says.
#[test]
fn a_table_alone_is_compressed_as_the_output_is_named() {
    let folder = Folder::in_memory();
    folder.write("ids.csv", MAP);
    let content = many();
    folder.write("tickets.jsonl", &content);
    folder.write("tickets.jsonl.gz", gzip(content.as_bytes()));
    folder.write("tickets.jsonl.zst", sealed_frame(content.as_bytes()));
    let mut reports = Vec::new();
    for from in ["", ".gz", ".zst"] {
        for to in ["", ".gz", ".zst"] {
            let args = format!("rewrite tickets.jsonl{from} --map ids.csv --out out.jsonl{to}");
            let run = left_at(&LARGE, &folder, &args);
            assert_eq!(run.code(), 0, "{args}: {}", run.ran.stderr);
            let out = run.file(&format!("out.jsonl{to}"));
            let out = decode(to.trim_start_matches('.'), out);
            assert!(out == new_tickets().repeat(300).as_bytes(), "{args}");
            reports.push(report_without_endings(&run, &format!("out.jsonl{to}.report.json")));
        }
        let run =
            left_at(&LARGE, &folder, &format!("rewrite tickets.jsonl{from} --map ids.csv --out -"));
        assert!(run.ran.stdout == new_tickets().repeat(300).as_bytes(), "{from} to a stream");
    }
    let table = &reports[0]["tables"]["tickets"];
    assert_eq!(table["total"], 6000, "the table's name is that of the file without endings");
    for report in &reports {
        assert_eq!(report["tables"]["tickets"]["fields"], table["fields"]);
        for side in ["input", "output"] {
            assert_eq!(report["tables"]["tickets"][side]["bytes"], table[side]["bytes"]);
            assert_eq!(report["tables"]["tickets"][side]["digest"], table[side]["digest"]);
        }
    }
}

/// A stream goes into a compressed file as any other table.
#[test]
fn standard_input_is_compressed_as_the_output_is_named() {
    let folder = Folder::with(&[("ids.csv", MAP)]);
    for ending in ["gz", "zst"] {
        let out = format!("out.jsonl.{ending}");
        let args = ["rewrite", "-", "--table", "tickets", "--map", "ids.csv", "--out", &out];
        let ran = folder.idswap_fed(&args, tickets().as_bytes());
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        assert!(decode(ending, &folder.read(&out)) == new_tickets().as_bytes(), "{ending}");
    }
}

/// Tables without rules go along as they are, packed bytes and all.
#[test]
fn other_compressed_tables_are_copied() {
    let notes = gzip(b"no record at all\n");
    let users = b"not even Zstandard";
    let folder = folder(&[
        ("tickets.jsonl.gz", &gzip(ticket(A).as_bytes())),
        ("notes/documents.jsonl.gz", &notes),
        ("users.jsonl.zst", users),
    ]);
    let run = left_at(&SPEEDS, &folder, &format!("{REWRITE} --all-tables"));
    assert_eq!(run.code(), 0, "{}", run.ran.stderr);
    assert!(run.file("out/notes/documents.jsonl.gz") == notes);
    assert!(run.file("out/users.jsonl.zst") == users);
    let report = json(run.text("out.report.json"));
    assert_eq!(report["copied"], serde_json::json!(["notes", "users"]));
}

/// Empty tables, and one byte order mark: small, but tables.
#[test]
fn small_tables_are_tables_when_compressed() {
    for (content, expected) in
        [("", ""), ("\u{feff}", ""), ("{}", "{}"), ("\u{feff}{}\r\n", "{}\r\n")]
    {
        for encoding in all() {
            let path = format!("tickets.jsonl.{}", encoding.ending);
            let folder = folder(&[(&path, &(encoding.encode)(content.as_bytes()))]);
            let run = left_at(&FEW_SPEEDS, &folder, REWRITE);
            assert_eq!(run.code(), 0, "{}: {}", encoding.name, run.ran.stderr);
            let out = decode(encoding.ending, run.file(&format!("out/{path}")));
            assert_eq!(String::from_utf8_lossy(&out), expected, "{}", encoding.name);
        }
    }
}

/// The same table twice, however it is compressed, is bad data.
#[test]
fn a_table_found_twice_is_refused() {
    let [plain, gz, zst] = [ticket(A).into_bytes(), gzip(b""), sealed_frame(b"")];
    for (first, second) in [
        (("tickets.jsonl", &plain), ("tickets.jsonl.gz", &gz)),
        (("tickets.jsonl.zst", &zst), ("tickets.jsonl.gz", &gz)),
        (("tickets/documents.jsonl.gz", &gz), ("tickets/documents.jsonl.zst", &zst)),
        (("tickets/documents.jsonl.gz", &gz), ("tickets.jsonl", &plain)),
    ] {
        let folder = folder(&[(first.0, first.1), (second.0, second.1)]);
        let run = left(&folder, REWRITE);
        assert_eq!(run.code(), 3, "{first:?} {second:?}: {}", run.ran.stderr);
    }
}

fn cut(packed: &[u8], from_end: usize) -> Vec<u8> {
    packed[..packed.len() - from_end].to_vec()
}

fn changed(mut packed: Vec<u8>, from_end: usize) -> Vec<u8> {
    let at = packed.len() - from_end;
    packed[at] ^= 0x10;
    packed
}

/// Makes a file that is wrong of what it should hold.
type Pack = fn(&[u8]) -> Vec<u8>;

/// What is wrong with a file, its ending, and how it is made.
type Damage = (&'static str, &'static str, Pack);

#[rustfmt::skip]
const DAMAGED: &[Damage] = &[
    ("no byte", "gz", |_| Vec::new()),
    ("no gzip", "gz", <[u8]>::to_vec),
    ("Zstandard by another name", "gz", sealed_frame),
    ("a header alone", "gz", |bytes| gzip(bytes)[..10].to_vec()),
    ("half", "gz", |bytes| { let packed = gzip(bytes); packed[..packed.len() / 2].to_vec() }),
    ("without its trailer", "gz", |bytes| cut(&gzip(bytes), 8)),
    ("without its last byte", "gz", |bytes| cut(&gzip(bytes), 1)),
    ("a wrong checksum", "gz", |bytes| changed(gzip(bytes), 8)),
    ("a wrong size", "gz", |bytes| changed(gzip(bytes), 4)),
    ("a wrong checksum in the first member", "gz", |bytes| [changed(gzip(bytes), 5), gzip(bytes)].concat()),
    ("a second member cut", "gz", |bytes| [gzip(bytes), cut(&gzip(bytes), 9)].concat()),
    ("a second member's magic alone", "gz", |bytes| [gzip(bytes), b"\x1f\x8b".to_vec()].concat()),
    ("something behind it", "gz", |bytes| [&gzip(bytes)[..], b"something"].concat()),
    ("a line break behind it", "gz", |bytes| [&gzip(bytes)[..], b"\n"].concat()),
    ("a method that is none", "gz", |bytes| { let mut packed = gzip(bytes); packed[2] = 7; packed }),
    ("a reserved flag", "gz", |bytes| { let mut packed = gzip(bytes); packed[3] |= 0x20; packed }),
    ("no byte", "zst", |_| Vec::new()),
    ("no Zstandard", "zst", <[u8]>::to_vec),
    ("gzip by another name", "zst", gzip),
    ("half", "zst", |bytes| { let packed = sealed_frame(bytes); packed[..packed.len() / 2].to_vec() }),
    ("without its last byte", "zst", |bytes| cut(&sealed_frame(bytes), 1)),
    ("a wrong checksum", "zst", |bytes| changed(sealed_frame(bytes), 2)),
    ("a second frame cut", "zst", |bytes| [sealed_frame(bytes), cut(&sealed_frame(bytes), 5)].concat()),
    ("something behind it", "zst", |bytes| [&sealed_frame(bytes)[..], b"something"].concat()),
    ("a line break behind it", "zst", |bytes| [&sealed_frame(bytes)[..], b"\n"].concat()),
    ("a skippable frame cut", "zst", |bytes| [&sealed_frame(bytes)[..], b"\x50\x2a\x4d\x18\xff\0\0\0cut"].concat()),
    ("a dictionary that is not there", "zst", |_| b"\x28\xb5\x2f\xfd\x23\x2a\x04\0\0\0\x01\0\0\0".to_vec()),
];

/// Refused with the file's name and nothing left, whatever the speed.
#[test]
fn damaged_tables_are_refused() {
    for (name, ending, damage) in DAMAGED {
        let file = format!("tickets.jsonl.{ending}");
        let folder = folder(&[(&file, &damage(tickets().repeat(9).as_bytes()))]);
        let ways =
            [REWRITE.to_owned(), format!("rewrite export/{file} --map ids.csv --out out.jsonl")];
        for args in ways {
            let run = left_at(&FEW_SPEEDS, &folder, &args);
            assert_eq!(run.code(), 3, "{name}, {ending}: {}", run.ran.stderr);
            let start = format!("idswap: export/{file}: ");
            assert!(run.ran.stderr.starts_with(&start), "{name}: {}", run.ran.stderr);
            assert_eq!(run.ran.stderr.lines().count(), 2, "{name}: {}", run.ran.stderr);
            let reports = run.files.keys().all(|path| path.ends_with(".report.json"));
            assert!(reports, "{name}: {:?}", run.files.keys());
        }
    }
}

/// The first error by position is the one that is said: a bad line before the
/// damage, or the damage before a bad line; of two tables, the first by name.
#[test]
fn the_first_error_by_position_is_said() {
    let good = tickets().repeat(50);
    let bad_line = format!("{good}{{\"requester_id\":\n{good}");
    let damages: [(&str, Pack); 4] = [
        ("gz", |bytes| cut(&gzip(bytes), 1)),
        ("gz", |bytes| changed(gzip(bytes), 8)),
        ("gz", |bytes| [&gzip(bytes)[..], b"something"].concat()),
        ("zst", |bytes| [&sealed_frame(bytes)[..], b"something"].concat()),
    ];
    for (ending, damage) in damages {
        let file = format!("tickets.jsonl.{ending}");
        let folder = folder(&[(&file, &damage(bad_line.as_bytes()))]);
        let run = left_at(&SPEEDS, &folder, REWRITE);
        let start = format!("idswap: export/{file}:1001:17: ");
        assert_eq!(run.code(), 3, "{}", run.ran.stderr);
        assert!(run.ran.stderr.starts_with(&start), "{}", run.ran.stderr);
        folder.write(&format!("export/ticketComments.jsonl.{ending}"), damage(COMMENT.as_bytes()));
        let run = left_at(&SPEEDS, &folder, REWRITE);
        let start = format!("idswap: export/ticketComments.jsonl.{ending}: ");
        assert!(run.ran.stderr.starts_with(&start), "by name: {}", run.ran.stderr);
    }
}

/// Damage is no line that could be set aside.
#[test]
fn damage_is_not_rejected_by_lines() {
    for (ending, packed) in [
        ("gz", cut(&gzip(many().as_bytes()), 9)),
        ("zst", cut(&sealed_frame(many().as_bytes()), 9)),
    ] {
        let folder = folder(&[(&format!("tickets.jsonl.{ending}"), &packed)]);
        let run = left_at(&FEW_SPEEDS, &folder, &format!("{REWRITE} --on-invalid reject"));
        assert_eq!(run.code(), 3, "{ending}: {}", run.ran.stderr);
    }
}

/// Lines set aside are plain, whatever they came from.
#[test]
fn rejected_lines_are_not_compressed() {
    let content = format!("{}[]\n{}", ticket(A), ticket(C));
    for encoding in all() {
        let path = format!("tickets.jsonl.{}", encoding.ending);
        let folder = folder(&[(&path, &(encoding.encode)(content.as_bytes()))]);
        let run = left_at(&FEW_SPEEDS, &folder, &format!("{REWRITE} --on-invalid reject"));
        assert_eq!(run.code(), 0, "{}", run.ran.stderr);
        assert_eq!(run.text("out.rejects/tickets.jsonl"), "[]\n");
        let out = decode(encoding.ending, run.file(&format!("out/{path}")));
        assert_eq!(String::from_utf8_lossy(&out), [ticket(ALICE), ticket(C)].concat());
    }
}

//! What must stay as it is: packed bytes, names, what an import would see, and
//! what a report can notice of them.

use async_zip::Compression;

use super::hostile::{new_tickets, sound, tickets};
use super::tools::archive::{Archive, Part};
use super::tools::encodings::{gzip, sealed_frame};
use super::tools::listing;
use super::tools::places::{FEW_SPEEDS, left, left_at};
use super::tools::streamed::streamed;
use crate::support::folder::Folder;
use crate::support::standard::{A, MAP};

/// Records that hardly pack: pages end up larger than what packs well.
fn noise(records: u32) -> String {
    let mut random = fastrand::Rng::with_seed(7);
    let record = |number| {
        let text: String = (0..40).map(|_| format!("{:08x}", random.u32(..))).collect();
        format!("{{\"_id\":\"t{number}\",\"requester_id\":\"{A}\",\"text\":\"{text}\"}}\n")
    };
    (0..records).map(record).collect()
}

#[test]
fn what_hardly_packs_is_packed_the_same_by_any_number_of_threads() {
    let folder = Folder::in_memory();
    folder.write("ids.csv", MAP);
    folder.write("export/tickets.jsonl", noise(8000));
    for out in ["out.zip", "out"] {
        if out == "out" {
            folder.write("export/tickets.jsonl.gz", gzip(noise(8000).as_bytes()));
            std::fs::remove_file(folder.path("export/tickets.jsonl")).expect("it was there");
        }
        let args = format!("rewrite export --map ids.csv --out {out} --quiet");
        let speeds = [("1", "262144"), ("4", "262144"), ("3", "262144"), ("2", "3000000")];
        for _ in 0..3 {
            left_at(&speeds, &folder, &args);
        }
    }
}

#[test]
fn names_in_an_archive_are_those_of_the_export() {
    let folder = Folder::in_memory();
    folder.write("ids.csv", MAP);
    let mut archive = sound();
    archive.parts.push(Part::stored("_storage/documents.jsonl", b"{}\n"));
    archive.parts.push(Part::stored("_storage/a:b.png", b"an image"));
    archive.parts.push(Part::deflated("c:d/documents.jsonl", b"{\"_id\":\"c\"}\n"));
    folder.write("snapshot.zip", archive.bytes());
    let run = left(&folder, "rewrite snapshot.zip --map ids.csv --out out.zip --all-tables");
    let before: Vec<_> = archive.parts.iter().map(|part| part.listed.name.clone()).collect();
    let after = listing::entries(run.file("out.zip"));
    let after: Vec<_> = after.into_iter().map(|entry| entry.name.into_bytes()).collect();
    assert_eq!(after, before);
}

/// Files of an export, the exit code, and a part of the message.
type Refused = (&'static [(&'static str, &'static str)], i32, &'static str);

#[test]
fn names_that_no_archive_keeps_apart_are_refused() {
    let cases: [Refused; 5] = [
        (
            &[("a\\b.jsonl", "{}\n")],
            3,
            "out.zip: holds an entry with a forbidden name: a\\b/documents.jsonl",
        ),
        (
            &[("_tables.jsonl", "{}\n")],
            2,
            "out.zip/_tables/documents.jsonl: has a name that means something else to an import",
        ),
        (
            &[("_storage.jsonl", "{}\n")],
            2,
            "out.zip/_storage/documents.jsonl: has a name that means something else to an import",
        ),
        (
            &[
                ("_components/x", ""),
                ("_tables/documents.jsonl", "{\"name\":\"tickets\",\"id\":1}\n"),
                ("a.jsonl", "{}\n"),
                ("a", ""),
            ],
            3,
            "out.zip: holds a both as a file and as a folder",
        ),
        (
            &[("before/a/documents.jsonl", "{}\n"), ("_storage/x.png", "")],
            2,
            "export/before/a/documents.jsonl: is not a table of the snapshot, but an import would take it for one",
        ),
    ];
    for (files, code, message) in cases {
        let folder = Folder::in_memory();
        folder.write("ids.csv", MAP);
        folder.write("export/tickets.jsonl", tickets());
        for (name, content) in files {
            folder.write(&format!("export/{name}"), content);
        }
        let run = left(&folder, "rewrite export --map ids.csv --out out.zip --all-tables");
        assert_eq!(run.code(), code, "{message}: {}", run.ran.stderr);
        assert!(run.ran.stderr.contains(message), "{message}: {}", run.ran.stderr);
        assert!(!run.files.contains_key("out.zip"), "{message}");
    }
}

/// A trimmed snapshot is one still: what is stored goes along, and is said to.
#[test]
fn a_snapshot_need_not_have_a_list_of_tables() {
    let files = [
        ("tickets/documents.jsonl", tickets()),
        ("tickets/generated_schema.jsonl", "\"uniform\"\n".to_owned()),
        ("_storage/documents.jsonl", "{}\n".to_owned()),
        ("_storage/a.png", "an image".to_owned()),
        ("_components/auth/user/documents.jsonl", "{\"_id\":\"u\"}\n".to_owned()),
    ];
    for prefix in ["", "around/"] {
        let folder = Folder::in_memory();
        folder.write("ids.csv", MAP);
        let named = files
            .iter()
            .map(|(name, content)| (format!("{prefix}{name}"), content.clone().into_bytes()));
        folder.write("snapshot.zip", streamed(&named.collect(), Compression::Deflate));
        let run = left(&folder, "rewrite snapshot.zip --map ids.csv --out out.zip --all-tables");
        assert!(run.ran.stderr.contains("_storage is copied, too"), "{}", run.ran.stderr);
        let after = listing::files(run.file("out.zip"));
        assert_eq!(after["tickets/documents.jsonl"], new_tickets().into_bytes());
        assert_eq!(after["_storage/a.png"], b"an image");
        assert!(after["_components/auth/user/documents.jsonl"] == b"{\"_id\":\"u\"}\n");
        assert_eq!(after.len(), files.len());
    }
}

#[test]
fn a_folder_around_plain_packed_tables_is_accepted() {
    let folder = Folder::in_memory();
    folder.write("ids.csv", MAP);
    let files = vec![("before/tickets/documents.jsonl".to_owned(), tickets().into_bytes())];
    folder.write("tables.zip", streamed(&files, Compression::Deflate));
    let run = left(&folder, "rewrite tables.zip --map ids.csv --out out.zip");
    let after = listing::files(run.file("out.zip"));
    assert_eq!(
        after.into_iter().collect::<Vec<_>>(),
        [("tickets/documents.jsonl".to_owned(), new_tickets().into_bytes())]
    );
}

#[test]
fn what_the_finder_adds_stays_behind() {
    let folder = Folder::in_memory();
    folder.write("ids.csv", MAP);
    let mut archive = sound();
    for name in [".DS_Store", "__MACOSX/tickets/documents.jsonl", "tickets/.DS_Store"] {
        archive.parts.push(Part::stored(name, b"of the Finder"));
    }
    folder.write("snapshot.zip", archive.bytes());
    let run = left(&folder, "rewrite snapshot.zip --map ids.csv --out out.zip --all-tables");
    let after: Vec<_> = listing::files(run.file("out.zip")).into_keys().collect();
    let mut before: Vec<_> = listing::files(&sound().bytes()).into_keys().collect();
    before.sort();
    assert_eq!(after, before);
}

/// An entry with more bytes than the directory says: the lines up to there are
/// judged first, whatever the size of blocks.
#[test]
fn an_invalid_line_comes_before_a_size_that_is_wrong_behind_it() {
    for deflated in [false, true] {
        let folder = Folder::in_memory();
        folder.write("ids.csv", MAP);
        let mut lines = tickets();
        let said = lines.len();
        lines.insert_str(said / 2, "no record\n");
        lines.push_str(&tickets());
        let part = if deflated { Part::deflated } else { Part::stored };
        let mut part = part("tickets/documents.jsonl", lines.as_bytes());
        part.both(|header| header.size = u32::try_from(said).expect("small"));
        folder.write("snapshot.zip", Archive::new([part]).bytes());
        let run = left_at(&FEW_SPEEDS, &folder, "rewrite snapshot.zip --map ids.csv --out out.zip");
        assert_eq!(run.code(), 3);
        assert!(run.ran.stderr.contains("documents.jsonl:"), "{}", run.ran.stderr);
        assert!(!run.ran.stderr.contains("unpack to"), "{}", run.ran.stderr);
    }
}

/// Damage at the beginning of a table is data like damage further on: reported,
/// and told after what is wrong with tables before it.
#[test]
fn what_does_not_begin_as_it_should_is_reported() {
    for (name, content, message) in [
        ("tickets.jsonl.gz", &b"{}\n"[..], "tickets.jsonl.gz: is not a gzip file"),
        ("tickets.jsonl.zst", b"{}\n", "tickets.jsonl.zst: is not a Zstandard file"),
        ("tickets.jsonl.gz", b"", "tickets.jsonl.gz: is cut short"),
        ("tickets.jsonl.zst", b"\x28\xb5", "tickets.jsonl.zst: is not a Zstandard file"),
    ] {
        let folder = Folder::in_memory();
        folder.write("ids.csv", MAP);
        folder.write(&format!("export/{name}"), content);
        let run = left_at(&FEW_SPEEDS, &folder, "rewrite export --map ids.csv --out out");
        assert_eq!(run.code(), 3, "{name}");
        assert!(run.ran.stderr.contains(message), "{}", run.ran.stderr);
        assert_eq!(run.files.keys().collect::<Vec<_>>(), ["out.report.json"]);
        folder.write("export/ticketComments.jsonl", "no record\n");
        let run = left_at(&FEW_SPEEDS, &folder, "rewrite export --map ids.csv --out out");
        assert!(run.ran.stderr.contains("ticketComments.jsonl:1:1"), "{}", run.ran.stderr);
    }
}

#[test]
fn bytes_behind_the_end_are_damage() {
    for (name, packed) in [
        ("tickets.jsonl.gz", gzip(tickets().as_bytes())),
        ("tickets.jsonl.zst", sealed_frame(tickets().as_bytes())),
    ] {
        let folder = Folder::in_memory();
        folder.write("ids.csv", MAP);
        folder
            .write(&format!("export/{name}"), [&packed[..], b"and more than four bytes"].concat());
        let run = left_at(&FEW_SPEEDS, &folder, "rewrite export --map ids.csv --out out");
        assert_eq!(run.code(), 3);
        assert!(run.ran.stderr.contains("bytes follow its end"), "{}", run.ran.stderr);
    }
}

/// The gate before an import looks at all of a ZIP: a longer list of tables
/// would empty those that it names.
#[test]
fn a_report_notices_any_change_of_an_archive() {
    let folder = Folder::in_memory();
    folder.write("ids.csv", MAP);
    folder.write("snapshot.zip", sound().bytes());
    let run = folder.idswap(&["rewrite", "snapshot.zip", "--map", "ids.csv", "--out", "out.zip"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let check = || folder.idswap(&["report", "check", "out.zip.report.json"]);
    assert_eq!(check().code, Some(0), "{}", check().stderr);
    let mut files: listing::Files = listing::files(&folder.read("out.zip")).into_iter().collect();
    for (name, content) in &mut files {
        if name == "_tables/documents.jsonl" {
            content.extend(b"{\"name\":\"notes\",\"id\":10002}\n");
        }
    }
    folder.write("out.zip", streamed(&files, Compression::Deflate));
    assert_eq!(check().code, Some(1), "{}", check().stderr);
}

#[test]
fn a_map_is_no_packed_table_whatever_it_is_called() {
    let folder = Folder::in_memory();
    folder.write("ids.csv.gz", MAP);
    folder.write("tickets.jsonl", tickets());
    let run =
        folder.idswap(&["rewrite", "tickets.jsonl", "--map", "ids.csv.gz", "--out", "out.jsonl"]);
    let check = folder.idswap(&["report", "check", "out.jsonl.report.json"]);
    assert_eq!((run.code, check.code), (Some(0), Some(0)), "{} {}", run.stderr, check.stderr);
}

#[test]
fn a_zip_is_no_folder() {
    let folder = Folder::in_memory();
    folder.write("ids.csv", MAP);
    folder.write("snapshot.zip", sound().bytes());
    let run = left(&folder, "rewrite snapshot.zip --map ids.csv --out out.zip/");
    assert_eq!(run.code(), 2);
    assert!(run.ran.stderr.contains("out.zip/: is named as a folder"), "{}", run.ran.stderr);
}

/// A ZIP that somebody has trimmed by hand is looked at like any snapshot.
#[test]
fn a_schema_alone_makes_a_snapshot() {
    let folder = Folder::in_memory();
    folder.write("ids.csv", MAP);
    let record = format!("{{\"_id\":\"t\",\"_creationTime\":0.0,\"requester_id\":\"{A}\"}}\n");
    let earlier = record.replace("0.0", "-0.0");
    let files = vec![
        ("tickets/documents.jsonl".to_owned(), (record + &earlier).into_bytes()),
        ("tickets/generated_schema.jsonl".to_owned(), b"\"uniform\"\n".to_vec()),
    ];
    folder.write("trimmed.zip", streamed(&files, Compression::Deflate));
    let run = left_at(&FEW_SPEEDS, &folder, "rewrite trimmed.zip --map ids.csv --out out.zip");
    assert!(run.ran.stderr.contains("has the _id of an earlier one"), "{}", run.ran.stderr);
    assert!(run.ran.stderr.contains("npx convex import --replace out.zip"), "{}", run.ran.stderr);
    assert!(run.text("out.zip.report.json").contains("\"newestCreationTime\": 0.0"));
}

/// What may be replaced is what was named: not an output of another run.
#[test]
fn the_next_command_replaces_nothing_that_was_not_named() {
    let folder = Folder::in_memory();
    folder.write("ids.csv", MAP);
    folder.write("export/tickets.jsonl", tickets());
    folder.write("out/tickets.jsonl", "of another run\n");
    let run = left(&folder, "rewrite export --map ids.csv --dry-run --changes changes.jsonl");
    let next =
        "next: idswap rewrite export --map ids.csv --out out2 --changes changes.jsonl --force\n";
    assert!(run.ran.stderr.ends_with(next), "{}", run.ran.stderr);
}

//! Small files that would become large ones: what is valid is read in the
//! memory of any other run, what is not is refused in it.

use flate2::{Compress, Compression, Crc, FlushCompress, Status};

use super::hostile::sound;
use super::tools::archive::{Archive, Part};
use super::tools::encodings::{gzip, sealed_frame};
use super::tools::python::{Watched, watched};
use crate::support::folder::Folder;
use crate::support::standard::{A, MAP, ticket};

/// What a run may hold, in KiB: the program as it is built for tests needs a
/// tenth of it, and the bombs become ten times as large.
const MOST: u64 = 100 * 1024;

const MIB: usize = 1 << 20;

/// Data that becomes `piece` so many times, without holding it: a piece that
/// refers to nothing before it can be repeated.
fn repeated(piece: &[u8], times: usize) -> Vec<u8> {
    let mut compress = Compress::new(Compression::best(), false);
    let mut once = Vec::with_capacity(piece.len() + 1024);
    let status = compress.compress_vec(piece, &mut once, FlushCompress::Full).expect("deflated");
    assert!(status == Status::Ok && compress.total_in() == piece.len() as u64);
    // An empty last block.
    [once.repeat(times), vec![3, 0]].concat()
}

fn checksum(piece: &[u8], times: usize) -> u32 {
    let mut one = Crc::new();
    one.update(piece);
    let mut all = Crc::new();
    (0..times).for_each(|_| all.combine(&one));
    all.sum()
}

fn bomb(name: &str, piece: &[u8], times: usize) -> Part {
    let packed = repeated(piece, times);
    Part::packed(name, 8, packed, piece.len() * times, checksum(piece, times))
}

/// Lines of a MiB in all, of which only the first is long.
fn lines() -> Vec<u8> {
    let mut lines = format!("{{\"requester_id\":\"{A}\",\"text\":\"{}\"}}\n", "x".repeat(90_000));
    lines.push_str(&"{}\n".repeat((MIB - lines.len()) / 3));
    lines.into_bytes()
}

fn run(zip: &Archive, args: &str) -> (Watched, Folder) {
    let folder = Folder::in_memory();
    folder.write("ids.csv", MAP);
    folder.write("snapshot.zip", zip.bytes());
    (watched(&folder, args), folder)
}

fn with_tickets(part: Part) -> Archive {
    let mut archive = sound();
    archive.parts[1] = part;
    archive
}

const TICKETS: &str = "tickets/documents.jsonl";

/// More of the same takes no more memory, in and out.
#[test]
fn a_large_archive_takes_no_more_memory_than_a_small_one() {
    let peaks = [8, 72].map(|mebibytes| {
        let archive = with_tickets(bomb(TICKETS, &lines(), mebibytes));
        let args = "rewrite snapshot.zip --map ids.csv --out out.zip --exit-zero";
        let (ran, folder) = run(&archive, args);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(folder.path("out.zip").exists());
        ran.peak
    });
    assert!(peaks[1] < MOST && peaks[1] < peaks[0] + 24 * 1024, "{peaks:?} KiB");
}

/// What would be no record, or one that no import takes, is refused before it
/// is held as a whole.
#[test]
fn an_archive_bomb_is_refused_in_little_memory() {
    for (name, piece) in [("zeroes", 0), ("blanks", b' '), ("brackets", b'[')] {
        let archive = with_tickets(bomb(TICKETS, &vec![piece; MIB], 1024));
        assert!(archive.bytes().len() < 2 * MIB, "a ratio of a thousand");
        let (ran, folder) = run(&archive, "rewrite snapshot.zip --map ids.csv --out out.zip");
        assert_eq!(ran.code, 3, "{name}: {}", ran.stderr);
        assert!(
            ran.stderr.starts_with("idswap: snapshot.zip/tickets/documents.jsonl"),
            "{}",
            ran.stderr
        );
        assert!(ran.peak < MOST, "{name}: {} KiB", ran.peak);
        assert!(!folder.path("out.zip").exists(), "{name}");
    }
}

/// What becomes large and is no table: the entry, what it repeats, and the
/// exit code.
#[rustfmt::skip]
const BESIDE: &[(usize, &str, &[u8], i64)] = &[
    (0, "_tables/documents.jsonl", b" ", 3),
    (0, "_tables/documents.jsonl", b"\0", 3),
    (0, "_tables/documents.jsonl", b"{\"name\":\"tickets\",\"id\":100001}\n", 3),
    (2, "tickets/generated_schema.jsonl", b"\"uniform\"\n     ", 0),
    (2, "tickets/generated_schema.jsonl", b"\0", 3),
];

/// A list of tables or a schema is no place to hide one.
#[test]
fn a_bomb_beside_the_tables_is_borne() {
    for (number, name, piece, code) in BESIDE {
        let mut archive = sound();
        archive.parts[*number] = bomb(name, &piece.repeat(MIB / piece.len()), 128);
        for out in ["out", "out.zip"] {
            let args = format!("rewrite snapshot.zip --map ids.csv --out {out} --exit-zero");
            let (ran, _) = run(&archive, &args);
            assert_eq!(ran.code, *code, "{name}, {}: {}", piece.escape_ascii(), ran.stderr);
            assert!(ran.peak < MOST, "{name}: {} KiB", ran.peak);
        }
    }
}

/// An archive may say that it is large, and be small.
#[test]
fn claimed_sizes_take_no_memory() {
    let claims: [fn(&mut Part); 3] = [
        |part| part.both(|header| header.size = 0xffff_fff0),
        |part| part.both(|header| (header.size, header.packed_size) = (0xffff_fff0, 0xffff_fff0)),
        |part| part.listed.size = 0xffff_fff0,
    ];
    for claim in claims {
        let mut archive = sound();
        claim(&mut archive.parts[1]);
        let (ran, _) = run(&archive, "rewrite snapshot.zip --map ids.csv --out out.zip");
        assert_eq!(ran.code, 3, "{}", ran.stderr);
        assert!(ran.peak < MOST, "{} KiB", ran.peak);
    }
}

/// Thousands of entries that share their data: a bomb without nesting.
#[test]
fn entries_that_share_their_data_are_refused() {
    let mut archive = sound();
    let first = archive.parts.len();
    archive.parts.push(bomb("t0/documents.jsonl", &lines(), 16));
    for number in 1..5000 {
        let mut part = archive.parts[first].clone();
        part.packed.clear();
        part.listed.name = format!("t{number}/documents.jsonl").into();
        part.shares = Some(first);
        archive.parts.push(part);
    }
    for more in ["--all-tables", ""] {
        let (ran, _) =
            run(&archive, &format!("rewrite snapshot.zip --map ids.csv --out out {more}"));
        assert_eq!(ran.code, 3, "{more}: {}", ran.stderr);
        assert!(ran.peak < MOST, "{} KiB", ran.peak);
    }
}

/// The same alone and in folders.
#[test]
fn a_compressed_bomb_is_borne() {
    let (piece, times) = (lines(), 64);
    let valid = [
        &gzip(b"")[..10],
        &repeated(&piece, times),
        &checksum(&piece, times).to_le_bytes(),
        &u32::try_from(piece.len() * times).expect("small").to_le_bytes(),
    ]
    .concat();
    let frames = sealed_frame(&piece).repeat(times);
    for (file, packed, out) in [
        ("tickets.jsonl.gz", valid, "out.jsonl.zst"),
        ("tickets.jsonl.zst", frames, "out.jsonl.gz"),
    ] {
        let folder = Folder::in_memory();
        folder.write("ids.csv", MAP);
        folder.write(file, packed);
        let ran =
            watched(&folder, &format!("rewrite {file} --map ids.csv --out {out} --exit-zero"));
        assert_eq!(ran.code, 0, "{file} {out}: {}", ran.stderr);
        assert!(ran.peak < 48 * 1024, "{file} {out}: {} KiB", ran.peak);
    }
}

/// A frame may ask its reader to keep two GiB at hand.
#[test]
fn a_frame_that_asks_for_much_memory_is_refused() {
    let mut frame = sealed_frame(ticket(A).repeat(100).as_bytes());
    let (single_segment, window) = (frame[4] & 0x20, &mut frame[5]);
    assert_eq!(single_segment, 0, "the window is said in the header");
    *window = (31 - 10) << 3;
    let folder = Folder::in_memory();
    folder.write("ids.csv", MAP);
    folder.write("tickets.jsonl.zst", frame);
    let ran = watched(&folder, "rewrite tickets.jsonl.zst --map ids.csv --out out.jsonl");
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert!(ran.peak < MOST, "{} KiB", ran.peak);
}

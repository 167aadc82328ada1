//! `--patches` as users meet it: files, batches, warnings, refusals.

use crate::rewrite::refusals::{Case, check_all};
use crate::support::folder::Folder;
use crate::support::standard::*;

/// So many tickets of Alice.
fn tickets(count: usize) -> Folder {
    let folder = standard(&[]);
    let ticket = |n| format!("{{\"_id\":\"t{n}\",\"requester_id\":\"{A}\"}}\n");
    folder.write("export/tickets.jsonl", (1..=count).map(ticket).collect::<String>());
    folder
}

/// Tickets, a batch, how many of them stand in each line, and what is said.
#[rustfmt::skip]
const BATCHES: &[(usize, usize, &[usize], &str)] = &[
    (0, 3, &[], "patches: 0 records in 0 batches, in patches\n"),
    (1, 1, &[1], "patches: 1 record in 1 batch, in patches\n"),
    (2, 3, &[2], "patches: 2 records in 1 batch, in patches\n"),
    (3, 3, &[3], "patches: 3 records in 1 batch, in patches\n"),
    (7, 3, &[3, 3, 1], "patches: 7 records in 3 batches, in patches\n"),
    (205, 100, &[100, 100, 5], "patches: 205 records in 3 batches, in patches\n"),
    (1001, 900, &[900, 101], "patches: 1,001 records in 2 batches, in patches\n"),
];

#[test]
fn batches_are_full_but_for_the_last() {
    for (records, batch, lines, says) in BATCHES {
        let folder = tickets(*records);
        let args = format!("rewrite export --map ids.csv --out out --patch-batch {batch}");
        let ran = run(&folder, &format!("{args} --patches patches --block-size 64"));
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        assert!(ran.stderr.contains(says), "{says}: {}", ran.stderr);
        if lines.is_empty() {
            assert!(entries(&folder.path("patches")).is_empty(), "the folder stands alone");
            continue;
        }
        assert_eq!(entries(&folder.path("patches")), ["tickets.patches.jsonl"]);
        let mut number = 1;
        let patches = folder.text("patches/tickets.patches.jsonl");
        for (line, many) in patches.split_inclusive('\n').zip(*lines) {
            let entry = |n| format!("{{\"_id\":\"t{n}\",\"requester_id\":\"{ALICE}\"}}");
            let all: Vec<_> = (number..number + many).map(entry).collect();
            assert_eq!(line, format!("{{\"updates\":[{}]}}\n", all.join(",")));
            number += many;
        }
        assert_eq!((patches.lines().count(), number), (lines.len(), records + 1));
    }
}

#[test]
fn a_hundred_is_the_usual_batch() {
    let folder = tickets(101);
    let ran = run(&folder, "rewrite export --map ids.csv --dry-run --patches patches");
    assert!(ran.stderr.contains("101 records in 2 batches"), "{}", ran.stderr);
}

/// The length of a line, what stands in it, and whether npx finds it too long.
const LENGTHS: [(usize, &str, bool); 5] = [
    (130_999, "", false),
    (131_000, "", false),
    (131_001, "", true),
    (130_994, "it's Bob's", false),
    (130_995, "it's Bob's", true),
];

#[test]
fn a_line_too_long_for_an_argument_is_warned_of() {
    for (length, text, too_long) in LENGTHS {
        let fields = |id: &str, pad: &str| {
            format!("{{\"_id\":\"é\",\"requester_id\":\"{id}\",\"assigned_to\":\"{text}{pad}\"}}")
        };
        let line = |pad: &str| format!("{{\"updates\":[{}]}}\n", fields(ALICE, pad));
        let pad = "x".repeat(length + 1 - line("").len());
        let folder = standard(&[]);
        folder.write("export/tickets.jsonl", (fields(A, &pad) + "\n").repeat(2) + &ticket(A));
        let args = "rewrite export --map ids.csv --out out --patches patches --patch-batch 1";
        assert_eq!(run(&folder, args).code, Some(1));
        assert_eq!(folder.text("patches/tickets.patches.jsonl"), line(&pad).repeat(2));
        let warnings = report(&folder)["warnings"].clone();
        let all = warnings.as_array().expect("warnings").iter();
        let found: Vec<_> = all.filter(|warning| warning["code"] == "patchBatch").collect();
        assert_eq!(found.len(), usize::from(too_long), "{length} {text}: {warnings}");
        if let [warning] = found[..] {
            assert_eq!((&warning["count"], &warning["table"]), (&2.into(), &"tickets".into()));
        }
    }
}

#[test]
fn large_batches_are_warned_of() {
    for (batch, warned) in [(900, false), (901, true), (4096, true)] {
        let folder = tickets(1);
        let args = "rewrite export --map ids.csv --out out --patches patches --patch-batch";
        let ran = run(&folder, &format!("{args} {batch}"));
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        assert_eq!(ran.stderr.contains("npx convex run"), warned, "{batch}: {}", ran.stderr);
        assert_eq!(report(&folder)["warnings"].to_string().contains("patchBatch"), warned);
    }
}

/// A record, and whether its patch brings a number that a mutation gets as
/// another kind.
const NUMBERS: [(&str, bool); 4] = [
    (r#""requester_id":{"id":"@","since":25}"#, true),
    (r#""requester_id":{"id":"@","since":25.0,"n":"25"}"#, false),
    (r#""since":25,"requester_id":{"id":"@"}"#, false),
    (r#""requester_id":{"id":"@","all":[1.5,[-1]]}"#, true),
];

#[test]
fn whole_numbers_of_a_snapshot_are_warned_of() {
    for (record, warned) in NUMBERS {
        for typed in [false, true] {
            let folder = standard(&[]);
            let tables = "{\"name\":\"tickets\",\"id\":10001}\n";
            folder.write("snapshot/_tables/documents.jsonl", tables);
            let record = format!("{{\"_id\":\"t\",{}}}\n", record.replace('@', A));
            folder.write("snapshot/tickets/documents.jsonl", record.repeat(3));
            if typed {
                folder.write("snapshot/tickets/generated_schema.jsonl", "\"uniform\"\n");
            }
            folder.write("rules.toml", RULES.replace("requester_id", "requester_id.id"));
            let args = "rewrite snapshot --map ids.csv --rules rules.toml --out out";
            let ran = run(&folder, &format!("{args} --patches patches --block-size 1"));
            assert_eq!(ran.code, Some(0), "{}", ran.stderr);
            let says = "tickets: 3 records have whole numbers in their patches";
            assert_eq!(ran.stderr.contains(says), warned && typed, "{record}: {}", ran.stderr);
            let warnings = report(&folder)["warnings"].to_string();
            assert_eq!(warnings.contains("patchNumbers"), warned && typed, "{warnings}");
        }
    }
}

#[test]
fn strict_minds_what_is_left_out() {
    let folder = Folder::with(&[("ids.csv", format!("source_id,target_id\n{A},{ALICE}\n"))]);
    folder.write("export/tickets.jsonl", ticket(A));
    for table in ["ticketComments", "ticketStatusHistory"] {
        folder.write(&format!("export/{table}.jsonl"), "");
    }
    let args = "rewrite export --map ids.csv --dry-run --patches patches --force";
    assert_eq!(run(&folder, args).code, Some(0));
    let ran = run(&folder, &format!("{args} --strict"));
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(ran.stderr.contains("tickets: 1 record is left out of the patches"), "{}", ran.stderr);
    assert!(ran.stderr.contains("patches: 0 records in 0 batches"), "{}", ran.stderr);
}

const RULES: &str = "version = 1\n[[field]]\ntable = \"tickets\"\npath = \"requester_id\"\n";

#[rustfmt::skip]
const REFUSED: &[Case] = &[
    ("a batch of nothing", &[],
        "rewrite export --map ids.csv --out out --patches patches --patch-batch 0", 2, "holds no record"),
    ("a batch of too much", &[],
        "rewrite export --map ids.csv --out out --patches patches --patch-batch 4097", 2, "more than 4096 records would read more index ranges"),
    ("patches to standard output", &[],
        "rewrite export --map ids.csv --out out --patches -", 2, "--patches needs a folder"),
    ("patches to a device", &[],
        "rewrite export --map ids.csv --out out --patches /dev/null", 2, "--patches needs a folder"),
    ("patches that stand already", &[("patches", Put::Folder)],
        "rewrite export --map ids.csv --out out --patches patches", 2, "patches: exists already"),
    ("patches that stand already, in a dry run", &[("patches/tickets.patches.jsonl", File(""))],
        "rewrite export --map ids.csv --dry-run --patches patches", 2, "patches: exists already"),
    ("patches where a file stands", &[("patches", File("old"))],
        "rewrite export --map ids.csv --out out --patches patches --force", 2, "patches: is a file"),
    ("patches in no folder", &[],
        "rewrite export --map ids.csv --out out --patches no/patches", 4, "no: cannot use the folder"),
    ("a folder of something else", &[("patches/photo.png", File("png"))],
        "rewrite export --map ids.csv --out out --patches patches --force", 2, "patches: holds photo.png: this is not an earlier output"),
    ("a folder of tables", &[("patches/tickets.jsonl", File("{}\n"))],
        "rewrite export --map ids.csv --out out --patches patches --force", 2, "patches: holds tickets.jsonl"),
    ("patches and something else below", &[("patches/auth/user.patches.jsonl", File("{}\n")), ("patches/auth/left-out.jsonl", File(""))],
        "rewrite export --map ids.csv --out out --patches patches --force", 2, "patches: holds auth/left-out.jsonl"),
    ("patches and a hidden file", &[("patches/.patches.jsonl", File("{}\n"))],
        "rewrite export --map ids.csv --out out --patches patches --force", 2, "patches: holds .patches.jsonl"),
    ("patches and a link", &[("patches/tickets.patches.jsonl", Link("../ids.csv"))],
        "rewrite export --map ids.csv --out out --patches patches --force", 2, "patches: holds tickets.patches.jsonl"),
    ("patches and an empty folder", &[("patches/auth", Put::Folder)],
        "rewrite export --map ids.csv --dry-run --patches patches --force", 2, "patches: holds auth"),
    ("patches are the export", &[],
        "rewrite export --map ids.csv --out out --patches export --force", 2, "--patches clashes with the input export"),
    ("patches above the map", &[("in/ids.csv", File(MAP))],
        "rewrite export --map in/ids.csv --out out --patches in --force", 2, "--patches clashes with the input in/ids.csv"),
    ("patches would become a table", &[],
        "rewrite export --map ids.csv --out out --patches export/new.jsonl", 2, "--patches clashes with the input"),
    ("patches in a snapshot", &[
            ("snapshot/_tables/documents.jsonl", File("{\"name\":\"tickets\",\"id\":1}\n")),
            ("snapshot/tickets/documents.jsonl", File("{}\n"))],
        "rewrite snapshot --map ids.csv --out out --patches snapshot/patches", 2, "--patches clashes with the input"),
    ("patches in OUT", &[],
        "rewrite export --map ids.csv --out out --patches out/patches", 2, "--patches clashes with the output of --out"),
    ("patches are the rejects", &[],
        "rewrite export --map ids.csv --out out --patches out.rejects --on-invalid reject", 2, "clashes with the output of --patches"),
    ("patches are the change log", &[],
        "rewrite export --map ids.csv --out out --patches x --changes x", 2, "--patches clashes with the output of --changes"),
    ("patches above the report", &[("x", Put::Folder)],
        "rewrite export --map ids.csv --dry-run --patches x --report x/report.json --force", 2, "--patches clashes with the output of --report"),
    ("a map that contradicts itself", &[("more.csv", File("source_id,target_id\na11ce000-0000-4000-8000-000000000001,x\n"))],
        "rewrite export --map ids.csv --map more.csv --out out --patches patches", 2, "more.csv"),
];

#[test]
fn what_is_refused_leaves_no_patches() {
    check_all(REFUSED, &[]);
}

#[test]
fn a_batch_needs_patches() {
    let folder = standard(&[]);
    let ran = run(&folder, "rewrite export --map ids.csv --out out --patch-batch 7");
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(ran.stderr.contains("--patches <DIR>"), "{}", ran.stderr);
}

/// What ends a run, and its exit code.
#[rustfmt::skip]
const ENDED: [(&str, &str, i32); 2] = [
    ("an invalid line", "", 3),
    ("an unmapped ID", "--on-unmapped fail --on-invalid reject", 3),
];

#[test]
fn a_run_that_ends_leaves_the_patches_of_an_earlier_one() {
    for (name, more, code) in ENDED {
        for earlier in [false, true] {
            let folder = standard(&[("more/left-out.jsonl", File("old"))]);
            if earlier {
                put(&folder, "patches/auth/user.patches.jsonl", File("old"));
            }
            folder
                .write("export/tickets.jsonl", [ticket(A), ticket(C), "[]\n".to_owned()].concat());
            let before = entries(&folder.path(""));
            let args = "rewrite export --map ids.csv --out out --patches patches --force";
            let ran = run(&folder, &format!("{args} {more} --block-size 1"));
            assert_eq!(ran.code, Some(code), "{name}: {}", ran.stderr);
            let after = entries(&folder.path(""));
            let new: Vec<_> = after.iter().filter(|path| !before.contains(path)).collect();
            assert_eq!(new, ["out.report.json"], "{name}");
            assert_eq!(after.len(), before.len() + 1, "{name}");
        }
    }
}

#[test]
fn force_replaces_all_patches_of_an_earlier_run() {
    let folder = tickets(2);
    for path in ["patches/left-out.jsonl", "patches/auth/user.patches.jsonl"] {
        put(&folder, path, File("old"));
    }
    let args = "rewrite export --map ids.csv --out out --patches ./patches/ --force";
    for _ in 0..2 {
        let ran = run(&folder, args);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        assert_eq!(entries(&folder.path("patches")), ["tickets.patches.jsonl"]);
    }
}

#[test]
fn the_next_command_asks_for_the_same_patches() {
    let folder = tickets(2);
    for (more, next) in [
        ("", "--out out --patches 'my patches' --force\n"),
        (" --patch-batch 7", "--out out --patches 'my patches' --patch-batch 7 --force\n"),
    ] {
        let args = format!("rewrite export --map ids.csv --dry-run --force{more}");
        let args: Vec<_> = args.split(' ').chain(["--patches", "my patches"]).collect();
        let ran = folder.idswap(&args);
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        assert!(ran.stderr.contains(next), "{next}: {}", ran.stderr);
    }
    let ran = run(&folder, "rewrite export --map ids.csv --out out --patches patches");
    assert!(
        ran.stderr.contains("next: idswap verify export out --map ids.csv\n"),
        "{}",
        ran.stderr
    );
}

#[test]
fn patches_of_a_pipe_and_of_a_component() {
    let record = format!("{{\"_id\":\"t1\",\"requester_id\":\"{A}\"}}");
    let folder = standard(&[("rules.toml", File(RULES))]);
    folder.write("rules.toml", RULES.replace("tickets", "auth/deep/user"));
    let args = "rewrite - --table auth/deep/user --map ids.csv --rules rules.toml --out - --patches patches";
    let args: Vec<_> = args.split(' ').collect();
    let ran = folder.idswap_fed(&args, record.as_bytes());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(ran.stdout, record.replace(A, ALICE).as_bytes());
    let patches = folder.text("patches/auth/deep/user.patches.jsonl");
    assert_eq!(patches, format!("{{\"updates\":[{}]}}\n", record.replace(A, ALICE)));
}

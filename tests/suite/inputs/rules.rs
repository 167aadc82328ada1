//! Rules files: what is refused, and where.

use std::fs;
use std::path::Path;

use crate::support::folder::Folder;
use crate::support::standard::*;

/// A rules file that begins with the table `t` of a field; the rest begins on
/// line 4.
macro_rules! field {
    ($rest:literal) => {
        concat!("version = 1\n[[field]]\ntable = \"t\"\n", $rest)
    };
}

/// A rules file whose first field is `t.a`; the rest begins on line 5.
macro_rules! beside_a {
    ($rest:literal) => {
        concat!("version = 1\n[[field]]\ntable = \"t\"\npath = \"a\"\n", $rest)
    };
}

/// A rules file, the line and column of its fault, and what is said of it.
type Faulty = (&'static str, &'static [u8], &'static str, &'static str);

#[rustfmt::skip]
const FAULTY: &[Faulty] = &[
    // The file.
    ("an empty file", b"", "1:1", "missing field `version`"),
    ("only a comment", b"# none\n", "1:1", "missing field `version`"),
    ("no field", b"version = 1\n", "1:1", "declare no field"),
    ("no field but forms", b"version = 1\n[ids]\nsource = \"uuid\"\n", "1:1", "declare no field"),
    ("no field in the list", b"version = 1\nfield = []\n", "1:1", "declare no field"),
    ("not UTF-8", b"version = 1\n# caf\xe9\n", "2:6", "not UTF-8"),
    ("not UTF-8 in the middle of a line", b"version = 1\n[[field]]\ntable = \"\xc3\xa9\xff\"\n", "3:12", "not UTF-8"),
    ("not UTF-8 after a byte order mark", b"\xef\xbb\xbfa\xff", "1:2", "not UTF-8"),
    ("UTF-16", b"\xff\xfev\0", "1:1", "not UTF-8"),
    // The grammar of TOML.
    ("JSON", b"{\"version\": 1}\n", "1:1", ""),
    ("a key without a value", b"version\n", "1:8", ""),
    ("a value without a key", b"version = 1\n= 2\n", "2:1", ""),
    ("no value", b"version = \n", "1:11", ""),
    ("a string that is not closed", field!("path = \"a\n").as_bytes(), "4:10", ""),
    ("a list that is not closed", field!("path = \"a\"\nexempt = [\"x\"\n").as_bytes(), "5:14", "unclosed array"),
    ("a header that is not closed", b"version = 1\n[[field]\n", "2:9", ""),
    ("a key twice", b"version = 1\nversion = 1\n", "2:1", "duplicate key"),
    ("a key of a field twice", field!("path = \"a\"\npath = \"b\"\n").as_bytes(), "5:1", "duplicate key"),
    ("an unknown escape", field!("path = \"\\d\"\n").as_bytes(), "4:10", ""),
    // Unknown keys.
    ("an unknown key", b"version = 1\nfields = 2\n", "2:1", "unknown field `fields`"),
    ("an unknown table", b"version = 1\n[rules]\na = 1\n", "2:2", "unknown field `rules`"),
    ("an unknown key of a field", field!("path = \"a\"\nrequired = true\n").as_bytes(), "5:1", "unknown field `required`"),
    ("an unknown key before those known", b"version = 1\n[[field]]\nTable = \"t\"\ntable = \"t\"\npath = \"a\"\n", "3:1", "unknown field `Table`"),
    ("an unknown key of a condition", field!("path = \"a\"\nwhen = { path = \"b\", equals = \"c\", not = true }\n").as_bytes(), "5:36", "unknown field `not`"),
    ("an unknown key of the forms", beside_a!("[ids]\nsource = \"uuid\"\nsources = \"any\"\n").as_bytes(), "7:1", "unknown field `sources`"),
    // Missing ones.
    ("no version", b"[[field]]\ntable = \"t\"\npath = \"a\"\n", "1:1", "missing field `version`"),
    ("no table", b"version = 1\n[[field]]\npath = \"a\"\n", "2:1", "missing field `table`"),
    ("no path", b"version = 1\n[[field]]\ntable = \"t\"\n", "2:1", "missing field `path`"),
    ("no path in the second", beside_a!("\n[[field]]\ntable = \"t\"\n").as_bytes(), "6:1", "missing field `path`"),
    ("a condition without a path", field!("path = \"a\"\nwhen = { equals = \"c\" }\n").as_bytes(), "5:8", "missing field `path`"),
    ("a condition without a string", field!("path = \"a\"\nwhen = { path = \"c\" }\n").as_bytes(), "5:8", "missing field `equals`"),
    // Wrong types and values.
    ("version 2", b"version = 2\n[[field]]\ntable = \"t\"\npath = \"a\"\n", "1:11", "version 2"),
    ("version 0", b"\n  version  =   0\n[[field]]\ntable = \"t\"\npath = \"a\"\n", "2:16", "version 0"),
    ("a version in quotes", b"version = \"1\"\n", "1:11", "invalid type: string"),
    ("a version with a point", b"version = 1.0\n", "1:11", "invalid type: floating point"),
    ("a single field in brackets", b"version = 1\n[field]\ntable = \"t\"\npath = \"a\"\n", "2:1", "invalid type: map"),
    ("a field that is a string", b"version = 1\nfield = [\"t.a\"]\n", "2:10", "invalid type: string"),
    ("a table that is a number", b"version = 1\n[[field]]\ntable = 7\npath = \"a\"\n", "3:9", "invalid type: integer"),
    ("a table without a name", b"version = 1\n[[field]]\ntable = \"\"\npath = \"a\"\n", "3:9", "without a name"),
    ("a path that is a list", field!("path = [\"a\", \"b\"]\n").as_bytes(), "4:8", "invalid type: sequence"),
    ("optional in quotes", field!("path = \"a\"\noptional = \"true\"\n").as_bytes(), "5:12", "invalid type: string"),
    ("an unknown match", field!("path = \"a\"\nmatch = \"key\"\n").as_bytes(), "5:9", "unknown variant `key`"),
    ("a match in capitals", field!("path = \"a\"\nmatch = \"Keys\"\n").as_bytes(), "5:9", "unknown variant `Keys`"),
    ("a match that is a truth", field!("path = \"a\"\nmatch = true\n").as_bytes(), "5:9", ""),
    ("a condition that is a string", field!("path = \"a\"\nwhen = \"b\"\n").as_bytes(), "5:8", "invalid type: string"),
    ("a condition that equals a number", field!("path = \"a\"\nwhen = { path = \"b\", equals = 1 }\n").as_bytes(), "5:31", "invalid type: integer"),
    ("a single exemption", field!("path = \"a\"\nexempt = \"system\"\n").as_bytes(), "5:10", "invalid type: string"),
    ("an exemption that is a number", field!("path = \"a\"\nexempt = [\"system\", 0]\n").as_bytes(), "5:21", "invalid type: integer"),
    ("forms that are a string", b"version = 1\nids = \"uuid\"\n", "2:7", "invalid type: string"),
    ("a form that is a truth", beside_a!("[ids]\nsource = true\n").as_bytes(), "6:10", "invalid type: boolean"),
    // Paths.
    ("an empty path", field!("path = \"\"\n").as_bytes(), "4:9", "a name is missing"),
    ("a path that ends in a point", field!("path = \"a.\"\n").as_bytes(), "4:11", "a name is missing"),
    ("a path that begins with one", field!("path = \".a\"\n").as_bytes(), "4:9", "a name is missing"),
    ("descendants", field!("path = \"a..b\"\n").as_bytes(), "4:10", "a kind of selector"),
    ("descendants of the record", field!("path = \"$..b\"\n").as_bytes(), "4:10", "a kind of selector"),
    ("an index", field!("path = \"a[0]\"\n").as_bytes(), "4:11", "an index"),
    ("an index from the end", field!("path = \"a[-1]\"\n").as_bytes(), "4:11", "an index"),
    ("a slice", field!("path = \"a[1:2]\"\n").as_bytes(), "4:11", "an index"),
    ("a slice of all", field!("path = \"a[:]\"\n").as_bytes(), "4:11", "an index"),
    ("a filter", field!("path = \"a[?@.b]\"\n").as_bytes(), "4:11", "a kind of selector"),
    ("several names", field!("path = \"a['b','c']\"\n").as_bytes(), "4:14", "a kind of selector"),
    ("a name without quotes", field!("path = \"a[b]\"\n").as_bytes(), "4:11", "a character"),
    ("a hyphen", field!("path = \"é.b-c\"\n").as_bytes(), "4:13", "a character"),
    ("a blank", field!("path = \"a b\"\n").as_bytes(), "4:10", "a character"),
    ("a name that begins with a digit", field!("path = \"a.1\"\n").as_bytes(), "4:11", "a character"),
    ("a bracket that is not closed", field!("path = \"a[\"\n").as_bytes(), "4:11", "not closed"),
    ("a quote that is not closed", field!("path = \"a['b\"\n").as_bytes(), "4:13", "not closed"),
    ("an unknown escape in a name", field!("path = '''a['\\x']'''\n").as_bytes(), "4:8", "an unknown escape"),
    ("a fault in single quotes", field!("path = 'a[\"b\"'\n").as_bytes(), "4:14", "not closed"),
    ("a fault behind an escape", field!("path = \"\\u0061..b\"\n").as_bytes(), "4:8", "a kind of selector"),
    ("the record as a value", field!("path = \"$\"\n").as_bytes(), "4:8", "the record itself"),
    ("a control character in a path", field!("path = \"a\\u001bb\"\n").as_bytes(), "4:8", "a character"),
    // Conditions.
    ("a wildcard in a condition", field!("path = \"a\"\nwhen = { path = \"b[*].c\", equals = \"d\" }\n").as_bytes(), "5:17", "a wildcard"),
    ("every member in a condition", field!("path = \"a\"\nwhen = { path = \"b.*\", equals = \"d\" }\n").as_bytes(), "5:17", "a wildcard"),
    ("a condition on the record", field!("path = \"a\"\nwhen = { path = \"$\", equals = \"d\" }\n").as_bytes(), "5:17", "the record itself"),
    ("a condition's path with an index", field!("path = \"a\"\nwhen = { path = \"b[0]\", equals = \"d\" }\n").as_bytes(), "5:20", "an index"),
    ("a condition's empty path", field!("path = \"a\"\nwhen.path = \"\"\nwhen.equals = \"d\"\n").as_bytes(), "5:14", "a name is missing"),
    // Two rules.
    ("a rule twice", beside_a!("\n[[field]]\ntable = \"t\"\npath = \"a\"\n").as_bytes(), "8:8", "the same path has a rule on line 4"),
    ("a rule twice, with another match", beside_a!("\n[[field]]\ntable = \"t\"\nmatch = \"keys\"\npath = \"a\"\n").as_bytes(), "9:8", "the same path has a rule on line 4"),
    ("a rule twice, with conditions",
        field!("path = \"a\"\nwhen = { path = \"b\", equals = \"c\" }\n[[field]]\ntable = \"t\"\npath = \"a\"\nwhen = { path = \"b\", equals = \"d\" }\n").as_bytes(),
        "8:8", "the same path has a rule on line 4"),
    ("two spellings", beside_a!("[[field]]\ntable = \"t\"\npath = \"$.a\"\n").as_bytes(), "7:8", "same place as a on line 4"),
    ("a spelling in brackets", beside_a!("[[field]]\ntable = \"t\"\npath = \"['\\u0061']\"\n").as_bytes(), "7:8", "same place as a on line 4"),
    ("a wildcard and a name", field!("path = \"a.*\"\n[[field]]\ntable = \"t\"\npath = \"a.b\"\n").as_bytes(), "7:8", "same place as a.* on line 4"),
    ("a name and a wildcard", field!("path = \"a.b\"\n[[field]]\ntable = \"t\"\npath = \"a[*]\"\n").as_bytes(), "7:8", "same place as a.b on line 4"),
    ("wildcards that cross", field!("path = \"a.*.c\"\n[[field]]\ntable = \"t\"\npath = \"a.b.*\"\n").as_bytes(), "7:8", "same place as a.*.c on line 4"),
    ("a wildcard on the record", beside_a!("[[field]]\ntable = \"t\"\npath = \"*\"\n").as_bytes(), "7:8", "same place as a on line 4"),
    ("member names twice", field!("path = \"a.*\"\nmatch = \"keys\"\n[[field]]\ntable = \"t\"\npath = \"a.b\"\nmatch = \"keys\"\n").as_bytes(), "8:8", "same place as a.* on line 4"),
    ("the third with the first",
        beside_a!("[[field]]\ntable = \"u\"\npath = \"a\"\n[[field]]\ntable = \"t\"\npath = \"$['a']\"\n").as_bytes(),
        "10:8", "same place as a on line 4"),
    // Forms.
    ("an open group", beside_a!("[ids]\nsource = \"(\"\n").as_bytes(), "6:10", "unclosed group"),
    ("a bad repetition", beside_a!("[ids]\ntarget = '*'\n").as_bytes(), "6:10", "repetition"),
    ("a form that is empty", beside_a!("[ids]\ntarget = ''\n").as_bytes(), "6:10", "it is empty"),
    ("a form that needs much memory", beside_a!("[ids]\nsource = '(\\w{1000}){1000}'\n").as_bytes(), "6:10", "regular expression"),
    ("a group that looks ahead", beside_a!("[ids]\nsource = '(?=a)'\n").as_bytes(), "6:10", "look-around"),
];

/// A small export whose table is `t`.
fn export() -> Folder {
    Folder::with(&[("ids.csv", MAP), ("export/t.jsonl", "{}\n")])
}

#[test]
fn faults_of_rules_have_a_place_and_advice() {
    let folder = export();
    for (case, rules, place, says) in FAULTY {
        folder.write("rules.toml", rules);
        let before = everything(&folder);
        let ran =
            run(&folder, "rewrite export --map ids.csv --rules rules.toml --out out --changes c");
        assert_eq!(ran.code, Some(2), "{case}: {}", ran.stderr);
        let [first, advice] = ran.stderr.lines().collect::<Vec<_>>()[..] else {
            panic!("{case}: a message and a line of advice, not {}", ran.stderr)
        };
        let start = format!("idswap: rules.toml:{place}: ");
        assert!(first.starts_with(&start), "{case}: {first:?} starts with {start:?}");
        assert!(first.contains(says) && first.len() > start.len(), "{case}: {first:?}: {says:?}");
        assert!(advice.len() > 5, "{case}: {advice:?}");
        assert!(!ran.stderr.contains('\u{1b}'), "{case}: {:?}", ran.stderr);
        assert!(everything(&folder) == before, "{case}");
    }
}

/// Rules files that are odd, and fine.
#[rustfmt::skip]
const FINE: &[(&str, &str)] = &[
    ("a byte order mark", "\u{feff}version = 1\n[[field]]\ntable = \"t\"\npath = \"a\"\n"),
    ("CRLF", "version = 1\r\n[[field]]\r\ntable = \"t\"\r\npath = \"a\"\r\n"),
    ("inline tables", "version = 1\nfield = [{ table = \"t\", path = \"a\" }]\n"),
    ("other tables", "version = 1\n[[field]]\ntable = \"t\"\npath = \"a\"\n[[field]]\ntable = \"u\"\npath = \"a\"\n"),
    ("a value and its member names", "version = 1\n[[field]]\ntable = \"t\"\npath = \"a\"\n[[field]]\ntable = \"t\"\npath = \"$.a\"\nmatch = \"keys\"\n"),
    ("member names and their values", "version = 1\n[[field]]\ntable = \"t\"\npath = \"a\"\nmatch = \"keys\"\n[[field]]\ntable = \"t\"\npath = \"a.*\"\n"),
    ("a place and one within it", "version = 1\n[[field]]\ntable = \"t\"\npath = \"a\"\n[[field]]\ntable = \"t\"\npath = \"a.b\"\n"),
    ("wildcards that part", "version = 1\n[[field]]\ntable = \"t\"\npath = \"a.*.b\"\n[[field]]\ntable = \"t\"\npath = \"*.a.c\"\n"),
    ("a value said to be one", "version = 1\n[[field]]\ntable = \"t\"\npath = \"a\"\nmatch = \"value\"\noptional = false\nexempt = []\n"),
    ("the names of the record", "version = 1\n[[field]]\ntable = \"t\"\npath = \"$\"\nmatch = \"keys\"\n"),
    ("empty forms", "version = 1\nids = {}\n[[field]]\ntable = \"t\"\npath = \"a\"\n"),
    ("forms", "version = 1\n[[field]]\ntable = \"t\"\npath = \"a\"\n[ids]\nsource = '^\\d+$'\ntarget = \"any\"\n"),
];

#[test]
fn odd_rules_are_fine() {
    for (case, rules) in FINE {
        let folder = export();
        folder.write("rules.toml", rules);
        let args = "rewrite export --map ids.csv --rules rules.toml --out out --exit-zero";
        let ran = run(&folder, args);
        assert_eq!(ran.code, Some(0), "{case}: {}", ran.stderr);
        assert_eq!(report(&folder)["rules"]["source"], "rules.toml", "{case}");
    }
}

#[test]
fn rules_that_cannot_be_read_are_no_rules() {
    let folder = export();
    folder.write("folder/file", "");
    for path in ["nowhere.toml", "folder", "ids.csv/rules.toml"] {
        let before = everything(&folder);
        let ran = folder
            .idswap(&["rewrite", "export", "--map", "ids.csv", "--rules", path, "--out", "out"]);
        assert_eq!(ran.code, Some(4), "{path}: {}", ran.stderr);
        assert!(ran.stderr.starts_with(&format!("idswap: {path}: ")), "{}", ran.stderr);
        assert!(everything(&folder) == before, "{path}");
    }
}

/// The rules that ship with the docs are those that a fixture tries.
#[test]
fn the_ten_fields_are_those_of_the_fixture() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path| fs::read_to_string(root.join(path)).expect(path);
    let shipped = "docs/rules/ten-fields.toml";
    assert_eq!(read(shipped), read("fixtures/ten_fields/rules.toml"));
    let plan = idswap::rules::read(&root.join(shipped)).expect("rules");
    let fields = plan.tables().map(|(_, table)| table.fields.len());
    assert_eq!(fields.collect::<Vec<_>>(), [1, 1, 1, 1, 1, 1, 2, 1, 1]);
}

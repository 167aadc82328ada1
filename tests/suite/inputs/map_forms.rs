//! The forms in which an ID map comes.

use crate::support::folder::{Folder, Ran};
use crate::support::standard::*;

/// A map's file, what it holds, and further arguments.
type Form = (&'static str, &'static str, &'static str);

/// The same map in every form: `s1` becomes `t1` and `s2` becomes `t2`.
#[rustfmt::skip]
const FORMS: &[Form] = &[
    ("ids.csv", "source_id,target_id\ns1,t1\ns2,t2\n", ""),
    ("ids.csv", "source_id;target_id\ns1;t1\ns2;t2\n", ""),
    ("ids.tsv", "source_id\ttarget_id\ns1\tt1\ns2\tt2", ""),
    ("ids", "\"source_id\",\"target_id\"\n\"s1\",\"t1\"\n\"s2\",\"t2\"\n", ""),
    ("ids.csv", "source_id;\"target_id\";x\n\"s1\";t1;\"a;b\"\n\"s2\";t2;\"a\nb\"\n", ""),
    ("ids.csv", "source_id,target_id\r\ns1,t1\r\ns2,t2\r\n", ""),
    ("ids.csv", "\u{feff}source_id;target_id\r\ns1;t1\r\ns2;t2\r\n", ""),
    ("ids.csv", "target_id;source_id\nt1;s1\nt2;s2\n", ""),
    ("ids.csv", "target_id,x,source_id\nt1,;,s1\nt2,;;;,s2\n", ""),
    ("ids.csv", "user,account\ns1,t1\ns2,t2\n", ""),
    ("ids.csv", "user\taccount\ns1\tt1\ns2\tt2\n", ""),
    ("ids.csv", "[user];[account]\ns1;t1\ns2;t2\n", ""),
    ("ids.csv", "external_id,email,id\ns1,a@x,t1\ns2,b@x,t2\n", ""),
    ("ids.csv", "source_id;target_id;wrong, of old\ns1;t1;t2\ns2;t2;t1\n", ""),
    ("ids.csv", "account,user\nt1,s1\nt2,s2\n", "--from user --to account"),
    ("ids.csv", "source_id,target_id,user,account\nt1,s1,s1,t1\nt2,s2,s2,t2\n", "--from user --to account"),
    ("ids.csv", "account;user;x\nt1;s1;\nt2;s2;\n", "--from user --to account --no-header"),
    ("ids.csv", "s1,t1\ns2,t2\n", "--no-header"),
    ("ids.csv", "\u{feff}\"s1\";\"t1\"\r\n\r\ns2;t2", "--no-header"),
    ("ids.csv", "source_id,target_id\ns1,t1\ns2,t2\n", "--no-header"),
    ("ids.csv", "from,account\ns1,t1\ns2,t2\n", "--no-header"),
    ("ids.json", "{\"s1\":\"t1\",\"s2\":\"t2\"}", ""),
    ("ids.json", "{\"s1\":\"t1\",\"s2\":\"t2\",\"s4\\n\":\"t4\"}", ""),
    ("ids.JSON", "\u{feff}{\r\n  \"s\\u0031\" : \"t1\",\r\n  \"s2\":\"\\u00742\", \"s3\":null, \"s4\":\"\"\r\n}\r\n", ""),
    ("ids.json", "[{\"source_id\":\"s1\",\"target_id\":\"t1\"},{\"source_id\":\"s2\",\"target_id\":\"t2\"}]", ""),
    ("ids.json", "[{\"user\":\"s3\"},{\"user\":\"s1\",\"account\":\"t1\"},\n{\"user\":\"s2\",\"account\":\"t2\"}]", ""),
    ("ids.json", "[{\"user\":\"s1\",\"account\":\"t1\",\"x\":1},{\"x\":[\"\\ud800\"],\"account\":\"t2\",\"user\":\"s2\"}]", "--from user --to account"),
    ("ids.json", "[{\"id\":\"t1\",\"external_id\":\"s1\"},{\"id\":\"t2\",\"external_id\":\"s2\"},{\"external_id\":\"s3\"}]", ""),
    ("ids.json", "[{\"old_id\":\"s1\",\"new_id\":\"wrong\",\"target_id\":\"t1\"},{\"old_id\":\"s2\",\"new_id\":\"t2\",\"target_id\":\"t2\"}]", ""),
    ("ids.jsonl", "{\"source_id\":\"s1\",\"target_id\":\"t1\"}\n{\"source_id\":\"s2\",\"target_id\":\"t2\"}\n", ""),
    ("ids.ndjson", "\u{feff}\r\n{ \"to\" : \"t1\", \"from\" : \"s1\" }\r\n \r\n{\"from\":\"s2\",\"to\":\"no\",\"to\":\"t2\"}", ""),
    ("run.csv", "sourceId,clerkId,status\ns1,,failed\ns2,t9,created\ns1,t1,created\ns2,t2,created\ns3,t3,created\ns3,,failed\n", ""),
    ("run.csv", "status;clerkId;sourceId;error\ncreated;t1;s1;\"a\nb\"\ncreated;t2;s2;\nskipped;t3;s3;\n", ""),
    ("run.json", "[{\"sourceId\":\"s1\",\"clerkId\":\"t8\",\"status\":\"created\"},{\"sourceId\":\"s1\",\"clerkId\":\"t1\",\"status\":\"created\"},\n{\"sourceId\":\"s2\",\"status\":\"created\",\"clerkId\":\"t2\"},{\"sourceId\":\"s3\",\"clerkId\":7,\"status\":\"failed\"}]", ""),
    ("run.jsonl", "{\"sourceId\":\"s2\",\"status\":\"failed\",\"error\":{\"code\":1}}\n{\"sourceId\":\"s1\",\"clerkId\":\"t1\",\"status\":\"created\"}\n{\"sourceId\":\"s2\",\"clerkId\":\"t2\",\"status\":\"created\"}\n", ""),
    ("run.csv", "sourceId,clerkId,status,user\ns1,t1,created,\ns2,t9,created,\ns2,t2,created,\n", "--from sourceId --to clerkId"),
    ("run.csv", "sourceId,clerkId,status,user\nx,t1,created,s1\nx,t2,failed,s2\n", "--from user --to clerkId"),
];

fn rewritten(form: &Form) -> (Folder, Ran) {
    let (file, content, more) = form;
    let folder = standard(&[]);
    folder.write("export/tickets.jsonl", ["s1", "s2", "s3", "t1"].map(ticket).concat());
    folder.write(file, content);
    let ran = run(&folder, &format!("rewrite export --map {file} --out out {more}"));
    (folder, ran)
}

#[test]
fn every_form_gives_the_same_output() {
    let expected = ["t1", "t2", "s3", "t1"].map(ticket).concat();
    let mut fields = None;
    for form in FORMS {
        let (folder, ran) = rewritten(form);
        assert_eq!(ran.code, Some(1), "{form:?}: {}", ran.stderr);
        assert_eq!(folder.text("out/tickets.jsonl"), expected, "{form:?}");
        let report = report(&folder);
        let found = (report["tables"].clone(), report["map"]["duplicates"].clone());
        assert_eq!(fields.get_or_insert(found.clone()), &found, "{form:?}");
        let size = folder.read(form.0).len();
        assert_eq!(report["map"]["files"][0]["bytes"], size, "{form:?}");
    }
}

/// A map and what is said of it.
type Faulty = (Form, &'static [&'static str]);

#[rustfmt::skip]
const FAULTY: &[Faulty] = &[
    // Headers.
    (("ids.csv", "user;account;x\ns1;t1;\n", ""), &["ids.csv:1: ", "among: user, account, x", "--from and --to"]),
    (("ids.csv", "user,account;x\ns1,t1;\n", ""), &["ids.csv:1: ", "among: user, …"]),
    (("ids.csv", "Name,Vorname;id_alt;id_neu;pw\nMeier,Anna;s1;t1;hunter2\n", ""), &["ids.csv:1: cannot identify", "among: …, id_alt, id_neu, pw", "--from and --to"]),
    (("ids.csv", "x;y,clerkId,pw\ns1,t1,h\n", ""), &["ids.csv:1: cannot identify", "among: …, clerkId, pw"]),
    (("ids.csv", "s1;t1,x\n", "--no-header"), &["ids.csv:1: cannot identify"]),
    (("ids.csv", "source_id,target_id,target_id\ns1,t1,t2\n", ""), &["ids.csv:1: column target_id occurs twice"]),
    (("ids.csv", "x,y,y\ns1,t1,t2\n", "--from x --to y"), &["ids.csv:1: column y occurs twice"]),
    (("ids.csv", "sourceId,clerkId,status,status\ns1,t1,created,failed\n", ""), &["ids.csv:1: column status occurs twice"]),
    (("ids.csv", "sep=;\r\nsource_id;target_id\r\ns1;t1\r\n", ""), &["ids.csv:1: a separator is named", "Remove this line"]),
    (("ids.csv", "\u{feff}SEP=,\nsource_id,target_id\ns1,t1\n", "--no-header"), &["ids.csv:1: a separator is named"]),
    (("ids.csv", "CLERK_ID,SUPABASE_ID\nt1,s1\n", ""), &["ids.csv:1: cannot identify", "among: CLERK_ID, SUPABASE_ID"]),
    (("ids.csv", "1,anna,da39a3ee5e6b4b0d3255bfef95601890afd80709,x\n", ""), &["ids.csv:1: ", "among: …, anna, …, x"]),
    (("ids.csv", "a11ce000-0000-4000-8000-000000000001,hash,hunter2,Anna\n", "--no-header"), &["ids.csv:1: ", "columns in a row of 4 cells", "Add a header line"]),
    (("ids.csv", "[\"hunter2\",\"b\"]\n", ""), &["ids.csv:1: JSON where"]),
    (("ids.csv", "clerk_id;users\nt1;s1\n", ""), &["ids.csv:1: ", "among: clerk_id, users"]),
    (("ids.csv", "clerk_id;users\nt1;s1\n", "--no-header"), &["ids.csv:1: ", "in a row of 2 cells"]),
    (("ids.csv", "\n\r\na11ce000-0000-4000-8000-000000000001;t1\n", ""), &["ids.csv:3: ", "--no-header"]),
    (("ids.csv", "s1\tuser_2AliceAliceAliceAliceAlice0\n", ""), &["ids.csv:1: ", "--no-header"]),
    (("ids.csv", "s1,t1,x\n", "--no-header"), &["ids.csv:1: ", "in a row of 3 cells"]),
    (("ids.csv", "s1,hunter2\ns2,t2\n", "--no-header --from user --to account"), &["ids.csv:1: no column user in a row of 2 cells", "ids.csv:1: no column account in"]),
    (("ids.txt", "{\"s1\":\"t1\",\"s2\":\"t2\"}", ""), &["ids.txt:1: JSON where a header should be"]),
    (("ids.txt", "{\"s1\":\"t1\",\"s2\":\"t2\"}", "--no-header"), &["ids.txt:1: JSON"]),
    (("ids", "[\n{\"from\":\"s1\"}]", ""), &["ids:1: JSON"]),
    (("ids.csv", "", "--no-header"), &["ids.csv:1: "]),
    (("ids.csv", "s1,t1\ns2\n", "--no-header"), &["ids.csv:2: 1 cell"]),
    (("ids.csv", "s1,t1\ns1,t2\n", "--no-header"), &["ids.csv:2: source s1", "line 1"]),
    (("ids.csv", "\u{feff}\n\ns1,t1\n\n,t2\n", "--no-header"), &["ids.csv:5: "]),
    (("ids.csv", "source_id;target_id\r\ns1;t1\r\ns2;t,2;3\r\n", ""), &["ids.csv:3: 3 cells where the header has 2"]),
    // Names given.
    (("ids.csv", "user,account\ns1,t1\n", "--from user --to acount"), &["ids.csv:1: no column acount among: user, account"]),
    (("ids.csv", "user;account\ns1;t1\n", "--from usr --to account"), &["ids.csv:1: no column usr among: user, account"]),
    (("ids.csv", "source_id,target_id\ns1,t1\n", "--from usr --to acount"),
        &["ids.csv:1: no column usr among: source_id, target_id", "ids.csv:1: no column acount among:"]),
    (("ids.csv", "user,account\ns1,t1\n", "--from user --to user"), &["--from and --to name the same column"]),
    (("ids.json", "{\"s1\":\"t1\"}", "--from user --to account"), &["ids.json:1: no column user among: none", "ids.json:1: no column account"]),
    (("ids.json", "[{\"source_id\":\"s1\",\"target_id\":\"t1\",\"x\":1}]", "--from user --to account"),
        &["ids.json:1: no column user among: source_id, target_id, x", "ids.json:1: no column account among"]),
    (("ids.jsonl", "\n{\"user\":\"s1\",\"x\":\"t1\"}\n", "--from user --to account"), &["ids.jsonl:2: no column account among: user, x"]),
    // Rows of JSON.
    (("ids.json", "[{\"user\":\"s1\",\"account\":\"t1\"},{\"x\":1}]", ""), &["ids.json:1: ", "among: user, account, x"]),
    (("ids.json", "[{\"user\":\"s1\",\"account\":\"t1\"},\n{\"account\":\"t2\",\"user\":\"s2\"}]", ""), &["ids.json:1: cannot identify", "among: user, account", "--from and --to"]),
    (("ids.json", "[{\"user\":\"s1\"},{\"account\":\"t2\"}]", ""), &["ids.json:1: cannot identify", "among: user, account"]),
    (("ids.json", "[{\"account\":\"t1\"},\n{\"user\":\"s2\",\"account\":\"t2\"}]", ""), &["ids.json:1: a target without a source"]),
    (("ids.json", "[{\"clerk_id\":\"t1\",\"user\":\"s1\"}]", ""), &["ids.json:1: ", "among: clerk_id, user"]),
    (("ids.json", "[\n{\"from\":\"s1\",\"to\":\"t1\"},\n7,\n[{\"from\":\"s1\"}]\n]", ""), &["ids.json:3: a row that is not an object", "ids.json:4: "]),
    (("ids.json", "[\n{\"from\":1,\"to\":\"t1\"},\n{\"from\":\"s2\",\"to\":false},\n{\"from\":\"s3\",\"to\":{}}]", ""),
        &["ids.json:2: an ID that is not a string", "ids.json:3: an ID", "ids.json:4: an ID"]),
    (("ids.json", "[{\"from\":null,\"to\":\"t1\"},\n{\"from\":\"\",\"to\":\"t2\"},\n{\"to\":null},\n{}]", ""),
        &["ids.json:1: a target without", "ids.json:2: a target", "ids.json:3: a row without", "ids.json:4: a row"]),
    (("ids.json", "[{\"from\":\"s1\",\"to\":\"t1\"},\n{\"from\":\"s1\",\"to\":\"t2\"}]", ""), &["ids.json:2: source s1", "line 1"]),
    (("ids.json", "[{\"from\":\"\\ud83d\",\"to\":\"t1\"},\n{\"from\":\"s1\",\"to\":\"\\ude00\"}]", ""),
        &["ids.json:1: an escaped lone surrogate", "ids.json:2: an escaped"]),
    (("ids.json", "[{\"from\":\"s1\",\"to\":\"t1\\n\"}]", ""), &["ids.json:1: blanks around"]),
    (("ids.jsonl", "{\"from\":\"s1\",\"to\":\"t1\"}\n{\"from\":\"s2\" \"to\":1}\n{\"from\":\"s3\"\n[]\n", ""),
        &["ids.jsonl:2:14: expected a comma", "ids.jsonl:3:13: the line ends", "ids.jsonl:4:1: the record does not begin"]),
    (("ids.jsonl", "{\"from\":\"s1\",\"to\":\"t1\"}{\"from\":\"s2\",\"to\":\"t2\"}\n", ""), &["ids.jsonl:1:24: something follows"]),
    (("ids.jsonl", "[{\"from\":\"s1\",\"to\":\"t1\"}]\n", ""), &["ids.jsonl:1:1: the record does not begin with {\nEach line"]),
    (("ids.jsonl", "", ""), &["ids.jsonl:1: the file is empty"]),
    // Whole files of JSON.
    (("ids.json", "{\"s1\":\"t1\",\n\"s1\":\"t2\"}", ""), &["ids.json:2: source s1", "line 1"]),
    (("ids.json", "{\"s1\":\"t1\",\n\"s2\":2,\n\"\":\"t3\",\n\"\\udc00\":\"t4\"}", ""),
        &["ids.json:2: an ID that is not a string", "ids.json:3: a target without", "ids.json:4: an escaped lone"]),
    (("ids.json", "{\"data\":[{\"from\":\"s1\",\"to\":\"t1\"}]}", ""), &["ids.json:1: an object or an array where", "jq"]),
    (("ids.json", "{\"source_id\":\"s1\",\"target_id\":\"t1\"}", ""), &["ids.json:1: a row where"]),
    (("ids.json", "{\"from\":\"s1\",\"to\":\"t1\"}\n{\"from\":\"s2\",\"to\":\"t2\"}\n", ""), &["ids.json:2: another value", "name it .jsonl"]),
    (("ids.json", "{\"from\":\"s1\",\"to\":\"t1\"} x", ""), &["ids.json:1:25: trailing characters"]),
    (("ids.json", "[{\"from\":\"s1\",\n\"to\":\"t1\"},\n]", ""), &["ids.json:3:1: trailing comma"]),
    (("ids.json", "[{\"from\":\"s1\",\n\"to\":\"t1\"", ""), &["ids.json:2:10: EOF"]),
    (("ids.json", "{\"s1\":\"t1\",\n'x':1}", ""), &["ids.json:2:1: "]),
    (("ids.json", "\"s1\"", ""), &["ids.json:1: neither an object nor an array"]),
    (("ids.json", "\n\n", ""), &["ids.json:1: the file is empty"]),
    (("ids.json", "s\0o\0", ""), &["ids.json:1: bytes that are not UTF-8"]),
    (("ids.csv", "s\0o\0,\0", ""), &["ids.csv:1: bytes that are not UTF-8"]),
    (("ids.json", "[{\"id\":\"t1\",\"external_id\":\"s1\"},\n{\"id\":\"t2\",\"external_id\":null}]", ""),
        &["ids.json:2: a target without a source", "jq 'map(select(.external_id))'"]),
    (("ids.jsonl", "{\"from\":\"s1\",\"to\":\"t1\"}\n{\"from\":1}\n{\"from\"\n{\"to\":\"t2\"}\n7\n{\"from\":\"s1\",\"to\":\"t3\"}\n{\"from\":[]}", ""),
        &["ids.jsonl:2: an ID", "ids.jsonl:3:8: ", "ids.jsonl:4: a target", "ids.jsonl:5:1: ", "ids.jsonl:6: source s1", "ids.jsonl:7: an ID"]),
    (("ids.csv", "PK\u{3}\u{4}\0\u{8}source_id,target_id\n", ""), &["ids.csv:1: the file is compressed", "Decompress it first"]),
    (("ids.json", "PK\u{3}\u{4}\0\u{8}", ""), &["ids.json:1: the file is compressed"]),
    (("ids.csv", "source_id,target_id,pw\n\"s1,t1,hunter2\ns2\",t2,hunter2\n", ""), &["ids.csv:2: a line break within a source", "Is a quote not closed?"]),
    // Run files.
    (("run.csv", "sourceId,clerkId,status\n,t1,created\ns1\n,t2,failed\n\"s2\ns3\",t3,failed\n", ""),
        &["run.csv:2: a target", "run.csv:3: 1 cell", "run.csv:4: a row", "run.csv:5: a line break"]),
    (("run.jsonl", "{\"sourceId\":\"\",\"clerkId\":\"t1\",\"status\":\"created\"}\n{\n{\"sourceId\":1}\n{\"clerkId\":\"t2\"}", ""),
        &["run.jsonl:1: a target", "run.jsonl:2:2: ", "run.jsonl:3: an ID", "run.jsonl:4: a row"]),
    (("run.csv", "sourceId,clerkId,status\n,t1,created\n,,failed\ns1,t1\n", ""),
        &["run.csv:2: a target without", "run.csv:3: a row without a source", "run.csv:4: 2 cells"]),
    (("run.csv", "sourceId,clerkId,status\ns1,s2,created\ns2,t9,failed\ns2,t2,created\n", ""), &["run.csv:2: target s2", "line 4"]),
    (("run.csv", "sourceId,clerkId,state\ns1,t9,created\ns1,t1,created\n", ""), &["run.csv:3: source s1"]),
    (("run.jsonl", "{\"sourceId\":1,\"clerkId\":\"t1\",\"status\":\"created\"}\n{\"sourceId\":\"s1\",\"clerkId\":2,\"status\":\"created\"}\n", ""),
        &["run.jsonl:1: an ID that is not a string", "run.jsonl:2: an ID"]),
];

#[test]
fn faults_of_every_form_are_named() {
    for (form, says) in FAULTY {
        let (folder, ran) = rewritten(form);
        assert_eq!(ran.code, Some(2), "{form:?}: {}", ran.stderr);
        assert!(!folder.path("out").exists(), "{form:?}");
        let mut rest = ran.stderr.as_str();
        for part in *says {
            let (_, after) = rest.split_once(part).unwrap_or_else(|| {
                panic!("{form:?}: {part:?} is not, or not in its place, in {}", ran.stderr)
            });
            rest = after;
        }
        let named = ran.stderr.lines().filter(|line| line.contains(&format!("{}:", form.0)));
        let places = says.iter().filter(|part| part.starts_with(form.0)).count();
        assert_eq!(named.count(), places, "{form:?}: {}", ran.stderr);
        assert!(!ran.stderr.lines().last().unwrap_or_default().contains(form.0), "{}", ran.stderr);
    }
}

/// Bytes that are not UTF-8, and what is said of them.
#[rustfmt::skip]
const OTHER_BYTES: &[(&str, &[u8], &[u64])] = &[
    ("ids.csv", b"\xff\xfes\0,\0t\0\n\0", &[1]),
    ("ids.csv", b"from;to\ns1;t\xe9\ns\xe9;t2\n", &[2, 3]),
    ("ids.json", b"\xff\xfe{\0", &[1]),
    ("ids.json", b"{\"s1\":\"t1\",\n\"x\":\"\xe9\"}", &[2]),
    ("ids.jsonl", b"{\"from\":\"s1\",\"to\":\"t1\"}\n{\"from\":\"s\xe9\",\"to\":\"t2\"}\n{\"from\":\"s3\",\"to\":\"t3\xe9\"}", &[2, 3]),
    ("run.csv", b"sourceId,clerkId,status\ns1,t1,created\ns2,t\xe9,failed\n", &[3]),
];

#[test]
fn bytes_that_are_not_utf_8_are_named() {
    for (file, content, lines) in OTHER_BYTES {
        let folder = standard(&[]);
        folder.write(file, content);
        let ran = run(&folder, &format!("rewrite export --map {file} --out out"));
        assert_eq!(ran.code, Some(2), "{file}: {}", ran.stderr);
        let expected: Vec<_> =
            lines.iter().map(|line| format!("{file}:{line}: bytes that are not UTF-8")).collect();
        let said: Vec<_> = ran
            .stderr
            .lines()
            .filter_map(|line| line.find(file).map(|at| line[at..].to_owned()))
            .collect();
        assert_eq!(said, expected, "{}", ran.stderr);
    }
}

/// Cells of other columns may be password hashes, whatever is wrong with
/// those that count.
#[rustfmt::skip]
const SECRETS: &[(&str, &str)] = &[
    ("ids.csv", "from;hash;to\ns1;hunter2;t1\ns1;hunter2;t2\n;hunter2;t3\ns4;hunter2\ns5;hunter2;t5 \n"),
    ("ids.json", "[{\"from\":\"s1\",\"hash\":\"hunter2\",\"to\":1},{\"hash\":\"hunter2\"},\"hunter2\"]"),
    ("ids.json", "[{\"from\":\"s1\",\"hash\":\"hunter2\",\"to\":\"t1\"} \"hunter2\"]"),
    ("ids", "[ {\"from\":\"s1\",\"hash\":\"hunter2\",\"to\":\"t1\"}]"),
    ("ids.json", "[{\"x\":\"s1\",\"hash\":\"hunter2\",\"y\":\"t1\"}]"),
    ("ids.json", "\"hunter2\""),
    ("ids.json", "{\"s1\":{\"hash\":\"hunter2\"},\"s2\":[\"hunter2\"]}"),
    ("ids.json", "{\"s1\":\"t1\"} \"hunter2\""),
    ("ids.jsonl", "{\"from\":\"s1\",\"hash\":\"hunter2\",\"to\":[\"hunter2\"]}\n{\"hash\":\"hunter2\"\n\"hunter2\"\n{\"hash\" \"hunter2\"}\n"),
    ("run.csv", "sourceId,clerkId,status,hash\ns1,t1,created,hunter2\n,,failed,hunter2\ns2,hunter2\n"),
    ("run.jsonl", "{\"sourceId\":[],\"clerkId\":\"t1\",\"status\":\"hunter2\",\"hash\":\"hunter2\"}\n"),
];

#[test]
fn no_form_tells_what_its_other_columns_hold() {
    for (file, content) in SECRETS {
        let (folder, ran) = rewritten(&(file, content, ""));
        assert_eq!(ran.code, Some(2), "{content}: {}", ran.stderr);
        assert!(!ran.stderr.contains("hunter2"), "{content}: {}", ran.stderr);
        assert!(!folder.path("out").exists(), "{content}");
    }
}

/// Names are for the files that have them; others go by their own.
#[test]
fn files_of_other_columns_go_along() {
    let folder = standard(&[]);
    folder.write("export/tickets.jsonl", ["A", "B", "C", "D", "E"].map(ticket).concat());
    folder.write("one.csv", "source_id;account;user\nwrong;X;A\n");
    folder.write("two.json", "{\"B\":\"Y\"}");
    folder.write("three.csv", "C,Z\n");
    folder.write("four.csv", "source_id,target_id,count,table,field,line\nD,W,1,tickets,x,1\n");
    folder.write("five.jsonl", "{\"user\":\"E\",\"account\":\"V\"}\n");
    let maps = ["one.csv", "two.json", "three.csv", "four.csv", "five.jsonl"];
    let maps: String = maps.iter().map(|map| format!("--map {map} ")).collect();
    let args = format!("rewrite export {maps} --from user --to account --no-header --out out");
    let ran = run(&folder, &args);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(folder.text("out/tickets.jsonl"), ["X", "Y", "Z", "W", "V"].map(ticket).concat());
}

/// Where one file has half of the names, others are not blamed for lacking
/// them.
#[test]
fn a_name_that_is_wrong_is_said_once() {
    for (file, half) in
        [("half.csv", "user,acount\nA,X\n"), ("half.json", "[{\"user\":\"A\",\"acount\":\"X\"}]")]
    {
        let folder = standard(&[]);
        folder.write(file, half);
        let args =
            format!("rewrite export --map ids.csv --map {file} --from user --to account --out out");
        let ran = run(&folder, &args);
        assert_eq!(ran.code, Some(2), "{}", ran.stderr);
        let said = format!("idswap: {file}:1: no column account among: user, acount\n");
        assert!(ran.stderr.starts_with(&said), "{}", ran.stderr);
        assert_eq!(ran.stderr.lines().count(), 2, "{}", ran.stderr);
    }
}

/// UUIDs of a run file in any letter case are one source.
#[test]
fn a_run_file_compares_sources_as_the_map_does() {
    let rows = [(A, "t9", "created"), (&A.to_uppercase(), "t1", "created"), (B, "t2", "created")];
    let rows = rows.map(|(id, to, status)| format!("{id},{to},{status}\n")).concat();
    let failed = format!("{},,failed\n", B.to_uppercase());
    let folder = standard(&[]);
    folder.write("export/tickets.jsonl", [A, B].map(ticket).concat());
    folder.write("run.csv", format!("sourceId,clerkId,status\n{rows}{failed}"));
    let ran = run(&folder, "rewrite export --map run.csv --out out");
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert_eq!(folder.text("out/tickets.jsonl"), ["t1", B].map(ticket).concat());
    let map = report(&folder)["map"].clone();
    let counts = ["entries", "undecided", "duplicates"].map(|name| map[name].as_u64());
    assert_eq!(counts, [Some(1), Some(1), Some(0)]);
}

/// The next command reads the map as this one did.
#[test]
fn the_next_command_carries_how_the_map_is_read() {
    let folder = standard(&[]);
    folder.write("ids.csv", format!("the user,account\n{A},X\n"));
    let ran = folder.idswap(&[
        "rewrite",
        "export",
        "--map",
        "ids.csv",
        "--from",
        "the user",
        "--to",
        "account",
        "--no-header",
        "--dry-run",
    ]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let next = "next: idswap rewrite export --map ids.csv --from 'the user' --to account --no-header --out out";
    assert!(ran.stderr.contains(next), "{}", ran.stderr);
}

#[test]
fn one_name_alone_is_refused() {
    for more in ["--from user", "--to account"] {
        let folder = standard(&[]);
        let ran = run(&folder, &format!("rewrite export --map ids.csv --out out {more}"));
        assert_eq!(ran.code, Some(2), "{}", ran.stderr);
        assert!(ran.stderr.contains("--from") && ran.stderr.contains("--to"), "{}", ran.stderr);
    }
}

//! Lists of users in every format, and all that is wrong with faulty ones.

use super::*;

/// A list, and its rows of `id` and `email` with their lines.
type Case = (&'static str, &'static [u8], &'static [(&'static str, &'static str, u64)]);

#[rustfmt::skip]
const LISTS: &[Case] = &[
    ("a.csv", b"id,email\n1,a@x\n,\n", &[("1", "a@x", 2), ("", "", 3)]),
    ("a.csv", b"\xef\xbb\xbfemail;x;id\r\n\"a@\nx\";;1\r\n b ;y;2\r\n", &[("1", "a@\nx", 2), ("2", " b ", 4)]),
    ("a.txt", b"id\temail\n1\ta,b;c\n", &[("1", "a,b;c", 2)]),
    ("a.csv", b"uid,id,Email,mail\n9,1,a@x,b@x\n", &[("1", "b@x", 2)]),
    ("a.json", br#"[{"id":1,"email":"a@x"},{"id":-1.50e3,"email":null},{"id":2,"email":3}]"#,
        &[("1", "a@x", 1), ("-1.50e3", "", 1), ("2", "3", 1)]),
    ("a.json", b"\xef\xbb\xbf [\r\n{\"id\":\"1\",\r\n\"email\":\"a\"},\r\n{\"\\u0069d\":\"\\u0032\"}\r\n]\r\n",
        &[("1", "a", 2), ("2", "", 4)]),
    ("a.JSON", b"[]", &[]),
    ("a.jsonl", b"\n{\"id\":\"1\",\"x\":{\"id\":\"2\"},\"email\":\"a\"}\r\n \r\n{\"email\":\"b\",\"id\":3}", &[("1", "a", 2), ("3", "b", 4)]),
    ("a.NdJson", b"{\"id\":\"1\",\"mail\":\"b\",\"id\":\"2\"}\n", &[("2", "b", 1)]),
];

const COLUMNS: [&[&str]; 2] = [&["id"], &["email", "mail"]];

fn read(name: &str, content: &[u8], columns: [&[&str]; 2]) -> Result<List> {
    let folder = tempfile::tempdir().unwrap();
    let [path, other] = [name, "other.csv"].map(|name| folder.path().join(name));
    std::fs::write(&path, content).unwrap();
    std::fs::write(&other, "id,email\n").unwrap();
    let lists = [&path, &other].map(|path| ListRequest { path, columns });
    read_lists(lists).map(|[list, _]| list)
}

#[test]
fn lists_of_every_form_are_read() {
    for (name, content, expected) in LISTS {
        let list = read(name, content, COLUMNS).unwrap();
        let found: Vec<_> =
            list.rows.iter().map(|row| (&*row.cells[0], &*row.cells[1], row.line)).collect();
        assert_eq!(found, *expected, "{}", content.escape_ascii());
    }
}

/// A list and the messages of its faults, without its path.
type Faulty = (&'static str, &'static [u8], &'static [&'static str]);

#[rustfmt::skip]
const FAULTY: &[Faulty] = &[
    ("a.csv", b"", &["1: the file is empty, not even a header"]),
    ("a.csv", b"name,user\nx,y\n", &["1: no column id among: name, user", "1: no column email or mail among: name, user"]),
    ("a.csv", b"id;name\nx;y\n", &["1: no column email or mail among: id, name"]),
    ("a.csv", b"id,email\n1\n\xff,2\n1,2,3\n",
        &["2: 1 cell where the header has 2", "3: bytes that are not UTF-8", "4: 3 cells where the header has 2"]),
    ("a.csv", b"id,email,email\n1,a@x,b@x\n", &["1: column email occurs twice"]),
    ("a.csv", b"a11ce000-0000-4000-8000-000000000001,a@x,hunter2\n", &["1: the first row holds IDs where a header should be"]),
    ("a.json", b"{\"data\":[]}", &["1: one object where a list should be"]),
    ("a.json", b"[{\"id\":\"1\"}]", &["1: no column email or mail among: id"]),
    ("a.json", b"[{\"id\":[],\"email\":\"\"},\n{\"id\":1,\"email\":\"\\ud800\"},\n7]",
        &["1: an ID that is neither a string nor a number", "2: an escaped lone surrogate in an ID", "3: a row that is not an object"]),
    ("a.json", b"[{\"id\":true,\"email\":\"\"},\n{\"id\":1,\"email\":[\"a@x\"]},\n{\"id\":1,\"email\":false}]",
        &["1: an ID that is neither a string nor a number", "2: an address that is neither a string nor a number", "3: an address that"]),
    ("a.json", b"\x28\xb5\x2f\xfd\x04", &["1: the file is compressed"]),
    ("a.csv", b"\x1f\x8b\x08\0", &["1: the file is compressed"]),
    ("a.jsonl", b"{\"id\":1,\"mail\":2}\n{\"id\":true}\n{\"id\"\n\xff\n{\"id\":[]}\n",
        &["2: an ID", "3:6: the line ends", "4: bytes that are not UTF-8", "5: an ID"]),
    ("a.jsonl", b"{\"id\":1,\"mail\":2}\n{\"id\"\n[]\n",
        &["2:6: the line ends before its record does", "3:1: the record does not begin with {"]),
    ("a.jsonl", b"7\n", &["1:1: the record does not begin with {"]),
    ("a.jsonl", b" \n", &["1: the file is empty"]),
];

#[test]
fn faults_of_lists_are_all_collected() {
    for (name, content, expected) in FAULTY {
        let error = read(name, content, COLUMNS).unwrap_err();
        let Some(MapFaults(faults)) = error.fault() else { panic!("{error:?}") };
        let said: Vec<_> = faults.iter().map(ToString::to_string).collect();
        let said: Vec<_> = said.iter().filter_map(|text| Some(text.split_once(name)?.1)).collect();
        assert_eq!(said.len(), expected.len(), "{said:?}");
        for (said, expected) in said.iter().zip(*expected) {
            assert!(said.starts_with(&format!(":{expected}")), "{said} is not {expected}");
        }
    }
}

#[test]
fn one_column_can_serve_as_both() {
    for (name, content) in [("a.csv", "id,x\n1,2\n"), ("a.json", "[{\"id\":\"1\"}]")] {
        let list = read(name, content.as_bytes(), [&["id"], &["id"]]).unwrap();
        assert_eq!(list.rows[0].cells, ["1", "1"].map(str::to_owned), "{name}");
    }
}

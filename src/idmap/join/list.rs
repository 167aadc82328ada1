//! Lists of users: two columns of a CSV, a JSON array or a JSONL file.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::idmap::fault::{Form, MapFault, MapFaults, RowPlace};
use crate::idmap::read::{
    BadCell, Cell, Content, Document, Finder, Head, Measured, Replay, Row, RowByRow, Wanted, json,
    packed,
};
use crate::json::Walker;
use crate::storage::{Digest, Hasher, Steady, read_whole};

/// A row of a list of users: the two cells that were asked for, as they stand
/// (empty where null or absent).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListRow {
    /// The ID and the address. Numbers are as they are written.
    pub cells: [String; 2],
    /// The line on which the row begins, from 1.
    pub line: u64,
}

/// A list of users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// Its file, as it was opened.
    pub path: PathBuf,
    /// Its rows, in their order.
    pub rows: Vec<ListRow>,
}

impl List {
    /// Where a row of it begins.
    pub fn place(&self, row: &ListRow) -> RowPlace {
        RowPlace { file: self.path.clone(), line: row.line }
    }
}

/// A list to be read.
#[derive(Debug, Clone, Copy)]
pub struct AskedList<'a> {
    /// Its file: CSV, a JSON array or JSONL, told apart by its ending.
    pub path: &'a Path,
    /// The names that the column of IDs and that of addresses may have, the
    /// best first.
    pub columns: [&'a [&'a str]; 2],
}

/// Reads two columns of each of two lists.
///
/// # Errors
/// A list cannot be read, or all that is wrong with both at once: columns
/// that they lack, rows that are none.
pub fn read_lists(asked: [AskedList<'_>; 2]) -> Result<[List; 2]> {
    let [first, second] = asked.map(Incoming::read);
    let (first, second) = (first?, second?);
    let faults = [first.faults, second.faults].concat();
    match faults.is_empty() {
        true => Ok([first.list, second.list]),
        false => Err(Error::new(MapFaults(faults))),
    }
}

/// What fails where a list cannot be read.
const CANNOT_READ: &str = "cannot read the list";

/// A list as it comes in.
struct Incoming<'l> {
    path: &'l Path,
    list: List,
    faults: Vec<MapFault>,
}

impl<'l> Incoming<'l> {
    fn read(AskedList { path, columns }: AskedList<'l>) -> Result<Self> {
        let list = List { path: path.to_owned(), rows: Vec::new() };
        let (mut list, wanted) =
            (Self { path, list, faults: Vec::new() }, Wanted::of_list(columns));
        match Form::of(path) {
            Some(form) => list.read_json(form, &wanted)?,
            None => list.read_csv(&wanted)?,
        }
        Ok(list)
    }

    fn read_csv(&mut self, wanted: &Wanted<'_>) -> Result<()> {
        let path = self.path;
        let cannot_read = |error| Error::io(CANNOT_READ, path, error);
        let file = File::open(path).map_err(cannot_read)?;
        let steady = Steady::of(&file, path, CANNOT_READ)?;
        let mut replay = Replay::new(&file);
        let header = match Head::read(&mut replay, wanted, path).map_err(cannot_read)? {
            Ok(head) => head.header,
            Err(faults) => {
                self.faults.extend(faults);
                return Ok(());
            }
        };
        let (unread, kept) = replay.into_parts();
        let unread = Cursor::new(kept).chain(unread);
        let mut measured = Measured::new(unread, 0, Hasher::new(Digest::None));
        let rows = RowByRow { path, action: CANNOT_READ, header, is_headed: true, before: 0 };
        rows.read(&mut measured, |row, line| {
            match row.map(|row| header.cells(row)) {
                Ok(Some((id, address))) => self.add([id, address], line),
                Ok(None) => {}
                Err(fault) => self.faults.push(fault),
            }
            Ok(())
        })?;
        steady.check(&file)
    }

    fn add(&mut self, cells: [&str; 2], line: u64) {
        self.list.rows.push(ListRow { cells: cells.map(str::to_owned), line });
    }

    fn read_json(&mut self, form: Form, wanted: &Wanted<'_>) -> Result<()> {
        let bytes = read_whole(self.path, CANNOT_READ)?;
        let rows = match (packed(&bytes, self.path), form) {
            (Some(fault), _) => Err(fault),
            (None, Form::Lines) => json::read_lines(&bytes, self.path),
            (None, Form::Document) => self.array(&bytes),
        };
        match rows {
            Ok(rows) => self.take_rows(&rows, &Finder::new(form, self.path, wanted)),
            Err(fault) => self.faults.push(fault),
        }
        Ok(())
    }

    fn array<'t>(&self, bytes: &'t [u8]) -> Result<Vec<Row<'t>>, MapFault>
    where
        'l: 't,
    {
        match Document::new(bytes, self.path)?.read(&mut |_| ())? {
            Content::Rows(rows) => Ok(rows),
            Content::Flat => {
                Err(MapFault::NotAList(RowPlace { file: self.path.to_owned(), line: 1 }))
            }
        }
    }

    fn take_rows(&mut self, rows: &[Row<'_>], finder: &Finder<'_>) {
        let found = finder.look(rows);
        let members = match finder.members(rows, &found) {
            _ if rows.is_empty() => return,
            Ok(members) => members,
            Err(faults) => return self.faults.extend(faults.into_iter().chain(found.faults)),
        };
        let mut walker = Walker::default();
        for row in rows {
            let cells = members.cells(row, &mut walker).map_err(|fault| finder.fault(row, fault));
            let taken = cells.and_then(|[id, address, _]| {
                let id = written(&id, MapFault::OddListId);
                let cells = id.and_then(|id| Ok([id, written(&address, MapFault::OddAddress)?]));
                cells
                    .map(|cells| self.add(cells, row.line))
                    .map_err(|bad| bad(row.place(self.path)))
            });
            self.faults.extend(taken.err());
        }
    }
}

/// A cell as it stands: a string or a number, or nothing.
fn written<'c>(cell: &'c Cell<'_>, otherwise: BadCell) -> Result<&'c str, BadCell> {
    match cell {
        Cell::Bare("true" | "false") | Cell::Container => Err(otherwise),
        _ => cell.as_written(),
    }
}

#[cfg(test)]
mod tests {
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
        let lists = [&path, &other].map(|path| AskedList { path, columns });
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

    /// A list and what is said of it, without its path.
    type Faulty = (&'static str, &'static [u8], &'static [&'static str]);

    #[rustfmt::skip]
    const FAULTY: &[Faulty] = &[
        ("a.csv", b"", &["1: the file is empty, not even a header"]),
        ("a.csv", b"name,user\nx,y\n", &["1: no column id among: name, user", "1: no column email or mail among: name, user"]),
        ("a.csv", b"id;name\nx;y\n", &["1: no column email or mail among: id, name"]),
        ("a.csv", b"id,email\n1\n\xff,2\n1,2,3\n",
            &["2: 1 cell where the header has 2", "3: bytes that are not UTF-8", "4: 3 cells where the header has 2"]),
        ("a.csv", b"id,email,email\n1,a@x,b@x\n", &["1: column email stands there twice"]),
        ("a.csv", b"a11ce000-0000-4000-8000-000000000001,a@x,hunter2\n", &["1: the first row holds IDs where a header should be"]),
        ("a.json", b"{\"data\":[]}", &["1: one object where a list should be"]),
        ("a.json", b"[{\"id\":\"1\"}]", &["1: no column email or mail among: id"]),
        ("a.json", b"[{\"id\":[],\"email\":\"\"},\n{\"id\":1,\"email\":\"\\ud800\"},\n7]",
            &["1: an ID that is neither a string nor a number", "2: an escaped lone surrogate in an ID", "3: a row that is no object"]),
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
            let said: Vec<_> =
                said.iter().filter_map(|text| Some(text.split_once(name)?.1)).collect();
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
}

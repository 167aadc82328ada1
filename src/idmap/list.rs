//! Lists of users: two columns of a CSV, a JSON array or a JSONL file.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;

use super::head::{Head, Replay};
use super::json::{self, Content, Document, Finder, Form, Row};
use super::row_by_row::{Measured, RowByRow};
use super::wanted::Wanted;
use super::whole::read_whole;
use super::{MapFault, RowPlace};
use crate::digest::{Digest, Hasher};
use crate::error::{Error, ErrorKind, Result};
use crate::json::Walker;

/// A row of a list of users: the two cells that were asked for, as they stand
/// (empty where null or absent), and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListRow {
    /// The cells, in the order in which their columns were asked for. Numbers
    /// are as they are written.
    pub cells: [String; 2],
    /// Where the row begins.
    pub place: RowPlace,
}

/// Reads the two columns of a CSV, JSON array or JSONL list, told apart by
/// the file's ending. `columns` gives for each the names that it may have,
/// the best first.
///
/// # Errors
/// The list cannot be read, or all that is wrong with it at once: columns
/// that it lacks, rows that are none.
pub fn read_list(path: &Path, columns: [&[&str]; 2]) -> Result<Vec<ListRow>> {
    let mut list = List { path, rows: Vec::new(), faults: Vec::new() };
    let wanted = Wanted::of_list(columns);
    match Form::of(path) {
        Some(form) => list.read_json(form, &wanted)?,
        None => list.read_csv(&wanted)?,
    }
    match list.faults.is_empty() {
        true => Ok(list.rows),
        false => Err(Error::new(ErrorKind::Map(list.faults))),
    }
}

/// What fails where a list cannot be read.
const CANNOT_READ: &str = "cannot read the list";

/// A list as it comes in.
struct List<'l> {
    path: &'l Path,
    rows: Vec<ListRow>,
    faults: Vec<MapFault>,
}

impl<'l> List<'l> {
    fn read_csv(&mut self, wanted: &Wanted<'_>) -> Result<()> {
        let path = self.path;
        let cannot_read = |error| Error::io(CANNOT_READ, path, error);
        let mut replay = Replay::new(File::open(path).map_err(cannot_read)?);
        let header = match Head::read(&mut replay, wanted, path).map_err(cannot_read)? {
            Ok(head) => head.header,
            Err(faults) => {
                self.faults.extend(faults);
                return Ok(());
            }
        };
        let (file, kept) = replay.into_parts();
        let file = Cursor::new(kept).chain(file);
        let mut file = Measured::new(file, 0, Hasher::new(Digest::None));
        let rows = RowByRow { path, action: CANNOT_READ, header, is_headed: true, before: 0 };
        rows.read(&mut file, |row, line| {
            match row.map(|row| header.cells(row)) {
                Ok(Some((first, second))) => self.add([first, second], line),
                Ok(None) => {}
                Err(fault) => self.faults.push(fault),
            }
            Ok(())
        })
    }

    fn add(&mut self, cells: [&str; 2], line: u64) {
        let place = RowPlace { file: self.path.to_owned(), line };
        self.rows.push(ListRow { cells: cells.map(str::to_owned), place });
    }

    fn read_json(&mut self, form: Form, wanted: &Wanted<'_>) -> Result<()> {
        let bytes = read_whole(self.path, CANNOT_READ)?;
        let rows = match form {
            Form::Lines => {
                let (rows, faults) = json::read_lines(&bytes, self.path);
                self.faults.extend(faults);
                rows
            }
            Form::Document => self.array(&bytes),
        };
        self.take_rows(&rows, &Finder::new(form, self.path, wanted));
        Ok(())
    }

    fn array<'t>(&mut self, bytes: &'t [u8]) -> Vec<Row<'t>>
    where
        'l: 't,
    {
        let document = Document::new(bytes, self.path);
        let fault = match document.and_then(|document| document.read(&mut |_| ())) {
            Ok(Content::Rows(rows)) => return rows,
            Ok(Content::Flat) => {
                MapFault::NotAList(RowPlace { file: self.path.to_owned(), line: 1 })
            }
            Err(fault) => fault,
        };
        self.faults.push(fault);
        Vec::new()
    }

    fn take_rows(&mut self, rows: &[Row<'_>], finder: &Finder<'_>) {
        let found = finder.look(rows);
        let members = finder.members(rows, &found);
        self.faults.extend(found.faults);
        let members = match members {
            _ if rows.is_empty() => return,
            Ok(members) => members,
            Err(faults) => return self.faults.extend(faults),
        };
        let mut walker = Walker::default();
        for row in rows {
            let Some([first, second, _]) = members.cells(row, &mut walker) else { continue };
            match [first.as_written(), second.as_written()] {
                [Ok(first), Ok(second)] => self.add([first, second], row.line),
                [Err(fault), _] | [_, Err(fault)] => self.faults.push(fault(row.place(self.path))),
            }
        }
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
        ("a.json", br#"[{"id":1,"email":"a@x"},{"id":-1.50e3,"email":null},{"id":true}]"#,
            &[("1", "a@x", 1), ("-1.50e3", "", 1), ("true", "", 1)]),
        ("a.json", b"\xef\xbb\xbf [\r\n{\"id\":\"1\",\r\n\"email\":\"a\"},\r\n{\"\\u0069d\":\"\\u0032\"}\r\n]\r\n",
            &[("1", "a", 2), ("2", "", 4)]),
        ("a.JSON", b"[]", &[]),
        ("a.jsonl", b"\n{\"id\":\"1\",\"x\":{\"id\":\"2\"},\"email\":\"a\"}\r\n \r\n{\"email\":\"b\",\"id\":3}", &[("1", "a", 2), ("3", "b", 4)]),
        ("a.NdJson", b"{\"id\":\"1\",\"mail\":\"b\",\"id\":\"2\"}\n", &[("2", "b", 1)]),
    ];

    const COLUMNS: [&[&str]; 2] = [&["id"], &["email", "mail"]];

    fn read(name: &str, content: &[u8]) -> Result<Vec<ListRow>> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        read_list(&path, COLUMNS)
    }

    #[test]
    fn lists_of_every_form_are_read() {
        for (name, content, expected) in LISTS {
            let rows = read(name, content).unwrap();
            let found: Vec<_> =
                rows.iter().map(|row| (&*row.cells[0], &*row.cells[1], row.place.line)).collect();
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
            &["3: a row that is no object", "1: an ID that is no string", "2: an escaped lone surrogate in an ID"]),
        ("a.jsonl", b"{\"id\":1,\"mail\":2}\n{\"id\"\n[]\n",
            &["2:6: the line ends before its record does", "3:1: the record does not begin with {"]),
        ("a.jsonl", b"7\n", &["1:1: the record does not begin with {"]),
        ("a.jsonl", b" \n", &["1: the file is empty"]),
    ];

    #[test]
    fn faults_of_lists_are_all_collected() {
        for (name, content, expected) in FAULTY {
            let error = read(name, content).unwrap_err();
            let ErrorKind::Map(faults) = error.kind() else { panic!("{error:?}") };
            let said: Vec<_> = faults.iter().map(ToString::to_string).collect();
            let said: Vec<_> =
                said.iter().filter_map(|text| Some(text.split_once(name)?.1)).collect();
            let expected: Vec<_> = expected.iter().map(|text| format!(":{text}")).collect();
            assert_eq!(said, expected, "{}", content.escape_ascii());
        }
    }

    #[test]
    fn one_column_can_serve_as_both() {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in [("a.csv", "id,x\n1,2\n"), ("a.json", "[{\"id\":\"1\"}]")] {
            let path = folder.path().join(name);
            std::fs::write(&path, content).unwrap();
            let rows = read_list(&path, [&["id"], &["id"]]).unwrap();
            assert_eq!(rows[0].cells, ["1", "1"].map(str::to_owned), "{name}");
        }
    }
}

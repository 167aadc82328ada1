//! Reads lists of users: two columns of a CSV, a JSON array or a JSONL file.

use super::list::{List, ListRequest, ListRow};
use crate::error::{Error, Result};
use crate::idmap::fault::{MapFault, MapFaults};
use crate::idmap::file::{FileFormat, RowPlace};
use crate::idmap::read::ColumnChoice;
use crate::idmap::read::csv::{CsvFile, Progress};
use crate::idmap::read::json::{
    Cell, CellFault, ColumnFinder, JsonContent, JsonFile, Row, RowMembers,
};
use crate::json::Walker;
use crate::storage::Digest;

/// Reads two columns of each of two lists.
///
/// # Errors
/// Returns an error if a list cannot be read, or all faults of both: columns
/// that they lack, and rows that cannot be understood.
pub(crate) fn read_lists(asked: [ListRequest<'_>; 2]) -> Result<[List; 2]> {
    let [first, second] = asked.map(ListReader::read);
    let (first, second) = (first?, second?);
    let faults = [first.faults, second.faults].concat();
    match faults.is_empty() {
        true => Ok([first.list, second.list]),
        false => Err(Error::new(MapFaults(faults))),
    }
}

/// The action that fails if a list cannot be read.
const CANNOT_READ: &str = "cannot read the list";

/// A list that is being read.
struct ListReader {
    list: List,
    faults: Vec<MapFault>,
}

impl ListReader {
    fn read(ListRequest { path, columns }: ListRequest<'_>) -> Result<Self> {
        let list = List { path: path.to_owned(), rows: Vec::new() };
        let mut reader = Self { list, faults: Vec::new() };
        let choice = ColumnChoice::of_list(columns);
        match FileFormat::of(path) {
            FileFormat::Csv => match CsvFile::open(path, CANNOT_READ, &choice)? {
                Ok(csv) => reader.add_csv(&csv)?,
                Err(faults) => reader.faults = faults,
            },
            FileFormat::Json(format) => {
                let file = JsonFile::read(path, format, CANNOT_READ)?;
                reader.add_json(&file, &ColumnFinder::new(format, path, choice));
            }
        }
        Ok(reader)
    }

    fn add(&mut self, cells: [&str; 2], line: u64) {
        self.list.rows.push(ListRow { cells: cells.map(str::to_owned), line });
    }

    fn add_csv(&mut self, csv: &CsvFile<'_>) -> Result<()> {
        csv.for_each_row(csv.whole(), Progress::start(Digest::None), |row, line| {
            match row.map(|row| csv.dialect.layout.cells(row)) {
                Ok(Some((id, address))) => self.add([id, address], line),
                Ok(None) => {}
                Err(fault) => self.faults.push(fault),
            }
            Ok(())
        })?;
        csv.check()
    }

    fn add_json(&mut self, file: &JsonFile<'_>, finder: &ColumnFinder<'_>) {
        match file.content(finder, &mut |_| ()) {
            Ok(JsonContent::Rows(rows, _)) if rows.is_empty() => {}
            Ok(JsonContent::Rows(rows, found)) => {
                let found = found.unwrap_or_else(|| finder.find_names(&rows));
                match finder.members(&rows, &found) {
                    Ok(members) => self.add_rows(&rows, finder, &members),
                    Err(faults) => self.faults.extend(faults.into_iter().chain(found.faults)),
                }
            }
            Ok(JsonContent::Flat) => {
                self.faults.push(MapFault::NotAList(RowPlace::new(file.path, 1)));
            }
            Err(fault) => self.faults.push(fault),
        }
    }

    fn add_rows(&mut self, rows: &[Row<'_>], finder: &ColumnFinder<'_>, members: &RowMembers) {
        let mut walker = Walker::default();
        for row in rows {
            let [id, address, _] = match members.cells(row, &mut walker) {
                Ok(cells) => cells,
                Err(fault) => {
                    self.faults.push(finder.row_fault(row, fault));
                    continue;
                }
            };
            let cells = written(&id, MapFault::WrongIdType)
                .and_then(|id| Ok([id, written(&address, MapFault::WrongAddressType)?]));
            match cells {
                Ok(cells) => self.add(cells, row.line),
                Err(fault) => self.faults.push(fault(row.place(finder.path))),
            }
        }
    }
}

/// Returns a string, or a number as it is written; empty if there is none.
fn written<'c>(cell: &'c Cell<'_>, otherwise: CellFault) -> Result<&'c str, CellFault> {
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

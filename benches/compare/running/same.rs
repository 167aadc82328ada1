//! Whether two outputs hold the same tables.

use std::fmt;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use serde_json::{Number, Value};

/// What was found, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    Bytes,
    /// The same values in the same order, spelled in another way.
    Records,
    /// The same values in another order.
    Reordered,
    /// The same values, but for members that are null on one side and absent
    /// on the other.
    Nulls,
    Other,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bytes => "yes",
            Self::Records => "same records",
            Self::Reordered => "same records, reordered",
            Self::Nulls => "null for absent",
            Self::Other => "no",
        })
    }
}

/// Compares all files of two folders.
pub fn compare(expected: &Path, found: &Path) -> io::Result<Verdict> {
    if fs::read_dir(expected)?.count() != fs::read_dir(found)?.count() {
        return Ok(Verdict::Other);
    }
    let mut worst = Verdict::Bytes;
    for file in fs::read_dir(expected)? {
        let name = file?.file_name();
        worst = worst.max(compare_tables(&expected.join(&name), &found.join(&name))?);
    }
    Ok(worst)
}

/// Whether the files of a folder, joined in the order of their names, are a
/// table, byte for byte.
pub fn joined(parts: &Path, table: &Path) -> io::Result<bool> {
    let mut files: Vec<_> =
        fs::read_dir(parts)?.map(|part| part.map(|part| part.path())).collect::<io::Result<_>>()?;
    files.sort();
    let nothing: Box<dyn BufRead> = Box::new(io::empty());
    let joined = files.iter().try_fold(nothing, |before, part| {
        let joined: io::Result<Box<dyn BufRead>> = Ok(Box::new(before.chain(open(part)?)));
        joined
    });
    same_bytes(open(table)?, joined?)
}

fn compare_tables(expected: &Path, found: &Path) -> io::Result<Verdict> {
    if !found.exists() {
        return Ok(Verdict::Other);
    }
    if same_bytes(open(expected)?, open(found)?)? {
        return Ok(Verdict::Bytes);
    }
    let (expected, found) = (Sums::of(open(expected)?)?, Sums::of(open(found)?)?);
    Ok(match () {
        () if expected.ordered.finish() == found.ordered.finish() => Verdict::Records,
        () if expected.unordered == found.unordered => Verdict::Reordered,
        () if expected.without_nulls == found.without_nulls => Verdict::Nulls,
        () => Verdict::Other,
    })
}

fn open(path: &Path) -> io::Result<BufReader<File>> {
    Ok(BufReader::with_capacity(1 << 16, File::open(path)?))
}

fn same_bytes(mut one: impl BufRead, mut other: impl BufRead) -> io::Result<bool> {
    loop {
        let (left, right) = (one.fill_buf()?, other.fill_buf()?);
        let length = left.len().min(right.len());
        if left[..length] != right[..length] {
            return Ok(false);
        }
        if length == 0 {
            return Ok(left.len() == right.len());
        }
        one.consume(length);
        other.consume(length);
    }
}

/// Sums over the values of all records: memory does not grow with the table.
#[derive(Default)]
struct Sums {
    ordered: DefaultHasher,
    unordered: u64,
    without_nulls: u64,
}

impl Sums {
    fn of(table: impl BufRead) -> io::Result<Self> {
        let mut sums = Self::default();
        for record in table.lines() {
            let mut value = serde_json::from_str(&record?)?;
            as_floats(&mut value);
            let hash = hash(&value);
            hash.hash(&mut sums.ordered);
            sums.unordered = sums.unordered.wrapping_add(hash);
            if let Value::Object(members) = &mut value {
                members.retain(|_, value| !value.is_null());
            }
            sums.without_nulls = sums.without_nulls.wrapping_add(self::hash(&value));
        }
        Ok(sums)
    }
}

fn hash(value: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Most tools know no other numbers, and write `1.0` as `1`.
fn as_floats(value: &mut Value) {
    match value {
        Value::Number(number) => {
            *value = number.as_f64().and_then(Number::from_f64).map_or(Value::Null, Value::Number);
        }
        Value::Array(items) => items.iter_mut().for_each(as_floats),
        Value::Object(members) => members.values_mut().for_each(as_floats),
        _ => {}
    }
}

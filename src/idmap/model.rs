//! The builder and the lookups held against a slow model of plain hash maps,
//! which follows the rows one by one.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::form::is_clerk;
use super::{Form, Forms, Health, IdMap, MapBuilder, MapFault, RowPlace, Standing};
use crate::error::ErrorKind;

/// A row with its place: source, target, file, line.
#[derive(Debug, Clone)]
struct Given(String, String, PathBuf, u64);

/// A row that decides about its source.
#[derive(Debug, Clone)]
struct Deciding {
    target: String,
    place: RowPlace,
    number: usize,
}

#[derive(Debug, Default)]
struct Model {
    decided: HashMap<String, Deciding>,
    undecided: HashMap<String, u64>,
    faults: Vec<MapFault>,
    duplicates: u64,
}

/// Digit by digit.
pub(super) fn is_uuid(id: &str) -> bool {
    let is_right = |(at, byte): (usize, u8)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    id.len() == 36 && id.bytes().enumerate().all(is_right)
}

/// An ID as it is compared.
fn key(id: &str) -> String {
    if is_uuid(id) { id.to_lowercase() } else { id.to_owned() }
}

impl Model {
    fn of(rows: &[Given]) -> Self {
        let mut model = Self::default();
        rows.iter().enumerate().for_each(|(number, row)| model.add(number, row));
        model
    }

    fn add(&mut self, number: usize, Given(source, target, file, line): &Given) {
        let place = RowPlace { file: file.clone(), line: *line };
        let odd = target.trim() != target || target.contains(char::is_control);
        if odd && source != target {
            self.faults.push(MapFault::OddCell(place));
        } else if source.is_empty() {
            self.faults.push(MapFault::EmptySource(place));
        } else if target.is_empty() {
            let times = self.undecided.entry(key(source)).or_default();
            self.duplicates += u64::from(*times > 0);
            *times += 1;
        } else if let Some(first) = self.decided.get(&key(source)) {
            if key(&first.target) == key(target) {
                self.duplicates += 1;
                return;
            }
            let places = [first.place.clone(), place];
            self.faults.push(MapFault::Contradiction { source: key(source), places });
        } else {
            let row = Deciding { target: target.clone(), place, number };
            self.decided.insert(key(source), row);
        }
    }

    /// Rows in their order, but for those that keep their ID.
    fn changing(&self) -> Vec<(&String, &Deciding)> {
        let mut rows: Vec<_> =
            self.decided.iter().filter(|(source, row)| **source != key(&row.target)).collect();
        rows.sort_by_key(|(_, row)| row.number);
        rows
    }

    fn chains(&self) -> Vec<MapFault> {
        let mut chains = Vec::new();
        for (_, row) in self.changing() {
            let id = key(&row.target);
            if let Some(next) = self.decided.get(&id)
                && key(&next.target) != id
            {
                let places = [row.place.clone(), next.place.clone()];
                chains.push(MapFault::Chain { id, places });
            }
        }
        chains
    }

    fn standing(&self, id: &str) -> (Standing, &str) {
        let row = super::Row(0);
        match self.decided.get(&key(id)) {
            Some(found) if key(&found.target) == key(id) => (Standing::Kept(row), ""),
            Some(found) => (Standing::Source(row), &found.target),
            None if self.decided.values().any(|row| key(&row.target) == key(id)) => {
                (Standing::Target, "")
            }
            None => (Standing::Unknown, ""),
        }
    }

    fn health(&self) -> Health {
        let mut sharing: HashMap<String, u64> = HashMap::new();
        self.decided.values().for_each(|row| *sharing.entry(key(&row.target)).or_default() += 1);
        let changing = self.changing();
        let forms = [is_uuid, is_clerk]
            .map(|form| changing.iter().filter(|(_, row)| form(&row.target)).count());
        let most = forms[0].max(forms[1]);
        let odd = if most * 2 > changing.len() { changing.len() - most } else { 0 };
        let is_open = |id: &&String| !self.decided.contains_key(*id);
        Health {
            entries: self.decided.len() as u64,
            undecided: self.undecided.keys().filter(is_open).count() as u64,
            duplicates: self.duplicates,
            many_to_one: sharing.values().filter(|times| **times > 1).count() as u64,
            odd_targets: odd as u64,
        }
    }

    fn forms(&self) -> Forms {
        let changing = self.changing();
        let shared = |ids: Vec<&String>| match () {
            () if ids.iter().all(|id| is_uuid(id)) => Some(Form::Uuid),
            () if ids.iter().all(|id| is_clerk(id)) => Some(Form::Clerk),
            () => None,
        };
        if changing.is_empty() {
            return Forms::default();
        }
        let source = shared(changing.iter().map(|(source, _)| *source).collect());
        let target = shared(changing.iter().map(|(_, row)| &row.target).collect());
        Forms { source: source.unwrap_or(Form::Any), target }
    }

    /// Whether no target needs escapes in JSON.
    fn is_plain(&self) -> bool {
        self.changing().iter().all(|(_, row)| !row.target.contains(['"', '\\']))
    }
}

/// Few IDs, so that rows meet: of all kinds, in several spellings.
fn id() -> impl Strategy<Value = String> {
    let known = [
        "a11ce000-0000-4000-8000-000000000001",
        "A11CE000-0000-4000-8000-000000000001",
        "a11ce000-0000-4000-8000-00000000000b",
        "A11ce000-0000-4000-8000-00000000000B",
        "user_2AliceAliceAliceAliceAlice0",
        "user_2BobBobBobBobBobBobBobBobB0",
        "anna",
        "ANNA",
        "ber\"ta",
        "",
        " a",
        "ä\u{85}",
        "a11ce000-0000-4000-8000-00000000000é",
    ];
    prop_oneof![4 => select(known.to_vec()).prop_map(str::to_owned), 2 => "[a-d]", 1 => "[0-9a-f]{8}-0000-0000-0000-[0-9A-F]{12}"]
}

fn rows() -> impl Strategy<Value = Vec<Given>> {
    let row = (id(), id(), any::<bool>(), 1..4_u64);
    vec(row, 0..40).prop_map(|rows| {
        let mut line = 1;
        let given = rows.into_iter().map(|(source, target, same, step)| {
            line += step;
            let target = if same && line % 3 == 0 { source.clone() } else { target };
            let file = if line < 40 { "one.csv" } else { "two.csv" };
            Given(source, target, file.into(), line)
        });
        given.collect()
    })
}

fn built(rows: &[Given], chains: bool) -> Result<IdMap, Vec<MapFault>> {
    let mut builder = MapBuilder::default();
    for Given(source, target, file, line) in rows {
        builder.add(source, target, file, *line).expect("small");
    }
    builder.build(chains).map_err(|error| match error.kind() {
        ErrorKind::Map(faults) => faults.iter().cloned().map(folded).collect(),
        other => panic!("{other:?}"),
    })
}

/// A fault with its IDs as they are compared.
fn folded(fault: MapFault) -> MapFault {
    match fault {
        MapFault::Contradiction { source, places } => {
            MapFault::Contradiction { source: key(&source), places }
        }
        MapFault::Chain { id, places } => MapFault::Chain { id: key(&id), places },
        other => other,
    }
}

fn check(rows: &[Given], chains: bool, ids: &[String]) -> Result<(), TestCaseError> {
    let model = Model::of(rows);
    let mut faults = model.faults.clone();
    if !chains {
        faults.extend(model.chains());
    }
    let map = match built(rows, chains) {
        Ok(map) => map,
        Err(found) => {
            prop_assert_eq!(found, faults);
            return Ok(());
        }
    };
    prop_assert!(faults.is_empty(), "not found: {:?}", faults);
    prop_assert_eq!(map.health, model.health());
    prop_assert_eq!(map.forms, model.forms());
    prop_assert_eq!(map.targets_are_plain, model.is_plain());
    let given = rows.iter().flat_map(|row| [&row.0, &row.1]);
    let mut numbers = HashMap::new();
    for id in given.chain(ids) {
        let (expected, target) = model.standing(id);
        let found = map.standing(id);
        prop_assert_eq!(std::mem::discriminant(&found), std::mem::discriminant(&expected));
        prop_assert_eq!(map.probe(id.as_bytes()).is_uuid(), is_uuid(id));
        if let Standing::Source(row) | Standing::Kept(row) = found {
            prop_assert_eq!(map.target(row), target);
            prop_assert!(row.index() < map.rows());
            // A row has one source, and a source one row.
            prop_assert_eq!(numbers.entry(row.index()).or_insert(key(id)), &key(id));
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn agrees_with_a_slow_model(rows in rows(), ids in vec(id(), 0..20)) {
        check(&rows, false, &ids)?;
        check(&rows, true, &ids)?;
        // Most random maps are at fault; those without are as important.
        let mut sound: Vec<Given> = Vec::new();
        for row in rows {
            sound.push(row);
            if !Model::of(&sound).faults.is_empty() {
                sound.pop();
            }
        }
        check(&sound, true, &ids)?;
        while !Model::of(&sound).chains().is_empty() {
            sound.pop();
        }
        check(&sound, false, &ids)?;
    }
}

/// Many rows, so that several threads fill the tables, with every kind of
/// repetition far apart.
#[test]
fn agrees_with_the_model_on_many_rows() {
    let file: &Path = "ids.csv".as_ref();
    let uuid = |n: u64| format!("{:08x}-0000-7000-8000-0000000000AB", n % 60_000);
    let row = |n: u64| match n % 7 {
        0 => (format!("s{}", n % 30_000), format!("t{}", n % 30_000 / 2)),
        1 => (format!("open{}", n % 50_000), String::new()),
        2 => (format!("kept{n}"), format!("kept{n}")),
        3 => (uuid(n), format!("user_{:027}", n % 60_000 / 5)),
        _ => (uuid(n).to_lowercase(), format!("user_{:027}", n % 60_000 / 5)),
    };
    let rows: Vec<_> = (0..100_000)
        .map(|n| {
            let (source, target) = row(n);
            Given(source, target, file.into(), n + 2)
        })
        .collect();
    let ids: Vec<_> = (0..1000).map(|n| format!("user_{n:027}")).collect();
    let model = Model::of(&rows);
    assert!(model.faults.is_empty());
    let map = built(&rows, false).expect("no fault");
    assert_eq!(map.health, model.health());
    let sources = rows.iter().take(2000).map(|row| &row.0);
    for id in sources.chain(&ids) {
        let found = map.standing(id);
        assert!(found != Standing::Unknown || !model.decided.contains_key(&key(id)), "{id}");
        if let Standing::Source(row) = found {
            assert_eq!(map.target(row), model.decided[&key(id)].target);
        }
    }
}

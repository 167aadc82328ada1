//! Checks the builder and the lookups against a slow model of plain hash maps,
//! which follows the rows one by one.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::idmap::build::MapBuilder;
use crate::idmap::fault::{MapFault, MapFaults};
use crate::idmap::file::RowPlace;
use crate::idmap::ids::{Form, Forms, is_clerk};
use crate::idmap::map::{
    Decision, Findings, IdMap, IdRole, MapCounts, OddTarget, Repetition, Row, SharedTarget,
};

/// A row with its place: source, target, file, line.
#[derive(Debug, Clone)]
struct Given(String, String, PathBuf, u64);

/// A row that decides about its source.
#[derive(Debug, Clone)]
struct Deciding {
    source: String,
    target: String,
    place: RowPlace,
    number: usize,
}

#[derive(Debug, Default)]
struct Model {
    decided: HashMap<String, Deciding>,
    undecided: HashMap<String, Deciding>,
    faults: Vec<MapFault>,
    duplicates: Vec<Repetition>,
}

/// Whether an ID is UUID-shaped, byte by byte.
pub(crate) fn is_uuid(id: &str) -> bool {
    let is_right = |(at, byte): (usize, u8)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    id.len() == 36 && id.bytes().enumerate().all(is_right)
}

/// Returns an ID as it is compared.
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
        let row = || {
            let (source, target) = (source.clone(), target.clone());
            Deciding { source, target, place: place.clone(), number }
        };
        let odd = target.trim() != target || target.contains(char::is_control);
        if odd && source != target {
            self.faults.push(MapFault::StrayInTarget(place));
        } else if source.is_empty() && target.is_empty() {
            self.faults.push(MapFault::EmptyRow(place));
        } else if source.is_empty() {
            self.faults.push(MapFault::EmptySource(place));
        } else if target.is_empty() {
            if let Some(first) = self.undecided.get(&key(source)) {
                let first = first.place.clone();
                self.duplicates.push(Repetition { first, place });
            } else {
                self.undecided.insert(key(source), row());
            }
        } else if let Some(first) = self.decided.get(&key(source)) {
            if key(&first.target) == key(target) {
                let first = first.place.clone();
                self.duplicates.push(Repetition { first, place });
                return;
            }
            let places = [first.place.clone(), place];
            self.faults.push(MapFault::Contradiction { source: key(source), places });
        } else {
            self.decided.insert(key(source), row());
        }
    }

    /// Returns the rows that change their ID, in order.
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

    fn role(&self, id: &str) -> (IdRole, &str) {
        let row = Row(0);
        match self.decided.get(&key(id)) {
            Some(found) if key(&found.target) == key(id) => (IdRole::Kept(row), ""),
            Some(found) => (IdRole::Source(row), &found.target),
            None if self.decided.values().any(|row| key(&row.target) == key(id)) => {
                (IdRole::Target, "")
            }
            None => (IdRole::Unknown, ""),
        }
    }

    /// Returns the rows of each target that several rows have, in the order of
    /// the first ones.
    fn shared(&self) -> Vec<Vec<&Deciding>> {
        let mut sharing: HashMap<String, Vec<&Deciding>> = HashMap::new();
        for row in self.decided.values() {
            sharing.entry(key(&row.target)).or_default().push(row);
        }
        let mut shared: Vec<_> = sharing.into_values().filter(|rows| rows.len() > 1).collect();
        shared.iter_mut().for_each(|rows| rows.sort_by_key(|row| row.number));
        shared.sort_by_key(|rows| rows[0].number);
        shared
    }

    /// Returns targets of another form than more than half of them.
    fn odd(&self) -> Vec<&Deciding> {
        let changing = self.changing();
        let rows = || changing.iter().map(|(_, row)| *row);
        let most = [is_uuid, is_clerk]
            .into_iter()
            .find(|form| rows().filter(|row| form(&row.target)).count() * 2 > changing.len());
        most.map_or(Vec::new(), |form| rows().filter(|row| !form(&row.target)).collect())
    }

    /// Returns sources without a target.
    fn open(&self) -> Vec<&Deciding> {
        let is_open = |row: &&Deciding| !self.decided.contains_key(&key(&row.source));
        self.undecided.values().filter(is_open).collect()
    }

    fn health(&self) -> MapCounts {
        MapCounts {
            entries: self.decided.len() as u64,
            undecided: self.open().len() as u64,
            duplicates: self.duplicates.len() as u64,
            many_to_one: self.shared().len() as u64,
            odd_targets: self.odd().len() as u64,
        }
    }

    fn findings(&self) -> Findings {
        let shared = self.shared();
        let (mut room, mut kept) = (Findings::KEPT, Vec::new());
        for rows in shared.iter().take(Findings::KEPT) {
            let places: Vec<_> =
                rows.iter().take(room.max(2)).map(|row| row.place.clone()).collect();
            room -= room.min(places.len());
            kept.push(SharedTarget {
                target: key(&rows[0].target),
                rows: rows.len() as u64,
                places,
            });
        }
        let odd = self.odd().into_iter().take(Findings::KEPT);
        Findings {
            duplicates: self.duplicates.iter().take(Findings::KEPT).cloned().collect(),
            shared: kept,
            sharing: shared.iter().map(|rows| rows.len() as u64).sum(),
            odd: odd
                .map(|row| OddTarget { target: key(&row.target), place: row.place.clone() })
                .collect(),
        }
    }

    /// Returns each source and its target, by its first row of that kind.
    fn decisions(&self) -> Vec<(String, Option<String>)> {
        let mut rows: Vec<_> = self.decided.values().chain(self.open()).collect();
        rows.sort_by_key(|row| row.number);
        let decision = |row: &&Deciding| {
            let kept = key(&row.source) == key(&row.target);
            let target = if kept { &row.source } else { &row.target };
            (row.source.clone(), Some(target).filter(|target| !target.is_empty()).cloned())
        };
        rows.iter().map(decision).collect()
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

/// Few IDs, so that they repeat: of all kinds, in several spellings.
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
    builder.build(chains).map_err(|error| match error.fault() {
        Some(MapFaults(faults)) => faults.iter().cloned().map(folded).collect(),
        other => panic!("{other:?}"),
    })
}

fn decisions(map: &IdMap) -> Vec<(String, Option<String>)> {
    let owned = |decision: Decision<'_>| {
        (decision.source.into_owned(), decision.target.map(|target| target.into_owned()))
    };
    map.decisions().map(owned).collect()
}

/// Returns a fault with its IDs as they are compared.
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
    prop_assert_eq!(&map.findings, &model.findings());
    prop_assert_eq!(decisions(&map), model.decisions());
    prop_assert_eq!(map.forms, model.forms());
    prop_assert_eq!(map.targets_are_plain, model.is_plain());
    let given = rows.iter().flat_map(|row| [&row.0, &row.1]);
    let mut numbers = HashMap::new();
    for id in given.chain(ids) {
        let (expected, target) = model.role(id);
        let found = map.role(id);
        prop_assert_eq!(std::mem::discriminant(&found), std::mem::discriminant(&expected));
        prop_assert_eq!(map.probe(id.as_bytes()).is_uuid(), is_uuid(id));
        if let IdRole::Source(row) | IdRole::Kept(row) = found {
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
        // Most random maps have faults; those without are as important.
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
        2 if n.is_multiple_of(11) => (format!("odd{n}"), "odd".to_owned()),
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
    assert_eq!(map.findings, model.findings());
    assert_eq!(decisions(&map), model.decisions());
    let sources = rows.iter().take(2000).map(|row| &row.0);
    for id in sources.chain(&ids) {
        let found = map.role(id);
        assert!(found != IdRole::Unknown || !model.decided.contains_key(&key(id)), "{id}");
        if let IdRole::Source(row) = found {
            assert_eq!(map.target(row), model.decided[&key(id)].target);
        }
    }
}

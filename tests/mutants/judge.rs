//! What the lines of a block are, said by all who can read them.

use idswap::internal::{Found, Hit, Kind, Level, Names, Scanner, Verdict, Walker, check_utf8};
use serde::de::IgnoredAny;

use crate::records::{NAME_61, NAME_62, NAME_63};

/// Names of one length and of others, one that is empty, and one in UTF-8;
/// such as end in each other or hold what matters to the grammar; and the
/// longest that masks can find, longer ones, and such as need escapes; and
/// more of them, of a few lengths and of many.
pub const WANTED: [&[&str]; 7] = [
    &["requester_id", "assigned_to", "author_id", "_id", "", "é"],
    &["id", "_id", "r_id", "author_id", ":,}{", " ", "a"],
    &[NAME_61, NAME_62, "_id"],
    &[NAME_62, NAME_63, "_id"],
    &["a\"b", "x\\", "_id", "author_id"],
    &["_id", "id", "", "a", "b", "r_id", "d_id", "author_id", "requester_id"],
    &[
        "requester_id",
        "_id",
        "",
        "é",
        "a",
        "author_id",
        "assigned_to",
        ":,}{",
        " ",
        NAME_61,
        NAME_62,
        "workspace_id",
        "description",
        "d",
        "r_id",
        "_creationTime",
        "requester-id",
    ],
];

/// Holds every level against the walker, and the walker against serde_json.
pub struct Judge {
    names: Names,
    scanners: Vec<(Level, Scanner)>,
    walker: Walker,
    found: Found,
    /// Lines so far, and those that were records.
    pub lines: u64,
    pub valid: u64,
}

impl Judge {
    pub fn new(names: &[&str]) -> Self {
        let scanners = Level::available().into_iter().map(|level| (level, Scanner::at(level)));
        Self {
            names: Names::new(names.iter().copied()),
            scanners: scanners.collect(),
            walker: Walker::default(),
            found: Found::default(),
            lines: 0,
            valid: 0,
        }
    }

    /// Reads the lines of a block from byte `from` on in every way, all of
    /// them and up to the first invalid one.
    pub fn block(&mut self, block: &[u8], from: usize) {
        let lines = self.lines(block, from);
        self.lines += lines.len() as u64;
        self.valid += lines.iter().filter(|line| line.is_record()).count() as u64;
        let good = lines.iter().take_while(|line| line.is_record()).count();
        let first = &lines[..lines.len().min(good + 1)];
        for (level, scanner) in &mut self.scanners {
            scanner.scan(block, from, &self.names, false, &mut self.found);
            compare(block, *level, &lines, &self.found);
            scanner.scan(block, from, &self.names, true, &mut self.found);
            compare(block, *level, first, &self.found);
        }
    }

    fn lines(&mut self, block: &[u8], mut start: usize) -> Vec<Walked> {
        let mut lines = Vec::new();
        while start < block.len() {
            let length = block[start..].iter().position(|byte| *byte == b'\n');
            let end = length.map_or(block.len(), |length| start + length);
            lines.push(self.line(block, start, end));
            start = end + 1;
        }
        lines
    }

    fn line(&mut self, block: &[u8], start: usize, end: usize) -> Walked {
        let line = &block[start..end];
        let walked = check_utf8(line).and_then(|text| self.walker.walk(text, &self.names));
        assert_eq!(walked.is_ok(), is_record(line), "{:?}", line.escape_ascii().to_string());
        let verdict = match walked {
            Ok(()) if self.walker.has_lone_surrogate() => Verdict::LoneSurrogate,
            Ok(()) => Verdict::Record,
            Err(fault) => Verdict::Invalid(fault),
        };
        let moved = |hit: &Hit| Hit { start: start + hit.start, end: start + hit.end, ..*hit };
        let hits = match walked {
            Ok(()) => self.walker.hits().iter().map(moved).collect(),
            Err(_) => Vec::new(),
        };
        check_values(block, &hits);
        Walked { start, end, verdict, hits }
    }
}

/// A line as the walker sees it.
struct Walked {
    start: usize,
    end: usize,
    verdict: Verdict,
    hits: Vec<Hit>,
}

impl Walked {
    fn is_record(&self) -> bool {
        !matches!(self.verdict, Verdict::Invalid(_))
    }
}

fn compare(block: &[u8], level: Level, lines: &[Walked], found: &Found) {
    assert_eq!(found.lines.len(), lines.len(), "{level}: {:?}", block.escape_ascii().to_string());
    let mut hits = 0;
    for (walked, line) in lines.iter().zip(&found.lines) {
        let text = || block[walked.start..walked.end].escape_ascii().to_string();
        assert_eq!((line.end, line.verdict), (walked.end, walked.verdict), "{level}: {}", text());
        assert_eq!(&found.hits[hits..line.hits], walked.hits, "{level}: {}", text());
        hits = line.hits;
    }
    assert_eq!(found.hits.len(), hits, "{level}");
}

/// Whether serde_json takes a line for one object.
fn is_record(line: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(line) else { return false };
    let blank = |c| matches!(c, ' ' | '\t' | '\r' | '\n');
    text.trim_start_matches(blank).starts_with('{')
        && serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// Every hit is one value for serde_json, too, of the same kind.
fn check_values(block: &[u8], hits: &[Hit]) {
    for hit in hits.iter().filter(|hit| hit.kind != Kind::Container) {
        let value = &block[hit.start..hit.end];
        assert!(serde_json::from_slice::<IgnoredAny>(value).is_ok(), "{:?}", value.escape_ascii());
        let kind = match value[0] {
            b'"' => Kind::String { escaped: value.contains(&b'\\') },
            b'n' => Kind::Null,
            _ => Kind::Scalar,
        };
        assert_eq!(hit.kind, kind);
    }
}

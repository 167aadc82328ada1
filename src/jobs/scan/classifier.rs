//! Classifies strings: an ID, text that contains one, or neither.

use std::ops::Range;

use crate::idmap::{Form, IdLengths, IdMap, IdRole, is_uuid};
use crate::rules::{Classes, IdForm};

/// Why a string is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StringClass {
    /// A source ID of the map.
    Source,
    /// A target ID of the map, and no source ID.
    Target,
    /// Not in the map, but of the form of its source IDs.
    SourceForm,
    /// Longer text that contains such an ID.
    Quoted,
}

/// Classifies strings by a map and the form of its source IDs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Classifier<'f> {
    map: &'f IdMap,
    /// The lengths of IDs: most words of a text have another one.
    lengths: &'f IdLengths,
    /// The form of source IDs, unless every string has it.
    form: Option<&'f IdForm>,
}

/// Shorter words within a text are not counted: there are too many.
const SHORTEST: usize = 8;

/// The length of a UUID.
const UUID_LENGTH: usize = 36;
/// The offset of the first hyphen in a UUID.
const UUID_HYPHEN: usize = 8;

impl<'f> Classifier<'f> {
    pub(crate) fn new(map: &'f IdMap, lengths: &'f IdLengths, classes: &'f Classes) -> Self {
        let form = Some(&classes.source);
        let is_any = matches!(classes.source, IdForm::Known(Form::Any));
        Self { map, lengths, form: form.filter(|_| !is_any) }
    }

    /// The class of a decoded string.
    pub(crate) fn classify(&self, text: &str) -> Option<StringClass> {
        self.classify_id(text).or_else(|| self.quotes(text).then_some(StringClass::Quoted))
    }

    /// The class of a string that is an ID as a whole.
    fn classify_id(&self, text: &str) -> Option<StringClass> {
        match self.role(text) {
            _ if text.is_empty() => None,
            IdRole::Source(_) | IdRole::Kept(_) => Some(StringClass::Source),
            IdRole::Target => Some(StringClass::Target),
            IdRole::Unknown => {
                self.form.is_some_and(|form| form.matches(text)).then_some(StringClass::SourceForm)
            }
        }
    }

    fn role(&self, text: &str) -> IdRole {
        match self.lengths.has(text.len()) {
            true => self.map.role(text),
            false => IdRole::Unknown,
        }
    }

    /// Whether a text contains an ID, but is none as a whole.
    pub(crate) fn quotes(&self, text: &str) -> bool {
        text.len() > SHORTEST && (self.quotes_uuid(text) || self.quotes_id(text))
    }

    fn quotes_uuid(&self, text: &str) -> bool {
        memchr::memchr_iter(b'-', text.as_bytes()).any(|hyphen| {
            let Some(start) = hyphen.checked_sub(UUID_HYPHEN) else { return false };
            let end = start + UUID_LENGTH;
            let id = text.get(start..end).filter(|id| id.len() < text.len() && is_uuid(id));
            let Some(id) = id else { return false };
            let before = text[..start].chars().next_back();
            let after = text[end..].chars().next();
            let is_alone = ![before, after].into_iter().flatten().any(char::is_alphanumeric);
            is_alone && self.classify_id(id).is_some()
        })
    }

    /// Whether a word of a text contains an ID between any two of its ends and marks. This
    /// finds `user_1`, and the address in `mailto:ann@b.example`.
    fn quotes_id(&self, text: &str) -> bool {
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let word = at;
            let mut plain = true;
            while let Some(&class) = bytes.get(at).map(|byte| &CLASSES[usize::from(*byte)])
                && class != ByteClass::Other
            {
                plain &= class == ByteClass::Letter;
                at += 1;
            }
            if at - word >= SHORTEST && self.is_id_in(text, word..at, plain) {
                return true;
            }
            at += 1;
        }
        false
    }

    /// The same for one word of a text. A plain word has only ASCII letters and
    /// digits.
    fn is_id_in(&self, text: &str, word: Range<usize>, plain: bool) -> bool {
        let is_id = |part: &str| {
            (SHORTEST..text.len()).contains(&part.len())
                && !matches!(self.role(part), IdRole::Unknown)
        };
        let Some(word) = text.get(word) else { return false };
        if plain {
            return is_id(word);
        }
        let marks = word.char_indices().filter(|(_, c)| !c.is_alphanumeric());
        let edges = marks.flat_map(|(at, mark)| [at, at + mark.len_utf8()]).take(MOST_EDGES);
        let edges: Vec<usize> = [0, word.len()].into_iter().chain(edges).collect();
        let ends = |start: usize| edges.iter().filter_map(move |&end| word.get(start..end));
        edges.iter().any(|&start| ends(start).any(is_id))
    }
}

/// The number of edges in a word that are tried. Words with more marks are not
/// IDs.
const MOST_EDGES: usize = 32;

/// The role of a byte in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ByteClass {
    /// An ASCII letter or digit.
    Letter,
    /// Occurs within some kinds of IDs; all bytes that are not ASCII.
    Mark,
    /// Separates words.
    Other,
}

const CLASSES: [ByteClass; 256] = {
    let mut classes = [ByteClass::Other; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => ByteClass::Letter,
            b'_' | b'-' | b'|' | b':' | b'@' | b'.' | b'+' | b'/' | b'=' | b'#' | 0x80.. => {
                ByteClass::Mark
            }
            _ => ByteClass::Other,
        };
        byte += 1;
    }
    classes
};

//! What a string is: an ID, text that quotes one, or neither.

use std::ops::Range;

use crate::idmap::{Form, IdMap, Lengths, Standing, is_uuid};
use crate::rules::{Classes, IdForm};

/// Why a string is worth noting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    /// A source of the map.
    Source,
    /// A target of the map, and no source.
    Target,
    /// Not in the map, but of the form of its sources.
    SourceForm,
    /// Longer text that holds such an ID.
    Quoted,
}

/// Tells what strings are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Finder<'f> {
    map: &'f IdMap,
    /// Most words of a text have another length than any ID.
    lengths: &'f Lengths,
    /// The form of sources, unless every string has it.
    form: Option<&'f IdForm>,
}

/// Shorter words in a text are no IDs worth noting: there are too many.
const SHORTEST: usize = 8;

/// The length of a UUID, and of what stands before its first hyphen.
const UUID: (usize, usize) = (36, 8);

impl<'f> Finder<'f> {
    pub(crate) fn new(map: &'f IdMap, lengths: &'f Lengths, classes: &'f Classes) -> Self {
        let form = Some(&classes.source);
        let is_any = matches!(classes.source, IdForm::Known(Form::Any));
        Self { map, lengths, form: form.filter(|_| !is_any) }
    }

    /// What a decoded string is.
    pub(crate) fn sort(&self, text: &str) -> Option<Sort> {
        self.whole(text).or_else(|| self.quotes(text).then_some(Sort::Quoted))
    }

    fn whole(&self, text: &str) -> Option<Sort> {
        match self.standing(text) {
            _ if text.is_empty() => None,
            Standing::Source(_) | Standing::Kept(_) => Some(Sort::Source),
            Standing::Target => Some(Sort::Target),
            Standing::Unknown => {
                self.form.is_some_and(|form| form.matches(text)).then_some(Sort::SourceForm)
            }
        }
    }

    fn standing(&self, text: &str) -> Standing {
        match self.lengths.has(text.len()) {
            true => self.map.standing(text),
            false => Standing::Unknown,
        }
    }

    /// Whether an ID is a word of a text.
    pub(crate) fn quotes(&self, text: &str) -> bool {
        text.len() > SHORTEST && (self.quotes_uuid(text) || self.quotes_word(text))
    }

    fn quotes_uuid(&self, text: &str) -> bool {
        memchr::memchr_iter(b'-', text.as_bytes()).any(|hyphen| {
            let Some(start) = hyphen.checked_sub(UUID.1) else { return false };
            let end = start + UUID.0;
            let id = text.get(start..end).filter(|id| id.len() < text.len() && is_uuid(id));
            let Some(id) = id else { return false };
            let before = text[..start].chars().next_back();
            let after = text[end..].chars().next();
            let is_alone = ![before, after].into_iter().flatten().any(char::is_alphanumeric);
            is_alone && self.whole(id).is_some()
        })
    }

    /// Whether an ID stands in a word, between its ends and its marks: that
    /// finds `user_1`, and in `mailto:ann@b.example` the address.
    fn quotes_word(&self, text: &str) -> bool {
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let word = at;
            let mut plain = true;
            while let Some(&class) = bytes.get(at).map(|byte| &CLASSES[usize::from(*byte)])
                && class != Class::Other
            {
                plain &= class == Class::Letter;
                at += 1;
            }
            if at - word >= SHORTEST && self.is_id_in(text, word..at, plain) {
                return true;
            }
            at += 1;
        }
        false
    }

    /// The same of a word of a text; a plain one holds nothing but letters
    /// and digits.
    fn is_id_in(&self, text: &str, word: Range<usize>, plain: bool) -> bool {
        let is_id = |part: &str| {
            (SHORTEST..text.len()).contains(&part.len())
                && !matches!(self.standing(part), Standing::Unknown)
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

/// Edges in a word that are tried. Longer words with more marks are no IDs.
const MOST_EDGES: usize = 32;

/// What a byte of a text can be to a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    /// What some kinds of IDs have within, and all of what is no ASCII.
    Mark,
    Other,
}

const CLASSES: [Class; 256] = {
    let mut classes = [Class::Other; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => Class::Letter,
            b'_' | b'-' | b'|' | b':' | b'@' | b'.' | b'+' | b'/' | b'=' | b'#' | 0x80.. => {
                Class::Mark
            }
            _ => Class::Other,
        };
        byte += 1;
    }
    classes
};

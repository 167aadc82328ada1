//! What a string is: an ID, text that quotes one, or neither.

use crate::idmap::{Form, IdMap, Standing};
use crate::rules::{Classes, IdForm};

/// Why a string is worth noting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
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
pub(super) struct Finder<'f> {
    map: &'f IdMap,
    /// The form of sources, unless every string has it.
    form: Option<&'f IdForm>,
}

/// Shorter words in a text are no IDs worth noting: there are too many.
const SHORTEST: usize = 8;

/// The length of a UUID, and of what stands before its first hyphen.
const UUID: (usize, usize) = (36, 8);

impl<'f> Finder<'f> {
    pub(super) fn new(map: &'f IdMap, classes: &'f Classes) -> Self {
        let form = Some(&classes.source);
        let is_any = matches!(classes.source, IdForm::Known(Form::Any));
        Self { map, form: form.filter(|_| !is_any) }
    }

    /// What a decoded string is.
    pub(super) fn sort(&self, text: &str) -> Option<Sort> {
        self.whole(text).or_else(|| self.quotes(text).then_some(Sort::Quoted))
    }

    fn whole(&self, text: &str) -> Option<Sort> {
        match self.map.standing(text) {
            _ if text.is_empty() => None,
            Standing::Source(_) | Standing::Kept(_) => Some(Sort::Source),
            Standing::Target => Some(Sort::Target),
            Standing::Unknown => {
                self.form.is_some_and(|form| form.matches(text)).then_some(Sort::SourceForm)
            }
        }
    }

    /// Whether an ID is a word of a text.
    pub(super) fn quotes(&self, text: &str) -> bool {
        text.len() > SHORTEST
            && (self.quotes_uuid(text) || self.quotes_word(text, "_-") || {
                // Such as auth0|0123 and a@b.example.
                self.quotes_word(text, "_-|:@.+")
            })
    }

    fn quotes_uuid(&self, text: &str) -> bool {
        let is_word = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        let bytes = text.as_bytes();
        memchr::memchr_iter(b'-', bytes).any(|hyphen| {
            let Some(start) = hyphen.checked_sub(UUID.1) else { return false };
            let end = start + UUID.0;
            let alone = start.checked_sub(1).is_none_or(|before| !is_word(bytes.get(before)))
                && !is_word(bytes.get(end));
            alone
                && text.get(start..end).is_some_and(|id| {
                    crate::idmap::is_uuid(id) && id.len() < text.len() && self.whole(id).is_some()
                })
        })
    }

    fn quotes_word(&self, text: &str, marks: &str) -> bool {
        let is_mark = |c: char| marks.contains(c);
        text.split(|c: char| !c.is_alphanumeric() && !is_mark(c)).any(|word| {
            let word = word.trim_matches(is_mark);
            (SHORTEST..text.len()).contains(&word.len())
                && !matches!(self.map.standing(word), Standing::Unknown)
        })
    }
}

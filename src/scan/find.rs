//! What a string is: an ID, text that quotes one, or neither.

use crate::idmap::{Form, IdMap, Lengths, Standing, is_uuid};
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
#[derive(Debug)]
pub(super) struct Finder<'f> {
    map: &'f IdMap,
    /// Most words of a text have another length than any ID.
    lengths: Lengths,
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
        Self { map, lengths: map.lengths(), form: form.filter(|_| !is_any) }
    }

    /// What a decoded string is.
    pub(super) fn sort(&self, text: &str) -> Option<Sort> {
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
    pub(super) fn quotes(&self, text: &str) -> bool {
        text.len() > SHORTEST && (self.quotes_uuid(text) || self.quotes_word(text))
    }

    fn quotes_uuid(&self, text: &str) -> bool {
        let is_word = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        let bytes = text.as_bytes();
        memchr::memchr_iter(b'-', bytes).any(|hyphen| {
            let Some(start) = hyphen.checked_sub(UUID.1) else { return false };
            let end = start + UUID.0;
            let before = start.checked_sub(1).and_then(|before| bytes.get(before));
            let id = text.get(start..end).filter(|id| id.len() < text.len() && is_uuid(id));
            id.is_some_and(|id| {
                !is_word(before) && !is_word(bytes.get(end)) && self.whole(id).is_some()
            })
        })
    }

    /// Whether a word such as `user_1` or `auth0|1` is an ID: with all marks
    /// that it has within, or with few.
    fn quotes_word(&self, text: &str) -> bool {
        let is_id = |word: &str| {
            (SHORTEST..text.len()).contains(&word.len())
                && !matches!(self.standing(word), Standing::Unknown)
        };
        let is_more = |byte: u8| is_mark(char::from(byte)) && !is_few(char::from(byte));
        words(text, is_mark)
            .any(|word| is_id(word) || word.bytes().any(is_more) && words(word, is_few).any(is_id))
    }
}

/// What nearly all kinds of IDs have within.
fn is_few(character: char) -> bool {
    matches!(character, '_' | '-')
}

/// What some kinds have, too.
fn is_mark(character: char) -> bool {
    is_few(character) || matches!(character, '|' | ':' | '@' | '.' | '+')
}

/// The words of a text: letters, digits and marks, but for marks around them.
fn words(text: &str, is_mark: impl Fn(char) -> bool + Copy) -> impl Iterator<Item = &str> {
    let is_letter =
        |c: char| if c.is_ascii() { c.is_ascii_alphanumeric() } else { c.is_alphanumeric() };
    let words = text.split(move |c: char| !is_letter(c) && !is_mark(c));
    let long = words.filter(|word| word.len() >= SHORTEST);
    long.map(move |word| word.trim_matches(is_mark))
}

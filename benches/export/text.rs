//! Texts as people write them in tickets: words, and now and then a quotation
//! or a new line, which JSON escapes.

use fastrand::Rng;

use super::Text;

const WORDS: [&str; 48] = [
    "the", "printer", "on", "third", "floor", "is", "not", "working", "again", "please", "check",
    "when", "client", "opens", "invoice", "page", "error", "after", "login", "it", "shows", "a",
    "blank", "screen", "and", "we", "tried", "to", "restart", "but", "email", "was", "sent",
    "twice", "could", "you", "look", "into", "this", "urgent", "export", "of", "contacts", "fails",
    "with", "timeout", "since", "monday",
];

const FOREIGN: [&str; 16] = [
    "café",
    "—",
    "打印机",
    "坏了",
    "🔥",
    "naïve",
    "Größe",
    "señor",
    "印刷",
    "👍",
    "…",
    "déjà",
    "да",
    "ひら",
    "🙏🏽",
    "“ok”",
];

/// Pushes about `length` bytes of text, escaped for JSON, without quotes.
pub fn push_text(out: &mut Vec<u8>, rng: &mut Rng, kind: Text, length: usize) {
    let end = out.len() + length;
    push_word(out, rng, kind);
    while out.len() < end {
        let gap = if rng.u8(..) < 6 { r"\n" } else { " " };
        out.extend_from_slice(gap.as_bytes());
        push_word(out, rng, kind);
    }
    out.push(b'.');
}

fn push_word(out: &mut Vec<u8>, rng: &mut Rng, kind: Text) {
    let foreign = kind == Text::Unicode && rng.u8(..) < 40;
    let words: &[&str] = if foreign { &FOREIGN } else { &WORDS };
    let word = words[rng.usize(..words.len())].as_bytes();
    if rng.u8(..) < 3 {
        out.extend_from_slice(br#"\""#);
        out.extend_from_slice(word);
        out.extend_from_slice(br#"\""#);
    } else {
        out.extend_from_slice(word);
    }
}

//! Every place of a record, found by serde_json's reading.

use std::ops::Range;

use crate::models::oracle::Text;
use crate::models::places::{after_blanks, below, elements_of, members_of, value};

/// A value or a member name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    pub span: Range<usize>,
    /// Of a name, that of its value.
    pub pointer: String,
    pub kind: Kind,
}

/// What stands at a spot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Name,
    Text,
    Number,
    Literal,
    List,
    Object,
}

/// All values and member names of a record, each container before what is in
/// it.
pub fn spots(record: &str) -> Vec<Spot> {
    let mut spots = Vec::new();
    collect(record, after_blanks(record, 0), "", &mut spots);
    spots
}

fn collect(record: &str, at: usize, pointer: &str, spots: &mut Vec<Spot>) {
    let kind = match record.as_bytes()[at] {
        b'{' => Kind::Object,
        b'[' => Kind::List,
        b'"' => Kind::Text,
        b'-' | b'0'..=b'9' => Kind::Number,
        _ => Kind::Literal,
    };
    spots.push(Spot { span: value(record, at), pointer: pointer.to_owned(), kind });
    match kind {
        Kind::Object => {
            for member in members_of(record, at) {
                let pointer = below(pointer, &Text::of(&record[member.name.clone()]).shown);
                let name = Spot { span: member.name, pointer: pointer.clone(), kind: Kind::Name };
                spots.push(name);
                collect(record, member.value.start, &pointer, spots);
            }
        }
        Kind::List => {
            for (index, element) in elements_of(record, at).into_iter().enumerate() {
                collect(record, element, &below(pointer, &index.to_string()), spots);
            }
        }
        _ => {}
    }
}

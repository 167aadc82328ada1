//! Member names that an import refuses.

use super::marker::Marker;
use super::members::{CREATION_TIME, ID};
use super::schema::Schema;
use super::walk::{Step, text, walk};
use crate::json::{Hit, Kind};

/// Calls `refused` with each name of a record that an import refuses, and with
/// its position in the record: top-level names that begin with `_`, except
/// `_id` and `_creationTime`, and any name that begins with `$`, except the
/// only member of an object that represents a value.
pub(crate) fn refused_names(record: &[u8], schema: Schema, refused: impl FnMut(&str, usize)) {
    let mut names = Names { record, schema, open: Vec::new(), refused };
    walk(record, |step| names.take(step));
}

struct Names<'r, F> {
    record: &'r [u8],
    schema: Schema,
    open: Vec<Open>,
    refused: F,
}

/// An open container.
#[derive(Default)]
struct Open {
    members: usize,
    /// The name by which it may represent a value, if only a string follows.
    marker: Option<Hit>,
}

impl<F: FnMut(&str, usize)> Names<'_, F> {
    fn take(&mut self, step: Step) {
        match step {
            Step::Scalar(value) if matches!(value.kind, Kind::String { .. }) => {}
            Step::Scalar(_) => self.no_marker(),
            Step::Open => {
                self.no_marker();
                self.open.push(Open::default());
            }
            Step::Close => drop(self.open.pop()),
            Step::Name(name) => {
                self.no_marker();
                self.name(name);
            }
        }
    }

    fn name(&mut self, name: Hit) {
        let is_nested = self.open.len() > 1;
        let Some(object) = self.open.last_mut() else { return };
        object.members += 1;
        let text = text(self.record, &name);
        let is_system = [ID, CREATION_TIME].iter().any(|system| system.as_bytes() == &*text);
        match text.first() {
            Some(b'$')
                if self.schema.has_markers()
                    && is_nested
                    && object.members == 1
                    && Marker::of(&text).is_some() =>
            {
                object.marker = Some(name);
            }
            Some(b'$') => self.refuse(&name),
            Some(b'_') if !is_nested && !is_system => self.refuse(&name),
            _ => {}
        }
    }

    /// Refuses the name by which the innermost container might have represented
    /// a value.
    fn no_marker(&mut self) {
        if let Some(name) = self.open.last_mut().and_then(|object| object.marker.take()) {
            self.refuse(&name);
        }
    }

    fn refuse(&mut self, name: &Hit) {
        (self.refused)(&String::from_utf8_lossy(&text(self.record, name)), name.start);
    }
}

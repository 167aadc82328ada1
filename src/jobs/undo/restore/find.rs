//! Where in a record the places of its lines are now. The depth of recursion
//! is that of the log's pointers, never that of the data.

use std::ops::Range;

use super::places::Places;
use crate::json::{Hit, Kind, cursor};

/// What stands at each place of a record, in the order in which it stands.
#[derive(Debug)]
pub(crate) struct Sites(Vec<Site>);

/// What stands at one place: more than one value where names are repeated.
#[derive(Debug, Default, Clone)]
pub(crate) struct Site {
    pub(crate) values: Vec<Hit>,
    /// The names of the member itself, and the numbers of their objects.
    pub(crate) names: Vec<Hit>,
    pub(crate) objects: Vec<usize>,
}

impl Sites {
    /// Looks for places in the record of a proven line that begins at `line`.
    pub(crate) fn find(block: &[u8], line: usize, places: &Places<'_>) -> Self {
        let sites = vec![Site::default(); places.nodes.len()];
        let mut search =
            Search { places, block, sites, active: vec![0], objects: 0, text: String::new() };
        search.object(cursor::record_at(block, line), 0..1);
        Self(search.sites)
    }

    /// What stands at a place.
    pub(crate) fn at(&self, place: usize) -> &Site {
        &self.0[place]
    }
}

struct Search<'s> {
    places: &'s Places<'s>,
    block: &'s [u8],
    sites: Vec<Site>,
    /// A stack of places: those of the current value are on top.
    active: Vec<usize>,
    objects: usize,
    text: String,
}

impl Search<'_> {
    /// Looks at the value that begins at `at`; returns its end.
    fn value(&mut self, at: usize, active: Range<usize>) -> usize {
        let value = cursor::value_at(self.block, at);
        let mut enter = false;
        for &place in &self.active[active.clone()] {
            let node = &self.places.nodes[place];
            enter |= node.leads_on;
            if !node.values.is_empty() {
                self.sites[place].values.push(value);
            }
        }
        match (value.kind, self.block[at]) {
            (Kind::Container, b'{') if enter => self.object(at, active),
            (Kind::Container, _) if enter => self.array(at, active),
            (Kind::Container, _) => cursor::container_end(self.block, at),
            _ => value.end,
        }
    }

    fn array(&mut self, open: usize, active: Range<usize>) -> usize {
        let mut item = cursor::first_in(self.block, open);
        let mut index = 0_u64;
        while let Ok(at) = item {
            let end = self.step_in(&index.to_string(), at, active.clone(), |_, _| ());
            item = cursor::next_in(self.block, end);
            index += 1;
        }
        item.unwrap_or_else(|end| end)
    }

    fn object(&mut self, open: usize, active: Range<usize>) -> usize {
        let object = self.objects;
        self.objects += 1;
        let mut member = cursor::first_in(self.block, open);
        while let Ok(at) = member {
            let name = cursor::value_at(self.block, at);
            let mut text = std::mem::take(&mut self.text);
            cursor::decode_hit(self.block, &name, &mut text);
            let value = cursor::value_after(self.block, name.end);
            let end = self.step_in(&text, value, active.clone(), |search, place| {
                if !search.places.nodes[place].keys.is_empty() {
                    search.sites[place].names.push(name);
                    search.sites[place].objects.push(object);
                }
            });
            self.text = text;
            member = cursor::next_in(self.block, end);
        }
        member.unwrap_or_else(|end| end)
    }

    /// Takes a step to the value that begins at `at`, from every active place
    /// from which there is one; returns the value's end.
    fn step_in(
        &mut self,
        name: &str,
        at: usize,
        active: Range<usize>,
        mut visit: impl FnMut(&mut Self, usize),
    ) -> usize {
        let inner = self.active.len();
        for from in active {
            let places = self.places;
            for place in places.steps(self.active[from], name) {
                self.active.push(place);
                visit(self, place);
            }
        }
        let end = self.value(at, inner..self.active.len());
        self.active.truncate(inner);
        end
    }
}

//! One record after the other of one table.

use fastrand::Rng;

use super::text::push_text;
use super::user::{push_random_uuid, push_target, push_uuid};
use super::{Layout, Shape, Table};

const STATUSES: [&str; 5] = ["open", "in_progress", "waiting", "resolved", "closed"];
const PRIORITIES: [&str; 4] = ["low", "medium", "high", "urgent"];
/// The alphabet of Convex's IDs.
const BASE32: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Writes the records of a table.
pub struct Scribe {
    shape: Shape,
    table: Table,
    rng: Rng,
    /// When the record at hand was created, in milliseconds.
    time: f64,
}

impl Scribe {
    pub fn new(shape: Shape, table: Table) -> Self {
        let rng = Rng::with_seed(shape.seed << 2 | table as u64);
        Self { shape, table, rng, time: 1_700_000_000_000.0 }
    }

    /// Pushes the next record and its newline.
    pub fn push_record(&mut self, out: &mut Vec<u8>) {
        // A multiple of the smallest step that a float has at this size.
        self.time += f64::from(self.rng.u32(..1 << 24)) / 4096.0;
        let mut members = Members { out, spaced: self.shape.layout == Layout::Spaced };
        members.out.push(b'{');
        members.number("_creationTime", self.time);
        members.string("_id", |out| push_id(out, &mut self.rng));
        match self.table {
            Table::Tickets => self.ticket(&mut members),
            Table::Comments => self.comment(&mut members),
            Table::History => self.change(&mut members),
        }
        out.extend_from_slice(b"}\n");
    }

    fn ticket(&mut self, members: &mut Members) {
        match self.rng.u8(..20) {
            0 => members.raw("assigned_to", b"null"),
            1..4 => {}
            _ => members.string("assigned_to", |out| self.push_user(out)),
        }
        members.number("created_at", self.time.trunc());
        self.text(members, "description", 120..560);
        self.metadata(members);
        members.string("priority", |out| push_one(out, &mut self.rng, &PRIORITIES));
        members.string("requester_id", |out| self.push_user(out));
        members.string("status", |out| push_one(out, &mut self.rng, &STATUSES));
        members.string("supabaseId", |out| push_random_uuid(out, &mut self.rng));
        self.text(members, "title", 20..60);
        members.number("updated_at", self.time.trunc() + f64::from(self.rng.u32(..)));
        let workspace = self.rng.u64(..40);
        members.string("workspace_id", |out| push_id(out, &mut Rng::with_seed(workspace)));
    }

    fn comment(&mut self, members: &mut Members) {
        members.string("author_id", |out| self.push_user(out));
        self.text(members, "content", 40..500);
        members.number("created_at", self.time.trunc());
        self.metadata(members);
        members.string("ticket_id", |out| push_id(out, &mut self.rng));
    }

    fn change(&mut self, members: &mut Members) {
        members.number("changed_at", self.time.trunc());
        members.string("changed_by", |out| self.push_user(out));
        members.string("from_status", |out| push_one(out, &mut self.rng, &STATUSES));
        self.metadata(members);
        members.string("ticket_id", |out| push_id(out, &mut self.rng));
        members.string("to_status", |out| push_one(out, &mut self.rng, &STATUSES));
    }

    /// A nested value, with an ID that no rule declares.
    fn metadata(&mut self, members: &mut Members) {
        if self.shape.layout != Layout::Nested {
            return;
        }
        members.open("metadata");
        members.raw("scores", b"[1.0,0.5,[-3.25,1e-7]]");
        members.raw("tags", br#"["web","mobile",{"name":"beta","on":true}]"#);
        members.out.extend_from_slice(br#","watchers":[{"user_id":""#);
        self.push_user(members.out);
        members.out.extend_from_slice(br#""}]}"#);
    }

    fn text(&mut self, members: &mut Members, name: &str, lengths: std::ops::Range<usize>) {
        let length = self.rng.usize(lengths);
        members.string(name, |out| {
            push_text(out, &mut self.rng, self.shape.text, length);
            // An ID in a text is left alone, too.
            if self.rng.u8(..) < 2 {
                out.extend_from_slice(b" cc ");
                self.push_user(out);
            }
        });
    }

    /// Any user is as likely as any other: the hardest case for a map that
    /// does not fit the processor's caches.
    fn push_user(&mut self, out: &mut Vec<u8>) {
        let Shape { users, seed, mapped, .. } = self.shape;
        let known = self.rng.u64(..users.max(1));
        if self.rng.f64() < mapped {
            push_uuid(out, seed, known);
        } else if self.rng.bool() {
            push_uuid(out, seed, users + self.rng.u64(..=users / 100));
        } else {
            push_target(out, seed, known);
        }
    }
}

fn push_id(out: &mut Vec<u8>, rng: &mut Rng) {
    for _ in 0..2 {
        let mut bits = rng.u128(..);
        for _ in 0..16 {
            out.push(BASE32[(bits & 31) as usize]);
            bits >>= 5;
        }
    }
}

fn push_one(out: &mut Vec<u8>, rng: &mut Rng, words: &[&str]) {
    out.extend_from_slice(words[rng.usize(..words.len())].as_bytes());
}

/// Writes the members of an object.
struct Members<'o> {
    out: &'o mut Vec<u8>,
    spaced: bool,
}

impl Members<'_> {
    fn name(&mut self, name: &str) {
        if self.out.last() != Some(&b'{') {
            self.out.extend_from_slice(if self.spaced { b", " } else { b"," });
        }
        self.out.push(b'"');
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(if self.spaced { b"\": " } else { b"\":" });
    }

    fn raw(&mut self, name: &str, value: &[u8]) {
        self.name(name);
        self.out.extend_from_slice(value);
    }

    fn open(&mut self, name: &str) {
        self.raw(name, b"{");
    }

    fn string(&mut self, name: &str, push: impl FnOnce(&mut Vec<u8>)) {
        self.raw(name, b"\"");
        push(self.out);
        self.out.push(b'"');
    }

    /// A float as Convex prints it, too: the shortest, and of two the even one.
    fn number(&mut self, name: &str, number: f64) {
        self.name(name);
        serde_json::to_writer(&mut *self.out, &number).expect("memory takes it");
    }
}

//! Exports and ID maps to measure with: as many bytes as asked for, in the
//! manner of Convex (one compact object a line, `_creationTime` and `_id`
//! first, other members by name, numbers as floats), the same for one seed on
//! every machine.

mod record;
mod text;
mod user;

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use clap::ValueEnum;

use record::Scribe;
use user::{push_target, push_uuid};

/// What is gathered before it is written: few system calls, little memory.
const CHUNK: usize = 1 << 20;

/// What an export looks like.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct Shape {
    /// The size of the export, in millions of bytes
    #[arg(long, default_value_t = Self::USUAL.megabytes)]
    pub megabytes: f64,
    /// How many users the map has
    #[arg(long, default_value_t = Self::USUAL.users)]
    pub users: u64,
    /// The share of IDs that the map holds; half of the others are already new
    #[arg(long, default_value_t = Self::USUAL.mapped)]
    pub mapped: f64,
    /// How records are laid out
    #[arg(long, value_enum, default_value_t = Self::USUAL.layout)]
    pub layout: Layout,
    /// What texts are made of
    #[arg(long, value_enum, default_value_t = Self::USUAL.text)]
    pub text: Text,
    /// Another seed, another export
    #[arg(long, default_value_t = Self::USUAL.seed)]
    pub seed: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Layout {
    /// Compact, without nested values
    Flat,
    /// Compact, with an object that holds arrays
    Nested,
    /// Flat, with blanks after commas and colons, as Python writes it
    Spaced,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Text {
    Ascii,
    /// With accents, dashes, CJK and emoji
    Unicode,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    Tickets,
    Comments,
    History,
}

impl Table {
    pub const ALL: [Self; 3] = [Self::Tickets, Self::Comments, Self::History];

    pub fn name(self) -> &'static str {
        match self {
            Self::Tickets => "tickets",
            Self::Comments => "ticketComments",
            Self::History => "ticketStatusHistory",
        }
    }

    /// Its part of an export's bytes.
    fn share(self) -> f64 {
        match self {
            Self::Tickets => 0.40,
            Self::Comments => 0.46,
            Self::History => 0.14,
        }
    }
}

impl Shape {
    /// The export that other figures are compared with.
    pub const USUAL: Self = Self {
        megabytes: 450.0,
        users: 50_000,
        mapped: 0.99,
        layout: Layout::Flat,
        text: Text::Ascii,
        seed: 1,
    };

    /// The usual export in another size.
    pub fn of(megabytes: f64) -> Self {
        Self { megabytes, ..Self::USUAL }
    }

    /// Writes one table, with the bytes that fall to it.
    pub fn write_table(&self, table: Table, mut out: impl Write) -> io::Result<()> {
        let mut left = (self.megabytes * 1e6 * table.share()) as u64;
        let mut scribe = Scribe::new(*self, table);
        let mut chunk = Vec::with_capacity(CHUNK + CHUNK / 16);
        while left > 0 {
            let before = chunk.len();
            scribe.push_record(&mut chunk);
            left = left.saturating_sub((chunk.len() - before) as u64);
            if chunk.len() >= CHUNK || left == 0 {
                out.write_all(&chunk)?;
                chunk.clear();
            }
        }
        Ok(())
    }

    /// Writes the map of all users.
    pub fn write_map(&self, path: &Path) -> io::Result<()> {
        let mut out = File::create(path)?;
        let mut chunk = b"source_id,target_id\n".to_vec();
        for user in 0..self.users {
            push_uuid(&mut chunk, self.seed, user);
            chunk.push(b',');
            push_target(&mut chunk, self.seed, user);
            chunk.push(b'\n');
            if chunk.len() >= CHUNK {
                out.write_all(&chunk)?;
                chunk.clear();
            }
        }
        out.write_all(&chunk)
    }
}

//! The output of a run over tables: a file, a folder, or an archive.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::carry::{Carried, Content, Item};
use super::sink::Sink;
use super::standing::is_zip;
use crate::error::{Error, RequestFault, Result};
use crate::storage::archive::{Raw, Writer, check_names};
use crate::storage::export::{Export, Table};
use crate::storage::files::{Digest, Stage, Target, nameless};
use crate::storage::packing::{Packed, Packing, Pages};

/// Where all tables of a run go.
pub(crate) struct Output<'r> {
    target: &'r Target,
    form: Form,
    digest: Digest,
}

/// An archive that was written: its size in bytes, and its digest.
pub(crate) type Written = (u64, Option<String>);

enum Form {
    /// The one table.
    Lone,
    /// A folder, staged here.
    Folder(PathBuf),
    /// An archive, put together at the end.
    Archive,
}

/// Files that are packed or checked at once. More would each hold a file open.
const AT_ONCE: usize = 64;

impl<'r> Output<'r> {
    /// Stages the output of tables of `export`; an archive as a whole is
    /// digested, too.
    ///
    /// # Errors
    /// Where it cannot be created.
    pub(crate) fn new(
        target: &'r Target,
        export: &Export,
        digest: Digest,
        stage: &Stage,
    ) -> Result<Self> {
        let form = match target.place().filter(|_| export.is_folder()) {
            None => Form::Lone,
            Some(out) if is_zip(out) => Form::Archive,
            Some(out) => Form::Folder(stage.folder(out, true)?),
        };
        Ok(Self { target, form, digest })
    }

    /// Opens the place of a table in it.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub(crate) fn sink(&self, table: &Table, stage: &Stage) -> Result<Sink> {
        let out = self.target.given();
        match &self.form {
            Form::Lone => Sink::open(self.target, stage),
            Form::Folder(root) => {
                let file = stage.create(&root.join(&table.relative))?;
                Sink::file(file, out.join(&table.relative), Packing::of(&table.relative))
            }
            Form::Archive => {
                let path = out.join(table.documents());
                Sink::file(nameless(self.target)?, path, Some(Packing::Deflate))
            }
        }
    }

    /// Adds to the tables, which are finished, what goes along with them.
    ///
    /// # Errors
    /// What cannot be read or written.
    pub(crate) fn close(
        &self,
        tables: &[(&Table, &Sink)],
        carried: &Carried<'_>,
        stage: &Stage,
    ) -> Result<Option<Written>> {
        match &self.form {
            Form::Lone => Ok(None),
            Form::Folder(root) => {
                let copy = |item: &Item<'_>| copy(item, carried, root, stage);
                carried.items()?.par_iter().try_for_each(copy).map(|()| None)
            }
            Form::Archive => self.write_archive(tables, carried, stage).map(Some),
        }
    }

    fn write_archive(
        &self,
        tables: &[(&Table, &Sink)],
        carried: &Carried<'_>,
        stage: &Stage,
    ) -> Result<Written> {
        let mut items = carried.items()?;
        items.extend(tables.iter().map(|(table, sink)| Item {
            relative: table.relative.clone(),
            content: Content::Written(table, sink),
        }));
        items.sort_by_cached_key(|item| carried.order(item));
        let out = self.target.given();
        let cannot_write = |error| Error::io("cannot write", out, error);
        self.check_names(&items)?;
        let mut archive = Writer::new(stage.main_file(out)?, self.digest);
        for items in items.chunks(AT_ONCE) {
            let ready = items.par_iter().map(|item| self.ready(item, carried));
            for (item, ready) in items.iter().zip(ready.collect::<Result<Vec<_>>>()?) {
                let name = item.name();
                match ready {
                    Ready::Packed(packed) => archive.packed(&name, packed),
                    Ready::Raw(raw) => archive.raw(&name, raw),
                }
                .map_err(cannot_write)?;
            }
        }
        archive.finish().map_err(cannot_write)
    }

    /// Refuses what an import would take for something else, and what could
    /// not be read again.
    fn check_names(&self, items: &[Item<'_>]) -> Result<()> {
        let out = self.target.given();
        let names: Vec<_> = items.iter().map(Item::name).collect();
        if let Some(item) = items.iter().find(|item| item.is_table_of_system()) {
            return Err(Error::at(out.join(item.name()), NO_TABLE));
        }
        check_names(names.iter().map(String::as_str)).map_err(|fault| Error::at(out, fault))
    }

    /// Packs what has to be packed, and reads once what will be copied as it
    /// is packed: a damaged entry must not go along unseen.
    fn ready(&self, item: &Item<'_>, carried: &Carried<'_>) -> Result<Ready> {
        let path = carried.path(item);
        let cannot_read = |error| Error::io("cannot read", &path, error);
        if let Content::Written(_, sink) = item.content {
            return sink.packed().map(Ready::Packed);
        }
        let mut bytes = carried.open(item)?;
        match carried.raw(item) {
            Some(raw) => {
                io::copy(&mut bytes, &mut io::sink()).map_err(cannot_read)?;
                raw.map(Ready::Raw).map_err(cannot_read)
            }
            None => pack(&mut bytes, nameless(self.target)?)
                .map(Ready::Packed)
                .map_err(|error| Error::io("cannot pack", &path, error)),
        }
    }
}

const NO_TABLE: RequestFault = RequestFault {
    what: "would be more to an import than a table",
    advice: "Give the table another name, or write a folder.",
};

/// What can be added to an archive.
enum Ready {
    Packed(Packed),
    Raw(Raw),
}

fn pack(bytes: &mut dyn Read, piece: File) -> io::Result<Packed> {
    let pages = Pages::new(piece, Packing::Deflate)?;
    let mut chunk = vec![0; 64 << 10];
    loop {
        match bytes.read(&mut chunk) {
            Ok(0) => break,
            Ok(count) => pages.pack(pages.cut(&chunk[..count]))?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    pages.finish()?;
    pages.packed()
}

fn copy(item: &Item<'_>, carried: &Carried<'_>, root: &Path, stage: &Stage) -> Result<()> {
    carried.copy(item, &mut stage.create(&root.join(&item.relative))?)
}

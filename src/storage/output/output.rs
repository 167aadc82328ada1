//! The output of a run over tables: a file, a folder, or an archive.

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

use rayon::prelude::*;

use super::carried::CarriedFiles;
use super::output_file::{Content, OutputFile};
use super::sink::Sink;
use crate::error::{Error, RequestFault, Result};
use crate::storage::archive::{ArchiveWriter, check_names, is_zip};
use crate::storage::export::{Export, Table};
use crate::storage::files::{Digest, Stage, Target, read_chunks, temporary_file};
use crate::storage::packing::{PackedBytes, Packing, PageWriter};

/// The output of all tables of a run.
pub(crate) struct Output<'r> {
    target: &'r Target,
    form: Form,
    digest: Digest,
}

/// The size in bytes and the digest of an archive that was written.
pub(crate) type WrittenArchive = (u64, Option<String>);

enum Form {
    /// A single table.
    Table,
    /// A folder, staged at this path.
    Folder(PathBuf),
    /// An archive, written at the end.
    Archive,
}

/// The number of files that are packed or checked at once; each is an open file.
const AT_ONCE: usize = 64;

impl<'r> Output<'r> {
    /// Stages the output of the tables of `export`; `digest` is that of an archive as a
    /// whole.
    pub(crate) fn new(
        target: &'r Target,
        export: &Export,
        digest: Digest,
        stage: &Stage,
    ) -> Result<Self> {
        let form = match target.place().filter(|_| export.is_folder()) {
            None => Form::Table,
            Some(out) if is_zip(out) => Form::Archive,
            Some(out) => Form::Folder(stage.folder(out, true)?),
        };
        Ok(Self { target, form, digest })
    }

    /// Opens the sink of a table.
    pub(crate) fn sink(&self, table: &Table, stage: &Stage) -> Result<Sink> {
        let out = self.target.given();
        match &self.form {
            Form::Table => Sink::open(self.target, stage),
            Form::Folder(root) => {
                let file = stage.create(&root.join(&table.relative))?;
                Sink::file(file, out.join(&table.relative), Packing::of(&table.relative))
            }
            Form::Archive => {
                let path = out.join(table.documents());
                Sink::file(temporary_file(self.target)?, path, Some(Packing::Deflate))
            }
        }
    }

    /// Adds the files that are carried over to the finished tables.
    pub(crate) fn close(
        &self,
        tables: &[(&Table, &Sink)],
        carried: &CarriedFiles<'_>,
        stage: &Stage,
    ) -> Result<Option<WrittenArchive>> {
        match &self.form {
            Form::Table => Ok(None),
            Form::Folder(root) => {
                let copy = |file: &OutputFile<'_>| {
                    carried.copy(file, &mut stage.create(&root.join(&file.relative))?)
                };
                carried.files()?.par_iter().try_for_each(copy).map(|()| None)
            }
            Form::Archive => self.write_archive(tables, carried, stage).map(Some),
        }
    }

    fn write_archive(
        &self,
        tables: &[(&Table, &Sink)],
        carried: &CarriedFiles<'_>,
        stage: &Stage,
    ) -> Result<WrittenArchive> {
        let mut files = carried.files()?;
        files.extend(tables.iter().map(|(table, sink)| OutputFile {
            relative: table.relative.clone(),
            content: Content::Written(table, sink),
        }));
        files.sort_by_cached_key(|file| carried.order(file));
        let out = self.target.given();
        let cannot_write = |error| Error::io("cannot write", out, error);
        self.check_names(&files)?;
        let mut archive = ArchiveWriter::new(stage.file(out, true)?, self.digest);
        for files in files.chunks(AT_ONCE) {
            let packed = files.par_iter().map(|file| self.packed(file, carried));
            for (file, packed) in files.iter().zip(packed.collect::<Result<Vec<_>>>()?) {
                archive.add(&file.name(), packed).map_err(cannot_write)?;
            }
        }
        archive.finish().map_err(cannot_write)
    }

    /// Refuses tables that an import would take for something else, and names that
    /// could not be read again.
    fn check_names(&self, files: &[OutputFile<'_>]) -> Result<()> {
        let out = self.target.given();
        let names: Vec<_> = files.iter().map(OutputFile::name).collect();
        if let Some(file) = files.iter().find(|file| file.is_table_of_system()) {
            return Err(Error::at(out.join(file.name()), NO_TABLE));
        }
        check_names(names.iter().map(String::as_str)).map_err(|fault| Error::at(out, fault))
    }

    /// Packs a file that is not packed. One that is packed is read to its end, so that
    /// no damaged entry is copied. It is copied in a second pass: files are checked on
    /// all cores, and copied in order.
    fn packed(&self, file: &OutputFile<'_>, carried: &CarriedFiles<'_>) -> Result<PackedBytes> {
        let path = carried.path(file);
        let cannot_read = |error| Error::io("cannot read", &path, error);
        if let Content::Written(_, sink) = file.content {
            return sink.packed();
        }
        let mut bytes = carried.open(file)?;
        match carried.packed(file) {
            Some(packed) => {
                io::copy(&mut bytes, &mut io::sink()).map_err(cannot_read)?;
                packed.map_err(cannot_read)
            }
            None => pack(&mut bytes, temporary_file(self.target)?)
                .map_err(|error| Error::io("cannot pack", &path, error)),
        }
    }
}

const NO_TABLE: RequestFault = RequestFault {
    what: "has a name that means something else to an import",
    advice: "Give the table another name, or write a folder.",
};

fn pack(bytes: &mut dyn Read, file: File) -> io::Result<PackedBytes> {
    let pages = PageWriter::new(file, Packing::Deflate)?;
    read_chunks(bytes, 64 << 10, |chunk| pages.pack(pages.cut(chunk)))?;
    pages.finish()?;
    pages.packed()
}

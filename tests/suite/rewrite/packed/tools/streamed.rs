//! ZIPs written and read by the crate that Convex uses.

use async_zip::base::read::mem::ZipFileReader;
use async_zip::base::write::ZipFileWriter;
use async_zip::{Compression, ZipEntry, ZipEntryBuilder};
use futures_lite::AsyncWriteExt;
use futures_lite::future::block_on;

use super::listing::Files;

fn entry(name: &str, compression: Compression) -> ZipEntry {
    ZipEntryBuilder::new(name.to_owned().into(), compression).unix_permissions(0o644).build()
}

/// An archive as Convex exports it: streamed, so that sizes stand behind the
/// data and in the directory only, with 64-bit numbers and no date.
pub fn streamed(files: &Files, compression: Compression) -> Vec<u8> {
    block_on(async {
        let mut writer = ZipFileWriter::new(Vec::new()).force_zip64();
        for (name, content) in files {
            let entry = entry(name, compression);
            let mut stream = writer.write_entry_stream(entry).await.expect("an entry");
            stream.write_all(content).await.expect("written");
            stream.close().await.expect("closed");
        }
        writer.close().await.expect("a ZIP")
    })
}

/// An archive whose sizes stand before the data, as most programs write it.
pub fn whole(files: &Files, compression: Compression) -> Vec<u8> {
    block_on(async {
        let mut writer = ZipFileWriter::new(Vec::new());
        for (name, content) in files {
            // Folders are never compressed.
            let is_folder = name.ends_with('/');
            let compression = if is_folder { Compression::Stored } else { compression };
            writer.write_entry_whole(entry(name, compression), content).await.expect("an entry");
        }
        writer.close().await.expect("a ZIP")
    })
}

/// The entries of an archive as this crate reads them, every checksum
/// compared.
pub fn read(zip: &[u8]) -> Files {
    block_on(async {
        let reader = ZipFileReader::new(zip.to_vec()).await.expect("a ZIP");
        let mut files = Vec::new();
        for (at, entry) in reader.file().entries().iter().enumerate() {
            let mut content = Vec::new();
            let mut stream = reader.reader_with_entry(at).await.expect("an entry");
            stream.read_to_end_checked(&mut content).await.expect("sound data");
            files.push((entry.filename().as_str().expect("UTF-8").to_owned(), content));
        }
        files
    })
}

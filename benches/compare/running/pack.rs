//! Packs an export, and packs it anew as a whole program might that changes
//! nothing.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;
use std::sync::Mutex;
use std::thread;

use flate2::Compression;
use flate2::bufread::DeflateDecoder;
use flate2::write::{DeflateEncoder, GzEncoder};
use rawzip::{CompressionMethod, RECOMMENDED_BUFFER_SIZE, ZipArchive, ZipArchiveWriter};

/// What one thread packs at once.
const CHUNK: usize = 512 << 10;

/// Packs the tables of a folder as a snapshot.
pub fn pack(from: &Path, to: &Path) -> io::Result<()> {
    let mut zip = ZipArchiveWriter::new(BufWriter::new(File::create(to)?));
    let mut list = String::new();
    for (number, table) in fs::read_dir(from)?.enumerate() {
        let table = table?.path();
        let name = table.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        list.push_str(&format!("{{\"name\":\"{name}\",\"id\":{}}}\n", 10_001 + number));
        let mut add = |name: &str, bytes: &mut dyn Read| {
            let entry = zip.new_file(name).compression_method(CompressionMethod::DEFLATE);
            let (mut entry, config) = entry.start().map_err(io::Error::other)?;
            let encoder = DeflateEncoder::new(&mut entry, Compression::default());
            let mut writer = config.wrap(encoder);
            io::copy(bytes, &mut writer)?;
            let (encoder, sizes) = writer.finish().map_err(io::Error::other)?;
            encoder.finish()?;
            entry.finish(sizes).map_err(io::Error::other).map(drop)
        };
        add(&format!("{name}/documents.jsonl"), &mut File::open(&table)?)?;
        add(&format!("{name}/generated_schema.jsonl"), &mut &b"\"uniform\"\n"[..])?;
        if list.lines().count() == 3 {
            add("_tables/documents.jsonl", &mut list.as_bytes())?;
        }
    }
    zip.finish().map_err(io::Error::other)?.flush()
}

/// Packs each table of a folder on its own.
pub fn pack_tables(from: &Path, to: &Path, ending: &str) -> io::Result<()> {
    fs::create_dir(to)?;
    for table in fs::read_dir(from)? {
        let table = table?;
        let mut name = table.file_name();
        name.push(format!(".{ending}"));
        let mut bytes = File::open(table.path())?;
        let out = File::create(to.join(name))?;
        if ending == "gz" {
            let mut encoder = GzEncoder::new(out, Compression::default());
            io::copy(&mut bytes, &mut encoder)?;
            encoder.finish()?;
        } else {
            zstd::stream::copy_encode(&mut bytes, out, 0)?;
        }
    }
    Ok(())
}

/// Unpacks all entries and packs them again, chunk by chunk, by all threads;
/// what comes out is in no order.
pub fn repack(from: &Path, to: &Path, threads: u64) -> io::Result<()> {
    let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
    let zip = ZipArchive::from_file(File::open(from)?, &mut buffer).map_err(io::Error::other)?;
    let mut places = Vec::new();
    let mut entries = zip.entries(&mut buffer);
    while let Some(entry) = entries.next_entry().map_err(io::Error::other)? {
        places.push(entry.wayfinder());
    }
    let out = Mutex::new(File::create(to)?);
    for place in places {
        let entry = zip.get_entry(place).map_err(io::Error::other)?;
        let packed = BufReader::with_capacity(64 << 10, entry.reader());
        let unpacked = Mutex::new(DeflateDecoder::new(packed));
        let work = || repack_chunks(&unpacked, &out);
        thread::scope(|scope| {
            let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            workers.into_iter().try_for_each(|worker| worker.join().expect("no panic"))
        })?;
    }
    Ok(())
}

fn repack_chunks(from: &Mutex<impl Read>, to: &Mutex<File>) -> io::Result<()> {
    let mut chunk = Vec::with_capacity(CHUNK);
    loop {
        chunk.clear();
        (&mut *from.lock().expect("no panic")).take(CHUNK as u64).read_to_end(&mut chunk)?;
        if chunk.is_empty() {
            return Ok(());
        }
        let mut encoder = DeflateEncoder::new(Vec::with_capacity(CHUNK), Compression::default());
        encoder.write_all(&chunk)?;
        let packed = encoder.finish()?;
        to.lock().expect("no panic").write_all(&packed)?;
    }
}

//! Python's standard library, as a reader and a witness of its own.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::listing::{self, Files};
use super::streamed;
use crate::support::folder::Folder;

/// Runs a script with arguments in a folder; returns what it prints, as JSON.
pub fn python(folder: &Path, script: &str, args: &[String]) -> Value {
    let mut command = Command::new("python3");
    let ran = command.arg("-c").arg(script).args(args).current_dir(folder).output();
    let ran = ran.expect("python3, which these tests need");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    serde_json::from_slice(&ran.stdout).expect("JSON")
}

const LIST: &str = "
import json, sys, zipfile
def listed(path):
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None, path
        return [[e.filename, e.compress_type, e.CRC] for e in archive.infolist()]
json.dump([listed(path) for path in sys.argv[1:]], sys.stdout)
";

/// Three readers that share no code find the same in each archive, and no
/// fault.
pub fn readers_agree(zips: &[Vec<u8>]) {
    let folder = Folder::new();
    let names: Vec<_> = (0..zips.len()).map(|number| format!("{number}.zip")).collect();
    names.iter().zip(zips).for_each(|(name, zip)| folder.write(name, zip));
    let listed = python(&folder.path(""), LIST, &names);
    for (number, zip) in zips.iter().enumerate() {
        let entries = listing::entries(zip);
        let expected =
            entries.iter().map(|entry| serde_json::json!([entry.name, entry.method, entry.crc]));
        assert_eq!(listed[number], expected.collect::<Value>());
        let files: Files = entries.into_iter().map(|entry| (entry.name, entry.content)).collect();
        assert!(streamed::read(zip) == files);
    }
}

/// Runs a program and tells the most memory that it held. Python begins it,
/// since what the process held that began it counts as well.
const WATCH: &str = "
import json, resource, subprocess, sys
ran = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, capture_output=True)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
json.dump([ran.returncode, ran.stderr.decode(), peak], sys.stdout)
";

/// What a watched run came to.
#[derive(Debug)]
pub struct Watched {
    pub code: i64,
    pub stderr: String,
    /// The most memory that it held, in KiB.
    pub peak: u64,
}

/// Runs the product in a folder and watches its memory.
pub fn watched(folder: &Folder, args: &str) -> Watched {
    let program = env!("CARGO_BIN_EXE_idswap");
    let args: Vec<_> =
        std::iter::once(program).chain(args.split_whitespace()).map(str::to_owned).collect();
    let told = python(&folder.path(""), WATCH, &args);
    Watched {
        code: told[0].as_i64().expect("a code"),
        stderr: told[1].as_str().expect("words").to_owned(),
        peak: told[2].as_u64().expect("a peak"),
    }
}

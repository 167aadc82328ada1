//! What else could do the job: scripts in `benches/peers`, as a user at home
//! with the tool would write them.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::export::Shape;
use crate::running::contender::Contender;
use crate::running::markdown::print_rows;
use crate::running::rounds::{measure, remove_outputs};
use crate::running::workplace::Workplace;

pub fn all(place: &Workplace, megabytes: f64) -> io::Result<()> {
    let place = place.with_runs(place.runs.min(3))?;
    // As many records a user as in the main job.
    let usual = Shape::USUAL;
    let users = (usual.users as f64 * megabytes / usual.megabytes).ceil() as u64;
    place.generate(&Shape { users, ..Shape::of(megabytes) })?;
    let mut contenders =
        vec![Contender::cp(), Contender::idswap("--digest none"), Contender::idswap("")];
    let mut missing = Vec::new();
    for (name, peer) in [
        ("perl", script("perl", "perl", "swap.pl")),
        ("Python with orjson", python("orjson", "swap.py")),
        ("DuckDB", python("duckdb", "run_duckdb.py").or_else(duckdb_alone)),
        ("jq", script("jq", "sh", "jq.sh")),
    ] {
        let Some(peer) = peer else {
            missing.push(name.to_owned());
            continue;
        };
        let peer = peer.named(name).judged();
        match peer.run(place.path()) {
            Ok(_) => contenders.push(peer),
            Err(error) => missing.push(format!("{name} (it fails: {error})")),
        }
        remove_outputs(&place)?;
    }
    let rows = measure(&place, &contenders)?;
    print_rows(&format!("Other tools: {megabytes} MB, {users} users"), &place, &rows)?;
    if !missing.is_empty() {
        println!("\nLeft out, not found or failing: {}.", missing.join(", "));
    }
    Ok(())
}

/// A script and what runs it, if `tool` is there.
fn script(tool: &str, runs: &str, file: &str) -> Option<Contender> {
    is_found(tool).then(|| peer(runs, file).words("ids.csv export out"))
}

/// A Python script, if the package is there. The interpreter is asked for its
/// own path, since `python3` may be a script that looks for it.
fn python(package: &str, file: &str) -> Option<Contender> {
    let question = format!("import {package}, sys; print(sys.executable)");
    let answer = Command::new("python3").args(["-c", &question]).stderr(Stdio::null()).output();
    let answer = answer.ok().filter(|answer| answer.status.success())?;
    let interpreter = String::from_utf8(answer.stdout).ok()?;
    Some(peer(interpreter.trim(), file).words("ids.csv export out"))
}

fn duckdb_alone() -> Option<Contender> {
    let line = "mkdir out && exec duckdb -bail -f \"$0\"";
    let command = || Contender::new("", "sh").argument("-c").argument(line);
    is_found("duckdb").then(|| command().argument(path("duckdb.sql")))
}

fn peer(runs: &str, file: &str) -> Contender {
    Contender::new("", runs).argument(path(file))
}

fn path(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers").join(file)
}

/// Whether the shell would find a program.
pub fn is_found(program: &str) -> bool {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).any(|folder| folder.join(program).is_file())
}

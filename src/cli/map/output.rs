//! The map file that a command writes.

use std::path::{Path, PathBuf};

use crate::cli::terminal::ShellCommand;
use crate::error::{Error, RequestFault, Result};
use crate::storage::{Claims, LoneFile};

/// Opens a map file for writing, as CSV.
///
/// # Errors
/// Returns an error if the file cannot be written, would replace one of the
/// inputs, or has a name under which it would be read as something else.
pub(crate) fn open<'a>(
    out: &Path,
    force: bool,
    inputs: impl IntoIterator<Item = &'a PathBuf>,
) -> Result<LoneFile> {
    let claims = Claims::default().files(inputs)?;
    let ending = out.extension().unwrap_or_default().to_ascii_lowercase();
    if let Some("json" | "jsonl" | "ndjson" | "gz" | "zst" | "zip") = ending.to_str() {
        let what = "is not the name of a CSV file, and that is what would be written";
        return Err(Error::at(out, RequestFault { what, advice: "Let its name end in .csv." }));
    }
    LoneFile::new("--out", out, force, claims)
}

/// The command that checks a map.
pub(crate) fn check_command(map: &Path, allow_chains: bool) -> ShellCommand {
    ShellCommand::new("idswap map check").value(map).flag("--allow-chains", allow_chains)
}

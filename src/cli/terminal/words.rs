//! Phrases, paths and command words for people and shells.

use std::path::Path;

use crate::error::{printable, printable_path};

/// Where an output was written.
pub(crate) fn written_to(out: &Path) -> String {
    match out == Path::new("-") {
        true => "written to standard output".to_owned(),
        false => format!("written to {}", printable_path(out)),
    }
}

/// A path or name, quoted for a shell.
pub(crate) fn quote(word: &Path) -> String {
    let text = word.to_string_lossy();
    match shlex::try_quote(&text) {
        Ok(quoted) => printable(&quoted),
        Err(_) => printable(&text),
    }
}

/// An option and its value as words of a command.
pub(crate) fn option(name: &str, value: impl AsRef<Path>) -> [String; 2] {
    [name.to_owned(), quote(value.as_ref())]
}

/// A name that no file has yet, so that nothing is overwritten.
pub(crate) fn free_name(stem: &str, ending: &str) -> String {
    let taken = |name: &String| Path::new(name).exists();
    let more = (2..).map(|number| format!("{stem}{number}{ending}"));
    let mut names = std::iter::once(format!("{stem}{ending}")).chain(more);
    names.find(|name| !taken(name)).unwrap_or_default()
}

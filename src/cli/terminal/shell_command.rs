//! Commands that a person can paste into a shell.

use std::fmt::{self, Display};
use std::path::Path;

use crate::error::printable;

/// A command under construction: words separated by spaces.
pub(crate) struct ShellCommand(String);

impl ShellCommand {
    /// Starts a command with words that need no quotes.
    pub(crate) fn new(words: &str) -> Self {
        Self(words.to_owned())
    }

    /// Adds words that need no quotes.
    pub(crate) fn words(mut self, words: impl Display) -> Self {
        self.0 += &format!(" {words}");
        self
    }

    /// Adds a path or a name, quoted where a shell needs it.
    pub(crate) fn value(self, value: impl AsRef<Path>) -> Self {
        self.words(quote(value))
    }

    /// Adds a flag if it is set.
    pub(crate) fn flag(self, name: &str, is_set: bool) -> Self {
        if is_set { self.words(name) } else { self }
    }

    /// Adds an option once for each value.
    pub(crate) fn options(self, name: &str, values: impl IntoIterator<Item: AsRef<Path>>) -> Self {
        values.into_iter().fold(self, |command, value| command.words(name).value(value))
    }
}

impl Display for ShellCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A path or a name, quoted where a shell needs it.
pub(crate) fn quote(word: impl AsRef<Path>) -> String {
    let text = word.as_ref().to_string_lossy();
    match shlex::try_quote(&text) {
        Ok(quoted) => printable(&quoted),
        Err(_) => printable(&text),
    }
}

/// A file name that is not in use, so that the command overwrites nothing.
pub(crate) fn free_name(stem: &str, ending: &str) -> String {
    let is_taken = |name: &String| Path::new(name).exists();
    let more = (2..).map(|number| format!("{stem}{number}{ending}"));
    let mut names = std::iter::once(format!("{stem}{ending}")).chain(more);
    names.find(|name| !is_taken(name)).unwrap_or_default()
}

//! How to import the output of a snapshot into Convex, and how to undo that.

use std::path::Path;

use super::args::Args;
use crate::cli::terminal::{ShellCommand, creation_time, quote};
use crate::jobs::rewrite::Request;
use crate::report::Report;
use crate::storage::{Target, is_zip};

/// The steps of an import, one line each. There are none after a dry run and
/// for exports that are not snapshots.
pub(crate) fn steps(args: &Args, report: &Report, request: &Request) -> Vec<String> {
    let Some(Target::Place(out)) = args.out.as_deref().map(Target::of) else { return Vec::new() };
    if report.dry_run || !request.is_snapshot() {
        return Vec::new();
    }
    let rejected = report.summary.is_some_and(|all| all.total_rejected > 0);
    let import = Import {
        out: &out,
        changes: args.changes.as_deref(),
        rejects: request.rejects().filter(|_| rejected),
        newest: report.newest_creation_time,
        open: report.attention,
    };
    import.lines()
}

/// What the steps depend on.
struct Import<'i> {
    out: &'i Path,
    changes: Option<&'i Path>,
    /// The folder of lines that the run set aside, if any.
    rejects: Option<&'i Path>,
    /// The newest creation time, in milliseconds since 1970.
    newest: Option<f64>,
    /// Whether a person has to decide something first.
    open: bool,
}

impl Import<'_> {
    fn lines(&self) -> Vec<String> {
        if !is_zip(self.out) {
            return vec!["import: that takes a .zip: name one with --out".to_owned()];
        }
        let when = if self.open { "import, once that is decided" } else { "import" };
        let renamed = self.out.with_extension("zip");
        let renaming = (renamed != self.out).then(|| {
            format!("  an import takes lower-case .zip: mv {} {}", quote(self.out), quote(&renamed))
        });
        let rejected = self.rejects.map(|_| {
            "  the lines set aside are not in it: --replace removes their records".to_owned()
        });
        let lines = [
            format!("{when}: npx convex import --replace {}", quote(&renamed)),
            "  without --prod or --deployment NAME it goes to the development deployment"
                .to_owned(),
            self.lost(),
            self.way_back(),
            "  never import the whole snapshot to go back: --replace would put every table back"
                .to_owned(),
        ];
        renaming.into_iter().chain(lines).chain(rejected).collect()
    }

    fn lost(&self) -> String {
        let newest = self.newest.map(|newest| {
            format!("; the newest record of tables with rules is of {}", creation_time(newest))
        });
        let newest = newest.unwrap_or_default();
        format!("  it loses all that was written to its tables since the export{newest}")
    }

    fn way_back(&self) -> String {
        let Some(changes) = self.changes else {
            return "  there is no way back without a change log: run again with --changes FILE first"
                .to_owned();
        };
        let log = if changes == Path::new("-") { Path::new("LOG") } else { changes };
        let undo = ShellCommand::new("idswap undo")
            .value(self.out)
            .options("--changes", [log])
            .options("--rejects", self.rejects)
            .words("--only-changed --out back.zip");
        format!(
            "  the way back: {undo}, and import that; a new export in place of {} keeps what was written since",
            quote(self.out)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn import(out: &str) -> Import<'_> {
        Import { out: Path::new(out), changes: None, rejects: None, newest: None, open: false }
    }

    #[test]
    fn a_folder_is_not_imported() {
        for out in ["out", "out.zip/", "zip", "out.zip.d"] {
            let lines = import(out).lines();
            assert_eq!(lines.len() == 1, !out.ends_with('/'), "{out}: {lines:?}");
        }
    }

    #[test]
    fn commands_can_be_pasted() {
        let all = Import {
            changes: Some(Path::new("the log.jsonl")),
            rejects: Some(Path::new("a b.zip.rejects")),
            newest: Some(1_755_824_460_180.360_6),
            ..import("a b.zip")
        };
        let [import, prod, lost, back, never, set_aside] = &all.lines()[..] else {
            panic!("six lines")
        };
        assert!(set_aside.contains("set aside"), "{set_aside}");
        assert_eq!(import, "import: npx convex import --replace 'a b.zip'");
        assert!(prod.contains("--prod") && prod.contains("--deployment NAME"), "{prod}");
        assert!(lost.ends_with("2025-08-22T01:01:00.180Z (_creationTime 1755824460180.3606)"));
        let undo = "  the way back: idswap undo 'a b.zip' --changes 'the log.jsonl' \
            --rejects 'a b.zip.rejects' --only-changed --out back.zip, ";
        assert!(back.starts_with(undo), "{back}");
        assert!(never.starts_with("  never import the whole snapshot"), "{never}");
    }

    #[test]
    fn what_is_not_known_is_not_said() {
        let lines = Import { open: true, ..import("out.zip") }.lines();
        assert_eq!(lines[0], "import, once that is decided: npx convex import --replace out.zip");
        assert!(lines[2].ends_with("since the export"), "{lines:?}");
        assert!(lines[3].contains("--changes FILE"), "{lines:?}");
        let streamed = Import { changes: Some(Path::new("-")), ..import("out.zip") };
        assert!(streamed.lines()[3].contains("--changes LOG "), "{:?}", streamed.lines());
    }
}

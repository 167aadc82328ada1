//! The files of a run and their digests.

use super::markup::Markup;
use crate::report::check::NamedFile;
use crate::report::model::{FileReport, Report};
use crate::report::words::counted;

/// All files that the report names.
pub(crate) fn draw(main: &mut Markup, report: &Report) {
    main.section("Files and digests", |section| {
        section.element("table", &[("class", "files"), ("role", "table")], |table| {
            table.literal("<caption class=\"unseen\">Files of the run</caption>");
            table.element("thead", &[("role", "rowgroup")], head);
            table.element("tbody", &[("role", "rowgroup")], |body| {
                for named in report.files() {
                    row(body, &named);
                }
            });
        });
    });
}

fn head(head: &mut Markup) {
    head.element("tr", &[("role", "row")], |row| {
        for name in ["file", "what", "size", "digest"] {
            row.leaf("th", &[("scope", "col"), ("role", "columnheader")], name);
        }
    });
    head.line();
}

fn row(body: &mut Markup, NamedFile { role, file }: &NamedFile<'_>) {
    body.element("tr", &[("role", "row")], |row| {
        row.element("th", &[("scope", "row"), ("role", "rowheader")], |path| {
            path.leaf("code", &[], &file.path);
        });
        row.leaf("td", &[("role", "cell")], &role.to_string());
        row.leaf("td", &[("role", "cell")], &size(file));
        row.element("td", &[("role", "cell")], |digest| match &file.digest {
            Some(text) => digest.leaf("code", &[], text),
            None => digest.text("none taken"),
        });
    });
    body.line();
}

fn size(file: &FileReport) -> String {
    let bytes = counted(file.bytes, "byte");
    match (file.offset, file.file_bytes) {
        (Some(offset), Some(all)) => {
            format!("{bytes} from {offset} of {}", counted(all, "byte"))
        }
        _ => bytes,
    }
}

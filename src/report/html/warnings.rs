//! The warnings.

use super::markup::Markup;
use crate::report::model::{Report, Warning};
use crate::report::words::{count, counted};

/// The number of warnings that are shown without folding.
const UNFOLDED: usize = 20;

/// All warnings.
pub(crate) fn draw(main: &mut Markup, report: &Report) {
    main.section("Warnings", |section| {
        let (first, more) = report.warnings.split_at(report.warnings.len().min(UNFOLDED));
        match first {
            [] => section.literal("<p>None.</p>"),
            first => list(section, first),
        }
        if !more.is_empty() {
            section.element("details", &[], |details| {
                let more_words = counted(more.len() as u64, "more warning");
                details.leaf("summary", &[], &more_words);
                list(details, more);
            });
        }
    });
}

fn list(around: &mut Markup, warnings: &[Warning]) {
    around.element("ul", &[("class", "warnings")], |list| {
        for warning in warnings {
            list.element("li", &[], |item| one(item, warning));
            list.line();
        }
    });
}

fn one(item: &mut Markup, warning: &Warning) {
    if let Some(place) = warning.place() {
        item.leaf("code", &[], &place);
        item.text(" ");
    }
    item.text(&warning.message);
    let first = match warning.first() {
        Some(offset) => format!(", first record at byte {}", count(offset)),
        None => String::new(),
    };
    item.text(" ");
    item.leaf("small", &[], &format!("({} × {}{first})", warning.code, count(warning.count)));
}

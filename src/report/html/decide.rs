//! What needs a decision.

use super::markup::Markup;
use crate::report::model::{Report, Share, TableReport};
use crate::report::words::{count, counted};

/// The number of IDs that are shown without folding.
const UNFOLDED: usize = 10;

/// The places that need a decision, by field, and the unmapped IDs.
pub(crate) fn draw(main: &mut Markup, report: &Report) {
    let Some(tables) = &report.tables else { return };
    if report.open_places() == 0 {
        return;
    }
    main.section("What needs a decision", |section| {
        section.element("ul", &[("class", "open")], |list| {
            for (name, table) in tables.iter().filter(|(_, table)| table.rejected > 0) {
                let lines = counted(table.rejected, "line");
                item(list, name, &format!("{lines} set aside: no record"));
            }
            for field in report.fields() {
                let kinds = field.of(Share::Open);
                let kinds: Vec<_> = kinds
                    .map(|(kind, places)| format!("{} {}", count(places), kind.word()))
                    .collect();
                if !kinds.is_empty() {
                    item(list, &format!("{}.{}", field.table, field.path), &kinds.join(", "));
                }
            }
        });
        section.line();
        for (name, table) in tables.iter().filter(|(_, table)| table.unmapped_total > 0) {
            unmapped(section, name, table);
        }
    });
}

fn item(list: &mut Markup, place: &str, what: &str) {
    list.element("li", &[], |item| {
        item.leaf("code", &[], place);
        item.text(" ");
        item.leaf("strong", &[], what);
    });
}

/// The unmapped IDs of a table, folded if there are many.
fn unmapped(section: &mut Markup, name: &str, table: &TableReport) {
    section.element("h3", &[], |title| {
        title.text("Unmapped in ");
        title.leaf("code", &[], name);
    });
    let listed = table.unmapped.len();
    let ids = counted(table.unmapped_total, "distinct ID");
    let what = match listed as u64 == table.unmapped_total {
        true => ids,
        false => format!("{ids}, the first {} listed", count(listed as u64)),
    };
    if listed <= UNFOLDED {
        section.leaf("p", &[], &what);
        id_list(section, &table.unmapped);
    } else {
        section.element("details", &[], |details| {
            details.leaf("summary", &[], &what);
            id_list(details, &table.unmapped);
        });
    }
    section.line();
}

fn id_list(around: &mut Markup, ids: &[String]) {
    around.element("ul", &[("class", "ids")], |list| {
        for id in ids {
            list.element("li", &[], |item| item.leaf("code", &[], id));
        }
    });
}

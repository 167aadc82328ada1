//! What changed: a bar for each field, and all counts.

use super::markup::Markup;
use crate::report::model::{Counted, FieldReport, Kind, Report, Share, TableReport, total};
use crate::report::words::{count, counted};

const SHARES: [(Share, &str, &str); 4] = [
    (Share::Mapped, "rewritten", "mapped"),
    (Share::Left, "right as is", "left"),
    (Share::Open, "to decide", "open"),
    (Share::Nothing, "no value", "nothing"),
];

/// Each table with its fields drawn, then every count.
pub(crate) fn draw(main: &mut Markup, report: &Report) {
    let Some(tables) = &report.tables else { return };
    main.section("What changed, field by field", |section| {
        legend(section);
        for (name, table) in tables {
            of_table(section, name, table, table.counted(name, &report.rules.fields));
        }
        if !report.copied.is_empty() {
            section.element("p", &[], |line| {
                line.text("Passed through unread, without a look inside: ");
                line.leaf("code", &[], &report.copied.join(", "));
            });
        }
    });
    main.section("Every count", |section| {
        section.literal(
            "<p class=\"aside\">values = exempt + mapped + kept + already + unmapped + native + \
             unrecognized + collided + null + wrongType</p>\n",
        );
        let attributes = [
            ("class", "scroll"),
            ("role", "region"),
            ("tabindex", "0"),
            ("aria-label", "Every count"),
        ];
        section.element("div", &attributes, |region| every_count(region, report));
    });
}

fn legend(section: &mut Markup) {
    section.literal(
        "<p class=\"aside\">A bar is all places of one field; its parts are to scale.</p>\n",
    );
    section.element("ul", &[("class", "legend"), ("aria-hidden", "true")], |list| {
        for (_, name, class) in SHARES {
            list.element("li", &[], |item| {
                item.leaf("i", &[("class", class)], "");
                item.text(name);
            });
        }
    });
    section.line();
}

fn of_table<'r>(
    section: &mut Markup,
    name: &str,
    table: &TableReport,
    fields: impl Iterator<Item = Counted<'r>>,
) {
    section.element("h3", &[], |title| title.leaf("code", &[], name));
    let rejected = match table.rejected {
        0 => String::new(),
        lines => format!(", {} rejected", count(lines)),
    };
    let records = counted(table.total, "record");
    let (updated, skipped) = (count(table.updated), count(table.skipped));
    section.leaf("p", &[], &format!("{records}: {updated} updated, {skipped} skipped{rejected}"));
    // Rows are laid out as grids, which would lose the roles of a table.
    section.element("table", &[("class", "fields"), ("role", "table")], |table| {
        table.leaf("caption", &[("class", "unseen")], &format!("Fields of {name}"));
        table.element("thead", &[("role", "rowgroup")], head);
        table.element("tbody", &[("role", "rowgroup")], |body| {
            fields.for_each(|field| row(body, &field));
        });
    });
    section.line();
}

fn head(head: &mut Markup) {
    head.element("tr", &[("role", "row")], |row| {
        let names = SHARES.map(|(_, name, _)| name);
        for name in ["field", "records"].into_iter().chain(names).chain(["in detail"]) {
            row.leaf("th", &[("scope", "col"), ("role", "columnheader")], name);
        }
    });
    head.line();
}

fn row(body: &mut Markup, counted: &Counted<'_>) {
    body.element("tr", &[("role", "row")], |row| {
        row.element("th", &[("scope", "row"), ("role", "rowheader")], |name| {
            name.leaf("code", &[], counted.path);
            if counted.optional {
                name.literal(" <small>optional</small>");
            }
        });
        let cell = |row: &mut Markup, class: &str, name: &str, number: u64| {
            let attributes = [("class", class), ("role", "cell"), ("data-name", name)];
            row.leaf("td", &attributes, &count(number));
        };
        cell(row, "number", "records", counted.field.records);
        for (share, name, class) in SHARES {
            let places = counted.places(share);
            let class =
                if places > 0 { format!("number some {class}") } else { "number".to_owned() };
            cell(row, &class, name, places);
        }
        row.leaf("td", &[("class", "detail"), ("role", "cell")], &detail(counted.field));
        bar(row, counted);
    });
    body.line();
}

/// All counts of the field in words.
fn detail(field: &FieldReport) -> String {
    let kinds = field.kinds().into_iter().filter(|(_, places)| *places > 0);
    let words: Vec<_> =
        kinds.map(|(kind, places)| format!("{} {}", count(places), kind.word())).collect();
    if words.is_empty() { "nothing was there".to_owned() } else { words.join(", ") }
}

/// The values of a field to scale. The numbers are in the cells beside it, so
/// the bar is hidden from screen readers.
fn bar(row: &mut Markup, counted: &Counted<'_>) {
    let kinds = counted.field.kinds();
    let all = total(kinds.iter().map(|(_, places)| *places));
    row.element("td", &[("class", "bar"), ("aria-hidden", "true")], |bar| {
        for (kind, places) in kinds.into_iter().filter(|(_, places)| *places > 0) {
            part(bar, kind, places, all, class(kind.share(counted.optional)));
        }
    });
}

fn part(bar: &mut Markup, kind: Kind, places: u64, all: u64, class: &str) {
    let width = format!("width:{:.5}%", places as f64 / all as f64 * 100.0);
    let title = format!("{} {}", count(places), kind.word());
    let number = places.to_string();
    let attributes =
        [("class", class), ("style", &*width), ("title", &*title), ("data-count", &*number)];
    bar.leaf("i", &attributes, "");
}

fn class(share: Share) -> &'static str {
    SHARES.iter().find(|(other, _, _)| *other == share).map_or("", |(_, _, class)| class)
}

fn every_count(region: &mut Markup, report: &Report) {
    region.element("table", &[("class", "counts")], |table| {
        table.literal("<caption class=\"unseen\">Every count of every field</caption>");
        table.element("thead", &[], |head| {
            head.element("tr", &[], |row| {
                row.leaf("th", &[("scope", "col")], "field");
                for (name, _) in FieldReport::default().counts() {
                    row.leaf("th", &[("scope", "col")], name);
                }
            });
        });
        table.line();
        table.element("tbody", &[], |body| {
            for field in report.fields() {
                body.element("tr", &[], |row| {
                    row.element("th", &[("scope", "row")], |name| {
                        name.leaf("code", &[], &format!("{}.{}", field.table, field.path));
                    });
                    for (_, number) in field.field.counts() {
                        row.leaf("td", &[], &count(number));
                    }
                });
                body.line();
            }
        });
    });
}

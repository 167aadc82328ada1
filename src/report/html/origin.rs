//! What the counts are based on: the map, the forms of IDs, the rules.

use super::markup::Markup;
use crate::report::model::Report;
use crate::report::words::count;

/// The state of the map, the forms of IDs, and the rules.
pub(crate) fn draw(main: &mut Markup, report: &Report) {
    main.section("The map", |section| {
        let map = &report.map;
        let unused = map.unused.map_or_else(|| "not known".to_owned(), count);
        let pairs = [
            ("entries", count(map.entries)),
            ("undecided", count(map.undecided)),
            ("repeated rows", count(map.duplicates)),
            ("shared targets", count(map.many_to_one)),
            ("never used", unused),
        ];
        section.list("totals", pairs);
        let ids = &report.ids;
        let from = if ids.inferred { "inferred from the map" } else { "as the rules say" };
        let target = ids.target.as_deref().unwrap_or("without a common form");
        section.element("p", &[], |line| {
            line.text(&format!("IDs, {from}: source "));
            line.leaf("code", &[], &ids.source);
            line.text(", target ");
            line.leaf("code", &[], target);
        });
    });
    main.section("The rules", |section| {
        section.element("p", &[], |line| {
            line.text("From ");
            line.leaf("code", &[], &report.rules.source);
            line.text(". Only these fields were looked at:");
        });
        section.element("ul", &[("class", "rules")], |list| {
            for rule in &report.rules.fields {
                list.element("li", &[], |item| item.leaf("code", &[], &rule.in_words()));
            }
        });
    });
}

//! A report as one page: the verdict first, then what changed, drawn to
//! scale, then all that it rests on. It holds its style, runs no script and
//! loads nothing, so that it can be sent, kept and printed.

mod decide;
mod fields;
mod files;
mod markup;
mod origin;
mod verdict;
mod warnings;

use markup::Markup;

use super::Report;

const STYLE: &str = include_str!("style.css");
const HEAD: &str = "<!DOCTYPE html>\n\
    <html lang=\"en\">\n\
    <head>\n\
    <meta charset=\"utf-8\">\n\
    <meta http-equiv=\"Content-Security-Policy\" \
    content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
    <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
    <meta name=\"color-scheme\" content=\"light dark\">\n\
    <meta name=\"referrer\" content=\"no-referrer\">\n";

/// The page of a report: the same bytes for the same report.
pub fn page(report: &Report) -> String {
    let mut page = Markup::default();
    page.literal(HEAD);
    page.leaf("title", &[], &format!("{} · idswap report", report.verdict()));
    page.line();
    page.element("style", &[], |style| style.literal(STYLE));
    page.literal("\n</head>\n<body>\n");
    header(&mut page, report);
    page.element("main", &[], |main| {
        verdict::draw(main, report);
        decide::draw(main, report);
        fields::draw(main, report);
        warnings::draw(main, report);
        origin::draw(main, report);
        files::draw(main, report);
    });
    page.literal("\n</body>\n</html>\n");
    page.into_html()
}

/// When and with what the run took place.
fn header(page: &mut Markup, report: &Report) {
    let shard = report.shard.as_ref().map(|shard| format!(", shard {shard}")).unwrap_or_default();
    page.element("header", &[], |header| {
        let tool = &report.tool;
        let what = format!("{} {} {}{shard}", tool.name, tool.version, report.command);
        header.leaf("span", &[], &what);
        header.leaf("time", &[("datetime", &report.timestamp)], &report.timestamp);
    });
    page.line();
}

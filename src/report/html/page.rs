//! The page as a whole.

use super::markup::Markup;
use super::{decide, fields, files, origin, verdict, warnings};
use jiff::Timestamp;

use crate::report::model::Report;

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

/// The page of a report. The same report gives the same bytes.
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

/// Whether `text` is a time by RFC 3339; the parser accepts more than that.
fn is_time(text: &str) -> bool {
    let sign = |at: usize| text.as_bytes().get(at).copied();
    let zone = text.len().checked_sub(6).and_then(sign);
    sign(10) == Some(b'T')
        && sign(16) == Some(b':')
        && (text.ends_with('Z') || matches!(zone, Some(b'+' | b'-')))
        && text.bytes().all(|byte| byte.is_ascii_digit() || b"-+:.TZ".contains(&byte))
        && text.parse::<Timestamp>().is_ok()
}

/// The time of the run, and what wrote the report.
fn header(page: &mut Markup, report: &Report) {
    let shard = report.shard.as_ref().map(|shard| format!(", shard {shard}")).unwrap_or_default();
    page.element("header", &[], |header| {
        let tool = &report.tool;
        let what = format!("{} {} {}{shard}", tool.name, tool.version, report.command);
        header.leaf("span", &[], &what);
        let time = &report.timestamp;
        match is_time(time) {
            true => header.leaf("time", &[("datetime", time)], time),
            false => header.leaf("span", &[], time),
        }
    });
    page.line();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_rfc_3339() {
        for (text, expected) in [
            ("2024-05-06T07:08:09Z", true),
            ("2024-05-06T07:08:09.123Z", true),
            ("2024-05-06T07:08:09+02:00", true),
            ("2024-05-06T07:08:09", false),
            ("2024-05-06 07:08:09Z", false),
            ("2024-05-06T07:08Z", false),
            ("2024-05-06T07:08:09-04", false),
            ("2024-05-06T07:08:09+02:00[Europe/Paris]", false),
            ("2024-13-06T07:08:09Z", false),
            ("yesterday", false),
            ("é", false),
            ("", false),
        ] {
            assert_eq!(is_time(text), expected, "{text}");
        }
    }
}

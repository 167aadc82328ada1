//! Builds markup. Tags are literals of this program and text is escaped when it
//! is added, so no data can become markup.

use crate::error::printable;

/// The attributes of an element: names are literals, values are escaped.
pub(crate) type Attributes<'a> = &'a [(&'static str, &'a str)];

/// A piece of a page.
#[derive(Debug, Default)]
pub(crate) struct Markup(String);

impl Markup {
    /// Adds an element and its content.
    pub(crate) fn element(
        &mut self,
        name: &'static str,
        attributes: Attributes<'_>,
        fill: impl FnOnce(&mut Self),
    ) {
        self.open(name, attributes);
        fill(self);
        self.0 += "</";
        self.0 += name;
        self.0 += ">";
    }

    /// Adds an element with text.
    pub(crate) fn leaf(&mut self, name: &'static str, attributes: Attributes<'_>, text: &str) {
        self.element(name, attributes, |inside| inside.text(text));
    }

    /// Adds a tag without an end tag.
    pub(crate) fn open(&mut self, name: &'static str, attributes: Attributes<'_>) {
        self.0 += "<";
        self.0 += name;
        for (name, value) in attributes {
            self.0 += " ";
            self.0 += name;
            self.0 += "=\"";
            self.text(value);
            self.0 += "\"";
        }
        self.0 += ">";
    }

    /// Adds text, escaped.
    pub(crate) fn text(&mut self, text: &str) {
        for c in printable(text).chars() {
            match c {
                '&' => self.0 += "&amp;",
                '<' => self.0 += "&lt;",
                '>' => self.0 += "&gt;",
                '"' => self.0 += "&quot;",
                '\'' => self.0 += "&#39;",
                other => self.0.push(other),
            }
        }
    }

    /// Adds markup that this program has written itself.
    pub(crate) fn literal(&mut self, html: &'static str) {
        self.0 += html;
    }

    /// Ends a line, for people who read the source.
    pub(crate) fn line(&mut self) {
        self.0 += "\n";
    }

    /// Adds a section under its heading.
    pub(crate) fn section(&mut self, title: &str, fill: impl FnOnce(&mut Self)) {
        self.element("section", &[], |section| {
            section.leaf("h2", &[], title);
            section.line();
            fill(section);
        });
        self.line();
    }

    /// Adds a list of names and their values.
    pub(crate) fn list<'t>(
        &mut self,
        class: &str,
        pairs: impl IntoIterator<Item = (&'t str, String)>,
    ) {
        self.element("dl", &[("class", class)], |list| {
            for (name, value) in pairs {
                list.element("div", &[], |pair| {
                    pair.leaf("dt", &[], name);
                    pair.leaf("dd", &[], &value);
                });
            }
        });
        self.line();
    }

    /// The whole page.
    pub(crate) fn into_html(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_never_markup() {
        for (text, expected) in [
            ("a & b", "a &amp; b"),
            ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
            ("\"><img onerror='x'>", "&quot;&gt;&lt;img onerror=&#39;x&#39;&gt;"),
            ("&lt;", "&amp;lt;"),
            ("a\u{202e}b\n\u{1b}[31m", "a\\u{202e}b\\u{a}\\u{1b}[31m"),
            ("é 漢 🦀", "é 漢 🦀"),
        ] {
            let mut markup = Markup::default();
            markup.text(text);
            assert_eq!(markup.into_html(), expected);
            let mut markup = Markup::default();
            markup.element("i", &[("title", text)], |inside| inside.text(text));
            let expected = format!("<i title=\"{expected}\">{expected}</i>");
            assert_eq!(markup.into_html(), expected);
        }
    }
}

//! A document of Markdown as HTML that a browser shows without loading anything. Markup in the text is shown and does
//! not act; comments are left out.

use std::collections::BTreeMap;

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

/// What stands in the head of a column that has none: a head without a text could not be read aloud.
const NO_HEAD: &str = "–";

/// A document, read.
pub(crate) struct Markdown<'t> {
    events: Vec<Event<'t>>,
    /// The heading that it begins with.
    pub(crate) title: String,
    /// The anchors of its headings, in their order.
    pub(crate) anchors: Vec<String>,
}

/// What becomes of a link, by the link as it is written; one that is missing stays text.
pub(crate) type Targets = BTreeMap<String, String>;

impl<'t> Markdown<'t> {
    /// Reads a document.
    pub(crate) fn read(text: &'t str) -> Markdown<'t> {
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
        let events: Vec<Event<'t>> = Parser::new_ext(text, options).collect();
        let texts = headings(&events);
        Markdown {
            title: texts.first().cloned().unwrap_or_default(),
            anchors: unique(texts.iter().map(|heading| anchor(heading))),
            events,
        }
    }

    /// The links and the sources of images, as they are written.
    pub(crate) fn links(&self) -> impl Iterator<Item = &str> {
        self.events.iter().filter_map(|event| match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                Some(dest_url.as_ref())
            }
            _ => None,
        })
    }

    /// The document as the contents of a page.
    pub(crate) fn html(self, targets: &Targets) -> String {
        let mut writer = Writer {
            targets,
            anchors: self.anchors.into_iter(),
            open: Vec::new(),
            has_title: false,
            heading: None,
            tables: 0,
            is_in_head: false,
            markup: None,
            events: Vec::new(),
        };
        for event in self.events {
            writer.add(event);
        }
        let mut text = String::new();
        html::push_html(&mut text, writer.events.into_iter());
        text
    }
}

/// The events of a page, made from those of its document.
struct Writer<'t, 'm> {
    targets: &'m Targets,
    anchors: std::vec::IntoIter<String>,
    /// Whether each open link or image stays one.
    open: Vec<bool>,
    /// Whether the heading of the first level was met.
    has_title: bool,
    /// The level of the open heading.
    heading: Option<HeadingLevel>,
    tables: u32,
    is_in_head: bool,
    /// The block of markup that was begun.
    markup: Option<String>,
    events: Vec<Event<'t>>,
}

impl<'t> Writer<'t, '_> {
    fn add(&mut self, event: Event<'t>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Html(markup) => match &mut self.markup {
                Some(block) => block.push_str(&markup),
                None => self.show_markup(&markup),
            },
            Event::InlineHtml(markup) => self.show_markup(&markup),
            other => self.events.push(other),
        }
    }

    fn start(&mut self, mut tag: Tag<'t>) {
        match &mut tag {
            Tag::HtmlBlock => {
                self.markup = Some(String::new());
                return;
            }
            Tag::CodeBlock(_) => return self.raw("<pre tabindex=\"0\"><code>".to_owned()),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => {
                let Some(target) = self.target_of(dest_url) else {
                    return;
                };
                *dest_url = target;
            }
            Tag::Heading { level, id, .. } => {
                *level = self.level(*level);
                *id = self.anchors.next().map(CowStr::from);
            }
            Tag::Table(_) => {
                self.tables += 1;
                let number = self.tables;
                self.raw(format!(
                    "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table {number}\">"
                ));
            }
            Tag::TableHead => self.is_in_head = true,
            _ => {}
        }
        self.events.push(Event::Start(tag));
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::HtmlBlock => {
                let block = self.markup.take().unwrap_or_default();
                self.show_markup(&block);
            }
            TagEnd::CodeBlock => self.raw("</code></pre>\n".to_owned()),
            TagEnd::Link | TagEnd::Image => {
                if self.open.pop() == Some(true) {
                    self.events.push(Event::End(tag));
                }
            }
            TagEnd::Table => {
                self.events.push(Event::End(tag));
                self.raw("</div>\n".to_owned());
            }
            TagEnd::TableCell => {
                if self.is_in_head && matches!(self.events.last(), Some(Event::Start(_))) {
                    self.events.push(Event::Text(NO_HEAD.into()));
                }
                self.events.push(Event::End(tag));
            }
            TagEnd::TableHead => {
                self.is_in_head = false;
                self.events.push(Event::End(tag));
            }
            TagEnd::Heading(_) => {
                // The level that the heading began with, which may be another than that of the document.
                let level = self.heading.take().unwrap_or(HeadingLevel::H1);
                self.events.push(Event::End(TagEnd::Heading(level)));
            }
            _ => self.events.push(Event::End(tag)),
        }
    }

    /// The level of a heading on the page, which has one of the first.
    fn level(&mut self, written: HeadingLevel) -> HeadingLevel {
        let is_first = written == HeadingLevel::H1;
        let level = if is_first && self.has_title {
            HeadingLevel::H2
        } else {
            written
        };
        self.has_title |= is_first;
        self.heading = Some(level);
        level
    }

    /// Where a link or an image that begins here leads; `None` where it becomes its text.
    fn target_of(&mut self, written: &str) -> Option<CowStr<'t>> {
        let target = self.targets.get(written).cloned();
        self.open.push(target.is_some());
        target.map(CowStr::from)
    }

    /// Markup of ours.
    fn raw(&mut self, markup: String) {
        self.events.push(Event::Html(markup.into()));
    }

    /// Markup of the document as text, unless it is a comment.
    fn show_markup(&mut self, markup: &str) {
        let trimmed = markup.trim();
        if !(trimmed.is_empty() || trimmed.starts_with("<!--") && trimmed.ends_with("-->")) {
            self.events.push(Event::Text(markup.to_owned().into()));
        }
    }
}

/// The texts of all headings.
fn headings(events: &[Event<'_>]) -> Vec<String> {
    let mut headings = Vec::new();
    let mut current: Option<String> = None;
    for event in events {
        match event {
            Event::Start(Tag::Heading { .. }) => current = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => headings.extend(current.take()),
            Event::Text(text) | Event::Code(text) => {
                if let Some(heading) = &mut current {
                    heading.push_str(text);
                }
            }
            _ => {}
        }
    }
    headings
}

/// The anchor of a heading, as GitHub makes it: small letters, hyphens for spaces, and no other signs.
fn anchor(heading: &str) -> String {
    heading
        .trim()
        .to_lowercase()
        .chars()
        .filter_map(|character| match character {
            ' ' => Some('-'),
            '-' | '_' => Some(character),
            _ => character.is_alphanumeric().then_some(character),
        })
        .collect()
}

/// The anchors, of which a repeated one has a number behind it.
fn unique(anchors: impl Iterator<Item = String>) -> Vec<String> {
    let mut known: BTreeMap<String, u32> = BTreeMap::new();
    anchors
        .map(|anchor| {
            let times = known.entry(anchor.clone()).or_default();
            *times += 1;
            match *times {
                1 => anchor,
                more => format!("{anchor}-{}", more - 1),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(text: &str, targets: &[(&str, &str)]) -> String {
        let targets = targets.iter();
        let targets: Targets = targets
            .map(|(written, target)| ((*written).to_owned(), (*target).to_owned()))
            .collect();
        Markdown::read(text).html(&targets)
    }

    #[test]
    fn headings_have_the_anchors_that_github_gives_them() {
        let text = "# Claims\n## The gate: `ab` and `diff`\n## 8. Which should I use?\n## Claims\n";
        let read = Markdown::read(text);
        assert_eq!(read.title, "Claims");
        let expected = [
            "claims",
            "the-gate-ab-and-diff",
            "8-which-should-i-use",
            "claims-1",
        ];
        assert_eq!(read.anchors, expected);
        let page = html(text, &[]);
        assert!(
            page.contains("<h2 id=\"the-gate-ab-and-diff\">The gate: <code>ab</code>"),
            "{page}"
        );
    }

    #[test]
    fn a_page_has_one_heading_of_the_first_level() {
        let page = html("# A\n# B\n### C\n", &[]);
        let expected = "<h1 id=\"a\">A</h1>\n<h2 id=\"b\">B</h2>\n<h3 id=\"c\">C</h3>\n";
        assert_eq!(page, expected);
    }

    #[test]
    fn links_lead_to_their_targets_or_become_text() {
        let text = "[a *b*](A.md) [c](src/x.rs) ![d](d.svg) ![e](e.svg)";
        let links: Vec<String> = Markdown::read(text).links().map(str::to_owned).collect();
        assert_eq!(links, ["A.md", "src/x.rs", "d.svg", "e.svg"]);
        let page = html(text, &[("A.md", "A.html"), ("d.svg", "d.svg")]);
        assert!(
            page.contains("<a href=\"A.html\">a <em>b</em></a> c <img src=\"d.svg\" alt=\"d\" />"),
            "{page}"
        );
        assert!(page.ends_with(" e</p>\n"), "{page}");
    }

    #[test]
    fn markup_is_shown_and_comments_are_not() {
        let text = "<!-- models -->\n\nA <b>c</b> <!-- d --> & e\n\n<script>alert(1)</script>\n\n<!--\ntwo lines\n-->\n";
        let page = html(text, &[]);
        assert!(
            page.contains("&lt;b&gt;c&lt;/b&gt;") && page.contains("&amp; e"),
            "{page}"
        );
        assert!(
            page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"),
            "{page}"
        );
        for forbidden in ["<script", "<b>", "<!--", "models", "two lines", " d "] {
            assert!(!page.contains(forbidden), "{forbidden}: {page}");
        }
    }

    #[test]
    fn tables_and_code_can_be_reached_by_keys_and_no_head_is_empty() {
        let text = "| | b |\n|---|---|\n| c | |\n\n```sh\na < b\n```\n\n| d |\n|---|\n| e |\n";
        let page = html(text, &[]);
        for part in [
            "aria-label=\"Table 1\"",
            "aria-label=\"Table 2\"",
            "<th>–</th><th>b</th>",
            "<td>c</td><td></td>",
            "<pre tabindex=\"0\"><code>a &lt; b\n</code></pre>",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert_eq!(page.matches("<div").count(), page.matches("</div>").count());
    }
}

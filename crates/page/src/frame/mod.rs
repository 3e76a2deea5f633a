//! The frame of a page: the template with its style and its script, and the policy that lets a browser load
//! nothing else.

mod policy;

use anyhow::Context as _;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, escape_formatter};
use serde::Serialize;

use crate::site_link::SiteLink;
use crate::svg::{self, escaped};

use policy::policy;

/// The beginning of every page, and what pages are put together from.
const HEAD: &str = include_str!("head.html");
/// The end of every page that has a script.
const FOOT: &str = include_str!("foot.html");
const COMPARISON: &str = include_str!("page.html");
const SHEET: &str = include_str!("sheet.html");
const TIMELINES: &str = include_str!("timeline.html");
const PROSE: &str = include_str!("prose.html");
const STYLE: &str = include_str!("style.css");
/// What pages of text have besides.
const PROSE_STYLE: &str = include_str!("prose.css");
const SCRIPT: &str = include_str!("script.js");

/// What differs between the frames of pages.
struct Frame {
    body: &'static str,
    script: &'static str,
    /// The style besides that of all pages.
    style: &'static str,
    /// Where images may come from.
    images: &'static str,
}

impl Frame {
    /// A frame whose page has no images but those that are part of it.
    fn closed(body: &'static str, script: &'static str) -> Frame {
        Frame {
            body,
            script,
            style: "",
            images: "data:",
        }
    }
}

/// Everything that the frame adds to the contents of a page.
#[derive(Serialize)]
struct Framed<'a, Contents> {
    policy: String,
    style: String,
    script: &'a str,
    /// The links to other pages of a site, where it is a part of one.
    links: &'a [SiteLink],
    #[serde(flatten)]
    contents: &'a Contents,
}

/// The page of a comparison with these contents.
///
/// # Errors
/// Where the template cannot be filled in, which no contents bring about.
pub(crate) fn comparison(contents: &impl Serialize, links: &[SiteLink]) -> anyhow::Result<String> {
    framed(&Frame::closed(COMPARISON, SCRIPT), contents, links)
}

/// The page of another command with these contents.
///
/// # Errors
/// Where the template cannot be filled in, which no contents bring about.
pub(crate) fn sheet(contents: &impl Serialize, links: &[SiteLink]) -> anyhow::Result<String> {
    framed(&Frame::closed(SHEET, SCRIPT), contents, links)
}

/// The page of timelines with these contents, whose script is empty.
///
/// # Errors
/// Where the template cannot be filled in, which no contents bring about.
pub(crate) fn timelines(contents: &impl Serialize) -> anyhow::Result<String> {
    framed(&Frame::closed(TIMELINES, ""), contents, &[])
}

/// The page of a text with these contents, whose images lie beside it.
///
/// # Errors
/// Where the template cannot be filled in, which no contents bring about.
pub(crate) fn prose(contents: &impl Serialize, links: &[SiteLink]) -> anyhow::Result<String> {
    let frame = Frame {
        style: PROSE_STYLE,
        images: "'self' file: data:",
        ..Frame::closed(PROSE, "")
    };
    framed(&frame, contents, links)
}

/// The page with these contents. Every text is escaped but for drawings, the stored file and the body of a
/// text, which come as markup and as JSON.
fn framed(frame: &Frame, contents: &impl Serialize, links: &[SiteLink]) -> anyhow::Result<String> {
    let source = [HEAD, frame.body, FOOT].concat();
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_formatter(|to, state, value| match value.as_str() {
        // Names come from elsewhere, and one that was not made safe where it was quoted must not act here.
        Some(text) if !value.is_safe() => {
            let lines: Vec<String> = text.split('\n').map(escaped).collect();
            Ok(to.write_str(&lines.join("\n"))?)
        }
        _ => escape_formatter(to, state, value),
    });
    let mut syntax = SyntaxConfig::builder();
    syntax.trim_blocks(true).lstrip_blocks(true);
    environment.set_syntax(syntax.build()?);
    environment.add_template("page.html", &source)?;
    let framed = Framed {
        policy: policy(frame.script, frame.images),
        style: [svg::STYLE, STYLE, frame.style].concat(),
        script: frame.script,
        links,
        contents,
    };
    let template = environment.get_template("page.html")?;
    let rendered = template.render(Serde(framed));
    Ok(rendered.context("the page cannot be made")? + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_is_small_and_loads_nothing() {
        assert!(SCRIPT.len() <= 8 * 1024, "{}", SCRIPT.len());
        for forbidden in ["fetch(", "XMLHttpRequest", "http:", "https:", "import"] {
            assert!(!SCRIPT.contains(forbidden), "{forbidden}");
        }
        assert!(!SCRIPT.contains("</") && !STYLE.contains("</"));
        assert!(!STYLE.contains("url(") && !STYLE.contains("@import"));
    }
}

//! A page of text: the contents are markup that was made elsewhere, around them links to other pages of a site.

use serde::Serialize;
use terminal::shown;

use crate::frame;
use crate::site_link::SiteLink;

/// A page of text.
#[derive(Clone, Copy, Debug)]
pub struct Prose<'p> {
    /// Its title.
    pub title: &'p str,
    /// The links at its head.
    pub links: &'p [SiteLink],
    /// Its contents, as markup in which nothing acts.
    pub body: &'p str,
    /// The links at its end, to what is read before and after it.
    pub around: &'p [SiteLink],
}

#[derive(Serialize)]
struct Contents<'p> {
    title: String,
    body: &'p str,
    around: &'p [SiteLink],
}

/// The page: it has no script, and shows images that lie beside it.
///
/// # Errors
/// Where its text cannot be put together, which no contents bring about.
pub fn prose(page: &Prose<'_>) -> anyhow::Result<String> {
    let contents = Contents {
        title: shown(page.title),
        body: page.body,
        around: page.around,
    };
    frame::prose(&contents, page.links)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_text_has_its_links_and_no_text_of_them_acts() {
        let link = |text: &str, is_here: bool| SiteLink {
            text: text.to_owned(),
            href: "../index.html".to_owned(),
            is_here,
        };
        let links = [link("Start", false), link("<b>", true)];
        let html = prose(&Prose {
            title: "A & B",
            links: &links,
            body: "<h1 id=\"a\">A</h1>",
            around: &links[..1],
        })
        .unwrap();
        for part in [
            "<title>A &amp; B</title>",
            "<h1 id=\"a\">A</h1>",
            "<a href=\"../index.html\">Start</a>",
            "aria-current=\"page\">&lt;b&gt;</a>",
            "img-src 'self' file: data:",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(!html.contains("<script"));
    }
}

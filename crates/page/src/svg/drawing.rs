//! A finished drawing, which is written as an element of a page or as a file of its own.

use std::fmt::{self, Display, Formatter, Write as _};

use serde::{Serialize, Serializer};
use terminal::shown_within;

use super::text::{escaped, px};

/// The style of a file: the colours of pages in light and in dark, and that of marks.
pub(crate) const STYLE: &str = concat!(include_str!("colours.css"), include_str!("drawing.css"));
/// The room around a drawing in a file, in pixels.
const MARGIN: f64 = 12.0;
/// The room above it for its title.
const HEADING: f64 = 26.0;
/// The most characters of the title in a file for each pixel of its width.
const CHARACTERS: f64 = 0.15;

/// A finished drawing with its name and its description.
#[derive(Clone, Debug)]
pub(crate) struct Drawing {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) body: String,
}

impl Drawing {
    /// The drawing as a file of its own: with its title above it, on paper of the reader's theme, without a script
    /// and without anything that is loaded.
    pub(crate) fn file(&self) -> String {
        let (width, height) = (
            self.width + 2.0 * MARGIN,
            self.height + 2.0 * MARGIN + HEADING,
        );
        let heading = shown_within(&self.title, (width * CHARACTERS) as usize);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" {}>{}<style>{STYLE}</style>\
             <rect class=\"paper\" width=\"{}\" height=\"{}\"/>\
             <text class=\"head\" x=\"{}\" y=\"{}\">{}</text>\
             <g transform=\"translate({} {})\">{}</g></svg>\n",
            self.attributes(width, height),
            self.names(),
            px(width),
            px(height),
            px(MARGIN),
            px(MARGIN + 12.0),
            escaped(&heading),
            px(MARGIN),
            px(MARGIN + HEADING),
            self.body
        )
    }

    /// Several drawings, each with its title above it, below each other as one.
    pub(crate) fn stacked(id: &str, title: &str, drawings: &[Drawing]) -> Drawing {
        let sentences: Vec<String> = drawings
            .iter()
            .map(|one| format!("{}: {}", one.title, one.description))
            .collect();
        let mut stacked = Drawing {
            id: id.to_owned(),
            title: title.to_owned(),
            description: sentences.join(" "),
            width: 0.0,
            height: 0.0,
            body: String::new(),
        };
        for one in drawings {
            let (heading, top) = (stacked.height + 12.0, stacked.height + HEADING);
            let _ = write!(
                stacked.body,
                "<text class=\"head\" x=\"0\" y=\"{}\">{}</text><g transform=\"translate(0 {})\">{}</g>",
                px(heading),
                escaped(&one.title),
                px(top),
                one.body
            );
            stacked.width = stacked.width.max(one.width);
            stacked.height = top + one.height;
        }
        stacked
    }

    fn attributes(&self, width: f64, height: f64) -> String {
        let (id, width, height) = (&self.id, px(width), px(height));
        format!(
            "role=\"img\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
             aria-labelledby=\"{id}-t {id}-d\""
        )
    }

    fn names(&self) -> String {
        format!(
            "<title id=\"{id}-t\">{}</title><desc id=\"{id}-d\">{}</desc>",
            escaped(&self.title),
            escaped(&self.description),
            id = self.id
        )
    }
}

impl Display for Drawing {
    /// Writes it as an element of a page.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let attributes = self.attributes(self.width, self.height);
        write!(f, "<svg {attributes}>{}{}</svg>", self.names(), self.body)
    }
}

impl Serialize for Drawing {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::svg::Canvas;

    #[test]
    fn a_file_is_an_image_in_both_themes_that_loads_nothing() {
        let mut canvas = Canvas::new(300.0, 100.0);
        canvas.line((1.0, 2.0), (3.0, 4.0), "curve");
        let file = canvas.svg("x", "<b> & co", "What it shows").file();
        let document = roxmltree::Document::parse(&file).unwrap();
        let root = document.root_element();
        assert_eq!(root.attribute("viewBox"), Some("0 0 324 150"));
        let elements = root.descendants().filter(|node| node.is_element());
        let names: Vec<&str> = elements.map(|node| node.tag_name().name()).collect();
        assert_eq!(
            names,
            ["svg", "title", "desc", "style", "rect", "text", "g", "path"]
        );
        assert!(file.contains("prefers-color-scheme:dark") && file.contains("system-ui"));
        let without_namespace = file.replacen("http://www.w3.org/2000/svg", "", 1);
        for forbidden in [
            "http:", "https:", "url(", "@import", "<script", "href", "<b>",
        ] {
            assert!(!without_namespace.contains(forbidden), "{forbidden}");
        }
    }

    #[test]
    fn drawings_are_stacked_in_their_order_and_none_lies_on_another() {
        let one = Canvas::new(200.0, 40.0).svg("a", "First", "One");
        let other = Canvas::new(300.0, 60.0).svg("b", "Second", "Two");
        let both = Drawing::stacked("c", "Both", &[one, other]);
        assert_eq!(
            (both.width, both.height),
            (300.0, 40.0 + 60.0 + 2.0 * HEADING)
        );
        assert_eq!(both.description, "First: One Second: Two");
        let tops: Vec<&str> = both.body.split("translate(0 ").skip(1).collect();
        assert!(
            tops[0].starts_with("26)") && tops[1].starts_with("92)"),
            "{tops:?}"
        );
    }

    #[test]
    fn a_style_has_every_class_of_a_mark() {
        for class in [
            "paper", "head", "tick", "grid", "band", "curve", "ribbon", "v7",
        ] {
            assert!(STYLE.contains(&format!(".{class}")), "{class}");
        }
        assert!(!STYLE.contains(['<', '&']), "it is part of an XML file");
    }
}

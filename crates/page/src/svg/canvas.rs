//! A drawing under construction. What has no finite place is left out, and every place is within the frame.

use std::fmt::Write as _;

use terminal::shown;

/// A place on the page, from the upper left corner.
pub(crate) type Place = (f64, f64);

/// Where a text stands relative to its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// How far a shape reaches from its place, in pixels.
const REACH: f64 = 5.0;
/// Half the length of the caps of an interval, in pixels.
const CAP: f64 = 4.0;

/// A drawing under construction.
#[derive(Clone, Debug)]
pub(crate) struct Canvas {
    width: f64,
    height: f64,
    body: String,
}

impl Canvas {
    /// An empty drawing of this size.
    pub(crate) fn new(width: f64, height: f64) -> Canvas {
        Canvas {
            width,
            height,
            body: String::new(),
        }
    }

    /// The drawing as an element with a name and a description.
    pub(crate) fn svg(&self, id: &str, title: &str, description: &str) -> String {
        let (width, height) = (px(self.width), px(self.height));
        format!(
            "<svg role=\"img\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
             aria-labelledby=\"{id}-t {id}-d\"><title id=\"{id}-t\">{}</title><desc id=\"{id}-d\">{}\
             </desc>{}</svg>",
            escaped(title),
            escaped(description),
            self.body
        )
    }

    /// Begins what belongs to the variant of this number, in its colour.
    pub(crate) fn begin_variant(&mut self, number: usize, class: &str) {
        let _ = write!(self.body, "<g class=\"{class}\" data-v=\"{number}\">");
    }

    /// Begins what is of one class and no variant's.
    pub(crate) fn begin_plain(&mut self, class: &str) {
        let _ = write!(self.body, "<g class=\"{class}\">");
    }

    /// Ends what was begun last.
    pub(crate) fn end(&mut self) {
        self.body.push_str("</g>");
    }

    /// A straight line.
    pub(crate) fn line(&mut self, from: Place, to: Place, class: &str) {
        if let (Some((x1, y1)), Some((x2, y2))) = (self.inside(from), self.inside(to)) {
            let _ = write!(
                self.body,
                "<path class=\"{class}\" d=\"M{x1} {y1}L{x2} {y2}\"/>"
            );
        }
    }

    /// A line through these places; those that are nowhere are left out.
    pub(crate) fn polyline(&mut self, places: &[Place], class: &str) {
        let mut inside: Vec<(String, String)> = Vec::new();
        for place in places.iter().filter_map(|at| self.inside(*at)) {
            // Of a level stretch its ends are enough.
            if let [.., before, last] = inside.as_slice()
                && before.1 == last.1
                && last.1 == place.1
            {
                inside.pop();
            }
            inside.push(place);
        }
        if inside.len() < 2 {
            return;
        }
        let steps: Vec<String> = inside.iter().map(|(x, y)| format!("{x} {y}")).collect();
        let _ = write!(
            self.body,
            "<path class=\"{class}\" d=\"M{}\"/>",
            steps.join("L")
        );
    }

    /// The area between two lines over the same places from left to right.
    pub(crate) fn ribbon(&mut self, upper: &[Place], lower: &[Place], class: &str) {
        let around: Vec<Place> = upper.iter().chain(lower.iter().rev()).copied().collect();
        self.polyline(&around, class);
    }

    /// A rectangle between two opposite corners.
    pub(crate) fn rect(&mut self, one: Place, other: Place, class: &str) {
        let upper = (one.0.min(other.0), one.1.min(other.1));
        let lower = (one.0.max(other.0), one.1.max(other.1));
        let (Some(_), Some(_)) = (self.inside(upper), self.inside(lower)) else {
            return;
        };
        let (left, top) = self.clamped(upper);
        let (right, bottom) = self.clamped(lower);
        let _ = write!(
            self.body,
            "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
            px(left),
            px(top),
            px(right - left),
            px(bottom - top)
        );
    }

    /// Small round dots, all of one look.
    pub(crate) fn dots(&mut self, places: &[Place], class: &str) {
        let steps: String = places
            .iter()
            .filter_map(|at| self.inside(*at))
            .map(|(x, y)| format!("M{x} {y}h0"))
            .collect();
        if !steps.is_empty() {
            let _ = write!(self.body, "<path class=\"{class}\" d=\"{steps}\"/>");
        }
    }

    /// A small shape about a place: `steps` are the rest of the path, relative to it, and reach no farther
    /// than [`REACH`].
    pub(crate) fn shape(&mut self, at: Place, steps: &str, class: &str) {
        let inset = (
            at.0.clamp(REACH, self.width - REACH),
            at.1.clamp(REACH, self.height - REACH),
        );
        if let Some((x, y)) = self.inside(inset) {
            let _ = write!(self.body, "<path class=\"{class}\" d=\"M{x} {y}{steps}\"/>");
        }
    }

    /// A horizontal interval with a cap at each end.
    pub(crate) fn interval(&mut self, left: f64, right: f64, y: f64) {
        let caps = [left, right].map(|x| (self.inside((x, y - CAP)), self.inside((x, y + CAP))));
        let (Some((x1, middle)), Some((x2, _))) = (self.inside((left, y)), self.inside((right, y)))
        else {
            return;
        };
        let steps: String = caps
            .into_iter()
            .filter_map(|(top, bottom)| Some((top?, bottom?)))
            .map(|((x, top), (_, bottom))| format!("M{x} {top}L{x} {bottom}"))
            .collect();
        let _ = write!(
            self.body,
            "<path class=\"bar\" d=\"M{x1} {middle}L{x2} {middle}{steps}\"/>"
        );
    }

    /// A circle.
    pub(crate) fn circle(&mut self, at: Place, radius: f64, class: &str) {
        if let Some((x, y)) = self.inside(at) {
            let _ = write!(
                self.body,
                "<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"{}\"/>",
                px(radius)
            );
        }
    }

    /// A line of text, with its base line at the place.
    pub(crate) fn text(&mut self, at: Place, anchor: Anchor, class: &str, text: &str) {
        let Some((x, y)) = self.inside(at) else {
            return;
        };
        let anchored = match anchor {
            Anchor::Start => "",
            Anchor::Middle => " m",
            Anchor::End => " e",
        };
        let _ = write!(
            self.body,
            "<text class=\"{class}{anchored}\" x=\"{x}\" y=\"{y}\">{}</text>",
            escaped(text)
        );
    }

    fn clamped(&self, at: Place) -> Place {
        (at.0.clamp(0.0, self.width), at.1.clamp(0.0, self.height))
    }

    /// A place within the frame, as it is written; `None` where there is no such place.
    fn inside(&self, at: Place) -> Option<(String, String)> {
        let (x, y) = self.clamped(at);
        (x.is_finite() && y.is_finite()).then(|| (px(x), px(y)))
    }
}

/// A length in pixels, to one decimal.
pub(crate) fn px(length: f64) -> String {
    let text = format!("{length:.1}");
    let short = text.strip_suffix(".0").unwrap_or(&text);
    if short == "-0" { "0" } else { short }.to_owned()
}

/// A text within an element or an attribute: it is shown, and nothing in it acts.
pub(crate) fn escaped(text: &str) -> String {
    shown(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use roxmltree::Document;

    /// Every number of a drawing's marks with the limit that it must stay within.
    fn all_inside(svg: &str, width: f64, height: f64) -> bool {
        let document = Document::parse(svg).unwrap();
        let marks = document.descendants().filter(|node| node.is_element());
        marks.skip(1).all(|node| {
            let single = node.attributes().all(|attribute| {
                let limit = match attribute.name() {
                    "x" | "cx" | "width" => width,
                    "y" | "cy" | "height" => height,
                    _ => return true,
                };
                (0.0..=limit).contains(&attribute.value().parse().unwrap())
            });
            let path = node.attribute("d").unwrap_or("");
            // Steps of small letters are relative, and short.
            let mut corners = path.split(['M', 'L']).skip(1).map(|corner| {
                let numbers: Vec<f64> = corner
                    .split(|c: char| c.is_ascii_lowercase())
                    .next()
                    .unwrap()
                    .split(' ')
                    .map(|number| number.parse().unwrap())
                    .collect();
                (0.0..=width).contains(&numbers[0]) && (0.0..=height).contains(&numbers[1])
            });
            single && corners.all(|inside| inside)
        })
    }

    #[test]
    fn a_length_has_one_decimal_at_most() {
        assert_eq!([1.0, 1.25, -0.01, 0.96].map(px), ["1", "1.2", "0", "1"]);
    }

    #[test]
    fn a_text_cannot_act() {
        assert_eq!(
            escaped("<b a='1' c=\"2\">&\u{1b}"),
            "&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;\\u{1b}"
        );
    }

    proptest! {
        #[test]
        fn marks_are_within_the_frame_and_numbers_finite(
            places in prop::collection::vec((any::<f64>(), any::<f64>()), 2..9),
        ) {
            let mut canvas = Canvas::new(300.0, 100.0);
            canvas.line(places[0], places[1], "l");
            canvas.rect(places[0], places[1], "b");
            canvas.polyline(&places, "l");
            canvas.ribbon(&places, &places, "r");
            canvas.dots(&places, "d");
            canvas.shape(places[0], "h1", "o");
            canvas.interval(places[0].0, places[1].0, places[0].1);
            canvas.circle(places[0], 3.0, "o");
            canvas.text(places[1], Anchor::Middle, "t", "text");
            let svg = canvas.svg("x", "t", "d");
            prop_assert!(all_inside(&svg, 300.0, 100.0), "{svg}");
            prop_assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        }
    }
}

//! A drawing under construction. What has no finite place is left out, and every place is within the frame.

use std::fmt::Write as _;

use super::drawing::Drawing;
use super::text::{escaped, px, tenths};

/// A place on the page, from the upper left corner.
pub(crate) type Place = (f64, f64);

/// A place in tenths of a pixel, as finely as places are written.
type Tenths = (i64, i64);

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

    /// Its width, in pixels.
    pub(crate) fn width(&self) -> f64 {
        self.width
    }

    /// The finished drawing with a name and a description.
    pub(crate) fn svg(&self, id: &str, title: &str, description: &str) -> Drawing {
        Drawing {
            id: id.to_owned(),
            title: title.to_owned(),
            description: description.to_owned(),
            width: self.width,
            height: self.height,
            body: self.body.clone(),
        }
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
        self.lines(&[(from, to)], class);
    }

    /// Straight lines, all of one look.
    pub(crate) fn lines(&mut self, lines: &[(Place, Place)], class: &str) {
        let all: String = lines
            .iter()
            .filter_map(|(from, to)| Some(steps(&[self.inside(*from)?, self.inside(*to)?])))
            .collect();
        self.path(&all, class);
    }

    /// A line through these places; those that are nowhere are left out.
    pub(crate) fn polyline(&mut self, places: &[Place], class: &str) {
        let mut inside: Vec<Tenths> = Vec::new();
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
        if inside.len() >= 2 {
            self.path(&steps(&inside), class);
        }
    }

    /// The area between two lines over the same places, in their order.
    pub(crate) fn ribbon(&mut self, upper: &[Place], lower: &[Place], class: &str) {
        let around: Vec<Place> = upper.iter().chain(lower.iter().rev()).copied().collect();
        self.polyline(&around, class);
    }

    /// A rectangle between two opposite corners.
    pub(crate) fn rect(&mut self, one: Place, other: Place, class: &str) {
        self.rects(&[(one, other)], class);
    }

    /// Rectangles, all of one look.
    pub(crate) fn rects(&mut self, corners: &[(Place, Place)], class: &str) {
        let all: String = corners
            .iter()
            .filter_map(|(one, other)| {
                let (one, other) = (self.inside(*one)?, self.inside(*other)?);
                let around = [one, (other.0, one.1), other, (one.0, other.1)];
                Some(steps(&around) + "z")
            })
            .collect();
        self.path(&all, class);
    }

    /// Small round dots, all of one look.
    pub(crate) fn dots(&mut self, places: &[Place], class: &str) {
        self.repeated(places, "h0", class);
    }

    /// Small shapes of one look about places: `rest` is the rest of each path, relative to its place, and
    /// reaches no farther than [`REACH`].
    pub(crate) fn shapes(&mut self, places: &[Place], rest: &str, class: &str) {
        let inset: Vec<Place> = places
            .iter()
            .map(|at| {
                (
                    at.0.clamp(REACH, self.width - REACH),
                    at.1.clamp(REACH, self.height - REACH),
                )
            })
            .collect();
        self.repeated(&inset, rest, class);
    }

    fn repeated(&mut self, places: &[Place], rest: &str, class: &str) {
        let all: String = places
            .iter()
            .filter_map(|at| self.inside(*at))
            .map(|at| moved(at) + rest)
            .collect();
        self.path(&all, class);
    }

    fn path(&mut self, all: &str, class: &str) {
        if !all.is_empty() {
            let _ = write!(self.body, "<path class=\"{class}\" d=\"{all}\"/>");
        }
    }

    /// A horizontal interval with a cap at each end.
    pub(crate) fn interval(&mut self, left: f64, right: f64, y: f64) {
        let caps = [left, right].map(|x| ((x, y - CAP), (x, y + CAP)));
        let bar = [((left, y), (right, y))];
        if self.inside(bar[0].0).is_some() && self.inside(bar[0].1).is_some() {
            self.lines(&[bar.as_slice(), caps.as_slice()].concat(), "bar");
        }
    }

    /// A circle.
    pub(crate) fn circle(&mut self, at: Place, radius: f64, class: &str) {
        if let Some((x, y)) = self.inside(at) {
            let _ = write!(
                self.body,
                "<circle class=\"{class}\" cx=\"{}\" cy=\"{}\" r=\"{}\"/>",
                tenths(x),
                tenths(y),
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
            Anchor::Middle => "m",
            Anchor::End => "e",
        };
        let classes = [class, anchored].join(" ");
        let class = match classes.trim() {
            "" => String::new(),
            named => format!(" class=\"{named}\""),
        };
        let _ = write!(
            self.body,
            "<text{class} x=\"{}\" y=\"{}\">{}</text>",
            tenths(x),
            tenths(y),
            escaped(text)
        );
    }

    fn clamped(&self, at: Place) -> Place {
        (at.0.clamp(0.0, self.width), at.1.clamp(0.0, self.height))
    }

    /// A place within the frame, as it is written; `None` where there is no such place.
    fn inside(&self, at: Place) -> Option<Tenths> {
        let (x, y) = self.clamped(at);
        (x.is_finite() && y.is_finite())
            .then(|| ((x * 10.0).round() as i64, (y * 10.0).round() as i64))
    }
}

/// A path through places: the first is absolute, the others are steps from the one before, since those are
/// shorter.
fn steps(places: &[Tenths]) -> String {
    let mut text = String::new();
    let Some(mut last) = places.first().copied() else {
        return text;
    };
    text += &moved(last);
    for place in &places[1..] {
        let (right, down) = (place.0 - last.0, place.1 - last.1);
        text += &match (right, down) {
            (0, _) => format!("v{}", tenths(down)),
            (_, 0) => format!("h{}", tenths(right)),
            _ => format!("l{}", pair((right, down))),
        };
        last = *place;
    }
    text
}

fn moved(at: Tenths) -> String {
    format!("M{}", pair(at))
}

/// Two numbers; the sign of a negative second one parts them.
fn pair((x, y): Tenths) -> String {
    let gap = if y < 0 { "" } else { " " };
    format!("{}{gap}{}", tenths(x), tenths(y))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use roxmltree::Document;

    /// The corners of a path, for as many commands as drawings use.
    fn corners(path: &str) -> Vec<(f64, f64)> {
        let mut at = (0.0_f64, 0.0_f64);
        let mut corners = Vec::new();
        let command = |c: char| c.is_ascii_alphabetic();
        for (index, letter) in path.match_indices(command) {
            let rest = &path[index + 1..];
            let end = rest.find(command).unwrap_or(rest.len());
            let spaced = rest[..end].replace('-', " -");
            let numbers: Vec<f64> = spaced
                .split_whitespace()
                .map(|number| number.parse().unwrap())
                .collect();
            at = match (letter, numbers.as_slice()) {
                ("M", [x, y]) => (*x, *y),
                ("l", [x, y]) => (at.0 + x, at.1 + y),
                ("h", [x]) => (at.0 + x, at.1),
                ("v", [y]) => (at.0, at.1 + y),
                ("z", []) => at,
                other => panic!("{other:?} in {path}"),
            };
            // Sums of tenths are not exact.
            corners.push(((at.0 * 10.0).round() / 10.0, (at.1 * 10.0).round() / 10.0));
        }
        corners
    }

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
            let mut corners = corners(node.attribute("d").unwrap_or(""))
                .into_iter()
                .map(|(x, y)| (0.0..=width).contains(&x) && (0.0..=height).contains(&y));
            single && corners.all(|inside| inside)
        })
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
            canvas.shapes(&places, "h1", "o");
            canvas.interval(places[0].0, places[1].0, places[0].1);
            canvas.circle(places[0], 3.0, "o");
            canvas.text(places[1], Anchor::Middle, "t", "text");
            let svg = canvas.svg("x", "t", "d").to_string();
            prop_assert!(all_inside(&svg, 300.0, 100.0), "{svg}");
            prop_assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        }
    }
}

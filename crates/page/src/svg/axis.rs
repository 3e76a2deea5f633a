//! Axes: a line of ticks with their labels, thinned to the room that there is, and the axis' title.

use chart::{Scale, ticks};

use super::canvas::{Anchor, Canvas, Place};

/// The width of a character of a tick's label, in pixels.
const CHARACTER: f64 = 6.2;
/// The room between two labels.
const GAP: f64 = 7.0;
/// The height of a line of labels.
const LINE: f64 = 15.0;

/// An axis at the bottom of a plot whose upper edge is `top`; its title stands below the labels, 32 pixels
/// under the axis.
pub(crate) fn bottom_axis(
    canvas: &mut Canvas,
    scale: &Scale,
    sides: (f64, f64),
    label: fn(f64) -> String,
    title: &str,
) {
    let fewest = named(ticks(scale, 1), label);
    // Percentiles are always the same ticks, of which some labels may have no room.
    let chosen = (2..=10)
        .rev()
        .map(|most| named(ticks(scale, most), label))
        .find(|named| apart(scale, named).len() == named.len())
        .unwrap_or(fewest);
    named_axis(canvas, scale, sides, &chosen, title);
}

/// An axis at the bottom of a plot for these values, each with its label where that does not overlap
/// another; the title stands below the labels.
pub(crate) fn named_axis(
    canvas: &mut Canvas,
    scale: &Scale,
    (top, bottom): (f64, f64),
    named: &[(f64, String)],
    title: &str,
) {
    let places = named.iter().filter_map(|(value, _)| scale.place(*value));
    let lines: Vec<(Place, Place)> = places.map(|x| ((x, top), (x, bottom))).collect();
    canvas.lines(&lines, "grid");
    canvas.begin_plain("tick m");
    for (x, label) in apart(scale, named) {
        canvas.text((x, bottom + LINE), Anchor::Start, "", label);
    }
    canvas.end();
    let (from, to) = scale.ends();
    let middle = [from, to].map(|end| scale.place(end).unwrap_or(0.0));
    let centre = f64::midpoint(middle[0], middle[1]);
    let first = bottom + 2.0 * LINE + 2.0;
    for (index, line) in title_lines(title, canvas.width()).into_iter().enumerate() {
        let half = line.chars().count() as f64 * CHARACTER / 2.0;
        let x = centre.min(canvas.width() - half).max(half);
        let y = first + index as f64 * (LINE - 1.0);
        canvas.text((x, y), Anchor::Middle, "axis", line);
    }
}

/// A title in one line, or in two where it is wider than the drawing.
fn title_lines(title: &str, width: f64) -> Vec<&str> {
    let most = (width / CHARACTER) as usize;
    if title.chars().count() <= most {
        return vec![title];
    }
    let end = title
        .char_indices()
        .nth(most)
        .map_or(title.len(), |(at, _)| at);
    match title[..end].rsplit_once(' ') {
        Some((first, _)) => vec![first, title[first.len()..].trim_start()],
        None => vec![title],
    }
}

/// An axis at the left of a plot that reaches from `left` to `right`; its title stands above it.
pub(crate) fn left_axis(
    canvas: &mut Canvas,
    scale: &Scale,
    (left, right): (f64, f64),
    label: fn(f64) -> String,
    title: Option<(&str, Place)>,
) {
    let chosen = (1..=10)
        .rev()
        .map(|most| ticks(scale, most))
        .find(|ticks| ticks.len() as f64 * LINE * 1.6 <= scale.length() + LINE)
        .unwrap_or_default();
    let placed: Vec<(f64, f64)> = chosen
        .into_iter()
        .filter_map(|value| Some((value, scale.place(value)?)))
        .collect();
    let lines: Vec<(Place, Place)> = placed
        .iter()
        .map(|(_, y)| ((left, *y), (right, *y)))
        .collect();
    canvas.lines(&lines, "grid");
    canvas.begin_plain("tick e");
    for (value, y) in placed {
        canvas.text((left - 6.0, y + 4.0), Anchor::Start, "", &label(value));
    }
    canvas.end();
    if let Some((title, at)) = title {
        canvas.text(at, Anchor::Start, "axis", title);
    }
}

fn named(values: Vec<f64>, label: fn(f64) -> String) -> Vec<(f64, String)> {
    values
        .into_iter()
        .map(|value| (value, label(value)))
        .collect()
}

/// The labels from the first on that overlap none before them, with their places.
fn apart<'a>(scale: &Scale, named: &'a [(f64, String)]) -> Vec<(f64, &'a str)> {
    let mut chosen: Vec<(f64, &str)> = Vec::new();
    for (value, label) in named {
        let Some(x) = scale.place(*value) else {
            continue;
        };
        let is_free = chosen.last().is_none_or(|(before, text)| {
            let both = (text.chars().count() + label.chars().count()) as f64;
            x - before >= both / 2.0 * CHARACTER + GAP
        });
        if is_free {
            chosen.push((x, label));
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use chart::Kind;

    use crate::svg::text::px;

    #[test]
    fn a_title_that_is_too_wide_takes_two_lines() {
        let title = "CPU per task ÷ that of the reference (log scale)";
        assert_eq!(title_lines(title, 760.0), [title]);
        let two = ["CPU per task ÷ that of", "the reference (log scale)"];
        assert_eq!(title_lines(title, 160.0), two);
        assert_eq!(title_lines("unbreakable", 30.0), ["unbreakable"]);
    }

    #[test]
    fn labels_do_not_overlap() {
        let scale = Scale::over(Kind::Linear, [0.0, 100_000.0], (0.0, 100.0)).unwrap();
        let mut canvas = Canvas::new(100.0, 60.0);
        bottom_axis(&mut canvas, &scale, (0.0, 20.0), px, "title");
        let svg = canvas.svg("x", "t", "d").to_string();
        assert!((2..=4).contains(&svg.matches("<text").count()), "{svg}");
    }
}

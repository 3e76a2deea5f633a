//! Axes: a line of ticks with their labels, thinned to the room that there is, and the axis' title.

use chart::{Scale, ticks};

use super::canvas::{Anchor, Canvas, Place};

/// The width of a character of a tick's label, in pixels.
const CHARACTER: f64 = 6.2;
/// The room between two labels.
const GAP: f64 = 14.0;
/// The height of a line of labels.
const LINE: f64 = 15.0;

/// An axis at the bottom of a plot whose upper edge is `top`; its title stands below the labels, 32 pixels
/// under the axis.
pub(crate) fn bottom_axis(
    canvas: &mut Canvas,
    scale: &Scale,
    (top, bottom): (f64, f64),
    label: fn(f64) -> String,
    title: &str,
) {
    for (value, x) in placed(scale, |ticks| {
        let widest = widest(&ticks, label);
        ticks.len() as f64 * (widest + GAP) <= scale.length() + GAP
    }) {
        canvas.line((x, top), (x, bottom), "grid");
        canvas.text((x, bottom + LINE), Anchor::Middle, "tick", &label(value));
    }
    let (from, to) = scale.ends();
    let middle = [from, to].map(|end| scale.place(end).unwrap_or(0.0));
    let centre = f64::midpoint(middle[0], middle[1]);
    canvas.text(
        (centre, bottom + 2.0 * LINE + 2.0),
        Anchor::Middle,
        "axis",
        title,
    );
}

/// An axis at the left of a plot that reaches from `left` to `right`; its title stands above it.
pub(crate) fn left_axis(
    canvas: &mut Canvas,
    scale: &Scale,
    (left, right): (f64, f64),
    label: fn(f64) -> String,
    title: Option<(&str, Place)>,
) {
    for (value, y) in placed(scale, |ticks| {
        ticks.len() as f64 * LINE * 1.6 <= scale.length() + LINE
    }) {
        canvas.line((left, y), (right, y), "grid");
        canvas.text((left - 6.0, y + 4.0), Anchor::End, "tick", &label(value));
    }
    if let Some((title, at)) = title {
        canvas.text(at, Anchor::Start, "axis", title);
    }
}

/// As many ticks as fit, with their places.
fn placed(scale: &Scale, fits: impl Fn(Vec<f64>) -> bool) -> Vec<(f64, f64)> {
    let chosen = (1..=10)
        .rev()
        .map(|most| ticks(scale, most))
        .find(|ticks| fits(ticks.clone()))
        .unwrap_or_default();
    chosen
        .into_iter()
        .filter_map(|value| Some((value, scale.place(value)?)))
        .collect()
}

fn widest(ticks: &[f64], label: fn(f64) -> String) -> f64 {
    let lengths = ticks.iter().map(|value| label(*value).chars().count());
    lengths.max().unwrap_or(0) as f64 * CHARACTER
}

#[cfg(test)]
mod tests {
    use super::*;
    use chart::Kind;

    use crate::svg::canvas::px;

    #[test]
    fn labels_do_not_overlap() {
        let scale = Scale::over(Kind::Linear, [0.0, 100_000.0], (0.0, 100.0)).unwrap();
        let mut canvas = Canvas::new(100.0, 60.0);
        bottom_axis(&mut canvas, &scale, (0.0, 20.0), px, "title");
        let svg = canvas.svg("x", "t", "d");
        assert!(
            (1..=3).contains(&svg.matches("class=\"tick").count()),
            "{svg}"
        );
    }
}

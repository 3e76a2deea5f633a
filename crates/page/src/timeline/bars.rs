//! Bars on tracks: one for each time that a track was of one kind.

use super::row::{Row, class, name};
use super::shape::Timeline;
use crate::svg::{Canvas, Scale};

/// The least width of a bar, in pixels: a shorter one could not be seen.
const LEAST: f64 = 0.3;

/// Draws every bar, those of one kind together.
pub(super) fn draw(canvas: &mut Canvas, timeline: &Timeline, scale: &Scale, row: Row) {
    for (number, track) in timeline.tracks.iter().enumerate() {
        name(canvas, row, number, &track.name);
    }
    for kind in 0..timeline.kinds.len() {
        canvas.begin_plain(&class(kind));
        let mut corners = Vec::new();
        for (number, track) in timeline.tracks.iter().enumerate() {
            let (top, bottom) = row.edges(number);
            let bars = track.bars.iter().filter(|bar| bar.kind == kind);
            corners.extend(bars.filter_map(|bar| {
                let left = scale.place(bar.from_ns as f64)?;
                let right = scale.place(bar.until_ns as f64)?;
                Some(((left, top), (right.max(left + LEAST), bottom)))
            }));
        }
        canvas.rects(&corners, "amount");
        canvas.end();
    }
}

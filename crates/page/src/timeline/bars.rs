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
        for (number, track) in timeline.tracks.iter().enumerate() {
            let (top, bottom) = row.edges(number);
            for bar in track.bars.iter().filter(|bar| bar.kind == kind) {
                let ends = [bar.from_ns, bar.until_ns].map(|ns| scale.place(ns as f64));
                if let [Some(left), Some(right)] = ends {
                    canvas.rect((left, top), (right.max(left + LEAST), bottom), "amount");
                }
            }
        }
        canvas.end();
    }
}

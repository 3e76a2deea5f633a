//! The drawing of a timeline: a bar for each time, or where there are too many, how much of the time each kind has.

use terminal::duration;

use super::row::{Frame, Row, class};
use super::shape::Timeline;
use super::{bars, density};
use crate::room::Room;
use crate::svg::{Anchor, Canvas, Drawing, Kind, Scale, bottom_axis};

/// How much a drawing has before it becomes a density, and how fine that is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Detail {
    /// The most bars that are drawn.
    pub(super) most_bars: usize,
    /// The most tracks that have a row of bars.
    pub(super) most_rows: usize,
    /// The most tracks of which each has a row of densities.
    pub(super) most_densities: usize,
    /// The parts of the time that densities are of.
    pub(super) parts: usize,
}

/// What a page has room for.
pub(super) const OF_PAGE: Detail = Detail {
    most_bars: 2000,
    most_rows: 100,
    most_densities: 16,
    parts: 240,
};
/// The room at the right, in which the last label of the axis ends.
const MARGIN: f64 = 30.0;

/// The drawing of a timeline.
pub(super) fn drawing(id: &str, timeline: &Timeline, detail: Detail, room: Room) -> Drawing {
    let frame = Frame::of(room, timeline.kinds.len());
    let tracks = timeline.tracks.len();
    let all_bars: usize = timeline.tracks.iter().map(|track| track.bars.len()).sum();
    let is_dense = all_bars > detail.most_bars || tracks > detail.most_rows;
    let (row, rows) = match (is_dense, tracks) {
        (false, _) => (
            Row {
                frame,
                height: 11.0,
                gap: 3.0,
            },
            tracks,
        ),
        (true, few) if few <= detail.most_densities => (
            Row {
                frame,
                height: 34.0,
                gap: 8.0,
            },
            tracks,
        ),
        (true, _) => (
            Row {
                frame,
                height: 180.0,
                gap: 8.0,
            },
            1,
        ),
    };
    let (_, bottom) = row.edges(rows.saturating_sub(1));
    let mut canvas = Canvas::new(frame.width, bottom + room.axis());
    let places = (frame.names, frame.width - MARGIN);
    let ends = [0.0, timeline.length_ns as f64];
    if let Some(scale) = Scale::over(Kind::Linear, ends, places) {
        bottom_axis(
            &mut canvas,
            &scale,
            (frame.key, bottom),
            duration,
            "time since the run began",
        );
        match (is_dense, rows) {
            (false, _) => bars::draw(&mut canvas, timeline, &scale, row),
            (true, 1) if tracks > 1 => {
                density::draw_together(&mut canvas, timeline, &scale, row, detail.parts);
            }
            (true, _) => density::draw_each(&mut canvas, timeline, &scale, row, detail.parts),
        }
    }
    key(&mut canvas, timeline, frame);
    let how = if is_dense {
        "The height of each colour is its share of the time."
    } else {
        "A bar for each time, a row for each track."
    };
    canvas.svg(
        &room.id(id),
        &timeline.title,
        &format!("{} {how}", timeline.caption),
    )
}

fn key(canvas: &mut Canvas, timeline: &Timeline, frame: Frame) {
    for (number, kind) in timeline.kinds.iter().enumerate() {
        let (left, top) = frame.in_key(number);
        canvas.begin_plain(&class(number));
        canvas.rect((left, top), (left + 10.0, top + 10.0), "amount");
        canvas.end();
        canvas.text((left + 15.0, top + 9.0), Anchor::Start, "tick", kind);
    }
}

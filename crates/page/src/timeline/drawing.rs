//! The drawing of a timeline: a bar for each time, or where there are too many, how much of the time each kind has.

use terminal::duration;

use super::row::{KEY, NAMES, Row, class};
use super::shape::Timeline;
use super::{bars, density};
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
/// The width of a drawing, in pixels.
const WIDTH: f64 = 1000.0;
/// The room at the right, in which the last label of the axis ends.
const MARGIN: f64 = 30.0;
/// The room below them for the axis.
const AXIS: f64 = 46.0;

/// The drawing of a timeline.
pub(super) fn drawing(id: &str, timeline: &Timeline, detail: Detail) -> Drawing {
    let tracks = timeline.tracks.len();
    let all_bars: usize = timeline.tracks.iter().map(|track| track.bars.len()).sum();
    let is_dense = all_bars > detail.most_bars || tracks > detail.most_rows;
    let (row, rows) = match (is_dense, tracks) {
        (false, _) => (
            Row {
                height: 11.0,
                gap: 3.0,
            },
            tracks,
        ),
        (true, few) if few <= detail.most_densities => (
            Row {
                height: 34.0,
                gap: 8.0,
            },
            tracks,
        ),
        (true, _) => (
            Row {
                height: 180.0,
                gap: 8.0,
            },
            1,
        ),
    };
    let (_, bottom) = row.edges(rows.saturating_sub(1));
    let mut canvas = Canvas::new(WIDTH, bottom + AXIS);
    let places = (NAMES, WIDTH - MARGIN);
    let ends = [0.0, timeline.length_ns as f64];
    if let Some(scale) = Scale::over(Kind::Linear, ends, places) {
        bottom_axis(
            &mut canvas,
            &scale,
            (KEY, bottom),
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
    key(&mut canvas, timeline);
    let how = if is_dense {
        "The height of each colour is its share of the time."
    } else {
        "A bar for each time, a row for each track."
    };
    canvas.svg(id, &timeline.title, &format!("{} {how}", timeline.caption))
}

fn key(canvas: &mut Canvas, timeline: &Timeline) {
    let room = (WIDTH - NAMES - MARGIN) / timeline.kinds.len().max(1) as f64;
    for (number, kind) in timeline.kinds.iter().enumerate() {
        let left = NAMES + number as f64 * room.min(150.0);
        canvas.begin_plain(&class(number));
        canvas.rect((left, 4.0), (left + 10.0, 14.0), "amount");
        canvas.end();
        canvas.text((left + 15.0, 13.0), Anchor::Start, "tick", kind);
    }
}

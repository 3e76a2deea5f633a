//! What several plots have in common: the area that they draw in, the key of their variants, and latencies
//! of several runs taken together.

use results::{Estimate, Measured, percentile};
use terminal::{duration, duration_with};

use crate::room::{Room, label, name_room};
use crate::subject::Subject;
use crate::svg::{Anchor, Canvas, Look, Scale};

/// The room between a plot and the markers of its key.
const GAP: f64 = 10.0;
/// The height of a line of the key.
const LINE: f64 = 16.0;

/// The area in which values are drawn, in pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Area {
    room: Room,
    /// The lines of its key.
    lines: usize,
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
}

impl Area {
    /// The area of a plot with a key of these names: at its right, or below it where it is narrow.
    pub(super) fn with_key<'n>(room: Room, names: impl IntoIterator<Item = &'n str>) -> Area {
        let names: Vec<&str> = names.into_iter().collect();
        let lines = names.len();
        let (right, height) = match room {
            Room::Wide => {
                let right = room.width() - GAP - name_room(names);
                (right, (lines as f64 * LINE).max(240.0))
            }
            Room::Narrow => (room.width() - GAP, 220.0),
        };
        Area {
            room,
            lines,
            left: 64.0,
            right,
            top: 26.0,
            bottom: 26.0 + height,
        }
    }

    /// The width of a drawing of this area.
    pub(super) fn width(&self) -> f64 {
        self.room.width()
    }

    /// The height of a drawing of this area, with its axis and its key.
    pub(super) fn height(&self) -> f64 {
        let key = self.lines as f64 * LINE;
        match self.room {
            Room::Wide => (self.bottom + self.room.axis()).max(self.top + key),
            Room::Narrow => self.bottom + self.room.axis() + key,
        }
    }

    /// Where the first line of the key begins.
    fn key(&self) -> (f64, f64) {
        match self.room {
            Room::Wide => (self.right + 18.0, self.top),
            Room::Narrow => (GAP, self.bottom + self.room.axis()),
        }
    }

    /// An empty drawing of this area with an axis below it.
    pub(super) fn canvas(&self) -> Canvas {
        let mut canvas = Canvas::new(self.width(), self.height());
        canvas.rect((self.left, self.top), (self.right, self.bottom), "frame");
        canvas
    }

    /// The places of a horizontal scale.
    pub(super) fn across(&self) -> (f64, f64) {
        (self.left, self.right)
    }

    /// The places of a vertical scale, from the bottom to the top.
    pub(super) fn up(&self) -> (f64, f64) {
        (self.bottom, self.top)
    }
}

/// The key of a plot: the markers and names of these variants.
pub(super) fn key<'a>(
    canvas: &mut Canvas,
    area: &Area,
    variants: impl IntoIterator<Item = (Look, &'a str)>,
) {
    let (x, top) = area.key();
    for (index, (look, name)) in variants.into_iter().enumerate() {
        let y = top + (index as f64 + 0.5) * LINE;
        look.begin(canvas);
        look.marker(canvas, (x, y), false);
        canvas.text((x + 15.0, y + 4.0), Anchor::Start, "", &label(name));
        canvas.end();
    }
}

/// A median with its interval as a cross-hair: `x` and `y` are the medians, the bounds follow.
pub(super) fn cross_hair(
    canvas: &mut Canvas,
    (across, up): (&Scale, &Scale),
    x: &Estimate,
    y: &Estimate,
) {
    let (Some(middle), Some(height)) = (across.place(x.median), up.place(y.median)) else {
        return;
    };
    if let Some((lower, upper)) = x.interval
        && let (Some(from), Some(to)) = (across.place(lower), across.place(upper))
    {
        canvas.line((from, height), (to, height), "bar");
    }
    if let Some((lower, upper)) = y.interval
        && let (Some(from), Some(to)) = (up.place(lower), up.place(upper))
    {
        canvas.line((middle, from), (middle, to), "bar");
    }
}

/// The values of an estimate that a scale must hold.
pub(super) fn bounds(estimate: &Estimate) -> [f64; 3] {
    let (lower, upper) = estimate
        .interval
        .unwrap_or((estimate.median, estimate.median));
    [lower, estimate.median, upper]
}

/// What hollow markers mean, where there are any; it follows another sentence.
pub(super) fn hollow(is_any: bool) -> &'static str {
    if is_any {
        " Hollow: ran only the first tasks."
    } else {
        ""
    }
}

/// A text that begins a sentence.
pub(super) fn capital(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(rest).collect()
    })
}

/// A time with its interval; empty where there is none.
pub(super) fn time(estimate: Option<&Estimate>) -> String {
    estimate.map_or_else(String::new, |its| duration_with(its.median, its.interval))
}

/// The latencies of all runs together: nanoseconds and how many tasks took them, ascending.
pub(super) fn merged(measured: &[&Measured]) -> Vec<(u64, u64)> {
    results::merged(measured.iter().map(|run| run.done.latency.as_slice()))
}

/// The number of tasks of such latencies.
pub(super) fn tasks(latency: &[(u64, u64)]) -> u64 {
    let counts = latency.iter().map(|(_, count)| *count);
    counts.fold(0, u64::saturating_add)
}

/// A percentile as a table has it.
pub(super) fn shown_percentile(latency: &[(u64, u64)], fraction: f64) -> String {
    percentile(latency, fraction).map_or_else(String::new, |nanos| duration(nanos as f64))
}

/// The load under which a workload's latencies are measured, for the title of an axis.
pub(super) fn load(subject: &Subject<'_>) -> String {
    match subject.record.workload.rate {
        Some(rate) => format!("open loop at {rate}"),
        None => "closed loop".to_owned(),
    }
}

//! How late pulses are read or answered: the part of them that is served within a time.

use protocol::Coordination;
use results::percentile;
use terminal::{duration, percent};

use crate::figure::{Figure, Table};
use crate::room::Room;
use crate::subject::Subject;
use crate::svg::{Canvas, Kind, Look, Scale, bottom_axis, left_axis};

use super::parts::{Area, key, merged, shown_percentile, tasks};

/// The points of a curve.
const POINTS: u32 = 20;

/// The latencies of a variant, all runs together.
pub(super) struct Curve {
    pub(super) name: String,
    pub(super) look: Look,
    pub(super) latency: Vec<(u64, u64)>,
}

/// The curves of the variants that have latencies.
pub(super) fn curves(subject: &Subject<'_>) -> Vec<Curve> {
    subject
        .measured_variants()
        .map(|variant| Curve {
            name: variant.variant.clone(),
            look: subject.look(&variant.variant),
            latency: merged(&subject.measured(&variant.variant)),
        })
        .filter(|curve| tasks(&curve.latency) > 0)
        .collect()
}

/// The lateness of pulses; `None` where no service sends any.
pub(crate) fn ecdf(subject: &Subject<'_>) -> Option<Figure> {
    if !subject.record.workload.is_paced_by_pulses() {
        return None;
    }
    let lateness = curves(subject);
    let hog_nanos = hog(subject);
    let (mut canvas, area) = drawing(&lateness, hog_nanos, "pulses", subject.room)?;
    let names = lateness
        .iter()
        .map(|curve| (curve.look, curve.name.as_str()));
    key(&mut canvas, &area, names);
    let id = subject.figure_id("ecdf");
    let title = format!("Lateness of pulses: {}", subject.name());
    let description = "A curve for each variant: the part of its pulses that was served within a time, all \
                       measured runs together; the dotted line is the time for which a hog computes.";
    Some(Figure {
        svg: canvas.svg(&id, &title, description),
        caption: caption(&lateness, hog_nanos),
        table: table(&lateness),
        narrow: None,
        also: None,
        id,
        title,
    })
}

/// The part of what was served, such as pulses or tasks, within a time, without a key; `None`
/// where nothing was.
pub(super) fn drawing(
    curves: &[Curve],
    hog: Option<f64>,
    what: &str,
    room: Room,
) -> Option<(Canvas, Area)> {
    let area = Area::with_key(room, curves.iter().map(|curve| curve.name.as_str()));
    let points: Vec<Vec<(f64, f64)>> = curves.iter().map(Curve::points).collect();
    let times = points.iter().flatten().map(|point| point.0).chain(hog);
    let across = Scale::over(Kind::Log, times, area.across())?.padded(0.02);
    let up = Scale::over(Kind::Linear, [0.0, 1.0], area.up())?;
    let mut canvas = area.canvas();
    let axis = "time until it was served (log scale)";
    let sides = (area.top, area.bottom);
    bottom_axis(&mut canvas, &across, sides, duration, axis);
    let title = format!("part of the {what}");
    let titled = Some((title.as_str(), (0.0, 14.0)));
    left_axis(&mut canvas, &up, area.across(), percent, titled);
    if let Some(x) = hog.and_then(|nanos| across.place(nanos)) {
        canvas.line((x, area.top), (x, area.bottom), "rule");
    }
    for (curve, points) in curves.iter().zip(&points) {
        draw(&mut canvas, curve, points, (&across, &up));
    }
    Some((canvas, area))
}

/// How long a unit computes before it yields, in nanoseconds.
pub(super) fn hog(subject: &Subject<'_>) -> Option<f64> {
    let hog = match subject.record.workload.coordination.as_ref()? {
        Coordination::Stall(stall) => stall.hog,
        Coordination::Echo(echo) => echo.hog,
        _ => return None,
    };
    Some(hog.as_nanos() as f64)
}

impl Curve {
    /// Times, and the part of the pulses that was served within.
    fn points(&self) -> Vec<(f64, f64)> {
        (0..=POINTS)
            .map(|point| f64::from(point) / f64::from(POINTS))
            .filter_map(|part| Some((percentile(&self.latency, part)?.max(1) as f64, part)))
            .collect()
    }
}

fn draw(canvas: &mut Canvas, curve: &Curve, points: &[(f64, f64)], (across, up): (&Scale, &Scale)) {
    let places: Vec<(f64, f64)> = points
        .iter()
        .filter_map(|(nanos, part)| Some((across.place(*nanos)?, up.place(*part)?)))
        .collect();
    curve.look.begin(canvas);
    canvas.polyline(&places, "curve");
    let some: Vec<(f64, f64)> = places.iter().step_by(5).copied().collect();
    curve.look.markers(canvas, &some, false);
    canvas.end();
}

fn caption(curves: &[Curve], hog: Option<f64>) -> String {
    let Some(hog) = hog else {
        return "All measured runs together.".to_owned();
    };
    let waits: Vec<&str> = curves
        .iter()
        .filter(|curve| percentile(&curve.latency, 0.5).is_some_and(|nanos| nanos as f64 >= hog))
        .map(|curve| curve.name.as_str())
        .collect();
    let finding = if waits.is_empty() {
        "Under no variant does half of the pulses wait for as long as a hog computes".to_owned()
    } else {
        format!(
            "At least half of the pulses wait for as long as a hog computes under {}",
            waits.join(", ")
        )
    };
    format!("{finding} ({}). All measured runs together.", duration(hog))
}

fn table(curves: &[Curve]) -> Table {
    let mut table = Table::titled(&["variant", "p50", "p90", "p99", "most", "pulses"]);
    for curve in curves {
        let percentiles = [0.5, 0.9, 0.99, 1.0].map(|part| shown_percentile(&curve.latency, part));
        let cells = [curve.name.clone()]
            .into_iter()
            .chain(percentiles)
            .chain([tasks(&curve.latency).to_string()]);
        table.push(Some(curve.look.number), cells);
    }
    table
}

//! Curves of one figure over another with their intervals, held against thresholds.

use report::export::{Curve, CurveAxis, CurvePlot, CurvePoint};
use terminal::shown;

use crate::figure::{Figure, Table};
use crate::room::Room;
use crate::subject::Looks;
use crate::svg::{Canvas, Kind, Look, Scale, bottom_axis, left_axis, named_axis};

use super::parts::{Area, key};

/// The most points of which each has a marker; of more, every fifth has one.
const MOST_MARKERS: usize = 12;
/// The most levels that have a label and a line.
const MOST_LEVELS: usize = 14;

/// The curves; `None` where no point has a place.
pub(crate) fn curves(plot: &CurvePlot, id: &str, room: Room) -> Option<Figure> {
    let looks = Looks::named(plot.curves.iter().map(|curve| curve.name.as_str()));
    let area = Area::with_key(room, plot.curves.iter().map(|curve| curve.name.as_str()));
    let (across, up) = scales(plot, &area)?;
    let mut canvas = area.canvas();
    axes(&mut canvas, plot, &area, (&across, &up));
    for limit in &plot.limits {
        canvas.polyline(&places(limit.iter().copied(), (&across, &up)), "rule");
    }
    for curve in &plot.curves {
        draw(&mut canvas, curve, looks.look(&curve.name), (&across, &up));
    }
    let curves = plot.curves.iter();
    key(
        &mut canvas,
        &area,
        curves.map(|curve| (looks.look(&curve.name), curve.name.as_str())),
    );
    Some(Figure {
        svg: canvas.svg(&room.id(id), &plot.title, &plot.reading),
        caption: shown(&plot.caption),
        table: table(plot, &looks),
        narrow: None,
        also: None,
        id: id.to_owned(),
        title: shown(&plot.title),
    })
}

/// The scales on which every point, interval and threshold has a place.
fn scales(plot: &CurvePlot, area: &Area) -> Option<(Scale, Scale)> {
    let points: Vec<&CurvePoint> = plot.curves.iter().flat_map(all_points).collect();
    let limits: Vec<(f64, f64)> = plot.limits.iter().flatten().copied().collect();
    let xs = points
        .iter()
        .flat_map(|point| with_bounds(point.x, point.across))
        .chain(limits.iter().map(|(x, _)| *x));
    let ys = points
        .iter()
        .flat_map(|point| with_bounds(point.y, point.up))
        .chain(limits.iter().map(|(_, y)| *y));
    Some((
        Scale::over(kind(&plot.across), xs, area.across())?.padded(0.03),
        Scale::over(kind(&plot.up), ys, area.up())?.padded(0.04),
    ))
}

fn all_points(curve: &Curve) -> impl Iterator<Item = &CurvePoint> {
    curve.points.iter().chain(&curve.marks)
}

/// A value with the bounds of its interval.
fn with_bounds(value: f64, interval: Option<(f64, f64)>) -> [f64; 3] {
    let (lower, upper) = interval.unwrap_or((value, value));
    [lower, value, upper]
}

fn kind(axis: &CurveAxis) -> Kind {
    if axis.is_log { Kind::Log } else { Kind::Linear }
}

fn axes(canvas: &mut Canvas, plot: &CurvePlot, area: &Area, (across, up): (&Scale, &Scale)) {
    let sides = (area.top, area.bottom);
    let CurveAxis { label, levels, .. } = &plot.across;
    let [below, beside] = [&plot.across, &plot.up].map(title);
    if levels.is_empty() {
        bottom_axis(canvas, across, sides, *label, &below);
    } else {
        // Each has a line of the grid, of which many would hide the curves.
        let step = levels.len().div_ceil(MOST_LEVELS);
        let some: Vec<(f64, String)> = levels.iter().step_by(step).cloned().collect();
        named_axis(canvas, across, sides, &some, &below);
    }
    let titled = Some((beside.as_str(), (0.0, 14.0)));
    left_axis(canvas, up, area.across(), plot.up.label, titled);
}

fn title(axis: &CurveAxis) -> String {
    if axis.is_log {
        format!("{} (log scale)", axis.name)
    } else {
        axis.name.clone()
    }
}

/// The places of values; those that have none are left out.
fn places(
    values: impl Iterator<Item = (f64, f64)>,
    (across, up): (&Scale, &Scale),
) -> Vec<(f64, f64)> {
    values
        .filter_map(|(x, y)| Some((across.place(x)?, up.place(y)?)))
        .collect()
}

fn draw(canvas: &mut Canvas, curve: &Curve, look: Look, scales: (&Scale, &Scale)) {
    let known = curve.points.iter().filter_map(|point| {
        let (lower, upper) = point.up?;
        Some((point.x, lower, upper))
    });
    let bounds: Vec<(f64, f64, f64)> = known.collect();
    let upper = places(bounds.iter().map(|(x, _, upper)| (*x, *upper)), scales);
    let lower = places(bounds.iter().map(|(x, lower, _)| (*x, *lower)), scales);
    let line = places(curve.points.iter().map(|point| (point.x, point.y)), scales);
    let step = if line.len() > MOST_MARKERS { 5 } else { 1 };
    let marked: Vec<(f64, f64)> = line.iter().step_by(step).copied().collect();
    look.begin(canvas);
    canvas.ribbon(&upper, &lower, "ribbon");
    canvas.polyline(&line, "curve");
    look.markers(canvas, &marked, false);
    // A ribbon over a single point has no width.
    if let [only] = curve.points.as_slice() {
        bars(canvas, only, scales);
    }
    for mark in &curve.marks {
        bars(canvas, mark, scales);
        look.markers(
            canvas,
            &places([(mark.x, mark.y)].into_iter(), scales),
            true,
        );
    }
    canvas.end();
}

/// The intervals of a point as strokes.
fn bars(canvas: &mut Canvas, point: &CurvePoint, scales: (&Scale, &Scale)) {
    let across = point
        .across
        .map(|(from, to)| [(from, point.y), (to, point.y)]);
    let up = point.up.map(|(from, to)| [(point.x, from), (point.x, to)]);
    for ends in [across, up].into_iter().flatten() {
        canvas.polyline(&places(ends.into_iter(), scales), "bar");
    }
}

fn table(plot: &CurvePlot, looks: &Looks) -> Table {
    let (across, up) = (plot.across.name.as_str(), plot.up.name.as_str());
    let mut table = Table::titled(&["curve", across, up, "95 % interval"]);
    for curve in &plot.curves {
        for point in all_points(curve) {
            let interval = match (point.across, point.up) {
                (Some(bounds), _) => range(&plot.across, bounds),
                (None, Some(bounds)) => range(&plot.up, bounds),
                (None, None) => String::new(),
            };
            let cells = [
                curve.name.clone(),
                label(&plot.across, point.x),
                label(&plot.up, point.y),
                interval,
            ];
            table.push(looks.number(&curve.name), cells);
        }
    }
    table
}

fn label(axis: &CurveAxis, value: f64) -> String {
    let mut levels = axis.levels.iter();
    match levels.find(|(level, _)| *level == value) {
        Some((_, named)) => named.clone(),
        None if value.is_finite() => (axis.label)(value),
        None => String::new(),
    }
}

fn range(axis: &CurveAxis, (lower, upper): (f64, f64)) -> String {
    format!("{} to {}", label(axis, lower), label(axis, upper))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn axis(is_log: bool, levels: &[f64]) -> CurveAxis {
        CurveAxis {
            name: "figure".to_owned(),
            is_log,
            label: |value| format!("{value:.3}"),
            levels: levels
                .iter()
                .map(|level| (*level, format!("L{level}")))
                .collect(),
        }
    }

    fn plot(points: Vec<CurvePoint>, marks: Vec<CurvePoint>) -> CurvePlot {
        CurvePlot {
            title: "One over the other".to_owned(),
            caption: "It grows <b>".to_owned(),
            reading: "A line and its ribbon.".to_owned(),
            across: axis(true, &[1.0, 10.0]),
            up: axis(false, &[]),
            curves: vec![Curve {
                name: "a".to_owned(),
                points,
                marks,
            }],
            limits: vec![vec![(1.0, 2.0), (10.0, 2.0)]],
        }
    }

    fn point(x: f64, y: f64) -> CurvePoint {
        CurvePoint {
            x,
            y,
            across: None,
            up: Some((y - 1.0, y + 1.0)),
        }
    }

    #[test]
    fn points_have_a_ribbon_marks_an_interval_and_both_are_in_the_table() {
        let mark = CurvePoint {
            x: 3.0,
            y: 2.0,
            across: Some((2.0, 5.0)),
            up: None,
        };
        let figure = curves(
            &plot(vec![point(1.0, 1.0), point(10.0, 4.0)], vec![mark]),
            "c",
            Room::Wide,
        );
        let figure = figure.unwrap();
        let svg = figure.svg.to_string();
        for (class, count) in [
            ("ribbon", 1),
            ("curve", 1),
            ("hollow", 1),
            ("bar", 1),
            ("rule", 1),
        ] {
            assert_eq!(
                svg.matches(&format!("class=\"{class}\"")).count(),
                count,
                "{class}"
            );
        }
        assert!(svg.contains(">L10</text>"), "{svg}");
        let cells: Vec<&[String]> = figure.table.rows.iter().map(|row| &row.cells[..]).collect();
        assert_eq!(cells[1], ["a", "L10", "4.000", "3.000 to 5.000"]);
        assert_eq!(cells[2], ["a", "3.000", "2.000", "2.000 to 5.000"]);
    }

    #[test]
    fn nothing_is_drawn_of_no_point() {
        let mut empty = plot(Vec::new(), Vec::new());
        empty.limits.clear();
        assert!(curves(&empty, "c", Room::Wide).is_none());
    }

    proptest! {
        #[test]
        fn strange_figures_are_missing(x in any::<f64>(), y in any::<f64>(), low in any::<f64>()) {
            let strange = CurvePoint { x, y, across: Some((low, x)), up: Some((y, low)) };
            let found = curves(&plot(vec![point(1.0, 1.0), strange], vec![strange]), "c", Room::Narrow).unwrap();
            let svg = found.svg.to_string();
            prop_assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        }
    }
}

//! Whether pulses wait less where units yield, or computation is moved elsewhere: a row for each variant
//! with those that are made from it, joined.

use results::percentile;
use terminal::duration;

use crate::figure::{Figure, Table};
use crate::subject::Subject;
use crate::svg::{Canvas, Kind, Scale, bottom_axis};

use super::ecdf::{Curve, curves, hog};
use super::parts::shown_percentile;
use super::rows::Rows;

/// The height of a row.
const ROW: f64 = 24.0;

/// The median lateness of the variants that differ only by `+yield`, `+offload` and the like; `None` where
/// there are no two such, and where no service sends pulses.
pub(crate) fn relief(subject: &Subject<'_>) -> Option<Figure> {
    if !subject.record.workload.is_paced_by_pulses() {
        return None;
    }
    let lateness = curves(subject);
    let alike = families(&lateness);
    let hog_nanos = hog(subject);
    let medians = alike.iter().flat_map(|(_, members)| members);
    let values = medians.filter_map(|curve| median(curve)).chain(hog_nanos);
    let names = alike.iter().map(|(name, _)| *name);
    let rows = Rows::of(subject.room, names, ROW, (20.0, 0.0));
    if alike.is_empty() {
        return None;
    }
    let scale = Scale::over(Kind::Log, values, rows.places)?.padded(0.05);
    let height = alike.len() as f64 * rows.height();
    let mut canvas = Canvas::new(subject.room.width(), height + subject.room.axis());
    let axis = "median time until a pulse was served (log scale)";
    bottom_axis(&mut canvas, &scale, (0.0, height), duration, axis);
    if let Some(x) = hog_nanos.and_then(|nanos| scale.place(nanos)) {
        canvas.line((x, 0.0), (x, height), "rule");
    }
    for (index, (name, members)) in alike.iter().enumerate() {
        let at = rows.place(0.0, index);
        rows.name(&mut canvas, at, name, None);
        draw(&mut canvas, members, &scale, at.y);
    }
    let id = subject.figure_id("relief");
    let title = format!("Lateness with and without yielding: {}", subject.name());
    let description = "A row for each variant: its median lateness and those of the variants that yield or \
                       move computation elsewhere, joined by a line; the dotted line is the time for which \
                       a hog computes.";
    Some(Figure {
        svg: canvas.svg(&id, &title, description),
        caption: "Joined are variants that differ only in how they make room for others. All measured runs \
                  together, and no verdict."
            .to_owned(),
        table: table(&alike),
        narrow: None,
        also: None,
        id,
        title,
    })
}

/// The variants by what precedes the first `+` of their names, where there are several.
fn families(curves: &[Curve]) -> Vec<(&str, Vec<&Curve>)> {
    let mut families: Vec<(&str, Vec<&Curve>)> = Vec::new();
    for curve in curves {
        let base = curve.name.split('+').next().unwrap_or_default();
        match families.iter_mut().find(|(name, _)| *name == base) {
            Some((_, members)) => members.push(curve),
            None => families.push((base, vec![curve])),
        }
    }
    families.retain(|(_, members)| members.len() > 1);
    families
}

fn median(curve: &Curve) -> Option<f64> {
    Some(percentile(&curve.latency, 0.5)?.max(1) as f64)
}

fn draw(canvas: &mut Canvas, members: &[&Curve], scale: &Scale, y: f64) {
    let placed = members
        .iter()
        .filter_map(|curve| Some((curve, scale.place(median(curve)?)?)));
    let placed: Vec<(&&Curve, f64)> = placed.collect();
    let joined: Vec<(f64, f64)> = placed.iter().map(|(_, x)| (*x, y)).collect();
    canvas.polyline(&joined, "one");
    for (curve, x) in placed {
        curve.look.begin(canvas);
        curve.look.marker(canvas, (x, y), false);
        canvas.end();
    }
}

fn table(families: &[(&str, Vec<&Curve>)]) -> Table {
    let mut table = Table::titled(&["variant", "p50", "p99"]);
    for curve in families.iter().flat_map(|(_, members)| members) {
        let percentiles = [0.5, 0.99].map(|part| shown_percentile(&curve.latency, part));
        let cells = [curve.name.clone()].into_iter().chain(percentiles);
        table.push(Some(curve.look.number), cells);
    }
    table
}

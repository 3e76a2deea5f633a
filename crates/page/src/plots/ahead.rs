//! Who is ahead where two keys are swept: a map with a cell for each pair of values, hatched where the best
//! are not told apart.

use results::{Estimate, RunFile, SweepSummary, VariantSummary};
use terminal::{shown, shown_within};

use crate::figure::{Figure, Table};
use crate::room::Room;
use crate::subject::Looks;
use crate::svg::{Anchor, Canvas, Look};

use super::cost::per_task;
use super::parts::{Area, bounds, key};
use super::sweep::{is_rate, summaries_of};

/// The height of a cell.
const ROW: f64 = 40.0;
/// The room between the strokes of a hatched cell.
const HATCH: f64 = 10.0;
/// The most markers of a cell.
const MOST_MARKERS: usize = 4;

/// A cell: the variants that share the lead.
type Cell<'a> = Vec<&'a str>;

/// A row: the value of the other key, and a cell for each level.
struct Row<'a> {
    value: String,
    cells: Vec<Cell<'a>>,
}

/// The map of a workload for which two keys were swept; `sweeps` are those of one key, one for each value of
/// the other. `None` where there are no two.
pub(crate) fn ahead(
    run: &RunFile,
    sweeps: &[&SweepSummary],
    looks: &Looks,
    id: &str,
    room: Room,
) -> Option<Figure> {
    let first = *sweeps.first().filter(|_| sweeps.len() > 1)?;
    let other = first.fixed.first()?.key.as_str();
    let rows: Vec<Row<'_>> = sweeps.iter().map(|sweep| row(run, sweep)).collect();
    let levels: Vec<&str> = first.levels.iter().map(|its| its.value.as_str()).collect();
    let mut leaders: Vec<&str> = Vec::new();
    for name in rows.iter().flat_map(|row| row.cells.iter().flatten()) {
        if !leaders.contains(name) {
            leaders.push(name);
        }
    }
    if leaders.is_empty() {
        return None;
    }
    let canvas = drawing(&rows, &levels, (&leaders, looks), room, (&first.key, other));
    let title = shown(&format!(
        "Who is ahead: {} over {} and {other}",
        first.workload, first.key
    ));
    let description = "A cell for each pair of values with the marker of the variant whose median is least; \
                       hatched, with several markers, where intervals overlap that of the best.";
    Some(Figure {
        svg: canvas.svg(&room.id(id), &title, description),
        caption: caption(&rows, &leaders),
        table: table(&rows, &levels, other),
        narrow: None,
        also: None,
        id: id.to_owned(),
        title,
    })
}

fn row<'a>(run: &'a RunFile, sweep: &SweepSummary) -> Row<'a> {
    let value = sweep.fixed.first().map(|fixed| fixed.value.clone());
    let of = if is_rate(sweep) { cpu } else { per_task };
    let cells = sweep.levels.iter();
    Row {
        value: value.unwrap_or_default(),
        cells: cells
            .map(|level| best(summaries_of(run, level), of))
            .collect(),
    }
}

fn cpu(variant: &VariantSummary) -> Option<Estimate> {
    variant.cpu_per_task_ns
}

/// The variants whose intervals reach that of the one with the least median, which is the first.
fn best<'a>(
    variants: Vec<&'a VariantSummary>,
    of: fn(&VariantSummary) -> Option<Estimate>,
) -> Cell<'a> {
    let known = variants.into_iter();
    let mut known: Vec<(&str, Estimate)> = known
        .filter_map(|variant| Some((variant.variant.as_str(), of(variant)?)))
        .collect();
    known.sort_by(|a, b| a.1.median.total_cmp(&b.1.median));
    let Some(limit) = known.first().map(|(_, its)| bounds(its)[2]) else {
        return Vec::new();
    };
    let near = known.into_iter().filter(|(_, its)| bounds(its)[0] <= limit);
    near.map(|(name, _)| name).collect()
}

fn drawing(
    rows: &[Row<'_>],
    levels: &[&str],
    (leaders, looks): (&[&str], &Looks),
    room: Room,
    (across, up): (&str, &str),
) -> Canvas {
    let mut area = Area::with_key(room, leaders.iter().copied());
    area.left = 90.0;
    area.bottom = area.top + rows.len() as f64 * ROW;
    let mut canvas = Canvas::new(area.width(), area.height());
    let width = (area.right - area.left) / levels.len().max(1) as f64;
    for (index, row) in rows.iter().enumerate() {
        let top = area.top + index as f64 * ROW;
        let value = shown_within(&row.value, 12);
        canvas.text(
            (area.left - 6.0, top + ROW / 2.0 + 4.0),
            Anchor::End,
            "tick",
            &value,
        );
        for (column, names) in row.cells.iter().enumerate() {
            let left = area.left + column as f64 * width;
            draw(
                &mut canvas,
                names,
                looks,
                ((left, top), (left + width, top + ROW)),
            );
        }
    }
    for (column, level) in levels.iter().enumerate() {
        let x = area.left + (column as f64 + 0.5) * width;
        canvas.text(
            (x, area.bottom + 15.0),
            Anchor::Middle,
            "tick",
            &shown_within(level, 12),
        );
    }
    let centre = f64::midpoint(area.left, area.right);
    canvas.text(
        (centre, area.bottom + 32.0),
        Anchor::Middle,
        "axis",
        &shown(across),
    );
    canvas.text((0.0, 14.0), Anchor::Start, "axis", &shown(up));
    key(
        &mut canvas,
        &area,
        leaders.iter().map(|name| (looks.look(name), *name)),
    );
    canvas
}

fn draw(canvas: &mut Canvas, names: &[&str], looks: &Looks, (from, to): ((f64, f64), (f64, f64))) {
    canvas.rect(from, to, "frame");
    if let [alone] = names {
        let look = looks.look(alone);
        look.begin(canvas);
        canvas.rect(from, to, "ribbon");
        look.marker(
            canvas,
            (f64::midpoint(from.0, to.0), f64::midpoint(from.1, to.1)),
            false,
        );
        canvas.end();
        return;
    }
    canvas.lines(&hatching(from, to), "grid");
    let drawn: Vec<Look> = names
        .iter()
        .take(MOST_MARKERS)
        .map(|name| looks.look(name))
        .collect();
    let gap = (to.0 - from.0) / (drawn.len() + 1) as f64;
    for (index, look) in drawn.into_iter().enumerate() {
        let x = from.0 + (index + 1) as f64 * gap;
        look.begin(canvas);
        look.marker(canvas, (x, f64::midpoint(from.1, to.1)), false);
        canvas.end();
    }
}

/// Diagonal strokes within a rectangle.
fn hatching(from: (f64, f64), to: (f64, f64)) -> Vec<((f64, f64), (f64, f64))> {
    let (width, height) = (to.0 - from.0, to.1 - from.1);
    let strokes = ((width + height) / HATCH).max(0.0) as u32;
    (1..=strokes)
        .map(|stroke| f64::from(stroke) * HATCH)
        .map(|along| {
            let lower = (
                from.0 + (along - height).max(0.0),
                from.1 + along.min(height),
            );
            let upper = (from.0 + along.min(width), from.1 + (along - width).max(0.0));
            (lower, upper)
        })
        .collect()
}

fn caption(rows: &[Row<'_>], leaders: &[&str]) -> String {
    let cells: Vec<&Vec<&str>> = rows.iter().flat_map(|row| &row.cells).collect();
    let shared = cells.iter().filter(|names| names.len() > 1).count();
    let alone = leaders.iter().filter_map(|name| {
        let times = cells
            .iter()
            .filter(|names| names.as_slice() == [*name])
            .count();
        (times > 0).then(|| format!("{} in {times}", shown(name)))
    });
    let alone: Vec<String> = alone.collect();
    let ahead = if alone.is_empty() {
        "None is ahead alone".to_owned()
    } else {
        format!(
            "Ahead alone, of {} cells: {}",
            cells.len(),
            alone.join(", ")
        )
    };
    format!(
        "{ahead}; {shared} are shared (hatched). By medians and their 95 % intervals, without a verdict."
    )
}

fn table(rows: &[Row<'_>], levels: &[&str], other: &str) -> Table {
    let titles: Vec<&str> = [other].into_iter().chain(levels.iter().copied()).collect();
    let mut table = Table::titled(&titles);
    table.has_words = true;
    for row in rows {
        let cells = row.cells.iter().map(|names| names.join(" ≈ "));
        table.push(None, [row.value.clone()].into_iter().chain(cells));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strokes_stay_within_their_rectangle() {
        let strokes = hatching((10.0, 20.0), (110.0, 60.0));
        assert!(strokes.len() > 5);
        for (x, y) in strokes.into_iter().flat_map(|(one, other)| [one, other]) {
            assert!(
                (10.0..=110.0).contains(&x) && (20.0..=60.0).contains(&y),
                "{x} {y}"
            );
        }
    }
}

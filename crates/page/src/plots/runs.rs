//! Every run as a dot, and the median with its interval: nothing is smoothed.

use results::{Arm, Estimate};
use terminal::{counted, duration};

use crate::figure::{Figure, Table};
use crate::subject::Subject;
use crate::svg::{Canvas, Kind, Look, Scale, bottom_axis};

use super::parts::{bounds, time};
use super::rows::{RowPlace, Rows};

/// The height of a variant's row.
const ROW: f64 = 26.0;

/// The runs of a variant.
struct Runs {
    name: String,
    look: Look,
    values: Vec<f64>,
    median: Estimate,
    outliers: usize,
}

/// The runs of a workload by its headline metric; `None` where there are none.
pub(crate) fn runs(subject: &Subject<'_>) -> Option<Figure> {
    let metric = subject.headline();
    let rows: Vec<Runs> = subject
        .measured_variants()
        .filter_map(|variant| {
            let series = subject.series(&variant.variant, Arm::Main);
            let values = series.values(|_, measured| metric.figure(measured));
            Some(Runs {
                name: variant.variant.clone(),
                look: subject.look(&variant.variant),
                median: Estimate::of(&values)?,
                values,
                outliers: variant.outliers,
            })
        })
        .collect();
    let all = rows.iter().flat_map(|runs| {
        let values = runs.values.iter().copied();
        values.chain(bounds(&runs.median))
    });
    let place = Rows::of(subject.room, subject.names(), ROW, (20.0, 0.0));
    let scale = Scale::over(Kind::Log, all, place.places)?.padded(0.02);
    let height = rows.len() as f64 * place.height();
    let mut canvas = Canvas::new(subject.room.width(), height + subject.room.axis());
    let axis = format!("{} (log scale)", metric.name());
    bottom_axis(&mut canvas, &scale, (0.0, height), duration, &axis);
    for (index, runs) in rows.iter().enumerate() {
        draw(&mut canvas, runs, (&place, place.place(0.0, index)), &scale);
    }
    let id = subject.figure_id("runs");
    let title = format!("Every run, by {}: {}", metric.name(), subject.name());
    let description = "A row for each variant: a dot for each run that counts, the first round at the top \
                       of the row, and below them the median with its 95 % interval.";
    Some(Figure {
        svg: canvas.svg(&id, &title, description),
        caption: caption(&rows),
        table: table(&rows),
        narrow: None,
        also: None,
        id,
        title,
    })
}

fn caption(rows: &[Runs]) -> String {
    let far: Vec<String> = rows
        .iter()
        .filter(|runs| runs.outliers > 0)
        .map(|runs| format!("{} of {}", counted(runs.outliers as u64, "run"), runs.name))
        .collect();
    let finding = if far.is_empty() {
        "No run lies far from the others of its variant".to_owned()
    } else {
        format!(
            "Far from the others of their variant, and counted all the same: {}",
            far.join(", ")
        )
    };
    finding
        + ". A dot is a run, the earliest at the top of its row; the marker is the median, the bar its 95 % interval."
}

fn draw(canvas: &mut Canvas, runs: &Runs, (rows, at): (&Rows, RowPlace), scale: &Scale) {
    let y = at.y;
    runs.look.begin(canvas);
    rows.name(canvas, at, &runs.name, Some(runs.look));
    let step = ROW * 0.45 / runs.values.len().max(1) as f64;
    let dots: Vec<(f64, f64)> = runs
        .values
        .iter()
        .enumerate()
        .filter_map(|(index, value)| {
            Some((scale.place(*value)?, y - ROW * 0.42 + index as f64 * step))
        })
        .collect();
    canvas.dots(&dots, "dot");
    let below = y + ROW * 0.28;
    if let Some((lower, upper)) = runs.median.interval
        && let (Some(left), Some(right)) = (scale.place(lower), scale.place(upper))
    {
        canvas.line((left, below), (right, below), "bar");
    }
    if let Some(x) = scale.place(runs.median.median) {
        runs.look.marker(canvas, (x, below), false);
    }
    canvas.end();
}

fn table(rows: &[Runs]) -> Table {
    let mut table = Table::titled(&["variant", "median", "least", "most", "runs", "outliers"]);
    for runs in rows {
        let least = runs.values.iter().copied().fold(f64::INFINITY, f64::min);
        let most = runs.values.iter().copied().fold(0.0, f64::max);
        let cells = vec![
            runs.name.clone(),
            time(Some(&runs.median)),
            duration(least),
            duration(most),
            runs.values.len().to_string(),
            runs.outliers.to_string(),
        ];
        table.push(Some(runs.look.number), cells);
    }
    table
}

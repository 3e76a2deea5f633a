//! What was predicted before measuring: who was left out for it, and how it compares with what was measured.

use analysis::{BothFigures, Figure, both_figures};
use results::{Predicted, PredictedFigure, WorkloadRecord, WorkloadSummary};
use terminal::{Column, duration_with, percent};

/// What stands in the place of a figure whose interval would be too wide to mean anything.
const NOT_PREDICTED: &str = "n/a";

/// Who did not run because another variant was predicted to be faster beyond both intervals, with the predicted times;
/// `None` where nobody was left out.
#[must_use]
pub fn left_out_by_prediction(record: &WorkloadRecord) -> Option<String> {
    let out: Vec<String> = by_time(record)
        .into_iter()
        .filter(|(_, its)| its.left_out)
        .map(|(name, its)| format!("{name} {}", of_a_run(record, its)))
        .collect();
    let all = by_time(record);
    let (best, its) = all.first()?;
    (!out.is_empty()).then(|| {
        format!(
            "not measured, since predicted to take longer than {best} beyond both intervals ({}): {}",
            of_a_run(record, its),
            out.join(", ")
        )
    })
}

/// The predictions, the shortest time first.
fn by_time(record: &WorkloadRecord) -> Vec<(&str, &Predicted)> {
    let named = record.predicted.iter();
    let mut all: Vec<(&str, &Predicted)> = named.map(|(name, its)| (name.as_str(), its)).collect();
    all.sort_by(|(_, a), (_, b)| {
        let (a, b) = (a.time_per_task_ns.value, b.time_per_task_ns.value);
        a.total_cmp(&b)
    });
    all
}

/// The predicted time of a run of all tasks.
fn of_a_run(record: &WorkloadRecord, predicted: &Predicted) -> String {
    let longest = record.shares.values().map(|share| share.tasks).max();
    let tasks = longest.unwrap_or(record.workload.tasks);
    with_interval(&predicted.time_per_task_ns.of_tasks(tasks))
}

fn with_interval(figure: &PredictedFigure) -> String {
    duration_with(figure.value, Some((figure.low, figure.high)))
}

/// The predicted times of the variants that were measured, and whether what was measured lies in their intervals: a line
/// where more was asked for.
pub(crate) fn line(record: &WorkloadRecord, summary: &WorkloadSummary) -> Option<String> {
    let each: Vec<String> = by_time(record)
        .into_iter()
        .map(|(variant, predicted)| row(variant, predicted, summary))
        .filter_map(|row| {
            let time = row.time?;
            let word = inside(Some(&time));
            Some(format!(
                "{} {} {word}",
                row.variant,
                of_a_run(record, row.predicted)
            ))
        })
        .collect();
    (!each.is_empty()).then(|| {
        format!(
            "predicted before measuring, and the measured median inside or outside of the 90 % interval: {}",
            each.join(", ")
        )
    })
}

/// A row of the table of predictions.
struct PredictedRow<'a> {
    variant: &'a str,
    predicted: &'a Predicted,
    time: Option<BothFigures>,
    cpu: Option<BothFigures>,
}

/// The columns of the table of predictions beside what was measured; none where nothing was predicted.
pub(crate) fn predicted_columns(record: &WorkloadRecord, summary: &WorkloadSummary) -> Vec<Column> {
    let rows: Vec<PredictedRow<'_>> = by_time(record)
        .into_iter()
        .map(|(variant, predicted)| row(variant, predicted, summary))
        .collect();
    if rows.is_empty() {
        return Vec::new();
    }
    vec![
        column("variant", false, &rows, |row| row.variant.to_owned()),
        column("predicted time/task", true, &rows, |row| {
            with_interval(&row.predicted.time_per_task_ns)
        }),
        column("measured time/task", true, &rows, |row| {
            measured(row, row.time.as_ref())
        }),
        column("time within", false, &rows, |row| inside(row.time.as_ref())),
        column("time error", true, &rows, |row| off(row.time.as_ref())),
        column("predicted CPU/task", true, &rows, |row| {
            let cpu = row.predicted.cpu_per_task_ns.as_ref();
            cpu.map_or_else(|| NOT_PREDICTED.to_owned(), with_interval)
        }),
        column("measured CPU/task", true, &rows, |row| {
            measured(row, row.cpu.as_ref())
        }),
        column("CPU within", false, &rows, |row| inside(row.cpu.as_ref())),
        column("CPU error", true, &rows, |row| off(row.cpu.as_ref())),
    ]
}

fn row<'a>(
    variant: &'a str,
    predicted: &'a Predicted,
    summary: &WorkloadSummary,
) -> PredictedRow<'a> {
    let mut variants = summary.variants.iter();
    let its = variants.find(|its| its.variant == variant);
    let both = its.map_or_else(Vec::new, |its| both_figures(predicted, its));
    PredictedRow {
        variant,
        predicted,
        time: figure_of(&both, Figure::Time),
        cpu: figure_of(&both, Figure::Cpu),
    }
}

fn figure_of(both: &[BothFigures], figure: Figure) -> Option<BothFigures> {
    both.iter().find(|both| both.figure == figure).copied()
}

fn measured(row: &PredictedRow<'_>, both: Option<&BothFigures>) -> String {
    match both {
        Some(both) => duration_with(both.measured.median, both.measured.interval),
        None if row.predicted.left_out => "left out".to_owned(),
        None => "n/a".to_owned(),
    }
}

fn inside(both: Option<&BothFigures>) -> String {
    match both {
        Some(both) if both.is_covered() => "inside".to_owned(),
        Some(_) => "outside".to_owned(),
        None => String::new(),
    }
}

/// How far a prediction is off: `+4.1 %` is too much.
fn off(both: Option<&BothFigures>) -> String {
    both.map_or_else(String::new, |both| {
        let error = both.error();
        let sign = if error < 0.0 { "-" } else { "+" };
        format!("{sign}{}", percent(error.abs()))
    })
}

fn column(
    title: &'static str,
    right: bool,
    rows: &[PredictedRow<'_>],
    cell: fn(&PredictedRow<'_>) -> String,
) -> Column {
    Column {
        title,
        right,
        worth: 1,
        cells: rows.iter().map(cell).collect(),
    }
}

#[cfg(test)]
#[path = "predicted_test.rs"]
mod tests;

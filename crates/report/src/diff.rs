//! Two comparisons side by side, as people read it.

use std::fmt::Write as _;

use analysis::{FigurePair, Figures, LeftOut, LossReason, Lost, Side};
use chart::{Forest, Mark, lay_out_with, left_is_better};
use terminal::{Column, Pictures, Style, Table, counted, duration_with, lay_out, ratio, shown};
use verdict::Margin;

use crate::limit;

/// The title of the column of ratios.
const RATIO: &str = "second ÷ first";

/// The table, and what to know about it; with a limit, which rows are beyond it.
pub fn render(
    figures: &Figures,
    differences: &[String],
    limit: Option<Margin>,
    style: Style,
) -> String {
    let mut text = String::from(
        "not interleaved: descriptive. The two were run one after the other, so that a change of \
         the machine\nlooks like a change of the programs; `cargo xtask ab` runs two revisions side \
         by side\n\n",
    );
    let (table, key) = table(&figures.rows, limit, style);
    for line in table.lines {
        let _ = writeln!(text, "{line}");
    }
    text.push_str("\nan interval divides the farthest bounds of two 95 % intervals of medians\n");
    text + &key
        + &section("what differs", differences.iter().cloned())
        + &section(
            "another part of the workload",
            figures.rows.iter().filter_map(other_share),
        )
        + &section(
            "measured in the first and not usable in the second",
            figures.lost.iter().map(lost),
        )
        + &section("not compared", figures.left_out.iter().map(left_out))
}

/// The table, with pictures where the style asks for them, and what their characters mean.
fn table(rows: &[FigurePair], limit: Option<Margin>, style: Style) -> (Table, String) {
    let wanted = columns(rows, limit);
    let Some(Pictures { charset, .. }) = style.pictures else {
        return (lay_out(wanted, style.width), String::new());
    };
    let margin = limit.unwrap_or_default();
    let forest = Forest {
        beside: RATIO,
        title: left_is_better(charset),
        marks: rows.iter().map(|row| Some(mark(row))).collect(),
        others: Vec::new(),
        band: (margin.ratios().lower, margin.ratios().upper),
    };
    let (table, drawn) = lay_out_with(wanted, &[forest], style.width, charset);
    let key = chart::key(&drawn, margin.ratios().upper, style.width, charset);
    (table, key)
}

fn mark(row: &FigurePair) -> Mark {
    Mark {
        ratio: row.ratio(),
        interval: row.interval(),
        is_control: false,
    }
}

/// Lines under a title, indented; nothing where there is no line.
fn section(title: &str, lines: impl Iterator<Item = String>) -> String {
    let body: String = lines.map(|line| format!("  {}\n", shown(&line))).collect();
    if body.is_empty() {
        body
    } else {
        format!("{title}:\n{body}")
    }
}

pub(crate) fn other_share(row: &FigurePair) -> Option<String> {
    let (was, is) = row.other_share?;
    Some(format!(
        "{}, {}: {}, {} at once, and then {}, {} at once",
        row.workload,
        row.variant,
        counted(was.tasks, "task"),
        was.in_flight,
        counted(is.tasks, "task"),
        is.in_flight
    ))
}

/// A pair that has no usable figure any more, with the reason.
pub fn lost(lost: &Lost) -> String {
    let reason = match &lost.reason {
        LossReason::Failed(failure) => format!("{}: {failure}", failure.kind.word()),
        LossReason::NoTime => "it did not fit into the time budget".to_owned(),
        LossReason::OtherShare => "it runs another part of the workload".to_owned(),
        LossReason::TooFewRuns(0) => "it was not measured".to_owned(),
        LossReason::TooFewRuns(1) => "1 run, too few for an interval".to_owned(),
        LossReason::TooFewRuns(runs) => format!("{runs} runs, too few for an interval"),
        LossReason::Absent => "there is no such variant".to_owned(),
    };
    format!("{} at {}: {reason}", lost.variant, lost.workload)
}

/// What could not be compared, with the reason.
pub fn left_out(left_out: &LeftOut) -> String {
    match left_out {
        LeftOut::OtherDefinition { workload } => {
            format!("{workload}: its definition differs, so it is another workload")
        }
        LeftOut::Workload { workload, only } => {
            format!("{workload}: only in the {}", side(*only))
        }
        LeftOut::Variant {
            workload,
            variant,
            only,
        } => match only {
            Some(only) => format!(
                "{workload}, {variant}: measured only in the {}",
                side(*only)
            ),
            None => format!("{workload}, {variant}: measured in neither"),
        },
    }
}

fn side(side: Side) -> &'static str {
    match side {
        Side::First => "first",
        Side::Second => "second",
    }
}

pub(crate) fn columns(rows: &[FigurePair], limit: Option<Margin>) -> Vec<Column> {
    // A narrow terminal drops the metric first and the two medians next: the ratio is what was asked
    // for.
    vec![
        column("workload", false, 9, rows, |row| row.workload.clone()),
        column("variant", false, 9, rows, |row| row.variant.clone()),
        column("metric", false, 3, rows, |row| row.metric.name().to_owned()),
        column("first", true, 4, rows, |row| {
            duration_with(row.first.median, row.first.interval)
        }),
        column("second", true, 5, rows, |row| {
            duration_with(row.second.median, row.second.interval)
        }),
        column(RATIO, true, 8, rows, |row| {
            ratio(row.ratio(), row.interval())
        }),
        column("", false, 7, rows, |row| words(row, limit)),
    ]
}

fn column(
    title: &'static str,
    right: bool,
    worth: u8,
    rows: &[FigurePair],
    cell: impl Fn(&FigurePair) -> String,
) -> Column {
    Column {
        title,
        right,
        worth,
        cells: rows.iter().map(cell).collect(),
    }
}

fn words(row: &FigurePair, limit: Option<Margin>) -> String {
    match limit.filter(|limit| row.is_slower_beyond(*limit)) {
        Some(limit) => format!("regression: beyond +{}", limit::shown(limit)),
        None if row.interval().is_none() => "too few runs".to_owned(),
        None if row.is_apart() => "intervals apart".to_owned(),
        None => "intervals overlap".to_owned(),
    }
}

//! Two comparisons side by side, as people read it. What the figures are is left to `figures`.

use std::fmt::Write as _;

use verdict::Margin;

use crate::limit;
use analysis::{Figures, Row};
use terminal::{Column, Style, duration_with, lay_out, ratio};

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
    for line in lay_out(columns(&figures.rows, limit), style.width).lines {
        let _ = writeln!(text, "{line}");
    }
    text.push_str("\nan interval divides the farthest bounds of two 95 % intervals of medians\n");
    let mut section = |title: &str, lines: &[String]| {
        if !lines.is_empty() {
            let _ = writeln!(text, "{title}:");
            lines.iter().for_each(|line| {
                let _ = writeln!(text, "  {line}");
            });
        }
    };
    section("what differs", differences);
    let shares: Vec<String> = figures
        .rows
        .iter()
        .filter_map(|row| row.other_share.clone())
        .collect();
    section("another part of the workload", &shares);
    section("not compared", &figures.left_out);
    text
}

fn columns(rows: &[Row], limit: Option<Margin>) -> Vec<Column> {
    let column = |title, right, worth, cell: &dyn Fn(&Row) -> String| Column {
        title,
        right,
        worth,
        cells: rows.iter().map(cell).collect(),
    };
    let time = |found: results::Estimate| duration_with(found.median, found.interval);
    vec![
        column("workload", false, 9, &|row| row.workload.clone()),
        column("variant", false, 9, &|row| row.variant.clone()),
        column("metric", false, 3, &|row| row.metric.to_owned()),
        column("first", true, 4, &|row| time(row.first)),
        column("second", true, 5, &|row| time(row.second)),
        column("second ÷ first", true, 8, &|row| {
            ratio(row.ratio(), row.interval())
        }),
        column("", false, 7, &|row| words(row, limit)),
    ]
}

fn words(row: &Row, limit: Option<Margin>) -> String {
    let beyond = limit.filter(|limit| row.is_slower_beyond(*limit));
    match beyond {
        Some(limit) => format!("regression: beyond +{}", limit::shown(limit)),
        None if row.interval().is_none() => "too few runs".to_owned(),
        None if row.is_apart() => "intervals apart".to_owned(),
        None => "intervals overlap".to_owned(),
    }
}

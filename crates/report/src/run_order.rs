//! The order of runs below a table: for each variant a line of bars, one for each round.

use std::collections::BTreeSet;

use chart::{Sparklines, sparklines};
use results::{Arm, Row, RunFile, WorkloadRecord, WorkloadSummary};
use terminal::{Pictures, Style, shown_within};
use verdict::median;

use crate::rounds::{RunFigure, disturbed_rounds, run_figures};

/// The most characters of a name beside its line.
const LONGEST_NAME: usize = 40;

/// The lines of a workload, where the style asks for pictures; empty where nothing was measured.
pub(crate) fn run_order(
    run: &RunFile,
    rows: &[Row],
    record: &WorkloadRecord,
    summary: &WorkloadSummary,
    style: Style,
) -> Vec<String> {
    let Some(Pictures { charset, .. }) = style.pictures else {
        return Vec::new();
    };
    let metric = record.headline();
    let measured = summary
        .variants
        .iter()
        .filter(|variant| variant.time_ns.is_some() && variant.failed.is_none());
    let all: Vec<(String, Vec<RunFigure>)> = measured
        .map(|variant| {
            let name = &variant.variant;
            let of = (summary.workload.as_str(), name.as_str(), Arm::Main);
            let figures = run_figures(run, rows, of, metric);
            (shown_within(name, LONGEST_NAME), figures)
        })
        .filter(|(_, figures)| figures.len() > 1)
        .collect();
    let blocks: BTreeSet<u64> = all
        .iter()
        .flat_map(|(_, figures)| figures.iter().map(|figure| figure.block))
        .collect();
    let disturbed = disturbed_rounds(run, &summary.workload);
    let courses: Vec<Vec<Option<f64>>> = all
        .iter()
        .map(|(_, figures)| course(figures, &blocks, &disturbed))
        .collect();
    let marked: Vec<bool> = blocks
        .iter()
        .map(|block| disturbed.contains(block))
        .collect();
    let longest = all.iter().map(|(name, _)| name.chars().count()).max();
    let names = longest.unwrap_or(0);
    // Two spaces in front of a name and two behind it, below the space in front of the table.
    let width = style.width.saturating_sub(names + 6);
    let Some(drawn) = sparklines(&courses, &marked, width, charset) else {
        return Vec::new();
    };
    lines(&all, names, &drawn, metric.name())
}

/// The figures of all rounds, divided by the median of those that were not disturbed.
fn course(
    figures: &[RunFigure],
    blocks: &BTreeSet<u64>,
    disturbed: &BTreeSet<u64>,
) -> Vec<Option<f64>> {
    let calm = figures
        .iter()
        .filter(|figure| !disturbed.contains(&figure.block));
    let of_calm = median(&values(calm));
    let middle = of_calm.or_else(|_| median(&values(figures.iter()))).ok();
    blocks
        .iter()
        .map(|block| {
            let figure = figures.iter().find(|figure| figure.block == *block)?;
            Some(figure.value / middle?)
        })
        .collect()
}

fn values<'a>(figures: impl Iterator<Item = &'a RunFigure>) -> Vec<f64> {
    figures.map(|figure| figure.value).collect()
}

fn lines(
    all: &[(String, Vec<RunFigure>)],
    names: usize,
    drawn: &Sparklines,
    metric: &str,
) -> Vec<String> {
    let title = format!("{metric} by round, of each variant: {}", drawn.key);
    let bars = all
        .iter()
        .zip(&drawn.lines)
        .map(|((name, _), bars)| format!("  {name:<names$}  {bars}"));
    let marks = Some(&drawn.marks)
        .filter(|marks| !marks.is_empty())
        .map(|marks| format!("  {:<names$}  {marks}", "! disturbed"));
    let mut lines = vec![title];
    lines.extend(bars.chain(marks).map(|line| line.trim_end().to_owned()));
    lines
}

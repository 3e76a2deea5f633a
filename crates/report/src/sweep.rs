//! A sweep as people read it: a table of ratios with their signs, with a row for each variant and a
//! column for each level, one of what a task costs where it only waits, and lines below them.

use std::fmt::Write as _;

use catalog::Param;
use results::sweep::{CostAtLevel, TaskCosts};
use results::{Metric, Ratio, RunFile, SweepLevel, SweepSummary, VariantSummary, WorkloadSummary};
use terminal::{Column, bytes, count, duration, lay_out, shown};

use crate::sweep_lines::lines;

/// A row of titles and rows of cells, all of one length.
pub(crate) type Grid = Vec<Vec<String>>;

/// All sweeps, which come after the tables of their cells.
pub(crate) fn render_sweeps(run: &RunFile, summaries: &[WorkloadSummary]) -> String {
    let mut text = String::new();
    for sweep in &run.sweeps {
        let _ = writeln!(text, "{}", shown(&title(sweep)));
        for line in aligned(&grid(run, sweep, summaries)) {
            let _ = writeln!(text, "  {line}");
        }
        if let Some(costs) = costs(sweep, summaries) {
            for line in aligned(&costs) {
                let _ = writeln!(text, "  {line}");
            }
        }
        for line in lines(run, sweep) {
            let _ = writeln!(text, "  {}", shown(&line));
        }
        text.push('\n');
    }
    text
}

/// What is swept, and what was fixed meanwhile.
pub(crate) fn title(sweep: &SweepSummary) -> String {
    let SweepSummary { workload, key, .. } = sweep;
    if sweep.fixed.is_empty() {
        return format!("{workload} over {key}");
    }
    let fixed: Vec<String> = sweep.fixed.iter().map(Param::to_string).collect();
    format!("{workload} over {key}, {}", fixed.join(", "))
}

/// The reference with its time per task, and the others with their ratios to it.
pub(crate) fn grid(run: &RunFile, sweep: &SweepSummary, summaries: &[WorkloadSummary]) -> Grid {
    let titles = [sweep.key.clone()]
        .into_iter()
        .chain(sweep.levels.iter().map(|level| level.value.clone()))
        .collect();
    let rows = run.variants.iter().map(|variant| {
        let is_reference = run.is_reference(&variant.name);
        let name = if is_reference {
            format!("{} (time per task)", variant.name)
        } else {
            variant.name.clone()
        };
        let cells = sweep.levels.iter().map(|level| {
            summary_of(summaries, level, &variant.name)
                .map_or_else(String::new, |(summary, headline)| {
                    cell(summary, headline, is_reference)
                })
        });
        [name].into_iter().chain(cells).collect()
    });
    [titles].into_iter().chain(rows).collect()
}

/// What a task costs at each level, a row for the time, the CPU and the memory of each variant; `None` where
/// tasks do more than wait.
pub(crate) fn costs(sweep: &SweepSummary, summaries: &[WorkloadSummary]) -> Option<Grid> {
    let titles = ["a task".to_owned()]
        .into_iter()
        .chain(sweep.levels.iter().map(|level| level.value.clone()))
        .collect();
    let rows = sweep.costs.iter().flat_map(|costs| {
        COSTS.iter().map(move |(what, cell)| {
            let cells = sweep
                .levels
                .iter()
                .map(|level| cost(costs, level, summaries, *cell));
            let name = format!("{}: {what}", costs.variant);
            [name].into_iter().chain(cells).collect()
        })
    });
    (!sweep.costs.is_empty()).then(|| [titles].into_iter().chain(rows).collect())
}

/// The cell of a cost; `None` where it is not known.
type CostCell = fn(&CostAtLevel) -> Option<String>;

/// The costs by their names, each with its cell.
const COSTS: [(&str, CostCell); 3] = [
    ("time", |cost| Some(duration(cost.time_ns?))),
    ("CPU", |cost| Some(duration(cost.cpu_ns?))),
    ("memory", |cost| {
        // Below zero where a program gives memory back as its tasks become more.
        Some(bytes(cost.memory_bytes?.round().max(0.0) as u64))
    }),
];

/// One cost of a variant at a level, or the word for why it was not measured there.
fn cost(
    costs: &TaskCosts,
    level: &SweepLevel,
    summaries: &[WorkloadSummary],
    cell: CostCell,
) -> String {
    let mut measured = costs.levels.iter();
    if let Some(cost) = measured.find(|cost| cost.value == level.value) {
        return cell(cost).unwrap_or_default();
    }
    summary_of(summaries, level, &costs.variant)
        .and_then(|(summary, _)| summary.failed.as_ref())
        .map_or_else(String::new, |failed| failed.failure.kind.word().to_owned())
}

fn summary_of<'a>(
    summaries: &'a [WorkloadSummary],
    level: &SweepLevel,
    variant: &str,
) -> Option<(&'a VariantSummary, Metric)> {
    let summary = summaries
        .iter()
        .find(|summary| summary.workload == level.row)?;
    let mut variants = summary.variants.iter();
    let found = variants.find(|summary| summary.variant == variant)?;
    Some((found, summary.headline))
}

fn cell(summary: &VariantSummary, headline: Metric, is_reference: bool) -> String {
    if let Some(failed) = &summary.failed {
        return failed.failure.kind.word().to_owned();
    }
    match (summary.ratio(headline), summary.tasks_per_second) {
        (Some(ratio), _) => with_sign(ratio),
        // Runs at two levels may have different numbers of tasks, so that only the time per task
        // can be compared along the row.
        (None, Some(rate)) if is_reference => duration(1e9 / rate.median),
        (None, _) => String::new(),
    }
}

fn with_sign(ratio: &Ratio) -> String {
    let sign = ratio
        .judged
        .as_ref()
        .map_or("", |judged| judged.sign.as_str());
    // Signs of one and two characters take the same room, so that the digits stand below each other.
    format!("{} {sign:<2}", count(ratio.ratio))
}

fn aligned(grid: &Grid) -> Vec<String> {
    let columns = (0..grid.first().map_or(0, Vec::len)).map(|index| Column {
        // Titles are values that were typed. They stand among the cells, since a column's own title
        // is a constant; a level without any result then keeps its column, too.
        title: "",
        right: index > 0,
        worth: 0,
        cells: grid.iter().map(|row| row[index].clone()).collect(),
    });
    lay_out(columns.collect(), usize::MAX)
        .lines
        .into_iter()
        .skip(1)
        .collect()
}

//! What instruction counts came to, in cells and sentences. The rule is left to `gate`.

use protocol::ExitCode;

use super::gate::{Counts, Finding};
use crate::report::Findings;
use crate::table::Table;
use results::{Failure, Kind};

/// A variant at a workload, counted.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) workload: String,
    pub(super) variant: String,
    pub(super) tasks: u64,
    pub(super) limit: f64,
    pub(super) found: Result<Counts, Failure>,
}

/// Everything that was found.
pub(super) fn findings(rows: &[Row]) -> Findings {
    let titles = vec![
        "workload",
        "variant",
        "tasks",
        "base",
        "head",
        "head ÷ base",
        "spread",
        "finding",
    ];
    Findings {
        table: Table {
            titles,
            rows: rows.iter().map(cells).collect(),
        },
        last: last(rows),
        code: code(rows),
    }
}

fn cells(row: &Row) -> Vec<String> {
    let mut cells = vec![row.workload.clone(), row.variant.clone()];
    cells.push(row.tasks.to_string());
    match &row.found {
        Ok(counts) => {
            cells.extend([millions(&counts.base), millions(&counts.head)]);
            cells.push(format!("{:.5}", counts.ratio()));
            cells.push(format!("{:.4} %", counts.spread() * 100.0));
            cells.push(words(counts, row.limit));
        }
        Err(failure) => {
            cells.extend(std::iter::repeat_n(String::new(), 4));
            cells.push(format!("✗ {}: {failure}", failure.kind.word()));
        }
    }
    cells
}

fn words(counts: &Counts, limit: f64) -> String {
    let percent = limit * 100.0;
    match counts.finding(limit) {
        Finding::Regression => format!("-- regression: beyond +{percent} %"),
        Finding::Within => format!("≈ within +{percent} %"),
        Finding::Unsteady => "? not gated: differs from itself by too much".to_owned(),
    }
}

/// The fewest, in millions.
fn millions(counts: &[u64]) -> String {
    let fewest = counts.iter().min().copied().unwrap_or(0);
    format!("{:.3} M", fewest as f64 / 1e6)
}

fn is_regression(row: &Row) -> bool {
    let found = row.found.as_ref();
    found.is_ok_and(|counts| counts.finding(row.limit) == Finding::Regression)
}

fn last(rows: &[Row]) -> String {
    let found = rows.iter().filter(|row| is_regression(row));
    let found: Vec<String> = found
        .map(|row| format!("{} at {}", row.variant, row.workload))
        .collect();
    match (found.is_empty(), rows.iter().any(|row| row.found.is_ok())) {
        (false, _) => format!("more instructions than allowed: {}", found.join(", ")),
        (true, true) => "no regression in instructions".to_owned(),
        (true, false) => "nothing was counted".to_owned(),
    }
}

fn code(rows: &[Row]) -> ExitCode {
    let failures = || rows.iter().filter_map(|row| row.found.as_ref().err());
    match () {
        () if failures().any(|failure| failure.kind == Kind::Differs) => ExitCode::Differ,
        () if rows.iter().any(is_regression) => ExitCode::Regression,
        () if failures().any(|failure| failure.kind.is_fault()) => ExitCode::Failed,
        () => ExitCode::Ok,
    }
}

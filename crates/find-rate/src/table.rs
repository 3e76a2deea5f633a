//! What was found, for people: a table, and a line for each row that says what limits the variant.

use std::fmt::Write as _;

use protocol::format_duration;
use terminal::{Column, lay_out, shown};

use crate::condition::Until;
use crate::find::Level;
use crate::finding::{Finding, finding};
use crate::request::Request;
use crate::row::Row;

/// The table and the lines.
pub(crate) fn table(request: &Request, rows: &[Row], width: usize) -> String {
    let until = &request.until;
    let mut text = format!(
        "{} · {until} · runs of {}, confirmed over {}\n",
        shown(&request.workload),
        format_duration(request.probe),
        format_duration(request.confirm)
    );
    let findings: Vec<Finding<'_>> = rows
        .iter()
        .map(|row| finding(&row.trail, until, &row.plan, &row.setting))
        .collect();
    for line in lay_out(columns(rows, &findings, until), width).lines {
        let _ = writeln!(text, "{line}");
    }
    for (row, found) in rows.iter().zip(&findings) {
        let _ = writeln!(text, "{}", shown(&sentence(&name(row, rows), found, until)));
    }
    text
}

fn columns(rows: &[Row], findings: &[Finding<'_>], until: &Until) -> Vec<Column> {
    vec![
        column(
            "variant",
            false,
            9,
            rows.iter().map(|row| name(row, rows)).collect(),
        ),
        column("highest rate", true, 8, cells(findings, rate)),
        column(
            "fails at",
            true,
            6,
            cells(findings, |found| level_rate(found.failed)),
        ),
        column(
            "there",
            true,
            4,
            cells(findings, |found| figures(found.failed, until)),
        ),
        column("limit", false, 7, cells(findings, limit)),
    ]
}

fn column(title: &'static str, right: bool, worth: u8, cells: Vec<String>) -> Column {
    Column {
        title,
        right,
        worth,
        cells,
    }
}

fn cells(findings: &[Finding<'_>], cell: impl Fn(&Finding<'_>) -> String) -> Vec<String> {
    findings.iter().map(cell).collect()
}

/// The variant, and its cell of the sweep where there are several.
fn name(row: &Row, rows: &[Row]) -> String {
    if rows.iter().all(|other| other.workload == row.workload) {
        row.variant.clone()
    } else {
        format!("{} {}", row.variant, row.workload)
    }
}

/// The highest rate whose confirmation kept the condition, and no other.
fn rate(found: &Finding<'_>) -> String {
    match found.held {
        Some(level) if found.is_at_least() => format!("at least {}/s", level.asked.rate),
        Some(level) => format!("{}/s", level.asked.rate),
        None => match found.failure {
            Some(failure) => failure.kind.word().to_owned(),
            None if found.is_whole => "none".to_owned(),
            None => "not confirmed".to_owned(),
        },
    }
}

fn level_rate(level: Option<&Level>) -> String {
    level.map_or_else(String::new, |level| format!("{}/s", level.asked.rate))
}

fn figures(level: Option<&Level>, until: &Until) -> String {
    match level.map(|level| &level.run) {
        Some(Ok(run)) => until.figures(run),
        Some(Err(failure)) => failure.kind.word().to_owned(),
        None => String::new(),
    }
}

fn limit(found: &Finding<'_>) -> String {
    let limit = found.limit.as_ref().filter(|_| found.failure.is_none());
    limit.map_or_else(String::new, |(limit, _)| limit.name().to_owned())
}

/// What limits the variant, with the figures that show it.
fn sentence(name: &str, found: &Finding<'_>, until: &Until) -> String {
    if let Some(failure) = found.failure {
        return format!("{name}: {}: {failure}", failure.kind.word());
    }
    let held = found.held.map(|level| {
        let rate = level.asked.rate;
        format!(
            "{rate}/s was confirmed with {}",
            figures(Some(level), until)
        )
    });
    let unconfirmed = found.unconfirmed.map(|level| {
        let rate = level.asked.rate;
        format!("{rate}/s held in short runs and was not confirmed")
    });
    let limit = found
        .limit
        .as_ref()
        .map(|(limit, words)| format!("{}: {words}", limit.name()));
    let known: Vec<String> = held.or(unconfirmed).into_iter().chain(limit).collect();
    let words = if known.is_empty() {
        "nothing is known yet".to_owned()
    } else {
        known.join("; ")
    };
    format!("{name}: {words}")
}

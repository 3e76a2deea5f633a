//! A comparison as people read it: for each workload a table with its notes, and after the tables what
//! holds for several of them. Everything comes from the stored summary.

use std::fmt::Write as _;

use results::{Metric, Row, RunFile, VariantSummary, VerdictKind, WorkloadRecord, WorkloadSummary};
use terminal::{Style, lay_out, wrap};

use crate::exceptions::{Exception, exceptions};
use crate::fit::{Fitted, fit};
use crate::hoist::hoist;
use crate::hosts::host_columns;
use crate::legend::legend;
use crate::matrix::matrix;
use crate::notes::{Notes, notes};
use crate::opening::{heading, opening};
use crate::pictures::{Picture, key, picture};
use crate::run_order::run_order;
use crate::sweep::render_sweeps;
use crate::view::{Detail, View};

/// The space in front of what belongs to a workload.
const INDENT: usize = 2;

/// The whole report, but for its [`closing`](crate::closing()) lines. The rows are needed for the order of
/// runs alone.
pub fn render(run: &RunFile, rows: &[Row], summaries: &[WorkloadSummary], style: Style) -> String {
    // Where answers are all there is, tables would say "right" a thousand times.
    if !run.options.profile.measures() && !style.verbose {
        return matrix(run, summaries, style);
    }
    let shown: Vec<(&WorkloadRecord, &WorkloadSummary)> = summaries
        .iter()
        .filter_map(|summary| Some((record_of(run, &summary.workload)?, summary)))
        .collect();
    let fitted: Vec<Fitted> = shown
        .iter()
        .map(|(record, summary)| {
            let view = View::new(run, record, summary, style.verbose);
            let width = style.width.saturating_sub(INDENT);
            fit(summary, &view, width, style.pictures.is_some())
        })
        .collect();
    let mut noted: Vec<(&str, Notes)> = shown
        .iter()
        .zip(&fitted)
        .map(|((record, summary), fitted)| {
            let mut its_notes = notes(run, record, summary, style);
            its_notes.general.extend(fitted.hidden());
            (summary.workload.as_str(), its_notes)
        })
        .collect();
    let shared_notes = if style.verbose {
        Vec::new()
    } else {
        hoist(&mut noted)
    };
    let pictures: Vec<Picture> = shown
        .iter()
        .zip(&fitted)
        .map(|((_, summary), fitted)| {
            picture(summary, &run.options.reference, fitted, INDENT, style)
        })
        .collect();
    let shows_spread = fitted
        .iter()
        .any(|fitted| fitted.detail == Detail::Everything);
    let failures = exceptions(summaries);
    let mut text = wrapped(&opening(run, summaries), 0, style) + "\n";
    for (index, (record, summary)) in shown.iter().enumerate() {
        let fitted = &fitted[index];
        text.push_str(&heading(run, record, summary, &fitted.constants));
        text.push_str(&table(summary, &pictures[index].table, style));
        text.push_str(&pictures[index].below);
        text.push_str(&by_host(run, summary, style));
        if style.verbose {
            text.push_str(&order(run, rows, record, summary, style));
        }
        let notes = &noted[index].1;
        for note in notes.own.iter().chain(&notes.general) {
            text.push_str(&wrapped(note, INDENT, style));
        }
        text.push_str(&at_table(&failures, &summary.workload, style));
        text.push('\n');
    }
    text + &after_tables(&shared_notes, &failures, shown.len(), style)
        + &render_sweeps(run, summaries)
        + &legend(run, summaries, shows_spread)
        + &key(&pictures, style)
}

/// The table of what each host says, where several measured it.
fn by_host(run: &RunFile, summary: &WorkloadSummary, style: Style) -> String {
    let columns = host_columns(run, summary);
    if columns.is_empty() {
        return String::new();
    }
    let laid_out = lay_out(columns, style.width.saturating_sub(INDENT));
    let lines = laid_out.lines.iter();
    let text: String = lines
        .map(|line| format!("{:INDENT$}{}\n", "", line.trim_end()))
        .collect();
    format!("\n{text}\n")
}

/// The order of runs, below the table.
fn order(
    run: &RunFile,
    rows: &[Row],
    record: &WorkloadRecord,
    summary: &WorkloadSummary,
    style: Style,
) -> String {
    let lines = run_order(run, rows, record, summary, style);
    let Some((title, bars)) = lines.split_first() else {
        return String::new();
    };
    let bars: String = bars
        .iter()
        .map(|line| format!("{:INDENT$}{line}\n", ""))
        .collect();
    wrapped(title, INDENT, style) + &bars
}

fn record_of<'a>(run: &'a RunFile, workload: &str) -> Option<&'a WorkloadRecord> {
    run.workloads
        .iter()
        .find(|record| record.workload.name == workload)
}

/// A note on as many lines as it takes.
fn wrapped(note: &str, indent: usize, style: Style) -> String {
    let margin = " ".repeat(indent);
    wrap(note, style.width.saturating_sub(indent), INDENT)
        .iter()
        .map(|line| format!("{margin}{line}\n"))
        .collect()
}

fn table(summary: &WorkloadSummary, lines: &[String], style: Style) -> String {
    let mut text = String::new();
    for (index, line) in lines.iter().enumerate() {
        // The first line holds the titles. Colours are added after the layout, because their escape
        // sequences have no width.
        let variant = index
            .checked_sub(1)
            .and_then(|row| summary.variants.get(row));
        let _ = match variant
            .and_then(|variant| colour(variant, summary.headline))
            .filter(|_| style.colour)
        {
            Some(colour) => writeln!(text, "  \u{1b}[{colour}m{line}\u{1b}[0m"),
            None => writeln!(text, "  {line}"),
        };
    }
    text
}

/// The failures of one workload alone.
fn at_table(failures: &[Exception<'_>], workload: &str, style: Style) -> String {
    failures
        .iter()
        .filter(|failure| is_at_table(failure, style) && failure.workloads.contains(&workload))
        .map(|failure| failure.text(1, style.width))
        .collect()
}

/// Whether a failure stands at the table of its workload, and not after all tables.
fn is_at_table(failure: &Exception<'_>, style: Style) -> bool {
    style.verbose || failure.workloads.len() == 1
}

/// What holds for more than one workload.
fn after_tables(
    notes: &[String],
    failures: &[Exception<'_>],
    workloads: usize,
    style: Style,
) -> String {
    let text: String = notes
        .iter()
        .map(|note| wrapped(note, 0, style))
        .chain(
            failures
                .iter()
                .filter(|failure| !is_at_table(failure, style))
                .map(|failure| failure.text(workloads, style.width)),
        )
        .collect();
    if text.is_empty() { text } else { text + "\n" }
}

/// The colour of a variant's line, by the verdict on the headline, as a parameter of the escape sequence; `None` for that of all text.
fn colour(variant: &VariantSummary, headline: Metric) -> Option<&'static str> {
    const RED: &str = "31";
    const GREEN: &str = "32";
    const YELLOW: &str = "33";
    const DIM: &str = "2";
    if let Some(failed) = &variant.failed {
        // What cannot be had here is nobody's fault, and does not call for attention.
        let is_fault = failed.failure.kind.is_fault();
        return Some(if is_fault { RED } else { DIM });
    }
    match variant.verdict(headline)? {
        VerdictKind::Faster | VerdictKind::LikelyFaster | VerdictKind::SlightlyFaster => {
            Some(GREEN)
        }
        VerdictKind::Slower | VerdictKind::LikelySlower | VerdictKind::SlightlySlower => {
            Some(YELLOW)
        }
        VerdictKind::Inconclusive | VerdictKind::HeldBack | VerdictKind::Suppressed => Some(DIM),
        VerdictKind::Equivalent | VerdictKind::Depends => None,
    }
}

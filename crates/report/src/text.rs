//! A comparison as people read it: for each workload a table, notes, and what failed. Everything comes
//! from the stored summary.

use std::fmt::Write as _;

use results::{RunFile, VariantSummary, VerdictKind, WorkloadRecord, WorkloadSummary};
use terminal::{Style, lay_out};

use crate::columns::columns;
use crate::failure::failure;
use crate::legend::legend;
use crate::notes::{heading, notes};
use crate::sweep::render_sweeps;

/// The whole report, but for its [`closing`](crate::closing()) lines.
pub fn render(run: &RunFile, summaries: &[WorkloadSummary], style: Style) -> String {
    let mut text = String::new();
    for summary in summaries {
        let record = run
            .workloads
            .iter()
            .find(|record| record.workload.name == summary.workload);
        if let Some(record) = record {
            text.push_str(&workload(run, record, summary, style));
            text.push('\n');
        }
    }
    text + &render_sweeps(run, summaries) + &legend(run, summaries)
}

fn workload(
    run: &RunFile,
    record: &WorkloadRecord,
    summary: &WorkloadSummary,
    style: Style,
) -> String {
    let mut text = heading(run, record, summary);
    let table = lay_out(
        columns(
            summary,
            &run.options.reference,
            record.lanes,
            run.options.profile.measures(),
        ),
        style.width.saturating_sub(2),
    );
    for (index, line) in table.lines.iter().enumerate() {
        // The first line holds the titles. Colours are added after the layout, because their escape
        // sequences have no width.
        let variant = index
            .checked_sub(1)
            .and_then(|row| summary.variants.get(row));
        let _ = match variant.and_then(colour).filter(|_| style.colour) {
            Some(colour) => writeln!(text, "  \u{1b}[{colour}m{line}\u{1b}[0m"),
            None => writeln!(text, "  {line}"),
        };
    }
    if !table.hidden.is_empty() {
        let _ = writeln!(
            text,
            "  hidden (terminal too narrow): {}",
            table.hidden.join(", ")
        );
    }
    for note in notes(run, record, summary, style) {
        let _ = writeln!(text, "  {note}");
    }
    text.extend(summary.variants.iter().map(failure));
    text
}

/// The colour of a variant's line, as a parameter of the escape sequence; `None` for that of all text.
fn colour(variant: &VariantSummary) -> Option<&'static str> {
    const RED: &str = "31";
    const GREEN: &str = "32";
    const YELLOW: &str = "33";
    const DIM: &str = "2";
    if let Some(failed) = &variant.failed {
        // What cannot be had here is nobody's fault, and does not call for attention.
        let is_fault = failed.failure.kind.is_fault();
        return Some(if is_fault { RED } else { DIM });
    }
    let judged = variant.ratio.as_ref()?.judged.as_ref()?;
    match judged.verdict {
        VerdictKind::Faster | VerdictKind::LikelyFaster | VerdictKind::SlightlyFaster => {
            Some(GREEN)
        }
        VerdictKind::Slower | VerdictKind::LikelySlower | VerdictKind::SlightlySlower => {
            Some(YELLOW)
        }
        VerdictKind::Inconclusive | VerdictKind::HeldBack | VerdictKind::Suppressed => Some(DIM),
        VerdictKind::Equivalent => None,
    }
}

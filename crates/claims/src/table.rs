//! The table of verdicts for the terminal. Pure: the same verdicts give the same bytes.

use std::fmt::Write as _;

use crate::book::{Book, Column};
use crate::evidence::Evidence;
use crate::free_threaded::NONE_FOUND;
use crate::judge::{ColumnVerdict, JudgedClaim, TestResult};
use crate::outcome::{Outcome, Verdict};
use crate::words;

/// Each claim with one line for each column, and at the end the counts of verdicts and of disturbed rounds.
pub(crate) fn table(book: &Book, judged: &[JudgedClaim<'_>], evidence: &Evidence) -> String {
    let mut text = String::new();
    for JudgedClaim { claim, columns } in judged {
        let _ = writeln!(text, "{}  {}", claim.label(), claim.text);
        for column in columns {
            let _ = writeln!(text, "  {}", column_line(column));
        }
        text.push('\n');
    }
    text.push_str(&counts(book, judged));
    if book.free_threaded.is_none() {
        let name = Column::FreeThreaded.name();
        let _ = writeln!(text, "{name:<18} left out: {NONE_FOUND}");
    }
    if let Some(disturbed) = words::disturbed(evidence.disturbed_rounds()) {
        let _ = writeln!(text, "{disturbed}");
    }
    text
}

fn column_line(judged: &ColumnVerdict) -> String {
    let ColumnVerdict {
        column,
        verdict,
        condition,
        tests,
        ..
    } = judged;
    // Where a claim is not measurable, the condition has the reason already. Every test would repeat
    // it or a consequence of it, so only tests that have a figure are listed.
    let figures: Vec<String> = tests
        .iter()
        .filter(|test| *verdict != Verdict::NotMeasurable || test.value.is_some())
        .map(test_words)
        .collect();
    let (name, sign, word) = (column.name(), verdict.sign(), judged.word());
    let remark = words::remark(condition.as_deref());
    let separator = if figures.is_empty() { "" } else { ": " };
    format!(
        "{name:<18} {sign} {word}{remark}{separator}{}",
        figures.join("; ")
    )
}

/// A test in words: `speed-up of threads at cpu 1.98× [1.95, 1.99], ≤ 1.15× ✗`.
fn test_words(test: &TestResult) -> String {
    let TestResult {
        figure,
        shown,
        threshold,
        outcome,
        ..
    } = test;
    let when = words::prefix(test.when.as_deref());
    let why = words::remark(test.why.as_deref());
    let sign = outcome.sign();
    let cores = test.cores.as_ref().and_then(|cores| cores.value);
    let on_cores = cores.map_or_else(String::new, |cores| format!(" on {cores:.2} cores"));
    match outcome {
        Outcome::NotMeasurable => format!("{when}{figure}: {sign}{why}"),
        _ => format!("{when}{figure} {shown}{on_cores}, {threshold} {sign}{why}"),
    }
}

/// One line for each column: how many claims have which verdict there.
pub(crate) fn counts(book: &Book, judged: &[JudgedClaim<'_>]) -> String {
    let mut text = String::new();
    for (index, column) in book.columns().into_iter().enumerate() {
        let mut parts = Vec::new();
        for verdict in Verdict::ALL {
            let count = judged
                .iter()
                .filter(|one| one.columns[index].verdict == verdict)
                .count();
            if count > 0 {
                parts.push(format!("{count} {}", verdict.word()));
            }
        }
        let _ = writeln!(text, "{:<18} {}", column.name(), parts.join(", "));
    }
    text
}

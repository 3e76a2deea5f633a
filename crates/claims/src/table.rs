//! The table of verdicts for the terminal. Pure: the same verdicts give the same bytes.

use std::fmt::Write as _;

use chart::key;
use terminal::Style;

use crate::book::{Book, Column};
use crate::evidence::Evidence;
use crate::forest::{below, beside};
use crate::free_threaded::NONE_FOUND;
use crate::judge::{ColumnVerdict, JudgedClaim, TestResult};
use crate::outcome::{Outcome, Verdict};
use crate::words;

/// Each claim with one line for each column, and at the end the counts of verdicts and of disturbed rounds. Where the
/// style asks for pictures and has room, a claim is a table with a forest instead.
pub(crate) fn table(
    book: &Book,
    judged: &[JudgedClaim<'_>],
    evidence: &Evidence,
    style: Style,
) -> String {
    let (mut text, mut drawn) = (String::new(), String::new());
    for one in judged {
        let _ = writeln!(text, "{}  {}", one.claim.label(), one.claim.text);
        let with_forest = beside(one, style);
        if with_forest.is_none() {
            for column in &one.columns {
                let _ = writeln!(text, "  {}", column_line(column));
            }
        }
        if let Some(pictured) = with_forest.or_else(|| below(one, style)) {
            text += &pictured.text;
            drawn += &pictured.drawn;
        }
        text.push('\n');
    }
    text += &key_of(&drawn, style);
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

/// What the pictures mean; empty where there is none.
fn key_of(drawn: &str, style: Style) -> String {
    let Some(pictures) = style.pictures.filter(|_| !drawn.is_empty()) else {
        return String::new();
    };
    // Ratios to a threshold have no band, so that no character of one is explained.
    let signs = key(drawn, 1.0, style.width, pictures.charset);
    format!("÷ threshold: a figure divided by its threshold, which is at 1\n{signs}\n")
}

fn column_line(judged: &ColumnVerdict) -> String {
    let ColumnVerdict {
        column,
        verdict,
        condition,
        ..
    } = judged;
    let figures: Vec<String> = judged.told().map(test_words).collect();
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
    let on_cores = test.on_cores();
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

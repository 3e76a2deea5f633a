//! A variant's failure as people read it.

use std::fmt::Write as _;

use results::{Kind, VariantSummary};

/// The most lines of a program's standard error that are shown.
const MOST_LINES: usize = 5;
/// The most characters of each of these lines.
const LONGEST_LINE: usize = 400;

/// The lines about a failure; empty where there is none.
pub(crate) fn failure(variant: &VariantSummary) -> String {
    let Some(failed) = &variant.failed else {
        return String::new();
    };
    let (kind, message) = (failed.failure.kind.word(), &failed.failure.message);
    // A model may decline work. That is an answer, without a program's output and without a command
    // to try it again.
    if failed.failure.kind == Kind::Unsupported {
        return format!("  {} does not do this: {message}\n", variant.variant);
    }
    let mut text = format!("  ✗ {}: {kind}: {message}\n", variant.variant);
    for line in last_lines(&failed.failure.stderr) {
        let _ = writeln!(text, "      | {line}");
    }
    if !failed.replay.is_empty() {
        let _ = writeln!(text, "      again: {}", failed.replay);
    }
    text
}

/// The last lines, because programs say last why they end.
fn last_lines(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let first = lines.len().saturating_sub(MOST_LINES);
    lines[first..]
        .iter()
        .map(|line| without_controls(line))
        .collect()
}

fn without_controls(line: &str) -> String {
    // Foreign text must not move the cursor or set colours.
    line.chars()
        .filter(|character| !character.is_control())
        .take(LONGEST_LINE)
        .collect()
}

//! The table of the thresholds of disturbed rounds that were tried.

use report::export::Part;

use crate::tables::layout::{ColumnDef, part, percent};
use crate::thresholds::{NEVER, Tried};

/// Thresholds of disturbed rounds, over all machines.
const THRESHOLDS: [ColumnDef<Tried>; 8] = [
    ("others over", |row| {
        limit(row.share, format!("{:.0} %", row.share * 100.0))
    }),
    ("and at least", |row| format!("{} ms", row.least_ms)),
    ("control over", |row| {
        limit(row.slow, format!("{:.1}", row.slow))
    }),
    ("A/A ++ or --", |row| percent(row.with_verdict, row.reports)),
    ("covers", |row| percent(row.covered, row.comparisons)),
    ("at worst", |row| {
        format!("{:.2} %", row.least_covered * 100.0)
    }),
    ("5 % found", |row| percent(row.slower, row.comparisons)),
    ("rounds a --", |row| format!("{:.1}", row.rounds_a_verdict)),
];

/// The table of the thresholds that were tried.
pub(crate) fn thresholds(tried: &[Tried]) -> Vec<Part> {
    vec![part(
        "thresholds of disturbed rounds, beside 12 neighbours; 30 rounds, a true 5 %",
        &THRESHOLDS,
        tried,
    )]
}

/// A threshold in words.
fn limit(limit: f64, text: String) -> String {
    if limit < NEVER {
        text
    } else {
        "never".to_owned()
    }
}

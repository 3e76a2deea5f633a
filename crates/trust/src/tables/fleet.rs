//! The tables of simulated fleets.

use report::export::Part;

use crate::fleet::{Bar, Figures, Row};
use crate::tables::layout::{ColumnDef, outcome, part, percent};

/// What is said of the hosts of a fleet together.
const FLEETS: [ColumnDef<Row>; 9] = [
    ("hosts × blocks", |row| row.fleet.clone()),
    ("noise", |row| row.noise.to_owned()),
    ("truth", |row| row.effects.clone()),
    ("in a report of", |row| row.family.to_string()),
    ("comparisons", |row| row.counts.comparisons.to_string()),
    ("these hosts cover", |row| {
        percent(row.counts.covered, row.counts.comparisons)
    }),
    ("hosts like these cover", |row| {
        or_dash(row.counts.alike_covered, row.counts.alike)
    }),
    ("depends", |row| {
        percent(row.counts.depends, row.counts.comparisons)
    }),
    ("--", |row| {
        or_dash(row.counts.called_slower, row.counts.slower)
    }),
];

const BARS: [ColumnDef<Bar>; 6] = [
    ("promise", |bar| bar.promise.to_owned()),
    ("hosts × blocks", |bar| bar.fleet.clone()),
    ("noise", |bar| bar.noise.to_owned()),
    ("truth", |bar| bar.effects.clone()),
    ("figure", |bar| format!("{:.2} %", bar.figure * 100.0)),
    ("", |bar| outcome(bar.met)),
];

/// All tables.
pub(crate) fn fleets(figures: &Figures) -> Vec<Part> {
    vec![
        part(
            "several hosts: the interval of these, that of hosts like these, and verdicts",
            &FLEETS,
            &figures.rows,
        ),
        part("bars", &BARS, &figures.bars),
    ]
}

/// A part in per cent, where there is a whole.
fn or_dash(count: u64, total: u64) -> String {
    if total == 0 {
        "–".to_owned()
    } else {
        percent(count, total)
    }
}

//! The figures as tables of text. Pure: the same figures give the same bytes.

use std::fmt::Write as _;

use super::experiment::{Comparisons, Reports};
use super::figures::{Bar, Figures, Of, part};
use super::real::Tally;
use terminal::{Column, lay_out};

/// How a cell is made from a row.
type Cell<T> = (&'static str, fn(&T) -> String);

const REPORTS: [Cell<Of<Reports>>; 8] = [
    ("machine", |of| of.setting.to_owned()),
    ("blocks", |of| of.blocks.clone()),
    ("reports", |of| of.counted.reports.to_string()),
    ("compare ++ or --", |of| {
        percent(of.counted.with_verdict, of.counted.reports)
    }),
    ("compare + or -", |of| {
        percent(of.counted.with_slight, of.counted.reports)
    }),
    ("suppressed", |of| {
        percent(of.counted.suppressed, of.counted.comparisons)
    }),
    ("Welch", |of| {
        usual(of, of.counted.welch, of.counted.reports)
    }),
    ("bootstrap", |of| {
        usual(of, of.counted.bootstrap, of.counted.reports)
    }),
];
const POWER: [Cell<Of<Comparisons>>; 9] = [
    ("machine", |of| of.setting.to_owned()),
    ("truth", truth),
    ("in a report of", |of| of.family.to_string()),
    ("comparisons", |of| of.counted.comparisons.to_string()),
    ("compare --", |of| {
        percent(of.counted.slower, of.counted.comparisons)
    }),
    ("compare ++", |of| {
        percent(of.counted.faster, of.counted.comparisons)
    }),
    ("suppressed", |of| {
        percent(of.counted.suppressed, of.counted.comparisons)
    }),
    ("Welch", |of| {
        usual(of, of.counted.welch_slower, of.counted.comparisons)
    }),
    ("bootstrap", |of| {
        usual(of, of.counted.bootstrap_slower, of.counted.comparisons)
    }),
];
const COVERAGE: [Cell<Of<Comparisons>>; 7] = [
    ("machine", |of| of.setting.to_owned()),
    ("blocks", |of| of.blocks.clone()),
    ("replicates", |of| of.counted.comparisons.to_string()),
    ("compare covers", |of| {
        percent(of.counted.covered, of.counted.comparisons)
    }),
    ("Welch covers", |of| {
        usual(of, of.counted.welch_covered, of.counted.comparisons)
    }),
    ("bootstrap covers", |of| {
        usual(of, of.counted.bootstrap_covered, of.counted.comparisons)
    }),
    ("compare --", |of| {
        percent(of.counted.slower, of.counted.comparisons)
    }),
];
const BARS: [Cell<Bar>; 5] = [
    ("bar", |bar| bar.promise.to_owned()),
    ("machine", |bar| bar.setting.to_owned()),
    ("blocks", |bar| bar.blocks.clone()),
    ("figure", |bar| format!("{:.2} %", bar.figure * 100.0)),
    ("", |bar| if bar.met { "met" } else { "missed" }.to_owned()),
];
const REAL: [Cell<Tally>; 8] = [
    ("variant", |tally| tally.variant.clone()),
    ("workload", |tally| tally.workload.clone()),
    ("truth", |tally| tally.truth.to_owned()),
    ("comparisons", |tally| tally.comparisons.to_string()),
    ("++", |tally| tally.faster.to_string()),
    ("--", |tally| tally.slower.to_string()),
    ("+ or -", |tally| tally.slight.to_string()),
    ("ratios", |tally| tally.ratios.clone()),
];

/// The scripted part.
pub(super) fn scripted(figures: &Figures) -> String {
    let mut text = String::new();
    section(
        &mut text,
        "A/A reports of 60 comparisons (5 workloads, 12 variants) that carry a verdict",
        &REPORTS,
        &figures.reports,
    );
    section(
        &mut text,
        "comparisons in 30 blocks in which a slower variant is found; a report of 1 has 3 arms",
        &POWER,
        &figures.power,
    );
    section(
        &mut text,
        "95 % intervals of a ratio that cover the truth of +5 %, and how often that is found",
        &COVERAGE,
        &figures.coverage,
    );
    section(&mut text, "bars", &BARS, &figures.bars);
    text
}

/// The part on this machine.
pub(super) fn real(tallies: &[Tally]) -> String {
    let mut text = String::new();
    section(&mut text, "real comparisons of 2 arms", &REAL, tallies);
    text
}

fn section<T>(text: &mut String, title: &str, cells: &[Cell<T>], rows: &[T]) {
    let columns = cells.iter().map(|(title, cell)| {
        let cells: Vec<String> = rows.iter().map(cell).collect();
        Column {
            title,
            right: cells.iter().all(|cell| is_number(cell)),
            worth: 0,
            cells,
        }
    });
    let _ = writeln!(text, "{title}");
    for line in lay_out(columns.collect(), usize::MAX).lines {
        let _ = writeln!(text, "  {line}");
    }
    text.push('\n');
}

fn is_number(cell: &str) -> bool {
    cell.starts_with(|c: char| c.is_ascii_digit() || "+-".contains(c))
}

fn truth(of: &Of<Comparisons>) -> String {
    format!("{:+.0} %", (of.truth - 1.0) * 100.0)
}

/// Nobody who measures one variant after the other stops by precision.
fn usual<T>(of: &Of<T>, count: u64, all: u64) -> String {
    match of.stops {
        true => "-".to_owned(),
        false => percent(count, all),
    }
}

fn percent(count: u64, of: u64) -> String {
    format!("{:.2} %", part(count, of) * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_count_is_a_part_of_what_was_counted() {
        let counted = Comparisons {
            comparisons: 200,
            slower: 190,
            welch_slower: 1,
            ..Comparisons::default()
        };
        let of = Of {
            setting: "calm",
            family: 1,
            blocks: "30".to_owned(),
            stops: false,
            truth: 1.05,
            counted,
        };
        let mut text = String::new();
        section(&mut text, "power", &POWER, &[of]);
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[1].starts_with("  machine  truth  in a report of  comparisons"));
        assert!(lines[2].starts_with("  calm      +5 %               1          200     95.00 %"));
        assert!(lines[2].contains("0.50 %"));
    }
}

//! The figures as text tables. Pure: the same figures give the same bytes.

use std::fmt::Write as _;

use report::export::{Part, Sheet, SheetTable};
use terminal::{Column, lay_out};

use crate::early::Early;
use crate::experiment::{Comparisons, Reports};
use crate::figures::{Bar, Counted, Figures, share};
use crate::setting::{RUN_SECONDS, START_SECONDS};
use crate::tally::Tally;
use crate::thresholds::{NEVER, Tried};
use crate::time_to_verdict::Race;

/// A column of a table: its title, and the text of its cell in a row.
type ColumnDef<T> = (&'static str, fn(&T) -> String);

/// Reports in which nothing differs: every verdict is false.
const REPORTS: [ColumnDef<Counted<Reports>>; 11] = [
    ("machine", |row| row.setting.to_owned()),
    ("blocks", |row| row.blocks.clone()),
    ("reports", |row| row.counted.reports.to_string()),
    ("again", |row| {
        percent(row.counted.repeated, row.counted.rounds)
    }),
    ("compare ++ or --", |row| {
        percent(row.counted.with_verdict, row.counted.reports)
    }),
    ("compare + or -", |row| {
        percent(row.counted.with_slight, row.counted.reports)
    }),
    ("compare ≈", |row| {
        percent(row.counted.equivalent, row.counted.comparisons)
    }),
    ("held back", |row| {
        percent(row.counted.held_back, row.counted.comparisons)
    }),
    ("suppressed", |row| {
        percent(row.counted.suppressed, row.counted.comparisons)
    }),
    ("Welch", |row| {
        sequential(row, row.counted.welch, row.counted.reports)
    }),
    ("bootstrap", |row| {
        sequential(row, row.counted.bootstrap, row.counted.reports)
    }),
];
/// Comparisons in which the variant truly is slower: every `--` is right.
const POWER: [ColumnDef<Counted<Comparisons>>; 10] = [
    ("machine", |row| row.setting.to_owned()),
    ("truth", truth),
    ("in a report of", |row| row.family.to_string()),
    ("comparisons", |row| row.counted.comparisons.to_string()),
    ("compare --", |row| {
        percent(row.counted.slower, row.counted.comparisons)
    }),
    ("compare ++", |row| {
        percent(row.counted.faster, row.counted.comparisons)
    }),
    ("held back", |row| {
        percent(row.counted.held_back, row.counted.comparisons)
    }),
    ("suppressed", |row| {
        percent(row.counted.suppressed, row.counted.comparisons)
    }),
    ("Welch", |row| {
        sequential(row, row.counted.welch_slower, row.counted.comparisons)
    }),
    ("bootstrap", |row| {
        sequential(row, row.counted.bootstrap_slower, row.counted.comparisons)
    }),
];
/// Confidence intervals held against the true ratio.
const COVERAGE: [ColumnDef<Counted<Comparisons>>; 9] = [
    ("machine", |row| row.setting.to_owned()),
    ("blocks", |row| row.blocks.clone()),
    ("replicates", |row| row.counted.comparisons.to_string()),
    ("compare covers", |row| {
        percent(row.counted.covered, row.counted.comparisons)
    }),
    ("Welch covers", |row| {
        sequential(row, row.counted.welch_covered, row.counted.comparisons)
    }),
    ("bootstrap covers", |row| {
        sequential(row, row.counted.bootstrap_covered, row.counted.comparisons)
    }),
    ("compare --", |row| {
        percent(row.counted.slower, row.counted.comparisons)
    }),
    ("time", |row| seconds(row, row.counted.comparisons)),
    ("time a --", |row| seconds(row, row.counted.slower)),
];
/// Variants that stop while others go on.
const EARLY: [ColumnDef<Counted<Early>>; 9] = [
    ("machine", |row| row.setting.to_owned()),
    ("stops after", |row| row.blocks.clone()),
    ("reports", |row| row.counted.reports.to_string()),
    ("46× called --", |row| {
        percent(row.counted.behind_slower, row.counted.behind)
    }),
    ("its rounds", |row| {
        format!("{:.1}", share(row.counted.runs_behind, row.counted.behind))
    }),
    ("equals ++ or --", |row| {
        percent(row.counted.with_false, row.counted.reports)
    }),
    ("equals ≈", |row| {
        percent(row.counted.equivalent, row.counted.equals)
    }),
    ("covers", |row| {
        percent(row.counted.covered, row.counted.equals)
    }),
    ("runs", |row| {
        (row.counted.runs / row.counted.reports.max(1)).to_string()
    }),
];
/// Promises and whether they are kept.
const BARS: [ColumnDef<Bar>; 5] = [
    ("bar", |bar| bar.promise.to_owned()),
    ("machine", |bar| bar.setting.to_owned()),
    ("blocks", |bar| bar.blocks.clone()),
    ("figure", |bar| format!("{:.2} %", bar.figure * 100.0)),
    ("", |bar| if bar.met { "met" } else { "missed" }.to_owned()),
];
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
/// Comparisons of real programs.
const REAL: [ColumnDef<Tally>; 8] = [
    ("variant", |tally| tally.variant.clone()),
    ("workload", |tally| tally.workload.clone()),
    ("truth", |tally| tally.truth.to_owned()),
    ("comparisons", |tally| tally.comparisons.to_string()),
    ("++", |tally| tally.faster.to_string()),
    ("--", |tally| tally.slower.to_string()),
    ("+ or -", |tally| tally.slight.to_string()),
    ("ratios", |tally| tally.ratios.clone()),
];

/// Comparisons of real programs until they are precise.
const RACES: [ColumnDef<Race>; 10] = [
    ("variant", |race| race.variant.clone()),
    ("workload", |race| race.workload.clone()),
    ("metric", |race| race.metric.name().to_owned()),
    ("truth", |race| race.truth.to_owned()),
    ("comparisons", |race| race.comparisons.to_string()),
    ("++ or --", |race| race.called.to_string()),
    ("right", |race| race.right.to_string()),
    ("blocks", |race| format!("{:.0}", race.blocks)),
    ("time", |race| format!("{:.1} s", race.seconds)),
    ("time a right --", |race| {
        race.seconds_to_verdict
            .map_or_else(|| "-".to_owned(), |seconds| format!("{seconds:.1} s"))
    }),
];

/// The tables of the simulated part.
pub(crate) fn scripted(figures: &Figures) -> Vec<Part> {
    vec![
        part(
            "A/A reports of 60 comparisons (5 workloads, 12 variants) that carry a verdict",
            &REPORTS,
            &figures.reports,
        ),
        part(
            "comparisons in 30 blocks in which a slower variant is found; a report of 1 has 3 arms",
            &POWER,
            &figures.power,
        ),
        part(
            "95 % intervals of a ratio that cover the truth of +5 %, and how often that is found",
            &COVERAGE,
            &figures.coverage,
        ),
        part(
            "reports of 60 comparisons, one variant in 12 at 46 times the time; each variant stops alone",
            &EARLY,
            &figures.early,
        ),
        part("bars", &BARS, &figures.bars),
    ]
}

/// The table of the thresholds that were tried.
pub(crate) fn thresholds(tried: &[Tried]) -> Vec<Part> {
    vec![part(
        "thresholds of disturbed rounds, beside 12 neighbours; 30 rounds, a true 5 %",
        &THRESHOLDS,
        tried,
    )]
}

/// The table of the comparisons on this machine.
pub(crate) fn real(tallies: &[Tally]) -> Vec<Part> {
    vec![part("real comparisons of 2 arms", &REAL, tallies)]
}

/// The table of the comparisons on this machine that went on until they were precise.
pub(crate) fn races(races: &[Race]) -> Vec<Part> {
    vec![part(
        "real comparisons of 3 arms, until intervals are within ±2 %",
        &RACES,
        races,
    )]
}

/// The tables for a terminal, below a line that may be empty.
pub(crate) fn text(head: &str, tables: &[Part]) -> String {
    let mut text = String::new();
    if !head.is_empty() {
        let _ = writeln!(text, "{head}\n");
    }
    for part in tables {
        section(&mut text, part);
    }
    text
}

/// The tables as a page shows them.
pub(crate) fn sheet(head: &str, tables: Vec<Part>) -> Sheet {
    let opening = [head].into_iter().filter(|head| !head.is_empty());
    Sheet {
        title: "How often verdicts are wrong, and what they miss".to_owned(),
        opening: opening.map(str::to_owned).collect(),
        parts: tables,
    }
}

fn part<T>(title: &str, columns: &[ColumnDef<T>], rows: &[T]) -> Part {
    let titles: Vec<&'static str> = columns.iter().map(|(title, _)| *title).collect();
    let cells = rows
        .iter()
        .map(|row| columns.iter().map(|(_, cell)| cell(row)).collect());
    Part {
        heading: title.to_owned(),
        table: Some(SheetTable::plain(&titles, cells)),
        ..Part::default()
    }
}

fn section(text: &mut String, part: &Part) {
    let Some(table) = &part.table else {
        return;
    };
    let laid_out = table.titles.iter().enumerate().map(|(column, title)| {
        let cells: Vec<String> = table
            .rows
            .iter()
            .filter_map(|row| row.cells.get(column).cloned())
            .collect();
        Column {
            title,
            right: cells.iter().all(|cell| is_number(cell)),
            worth: 0,
            cells,
        }
    });
    let _ = writeln!(text, "{}", part.heading);
    // The width is unlimited: a column that were dropped for a narrow terminal would be missed in
    // the document that the table is copied to.
    for line in lay_out(laid_out.collect(), usize::MAX).lines {
        let _ = writeln!(text, "  {line}");
    }
    text.push('\n');
}

fn is_number(cell: &str) -> bool {
    cell.starts_with(|c: char| c.is_ascii_digit() || "+-".contains(c))
}

fn truth(row: &Counted<Comparisons>) -> String {
    format!("{:+.0} %", (row.truth - 1.0) * 100.0)
}

/// A threshold in words.
fn limit(limit: f64, text: String) -> String {
    if limit < NEVER {
        text
    } else {
        "never".to_owned()
    }
}

/// A share of what was measured one variant after the other.
fn sequential<T>(row: &Counted<T>, count: u64, total: u64) -> String {
    if row.has_usual_way {
        percent(count, total)
    } else {
        "-".to_owned()
    }
}

/// What all runs took on the simulated machine, for each of so many.
fn seconds(row: &Counted<Comparisons>, count: u64) -> String {
    match count {
        0 => "-".to_owned(),
        count => format!(
            "{:.0} s",
            row.counted.runs as f64 * (RUN_SECONDS + START_SECONDS) / count as f64
        ),
    }
}

fn percent(count: u64, total: u64) -> String {
    format!("{:.2} %", share(count, total) * 100.0)
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
        let row = Counted {
            setting: "calm",
            family: 1,
            blocks: "30".to_owned(),
            has_usual_way: true,
            truth: 1.05,
            counted,
        };
        let tables = vec![part("power", &POWER, &[row])];
        let shown = text("", &tables);
        let sheet = sheet("200 comparisons a setting", tables);
        assert_eq!(sheet.opening, ["200 comparisons a setting"]);
        let rows = &sheet.parts[0].table.as_ref().unwrap().rows;
        assert_eq!(rows[0].cells[4], "95.00 %");
        let lines: Vec<&str> = shown.lines().collect();
        assert!(lines[1].starts_with("  machine  truth  in a report of  comparisons"));
        assert!(lines[2].starts_with("  calm      +5 %               1          200     95.00 %"));
        assert!(lines[2].contains("0.50 %"));
    }
}

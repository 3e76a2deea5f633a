//! The tables of the simulated part.

use std::ops::AddAssign;

use report::export::Part;

use crate::bars::Bar;
use crate::counted::{Counted, share};
use crate::early::Early;
use crate::experiment::{Comparisons, Reports};
use crate::figures::Figures;
use crate::metrics::ByMetric;
use crate::setting::{RUN_SECONDS, START_SECONDS};
use crate::signs::{Differing, Equals};
use crate::tables::layout::{ColumnDef, outcome, part, percent};

/// Reports in which nothing differs: every verdict is false.
const REPORTS: [ColumnDef<Counted<Reports>>; 15] = [
    ("machine", |row| row.setting.to_owned()),
    ("blocks", |row| row.blocks.clone()),
    ("reports", |row| row.counted.reports.to_string()),
    ("again", |row| {
        percent(row.counted.repeated, row.counted.rounds)
    }),
    ("++ or --", |row| {
        percent(row.counted.with_verdict, row.counted.reports)
    }),
    ("+ or -", |row| {
        percent(row.counted.with_slight, row.counted.reports)
    }),
    ("time ≈", |row| {
        equal(&row.counted.by.time, |its| its.equivalent)
    }),
    ("CPU ≈", |row| {
        equal(&row.counted.by.cpu, |its| its.equivalent)
    }),
    ("time held back", |row| {
        equal(&row.counted.by.time, |its| its.held_back)
    }),
    ("CPU held back", |row| {
        equal(&row.counted.by.cpu, |its| its.held_back)
    }),
    ("suppressed", |row| {
        equal(&sum(row.counted.by), |its| its.suppressed)
    }),
    ("time covers", |row| {
        equal(&row.counted.by.time, |its| its.covered)
    }),
    ("CPU covers", |row| {
        equal(&row.counted.by.cpu, |its| its.covered)
    }),
    ("Welch", |row| {
        sequential(row, row.counted.welch, row.counted.reports)
    }),
    ("bootstrap", |row| {
        sequential(row, row.counted.bootstrap, row.counted.reports)
    }),
];
/// Comparisons in which the variant truly is slower and dearer: every `--` is right.
const POWER: [ColumnDef<Counted<Comparisons>>; 12] = [
    ("machine", |row| row.setting.to_owned()),
    ("truth", |row| {
        format!("{:+.0} %", (row.truth - 1.0) * 100.0)
    }),
    ("in a report of", |row| row.family.to_string()),
    ("variants", |row| variants(row).to_string()),
    ("time --", |row| {
        different(&row.counted.by.time, |its| its.slower)
    }),
    ("CPU --", |row| {
        different(&row.counted.by.cpu, |its| its.slower)
    }),
    ("++", |row| {
        different(&sum(row.counted.by), |its| its.faster)
    }),
    ("time held back", |row| {
        different(&row.counted.by.time, |its| its.held_back)
    }),
    ("CPU held back", |row| {
        different(&row.counted.by.cpu, |its| its.held_back)
    }),
    ("suppressed", |row| {
        different(&sum(row.counted.by), |its| its.suppressed)
    }),
    ("Welch", |row| {
        sequential(row, row.counted.welch_slower, variants(row))
    }),
    ("bootstrap", |row| {
        sequential(row, row.counted.bootstrap_slower, variants(row))
    }),
];
/// Confidence intervals held against the true ratio.
const COVERAGE: [ColumnDef<Counted<Comparisons>>; 11] = [
    ("machine", |row| row.setting.to_owned()),
    ("blocks", |row| row.blocks.clone()),
    ("variants", |row| variants(row).to_string()),
    ("time covers", |row| {
        different(&row.counted.by.time, |its| its.covered)
    }),
    ("CPU covers", |row| {
        different(&row.counted.by.cpu, |its| its.covered)
    }),
    ("Welch covers", |row| {
        sequential(row, row.counted.welch_covered, variants(row))
    }),
    ("bootstrap covers", |row| {
        sequential(row, row.counted.bootstrap_covered, variants(row))
    }),
    ("time --", |row| {
        different(&row.counted.by.time, |its| its.slower)
    }),
    ("CPU --", |row| {
        different(&row.counted.by.cpu, |its| its.slower)
    }),
    ("takes", |row| seconds(row, variants(row))),
    ("takes a -- of the headline", |row| {
        seconds(row, row.counted.by.of(row.headline).slower)
    }),
];
/// Variants that stop while others go on.
const EARLY: [ColumnDef<Counted<Early>>; 11] = [
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
    ("time ≈", |row| {
        equal(&row.counted.equals.time, |its| its.equivalent)
    }),
    ("CPU ≈", |row| {
        equal(&row.counted.equals.cpu, |its| its.equivalent)
    }),
    ("time covers", |row| {
        equal(&row.counted.equals.time, |its| its.covered)
    }),
    ("CPU covers", |row| {
        equal(&row.counted.equals.cpu, |its| its.covered)
    }),
    ("runs", |row| {
        (row.counted.runs / row.counted.reports.max(1)).to_string()
    }),
];
/// Promises and whether they are kept.
const BARS: [ColumnDef<Bar>; 6] = [
    ("bar", |bar| bar.promise.to_owned()),
    ("metric", |bar| bar.metric.to_owned()),
    ("machine", |bar| bar.setting.to_owned()),
    ("blocks", |bar| bar.blocks.clone()),
    ("figure", |bar| format!("{:.2} %", bar.figure * 100.0)),
    ("", |bar| outcome(bar.met)),
];

/// All tables of the simulated part but that of thresholds.
pub(crate) fn scripted(figures: &Figures) -> Vec<Part> {
    vec![
        part(
            "A/A reports of 60 comparisons (5 workloads, 6 variants, time and CPU) that carry a verdict",
            &REPORTS,
            &figures.reports,
        ),
        part(
            "variants that truly take and cost more, in 30 blocks; a report of 2 has 3 arms",
            &POWER,
            &figures.power,
        ),
        part(
            "95 % intervals of a ratio that cover the truth of +5 %, and how often that is found",
            &COVERAGE,
            &figures.coverage,
        ),
        part(
            "reports of 60 comparisons, one variant in 6 at 46 times the headline; each variant stops alone",
            &EARLY,
            &figures.early,
        ),
        part("bars", &BARS, &figures.bars),
    ]
}

/// A part of the comparisons of equals.
fn equal(of: &Equals, count: fn(&Equals) -> u64) -> String {
    percent(count(of), of.comparisons)
}

/// A part of the comparisons of what differs.
fn different(of: &Differing, count: fn(&Differing) -> u64) -> String {
    percent(count(of), of.comparisons)
}

/// The counts of both metrics together.
fn sum<T: AddAssign>(by: ByMetric<T>) -> T {
    let mut sum = by.time;
    sum += by.cpu;
    sum
}

/// The number of variants that differ.
fn variants(row: &Counted<Comparisons>) -> u64 {
    row.counted.by.time.comparisons
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

#[cfg(test)]
mod tests {
    use results::Metric;

    use super::*;

    fn of_200(slower: u64) -> Differing {
        Differing {
            comparisons: 200,
            slower,
            ..Differing::default()
        }
    }

    #[test]
    fn every_count_is_a_part_of_what_was_counted() {
        let counted = Comparisons {
            by: ByMetric {
                time: of_200(190),
                cpu: of_200(180),
            },
            welch_slower: 1,
            ..Comparisons::default()
        };
        let row = Counted {
            setting: "calm",
            has_bars: true,
            headline: Metric::TimePerTask,
            family: 2,
            blocks: "30".to_owned(),
            has_usual_way: true,
            truth: 1.05,
            counted,
        };
        let tables = vec![part("power", &POWER, &[row])];
        let text = crate::tables::layout::text("", &tables);
        let sheet = crate::tables::layout::sheet("200 comparisons a setting", tables);
        assert_eq!(sheet.opening, ["200 comparisons a setting"]);
        let table = sheet.parts[0].table.as_ref().unwrap();
        assert_eq!(table.rows[0].cells[4], "95.00 %");
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[1].starts_with("  machine  truth  in a report of  variants"));
        assert!(
            lines[2].starts_with("  calm      +5 %               2       200  95.00 %  90.00 %")
        );
        assert!(lines[2].contains("0.50 %"));
    }
}

//! The tables of the comparisons of real programs.

use report::export::Part;

use crate::race::Race;
use crate::tables::layout::{ColumnDef, outcome, part};
use crate::tally::{RealBar, RealFigures, Tally};

/// Comparisons of real programs in a number of blocks.
const REAL: [ColumnDef<Tally>; 10] = [
    ("variant", |tally| tally.variant.clone()),
    ("workload", |tally| tally.workload.clone()),
    ("metric", |tally| tally.metric.short_name().to_owned()),
    ("", |tally| {
        if tally.is_headline { "headline" } else { "" }.to_owned()
    }),
    ("truth", |tally| tally.truth.to_owned()),
    ("comparisons", |tally| tally.comparisons.to_string()),
    ("++", |tally| tally.faster.to_string()),
    ("--", |tally| tally.slower.to_string()),
    ("+ or -", |tally| tally.slight.to_string()),
    ("ratios", |tally| tally.ratios.clone()),
];
/// What is asked of them.
const BARS: [ColumnDef<RealBar>; 4] = [
    ("bar", |bar| bar.promise.to_owned()),
    ("of", |bar| bar.of.clone()),
    ("figure", |bar| format!("{} of {}", bar.count, bar.total)),
    ("", |bar| outcome(bar.met)),
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

/// The tables of the comparisons in a number of blocks.
pub(crate) fn real(figures: &RealFigures) -> Vec<Part> {
    vec![
        part(
            "real comparisons of 2 arms, by two metrics of one family",
            &REAL,
            &figures.tallies,
        ),
        part("bars", &BARS, &figures.bars),
    ]
}

/// The table of the comparisons on this machine that went on until they were precise.
pub(crate) fn races(races: &[Race]) -> Vec<Part> {
    vec![part(
        "real comparisons of 3 arms, until intervals are within ±2 %",
        &RACES,
        races,
    )]
}

#[cfg(test)]
mod tests {
    use results::Metric;

    use super::*;

    #[test]
    fn the_headline_is_named_and_a_bar_says_of_how_many() {
        let tallies = [Metric::TimePerTask, Metric::CpuPerTask].map(|metric| Tally {
            variant: "a/b".to_owned(),
            workload: "w".to_owned(),
            metric,
            is_headline: metric == Metric::CpuPerTask,
            truth: "A/A",
            blocks: 20,
            comparisons: 40,
            faster: 1,
            slower: 0,
            slight: 2,
            ratios: "0.990 … 1.000 … 1.010".to_owned(),
        });
        let tables = real(&RealFigures {
            tallies: tallies.into(),
            bars: vec![RealBar {
                promise: "none is false",
                of: "all".to_owned(),
                count: 1,
                total: 40,
                met: false,
            }],
        });
        let text = crate::tables::layout::text("", &tables);
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        let headlines: Vec<bool> = lines[2..4]
            .iter()
            .map(|line| line.contains("headline"))
            .collect();
        assert_eq!(headlines, [false, true], "{text}");
        assert!(text.contains("1 of 40  missed"), "{text}");
    }
}

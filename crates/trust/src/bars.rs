//! The promises about verdicts, and whether the figures of the simulated part keep them.

use std::ops::RangeInclusive;

use results::Metric;
use serde::Serialize;

use crate::counted::{Counted, share};
use crate::early::Early;
use crate::experiment::{Comparisons, Reports};
use crate::metrics::METRICS;
use crate::plan::REPORT;

/// How often a 95 % interval should cover the truth: more often, and it is wider than need be.
const COVERS: RangeInclusive<f64> = 0.94..=0.965;
/// How many reports of 60 comparisons may say of equals that they differ.
const FALSE: f64 = 0.01;
/// How many true differences of 5 % should be found.
const FOUND: f64 = 0.95;
/// What a bar is about that counts any verdict of a report.
const EITHER: &str = "either";

/// A promise about verdicts, and the figure that keeps or breaks it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Bar {
    pub(crate) promise: &'static str,
    pub(crate) setting: &'static str,
    pub(crate) metric: &'static str,
    pub(crate) blocks: String,
    /// A share, as a part of 1.
    pub(crate) figure: f64,
    pub(crate) met: bool,
}

/// Whether reports of equals are without a false verdict, by either metric.
pub(crate) fn of_reports(rows: &[Counted<Reports>]) -> Vec<Bar> {
    let promise = "A/A reports of 60 comparisons with a false verdict: at most 1 %";
    let barred = rows.iter().filter(|row| row.has_bars);
    barred
        .map(|row| {
            let figure = share(row.counted.with_verdict, row.counted.reports);
            row.bar(promise, EITHER, figure, figure <= FALSE)
        })
        .collect()
}

/// Whether a true 5 % of the headline is found among three arms.
pub(crate) fn of_power(rows: &[Counted<Comparisons>]) -> Vec<Bar> {
    let promise = "a true 5 % of the headline among 3 arms found: at least 95 %";
    let barred = rows.iter().filter(|row| row.has_bars);
    barred
        .filter(|row| row.truth == 1.05 && row.family == METRICS.len())
        .map(|row| {
            let found = row.counted.by.of(row.headline);
            let figure = share(found.slower, found.comparisons);
            row.bar(promise, row.headline.short_name(), figure, figure >= FOUND)
        })
        .collect()
}

/// Whether intervals of 30 blocks, and those of comparisons that stop, cover the truth by each metric.
pub(crate) fn of_coverage(rows: &[Counted<Comparisons>]) -> Vec<Bar> {
    let promise = "95 % intervals that cover the truth: 94 to 96.5 %";
    let barred = rows.iter().filter(|row| row.has_bars);
    barred
        .filter(|row| row.blocks == "30" || row.blocks.contains('±'))
        .flat_map(|row| {
            METRICS.map(|metric| {
                let its = row.counted.by.of(metric);
                row.coverage(promise, metric, its.covered, its.comparisons)
            })
        })
        .collect()
}

/// The bars of reports whose variants stop as in `compare`.
pub(crate) fn of_early(rows: &[Counted<Early>]) -> Vec<Bar> {
    let as_compare = REPORT.fewest().to_string();
    let barred = rows.iter().filter(|row| row.has_bars);
    barred
        .filter(|row| row.blocks == as_compare)
        .flat_map(|row| {
            let early = &row.counted;
            let wrong = share(early.with_false, early.reports);
            let found = share(early.behind_slower, early.behind);
            let (never_wrong, covers, finds) = (
                "variants stop early: reports with a false verdict: at most 1 %",
                "variants stop early: 95 % intervals that cover the truth: 94 to 96.5 %",
                "variants stop early: one at 46 times the headline is found: always",
            );
            let [time, cpu] = METRICS.map(|metric| {
                let equals = early.equals.of(metric);
                row.coverage(covers, metric, equals.covered, equals.comparisons)
            });
            [
                row.bar(never_wrong, EITHER, wrong, wrong <= FALSE),
                time,
                cpu,
                row.bar(finds, row.headline.short_name(), found, found == 1.0),
            ]
        })
        .collect()
}

impl<T> Counted<T> {
    fn coverage(&self, promise: &'static str, metric: Metric, covered: u64, of: u64) -> Bar {
        let figure = share(covered, of);
        self.bar(
            promise,
            metric.short_name(),
            figure,
            COVERS.contains(&figure),
        )
    }

    fn bar(&self, promise: &'static str, metric: &'static str, figure: f64, met: bool) -> Bar {
        Bar {
            promise,
            setting: self.setting,
            metric,
            blocks: self.blocks.clone(),
            figure,
            met,
        }
    }
}

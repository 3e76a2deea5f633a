//! A figure by the values of a swept key, a curve for each variant, with the values at which the lead
//! changes.

use analysis::keeps_up;
use catalog::params::{Unit, unit};
use chart::{Axis, Kind, Plot, Point, Series};
use results::{Crossing, Metric, RunFile, SweepLevel, SweepSummary, VariantSummary};
use terminal::{bytes, count, duration, shown};

use crate::sweep::title;
use crate::sweep_lines::crossing_line;

use super::drawing::{Drawing, number};

/// A figure that is drawn.
#[derive(Clone, Copy)]
struct Figure {
    name: &'static str,
    of: fn(&VariantSummary) -> Option<f64>,
    /// Whether the crossovers are about it.
    is_headline: bool,
}

/// What users of a service wait for; at fixed rates no verdict is about it.
const TAIL: Figure = Figure {
    name: "p99 of the latency",
    of: |variant| Some(variant.p99_ns?.median),
    is_headline: false,
};

/// The plots of all sweeps.
pub(super) fn drawings(run: &RunFile) -> Vec<Drawing> {
    run.sweeps
        .iter()
        .flat_map(|sweep| {
            let tail = (sweep.key == "rate").then_some(TAIL);
            let figures = [Some(headline(run, sweep)), tail].into_iter().flatten();
            figures.map(move |figure| drawing(run, sweep, figure))
        })
        .collect()
}

/// The figure that the verdicts of a sweep are about.
fn headline(run: &RunFile, sweep: &SweepSummary) -> Figure {
    let mut summaries = run.statistics.iter();
    let row = sweep.levels.first().map(|level| level.row.as_str());
    let summary = summaries.find(|summary| Some(summary.workload.as_str()) == row);
    let metric = summary.map_or_else(Metric::default, |summary| summary.headline);
    Figure {
        name: metric.name(),
        of: match metric {
            Metric::TimePerTask => |variant| Some(1e9 / variant.tasks_per_second?.median),
            Metric::MedianLatency => |variant| Some(variant.p50_ns?.median),
            Metric::CpuPerTask => |variant| Some(variant.cpu_per_task_ns?.median),
        },
        is_headline: true,
    }
}

fn drawing(run: &RunFile, sweep: &SweepSummary, figure: Figure) -> Drawing {
    let crossings: Vec<&Crossing> = sweep
        .pairs
        .iter()
        .flat_map(|pair| &pair.crossovers)
        .filter(|_| figure.is_headline)
        .collect();
    // A key may have the value 0, which a log scale has no place for.
    let kind = if sweep.levels.iter().all(|level| level.number > 0.0) {
        Kind::Log
    } else {
        Kind::Linear
    };
    let variants = run.variants.iter();
    Drawing {
        title: format!(
            "{} by {}: {}",
            figure.name,
            shown(&sweep.key),
            shown(&title(sweep))
        ),
        plot: Plot {
            across: Axis {
                kind,
                title: sweep.key.clone(),
                label: label(&sweep.key),
            },
            up: Axis {
                kind: Kind::Log,
                title: format!("{} (log scale), medians", figure.name),
                label: duration,
            },
            series: variants
                .map(|variant| series(run, sweep, &variant.name, figure))
                .filter(|series| !series.points.is_empty())
                .collect(),
            bands: crossings.iter().map(|crossing| crossing.interval).collect(),
            rules: crossings.iter().map(|crossing| crossing.at).collect(),
            band_words: "where the lead changes, 95 % interval".to_owned(),
        },
        notes: notes(sweep, figure, &crossings),
    }
}

fn notes(sweep: &SweepSummary, figure: Figure, crossings: &[&Crossing]) -> Vec<String> {
    if !figure.is_headline {
        return Vec::new();
    }
    if crossings.is_empty() {
        return vec!["no change of the lead is found in this range".to_owned()];
    }
    let lines = crossings.iter();
    lines
        .map(|crossing| crossing_line(&sweep.key, crossing))
        .collect()
}

fn series(run: &RunFile, sweep: &SweepSummary, variant: &str, figure: Figure) -> Series {
    let points = sweep.levels.iter().filter_map(|level| {
        let summary = summary_of(run, level, variant)?;
        // Latencies of a queue that grows are those of the length of the run.
        let is_late = summary.punctuality.is_some_and(|its| !keeps_up(&its));
        let value = (figure.of)(summary).filter(|_| !is_late)?;
        Some(Point {
            x: level.number,
            y: value,
            is_faint: false,
        })
    });
    Series {
        name: variant.to_owned(),
        number: number(run, variant),
        points: points.collect(),
        is_joined: true,
    }
}

fn summary_of<'a>(
    run: &'a RunFile,
    level: &SweepLevel,
    variant: &str,
) -> Option<&'a VariantSummary> {
    let mut summaries = run.statistics.iter();
    let summary = summaries.find(|summary| summary.workload == level.row)?;
    let mut variants = summary.variants.iter();
    variants.find(|its| its.variant == variant && its.failed.is_none())
}

/// How values of a key are written.
fn label(key: &str) -> fn(f64) -> String {
    match unit(key) {
        Unit::Nanoseconds => duration,
        Unit::Bytes => |value| bytes(value.round().max(0.0) as u64),
        Unit::Count | Unit::Size => whole,
    }
}

fn whole(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 10_000.0 {
        format!("{value:.0}")
    } else {
        count(value)
    }
}

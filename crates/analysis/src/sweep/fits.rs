//! Curves through the levels of a sweep: the Universal Scalability Law over concurrency (Gunther,
//! *Guerrilla Capacity Planning*, 2007), and the memory of a waiting unit as a slope.

use catalog::params::WORKERS;
use results::sweep::Memory;
use results::{
    MemoryEstimate, MemorySummary, Metric, Scaling, Unfitted, WorkloadRecord, WorkloadSummary,
};
use verdict::scalability::{FEWEST_LEVELS, Level, fit_scalability, scalability_intervals};
use verdict::slope::slope;
use verdict::{Confidence, Interval, Resampling, StatisticsError};

use super::swept::Swept;
use crate::samples::record_of;

/// A fit costs much more than a median, and its interval is for orientation only.
const RESAMPLES: u32 = 400;

/// The fitted curves, and those that could not be fitted. Variants without any figure are in neither.
pub(super) type Fitted<T> = (Vec<T>, Vec<Unfitted>);

/// The scalability of every variant. It needs levels of concurrency, enough of them for three
/// parameters, and a throughput that the model itself sets.
pub(super) fn scaling(swept: &Swept<'_>) -> Fitted<Scaling> {
    let is_concurrency = ["in_flight", WORKERS].contains(&swept.axis.key.as_str());
    // Arrivals or pulses set the throughput of other workloads, so that it says nothing of scaling.
    let sets_throughput =
        first_record(swept).is_some_and(|record| record.metrics().contains(&Metric::TimePerTask));
    if !is_concurrency
        || !sets_throughput
        || swept.axis.levels.len() < FEWEST_LEVELS
        || !swept.run.options.profile.measures()
    {
        return Fitted::default();
    }
    each(swept, "scalability", |variant| scaling_of(swept, variant))
}

/// The workload at the lowest level.
pub(super) fn first_record<'a>(swept: &Swept<'a>) -> Option<&'a WorkloadRecord> {
    record_of(swept.run, &swept.axis.levels.first()?.row)
}

/// The fit of every variant that has something to fit.
fn each<T>(
    swept: &Swept<'_>,
    curve: &str,
    fit: impl Fn(&str) -> Option<Result<T, StatisticsError>>,
) -> Fitted<T> {
    let (mut fitted, mut unfitted) = Fitted::default();
    for variant in swept.names() {
        match fit(variant) {
            None => {}
            Some(Ok(curve)) => fitted.push(curve),
            Some(Err(error)) => unfitted.push(Unfitted {
                curve: curve.to_owned(),
                variant: variant.to_owned(),
                why: error.to_string(),
            }),
        }
    }
    (fitted, unfitted)
}

fn scaling_of(swept: &Swept<'_>, variant: &str) -> Option<Result<Scaling, StatisticsError>> {
    let rates: Vec<(f64, Vec<f64>)> = swept
        .axis
        .levels
        .iter()
        .filter_map(|level| {
            let series = swept.series(level, variant);
            let concurrency = if swept.axis.key == WORKERS {
                level.number
            } else {
                // The lanes that the variant had are fewer than those asked for where it is limited.
                lanes(swept, &level.row, variant)?
            };
            let rates = series.values(|_, measured| {
                measured.done.tasks as f64 * 1e9 / measured.done.elapsed_ns.max(1) as f64
            });
            (!rates.is_empty()).then_some((concurrency, rates))
        })
        .collect();
    let levels: Vec<Level<'_>> = rates
        .iter()
        .map(|(concurrency, throughputs)| Level {
            concurrency: *concurrency,
            throughputs,
        })
        .collect();
    (!levels.is_empty()).then(|| fitted(swept, variant, &levels))
}

fn fitted(
    swept: &Swept<'_>,
    variant: &str,
    levels: &[Level<'_>],
) -> Result<Scaling, StatisticsError> {
    let law = fit_scalability(levels)?;
    let resampling = Resampling {
        resamples: RESAMPLES,
        ..Resampling::seeded(swept.run.options.seed)
    };
    let intervals = scalability_intervals(levels, &resampling)?;
    Ok(Scaling {
        variant: variant.to_owned(),
        contention: law.contention,
        contention_interval: pair(intervals.contention),
        coherency: law.coherency,
        coherency_interval: pair(intervals.coherency),
        peak: law.peak_concurrency(),
    })
}

fn pair(interval: Interval) -> (f64, f64) {
    (interval.lower, interval.upper)
}

/// Whether a key sets how many units there are at once.
pub(super) fn is_number_of_units(key: &str) -> bool {
    ["in_flight", "tasks"].contains(&key)
}

/// The memory of one more waiting unit, where tasks wait and their number at once is swept.
pub(super) fn memory(swept: &Swept<'_>, summaries: &[WorkloadSummary]) -> Fitted<Memory> {
    let waits =
        first_record(swept).is_some_and(|record| !record.workload.wait_per_task().is_zero());
    if !is_number_of_units(&swept.axis.key) || !waits {
        return Fitted::default();
    }
    each(swept, "memory", |variant| {
        memory_of(swept, summaries, variant)
    })
}

fn memory_of(
    swept: &Swept<'_>,
    summaries: &[WorkloadSummary],
    variant: &str,
) -> Option<Result<Memory, StatisticsError>> {
    let levels: Vec<(f64, MemoryEstimate)> = swept
        .axis
        .levels
        .iter()
        .filter_map(|level| {
            let units = lanes(swept, &level.row, variant)?;
            Some((units, *memory_estimate(summaries, &level.row, variant)?))
        })
        .collect();
    if levels.is_empty() {
        return None;
    }
    // A point a level and not a run: what bends the line is alike in all runs of a level, which would pass for
    // so many more points.
    let points: Vec<(f64, f64)> = levels
        .iter()
        .map(|(units, memory)| (*units, memory.bytes as f64))
        .collect();
    // A slope and no quotient: what a program takes anyway is then in no unit.
    Some(slope(&points, Confidence::NINETY_FIVE).map(|line| Memory {
        variant: variant.to_owned(),
        bytes_a_unit: line.slope,
        interval: pair(line.interval),
        runs: levels.iter().map(|(_, memory)| memory.runs).sum(),
    }))
}

/// The memory of a variant at a level.
pub(super) fn memory_estimate<'a>(
    summaries: &'a [WorkloadSummary],
    row: &str,
    variant: &str,
) -> Option<&'a MemoryEstimate> {
    let summary = summaries.iter().find(|summary| summary.workload == row)?;
    let mut variants = summary.variants.iter();
    let its = variants.find(|other| other.variant == variant)?;
    its.memory.as_ref().and_then(MemorySummary::known)
}

/// The lanes that a variant had at a level.
pub(super) fn lanes(swept: &Swept<'_>, row: &str, variant: &str) -> Option<f64> {
    let share = record_of(swept.run, row)?.shares.get(variant)?;
    Some(share.in_flight as f64)
}

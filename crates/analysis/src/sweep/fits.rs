//! Curves through a sweep's levels: the Universal Scalability Law over concurrency, and the memory of a
//! waiting unit as a slope. Formulas are left to `verdict`.

use verdict::scalability::{FEWEST_LEVELS, Level, fit_scalability, scalability_intervals};
use verdict::slope::{Slope, slope};
use verdict::{Confidence, Resampling, StatisticsError};

use super::axis::Axis;
use crate::samples::Series;
use catalog::params::WORKERS;
use results::sweep::Memory;
use results::{Arm, Compared, Row, RunFile, Scaling, Unfitted, WorkloadRecord, WorkloadSummary};

/// A fit is dearer than a median, and its interval is for orientation.
const RESAMPLES: u32 = 400;

/// What was fitted and what not; variants without any figure are in neither.
pub(super) type Fitted<T> = (Vec<T>, Vec<Unfitted>);

/// With levels of concurrency, enough of them for three parameters, and a throughput that the model
/// itself sets.
pub(super) fn scaling(run: &RunFile, rows: &[Row], axis: &Axis) -> Fitted<Scaling> {
    let fits = ["in_flight", WORKERS].contains(&axis.key.as_str());
    let sets_it = |r: &WorkloadRecord| Compared::of(&r.workload) == Compared::TimePerTask;
    let is_own = first_record(run, axis).is_some_and(sets_it);
    if !fits || !is_own || axis.levels.len() < FEWEST_LEVELS || !run.options.profile.measures() {
        return Fitted::default();
    }
    each(run, "scalability", |variant| {
        scaling_of(run, rows, axis, variant)
    })
}

/// The workload at the lowest level.
fn first_record<'a>(run: &'a RunFile, axis: &Axis) -> Option<&'a WorkloadRecord> {
    let row = &axis.levels.first()?.row;
    let mut records = run.workloads.iter();
    records.find(|record| record.workload.name == *row)
}

/// A fit of every variant that has something to fit.
fn each<T>(
    run: &RunFile,
    curve: &str,
    fit: impl Fn(&str) -> Option<Result<T, StatisticsError>>,
) -> Fitted<T> {
    let mut both = Fitted::default();
    for variant in &run.variants {
        match fit(&variant.name) {
            None => {}
            Some(Ok(found)) => both.0.push(found),
            Some(Err(error)) => both.1.push(Unfitted {
                curve: curve.to_owned(),
                variant: variant.name.clone(),
                why: error.to_string(),
            }),
        }
    }
    both
}

fn scaling_of(
    run: &RunFile,
    rows: &[Row],
    axis: &Axis,
    variant: &str,
) -> Option<Result<Scaling, StatisticsError>> {
    let levels = axis.levels.iter().filter_map(|level| {
        let series = Series::of(run, rows, &level.row, variant, Arm::Main);
        let rates =
            series.values(|_, m| m.done.tasks as f64 * 1e9 / m.done.elapsed_ns.max(1) as f64);
        let concurrency = match axis.key == WORKERS {
            true => level.number,
            // What it had, which is less than what was asked for where its lanes are limited.
            false => lanes(run, &level.row, variant)?,
        };
        (!rates.is_empty()).then_some((concurrency, rates))
    });
    let levels: Vec<(f64, Vec<f64>)> = levels.collect();
    let levels: Vec<Level<'_>> = levels
        .iter()
        .map(|(concurrency, throughputs)| Level {
            concurrency: *concurrency,
            throughputs,
        })
        .collect();
    (!levels.is_empty()).then(|| fitted(run, variant, &levels))
}

fn fitted(run: &RunFile, variant: &str, levels: &[Level<'_>]) -> Result<Scaling, StatisticsError> {
    let law = fit_scalability(levels)?;
    let resampling = Resampling {
        resamples: RESAMPLES,
        ..Resampling::seeded(run.options.seed)
    };
    let intervals = scalability_intervals(levels, &resampling)?;
    let pair = |interval: verdict::Interval| (interval.lower, interval.upper);
    Ok(Scaling {
        variant: variant.to_owned(),
        contention: law.contention,
        contention_interval: pair(intervals.contention),
        coherency: law.coherency,
        coherency_interval: pair(intervals.coherency),
        peak: law.peak_concurrency(),
    })
}

/// Where tasks wait and their number at once is swept: the slope over the units that there were.
pub(super) fn memory(run: &RunFile, summaries: &[WorkloadSummary], axis: &Axis) -> Fitted<Memory> {
    let counts = ["in_flight", "tasks"].contains(&axis.key.as_str());
    let waits = |r: &WorkloadRecord| !r.workload.wait_per_task().is_zero();
    if !counts || !first_record(run, axis).is_some_and(waits) {
        return Fitted::default();
    }
    each(run, "memory", |variant| {
        memory_of(run, summaries, axis, variant)
    })
}

fn memory_of(
    run: &RunFile,
    summaries: &[WorkloadSummary],
    axis: &Axis,
    variant: &str,
) -> Option<Result<Memory, StatisticsError>> {
    let points = axis.levels.iter().filter_map(|level| {
        let summary = summaries.iter().find(|s| s.workload == level.row)?;
        let found = summary.variants.iter().find(|v| v.variant == variant)?;
        match found.memory {
            Some(results::Memory::Bytes(bytes)) => {
                Some((lanes(run, &level.row, variant)?, bytes as f64))
            }
            _ => None,
        }
    });
    let points: Vec<(f64, f64)> = points.collect();
    let memory = |found: Slope| Memory {
        variant: variant.to_owned(),
        bytes_a_unit: found.slope,
        interval: (found.interval.lower, found.interval.upper),
        runs: points.len(),
    };
    let fit = || slope(&points, Confidence::NINETY_FIVE).map(memory);
    (!points.is_empty()).then(fit)
}

/// The lanes that a variant had at a level.
fn lanes(run: &RunFile, row: &str, variant: &str) -> Option<f64> {
    let record = run.workloads.iter().find(|r| r.workload.name == row)?;
    let share = record.shares.get(variant)?;
    Some(share.in_flight as f64)
}

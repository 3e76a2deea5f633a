//! Curves through a sweep's levels: the Universal Scalability Law over concurrency, and the memory of a
//! waiting unit as a slope. Formulas are left to `verdict`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use verdict::scalability::{FEWEST_LEVELS, Level, fit_scalability, scalability_intervals};
use verdict::slope::slope;
use verdict::{Confidence, Resampling};

use super::super::samples::Series;
use super::super::summary::WorkloadSummary;
use super::axis::Axis;
use crate::launch;
use crate::params::WORKERS;
use crate::store::{Arm, Row, RunFile, WorkloadRecord};

/// A fit is dearer than a median, and its interval is for orientation.
const RESAMPLES: u32 = 400;

/// X(N) = λN ÷ (1 + σ(N − 1) + κN(N − 1)) of one variant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Scaling {
    pub(crate) variant: String,
    /// σ, and its 95 % interval.
    pub(crate) contention: f64,
    pub(crate) contention_interval: (f64, f64),
    /// κ, and its 95 % interval.
    pub(crate) coherency: f64,
    pub(crate) coherency_interval: (f64, f64),
    /// Beyond it more concurrency gives less, where the curve turns at all.
    pub(crate) peak: Option<f64>,
}

/// What one more waiting unit takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Memory {
    pub(crate) variant: String,
    pub(crate) bytes_a_unit: f64,
    /// 95 %.
    pub(crate) interval: (f64, f64),
    /// Runs that it was computed from.
    pub(crate) runs: usize,
}

/// With levels of concurrency, and enough of them for three parameters.
pub(super) fn scaling(run: &RunFile, rows: &[Row], axis: &Axis) -> Vec<Scaling> {
    let fits = ["in_flight", WORKERS].contains(&axis.key.as_str());
    if !fits || axis.levels.len() < FEWEST_LEVELS || !run.options.profile.measures() {
        return Vec::new();
    }
    let variants = run.variants.iter();
    variants
        .filter_map(|variant| scaling_of(run, rows, axis, &variant.name))
        .collect()
}

fn scaling_of(run: &RunFile, rows: &[Row], axis: &Axis, variant: &str) -> Option<Scaling> {
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
    let law = fit_scalability(&levels).ok()?;
    let resampling = Resampling {
        resamples: RESAMPLES,
        ..Resampling::seeded(run.options.seed)
    };
    let intervals = scalability_intervals(&levels, &resampling).ok()?;
    let pair = |interval: verdict::Interval| (interval.lower, interval.upper);
    Some(Scaling {
        variant: variant.to_owned(),
        contention: law.contention,
        contention_interval: pair(intervals.contention),
        coherency: law.coherency,
        coherency_interval: pair(intervals.coherency),
        peak: law.peak_concurrency(),
    })
}

/// Where tasks wait and their number at once is swept: the slope over the units that there were.
pub(super) fn memory(run: &RunFile, summaries: &[WorkloadSummary], axis: &Axis) -> Vec<Memory> {
    let counts = ["in_flight", "tasks"].contains(&axis.key.as_str());
    let of_workload = |record: &&WorkloadRecord| record.workload.name == axis.levels[0].row;
    let record = run.workloads.iter().find(of_workload);
    let waits = record.is_some_and(|r| !r.workload.wait_per_task().is_zero());
    if !counts || !waits {
        return Vec::new();
    }
    let variants = run.variants.iter();
    variants
        .filter_map(|variant| memory_of(run, summaries, axis, &variant.name))
        .collect()
}

fn memory_of(
    run: &RunFile,
    summaries: &[WorkloadSummary],
    axis: &Axis,
    variant: &str,
) -> Option<Memory> {
    let points = axis.levels.iter().filter_map(|level| {
        let summary = summaries.iter().find(|s| s.workload == level.row)?;
        let found = summary.variants.iter().find(|v| v.variant == variant)?;
        match found.memory {
            Some(launch::Memory::Bytes(bytes)) => {
                Some((lanes(run, &level.row, variant)?, bytes as f64))
            }
            _ => None,
        }
    });
    let points: Vec<(f64, f64)> = points.collect();
    let found = slope(&points, Confidence::NINETY_FIVE).ok()?;
    Some(Memory {
        variant: variant.to_owned(),
        bytes_a_unit: found.slope,
        interval: (found.interval.lower, found.interval.upper),
        runs: points.len(),
    })
}

/// The lanes that a variant had at a level.
fn lanes(run: &RunFile, row: &str, variant: &str) -> Option<f64> {
    let record = run.workloads.iter().find(|r| r.workload.name == row)?;
    let share = record.shares.get(variant)?;
    Some(share.in_flight as f64)
}

//! The statistics of a comparison: medians by workload and variant, ratios to the reference, and
//! verdicts over all workloads together. METHODOLOGY gives the reasons for each rule.

use std::collections::BTreeMap;

use results::{
    Arm, Estimate, MemorySummary, Metric, Ratios, Reach, Row, RunFile, TASKS_FOR_P999,
    VariantSummary, WorkloadRecord, WorkloadSummary, percentile,
};
use verdict::outliers;

use crate::conditions::{disturbance, drifts};
use crate::family::judged;
use crate::hosts::{OnHosts, controls_over, over_these};
use crate::punctuality::punctuality;
use crate::ratios::{PairedRatios, Unjudged, WorkloadRatios};
use crate::reach::reach;
use crate::samples::{Series, ratio_of, wrong_digest};
use crate::workload_rows::WorkloadRows;

/// The statistics of every workload, in the order of the workloads. The advice is left empty, since it
/// is stored in words: the crate `report` completes it.
pub fn summarise(run: &RunFile, rows: &[Row]) -> Vec<WorkloadSummary> {
    let mut summary = Summing::default();
    for record in &run.workloads {
        summary.add(run, rows, record);
    }
    summary.finish()
}

/// The statistics of a comparison, taken workload by workload, so that the rows of only one have to be at hand.
/// Verdicts come last, because they depend on all workloads.
#[derive(Debug, Default)]
pub struct Summing(Vec<Unjudged>);

impl Summing {
    /// Adds a workload. Rows of others are passed over.
    pub fn add(&mut self, run: &RunFile, rows: &[Row], record: &WorkloadRecord) {
        let name = &record.workload.name;
        let own = WorkloadRows::of(own_rows(run, rows, name).iter(), name);
        let reached = reach(run, rows, &own, record);
        self.0.push(unjudged(run, &own, record, reached));
    }

    /// The statistics of every workload, in the order in which they were added.
    pub fn finish(self) -> Vec<WorkloadSummary> {
        judged(self.0)
    }
}

/// The rows from the first to the last run of a workload, where results of several hosts are together: there each
/// workload's rows follow on each other, and a campaign has far too many to look through all for every figure.
fn own_rows<'r>(run: &RunFile, rows: &'r [Row], workload: &str) -> &'r [Row] {
    if run.merged.is_none() {
        return rows;
    }
    let first = rows.iter().position(|row| is_run_of(row, workload));
    let last = rows.iter().rposition(|row| is_run_of(row, workload));
    first
        .zip(last)
        .map_or(&[], |(first, last)| &rows[first..=last])
}

fn is_run_of(row: &Row, workload: &str) -> bool {
    matches!(row, Row::Run(run) if run.workload == workload)
}

fn unjudged(
    run: &RunFile,
    own: &WorkloadRows<'_>,
    record: &WorkloadRecord,
    reached: Option<Reach>,
) -> Unjudged {
    let workload = &record.workload.name;
    let metrics = record.metrics();
    let reference = own.series(run, &run.options.reference, Arm::Main);
    let again = own.series(run, &run.options.reference, Arm::Control);
    let on_hosts = run
        .merged
        .as_ref()
        .map(|merged| OnHosts::new(merged, &reference, &again, metrics));
    let mut ratios = WorkloadRatios::default();
    let mut hosts = Vec::new();
    let mut variants = Vec::new();
    for variant in &run.variants {
        let series = own.series(run, &variant.name, Arm::Main);
        let is_compared = run.options.profile.measures() && !run.is_reference(&variant.name);
        if !is_compared {
            ratios.variants.push(PairedRatios::new());
        } else if let Some(on_hosts) = &on_hosts {
            let of_variant = on_hosts.ratios(&series);
            ratios.variants.push(over_these(&of_variant));
            hosts.push(of_variant);
        } else {
            let of_variant = paired_ratios(&series, &reference, metrics);
            ratios.variants.push(of_variant);
        }
        variants.push(variant_summary(run, own, record, &variant.name, &series));
    }
    let controls = match &on_hosts {
        Some(on_hosts) => controls_over(on_hosts.controls()),
        None => {
            ratios.controls = paired_ratios(&again, &reference, metrics);
            let shown = ratios.controls.iter();
            shown
                .map(|(metric, ratio)| (*metric, (*ratio).into()))
                .collect()
        }
    };
    Unjudged {
        summary: WorkloadSummary {
            workload: workload.clone(),
            headline: record.headline(),
            blocks: reference.runs.len(),
            controls,
            reach: reached,
            drifts: drifts(run, own, &reference),
            disturbance: disturbance(run, own, workload),
            advice: Vec::new(),
            variants,
        },
        ratios,
        hosts,
    }
}

/// The ratio of each of these metrics, where the two have a block in common.
fn paired_ratios(variant: &Series<'_>, reference: &Series<'_>, metrics: &[Metric]) -> PairedRatios {
    metrics
        .iter()
        .filter_map(|metric| Some((*metric, ratio_of(variant, reference, *metric)?)))
        .collect()
}

fn variant_summary(
    run: &RunFile,
    own: &WorkloadRows<'_>,
    record: &WorkloadRecord,
    variant: &str,
    series: &Series<'_>,
) -> VariantSummary {
    let workload = &record.workload.name;
    let share = record.shares.get(variant);
    let tasks = share.map_or(0, |share| share.tasks);
    let last = series.measured().last();
    let p999 = if tasks >= TASKS_FOR_P999 {
        latency(series, 0.999)
    } else {
        None
    };
    VariantSummary {
        variant: variant.to_owned(),
        tasks,
        in_flight: share.map_or(0, |share| share.in_flight),
        time_ns: series.estimate(|run| run.done.elapsed_ns as f64),
        ratios: Ratios::new(),
        tasks_per_second: series.estimate(|run| 1e9 / Metric::TimePerTask.figure(run)),
        p50_ns: latency(series, 0.5),
        p90_ns: latency(series, 0.9),
        p99_ns: latency(series, 0.99),
        p999_ns: p999,
        cpu_per_task_ns: series.estimate(|run| Metric::CpuPerTask.figure(run)),
        origin_cpu_per_task_ns: origin_cpu_per_task(series),
        // Reading memory disturbs what is timed, so that it comes from runs of its own.
        memory: MemorySummary::of(own.memory(run, variant)),
        switches: series.estimate(|run| {
            let switches = run.done.switches;
            switches.voluntary.saturating_add(switches.involuntary) as f64
        }),
        start_up_ns: series.estimate(|run| run.start_up_ns as f64),
        shut_down_ns: series.estimate(|run| run.done.shut_down_ns as f64),
        punctuality: punctuality(series),
        // The fewest of any run: what is promised of concurrency must hold in every run.
        alive_at_once: series
            .measured()
            .filter_map(|measured| measured.done.alive_at_once)
            .min(),
        threads: last.map(|measured| measured.done.threads),
        processes: last.map(|measured| measured.done.processes),
        outliers: outliers(&series.figures()).unwrap_or(0),
        counts: counts(series),
        knobs: last.map_or_else(BTreeMap::new, |measured| measured.ready.knobs.clone()),
        failed: own
            .failure(variant)
            .cloned()
            .or_else(|| wrong_digest(run, workload, variant)),
    }
}

/// The median over runs of each run's percentile; `None` unless every run has latencies.
fn latency(series: &Series<'_>, fraction: f64) -> Option<Estimate> {
    // The unit is the run. Percentiles of all latencies together would let one slow run decide the
    // tail, and would have no interval.
    let percentiles: Option<Vec<f64>> = series
        .measured()
        .map(|run| percentile(&run.done.latency, fraction).map(|nanos| nanos as f64))
        .collect();
    Estimate::of(&percentiles?)
}

/// Processor time of the services; `None` unless it is known of every run.
fn origin_cpu_per_task(series: &Series<'_>) -> Option<Estimate> {
    let per_task: Option<Vec<f64>> = series
        .runs
        .iter()
        .map(|(_, run, _)| Some(run.origin_cpu_ns? as f64 / run.tasks.max(1) as f64))
        .collect();
    Estimate::of(&per_task?)
}

fn counts(series: &Series<'_>) -> BTreeMap<String, Estimate> {
    let mut by_name: BTreeMap<&String, Vec<f64>> = BTreeMap::new();
    for (name, count) in series.measured().flat_map(|run| &run.done.counts) {
        by_name.entry(name).or_default().push(*count as f64);
    }
    by_name
        .into_iter()
        .filter_map(|(name, counts)| Some((name.clone(), Estimate::of(&counts)?)))
        .collect()
}

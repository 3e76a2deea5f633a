//! The statistics of a comparison: medians by workload and variant, ratios to the reference, and
//! verdicts over all workloads together. METHODOLOGY gives the reasons for each rule.

use std::collections::BTreeMap;

use results::{
    Arm, Compared, Estimate, Judged, Measured, Pass, Ratio, Row, RunFile, TASKS_FOR_P999,
    VariantSummary, WorkloadRecord, WorkloadSummary, percentile,
};
use verdict::{Comparison, Margin, PairedRatio, judge, outliers, paired_ratio};

use crate::candidate::had_late_generator;
use crate::conditions::{disturbance, drifts};
use crate::punctuality::punctuality;
use crate::reach::reach;
use crate::samples::{Series, failure, of_pass, ratio_of, wrong_digest};

/// The statistics of every workload, in the order of the workloads. The advice is left empty, since it
/// is stored in words: the crate `report` completes it.
pub fn summarise(run: &RunFile, rows: &[Row]) -> Vec<WorkloadSummary> {
    let workloads: Vec<UnjudgedWorkload> = run
        .workloads
        .iter()
        .map(|record| unjudged(run, rows, record))
        .collect();
    // Holm's correction is over the whole report, because a reader looks at all of it for what stands
    // out. Verdicts therefore come after all ratios, and are handed out in the same order.
    let mut verdicts = judge_all(&workloads).into_iter();
    workloads
        .into_iter()
        .map(|workload| workload.judged(&mut verdicts))
        .collect()
}

/// A workload before its verdicts, which depend on all other workloads.
struct UnjudgedWorkload {
    summary: WorkloadSummary,
    control: Option<PairedRatio>,
    /// One for each variant of the summary; `None` where it has no ratio.
    ratios: Vec<Option<PairedRatio>>,
}

impl UnjudgedWorkload {
    /// Takes as many verdicts as there are ratios.
    fn judged(mut self, verdicts: &mut impl Iterator<Item = Judged>) -> WorkloadSummary {
        let reference_late = self.summary.variants.iter().zip(&self.ratios);
        let is_reference_late = reference_late
            .filter(|(_, ratio)| ratio.is_none())
            .any(|(variant, _)| had_late_generator(variant));
        for (variant, ratio) in self.summary.variants.iter_mut().zip(self.ratios) {
            if let Some(ratio) = ratio {
                // A late generator asked for less than the rate, so that nothing is judged by it. The
                // comparison stays in the family, which may not depend on outcomes.
                let verdict = verdicts
                    .next()
                    .filter(|_| !is_reference_late && !had_late_generator(variant));
                variant.ratio = Some(Ratio {
                    judged: verdict,
                    ..ratio.into()
                });
            }
        }
        self.summary
            .variants
            .sort_by(|a, b| rank(a).total_cmp(&rank(b)));
        self.summary
    }
}

fn judge_all(workloads: &[UnjudgedWorkload]) -> Vec<Judged> {
    let family: Vec<Comparison> = workloads
        .iter()
        .flat_map(|workload| {
            workload.ratios.iter().flatten().map(|ratio| Comparison {
                ratio: *ratio,
                control: workload.control,
            })
        })
        .collect();
    let judgements = judge(&family, Margin::default()).unwrap_or_default();
    judgements.into_iter().map(Judged::from).collect()
}

/// The place of a variant in its table, lowest first.
fn rank(summary: &VariantSummary) -> f64 {
    match (&summary.ratio, summary.time_ns) {
        (Some(ratio), _) => ratio.ratio,
        // Variants that failed after some runs have times, which do not count: they stand behind all
        // ratios, in the order of those times.
        (None, Some(time)) if summary.failed.is_some() => 1e9 + time.median,
        // The reference has a time and no ratio.
        (None, Some(_)) => 0.0,
        (None, None) => f64::INFINITY,
    }
}

fn unjudged(run: &RunFile, rows: &[Row], record: &WorkloadRecord) -> UnjudgedWorkload {
    let workload = &record.workload.name;
    let name = &run.options.reference;
    let reference = Series::of(run, rows, workload, name, Arm::Main);
    let control = ratio_of(
        &Series::of(run, rows, workload, name, Arm::Control),
        &reference,
    );
    let mut variants = Vec::new();
    let mut ratios = Vec::new();
    for variant in &run.variants {
        let series = Series::of(run, rows, workload, &variant.name, Arm::Main);
        let summary = variant_summary(run, rows, record, &variant.name, &series);
        let is_compared = run.options.profile.measures() && !run.is_reference(&variant.name);
        if is_compared {
            ratios.push(ratio_of(&series, &reference));
            variants.push(VariantSummary {
                cpu_ratio: cpu_ratio_of(&series, &reference).map(Ratio::from),
                ..summary
            });
        } else {
            ratios.push(None);
            variants.push(summary);
        }
    }
    UnjudgedWorkload {
        summary: WorkloadSummary {
            workload: workload.clone(),
            compared: Compared::of(&record.workload),
            blocks: reference.runs.len(),
            control: control.map(Ratio::from),
            reach: reach(run, rows, record),
            drifts: drifts(rows, &reference),
            disturbance: disturbance(run, rows, workload),
            advice: Vec::new(),
            variants,
        },
        control,
        ratios,
    }
}

fn variant_summary(
    run: &RunFile,
    rows: &[Row],
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
        ratio: None,
        tasks_per_second: series.estimate(|run| 1e9 / time_per_task(run)),
        p50_ns: latency(series, 0.5),
        p90_ns: latency(series, 0.9),
        p99_ns: latency(series, 0.99),
        p999_ns: p999,
        cpu_per_task_ns: series.estimate(cpu_per_task),
        cpu_ratio: None,
        origin_cpu_per_task_ns: origin_cpu_per_task(series),
        // Reading memory disturbs what is timed, so that it comes from runs of its own. The last one
        // counts where there are several.
        memory: of_pass(rows, workload, variant, Pass::Memory)
            .last()
            .and_then(|measured| measured.memory.clone()),
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
        failed: failure(rows, workload, variant)
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

fn cpu_ratio_of(variant: &Series<'_>, reference: &Series<'_>) -> Option<PairedRatio> {
    let (mine, its) = variant.paired(reference, cpu_per_task);
    paired_ratio(&mine, &its).ok()
}

// Figures are per task because variants may run different prefixes of a workload's tasks.

fn time_per_task(measured: &Measured) -> f64 {
    measured.done.elapsed_ns as f64 / measured.done.tasks.max(1) as f64
}

fn cpu_per_task(measured: &Measured) -> f64 {
    measured.done.cpu_ns as f64 / measured.done.tasks.max(1) as f64
}

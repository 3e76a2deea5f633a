//! The statistics of a comparison: per workload and variant medians, ratios to the reference, and
//! verdicts over the whole family. Which formulas these are is left to `verdict`; METHOD says why.

use std::collections::BTreeMap;

use results::{VariantSummary, WorkloadSummary};
use verdict::{Comparison, Margin, PairedRatio, judge, outliers, paired_ratio};

use crate::advice::advice;
use crate::conditions::{disturbance, drifts};
use crate::punctuality::punctuality;
use crate::reach::reach;
use crate::samples::{Series, failure, of_pass, ratio_of};
use results::{
    Arm, Compared, Estimate, Judged, Measured, Pass, Ratio, Row, RunFile, TASKS_FOR_P999,
    WorkloadRecord, percentile,
};

/// The statistics of everything, in the order of the workloads.
pub fn summarise(run: &RunFile, rows: &[Row]) -> Vec<WorkloadSummary> {
    let parts: Vec<Part> = run
        .workloads
        .iter()
        .map(|record| part(run, rows, record))
        .collect();
    let verdicts = verdicts(&parts);
    let mut of_family = verdicts.into_iter();
    parts
        .into_iter()
        .map(|part| part.judged(&mut of_family))
        .map(|summary| advised(run, summary))
        .collect()
}

fn advised(run: &RunFile, summary: WorkloadSummary) -> WorkloadSummary {
    let measures = run.options.profile.measures();
    WorkloadSummary {
        advice: advice(&summary, &run.options.reference, measures),
        ..summary
    }
}

/// A workload before its verdicts, which depend on all others.
struct Part {
    summary: WorkloadSummary,
    control: Option<PairedRatio>,
    /// As many as there are variants.
    ratios: Vec<Option<PairedRatio>>,
}

impl Part {
    fn judged(mut self, verdicts: &mut impl Iterator<Item = Judged>) -> WorkloadSummary {
        let variants = self.summary.variants.iter_mut().zip(&self.ratios);
        for (variant, found) in variants.filter(|(_, found)| found.is_some()) {
            let judged = verdicts.next();
            variant.ratio = found.map(|ratio| Ratio {
                judged,
                ..ratio.into()
            });
        }
        self.summary
            .variants
            .sort_by(|a, b| order_of(a).total_cmp(&order_of(b)));
        self.summary
    }
}

fn verdicts(parts: &[Part]) -> Vec<Judged> {
    let family = parts.iter().flat_map(|part| {
        let ratios = part.ratios.iter().copied().flatten();
        ratios.map(|ratio| Comparison {
            ratio,
            control: part.control,
        })
    });
    let family: Vec<Comparison> = family.collect();
    let judged = judge(&family, Margin::default()).unwrap_or_default();
    judged.into_iter().map(Judged::from).collect()
}

/// The reference has no ratio and comes first; who has no time at all comes last.
fn order_of(summary: &VariantSummary) -> f64 {
    match (&summary.ratio, summary.time_ns) {
        (Some(ratio), _) => ratio.ratio,
        (None, Some(time)) if summary.failed.is_some() => 1e9 + time.median,
        (None, Some(_)) => 0.0,
        (None, None) => f64::INFINITY,
    }
}

fn part(run: &RunFile, rows: &[Row], record: &WorkloadRecord) -> Part {
    let workload = &record.workload.name;
    let reference = Series::of(run, rows, workload, &run.options.reference, Arm::Main);
    let again = Series::of(run, rows, workload, &run.options.reference, Arm::Control);
    let control = ratio_of(&again, &reference);
    let mut variants = Vec::new();
    let mut ratios = Vec::new();
    for variant in &run.variants {
        let series = Series::of(run, rows, workload, &variant.name, Arm::Main);
        let compared = run.options.profile.measures() && !run.is_reference(&variant.name);
        let both = compared.then_some((&series, &reference));
        ratios.push(both.and_then(|(series, reference)| ratio_of(series, reference)));
        let cpu_ratio = both.and_then(|(series, reference)| cpu_ratio_of(series, reference));
        let cpu_ratio = cpu_ratio.map(Ratio::from);
        let summary = summary_of(rows, record, &variant.name, &series);
        variants.push(VariantSummary {
            cpu_ratio,
            ..summary
        });
    }
    let summary = WorkloadSummary {
        workload: workload.clone(),
        compared: Compared::of(&record.workload),
        blocks: reference.runs.len(),
        control: control.map(Ratio::from),
        reach: reach(run, rows, record),
        drifts: drifts(rows, &reference),
        disturbance: disturbance(rows, workload),
        advice: Vec::new(),
        variants,
    };
    Part {
        summary,
        control,
        ratios,
    }
}

fn summary_of(
    rows: &[Row],
    record: &WorkloadRecord,
    variant: &str,
    series: &Series<'_>,
) -> VariantSummary {
    let workload = &record.workload.name;
    let share = record.shares.get(variant);
    let of =
        |value: fn(&Measured) -> f64| Estimate::of(&series.values(|_, measured| value(measured)));
    let latency = |fraction: f64| {
        let values = series
            .runs
            .iter()
            .map(|(.., m)| percentile(&m.done.latency, fraction));
        let values: Option<Vec<f64>> = values
            .map(|value| value.map(|nanos| nanos as f64))
            .collect();
        Estimate::of(&values?)
    };
    let origin = series.runs.iter().map(|(_, run, _)| {
        run.origin_cpu_ns
            .map(|nanos| nanos as f64 / run.tasks.max(1) as f64)
    });
    let origin: Option<Vec<f64>> = origin.collect();
    let tasks = share.map_or(0, |share| share.tasks);
    let last = series.runs.last().map(|(.., measured)| *measured);
    let memory = of_pass(rows, workload, variant, Pass::Memory).last();
    VariantSummary {
        variant: variant.to_owned(),
        tasks,
        in_flight: share.map_or(0, |share| share.in_flight),
        time_ns: of(|m| m.done.elapsed_ns as f64),
        ratio: None,
        tasks_per_second: of(|m| 1e9 / time_per_task(m)),
        p50_ns: latency(0.5),
        p90_ns: latency(0.9),
        p99_ns: latency(0.99),
        p999_ns: (tasks >= TASKS_FOR_P999).then(|| latency(0.999)).flatten(),
        cpu_per_task_ns: of(cpu_per_task),
        cpu_ratio: None,
        origin_cpu_per_task_ns: origin.and_then(|values| Estimate::of(&values)),
        memory: memory.and_then(|measured| measured.memory.clone()),
        switches: of(|m| (m.done.switches.voluntary + m.done.switches.involuntary) as f64),
        start_up_ns: of(|m| m.start_up_ns as f64),
        shut_down_ns: of(|m| m.done.shut_down_ns as f64),
        punctuality: punctuality(series),
        alive_at_once: series
            .runs
            .iter()
            .filter_map(|(.., m)| m.done.alive_at_once)
            .min(),
        threads: last.map(|measured| measured.done.threads),
        processes: last.map(|measured| measured.done.processes),
        outliers: outliers(&series.figures()).unwrap_or(0),
        counts: counts(series),
        knobs: last
            .map(|measured| measured.ready.knobs.clone())
            .unwrap_or_default(),
        failed: failure(rows, workload, variant).cloned(),
    }
}

fn counts(series: &Series<'_>) -> BTreeMap<String, Estimate> {
    let mut found: BTreeMap<&String, Vec<f64>> = BTreeMap::new();
    for (name, count) in series.runs.iter().flat_map(|(.., m)| &m.done.counts) {
        found.entry(name).or_default().push(*count as f64);
    }
    let estimate =
        |(name, counts): (&String, Vec<f64>)| Some((name.clone(), Estimate::of(&counts)?));
    found.into_iter().filter_map(estimate).collect()
}

fn cpu_ratio_of(variant: &Series<'_>, reference: &Series<'_>) -> Option<PairedRatio> {
    let (variant, reference) = variant.paired(reference, cpu_per_task);
    paired_ratio(&variant, &reference).ok()
}

fn time_per_task(measured: &Measured) -> f64 {
    measured.done.elapsed_ns as f64 / measured.done.tasks.max(1) as f64
}

fn cpu_per_task(measured: &Measured) -> f64 {
    measured.done.cpu_ns as f64 / measured.done.tasks.max(1) as f64
}

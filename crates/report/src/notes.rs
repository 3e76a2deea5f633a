//! The notes below a workload's table.

use std::collections::BTreeMap;

use catalog::{uses_origin, uses_postgres};
use protocol::Workload;
use results::{MemorySummary, RunFile, VariantSummary, WorkloadRecord, WorkloadSummary};
use terminal::{Style, counted, duration};

use crate::a_a_check::{controls, held_back, unsettled};
use crate::predicted::{self, left_out_by_prediction};
use crate::view::View;
use crate::{
    conditions, coordination, hosts, open_loop, own_work, reach, run_length, serving, stopped,
};

/// The notes of a workload, a line each.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes {
    /// What is of this workload alone, and stays at its table.
    pub(crate) own: Vec<String>,
    /// What may hold for other workloads too, and is said once where it does.
    pub(crate) general: Vec<String>,
}

/// The notes of a workload. The advice comes first, because it is what most readers came for; what
/// limits it comes next, and details last.
pub(crate) fn notes(
    run: &RunFile,
    record: &WorkloadRecord,
    summary: &WorkloadSummary,
    style: Style,
) -> Notes {
    let variants = &summary.variants;
    let view = View::new(run, record, summary, style.verbose);
    let mut own: Vec<String> = exceptions(record, summary, &view).into_iter().collect();
    own.extend(summary.advice.clone());
    own.extend(hosts::notes(run, summary));
    own.extend(unsettled(summary));
    own.extend(
        summary
            .reach
            .as_ref()
            .and_then(|reach| reach::missing(reach, summary.blocks, run.workloads.len())),
    );
    own.extend(run_length::note(record.run_length.as_ref(), style.verbose));
    own.extend(left_out_by_prediction(record));
    own.extend(predicted::line(record, summary).filter(|_| style.verbose));
    own.extend(stopped::notes(run, summary));
    own.extend(controls(summary));
    own.extend(held_back(summary));
    own.extend(summary.drifts.iter().map(conditions::drift));
    // One variant is enough to show what the services need: all of them give the same work.
    own.extend(
        variants
            .iter()
            .find_map(|variant| services_cpu(variant, &record.workload)),
    );
    own.extend(outliers(summary));
    let mut general = open_loop::notes(record, variants);
    let names = variants.iter().map(|variant| variant.variant.as_str());
    general.extend(serving::notes(&record.workload, names.clone()));
    general.extend(coordination::notes(run, record, summary));
    general.extend(own_work::notes(&record.workload, names));
    general.extend(conditions::disturbance(&summary.disturbance));
    let rounds = summary.disturbance.rounds.iter();
    general.extend(rounds.flat_map(conditions::disturbed_rounds));
    // What makes memory unavailable is the machine's, and the same for all variants.
    general.extend(variants.iter().find_map(memory_reason));
    if style.knobs {
        general.extend(variants.iter().filter_map(knobs));
    }
    Notes { own, general }
}

/// The variants that ran less than was wanted; a star at their names refers to this line.
fn exceptions(
    record: &WorkloadRecord,
    summary: &WorkloadSummary,
    view: &View<'_>,
) -> Option<String> {
    let mut by_words: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let has_less = summary
        .variants
        .iter()
        .filter(|variant| view.is_exception(variant));
    for variant in has_less {
        let words = less(record, variant, view);
        by_words.entry(words).or_default().push(&variant.variant);
    }
    if by_words.is_empty() {
        return None;
    }
    let runs_fewer = summary
        .variants
        .iter()
        .any(|variant| view.is_exception(variant) && variant.tasks < view.tasks);
    let per_task = if runs_fewer && view.measures {
        " (ratios are per task)"
    } else {
        ""
    };
    let said: Vec<String> = by_words
        .iter()
        .map(|(words, names)| format!("{} ran {words}", names.join(", ")))
        .collect();
    Some(format!("* {}{per_task}", said.join("; ")))
}

/// What a variant ran, where that is less than was wanted.
fn less(record: &WorkloadRecord, variant: &VariantSummary, view: &View<'_>) -> String {
    let lanes = variant.in_flight;
    let tasks = format!(
        "{} of {}",
        variant.tasks,
        counted(record.workload.tasks, "task")
    );
    match (variant.tasks < view.tasks, lanes != view.lanes) {
        (true, true) => format!("{tasks}, {lanes} in flight"),
        (true, false) => tasks,
        (false, _) => format!("with {lanes} in flight"),
    }
}

fn services_cpu(variant: &VariantSummary, workload: &Workload) -> Option<String> {
    let cpu = variant.origin_cpu_per_task_ns?;
    let shown = duration(cpu.median);
    let whose = match (uses_origin(workload), uses_postgres(workload)) {
        (true, true) => "the test servers",
        (false, true) => "the PostgreSQL server",
        (_, false) if workload.serve.is_some() => "the load generator",
        (_, false) => "the test server",
    };
    Some(format!("CPU of {whose} (not included): {shown} per task"))
}

fn outliers(summary: &WorkloadSummary) -> Option<String> {
    let outliers: usize = summary
        .variants
        .iter()
        .map(|variant| variant.outliers)
        .sum();
    (outliers > 0).then(|| format!("{} (kept)", counted(outliers as u64, "outlier")))
}

fn memory_reason(variant: &VariantSummary) -> Option<String> {
    match variant.memory.as_ref()? {
        MemorySummary::Unavailable { unavailable } => {
            Some(format!("memory is unavailable: {unavailable}"))
        }
        MemorySummary::Known(_) => None,
    }
}

fn knobs(variant: &VariantSummary) -> Option<String> {
    if variant.knobs.is_empty() {
        return None;
    }
    let knobs: Vec<String> = variant
        .knobs
        .iter()
        .map(|(name, value)| format!("{name} = {value}"))
        .collect();
    Some(format!("{}: {}", variant.variant, knobs.join(", ")))
}

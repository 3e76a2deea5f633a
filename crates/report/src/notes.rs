//! The heading of a workload's table and the notes below it.

use std::fmt::Write as _;

use catalog::{uses_origin, uses_postgres};
use protocol::Workload;
use results::{Memory, RunFile, VariantSummary, VerdictKind, WorkloadRecord, WorkloadSummary};
use terminal::{Style, duration, ratio};

use crate::cpu_times::cpu_times;
use crate::{conditions, coordination, open_loop, reach};

/// The name of a workload, and how it was run.
pub(crate) fn heading(run: &RunFile, record: &WorkloadRecord, summary: &WorkloadSummary) -> String {
    let workload = &record.workload;
    let how = if run.options.profile.measures() {
        format!("{} blocks", summary.blocks)
    } else {
        "correctness only: these are no measurements".to_owned()
    };
    let mut text = format!(
        "{}: {}\n  {} tasks, {} in flight, {} workers, placement {}; {how}\n",
        workload.name,
        workload.about,
        workload.tasks,
        record.lanes,
        record.workers(&run.options),
        run.options.placement.name()
    );
    for line in cpu_times(workload, &record.cpu) {
        let _ = writeln!(text, "  {line}");
    }
    text
}

/// The notes of a workload, a line each. The advice comes first, because it is what most readers came
/// for; what limits it comes next, and details last.
pub(crate) fn notes(
    run: &RunFile,
    record: &WorkloadRecord,
    summary: &WorkloadSummary,
    style: Style,
) -> Vec<String> {
    let variants = &summary.variants;
    let mut notes = summary.advice.clone();
    notes.extend(summary.reach.as_ref().and_then(reach::missing));
    notes.extend(control(summary));
    notes.extend(open_loop::notes(
        record,
        variants
            .iter()
            .filter_map(|variant| Some((variant.variant.as_str(), variant.punctuality?))),
    ));
    notes.extend(coordination::notes(run, record, summary));
    notes.extend(suppressed(summary));
    notes.extend(held_back(summary));
    notes.extend(summary.drifts.iter().map(conditions::drift));
    notes.extend(conditions::disturbance(&summary.disturbance));
    notes.extend(prefixes(run, record, summary));
    // One variant is enough to show what the services need: all of them give the same work.
    notes.extend(
        variants
            .iter()
            .find_map(|variant| services_cpu(variant, &record.workload)),
    );
    notes.extend(outliers(summary));
    // What makes memory unavailable is the machine's, and the same for all variants.
    notes.extend(variants.iter().find_map(memory_reason));
    if style.knobs {
        notes.extend(variants.iter().filter_map(knobs));
    }
    notes
}

fn control(summary: &WorkloadSummary) -> Option<String> {
    let control = summary.control.as_ref()?;
    let shown = ratio(control.ratio, control.interval);
    Some(format!(
        "A/A control, the reference against itself: {shown}"
    ))
}

fn suppressed(summary: &WorkloadSummary) -> Option<String> {
    // The reason is that of the control, and so the same for all variants.
    summary
        .variants
        .iter()
        .filter_map(|variant| variant.ratio.as_ref()?.judged.as_ref())
        .find(|judged| judged.verdict == VerdictKind::Suppressed)
        .map(|judged| format!("too noisy: {}", judged.words))
}

/// The reason of every `?` that is not the comparison's own.
fn held_back(summary: &WorkloadSummary) -> Option<String> {
    let names: Vec<&str> = summary
        .variants
        .iter()
        .filter(|variant| {
            let judged = variant
                .ratio
                .as_ref()
                .and_then(|ratio| ratio.judged.as_ref());
            judged.is_some_and(|judged| judged.verdict == VerdictKind::HeldBack)
        })
        .map(|variant| variant.variant.as_str())
        .collect();
    (!names.is_empty()).then(|| {
        format!(
            "? because the A/A control does not exclude a bias of that size: {}",
            names.join(", ")
        )
    })
}

fn prefixes(run: &RunFile, record: &WorkloadRecord, summary: &WorkloadSummary) -> Option<String> {
    let all = summary.variants.iter().map(|variant| variant.tasks).max()?;
    let shorter: Vec<String> = summary
        .variants
        .iter()
        .filter(|variant| variant.time_ns.is_some() && variant.tasks < all)
        .map(|variant| format!("{} {}", variant.variant, variant.tasks))
        .collect();
    if !shorter.is_empty() {
        let per_task = if run.options.profile.measures() {
            "; ratios are per task"
        } else {
            ""
        };
        return Some(format!("ran fewer tasks: {}{per_task}", shorter.join(", ")));
    }
    let tasks = record.workload.tasks;
    (all < tasks).then(|| format!("every variant ran the first {all} of {tasks} tasks"))
}

fn services_cpu(variant: &VariantSummary, workload: &Workload) -> Option<String> {
    let cpu = variant.origin_cpu_per_task_ns?;
    let shown = duration(cpu.median);
    let whose = match (uses_origin(workload), uses_postgres(workload)) {
        (true, true) => "the test servers",
        (false, true) => "the PostgreSQL server",
        (_, false) => "the test server",
    };
    Some(format!(
        "CPU of {whose} (not included above): {shown} per task with {}",
        variant.variant
    ))
}

fn outliers(summary: &WorkloadSummary) -> Option<String> {
    let outliers: usize = summary
        .variants
        .iter()
        .map(|variant| variant.outliers)
        .sum();
    match outliers {
        0 => None,
        1 => Some("1 outlier (kept)".to_owned()),
        _ => Some(format!("{outliers} outliers (kept)")),
    }
}

fn memory_reason(variant: &VariantSummary) -> Option<String> {
    match variant.memory.as_ref()? {
        Memory::Unavailable(why) => Some(format!("memory is unavailable: {why}")),
        Memory::Bytes(_) => None,
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

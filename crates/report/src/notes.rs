//! The notes below a workload's table.

use std::collections::BTreeMap;

use catalog::{uses_origin, uses_postgres};
use protocol::Workload;
use results::{Memory, RunFile, VariantSummary, VerdictKind, WorkloadRecord, WorkloadSummary};
use terminal::{Style, counted, duration, percent, ratio};
use verdict::{Interval, Margin};

use crate::view::{Detail, View};
use crate::{conditions, coordination, open_loop, reach};

/// The notes of a workload, a line each.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes {
    /// What is of this workload alone, and stays at its table.
    pub(crate) own: Vec<String>,
    /// What may hold for other workloads too, and is said once where it does.
    pub(crate) general: Vec<String>,
}

/// The notes of a workload whose cells have so much detail. The advice comes first, because it is what most readers came for; what
/// limits it comes next, and details last.
pub(crate) fn notes(
    run: &RunFile,
    record: &WorkloadRecord,
    summary: &WorkloadSummary,
    detail: Detail,
    style: Style,
) -> Notes {
    let variants = &summary.variants;
    let view = View::new(run, record, summary, style.verbose);
    let mut own: Vec<String> = exceptions(record, summary, &view).into_iter().collect();
    own.extend(summary.advice.clone());
    // With every detail the cells say it themselves.
    if detail < Detail::Everything {
        own.extend(unsettled(summary));
    }
    own.extend(
        summary
            .reach
            .as_ref()
            .and_then(|reach| reach::missing(reach, summary.blocks, run.workloads.len())),
    );
    own.extend(control(summary));
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
    general.extend(coordination::notes(run, record, summary));
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

/// How many rounds the open verdicts need, from the fewest to the most.
fn unsettled(summary: &WorkloadSummary) -> Option<String> {
    let needed: Vec<_> = summary
        .variants
        .iter()
        .filter_map(|variant| variant.ratio.as_ref()?.judged.as_ref()?.more_blocks)
        .collect();
    let (least, most) = (*needed.iter().min()?, *needed.iter().max()?);
    let rounds = match counted(most, "more round") {
        rounds if least == most => rounds,
        rounds => format!("{least} to {rounds}"),
    };
    Some(format!("? open verdicts need about {rounds}"))
}

/// The reference against itself, and what follows for the verdicts.
fn control(summary: &WorkloadSummary) -> Option<String> {
    let control = summary.control.as_ref()?;
    let shown = ratio(control.ratio, control.interval);
    let verdicts: Vec<VerdictKind> = summary
        .variants
        .iter()
        .filter_map(|variant| Some(variant.ratio.as_ref()?.judged.as_ref()?.verdict))
        .collect();
    let (outcome, consequence) = if verdicts.contains(&VerdictKind::Suppressed) {
        ("! A/A check failed", ": too noisy to judge".to_owned())
    } else if verdicts.is_empty() {
        ("A/A check", String::new())
    } else {
        vouching(control.interval)
    };
    Some(format!(
        "{outcome}: {shown} for the reference against itself{consequence}"
    ))
}

/// Whether a control of this interval is as precise as the margin, and what follows where it is not.
fn vouching(interval: Option<(f64, f64)>) -> (&'static str, String) {
    let Some((lower, upper)) = interval else {
        return (
            "A/A check open",
            ": it cannot vouch for any difference yet".to_owned(),
        );
    };
    let half_width = Interval { lower, upper }.relative_half_width();
    if half_width <= Margin::default().relative() {
        return ("A/A check passed", String::new());
    }
    let width = percent(half_width);
    let why = format!(": it cannot vouch for differences within that interval (±{width})");
    ("A/A check too wide", why)
}

/// The variants of which a `?` has the A/A check for its reason, and not their own interval.
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
            "? because the A/A check does not exclude a bias of that size: {}",
            names.join(", ")
        )
    })
}

fn services_cpu(variant: &VariantSummary, workload: &Workload) -> Option<String> {
    let cpu = variant.origin_cpu_per_task_ns?;
    let shown = duration(cpu.median);
    let whose = match (uses_origin(workload), uses_postgres(workload)) {
        (true, true) => "the test servers",
        (false, true) => "the PostgreSQL server",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_control_says_what_it_cannot_vouch_for() {
        assert_eq!(vouching(Some((0.985, 1.015))).0, "A/A check passed");
        let (outcome, why) = vouching(Some((0.932, 1.204)));
        assert_eq!(outcome, "A/A check too wide");
        assert!(why.ends_with("(±13.7 %)"), "{why}");
        assert_eq!(vouching(None).0, "A/A check open");
    }
}

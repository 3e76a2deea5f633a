//! What a task costs at each level where tasks only wait, and whether that grows with their number: a runtime
//! whose timers or queues take longer the more there are of them shows it here.

use protocol::Step;
use results::sweep::{CostAtLevel, Growth, TaskCosts};
use results::{Metric, SweepLevel, VariantSummary, WorkloadSummary};
use verdict::paired_ratio;

use super::fits::{first_record, is_number_of_units, lanes, memory_estimate};
use super::swept::Swept;

/// How many times as much a task may cost at the highest level as at the lowest, for its cost to count as the
/// same at both.
const MOST_GROWTH: f64 = 1.3;
/// The line through two levels says what a program takes at rest; with a third its growth is seen.
const FEWEST_FOR_GROWTH_OF_MEMORY: usize = 3;

/// The costs of every variant that was measured at any level; none where tasks do more than wait.
pub(super) fn costs(swept: &Swept<'_>, summaries: &[WorkloadSummary]) -> Vec<TaskCosts> {
    let measures = swept.run.options.profile.measures();
    let only_waits = first_record(swept).is_some_and(|record| {
        let steps = &record.workload.steps;
        !steps.is_empty() && steps.iter().all(|step| matches!(step, Step::Wait(_)))
    });
    if !measures || !only_waits || !is_number_of_units(&swept.axis.key) {
        return Vec::new();
    }
    let names = swept.names();
    names
        .filter_map(|variant| costs_of(swept, summaries, variant))
        .collect()
}

fn costs_of(swept: &Swept<'_>, summaries: &[WorkloadSummary], variant: &str) -> Option<TaskCosts> {
    let measured: Vec<(&SweepLevel, &VariantSummary)> = swept
        .axis
        .levels
        .iter()
        .filter_map(|level| {
            let summary = summaries
                .iter()
                .find(|summary| summary.workload == level.row)?;
            let mut variants = summary.variants.iter();
            Some((level, variants.find(|its| its.variant == variant)?))
        })
        .filter(|(_, summary)| summary.cpu_per_task_ns.is_some())
        .collect();
    let memory = memory_a_task(swept, summaries, variant);
    let levels: Vec<CostAtLevel> = measured
        .iter()
        .map(|(level, summary)| CostAtLevel {
            value: level.value.clone(),
            time_ns: summary.tasks_per_second.map(|rate| 1e9 / rate.median),
            cpu_ns: summary.cpu_per_task_ns.map(|cpu| cpu.median),
            memory_bytes: memory
                .iter()
                .find(|(its, _)| its.row == level.row)
                .map(|(_, bytes)| *bytes),
        })
        .collect();
    let (first, last) = (measured.first()?.0, measured.last()?.0);
    Some(TaskCosts {
        variant: variant.to_owned(),
        levels,
        cpu: growth_of_cpu(swept, variant, first, last),
        memory: growth_of_memory(&memory),
    })
}

/// The growth of CPU a task from one level to another, of which each round has a run.
fn growth_of_cpu(
    swept: &Swept<'_>,
    variant: &str,
    from: &SweepLevel,
    to: &SweepLevel,
) -> Option<Growth> {
    if from.row == to.row {
        return None;
    }
    let at_lower = swept.series(from, variant);
    let at_higher = swept.series(to, variant);
    let (high, low) = at_higher.paired(&at_lower, Metric::CpuPerTask);
    let paired = paired_ratio(&high, &low).ok()?;
    let interval = paired
        .intervals
        .map(|its| (its.at_95.lower, its.at_95.upper));
    Some(growth(from, to, paired.ratio, interval))
}

fn growth(from: &SweepLevel, to: &SweepLevel, ratio: f64, interval: Option<(f64, f64)>) -> Growth {
    let (lower, upper) = interval.unwrap_or((ratio, ratio));
    let is_within = if upper <= MOST_GROWTH {
        Some(true)
    } else if lower > MOST_GROWTH {
        Some(false)
    } else {
        None
    };
    Growth {
        from: from.value.clone(),
        to: to.value.clone(),
        ratio,
        interval,
        most: MOST_GROWTH,
        is_within,
    }
}

fn growth_of_memory(memory: &[(&SweepLevel, f64)]) -> Option<Growth> {
    let ((from, low), (to, high)) = (memory.first()?, memory.last()?);
    let can_be_told = memory.len() >= FEWEST_FOR_GROWTH_OF_MEMORY && *low > 0.0 && *high > 0.0;
    can_be_told.then(|| growth(from, to, high / low, None))
}

/// The memory of a task at each level that has one, without what the program takes at rest: where the line
/// through the two lowest levels has no task. It is the same at these two.
fn memory_a_task<'a>(
    swept: &Swept<'a>,
    summaries: &[WorkloadSummary],
    variant: &str,
) -> Vec<(&'a SweepLevel, f64)> {
    let points: Vec<(&SweepLevel, f64, f64)> = swept
        .axis
        .levels
        .iter()
        .filter_map(|level| {
            let units = lanes(swept, &level.row, variant)?;
            Some((
                level,
                units,
                memory_estimate(summaries, &level.row, variant)?.bytes as f64,
            ))
        })
        .collect();
    let [(_, first, low), (_, second, high), ..] = points[..] else {
        return Vec::new();
    };
    if second <= first {
        return Vec::new();
    }
    let each = (high - low) / (second - first);
    let at_rest = low - each * first;
    points
        .into_iter()
        .map(|(level, units, bytes)| (level, (bytes - at_rest) / units))
        .collect()
}

//! The first line of a report, which holds for all of its tables, and the lines above each table.

use std::fmt::Write as _;

use results::{Placement, RunFile, VariantSummary, WorkloadRecord, WorkloadSummary};
use terminal::{counted, duration, shown};

use crate::cpu_times::cpu_times;
use crate::view::most_tasks;

/// What was compared, and how: the line above the first table. Where times count it says what a round
/// is, since every table counts in rounds.
pub(crate) fn opening(run: &RunFile, summaries: &[WorkloadSummary]) -> String {
    let options = &run.options;
    let what = format!(
        "{} at {}",
        counted(run.variants.len() as u64, "variant"),
        counted(summaries.len() as u64, "workload")
    );
    let how = if options.profile.measures() {
        format!(
            "a round runs every variant once, in random order; ratios are to {}",
            options.reference
        )
    } else {
        "correctness only: answers are checked, and nothing is measured".to_owned()
    };
    let workers = if is_one_for_all(run) {
        format!("{}, ", counted(options.workers, "worker"))
    } else {
        String::new()
    };
    format!("{what}, {workers}{}; {how}", placement(options.placement))
}

/// Whether every workload had the same number of workers, which no sweep changed.
fn is_one_for_all(run: &RunFile) -> bool {
    let all = run.options.workers;
    run.workloads
        .iter()
        .all(|record| record.workers(&run.options) == all)
}

fn placement(placement: Placement) -> &'static str {
    match placement {
        Placement::Free => "not pinned",
        Placement::OneCpu => "pinned to one CPU",
    }
}

/// The name of a workload, and how it was run: two lines. `constants` is what no column shows, because
/// it is the same for all variants.
pub(crate) fn heading(
    run: &RunFile,
    record: &WorkloadRecord,
    summary: &WorkloadSummary,
    constants: &[String],
) -> String {
    let workload = &record.workload;
    let load = match workload.rate {
        Some(rate) => format!("open loop, {rate}"),
        None if workload.is_paced_by_pulses() => "pulses".to_owned(),
        None if workload.measures_lateness() => {
            "closed loop, latency is how late a wait ended".to_owned()
        }
        None => "closed loop".to_owned(),
    };
    let mut facts = vec![format!(
        "{load}, {}, {} in flight",
        tasks(workload.tasks, most_tasks(summary)),
        record.lanes
    )];
    if !is_one_for_all(run) {
        facts.push(counted(record.workers(&run.options), "worker"));
    }
    if run.options.profile.measures() {
        facts.push(counted(summary.blocks as u64, "round"));
        facts.extend(start_up(&summary.variants));
    }
    facts.extend(constants.iter().cloned());
    let (name, about) = (shown(&workload.name), shown(&workload.about));
    let mut text = format!("{name}: {about}\n  {}\n", facts.join("; "));
    for line in cpu_times(workload, &record.cpu) {
        let _ = writeln!(text, "  {}", shown(&line));
    }
    text
}

/// The tasks of a workload, and how many of them were run at most.
fn tasks(all: u64, ran: u64) -> String {
    if (1..all).contains(&ran) {
        format!("the first {ran} of {}", counted(all, "task"))
    } else {
        counted(all, "task")
    }
}

/// The shortest and the longest start-up of the variants.
fn start_up(variants: &[VariantSummary]) -> Option<String> {
    let times: Vec<f64> = variants
        .iter()
        .filter_map(|variant| Some(variant.start_up_ns?.median))
        .collect();
    let shortest = times.iter().copied().reduce(f64::min)?;
    let longest = times.iter().copied().reduce(f64::max)?;
    let [least, most] = [shortest, longest].map(duration);
    Some(if least == most {
        format!("start-up {least}")
    } else {
        format!("start-up {least} to {most}")
    })
}

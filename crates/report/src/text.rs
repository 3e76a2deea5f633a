//! A comparison as people read it: a table a workload, what failed, what to know about the figures.
//! Everything comes from the stored summary.

use std::fmt::Write as _;

use protocol::Workload;
use verdict::fewest_blocks_for_verdict;

use super::{conditions, coordination, open_loop, reach};
use crate::columns::columns;
use crate::sweep::render_sweeps;
use catalog::{uses_origin, uses_postgres};
use results::{Compared, Kind, Memory, RunFile, VariantSummary, WorkloadRecord, WorkloadSummary};
use terminal::{Style, duration, lay_out, ratio};

/// The whole report.
pub fn render(run: &RunFile, summaries: &[WorkloadSummary], style: Style) -> String {
    let mut text = String::new();
    for summary in summaries {
        let named = |record: &&WorkloadRecord| record.workload.name == summary.workload;
        if let Some(record) = run.workloads.iter().find(named) {
            text.push_str(&workload(run, record, summary, style));
            text.push('\n');
        }
    }
    text.push_str(&render_sweeps(run, summaries));
    text.push_str(&legend(run, summaries));
    text
}

fn workload(
    run: &RunFile,
    record: &WorkloadRecord,
    summary: &WorkloadSummary,
    style: Style,
) -> String {
    let mut text = heading(run, record, summary);
    let columns = columns(
        summary,
        &run.options.reference,
        record.lanes,
        run.options.profile.measures(),
    );
    let table = lay_out(columns, style.width.saturating_sub(2));
    for (at, line) in table.lines.iter().enumerate() {
        let variant = at.checked_sub(1).and_then(|row| summary.variants.get(row));
        let line = match (style.colour, variant) {
            (true, Some(variant)) => painted(line, variant),
            _ => line.clone(),
        };
        let _ = writeln!(text, "  {line}");
    }
    if !table.hidden.is_empty() {
        let _ = writeln!(
            text,
            "  not shown for want of width: {}",
            table.hidden.join(", ")
        );
    }
    for note in notes(run, record, summary, style) {
        let _ = writeln!(text, "  {note}");
    }
    for variant in &summary.variants {
        text.push_str(&failure(variant));
    }
    text
}

pub(crate) fn heading(run: &RunFile, record: &WorkloadRecord, summary: &WorkloadSummary) -> String {
    let workload = &record.workload;
    let how = match run.options.profile.measures() {
        true => format!("{} blocks", summary.blocks),
        false => "correctness only: these are no measurements".to_owned(),
    };
    format!(
        "{}: {}\n  {} tasks, {} in flight, {} workers, placement {}; {how}\n",
        workload.name,
        workload.about,
        workload.tasks,
        record.lanes,
        record.workers(&run.options),
        run.options.placement.name()
    )
}

pub(crate) fn notes(
    run: &RunFile,
    record: &WorkloadRecord,
    summary: &WorkloadSummary,
    style: Style,
) -> Vec<String> {
    let mut notes = summary.advice.clone();
    if let Some(reach) = &summary.reach {
        notes.extend(reach::missing(reach));
    }
    if let Some(control) = &summary.control {
        let shown = ratio(control.ratio, control.interval);
        notes.push(format!(
            "A/A control, the reference against itself: {shown}"
        ));
    }
    let punctual = |v: &'_ VariantSummary| Some((v.variant.clone(), v.punctuality?));
    let punctual: Vec<_> = summary.variants.iter().filter_map(punctual).collect();
    let punctual = punctual
        .iter()
        .map(|(variant, found)| (variant.as_str(), *found));
    notes.extend(open_loop::words(record, punctual));
    notes.extend(coordination::words(run, record, summary));
    notes.extend(suppressed(summary));
    notes.extend(summary.drifts.iter().map(conditions::drift));
    notes.extend(conditions::disturbance(&summary.disturbance));
    notes.extend(prefixes(run, record, summary));
    notes.extend(
        summary
            .variants
            .iter()
            .find_map(|variant| services_cpu(variant, &record.workload)),
    );
    let outliers: usize = summary
        .variants
        .iter()
        .map(|variant| variant.outliers)
        .sum();
    match outliers {
        0 => {}
        1 => notes.push("1 run lies far from the others of its variant; it counts".to_owned()),
        _ => notes.push(format!(
            "{outliers} runs lie far from the others of their variant; they count"
        )),
    }
    notes.extend(summary.variants.iter().filter_map(memory_reason).next());
    if style.knobs {
        notes.extend(summary.variants.iter().filter_map(knobs));
    }
    notes
}

/// The reason is the control's, and so the same for all.
fn suppressed(summary: &WorkloadSummary) -> Option<String> {
    let judged = summary
        .variants
        .iter()
        .filter_map(|v| v.ratio.as_ref()?.judged.as_ref());
    let mut suppressed = judged.filter(|judged| judged.verdict == "suppressed");
    suppressed
        .next()
        .map(|judged| format!("too noisy: {}", judged.words))
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
        return Some(format!(
            "ran only the first tasks: {}{per_task}",
            shorter.join(", ")
        ));
    }
    let tasks = record.workload.tasks;
    (all < tasks).then(|| format!("everybody ran the first {all} of {tasks} tasks"))
}

fn services_cpu(variant: &VariantSummary, workload: &Workload) -> Option<String> {
    let cpu = variant.origin_cpu_per_task_ns?;
    let shown = duration(cpu.median);
    let whose = match (uses_origin(workload), uses_postgres(workload)) {
        (true, true) => "the services'",
        (false, true) => "the PostgreSQL server's",
        (_, false) => "the origin's",
    };
    Some(format!(
        "{whose} CPU, beside {}: {shown} a task, in no figure above",
        variant.variant
    ))
}

fn memory_reason(variant: &VariantSummary) -> Option<String> {
    match variant.memory.as_ref()? {
        Memory::Unavailable(why) => Some(format!("memory is unavailable: {why}")),
        Memory::Bytes(_) => None,
    }
}

fn knobs(variant: &VariantSummary) -> Option<String> {
    let knobs: Vec<String> = variant
        .knobs
        .iter()
        .map(|(name, value)| format!("{name} = {value}"))
        .collect();
    (!knobs.is_empty()).then(|| format!("{}: {}", variant.variant, knobs.join(", ")))
}

fn failure(variant: &VariantSummary) -> String {
    let Some(failed) = &variant.failed else {
        return String::new();
    };
    let (kind, message) = (failed.failure.kind.word(), &failed.failure.message);
    if failed.failure.kind == Kind::Unsupported {
        return format!("  {} does not do this: {message}\n", variant.variant);
    }
    let mut text = format!("  ✗ {}: {kind}: {message}\n", variant.variant);
    for line in last_lines(&failed.failure.stderr, 5) {
        let _ = writeln!(text, "      | {line}");
    }
    if !failed.replay.is_empty() {
        let _ = writeln!(text, "      again: {}", failed.replay);
    }
    text
}

fn last_lines(text: &str, most: usize) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let from = lines.len().saturating_sub(most);
    // Foreign text must not move the cursor or set colours.
    let plain = |line: &&str| line.chars().filter(|c| !c.is_control()).take(400).collect();
    lines[from..].iter().map(plain).collect()
}

pub(crate) fn legend(run: &RunFile, summaries: &[WorkloadSummary]) -> String {
    let variants = || summaries.iter().flat_map(|summary| &summary.variants);
    if !variants().any(|variant| variant.ratio.is_some()) {
        return String::new();
    }
    let reference = &run.options.reference;
    let paced = |summary: &WorkloadSummary| summary.compared == Compared::MedianLatency;
    let pulses = match summaries.iter().any(paced) {
        true => ", the median latency where a service sends pulses",
        false => "",
    };
    let legend = format!(
        "ratio: time per task ÷ that of {reference} (CPU per task in an open loop{pulses}); below 1 is faster.\n\
         Brackets: 95 % intervals.\n\
         ++ faster  + slightly faster  ≈ no practical difference (2 %)  - slightly slower  \
         -- slower\n? inconclusive (+ blocks that would settle it)  ! no verdict: too noisy\n"
    );
    legend + &too_few(summaries).unwrap_or_default()
}

/// Where no difference, however large, could have been called faster or slower.
fn too_few(summaries: &[WorkloadSummary]) -> Option<String> {
    let variants = summaries.iter().flat_map(|summary| &summary.variants);
    let ratios: Vec<u32> = variants
        .filter_map(|variant| Some(variant.ratio.as_ref()?.blocks))
        .collect();
    let (family, most) = (ratios.len(), ratios.iter().copied().max()?);
    let needed = fewest_blocks_for_verdict(family);
    (most < needed).then(|| {
        format!(
            "too few blocks: with {family} comparisons nothing is faster or slower under {needed} \
             blocks\n"
        )
    })
}

fn painted(line: &str, variant: &VariantSummary) -> String {
    let sign = variant
        .ratio
        .as_ref()
        .and_then(|ratio| ratio.judged.as_ref());
    let colour = match (&variant.failed, sign.map(|judged| judged.verdict.as_str())) {
        (Some(failed), _) if failed.failure.kind.is_fault() => "31",
        (Some(_), _) => "2",
        (None, Some("faster" | "slightly-faster")) => "32",
        (None, Some("slower" | "slightly-slower")) => "33",
        (None, Some("suppressed" | "inconclusive")) => "2",
        (None, _) => return line.to_owned(),
    };
    format!("\u{1b}[{colour}m{line}\u{1b}[0m")
}

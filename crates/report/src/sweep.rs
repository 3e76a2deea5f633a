//! A sweep as people read it: ratios with their signs, a row a variant and a column a level, and below
//! them in words where the lead changes.

use std::fmt::Write as _;

use catalog::params::unit;
use catalog::{Param, params::Unit};
use results::sweep::Memory;
use results::{
    Crossing, Indifference, Pair, Ratio, RunFile, Scaling, SweepSummary, Unfitted, VariantSummary,
    WorkloadSummary,
};
use terminal::{bytes, count, duration, percent};

/// Titles and rows of cells, all of one length.
pub(crate) type Grid = Vec<Vec<String>>;

/// All sweeps, after the tables of their cells.
pub(crate) fn render_sweeps(run: &RunFile, summaries: &[WorkloadSummary]) -> String {
    let mut text = String::new();
    for sweep in &run.sweeps {
        let _ = writeln!(text, "{}", title(sweep));
        for line in aligned(&grid(run, sweep, summaries)) {
            let _ = writeln!(text, "  {line}");
        }
        for line in lines(run, sweep) {
            let _ = writeln!(text, "  {line}");
        }
        text.push('\n');
    }
    text
}

/// What is swept, and what was fixed meanwhile.
pub(crate) fn title(sweep: &SweepSummary) -> String {
    let SweepSummary { workload, key, .. } = sweep;
    let fixed: Vec<String> = sweep.fixed.iter().map(Param::to_string).collect();
    match fixed.is_empty() {
        true => format!("{workload} over {key}"),
        false => format!("{workload} over {key}, {}", fixed.join(", ")),
    }
}

/// The reference with its time per task, the others with their ratios to it, by what they come to over
/// all levels.
pub(crate) fn grid(run: &RunFile, sweep: &SweepSummary, summaries: &[WorkloadSummary]) -> Grid {
    let mut titles = vec![sweep.key.clone()];
    titles.extend(sweep.levels.iter().map(|level| level.value.clone()));
    let mut rows = Vec::new();
    for variant in &run.variants {
        let found = sweep.levels.iter().map(|level| {
            let summary = summaries.iter().find(|s| s.workload == level.row)?;
            summary.variants.iter().find(|v| v.variant == variant.name)
        });
        let is_reference = run.is_reference(&variant.name);
        let name = match is_reference {
            true => format!("{} (time per task)", variant.name),
            false => variant.name.clone(),
        };
        let cells =
            found.map(|summary| summary.map_or_else(String::new, |s| cell(s, is_reference)));
        rows.push([name].into_iter().chain(cells).collect());
    }
    [titles].into_iter().chain(rows).collect()
}

fn cell(summary: &VariantSummary, is_reference: bool) -> String {
    if let Some(failed) = &summary.failed {
        return failed.failure.kind.word().to_owned();
    }
    let time = || {
        summary
            .tasks_per_second
            .map(|rate| duration(1e9 / rate.median))
    };
    match &summary.ratio {
        Some(ratio) => with_sign(ratio),
        None if is_reference => time().unwrap_or_default(),
        None => String::new(),
    }
}

fn with_sign(ratio: &Ratio) -> String {
    let sign = ratio
        .judged
        .as_ref()
        .map_or("", |judged| judged.sign.as_str());
    format!("{} {sign:<2}", count(ratio.ratio))
}

fn aligned(grid: &Grid) -> Vec<String> {
    let columns = grid.first().map_or(0, Vec::len);
    let wide = |at: usize| {
        grid.iter()
            .map(|row| row[at].chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(wide).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).enumerate();
        let cells = cells.map(|(at, (text, wide))| match at {
            0 => format!("{text:<wide$}"),
            _ => format!("{text:>wide$}"),
        });
        let text = cells.collect::<Vec<_>>().join("  ");
        text.trim_end().to_owned()
    };
    grid.iter().map(line).collect()
}

/// What the sweep says, a line each.
pub(crate) fn lines(run: &RunFile, sweep: &SweepSummary) -> Vec<String> {
    let key = &sweep.key;
    let mut lines: Vec<String> = sweep
        .pairs
        .iter()
        .flat_map(|pair| said(key, sweep.levels.len(), pair))
        .collect();
    if !sweep.noisy.is_empty() {
        let noisy = sweep.noisy.join(", ");
        lines.push(format!("too noisy to say who is ahead: {key} = {noisy}"));
    }
    let reference = &run.options.reference;
    lines.extend(
        sweep
            .indifference
            .iter()
            .map(|i| indifferent(key, reference, i)),
    );
    lines.extend(sweep.scaling.iter().map(scaled));
    lines.extend(sweep.memory.iter().map(parked));
    lines.extend(sweep.unfitted.iter().map(|missing| {
        let Unfitted {
            curve,
            variant,
            why,
        } = missing;
        format!("{curve} of {variant}: not fitted: {why}")
    }));
    lines
}

/// Of a sweep of so many levels.
fn said(key: &str, all: usize, pair: &Pair) -> Vec<String> {
    let Pair {
        variant, against, ..
    } = pair;
    if let Some(why) = &pair.untold {
        return vec![format!(
            "{variant}, {against}: cannot be told who is ahead where: {why}"
        )];
    }
    if !pair.crossovers.is_empty() {
        let found = pair.crossovers.iter();
        let mut lines: Vec<String> = found.map(|found| crossing(key, found)).collect();
        if !pair.undecided.is_empty() {
            let there = pair.undecided.join(", ");
            lines.push(format!(
                "{variant}, {against}: not told apart at {key} = {there}"
            ));
        }
        return lines;
    }
    if let Some(needed) = pair.blocks_needed {
        return vec![format!(
            "{variant}, {against}: too few blocks to say who is ahead where: {needed} are needed"
        )];
    }
    let (leader, other, at) = match (pair.ahead.is_empty(), pair.behind.is_empty()) {
        (true, true) => {
            return vec![format!("{variant}, {against}: not told apart at any level")];
        }
        (false, _) => (variant, against, &pair.ahead),
        (true, false) => (against, variant, &pair.behind),
    };
    let there = at.join(", ");
    let text = if at.len() == all {
        format!("{leader} is ahead of {other} at every level: no crossover in the range")
    } else if pair.undecided.is_empty() {
        format!(
            "{leader} is ahead of {other} at {key} = {there}; the other levels were not compared"
        )
    } else {
        format!(
            "{leader} is ahead of {other} at {key} = {there}; elsewhere the two are not told apart, and no \
             crossover is found"
        )
    };
    vec![text]
}

fn crossing(key: &str, found: &Crossing) -> String {
    let show = |value: f64| match unit(key) {
        Unit::Nanoseconds => duration(value),
        Unit::Bytes => bytes(value.round() as u64),
        Unit::Count | Unit::Size => count(value),
    };
    let (below, above) = (&found.ahead_below, &found.ahead_above);
    let (lower, upper) = found.interval;
    format!(
        "{above} overtakes {below} at {key} ≈ {} [{}, {}], between {} and {}",
        show(found.at),
        show(lower),
        show(upper),
        found.between.0,
        found.between.1
    )
}

fn indifferent(key: &str, reference: &str, found: &Indifference) -> String {
    let where_ = match (found.everywhere, found.upper_end) {
        (true, _) => "in the whole range".to_owned(),
        (false, true) => format!("from {key} = {} on", found.from),
        (false, false) => format!("up to {key} = {}", found.to),
    };
    let others: Vec<&str> = found
        .variants
        .iter()
        .filter(|name| *name != reference)
        .map(String::as_str)
        .collect();
    let within = percent((found.within * 1000.0).ceil() / 1000.0);
    format!(
        "{where_} the choice hardly matters: {} are within ±{within} of {reference} (90 % intervals)",
        others.join(", ")
    )
}

fn scaled(found: &Scaling) -> String {
    let peak = match found.peak {
        Some(peak) => format!(", most at {} at once", count(peak)),
        None => String::new(),
    };
    let ((s0, s1), (k0, k1)) = (found.contention_interval, found.coherency_interval);
    format!(
        "scalability of {}: σ {} [{}, {}], κ {} [{}, {}]{peak}",
        found.variant,
        small(found.contention),
        small(s0),
        small(s1),
        small(found.coherency),
        small(k0),
        small(k1)
    )
}

/// Shares and costs of pairs, which may be tiny.
fn small(value: f64) -> String {
    match value {
        0.0 => "0".to_owned(),
        v if v < 0.001 => format!("{v:.1e}"),
        v => format!("{v:.3}"),
    }
}

fn parked(found: &Memory) -> String {
    let show = |value: f64| {
        let sign = if value < 0.0 { "−" } else { "" };
        format!("{sign}{}", bytes(value.abs().round() as u64))
    };
    let (lower, upper) = found.interval;
    format!(
        "memory of {}: {} [{}, {}] a waiting unit, from {} runs",
        found.variant,
        show(found.bytes_a_unit),
        show(lower),
        show(upper),
        found.runs
    )
}

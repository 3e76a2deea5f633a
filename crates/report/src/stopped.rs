//! The note about variants that stopped while others went on.

use std::collections::BTreeMap;

use results::{Metric, RunFile, StopReason, VariantSummary, WorkloadSummary};
use terminal::{counted, percent};

/// A line for each reason, with the variants and the rounds that count of them.
pub(crate) fn notes(run: &RunFile, summary: &WorkloadSummary) -> Vec<String> {
    let mut lines = Vec::new();
    let mut precise: BTreeMap<u64, Vec<&str>> = BTreeMap::new();
    for variant in &summary.variants {
        let name = variant.variant.as_str();
        match run.stopped(&summary.workload, name) {
            // Whoever ran in all rounds that there were has stopped with the others.
            Some(stop) if stop.rounds < summary.blocks as u64 => match stop.reason {
                StopReason::Precise => precise.entry(stop.rounds).or_default().push(name),
                StopReason::Behind => lines.push(format!(
                    "{name} stopped after {}{}",
                    counted(stop.rounds, "round"),
                    distance(variant, summary.headline)
                )),
            },
            _ => {}
        }
    }
    let wanted = run.options.precision.unwrap_or_default();
    lines.extend(precise.into_iter().map(|(rounds, names)| {
        format!(
            "within ±{} and stopped after {}: {}",
            percent(wanted),
            counted(rounds, "round"),
            names.join(", ")
        )
    }));
    lines
}

/// How far a variant is behind the reference, in words.
fn distance(variant: &VariantSummary, metric: Metric) -> String {
    let words = match metric {
        Metric::CpuPerTask => "the CPU",
        Metric::TimePerTask | Metric::MedianLatency => "slower",
    };
    variant
        .ratio(metric)
        .map(|ratio| format!(": {:.0}× {words}", ratio.ratio))
        .unwrap_or_default()
}

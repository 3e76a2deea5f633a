//! Predictions as JSON, for so many processors: times in seconds a task, every interval at 90 %.

use predict::{COVERAGE, Estimate};
use serde_json::{Value, json};

use crate::found::{Predicted, choice};
use crate::table::Facts;

/// The text of all workloads.
pub(crate) fn text(
    facts: &Facts<'_>,
    all: &[Predicted],
    processors: u64,
) -> anyhow::Result<String> {
    let value = json!({
        "predicted": all.iter().map(workload).collect::<Vec<_>>(),
        "coverage": COVERAGE,
        "processors": processors,
        "calibration": {
            "days": facts.days,
            "machine": facts.machine,
            "noise": facts.noise,
            "probe_off_by": facts.probe.map(|probe| probe.worst),
            "probe_agrees": facts.probe.map(|probe| probe.agrees),
            "rebuilt": facts.rebuilt,
        },
    });
    Ok(serde_json::to_string_pretty(&value)? + "\n")
}

fn workload(one: &Predicted) -> Value {
    let refusals = one.refusals().into_iter();
    let refused: Vec<Value> = refusals
        .map(|(name, refusal)| json!({ "variant": name, "why": refusal.to_string() }))
        .collect();
    let chosen = choice(one);
    json!({
        "workload": one.chosen.typed,
        "variants": one.predictions().iter().map(|(name, found)| json!({
            "variant": name,
            "tasks": found.tasks,
            "lanes": found.lanes,
            "time": estimate(&found.time),
            "cpu": found.cpu.as_ref().ok().map(estimate),
            "cpu_refused": found.cpu.as_ref().err().map(ToString::to_string),
            "service_cpu": found.service_cpu,
            "memory": found.memory.as_ref().map(estimate),
            "start_up": found.start_up.as_ref().map(estimate),
            "bracket": [found.bracket.0, found.bracket.1],
            "is_plausible": found.is_plausible,
            "regime": found.regime.word(),
            "bound_by": found.limit.word(),
            "nearest": found.nearest,
        })).collect::<Vec<_>>(),
        "refused": refused,
        "not_told_apart": chosen.as_ref().map(|choice| &choice.candidates),
        "measure_first": chosen.as_ref().map(|choice| &choice.measure),
        "out": chosen.as_ref().map(|choice| &choice.out),
    })
}

fn estimate(estimate: &Estimate) -> Value {
    json!({ "value": estimate.value, "low": estimate.low, "high": estimate.high })
}

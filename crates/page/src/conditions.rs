//! The conditions of a comparison: A/A controls, drift, disturbed rounds, and the machine.

use report::{disturbance, disturbed_rounds, drift};
use results::{Metric, RunFile, WorkloadSummary};
use terminal::{ratio, shown};

use crate::figure::Table;

/// A row for each workload: its controls and what was noticed about the machine meanwhile.
pub(crate) fn conditions(run: &RunFile) -> Table {
    const METRICS: [Metric; 3] = [
        Metric::TimePerTask,
        Metric::MedianLatency,
        Metric::CpuPerTask,
    ];
    let occur: Vec<Metric> = METRICS
        .into_iter()
        .filter(|metric| {
            run.statistics
                .iter()
                .any(|its| its.controls.contains_key(metric))
        })
        .collect();
    let titles: Vec<String> = occur
        .iter()
        .map(|metric| format!("A/A, {}", metric.name()))
        .collect();
    let heads: Vec<&str> = ["workload", "rounds"]
        .into_iter()
        .chain(titles.iter().map(String::as_str))
        .chain(["noticed"])
        .collect();
    let mut table = Table::titled(&heads);
    table.has_words = true;
    for summary in &run.statistics {
        let mut cells = vec![summary.workload.clone(), summary.blocks.to_string()];
        cells.extend(occur.iter().map(|metric| {
            let control = summary.controls.get(metric);
            control.map_or_else(String::new, |control| {
                ratio(control.ratio, control.interval)
            })
        }));
        cells.push(noticed(summary));
        table.push(None, cells);
    }
    table
}

/// Drift and disturbance of a workload, in words.
pub(crate) fn noticed(summary: &WorkloadSummary) -> String {
    let rounds = summary.disturbance.rounds.iter();
    let words: Vec<String> = summary
        .drifts
        .iter()
        .map(drift)
        .chain(disturbance(&summary.disturbance))
        .chain(rounds.flat_map(disturbed_rounds))
        .collect();
    if words.is_empty() {
        "no drift, no disturbed run".to_owned()
    } else {
        words.join("; ")
    }
}

/// Names and values: the machine and the settings that every run shared.
pub(crate) fn environment(run: &RunFile) -> Table {
    let options = &run.options;
    let changed = match run.changed {
        Some(true) => ", changed",
        _ => "",
    };
    let budget = options.budget_ms.map(|ms| format!("{} s", ms / 1000));
    let own = [
        ("tool", Some(run.tool.clone())),
        ("commit", Some(format!("{}{changed}", run.commit))),
        ("started", Some(run.started.clone())),
        ("ended", run.ended.clone()),
        ("placement", Some(options.placement.name().to_owned())),
        ("workers", Some(options.workers.to_string())),
        ("rounds at most", Some(options.blocks.to_string())),
        ("no round begins after", budget),
        ("seed", Some(options.seed.to_string())),
    ];
    let mut table = Table::titled(&["name", "value"]);
    let variables = run.variables.iter().flatten();
    let rows = own
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .chain(run.environment.clone())
        .chain(variables.map(|(name, value)| (format!("${name}"), value.clone())));
    for (name, value) in rows {
        table.push(None, vec![name, shown(&value)]);
    }
    table.has_words = true;
    table
}

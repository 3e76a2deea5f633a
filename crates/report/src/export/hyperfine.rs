//! `--export-hyperfine`: what hyperfine's `--export-json` writes, in seconds, so that its scripts
//! plot and test a comparison. `command` is `variant workload`. The flat fields are those of
//! hyperfine 1; `summary` and `measurements` say the same to the scripts of its successor.
//!
//! A variant that ran fewer tasks than others is scaled to theirs, so that its bars mean the same
//! work. `user` holds all processor time: the split between user and system is too coarse to keep.

use std::collections::BTreeMap;

use results::{Measured, VariantSummary, WorkloadSummary};
use serde::Serialize;
use serde_json::{Value, json};

use super::exporter::{Comparison, ExportedFile, Exporter, Files};

pub(super) const EXPORTER: Exporter = Exporter {
    flag: "export-hyperfine",
    takes: "FILE|-",
    about: "As hyperfine writes it, for its plotting scripts",
    files: Files::One,
    export,
};

/// One benchmark.
#[derive(Debug, Serialize)]
struct Entry {
    command: String,
    mean: f64,
    stddev: Option<f64>,
    median: f64,
    user: f64,
    system: f64,
    min: f64,
    max: f64,
    times: Vec<f64>,
    exit_codes: Vec<i32>,
    parameters: BTreeMap<String, String>,
    summary: BTreeMap<&'static str, Spread>,
    measurements: Vec<Value>,
}

/// What hyperfine says about several numbers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
struct Spread {
    unit: &'static str,
    count: usize,
    mean: f64,
    /// The standard deviation of a sample; `None` for a single run.
    stddev: Option<f64>,
    median: f64,
    min: f64,
    max: f64,
}

fn export(comparison: &Comparison<'_>) -> anyhow::Result<Vec<ExportedFile>> {
    let results: Vec<Entry> = comparison
        .pairs()
        .filter_map(|(summary, variant)| entry(comparison, summary, variant))
        .collect();
    ExportedFile::json(&json!({ "results": results }))
}

/// `None` without a run that counts.
fn entry(
    comparison: &Comparison<'_>,
    summary: &WorkloadSummary,
    variant: &VariantSummary,
) -> Option<Entry> {
    let most = summary.variants.iter().map(|other| other.tasks).max()?;
    let runs = comparison.counted(&summary.workload, &variant.variant);
    let times: Vec<f64> = runs
        .iter()
        .map(|run| seconds(run.done.elapsed_ns, run, most))
        .collect();
    let cpu: Vec<f64> = runs
        .iter()
        .map(|run| seconds(run.done.cpu_ns, run, most))
        .collect();
    let (wall, user, system) = (
        spread(&times)?,
        spread(&cpu)?,
        spread(&vec![0.0; cpu.len()])?,
    );
    Some(Entry {
        command: format!("{} {}", variant.variant, summary.workload),
        mean: wall.mean,
        stddev: wall.stddev,
        median: wall.median,
        user: user.mean,
        system: system.mean,
        min: wall.min,
        max: wall.max,
        exit_codes: vec![0; times.len()],
        parameters: BTreeMap::from([parameter(comparison, &summary.workload, variant)]),
        summary: BTreeMap::from([
            ("time_wall_clock", wall),
            ("time_user", user),
            ("time_system", system),
        ]),
        measurements: times.iter().zip(&cpu).map(measurement).collect(),
        times,
    })
}

/// Seconds that so many tasks would have taken at the pace of a run.
fn seconds(ns: u64, run: &Measured, tasks: u64) -> f64 {
    ns as f64 / 1e9 * (tasks as f64 / run.done.tasks.max(1) as f64)
}

/// The parameter of a benchmark: the one that is swept, in nanoseconds or bytes where it has a unit, or
/// else how many tasks were in flight. Hyperfine's scripts draw over one parameter, which must be a
/// number.
fn parameter(
    comparison: &Comparison<'_>,
    workload: &str,
    variant: &VariantSummary,
) -> (String, String) {
    swept(comparison, workload)
        .unwrap_or_else(|| ("in_flight".to_owned(), variant.in_flight.to_string()))
}

/// `None` unless exactly one parameter is swept, and has a number.
fn swept(comparison: &Comparison<'_>, workload: &str) -> Option<(String, String)> {
    let record = comparison.record(workload)?;
    let [param] = record.cell.as_ref()?.params.as_slice() else {
        return None;
    };
    let number = param.number(&record.workload)?;
    Some((param.key.clone(), number.to_string()))
}

fn measurement((time, cpu): (&f64, &f64)) -> Value {
    // Only good runs are exported, so that the exit code is always 0.
    json!({
        "time_wall_clock": second(*time),
        "time_user": second(*cpu),
        "time_system": second(0.0),
        "exit_code": 0
    })
}

fn second(value: f64) -> Value {
    json!({ "value": value, "unit": "second" })
}

fn spread(values: &[f64]) -> Option<Spread> {
    let count = values.len();
    let mean = values.iter().sum::<f64>() / count as f64;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    Some(Spread {
        unit: "second",
        count,
        mean,
        stddev: (count > 1).then(|| (squares / (count as f64 - 1.0)).sqrt()),
        median: verdict::median(values).ok()?,
        min: values.iter().copied().reduce(f64::min)?,
        max: values.iter().copied().reduce(f64::max)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_is_that_of_a_sample() {
        let found = spread(&[1.0, 2.0, 6.0]).unwrap();
        let shown = (found.count, found.mean, found.median, found.min, found.max);
        assert_eq!(shown, (3, 3.0, 2.0, 1.0, 6.0));
        assert_eq!(found.stddev, Some(7.0_f64.sqrt()));
    }

    #[test]
    fn one_run_has_no_deviation_and_none_has_nothing() {
        assert_eq!(spread(&[2.0]).unwrap().stddev, None);
        assert_eq!(spread(&[]), None);
    }
}

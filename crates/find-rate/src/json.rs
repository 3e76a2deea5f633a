//! What was found, for programs: one JSON object.

use results::percentile;
use serde::Serialize;

use crate::find::Level;
use crate::finding::{Finding, finding};
use crate::limit::Limit;
use crate::request::Request;
use crate::row::Row;
use crate::search::Outcome;

/// The whole answer.
#[derive(Debug, Serialize)]
struct Document {
    until: String,
    probe_ms: u64,
    confirm_ms: u64,
    rows: Vec<JsonRow>,
}

/// One variant at one workload.
#[derive(Debug, Serialize)]
struct JsonRow {
    workload: String,
    variant: String,
    /// The highest rate whose confirmation kept the condition.
    rate: Option<u64>,
    /// Whether the variant itself might do more.
    at_least: bool,
    /// The lowest rate that did not hold.
    fails_at: Option<u64>,
    limit: Option<Limit>,
    why: Option<String>,
    /// The kind of failure for which there is no rate, and its message.
    failure: Option<[String; 2]>,
    /// Whether the search came to its end.
    whole: bool,
    tried: Vec<Tried>,
}

/// The runs at one rate.
#[derive(Debug, Serialize)]
struct Tried {
    rate: u64,
    tasks: u64,
    seed: u64,
    confirmation: bool,
    runs: u64,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    figures: Option<JsonFigures>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
}

/// The figures of one of the runs.
#[derive(Debug, Serialize)]
struct JsonFigures {
    elapsed_ns: u64,
    p50_ns: Option<u64>,
    p99_ns: Option<u64>,
    completed_in_time: f64,
    late_starts: f64,
    generator_late: f64,
    lanes: u64,
    model_cores: f64,
    service_cores: Option<f64>,
    other_cores: Option<f64>,
}

/// The document, with a line feed at its end.
///
/// # Errors
/// None in practice: all of it can be written as JSON.
pub(crate) fn json(request: &Request, rows: &[Row]) -> anyhow::Result<String> {
    let document = Document {
        until: request.until.to_string(),
        probe_ms: millis(request.probe),
        confirm_ms: millis(request.confirm),
        rows: rows.iter().map(|row| json_row(request, row)).collect(),
    };
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

fn json_row(request: &Request, row: &Row) -> JsonRow {
    let found: Finding<'_> = finding(&row.trail, &request.until, &row.plan, &row.setting);
    let at_least = found.is_at_least();
    let (limit, why) = found.limit.unzip();
    JsonRow {
        workload: row.workload.clone(),
        variant: row.variant.clone(),
        rate: found.held.map(|level| level.asked.rate),
        at_least,
        fails_at: found.failed.map(|level| level.asked.rate),
        limit,
        why,
        failure: found
            .failure
            .map(|failure| [failure.kind.word().to_owned(), failure.to_string()]),
        whole: found.is_whole,
        tried: row.trail.levels.iter().map(tried).collect(),
    }
}

fn tried(level: &Level) -> Tried {
    let run = level.run.as_ref();
    Tried {
        rate: level.asked.rate,
        tasks: level.asked.tasks,
        seed: level.asked.seed,
        confirmation: level.is_confirmation,
        runs: level.runs,
        outcome: match level.outcome {
            Outcome::Held => "held",
            Outcome::Failed => "failed",
            Outcome::Undecided => "undecided",
        },
        figures: run.ok().map(|run| JsonFigures {
            elapsed_ns: run.elapsed_ns,
            p50_ns: percentile(&run.latency, 0.5),
            p99_ns: percentile(&run.latency, 0.99),
            completed_in_time: run.completed_in_time,
            late_starts: run.late_starts,
            generator_late: run.generator_late,
            lanes: run.lanes,
            model_cores: run.model_cores,
            service_cores: run.service_cores,
            other_cores: run.other_cores,
        }),
        failure: run.err().map(ToString::to_string),
    }
}

fn millis(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

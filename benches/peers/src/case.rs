//! The two programs that are compared, and the requests of their arms.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};

use crate::Result;
use crate::origin::Origin;
use crate::program;

/// The time that the tasks of a run take, as in `trust --time-to-verdict`.
const RUN: Duration = Duration::from_millis(200);
/// The second arm has one task more for each of so many.
const PARTS: u64 = 20;

/// A program at a workload.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) program: &'static str,
    /// The requests of the plain arm, and of the one with a twentieth more tasks.
    pub(crate) requests: [PathBuf; 2],
}

/// What is run, but for its number of tasks.
struct Plan<'a> {
    /// The workload's name.
    name: &'static str,
    class: &'static str,
    program: &'static str,
    variant: &'static str,
    lanes: u64,
    steps: Value,
    origin: Option<&'a str>,
}

/// Both, their requests as files in a folder.
///
/// # Errors
/// A program that is not built or fails, or a file that cannot be written.
pub(crate) fn cases(folder: &Path, origin: &Origin) -> Result<[Case; 2]> {
    let computes = Plan {
        name: "sha256",
        class: "cpu",
        program: "target/release/threads",
        variant: "pool",
        lanes: std::thread::available_parallelism()?.get() as u64,
        steps: json!([{ "compute": { "kernel": "sha256", "size": 1_048_576 } }]),
        origin: None,
    };
    let gets = Plan {
        name: "http-fast",
        class: "io",
        program: "target/release/async-tokio",
        variant: "current-thread",
        lanes: 64,
        steps: json!([{ "http-get": { "bytes": 256, "latency": "0ns" } }]),
        origin: Some(origin.address.as_str()),
    };
    Ok([case(folder, &computes)?, case(folder, &gets)?])
}

fn case(folder: &Path, plan: &Plan<'_>) -> Result<Case> {
    let Plan { name, program, .. } = *plan;
    // Whole rounds of the lanes, also with a twentieth more.
    let step = PARTS * plan.lanes;
    let tried = step * 10;
    let probe = written(folder, plan, "probe", tried)?;
    let mut shortest = Duration::MAX;
    for _ in 0..3 {
        let took = program::run(&probe, program).map_err(|error| {
            format!("{error}: `cargo build --release -p threads -p async-tokio`")
        })?;
        shortest = shortest.min(took);
    }
    let fitting = tried as f64 * RUN.as_secs_f64() / shortest.as_secs_f64();
    let tasks = ((fitting / step as f64).round() as u64).max(1) * step;
    let more = tasks / PARTS * (PARTS + 1);
    let requests = [
        written(folder, plan, "plain", tasks)?,
        written(folder, plan, "more", more)?,
    ];
    Ok(Case {
        name,
        program,
        requests,
    })
}

/// Writes the request of an arm, and returns its file.
fn written(folder: &Path, plan: &Plan<'_>, role: &str, tasks: u64) -> Result<PathBuf> {
    let file = folder.join(format!("{}-{role}.json", plan.name));
    std::fs::write(&file, request(plan, tasks).to_string())?;
    Ok(file)
}

fn request(plan: &Plan<'_>, tasks: u64) -> Value {
    let (name, lanes) = (plan.name, plan.lanes);
    json!({
        "protocol": 1, "variant": plan.variant, "tasks": tasks, "hold": false, "digests": null, "parent": 0,
        "setup": {
            "workload": { "name": name, "about": name, "class": plan.class, "tasks": tasks, "in_flight": lanes,
                          "seed": 1, "step": &plan.steps },
            "endpoints": { "origin": plan.origin },
            "workers": std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            "in_flight": lanes, "blocking": lanes
        }
    })
}

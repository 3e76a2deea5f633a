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

/// Both, their requests as files in a folder.
///
/// # Errors
/// A program that is not built or fails, or a file that cannot be written.
pub(crate) fn cases(folder: &Path, origin: &Origin) -> Result<[Case; 2]> {
    let workers = std::thread::available_parallelism()?.get() as u64;
    let computing = json!([{ "compute": { "kernel": "sha256", "size": 1_048_576 } }]);
    let getting = json!([{ "http-get": { "bytes": 256, "latency": "0ns" } }]);
    let sha256 = |tasks| request("pool", ("sha256", "cpu"), tasks, workers, &computing, None);
    let address = Some(origin.address.as_str());
    let http = |tasks| {
        request(
            "current-thread",
            ("http-fast", "io"),
            tasks,
            64,
            &getting,
            address,
        )
    };
    Ok([
        case(folder, "sha256", "target/release/threads", workers, &sha256)?,
        case(folder, "http-fast", "target/release/async-tokio", 64, &http)?,
    ])
}

fn case(
    folder: &Path,
    name: &'static str,
    program: &'static str,
    lanes: u64,
    request: &dyn Fn(u64) -> Value,
) -> Result<Case> {
    let file = |role: &str| folder.join(format!("{name}-{role}.json"));
    let write = |path: &Path, tasks| std::fs::write(path, request(tasks).to_string());
    // Whole rounds of the lanes, also with a twentieth more.
    let step = PARTS * lanes;
    let probe = file("probe");
    let tried = step * 10;
    write(&probe, tried)?;
    let mut shortest = Duration::MAX;
    for _ in 0..3 {
        let took = program::run(&probe, program).map_err(|error| {
            format!("{error}: `cargo build --release -p threads -p async-tokio`")
        })?;
        shortest = shortest.min(took);
    }
    let fitting = tried as f64 * RUN.as_secs_f64() / shortest.as_secs_f64();
    let tasks = ((fitting / step as f64).round() as u64).max(1) * step;
    let requests = [file("plain"), file("more")];
    write(&requests[0], tasks)?;
    write(&requests[1], tasks / PARTS * (PARTS + 1))?;
    Ok(Case {
        name,
        program,
        requests,
    })
}

fn request(
    variant: &str,
    (name, class): (&str, &str),
    tasks: u64,
    lanes: u64,
    steps: &Value,
    origin: Option<&str>,
) -> Value {
    json!({
        "protocol": 1, "variant": variant, "tasks": tasks, "hold": false, "digests": null, "parent": 0,
        "setup": {
            "workload": { "name": name, "about": name, "class": class, "tasks": tasks, "in_flight": lanes,
                          "seed": 1, "step": steps },
            "endpoints": { "origin": origin },
            "workers": std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            "in_flight": lanes, "blocking": lanes
        }
    })
}

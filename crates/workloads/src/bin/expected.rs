//! The program `expected`: it prints the digests that a workload of steps must give.

use std::process::ExitCode;

use protocol::Workload;
use workloads::answers::{self, Digests};
use workloads::expected::Reference;
use workloads::sequential::{Answers, twice};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    answers::main("expected", &arguments, &compute)
}

fn compute(workload: &Workload, tasks: u64) -> Result<Digests, String> {
    if workload.work.is_some() {
        return Err("own work has no answers here: its own program computes them".to_owned());
    }
    // What nobody knows beforehand, because a function in a library computes it, must be the same twice.
    if workload.runs_foreign_code() {
        return twice(values, workload, tasks);
    }
    let mut reference = Reference::default();
    let digests = (0..tasks).map(|index| reference.task(workload, index));
    Ok(Digests {
        tasks: digests
            .collect::<Result<_, _>>()
            .map_err(|error| error.to_string())?,
        failed: None,
    })
}

/// Does tasks one after the other on as many new lanes; their answers in the same order.
fn values(workload: &Workload, order: &[u64], lanes: u64) -> Result<Answers, String> {
    let mut opened = Vec::new();
    for _ in 0..lanes {
        opened.push(open(workload)?);
    }
    let mut answers = Vec::with_capacity(order.len());
    for (number, index) in order.iter().enumerate() {
        let at = number % opened.len();
        let lane = &mut opened[at];
        let answer = lane.task(workload, *index);
        // What a lane keeps may be half done after an error: no task is done on it again.
        if answer.is_err() {
            *lane = open(workload)?;
        }
        answers.push((*index, answer.map_err(|error| error.to_string())));
    }
    Ok(answers)
}

fn open(workload: &Workload) -> Result<Reference, String> {
    let mut lane = Reference::default();
    lane.open(workload).map_err(|error| error.to_string())?;
    Ok(lane)
}

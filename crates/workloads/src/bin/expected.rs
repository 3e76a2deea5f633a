//! The program `expected`: it prints the digests that a workload must give, one JSON line in, one
//! out, and with `--digests FILE` also writes every task's digest, one a line.

use std::io::{BufRead, BufWriter, Write};
use std::process::ExitCode;

use protocol::Workload;
use serde::{Deserialize, Serialize};
use workloads::digest;
use workloads::expected::Reference;

/// What is asked: the digests of these prefixes, each a number of tasks.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    workload: Workload,
    tasks: Vec<u64>,
}

#[derive(Serialize)]
struct Answer {
    digests: Vec<String>,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("expected: {problem}");
            ExitCode::from(protocol::RunnerExit::Usage as u8)
        }
    }
}

fn run() -> Result<(), String> {
    let mut arguments = std::env::args().skip(1);
    let file = match (arguments.next().as_deref(), arguments.next()) {
        (None, _) => None,
        (Some("--digests"), Some(file)) => Some(file),
        _ => return Err("usage: expected [--digests FILE], with a question on stdin".to_owned()),
    };
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|error| error.to_string())?;
    let question: Question = serde_json::from_str(&line).map_err(|error| error.to_string())?;
    check(&question)?;
    // Computed once to the longest prefix: every shorter one is a part of it.
    let tasks = task_digests(&question);
    if let Some(file) = file {
        write_digests(&file, &tasks).map_err(|error| format!("{file}: {error}"))?;
    }
    let answer = Answer {
        digests: prefixes(&question.tasks, &tasks),
    };
    println!(
        "{}",
        serde_json::to_string(&answer).map_err(|error| error.to_string())?
    );
    Ok(())
}

/// Refuses more tasks than the workload has: their digests would be of no run.
fn check(question: &Question) -> Result<(), String> {
    let most = question.workload.tasks;
    match question.tasks.iter().find(|tasks| **tasks > most) {
        None => Ok(()),
        Some(tasks) => Err(format!(
            "tasks is {tasks}: the workload has {most}, so allowed are 0 to {most}"
        )),
    }
}

fn task_digests(question: &Question) -> Vec<u64> {
    let longest = question.tasks.iter().copied().max().unwrap_or(0);
    let mut reference = Reference::default();
    (0..longest)
        .map(|index| reference.task(&question.workload, index))
        .collect()
}

fn prefixes(lengths: &[u64], tasks: &[u64]) -> Vec<String> {
    lengths
        .iter()
        .map(|&length| {
            let count = usize::try_from(length).unwrap_or(usize::MAX);
            let prefix = (0..).zip(tasks.iter().copied()).take(count);
            format!("{:016x}", digest::of_run(prefix))
        })
        .collect()
}

fn write_digests(file: &str, tasks: &[u64]) -> std::io::Result<()> {
    let mut to = BufWriter::new(std::fs::File::create(file)?);
    for digest in tasks {
        writeln!(to, "{digest:016x}")?;
    }
    to.flush()
}

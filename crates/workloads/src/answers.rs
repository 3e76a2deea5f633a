//! What every program does that prints right answers: one JSON line in, one out, and with `--digests FILE`
//! also every task's digest, one a line.

use std::io::{BufRead, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use protocol::{RunnerExit, Workload};
use serde::{Deserialize, Serialize};

use crate::digest;

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
    #[serde(skip_serializing_if = "Option::is_none")]
    failed: Option<String>,
}

/// The digests of the first tasks of a workload.
#[derive(Debug, Default)]
pub struct Digests {
    /// One for each task, in order; 0 for a task that failed.
    pub tasks: Vec<u64>,
    /// What the first task that failed answered.
    pub failed: Option<String>,
}

/// What computes the digests of so many tasks of a workload.
// A reference to any such function, so that what reads the question is compiled once.
type Compute<'a> = dyn Fn(&Workload, u64) -> Result<Digests, String> + 'a;

/// Answers the question on standard input. `arguments` are those of the program, without its name;
/// `compute` gives the digests of so many tasks.
pub fn main(name: &str, arguments: &[String], compute: &Compute<'_>) -> ExitCode {
    match run(name, arguments, compute) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{name}: {problem}");
            ExitCode::from(RunnerExit::Usage as u8)
        }
    }
}

fn run(name: &str, arguments: &[String], compute: &Compute<'_>) -> Result<(), String> {
    let file = match arguments {
        [] => None,
        [flag, file] if flag == "--digests" => Some(PathBuf::from(file)),
        _ => {
            return Err(format!(
                "usage: {name} [--digests FILE], with a question on stdin"
            ));
        }
    };
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|error| error.to_string())?;
    let question: Question = serde_json::from_str(&line).map_err(|error| error.to_string())?;
    check(&question)?;
    // Computed once to the longest prefix: every shorter one is a part of it.
    let longest = question.tasks.iter().copied().max().unwrap_or(0);
    let Digests { tasks, failed } = compute(&question.workload, longest)?;
    if let Some(file) = file {
        write_digests(&file, &tasks).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    let answer = Answer {
        digests: prefixes(&question.tasks, &tasks),
        failed,
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

fn write_digests(file: &std::path::Path, tasks: &[u64]) -> std::io::Result<()> {
    let mut to = BufWriter::new(std::fs::File::create(file)?);
    for digest in tasks {
        writeln!(to, "{digest:016x}")?;
    }
    to.flush()
}

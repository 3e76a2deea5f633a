//! One run of a model's program, from its request to its end, by the protocol of `docs/FORMAT.md`.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::Result;

/// Runs a program with the request in a file; returns the time from its start to its end.
///
/// # Errors
/// A program that cannot be started, says an error, or ends too early.
pub(crate) fn run(request: &Path, program: &str) -> Result<Duration> {
    let text = std::fs::read_to_string(request)?;
    let started = Instant::now();
    let mut child = Command::new(program)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{program}: {error}"))?;
    let mut input = child.stdin.take().ok_or("no standard input")?;
    let mut output = BufReader::new(child.stdout.take().ok_or("no standard output")?).lines();
    for (order, expected) in [(text.trim(), "{\"ready\""), ("go", "{\"done\"")] {
        writeln!(input, "{order}")?;
        let answer = output.next().ok_or("it ended too early")??;
        if !answer.starts_with(expected) {
            return Err(format!("{program} said {answer}").into());
        }
    }
    // Its standard input stays open until it has ended, or it would end at once.
    let status = child.wait()?;
    drop(input);
    if !status.success() {
        return Err(format!("{program}: {status}").into());
    }
    Ok(started.elapsed())
}

//! The program: reads the request, answers line by line, ends with its standard input and with its parent.

use std::io::Write;
use std::process::ExitCode;
use std::time::Instant;

use protocol::{LoadMessage, LoadReady, LoadRequest, MAX_IN_FLIGHT, RunnerExit};
use runner::{Input, die_with_parent, is_child_of};

use crate::asking::Asking;
use crate::error::{Error, Result};
use crate::generator::Generator;

/// Carries out the request on standard input.
#[must_use]
pub fn main() -> ExitCode {
    let input = match Input::start() {
        Ok(input) => input,
        Err(error) => return fail(&Error::system("cannot read standard input")(error)),
    };
    match run(&input) {
        Ok(()) => RunnerExit::Ok.into(),
        Err(error) => fail(&error),
    }
}

fn run(input: &Input) -> Result<()> {
    let request = read_request(&input.line())?;
    let asking = Asking::of(&request)?;
    let connecting = Instant::now();
    let mut generator = Generator::connect(asking, request.server, request.connections)?;
    let connect_ns = nanos_since(connecting);
    let warming_up = Instant::now();
    generator.warm_up(&request)?;
    say(&LoadMessage::Ready(LoadReady {
        connect_ns,
        warm_up_ns: nanos_since(warming_up),
    }));
    input.wait_for_go().map_err(Error::Usage)?;
    let (load, recorded) = generator.measure(&request)?;
    if let Some(file) = &request.digests {
        recorded.write_digests(file)?;
    }
    input.end();
    say(&LoadMessage::Done(load));
    // The connections stay open, so that the server's memory can be read as it is with them.
    input.wait_for_end();
    Ok(())
}

fn read_request(line: &str) -> Result<LoadRequest> {
    let request: LoadRequest = serde_json::from_str(line)
        .map_err(|error| Error::Usage(format!("the request cannot be read: {error}")))?;
    let parent = request.parent;
    // A parent of 0 stands for none: a request that a person typed.
    if parent != 0 && die_with_parent() && !is_child_of(parent) {
        return Err(Error::Usage(format!(
            "process {parent} is not the parent of this one"
        )));
    }
    let workload = request.workload.clone().checked().map_err(Error::Usage)?;
    for (name, number, most) in [
        ("tasks", request.tasks, workload.tasks),
        ("connections", request.connections, MAX_IN_FLIGHT),
    ] {
        if !(1..=most).contains(&number) {
            return Err(Error::Usage(format!(
                "{name} is {number}: allowed are 1 to {most}"
            )));
        }
    }
    Ok(request)
}

fn fail(error: &Error) -> ExitCode {
    say(&LoadMessage::Error(error.failure()));
    match error {
        Error::Usage(_) => RunnerExit::Usage.into(),
        _ => RunnerExit::Failed.into(),
    }
}

fn say(message: &LoadMessage) {
    if let Ok(mut line) = serde_json::to_string(message) {
        line.push('\n');
        let mut output = std::io::stdout().lock();
        // Whoever does not listen any more closes our input too, which ends this program.
        let _ = output
            .write_all(line.as_bytes())
            .and_then(|()| output.flush());
    }
}

fn nanos_since(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX)
}

//! A process as a unit of the `spawn` workload: started, joined, and asked for nothing but a value.

use std::io::Read;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use runner::{Error, Result};
use workloads::Error as WorkError;

use crate::arguments::UNIT_ARGUMENT;

/// The number of units that have run in this process: one in the process of a unit, and none in the
/// process that started it, because they share no memory.
static MARKS: AtomicU64 = AtomicU64::new(0);

/// The main function of a unit's process: it adds its mark and prints its value.
#[must_use]
pub fn unit_main(arguments: &[String]) -> ExitCode {
    MARKS.fetch_add(1, Relaxed);
    println!("{}", arguments.join(" "));
    ExitCode::SUCCESS
}

/// The number of units that this process has seen running in its memory.
pub(crate) fn marks() -> u64 {
    MARKS.load(Relaxed)
}

/// Starts a process that prints `value` and ends.
pub(crate) fn start(value: u64) -> Result<Child> {
    std::env::current_exe()
        .and_then(|program| {
            Command::new(program)
                .args([UNIT_ARGUMENT, &value.to_string()])
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .spawn()
        })
        .map_err(|error| Error::io("cannot start a process", error))
}

/// Waits for the end of a process; the value that it printed.
pub(crate) fn join(mut child: Child) -> Result<u64> {
    let mut printed = String::new();
    // The output is read before the process is waited for: a process that fills its pipe would
    // otherwise never end.
    if let Some(output) = &mut child.stdout {
        output
            .read_to_string(&mut printed)
            .map_err(|error| Error::io("cannot read what a process printed", error))?;
    }
    let status = child
        .wait()
        .map_err(|error| Error::io("cannot join a process", error))?;
    match printed.trim_end().parse() {
        Ok(value) if status.success() => Ok(value),
        _ => Err(WorkError::Model(format!("a process gave {printed:?} and {status}")).into()),
    }
}

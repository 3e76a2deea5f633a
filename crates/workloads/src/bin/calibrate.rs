//! The program `calibrate`: how much of a kernel takes a CPU time on this machine, one JSON line in, one
//! out.

use std::io::BufRead;
use std::process::ExitCode;
use std::time::Duration;

use protocol::{Compute, Kernel, format_duration};
use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};
use workloads::calibration::{Timed, Unreachable, size_for};
use workloads::{Scratch, Slices, digest};

/// Repetitions whose median is the time of a size.
const REPETITIONS: usize = 31;
/// Fewer are made where they would take longer than this, but never fewer than [`FEWEST`].
const ENOUGH: Duration = Duration::from_millis(200);
const FEWEST: usize = 3;
/// A repetition lasts at least this long, so that reading the clock is a small part of it.
const LONG_ENOUGH: Duration = Duration::from_micros(200);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    kernel: Kernel,
    cpu_ns: u64,
}

/// The size, or why there is none.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Size(u64),
    Impossible(String),
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("calibrate: {problem}");
            ExitCode::from(protocol::RunnerExit::Usage as u8)
        }
    }
}

fn run() -> Result<(), String> {
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|error| error.to_string())?;
    let question: Question = serde_json::from_str(&line).map_err(|error| error.to_string())?;
    let answer = serde_json::to_string(&answer(&question)).map_err(|error| error.to_string())?;
    println!("{answer}");
    Ok(())
}

fn answer(question: &Question) -> Answer {
    let kernel = question.kernel;
    let wanted = Duration::from_nanos(question.cpu_ns);
    let mut scratch = Scratch::default();
    let size = size_for(wanted, kernel.max_size(), &mut |size| {
        time_of(&Compute { kernel, size }, &mut scratch)
    });
    match size {
        Ok(size) => Answer::Size(size),
        Err(reason) => Answer::Impossible(refusal(kernel, wanted, reason)),
    }
}

/// The CPU time of one computation: the median over repetitions, each with an input of its own.
fn time_of(compute: &Compute, scratch: &mut Scratch) -> Duration {
    // The first one fills caches and buffers, and shows how many make a repetition long enough.
    let mut input = 0;
    let once = repetition(compute, 1, &mut input, scratch).max(Duration::from_nanos(1));
    let runs = (LONG_ENOUGH.as_nanos() / once.as_nanos()).clamp(1, 10_000) as u32;
    let fitting = (ENOUGH.as_nanos() / (once * runs).as_nanos()) as usize;
    let mut times: Vec<Duration> = (0..fitting.clamp(FEWEST, REPETITIONS))
        .map(|_| repetition(compute, runs, &mut input, scratch))
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}

/// The mean CPU time of so many computations in a row.
fn repetition(compute: &Compute, runs: u32, input: &mut u64, scratch: &mut Scratch) -> Duration {
    let before = cpu_time();
    for _ in 0..runs {
        let seed = digest::nth(0, *input);
        *input += 1;
        std::hint::black_box(Slices::new(compute, seed).finish(scratch));
    }
    (cpu_time() - before) / runs
}

/// The CPU time of this thread.
fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(
        u64::try_from(time.tv_sec).unwrap_or(0),
        u32::try_from(time.tv_nsec).unwrap_or(0),
    )
}

fn shown(Timed { size, time }: Timed) -> String {
    format!("{size} of it take {time:?}")
}

fn refusal(kernel: Kernel, wanted: Duration, reason: Unreachable) -> String {
    let (wanted, name) = (format_duration(wanted), kernel.name());
    match reason {
        Unreachable::TooShort { smallest } => format!(
            "{wanted} of {name} is less than its smallest size takes here: {}",
            shown(smallest)
        ),
        Unreachable::TooLong { largest } => format!(
            "{wanted} of {name} is more than its largest size takes here: {}",
            shown(largest)
        ),
        Unreachable::BetweenSizes { below, above } => format!(
            "{wanted} of {name} lies between two sizes here: {}, and {}",
            shown(below),
            shown(above)
        ),
    }
}

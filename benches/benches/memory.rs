//! Memory of a sleeping tokio task: the slope of resident memory over the number of tasks, for a
//! model's task and for a bare one.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use runner::Recorder;
use runner::protocol::{InFlight, Step, Wait};
use workloads::{Tasks, Work};

const POINTS: [u64; 2] = [20_000, 100_000];
const WAIT: Duration = Duration::from_millis(500);

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(count) = point(&arguments, "--lanes") {
        println!("{}", lanes(count));
    } else if let Some(count) = point(&arguments, "--bare") {
        println!("{}", bare(count));
    } else {
        for kind in ["--lanes", "--bare"] {
            let bytes = POINTS.map(|count| measure(kind, count));
            let slope = (bytes[1] - bytes[0]) / (POINTS[1] - POINTS[0]) as f64;
            println!("memory/sleeping tokio task {kind}: {slope:.0} B each");
        }
    }
}

/// The number of tasks that follows an argument of this kind.
fn point(arguments: &[String], kind: &str) -> Option<u64> {
    let position = arguments.iter().position(|argument| argument == kind)?;
    arguments.get(position + 1)?.parse().ok()
}

/// Measures one point in a process of its own; resident bytes.
fn measure(kind: &str, count: u64) -> f64 {
    // An allocator keeps the memory that it has had, so a second point in the same process would
    // show the memory of the first.
    let program = std::env::current_exe().expect("a program has a path");
    let output = Command::new(program)
        .args([kind, &count.to_string()])
        .output()
        .expect("this program starts again");
    String::from_utf8_lossy(&output.stdout)
        .trim()
        .parse()
        .expect("a number of bytes")
}

/// Resident bytes while this many tasks of the model wait at once.
fn lanes(count: u64) -> u64 {
    let steps = vec![Step::Wait(Wait { duration: WAIT })];
    let setup = benches::setup(&benches::workload(
        "memory",
        count,
        InFlight::Lanes(count),
        steps,
    ));
    let seen = Arc::new(AtomicU64::new(0));
    let sees = Arc::clone(&seen);
    let work = Work::new(setup, count).observed(move || sees.store(resident(), Relaxed));
    let model = async_tokio::VARIANTS[0];
    let mut running = model.start(&Arc::new(work)).expect("tokio starts");
    running.connect().expect("nothing to connect to");
    let tasks = Tasks {
        seed: 1,
        first: 0,
        count,
    };
    let record = Recorder::new(tasks);
    running.run(tasks, &record).expect("waiting does not fail");
    // The recorder's slots of 16 bytes are part of the harness and not of the task.
    seen.load(Relaxed) - 16 * count
}

/// The same with tasks that are nothing but a sleep.
fn bare(count: u64) -> u64 {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    runtime.expect("a runtime").block_on(async {
        for _ in 0..count {
            tokio::spawn(tokio::time::sleep(WAIT));
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        resident()
    })
}

fn resident() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .unwrap_or_default();
    line.split_whitespace()
        .next()
        .and_then(|number| number.parse().ok())
        .map_or(0, |kib: u64| kib * 1024)
}

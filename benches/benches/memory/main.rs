//! What a sleeping task takes: a model's beside one that is nothing but a sleep, as the slope of
//! resident memory over the number of tasks, and as the bytes that were asked of the allocator,
//! which are exact. `cargo bench -p benches --bench memory` fails where ours takes too much more.

mod sleepers;

use std::alloc::System;
use std::process::{Command, ExitCode};

use sleepers::{Kind, bare, of_model};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// The most bytes that a sleeping task may ask for beyond a bare one.
const MOST_OF_OURS: f64 = 64.0;
/// A thread's closure is larger than a bare one, which is little beside its stack.
const MOST_OF_A_THREAD: f64 = 256.0;
const TASKS: &[u64] = &[1_000, 10_000, 100_000, 1_000_000];
/// More threads than this are refused by many machines.
const THREADS: &[u64] = &[1_000, 2_000, 4_000, 8_000];

/// Bytes while so many tasks sleep.
#[derive(Clone, Copy)]
struct Point {
    count: f64,
    resident: f64,
    asked: f64,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(position) = arguments.iter().position(|argument| argument == "--point") {
        measure(&arguments[position + 1..]);
        return ExitCode::SUCCESS;
    }
    println!(
        "bytes a sleeping task, as slopes over the number of tasks; without the 16 B of its record"
    );
    println!(
        "{:<15} {:>9} {:>9}  {:>9} {:>9} {:>9}  between sizes",
        "", "resident", "bare", "asked for", "bare", "ours"
    );
    let within: Vec<bool> = Kind::ALL.into_iter().map(row).collect();
    if within.into_iter().all(|within| within) {
        return ExitCode::SUCCESS;
    }
    println!(
        "a task asks for more beyond a bare one than the {MOST_OF_OURS} B ({MOST_OF_A_THREAD} B a thread) that are allowed"
    );
    ExitCode::FAILURE
}

/// Prints the row of one kind; whether it is within its bound.
fn row(kind: Kind) -> bool {
    let (counts, most) = match kind {
        Kind::Thread => (THREADS, MOST_OF_A_THREAD),
        _ => (TASKS, MOST_OF_OURS),
    };
    let [ours, bare] = ["model", "bare"].map(|whose| {
        let points = counts.iter().map(|count| point(kind, whose, *count));
        points.collect::<Vec<Point>>()
    });
    let asked = [&ours, &bare].map(|points| slope(points, |point| point.asked));
    let resident = [&ours, &bare].map(|points| slope(points, |point| point.resident));
    let steps: Vec<String> = ours
        .windows(2)
        .map(|pair| format!("{:.0}", slope(pair, |point| point.resident)))
        .collect();
    println!(
        "{:<15} {:>9.0} {:>9.0}  {:>9.1} {:>9.1} {:>9.1}  {}",
        kind.name(),
        resident[0],
        resident[1],
        asked[0],
        asked[1],
        asked[0] - asked[1],
        steps.join(" ")
    );
    asked[0] - asked[1] <= most
}

/// The least-squares slope of a figure over the number of tasks.
fn slope(points: &[Point], figure: fn(&Point) -> f64) -> f64 {
    let size = points.len() as f64;
    let mean_count = points.iter().map(|point| point.count).sum::<f64>() / size;
    let mean = points.iter().map(figure).sum::<f64>() / size;
    let (mut products, mut squares) = (0.0, 0.0);
    for point in points {
        let distance = point.count - mean_count;
        products += distance * (figure(point) - mean);
        squares += distance * distance;
    }
    products / squares
}

/// Measures one point in a process of its own.
fn point(kind: Kind, whose: &str, count: u64) -> Point {
    // An allocator keeps the memory that it has had, so a second point in the same process would
    // show the memory of the first.
    let program = std::env::current_exe().expect("a program has a path");
    let output = Command::new(program)
        .args(["--point", whose, kind.name(), &count.to_string()])
        .output()
        .expect("this program starts again");
    let text = String::from_utf8_lossy(&output.stdout);
    let mut numbers = text.split_whitespace().map(|number| number.parse().ok());
    let mut next = || numbers.next().flatten();
    match (next(), next()) {
        (Some(resident), Some(asked)) => Point {
            count: count as f64,
            resident,
            asked,
        },
        _ => panic!(
            "{whose} {kind:?} {count}: {}",
            String::from_utf8_lossy(&output.stderr)
        ),
    }
}

/// Prints one point: resident bytes, and those that were asked of the allocator.
fn measure(arguments: &[String]) {
    let [whose, kind, count, ..] = arguments else {
        panic!("--point needs whose task it is, its kind, and how many");
    };
    let kind = Kind::ALL.into_iter().find(|one| one.name() == kind);
    let kind = kind.expect("a kind by its name");
    let count = count.parse().expect("a number of tasks");
    let sleep = if whose == "bare" { bare } else { of_model };
    // Two runs in one process: what the first leaves does not hide what the second asks for, and
    // resident memory is taken of the first.
    println!(
        "{} {}",
        sleep(kind, count, resident),
        sleep(kind, count, asked)
    );
}

/// Bytes that are allocated now.
fn asked() -> u64 {
    let stats = ALLOCATOR.stats();
    (stats.bytes_allocated - stats.bytes_deallocated) as u64
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

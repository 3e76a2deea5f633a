//! The workloads of a calibration: few and short, each for parameters that no other one tells.

use protocol::{
    Cache, Class, Compute, Connection, HttpGet, InFlight, Kernel, PostgresSelect, Rate, ReadFile,
    Spread, SqliteSelect, Step, Wait, Workload,
};
use std::time::Duration;

use crate::kind::{Kind, Language};

/// Tasks that do nothing.
pub(crate) const NOOP: &str = "cal-noop";
/// The lanes of these.
pub(crate) const LANES_OF_NOOP: u64 = 32;
/// Small GETs in the dozens: what a request costs where nothing is waited for.
pub(crate) const GETS: &str = "cal-get-64";
/// One GET after the other.
pub(crate) const ONE_GET: &str = "cal-get-1";
/// Large answers: what bytes cost. With its head such an answer is one segment of the loopback, which carries 64 KiB less its own heads; one byte
/// more is two of them, and costs more at once.
pub(crate) const LARGE_GETS: &str = "cal-get-big";
/// All whose requests and wake-ups are fitted together.
pub(crate) const WITH_GETS: [&str; 11] = [
    ONE_GET,
    "cal-get-16",
    GETS,
    "cal-wait-3",
    "cal-wait-8",
    "cal-wait-40",
    "cal-wait-300",
    "cal-wait-600",
    "cal-mix-3",
    "cal-mix-32",
    "cal-two-200",
];
/// Few and many selects a task, on 16 lanes.
pub(crate) const SELECTS: [&str; 2] = ["cal-sql-1", "cal-sql-100"];
/// The same number of them on few and on many lanes, each of which has a connection of its own; and on many whose caches are full.
pub(crate) const SELECTS_BY_LANES: [&str; 3] = ["cal-sql-3", "cal-sql-256", "cal-sql-64"];
/// One select after a wait, by the pool.
pub(crate) const SELECT_AFTER_WAIT: &str = "cal-sql-wait";
/// Small and large files, on 16 lanes.
pub(crate) const FILES: [&str; 2] = ["cal-file-1", "cal-file-100"];
/// Files between these, from the smaller one on: a byte has another price between each two.
pub(crate) const MIDDLE_FILES: [&str; 2] = ["cal-file-16", "cal-file-40"];
/// Small files on few and on many lanes.
pub(crate) const FILES_BY_LANES: [&str; 2] = ["cal-file-3", "cal-file-256"];
/// The same on more lanes than pools for blocking calls have threads.
const MOST_CALLING: &str = "cal-file-600";
/// Runs whose blocking calls are fitted together.
pub(crate) const CALLS: [&str; 8] = [
    SELECTS[0],
    FILES[0],
    MIDDLE_FILES[0],
    MIDDLE_FILES[1],
    FILES[1],
    FILES_BY_LANES[0],
    FILES_BY_LANES[1],
    MOST_CALLING,
];
/// GETs whose connection is new, by every variant; and on many lanes with a latency, so that as many connections are there at once, by
/// the pool.
pub(crate) const NEW_CONNECTIONS: &str = "cal-new-16";
pub(crate) const NEW_CONNECTIONS_OF_POOL: &str = "cal-new-256";
/// Queries of PostgreSQL, by every variant.
pub(crate) const QUERIES: &str = "cal-pg-16";
/// The same on few and on many connections, and with a sleep of the server's: what the processes of the server do is told by one variant.
pub(crate) const QUERIES_OF_POOL: [&str; 3] = ["cal-pg-3", "cal-pg-64", "cal-pg-sleep"];
/// All points with queries.
pub(crate) fn all_queries() -> impl Iterator<Item = &'static str> {
    QUERIES_OF_POOL.into_iter().chain([QUERIES])
}

/// Waits on the variant's own timers, on few and on many lanes.
pub(crate) const TIMERS: [&str; 2] = ["cal-timer-8", "cal-timer-600"];
/// An open loop.
pub(crate) const PACED: &str = "cal-rate";
/// The variant that others are told by: what a blocking call costs where it is made, and how late a thread wakes.
pub(crate) const POOL: &str = "threads/pool";
/// The variants that kernels are measured under: alone, and beside another.
pub const KERNEL_VARIANTS: [&str; 2] = ["threads/sequential", "threads/pool"];
/// How many sizes of each kernel there are at most.
const KERNEL_SIZES: usize = 4;

/// The names of the points of a kernel, in the order of their sizes.
pub(crate) fn of_kernel(kernel: Kernel) -> impl Iterator<Item = String> {
    (0..KERNEL_SIZES).map(move |at| format!("calk-{}-{at}", kernel.name()))
}

/// Whether a workload is for a kernel alone, which few variants need to run.
#[must_use]
pub fn is_for_kernel(workload: &Workload) -> bool {
    workload.name.starts_with("calk-")
}

/// Whether a variant is measured at a workload of a calibration: kernels need only the variants that tell what they cost alone
/// and beside one another, of which the first is for nothing else; new connections on many lanes, selects after a wait, and all queries but
/// one point of them, need the pool alone. Another language has kernels of its own, and no rule for calls
/// that block. On one processor nothing computes beside another.
#[must_use]
pub fn is_measured_at(variant: &str, workload: &Workload, processors: u64) -> bool {
    let is_rust = Kind::of(variant).is_none_or(|kind| kind.language == Language::Rust);
    let name = workload.name.as_str();
    if name == NEW_CONNECTIONS_OF_POOL
        || name == SELECT_AFTER_WAIT
        || QUERIES_OF_POOL.contains(&name)
    {
        variant == POOL
    } else if is_for_kernel(workload) {
        let of_rust = if processors == 1 {
            &KERNEL_VARIANTS[..1]
        } else {
            &KERNEL_VARIANTS
        };
        !is_rust || of_rust.contains(&variant)
    } else if is_rust {
        variant != KERNEL_VARIANTS[0]
    } else {
        !workload.steps.iter().any(reads_data)
    }
}

/// Whether a step reads a file or a database.
#[must_use]
pub fn reads_data(step: &Step) -> bool {
    matches!(
        step,
        Step::SqliteSelect(_) | Step::PostgresSelect(_) | Step::ReadFile(_)
    )
}

/// All workloads of a calibration, for two processors or more.
#[must_use]
pub fn workloads() -> Vec<Workload> {
    let mut all = vec![
        closed(NOOP, 2500, LANES_OF_NOOP, vec![]),
        closed(ONE_GET, 900, 1, vec![get(256, 0)]),
        closed("cal-get-16", 6000, 16, vec![get(256, 0)]),
        closed(GETS, 8000, 64, vec![get(256, 0)]),
        closed(LARGE_GETS, 5000, 32, vec![get(61_440, 0)]),
        closed("cal-wait-3", 45, 3, vec![get(256, 10)]),
        closed("cal-wait-8", 280, 8, vec![get(256, 3)]),
        closed("cal-wait-40", 800, 40, vec![get(256, 5)]),
        closed("cal-wait-300", 2400, 300, vec![get(256, 10)]),
        closed("cal-wait-600", 1800, 600, vec![get(256, 50)]),
        closed(
            "cal-mix-3",
            60,
            3,
            vec![get(256, 5), compute(Kernel::SumSquares, 542_495)],
        ),
        closed(
            "cal-mix-32",
            640,
            32,
            vec![get(256, 2), compute(Kernel::SumSquares, 180_832)],
        ),
        closed("cal-two-200", 1600, 200, vec![get(256, 0), get(256, 5)]),
        closed(SELECTS[0], 2500, 16, vec![selects(1)]),
        closed(SELECTS[1], 480, 16, vec![selects(100)]),
        closed(SELECTS_BY_LANES[0], 1200, 3, vec![selects(30)]),
        closed(SELECTS_BY_LANES[1], 1280, 256, vec![selects(30)]),
        closed(SELECTS_BY_LANES[2], 3200, 64, vec![selects(30)]),
        closed(SELECT_AFTER_WAIT, 1280, 64, vec![wait(2), selects(1)]),
        closed(NEW_CONNECTIONS, 1200, 16, vec![new_connection(0)]),
        closed(NEW_CONNECTIONS_OF_POOL, 2560, 256, vec![new_connection(2)]),
        closed(QUERIES, 6000, 16, vec![query(0)]),
        closed(QUERIES_OF_POOL[0], 900, 3, vec![query(0)]),
        closed(QUERIES_OF_POOL[1], 3200, 64, vec![query(0)]),
        closed(QUERIES_OF_POOL[2], 160, 16, vec![query(20)]),
        closed(FILES[0], 5000, 16, vec![file(1024)]),
        closed(MIDDLE_FILES[0], 5000, 16, vec![file(16_384)]),
        closed(MIDDLE_FILES[1], 5000, 16, vec![file(40_960)]),
        closed(FILES[1], 1800, 16, vec![file(102_400)]),
        closed(FILES_BY_LANES[0], 2500, 3, vec![file(1024)]),
        closed(FILES_BY_LANES[1], 2560, 256, vec![file(1024)]),
        closed(MOST_CALLING, 3000, 600, vec![file(1024)]),
        closed(TIMERS[0], 160, 8, vec![wait(5)]),
        closed(TIMERS[1], 1800, 600, vec![wait(50)]),
        Workload {
            rate: Rate::new(3000),
            arrivals: Spread::Poisson,
            ..closed(PACED, 450, 32, vec![get(256, 2)])
        },
    ];
    all.extend(KERNELS.iter().flat_map(|(kernel, sizes)| {
        let names = of_kernel(*kernel);
        let each = names.zip(sizes).zip(KERNEL_TASKS);
        each.map(|((name, size), tasks)| closed(&name, tasks, 2, vec![compute(*kernel, *size)]))
    }));
    all
}

/// The same for so many processors. One takes twice as long for the same work as the two that these are sized for: where tasks do not
/// wait, it has half of them. What kernels cost comes from short runs as it is.
#[must_use]
pub fn workloads_on(processors: u64) -> Vec<Workload> {
    let mut all = workloads();
    if processors == 1 {
        let halved = all
            .iter_mut()
            .filter(|one| one.wait_per_task().is_zero() && !is_for_kernel(one));
        for workload in halved {
            workload.tasks /= 2;
        }
    }
    all
}

/// Sizes of about 35 µs, 200 µs, 1.1 ms and 6 ms of CPU.
const KERNELS: [(Kernel, [u64; KERNEL_SIZES]); 5] = [
    (Kernel::SumSquares, [63_291, 361_663, 1_989_150, 10_800_000]),
    (Kernel::Primes, [30_000, 200_000, 1_080_000, 5_900_000]),
    (Kernel::Sha256, [62_500, 357_143, 1_963_000, 10_700_000]),
    (Kernel::Mandelbrot, [7, 17, 39, 93]),
    (Kernel::Matmul, [42, 75, 133, 234]),
];
/// How many tasks of each size.
const KERNEL_TASKS: [u64; KERNEL_SIZES] = [700, 120, 24, 8];

fn closed(name: &str, tasks: u64, in_flight: u64, steps: Vec<Step>) -> Workload {
    Workload {
        name: name.to_owned(),
        about: "a point of the calibration".to_owned(),
        class: Class::Mixed,
        tasks,
        in_flight: InFlight::Lanes(in_flight),
        rate: None,
        arrivals: Spread::Uniform,
        seed: 7,
        coordination: None,
        work: None,
        serve: None,
        steps,
    }
}

fn get(bytes: u64, latency_ms: u64) -> Step {
    Step::HttpGet(HttpGet {
        bytes,
        latency: Duration::from_millis(latency_ms),
        connection: Connection::KeepAlive,
    })
}

fn new_connection(latency_ms: u64) -> Step {
    Step::HttpGet(HttpGet {
        bytes: 256,
        latency: Duration::from_millis(latency_ms),
        connection: Connection::New,
    })
}

fn query(sleep_ms: u64) -> Step {
    Step::PostgresSelect(PostgresSelect {
        rows: 100_000,
        wait: Duration::from_millis(sleep_ms),
        connection: Connection::KeepAlive,
    })
}

fn wait(ms: u64) -> Step {
    Step::Wait(Wait {
        duration: Duration::from_millis(ms),
    })
}

fn compute(kernel: Kernel, size: u64) -> Step {
    Step::Compute(Compute { kernel, size })
}

fn selects(count: u64) -> Step {
    Step::SqliteSelect(SqliteSelect {
        rows: 100_000,
        count,
        transaction: true,
    })
}

fn file(bytes: u64) -> Step {
    Step::ReadFile(ReadFile {
        files: 256,
        bytes,
        cache: Cache::Cached,
    })
}

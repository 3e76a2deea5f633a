//! Workloads at random, within what a calibration reaches: what a gate is not told before.

use predict::Model;
use protocol::{
    Block, Cache, Class, Compute, Connection, HttpGet, InFlight, Kernel, PostgresSelect, ReadFile,
    Spread, SqliteSelect, Step, Wait, Workload,
};
use std::time::Duration;
use verdict::rng::Generator;

/// Lanes, the fewest and the most. Numbers are drawn so that every ratio within a range is as likely.
const LANES: (f64, f64) = (2.0, 560.0);
const ANSWER_BYTES: (f64, f64) = (60.0, 60_000.0);
const LATENCY_SECONDS: (f64, f64) = (600e-6, 48e-3);
/// How long timers and calls that stop their thread take: a file may have no shorter ones.
const WAIT_SECONDS: (f64, f64) = (1e-3, 48e-3);
const KERNEL_SECONDS: (f64, f64) = (40e-6, 5e-3);
const SELECTS: (f64, f64) = (1.0, 60.0);
const FILE_BYTES: (f64, f64) = (500.0, 90_000.0);
/// How many requests wait for nothing.
const WITHOUT_LATENCY: f64 = 0.3;
/// How many GETs have a connection of their own.
const NEW_CONNECTIONS: f64 = 0.15;
/// Most lanes with a query each, for which the server has a process each.
const MOST_QUERYING: u64 = 80;
const QUERY_SECONDS: (f64, f64) = (600e-6, 20e-3);
/// How many queries do not sleep.
const WITHOUT_SLEEP: f64 = 0.5;

/// Seconds that the fastest variant is to take, and the slowest at most.
const SHORTEST: f64 = 0.3;
const LONGEST: f64 = 2.5;
const MOST_TASKS: f64 = 20_000.0;

/// Knows what was calibrated.
pub(super) trait Calibrated {
    /// How much of a kernel takes so many seconds.
    fn size(&self, kernel: Kernel, seconds: f64) -> u64;
    /// Whether queries of PostgreSQL were: not every machine has it.
    fn has_queries(&self) -> bool;
}

impl Calibrated for Model {
    fn size(&self, kernel: Kernel, seconds: f64) -> u64 {
        // A kernel without a size is refused later.
        Model::size(self, kernel, seconds).unwrap_or(1)
    }

    fn has_queries(&self) -> bool {
        Model::has_queries(self)
    }
}

/// A workload of one to three steps.
pub(super) fn drawn(random: &mut Generator, calibrated: &impl Calibrated, name: &str) -> Workload {
    let lanes = between(random, LANES).round() as u64;
    // One and two steps are as likely, and three half as much.
    let count = [1, 1, 2, 2, 3][random.below(5) as usize];
    let queries = calibrated.has_queries() && lanes <= MOST_QUERYING;
    let mut steps: Vec<Step> = (0..count)
        .map(|_| step(random, calibrated, queries))
        .collect();
    read_one_size(&mut steps);
    Workload {
        name: name.to_owned(),
        about: "drawn at random".to_owned(),
        class: Class::Mixed,
        tasks: lanes * 3,
        in_flight: InFlight::Lanes(lanes),
        rate: None,
        arrivals: Spread::Uniform,
        seed: random.below(999_999) + 1,
        coordination: None,
        work: None,
        serve: None,
        steps,
    }
}

/// All files of a task have the size of the first: a workload has one data set of them.
fn read_one_size(steps: &mut [Step]) {
    let first = steps.iter().find_map(|step| match step {
        Step::ReadFile(read) => Some(read.bytes),
        _ => None,
    });
    for step in steps {
        if let (Step::ReadFile(read), Some(bytes)) = (step, first) {
            read.bytes = bytes;
        }
    }
}

/// A step. Three kinds in nine are GETs, two compute, and one each is a select, a file, a timer and a call that stops its thread; where
/// there are queries, these are a tenth kind.
fn step(random: &mut Generator, calibrated: &impl Calibrated, queries: bool) -> Step {
    match random.below(if queries { 10 } else { 9 }) {
        0..3 => get(random),
        3..5 => compute(random, calibrated),
        5 => Step::SqliteSelect(SqliteSelect {
            rows: 100_000,
            count: between(random, SELECTS) as u64,
            transaction: true,
        }),
        6 => Step::ReadFile(ReadFile {
            files: 256,
            bytes: between(random, FILE_BYTES) as u64,
            cache: Cache::Cached,
        }),
        7 => Step::Wait(Wait {
            duration: tenths_of_ms(random, WAIT_SECONDS),
        }),
        8 => Step::Block(Block {
            duration: tenths_of_ms(random, WAIT_SECONDS),
        }),
        _ => query(random),
    }
}

fn get(random: &mut Generator) -> Step {
    let connection = if random.uniform() < NEW_CONNECTIONS {
        Connection::New
    } else {
        Connection::KeepAlive
    };
    Step::HttpGet(HttpGet {
        bytes: between(random, ANSWER_BYTES) as u64,
        latency: wait(random, WITHOUT_LATENCY, LATENCY_SECONDS),
        connection,
    })
}

fn query(random: &mut Generator) -> Step {
    Step::PostgresSelect(PostgresSelect {
        rows: 100_000,
        wait: wait(random, WITHOUT_SLEEP, QUERY_SECONDS),
        connection: Connection::KeepAlive,
    })
}

/// Nothing with this probability, or so many seconds in tenths of a millisecond.
fn wait(random: &mut Generator, without: f64, seconds: (f64, f64)) -> Duration {
    if random.uniform() < without {
        return Duration::ZERO;
    }
    tenths_of_ms(random, seconds)
}

fn tenths_of_ms(random: &mut Generator, seconds: (f64, f64)) -> Duration {
    let tenths = (between(random, seconds) * 1e4) as u64;
    Duration::from_micros(tenths * 100)
}

fn compute(random: &mut Generator, calibrated: &impl Calibrated) -> Step {
    // In the order that the seeds of docs/PREDICT.md were drawn in.
    let kernel = Kernel::ALL[random.below(Kernel::ALL.len() as u64) as usize];
    let seconds = between(random, KERNEL_SECONDS);
    Step::Compute(Compute {
        kernel,
        size: calibrated.size(kernel, seconds),
    })
}

/// A number of which every ratio within the range is as likely.
fn between(random: &mut Generator, (least, most): (f64, f64)) -> f64 {
    let (low, high) = (least.ln(), most.ln());
    (low + random.uniform() * (high - low)).exp()
}

/// So many tasks that a run is long enough to be measured, and short enough for many of them, where a task takes these
/// predicted times under the variants.
pub(super) fn tasks(times: &[f64], workload: &Workload) -> u64 {
    let fastest = times.iter().copied().fold(f64::INFINITY, f64::min);
    let slowest = times.iter().copied().fold(0.0, f64::max);
    if slowest == 0.0 {
        return workload.tasks;
    }
    let lanes = workload.in_flight.lanes(1) as f64;
    let long_enough = (SHORTEST / fastest)
        .max(lanes * 3.0)
        .clamp(20.0, MOST_TASKS);
    let short_enough = (LONGEST / slowest).max(lanes);
    long_enough.min(short_enough).ceil() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A unit of any kernel takes a nanosecond; whether there are queries.
    struct Nanoseconds(bool);

    impl Calibrated for Nanoseconds {
        fn size(&self, kernel: Kernel, seconds: f64) -> u64 {
            ((seconds * 1e9) as u64).min(kernel.max_size())
        }

        fn has_queries(&self) -> bool {
            self.0
        }
    }

    /// A hundred workloads.
    fn draw(seed: u64, has_queries: bool) -> Vec<Workload> {
        let mut random = Generator::new(seed);
        (0..100)
            .map(|number| {
                drawn(
                    &mut random,
                    &Nanoseconds(has_queries),
                    &format!("gate-{number}"),
                )
            })
            .collect()
    }

    #[test]
    fn every_kind_of_step_is_drawn_and_queries_only_where_they_are_calibrated() {
        let kinds = |has_queries| {
            let mut kinds = std::collections::BTreeSet::new();
            for step in draw(1, has_queries)
                .iter()
                .flat_map(|workload| &workload.steps)
            {
                kinds.insert(match step {
                    Step::HttpGet(get) if get.connection == Connection::New => "new connection",
                    Step::HttpGet(_) => "get",
                    Step::Compute(_) => "compute",
                    Step::SqliteSelect(_) => "select",
                    Step::ReadFile(_) => "file",
                    Step::Wait(_) => "wait",
                    Step::Block(_) => "block",
                    Step::PostgresSelect(_) => "query",
                    other => panic!("{other:?} is not calibrated"),
                });
            }
            kinds
        };
        let (with, without) = (kinds(true), kinds(false));
        assert_eq!(with.len(), 8, "{with:?}");
        assert!(
            without.len() == 7 && !without.contains("query"),
            "{without:?}"
        );
    }

    #[test]
    fn a_seed_draws_the_same_workloads_and_each_is_one_that_a_file_could_have() {
        assert_eq!(draw(20_261_130, true), draw(20_261_130, true));
        assert_ne!(draw(20_261_130, true), draw(20_261_201, true));
        for workload in draw(1, true) {
            let lanes = workload.in_flight.lanes(1);
            assert!((2..=560).contains(&lanes), "{lanes}");
            assert!((1..=3).contains(&workload.steps.len()));
            let sent = serde_json::to_string(&workload).unwrap();
            assert_eq!(serde_json::from_str::<Workload>(&sent).unwrap(), workload);
            assert_eq!(workload.clone().checked().as_ref(), Ok(&workload));
            for step in &workload.steps {
                match step {
                    Step::HttpGet(get) => {
                        assert!(get.bytes <= 60_000);
                        assert!(get.latency <= Duration::from_millis(48));
                    }
                    Step::Wait(Wait { duration }) | Step::Block(Block { duration }) => {
                        assert!((1000..=48_000).contains(&duration.as_micros()));
                    }
                    Step::PostgresSelect(select) => {
                        assert!(lanes <= 80, "{lanes}");
                        assert!(select.wait <= Duration::from_millis(20));
                    }
                    Step::SqliteSelect(select) => assert!((1..=60).contains(&select.count)),
                    Step::ReadFile(read) => assert!((499..=90_000).contains(&read.bytes)),
                    Step::Compute(compute) => {
                        let most = compute.kernel.max_size().min(5_000_000);
                        assert!((most.min(39_000)..=most).contains(&compute.size));
                    }
                    other => panic!("{other:?} is not calibrated"),
                }
            }
        }
    }

    #[test]
    fn a_run_is_some_tenths_of_a_second_unless_that_is_too_long_under_another_variant() {
        let mut workload = drawn(&mut Generator::new(1), &Nanoseconds(true), "gate-0");
        workload.in_flight = InFlight::Lanes(10);
        assert_eq!(tasks(&[0.001, 0.002], &workload), 300);
        assert_eq!(tasks(&[0.001, 0.1], &workload), 25, "at most 2.5 s");
        assert_eq!(tasks(&[0.1, 0.2], &workload), 13);
        assert_eq!(tasks(&[1e-7, 1e-7], &workload), 20_000);
        assert_eq!(tasks(&[], &workload), workload.tasks);
    }
}

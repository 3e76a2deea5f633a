//! The right answers of own work: every task is done in a plain loop, first in order and by one lane, then
//! in another order and by fresh lanes. A value that differs depends on more than its task.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use protocol::{DEFAULT_SWITCH_INTERVAL_US, Endpoints, RunnerExit, Setup, Workload};
use runner::Model;
use workloads::answers;
use workloads::blocking::{BlockingIo, run_ready};
use workloads::sequential::{Answers, twice};
use workloads::{Address, Io, Lane, Task, Work};

use crate::body::Own;
use crate::params;
use crate::under;
use crate::work::OwnWork;

/// The flags of the program.
const FLAGS: [&str; 3] = ["--version", "--params", "--digests"];
/// The name that the program's own messages begin with.
const NAME: &str = "the sequential run";

/// The program for work that any lane can carry out.
pub(crate) fn main<O: OwnWork>() -> ExitCode {
    program::<O>(values::<O>)
}

/// The program for work that needs the runtime of a model.
pub(crate) fn main_under<O: OwnWork>(
    models: &[&dyn Model<Own<O>>],
    variant: &str,
    main_of_model: fn() -> ExitCode,
) -> ExitCode {
    // A model of processes starts this program again as its workers, by arguments of its own.
    let first = std::env::args().nth(1);
    if first.is_some_and(|word| !FLAGS.contains(&word.as_str())) {
        return main_of_model();
    }
    let Some(model) = models.iter().find(|model| model.name() == variant) else {
        eprintln!("{NAME}: no variant {variant:?}");
        return RunnerExit::Usage.into();
    };
    program::<O>(|workload, order, lanes| under::values(*model, workload, order, lanes))
}

fn program<O: OwnWork>(
    values: impl Fn(&Workload, &[u64], u64) -> Result<Answers, String>,
) -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [flag] if flag == "--version" => {
            println!("{NAME} {}", env!("CARGO_PKG_VERSION"));
            ExitCode::SUCCESS
        }
        [flag, file] if flag == "--params" => {
            match params::check_file::<O::Params>(Path::new(file)) {
                Ok(()) => ExitCode::SUCCESS,
                Err(problem) => {
                    eprintln!("{problem}");
                    RunnerExit::Usage.into()
                }
            }
        }
        others => answers::main(NAME, others, &|workload, count| {
            twice(&values, workload, count)
        }),
    }
}

/// Does tasks one after the other, by new work and as many new lanes; their answers in the same order.
fn values<O: OwnWork>(workload: &Workload, order: &[u64], lanes: u64) -> Result<Answers, String> {
    let work = Arc::new(Work::of(setup(workload), lanes));
    let mut opened = Vec::new();
    for _ in 0..lanes {
        opened.push(open::<O>(&work)?);
    }
    let mut values = Vec::with_capacity(order.len());
    for (number, index) in order.iter().enumerate() {
        let at = number % opened.len();
        let lane = &mut opened[at];
        let task = Task::new(workload.seed, *index);
        let answer = run_ready(lane.run(&task)).map_err(|error| error.to_string());
        // What a lane keeps may be half done after an error: no task is done on it again.
        if answer.is_err() {
            *lane = open(&work)?;
        }
        values.push((*index, answer));
    }
    Ok(values)
}

fn open<O: OwnWork>(work: &Arc<Work<Own<O>>>) -> Result<Lane<AtOnce, Own<O>>, String> {
    run_ready(Lane::open(AtOnce, work)).map_err(|error| error.to_string())
}

/// A request's setup for one thread.
fn setup(workload: &Workload) -> Setup {
    Setup {
        workload: workload.clone(),
        endpoints: Endpoints::default(),
        workers: 1,
        in_flight: 1,
        blocking: 1,
        switch_interval_us: DEFAULT_SWITCH_INTERVAL_US,
    }
}

/// Blocking calls, whose sleeps take no time: answers do not depend on how long a task waits.
#[derive(Clone, Copy, Debug)]
struct AtOnce;

impl Io for AtOnce {
    const BLOCKS: bool = true;

    type Stream = <BlockingIo as Io>::Stream;

    async fn connect(&self, to: &Address) -> std::io::Result<Self::Stream> {
        BlockingIo.connect(to).await
    }

    async fn sleep(&self, _: Duration) {}

    async fn unblock<T: Send + 'static>(&self, call: impl FnOnce() -> T + Send + 'static) -> T {
        call()
    }

    async fn yield_now(&self) {}
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

    use super::*;
    use crate::error::OwnError;
    use crate::params::NoParams;

    fn workload() -> Workload {
        let text = "name = \"w\"\nabout = \"\"\nclass = \"cpu\"\ntasks = 40\nin_flight = 2\nseed = 1\n\
            [work]\npackage = \".\"\n";
        protocol::parse(text.as_bytes(), "work.toml").unwrap()
    }

    /// What a task answers, given how many were done before by its work and by its lane.
    type Answers = fn(Task, u64, u64) -> Result<u64, OwnError>;

    /// Work that knows what it should not.
    struct Knows<const CASE: usize>(AtomicU64);

    const CASES: [Answers; 5] = [
        |task, _, _| Ok(task.seed),
        |_, of_work, _| Ok(of_work),
        |task, _, of_lane| Ok(task.seed ^ (of_lane / 25)),
        |task, _, _| match task.index {
            7 => panic!("at seven"),
            8 => Err(OwnError::new("eight is too much")),
            _ => Ok(1),
        },
        |task, of_work, _| {
            let in_turn = (of_work == task.index).then_some(of_work);
            in_turn.ok_or_else(|| OwnError::new("not in its turn"))
        },
    ];

    impl<const CASE: usize> OwnWork for Knows<CASE> {
        type Params = NoParams;
        type Lane<I: Io> = u64;

        fn new(_: NoParams) -> Result<Self, OwnError> {
            Ok(Self(AtomicU64::new(0)))
        }

        async fn open<I: Io>(&self, _: &I) -> Result<u64, OwnError> {
            Ok(0)
        }

        async fn task<I: Io>(&self, io: &I, lane: &mut u64, task: Task) -> Result<u64, OwnError> {
            // Longer than any test: it takes no time here.
            io.sleep(Duration::from_secs(1_000_000)).await;
            *lane += 1;
            CASES[CASE](task, self.0.fetch_add(1, Relaxed), *lane)
        }
    }

    #[test]
    fn answers_that_depend_on_their_task_alone_are_given() {
        let digests = twice(values::<Knows<0>>, &workload(), 30).unwrap();
        let expected: Vec<u64> = (0..30)
            .map(|index| workloads::digest::of_task([Task::new(1, index).seed]))
            .collect();
        assert_eq!(digests.tasks, expected);
        assert_eq!(digests.failed, None);
    }

    #[test]
    fn answers_that_depend_on_order_or_lane_are_refused_with_their_task() {
        for problem in [
            twice(values::<Knows<1>>, &workload(), 40).unwrap_err(),
            twice(values::<Knows<2>>, &workload(), 40).unwrap_err(),
            twice(values::<Knows<4>>, &workload(), 40).unwrap_err(),
        ] {
            assert!(problem.starts_with("task "), "{problem}");
            assert!(problem.contains("gave two answers"), "{problem}");
        }
    }

    #[test]
    fn tasks_that_fail_both_times_are_told_and_stop_no_other() {
        let digests = twice(values::<Knows<3>>, &workload(), 10).unwrap();
        assert_eq!(
            digests.failed.as_deref(),
            Some("task 7: panicked: at seven")
        );
        assert_eq!((digests.tasks[7], digests.tasks[8]), (0, 0));
        assert_ne!(digests.tasks[9], 0);
    }
}

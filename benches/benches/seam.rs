//! The seam against the same work written by hand, without services: tasks that compute a small
//! hash, over a lane and as a plain loop, blocking and on tokio; and own work that does nothing against
//! a task without steps. The same comparison over real
//! sockets is `cargo xtask compare http-fast --model 'twin/*'`.

use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use manyways::{Io, NoParams, Own, OwnError, OwnWork};
use runner::protocol::{Compute, InFlight, Kernel, Step, Workload};
use workloads::blocking::{BlockingIo, run_ready};
use workloads::{Lane, Scratch, Slices, Task, TaskBody, Work, digest};

const TASKS: u64 = 1000;

fn seam(criterion: &mut Criterion) {
    let compute = Compute {
        kernel: Kernel::SumSquares,
        size: 100,
    };
    let steps = vec![Step::Compute(compute.clone())];
    let setup = benches::setup(&benches::workload("seam", TASKS, InFlight::Lanes(1), steps));
    let work = Arc::new(Work::new(setup, 1));
    let mut group = criterion.benchmark_group("seam");
    group.throughput(Throughput::Elements(TASKS));
    group.bench_function("blocking lane", |bencher| {
        let mut lane = run_ready(Lane::open(BlockingIo, &work)).expect("nothing to open");
        bencher.iter(|| {
            let run = |index| run_ready(lane.run(&Task::new(1, index))).expect("it computes");
            (0..TASKS).map(run).fold(0, u64::wrapping_add)
        });
    });
    group.bench_function("blocking by hand", |bencher| {
        let mut scratch = Scratch::default();
        bencher.iter(|| {
            (0..TASKS)
                .map(|i| by_hand(&compute, i, &mut scratch))
                .fold(0, u64::wrapping_add)
        });
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    group.bench_function("tokio lane", |bencher| {
        let mut lane = run_ready(Lane::open(BlockingIo, &work)).expect("nothing to open");
        bencher.iter(|| {
            runtime.block_on(async {
                let mut sum = 0_u64;
                for index in 0..TASKS {
                    let digest = lane.run(&Task::new(1, index)).await.expect("it computes");
                    sum = sum.wrapping_add(digest);
                }
                sum
            })
        });
    });
    group.bench_function("tokio by hand", |bencher| {
        let mut scratch = Scratch::default();
        bencher.iter(|| {
            runtime.block_on(async {
                (0..TASKS)
                    .map(|i| by_hand(&compute, i, &mut scratch))
                    .fold(0, u64::wrapping_add)
            })
        });
    });
    group.finish();
}

fn by_hand(compute: &Compute, index: u64, scratch: &mut Scratch) -> u64 {
    let value = Slices::new(compute, Task::new(1, index).step_seed(0)).finish(scratch);
    digest::of_task([value])
}

/// Own work that does nothing.
struct Nothing;

impl OwnWork for Nothing {
    type Params = NoParams;
    type Lane<I: Io> = ();

    fn new(_: NoParams) -> Result<Self, OwnError> {
        Ok(Self)
    }

    async fn open<I: Io>(&self, _: &I) -> Result<(), OwnError> {
        Ok(())
    }

    async fn task<I: Io>(&self, _: &I, (): &mut (), task: Task) -> Result<u64, OwnError> {
        Ok(task.seed)
    }
}

fn own(criterion: &mut Criterion) {
    let steps = benches::workload("seam", TASKS, InFlight::Lanes(1), Vec::new());
    let package = serde_json::from_str("{\"package\": \"/own\"}").expect("own work");
    let own = Workload {
        work: Some(package),
        ..steps.clone()
    };
    let mut group = criterion.benchmark_group("own");
    group.throughput(Throughput::Elements(TASKS));
    group.bench_function("no steps", |bencher| {
        let work = Arc::new(Work::new(benches::setup(&steps), 1));
        bencher.iter(lane_of(&work));
    });
    group.bench_function("own work that does nothing", |bencher| {
        let work = Arc::new(Work::<Own<Nothing>>::of(benches::setup(&own), 1));
        bencher.iter(lane_of(&work));
    });
    group.finish();
}

/// Does all tasks on one lane; the sum of their digests.
fn lane_of<B: TaskBody>(work: &Arc<Work<B>>) -> impl FnMut() -> u64 {
    let mut lane = run_ready(Lane::open(BlockingIo, work)).expect("nothing to open");
    move || {
        let run = |index| run_ready(lane.run(&Task::new(1, index))).expect("it does nothing");
        (0..TASKS).map(run).fold(0, u64::wrapping_add)
    }
}

criterion_group!(benches, seam, own);
criterion_main!(benches);

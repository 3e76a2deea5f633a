//! What recording a task costs beyond the clock: a bound of 10 ns and 16 bytes.

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use runner::Recorder;
use workloads::{Task, Tasks};

fn recording(criterion: &mut Criterion) {
    let tasks = Tasks {
        seed: 1,
        first: 0,
        count: 100_000,
    };
    let recorder = Recorder::new(tasks);
    let mut group = criterion.benchmark_group("recording");
    group.throughput(Throughput::Elements(tasks.count));
    group.bench_function("record", |bencher| {
        bencher.iter(|| {
            for index in 0..tasks.count {
                let task = Task { index, seed: 0 };
                recorder.record(&task, Duration::from_nanos(index), index);
            }
        });
    });
    group.bench_function("take and record", |bencher| {
        bencher.iter(|| {
            let queue = tasks.queue();
            while let Some(task) = queue.take() {
                recorder.record(&task, Duration::from_nanos(1), task.seed);
            }
        });
    });
    group.bench_function("clock", |bencher| {
        bencher.iter(|| (0..tasks.count).for_each(|_| _ = black_box(Instant::now())));
    });
    group.finish();
}

criterion_group!(benches, recording);
criterion_main!(benches);

//! What recording an event of a trace costs, with its reading of the clock: a bound of 60 ns. A program of its own,
//! because a process records once.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use workloads::{monotonic_ns, trace};

/// Room for more events than a bench of this length records: the price of one for which there is no room is another.
const EVENTS: u64 = 8_000_000;

fn recording(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("trace");
    group
        .sample_size(10)
        .warm_up_time(Duration::from_millis(1))
        .measurement_time(Duration::from_millis(50));
    group.bench_function("clock", |bencher| {
        bencher.iter(|| black_box(monotonic_ns()));
    });
    group.bench_function("no event, because nothing is recorded", |bencher| {
        bencher.iter(trace::lock_released);
    });
    trace::prepare(EVENTS);
    trace::begin(monotonic_ns());
    group.bench_function("event", |bencher| bencher.iter(trace::lock_released));
    trace::end(monotonic_ns());
    group.finish();
}

criterion_group!(benches, recording);
criterion_main!(benches);

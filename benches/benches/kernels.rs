//! The kernels at two sizes each: their time must grow with the size, or the compiler has found a
//! formula. Not measured: how models spread them.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use runner::protocol::{Compute, Kernel};
use workloads::{Scratch, Slices};

fn kernels(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("kernels");
    for (kernel, small) in [
        (Kernel::SumSquares, 100_000),
        (Kernel::Primes, 50_000),
        (Kernel::Sha256, 64 * 1024),
        (Kernel::Mandelbrot, 16),
        (Kernel::Matmul, 32),
    ] {
        for size in [small, 2 * small] {
            let mut scratch = Scratch::default();
            let name = BenchmarkId::new(format!("{kernel:?}"), size);
            group.throughput(Throughput::Elements(size));
            group.bench_function(name, |bencher| {
                let compute = Compute { kernel, size };
                bencher.iter(|| Slices::new(&compute, 1).finish(&mut scratch));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, kernels);
criterion_main!(benches);

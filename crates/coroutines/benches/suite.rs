//! This model on the suite that all models run; see the `benches` package.

use criterion::{Criterion, criterion_group, criterion_main};

fn suite(criterion: &mut Criterion) {
    benches::suite(criterion, "coroutines", coroutines::VARIANTS);
}

criterion_group!(all, suite);
criterion_main!(all);

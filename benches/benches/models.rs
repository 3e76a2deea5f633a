//! Every variant of every model on the suite, in one process and one report. Only multiproc is
//! missing, because its workers are its own program executed again.

use criterion::{Criterion, criterion_group, criterion_main};

fn models(criterion: &mut Criterion) {
    benches::suite(criterion, "null", null::VARIANTS);
    benches::suite(criterion, "threads", threads::VARIANTS);
    benches::suite(criterion, "async-tokio", async_tokio::VARIANTS);
    benches::suite(criterion, "async-smol", async_smol::VARIANTS);
    benches::suite(criterion, "async-std-legacy", async_std_legacy::VARIANTS);
    benches::suite(criterion, "async-compio", async_compio::VARIANTS);
    benches::suite(criterion, "coroutines", coroutines::VARIANTS);
}

criterion_group!(benches, models);
criterion_main!(benches);

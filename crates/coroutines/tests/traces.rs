//! Every variant records what its tasks do; see `benches::traces`.

#[test]
fn every_variant_records_its_tasks() {
    benches::traces::check(env!("CARGO_BIN_EXE_coroutines"), coroutines::VARIANTS);
}

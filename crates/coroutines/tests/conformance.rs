//! Every variant does what every model must; see `benches::conformance`.

#[test]
fn every_variant_conforms() {
    benches::conformance::check(coroutines::VARIANTS);
}

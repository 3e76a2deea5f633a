//! How many random inputs a test tries.

use proptest::prelude::ProptestConfig;

/// 2000 cases, or as many as `MANYWAYS_FUZZ_CASES` says.
pub(crate) fn config() -> ProptestConfig {
    let cases = std::env::var("MANYWAYS_FUZZ_CASES").ok();
    ProptestConfig {
        cases: cases.and_then(|cases| cases.parse().ok()).unwrap_or(2000),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

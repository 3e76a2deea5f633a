//! Whatever bytes a workload file has: a workload or an error with its place, never a panic.

mod mutation;

use proptest::prelude::*;
use protocol::WorkloadFile;

use mutation::{config, mutated};

const GOOD: &str = r#"
name = "mine"
about = "everything"
class = "mixed"
tasks = 100
in_flight = "workers"
seed = 1
[[step]]
http-get = { bytes = "2KiB", latency = "20ms", connection = "new" }
[[step]]
sqlite-select = { rows = 10, count = 1, transaction = false }
[[step]]
read-file = { files = 500, bytes = "64KiB", cache = "cold" }
[[step]]
wait = { duration = "1s" }
[[step]]
compute = { kernel = "matmul", size = 96 }
[[step]]
compute = { kernel = "sha256", cpu = "1ms" }
"#;

/// Files of every kind, and some that a parser may stumble over.
fn seeds() -> Vec<Vec<u8>> {
    let coordination = GOOD.split("[[step]]").next().unwrap_or_default();
    let of = |what: &str| {
        let head = coordination.replace("mixed", "coordination");
        format!("{head}coordination = {what}\n").into_bytes()
    };
    let mut seeds = vec![
        GOOD.into(),
        format!("quick = true\ngate = true\nrate = \"2000/s\"\narrivals = \"poisson\"{GOOD}")
            .into(),
        of("{ spawn = {} }"),
        of("{ counter = { increments = 10_000, synchronised = true } }"),
        of("{ stall = { period = \"1ms\", hogs = 1, hog = \"10ms\" } }"),
        GOOD.replace('\n', "\r\n").into(),
        format!("\u{feff}{GOOD}").into(),
        nested(300),
    ];
    // A table for every step, and more steps than are allowed.
    seeds.push(
        format!(
            "{GOOD}{}",
            "[[step]]\nwait = { duration = \"1s\" }\n".repeat(70)
        )
        .into(),
    );
    seeds
}

/// Arrays, tables and keys within each other, this deep.
fn nested(depth: usize) -> Vec<u8> {
    let keys = vec!["a"; depth].join(".");
    let (arrays, tables) = ("[".repeat(depth), "{a=".repeat(depth));
    format!("a = {arrays}\nb = {tables}\n{keys} = 1\n").into_bytes()
}

fn check(bytes: &[u8]) {
    match protocol::parse_file(bytes, "mine.toml") {
        Ok(WorkloadFile { workload, .. }) => {
            let json = serde_json::to_string(&workload).unwrap();
            let again: protocol::Workload = serde_json::from_str(&json).unwrap();
            assert_eq!(again, workload, "what is read survives the way to a runner");
        }
        Err(error) => {
            assert!(error.line >= 1 && error.column >= 1, "{error}");
            assert!(
                error.line <= bytes.iter().filter(|byte| **byte == b'\n').count() + 1,
                "{error}"
            );
            assert!(!error.problem.is_empty());
        }
    }
}

/// The good file with a piece of it replaced.
fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop_oneof![
        Just(Vec::new()),
        proptest::collection::vec(any::<u8>(), 0..6),
        "[\\[\\]{}=\",\n0-9a-z.-]{0,8}".prop_map(String::into_bytes),
        "-?[0-9]{1,22}".prop_map(String::into_bytes),
        "\"[0-9]{1,22}(ns|us|ms|s|B|KiB|MiB|GiB)\"".prop_map(String::into_bytes),
    ];
    (0..GOOD.len(), 0..20_usize, pieces).prop_map(|(at, length, piece)| {
        let mut bytes = GOOD.as_bytes().to_vec();
        bytes.splice(at..(at + length).min(GOOD.len()), piece);
        bytes
    })
}

/// The good file with a value replaced.
fn other_value() -> impl Strategy<Value = Vec<u8>> {
    let values = [
        "100",
        "1\n",
        "\"2KiB\"",
        "\"20ms\"",
        "96",
        "500",
        "10",
        "false",
        "\"workers\"",
        "\"matmul\"",
    ];
    let value = prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        any::<f64>().prop_map(|number| number.to_string()),
        "\"[ -~]{0,12}\"",
        Just("[]".to_owned()),
        Just("{}".to_owned()),
        Just("1979-05-27".to_owned()),
    ];
    (proptest::sample::select(values.to_vec()), value)
        .prop_map(|(from, to)| GOOD.replace(from, &to).into_bytes())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn arbitrary_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        check(&bytes);
    }

    #[test]
    fn damaged_files(bytes in damaged()) {
        check(&bytes);
    }

    #[test]
    fn mutated_files(bytes in mutated(seeds())) {
        check(&bytes);
    }

    #[test]
    fn other_values(bytes in other_value()) {
        check(&bytes);
    }
}

#[test]
fn every_seed_is_read_or_refused() {
    for seed in seeds().into_iter().chain([nested(20_000)]) {
        check(&seed);
    }
}

#[test]
fn the_file_that_is_damaged_is_good() {
    assert!(protocol::parse_file(GOOD.as_bytes(), "mine.toml").is_ok());
}

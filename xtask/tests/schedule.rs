//! How many blocks a comparison takes, on scripted runs: until it is precise, or until its time is
//! over, and the same ones again with the same seed.

mod common;

use std::process::Output;

use common::{Lab, shown};
use serde_json::Value;

const MACHINE: &str = r#"
seed = 3

[noise]
log_sd = 0.02

[[workload]]
name = "short"
time_ms = 200.0

[[workload]]
name = "long"
time_ms = 400.0

[[variant]]
name = "plain/loop"

[[variant]]
name = "plain/again"
"#;

fn compare(arguments: &[&str]) -> (Lab, Output) {
    let lab = Lab::new(&[]);
    lab.write("script.toml", MACHINE);
    let mut command = lab.xtask(&["compare", "--scripted", "script.toml", "--seed", "5"]);
    command.args(["--reference", "plain/loop", "--workers", "2"]);
    let output = command.args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    (lab, output)
}

fn workloads(lab: &Lab) -> Vec<Value> {
    lab.run_json()["statistics"].as_array().unwrap().clone()
}

#[test]
fn blocks_end_when_every_interval_is_narrow_enough() {
    let (lab, output) = compare(&["--precision", "1%"]);
    for workload in workloads(&lab) {
        let reach = &workload["reach"];
        assert!(workload["blocks"].as_u64() >= Some(12), "{workload}");
        assert!(workload["blocks"].as_u64() < Some(200), "{workload}");
        assert!(reach["widest"].as_f64() <= Some(0.01), "{reach}");
        assert_eq!(reach["more_blocks"], 0);
    }
    assert!(
        !shown(&output).contains("more rounds ("),
        "{}",
        shown(&output)
    );
}

#[test]
fn time_ends_them_too_and_what_is_missing_is_said() {
    let (lab, output) = compare(&["--precision", "0.1%", "--max-time", "30s"]);
    let text = shown(&output);
    assert!(text.contains("±0.1 % needs about "), "{text}");
    // A block of both takes 1.8 s; once both have 12 blocks the wider one has the time that is left.
    let blocks: Vec<u64> = workloads(&lab)
        .iter()
        .map(|workload| workload["blocks"].as_u64().unwrap())
        .collect();
    let spent: u64 = lab
        .runs()
        .iter()
        .map(|run| run["took_ms"].as_u64().unwrap())
        .sum();
    assert!(
        blocks.iter().all(|blocks| (12..50).contains(blocks)),
        "{blocks:?}"
    );
    assert!((29_000..36_000).contains(&spent), "{spent}");
}

#[test]
fn a_number_of_blocks_is_kept_however_precise_they_are() {
    let (lab, _) = compare(&["--runs", "7"]);
    for workload in workloads(&lab) {
        assert_eq!(workload["blocks"], 7);
        assert_eq!(workload["reach"], Value::Null);
    }
}

#[test]
fn a_seed_gives_the_same_blocks_whatever_the_clock_says() {
    let order = |lab: &Lab| -> Vec<String> {
        let names = [
            "seq", "block", "slot", "workload", "variant", "arm", "padding",
        ];
        let of_run = |run: Value| names.map(|name| run[name].to_string()).join(" ");
        lab.runs().into_iter().map(of_run).collect()
    };
    let [once, again] = [(); 2].map(|()| order(&compare(&["--precision", "0.8%"]).0));
    assert_eq!(once, again);
}

#[test]
fn a_placement_is_printed_stored_and_part_of_what_is_typed_again() {
    let lab = Lab::new(&["good", "crash"]);
    let arguments = ["--model", "foreign/*", "--profile", "smoke"];
    let mut command = lab.compare(&arguments);
    let output = command.args(["--placement", "one-cpu"]).output().unwrap();
    let text = shown(&output);
    if cfg!(target_os = "linux") {
        assert!(text.contains("1 worker, pinned to one CPU"), "{text}");
        assert!(text.contains("--placement one-cpu"), "{text}");
    } else {
        assert!(text.contains("placement is unavailable"), "{text}");
    }
    assert_eq!(lab.run_json()["options"]["placement"], "one-cpu");
}

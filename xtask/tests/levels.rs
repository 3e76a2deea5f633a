//! Workloads with levels, on scripted runs: they are compared at each of their numbers in flight, and the report
//! says whether a task costs the same among many.

mod common;

use std::process::Output;

use common::{Lab, shown};
use serde_json::Value;

/// A workload that is compared at 10, 100 and 1000 in flight. A task of `grows` costs 1.1 times as much among 100
/// as among 10, and 1.6 times among 1000; one of `plain` costs the same. `narrow` fails at the highest level.
const SCRIPT: &str = r#"
seed = 11
[noise]
log_sd = 0.01
[[workload]]
name = "nap"
time_ms = 20000.0
tasks = 1000
in_flight = 1000
wait_ms = 1
headline = "cpu"
levels = { in_flight = [10, 100, 1000], rounds = 3 }
[[variant]]
name = "plain/loop"
bytes_a_lane = 600
[[variant]]
name = "other/grows"
bytes_a_lane = 300
[[variant]]
name = "other/narrow"
[[case]]
variant = "other/grows"
workload = "nap-in-flight-100"
factor = 1.1
[[case]]
variant = "other/grows"
workload = "nap-in-flight-1000"
factor = 1.6
[[case]]
variant = "other/narrow"
workload = "nap-in-flight-1000"
fails = { kind = "unavailable", message = "needs 1000 in flight, and other/narrow has 100 at most" }
"#;

fn compare(arguments: &[&str]) -> (Lab, Output) {
    let lab = Lab::new(&[]);
    lab.write("script.toml", SCRIPT);
    let mut command = lab.xtask(&["compare", "nap", "--scripted", "script.toml", "--seed", "5"]);
    let output = command.args(arguments).output().unwrap();
    (lab, output)
}

fn measured_rounds(run: &Value) -> Vec<u64> {
    let summaries = run["statistics"].as_array().unwrap().iter();
    summaries
        .map(|summary| summary["blocks"].as_u64().unwrap())
        .collect()
}

#[test]
fn every_level_runs_as_many_tasks_at_once_in_as_many_rounds_as_the_file_says() {
    let (lab, output) = compare(&[]);
    let run = lab.run_json();
    let records = run["workloads"].as_array().unwrap();
    let shares: Vec<[u64; 2]> = records
        .iter()
        .map(|record| {
            let share = &record["shares"]["plain/loop"];
            [&share["tasks"], &share["in_flight"]].map(|number| number.as_u64().unwrap())
        })
        .collect();
    assert_eq!(shares[2], [1000, 1000], "{}", shown(&output));
    assert_eq!([shares[0][1], shares[1][1]], [10, 100]);
    assert_eq!(measured_rounds(&run), [3, 3, 3]);
}

#[test]
fn the_report_says_whether_a_task_costs_the_same_among_many() {
    let (lab, output) = compare(&["--runs", "6", "--export-markdown", "nap.md"]);
    let said = shown(&output);
    assert_eq!(measured_rounds(&lab.run_json()), [6, 6, 6], "{said}");
    for part in [
        "nap over in_flight\n",
        "plain/loop: memory      600 B    600 B        600 B\n",
        "plain/loop: memory a task at in_flight = 1000 is 1.000× that at 10: within 1.3×\n",
        "]: more than 1.3×\n",
        "other/narrow: unavailable: needs 1000 in flight, and other/narrow has 100 at most",
        "unavailable\n",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let markdown = std::fs::read_to_string(lab.path("nap.md")).unwrap();
    assert!(
        markdown.contains("| a task | 10 | 100 | 1000 |"),
        "{markdown}"
    );
    let costs = &lab.run_json()["sweeps"][0]["costs"];
    let growths: Vec<(&Value, f64)> = costs
        .as_array()
        .unwrap()
        .iter()
        .map(|its| (&its["cpu"]["to"], its["cpu"]["ratio"].as_f64().unwrap()))
        .collect();
    assert!(
        (growths[0].1 - 1.0).abs() < 0.05 && growths[0].0 == "1000",
        "{costs}"
    );
    assert!(
        (growths[1].1 - 1.6).abs() < 0.08 && growths[1].0 == "1000",
        "{costs}"
    );
    // It has no figure at the highest level, and says so with the level that it has.
    assert_eq!(growths[2].0, "100");
    let again = lab.xtask(&["report", "latest"]).output().unwrap();
    assert_eq!(again.stdout, output.stdout);
}

#[test]
fn who_asks_for_a_number_in_flight_or_only_for_answers_gets_one_level() {
    for arguments in [
        &["--in-flight", "50", "--runs", "1"][..],
        &["--profile", "smoke"],
    ] {
        let (lab, output) = compare(arguments);
        let run = lab.run_json();
        assert_eq!(
            run["workloads"].as_array().unwrap().len(),
            1,
            "{}",
            shown(&output)
        );
        assert_eq!(run["workloads"][0]["workload"]["name"], "nap");
    }
    let (lab, _) = compare(&["-L", "in_flight=20,40", "--runs", "1"]);
    let run = lab.run_json();
    let names: Vec<&Value> = run["workloads"]
        .as_array()
        .unwrap()
        .iter()
        .map(|record| &record["workload"]["name"])
        .collect();
    assert_eq!(names, ["nap-in-flight-20", "nap-in-flight-40"]);
}

#[test]
fn a_variant_that_cannot_have_all_lanes_is_refused_before_it_starts() {
    let lab = Lab::new(&["good"]);
    let model = std::fs::read_to_string(lab.path("models/foreign/model.toml")).unwrap();
    lab.write(
        "models/foreign/model.toml",
        model.replace("capacity = \"in-flight\"", "capacity = 2"),
    );
    lab.write(
        "nap.toml",
        "name = \"nap\"\nabout = \"naps\"\nclass = \"io\"\ntasks = 4\nin_flight = 4\nseed = 1\n\
         levels = { in_flight = [2, 4], rounds = 1 }\n[[step]]\nwait = { duration = \"1ms\" }\n",
    );
    let output = lab
        .xtask(&["run", "foreign/good", "./nap.toml"])
        .output()
        .unwrap();
    let said = shown(&output);
    let words = "foreign/good: unavailable: needs 4 in flight, and foreign/good has 2 at most";
    assert!(said.contains(words) && !output.status.success(), "{said}");
    assert!(lab.pids().is_empty(), "{said}");
}

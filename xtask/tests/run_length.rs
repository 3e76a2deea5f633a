//! The length of runs is chosen before the first measured block, on scripted runs whose noise is new in each
//! run, so that many short ones are precise sooner than few long ones.

mod common;

use std::fs;
use std::process::Output;

use common::{Lab, shown};
use serde_json::Value;

const MACHINE: &str = r#"
seed = 3

[noise]
log_sd = 0.02

[[workload]]
name = "work"
time_ms = 800.0

[[variant]]
name = "plain/loop"

[[variant]]
name = "plain/again"
factor = 1.3
"#;

fn lab() -> Lab {
    let lab = Lab::new(&[]);
    lab.write("script.toml", MACHINE);
    lab
}

fn compare(lab: &Lab, arguments: &[&str]) -> Output {
    let mut command = lab.xtask(&["compare", "--scripted", "script.toml"]);
    let output = command.args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    output
}

fn tasks_of(lab: &Lab, pass: &str) -> Vec<u64> {
    let runs = lab.runs().into_iter().filter(|run| run["pass"] == pass);
    runs.map(|run| run["tasks"].as_u64().unwrap()).collect()
}

/// What of the rows does not depend on the clock.
fn keys(lab: &Lab) -> Vec<String> {
    let names = ["seq", "block", "slot", "pass", "variant", "arm", "tasks"];
    let of_run = |run: Value| names.map(|name| run[name].to_string()).join(" ");
    lab.runs().into_iter().map(of_run).collect()
}

#[test]
fn short_runs_are_taken_for_all_variants_where_they_are_precise_sooner() {
    let lab = lab();
    let output = compare(&lab, &["--seed", "5", "--max-time", "5m"]);
    let run = lab.run_json();
    let length = &run["workloads"][0]["run_length"];
    assert_eq!(length["tasks"], 250, "{length}");
    let tried: Vec<&Value> = length["tried"].as_array().unwrap().iter().collect();
    assert_eq!(
        (&tried[0]["tasks"], &tried[1]["tasks"]),
        (&1000.into(), &250.into())
    );
    for variant in ["plain/loop", "plain/again"] {
        assert_eq!(run["workloads"][0]["shares"][variant]["tasks"], 250);
    }
    let pilot = tasks_of(&lab, "pilot");
    assert_eq!(pilot.len(), 6 * 3 * 2);
    assert_eq!(pilot.iter().filter(|tasks| **tasks == 250).count(), 18);
    assert_eq!(tasks_of(&lab, "correctness"), [1000, 1000]);
    let measured = tasks_of(&lab, "measured");
    assert!(measured.len() >= 36 && measured.iter().all(|tasks| *tasks == 250));
    let text = shown(&output);
    assert!(
        text.contains("runs of 250 tasks, chosen before the first round"),
        "{text}"
    );
}

#[test]
fn a_comparison_that_is_continued_comes_to_the_same_length() {
    let whole = lab();
    compare(&whole, &["--seed", "5", "--max-time", "5m"]);
    let first_rows = fs::read_to_string(whole.path("results/latest/samples.jsonl")).unwrap();
    // Within the pilot, and after it: the tool is killed there.
    for rows in [12, 60] {
        let lab = lab();
        compare(&lab, &["--seed", "5", "--max-time", "5m"]);
        let folder = lab.path("results/latest");
        let kept: Vec<&str> = first_rows.lines().take(rows).collect();
        fs::write(folder.join("samples.jsonl"), kept.join("\n") + "\n").unwrap();
        let mut run = lab.run_json();
        run["ended"] = Value::Null;
        fs::write(folder.join("run.json"), run.to_string()).unwrap();
        compare(&lab, &["--resume"]);
        assert_eq!(keys(&lab)[..39], keys(&whole)[..39]);
        let lengths =
            [&lab, &whole].map(|lab| lab.run_json()["workloads"][0]["run_length"].clone());
        assert_eq!(lengths[0], lengths[1]);
    }
}

#[test]
fn what_was_asked_for_is_what_runs() {
    let fixed: [&[&str]; 5] = [
        &["--runs", "6"],
        &["--precision", "off", "--max-time", "5m"],
        &["--profile", "rigorous"],
        &["work[tasks=1000]", "--max-time", "5m"],
        &["--save-baseline", "kept", "--max-time", "5m"],
    ];
    for arguments in fixed {
        let lab = lab();
        compare(&lab, arguments);
        let tasks = tasks_of(&lab, "measured");
        assert!(
            tasks.iter().all(|tasks| *tasks == 1000),
            "{arguments:?}: {tasks:?}"
        );
        assert!(tasks_of(&lab, "pilot").is_empty(), "{arguments:?}");
    }
}

#[test]
fn nothing_is_tried_that_would_take_a_tenth_of_the_time() {
    let lab = lab();
    compare(&lab, &["--max-time", "60s"]);
    assert!(tasks_of(&lab, "pilot").is_empty());
}

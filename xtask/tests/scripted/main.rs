//! The whole tool on scripted runs, from the command line to the table and the exit code: exact,
//! since no clock is read and no program is started.

#[path = "../common/mod.rs"]
mod common;
mod memory;

use std::process::Output;

use common::{Lab, shown};

const MACHINE: &str = r#"
seed = 11

[noise]
log_sd = 0.02
spikes = { share = 0.05, most = 0.3 }

[drift]
sd = 0.05
phi = 0.9

[[workload]]
name = "sum"
time_ms = 200.0

[[workload]]
name = "wait"
time_ms = 300.0
tasks = 500

[[variant]]
name = "plain/loop"

[[variant]]
name = "plain/again"

[[variant]]
name = "other/loop"
cpu = 1.7
"#;

fn compare(script: &str, arguments: &[&str]) -> (Lab, Output) {
    let lab = Lab::new(&[]);
    lab.write("script.toml", script);
    let mut command = lab.xtask(&["compare", "--scripted", "script.toml"]);
    command.args(["--reference", "plain/loop"]);
    command.args(["--seed", "5", "--workers", "2", "--runs", "30"]);
    let output = command.args(arguments).output().unwrap();
    (lab, output)
}

/// The verdict of each variant at each workload that has one.
fn verdicts(lab: &Lab) -> Vec<(String, String)> {
    let run = lab.run_json();
    let mut found = Vec::new();
    for workload in run["statistics"].as_array().unwrap() {
        for variant in workload["variants"].as_array().unwrap() {
            let verdict = &variant["ratios"]["time-per-task"]["judged"]["verdict"];
            if let Some(verdict) = verdict.as_str() {
                let name = variant["variant"].as_str().unwrap();
                let workload = workload["workload"].as_str().unwrap();
                found.push((format!("{workload} {name}"), verdict.to_owned()));
            }
        }
    }
    found
}

fn verdict_of(lab: &Lab, name: &str) -> String {
    let found = verdicts(lab).into_iter().find(|(of, _)| of == name);
    found.map(|(_, verdict)| verdict).unwrap_or_default()
}

/// The table, without the line that names a folder.
fn table(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout);
    let lines = text.lines().filter(|line| !line.contains("results in"));
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn equal_variants_are_called_neither_faster_nor_slower() {
    let (lab, output) = compare(MACHINE, &[]);
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    let found = verdicts(&lab);
    assert_eq!(found.len(), 4, "{found:?}");
    let is_false = |(_, verdict): &(String, String)| verdict == "faster" || verdict == "slower";
    assert!(!found.iter().any(is_false), "{found:?}");
    insta::assert_snapshot!("equal", table(&output));
}

#[test]
fn a_variant_that_takes_a_fifth_longer_is_slower_where_it_does() {
    let slow = "[[case]]\nvariant = \"other/loop\"\nworkload = \"sum\"\nfactor = 1.2\n";
    let (lab, output) = compare(&format!("{MACHINE}{slow}"), &[]);
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    assert_eq!(verdict_of(&lab, "sum other/loop"), "slower");
    assert_ne!(verdict_of(&lab, "wait other/loop"), "slower");
    assert_ne!(verdict_of(&lab, "sum plain/again"), "slower");
    insta::assert_snapshot!("slower", table(&output));
}

#[test]
fn a_narrow_terminal_keeps_what_decides_and_names_what_it_hides() {
    let long = MACHINE.replace("other/loop", "another-model/with-a-long-name");
    let (lab, _) = compare(&long, &[]);
    let at = |width: &str| {
        let mut command = lab.xtask(&["report"]);
        table(&command.env("COLUMNS", width).output().unwrap())
    };
    let narrow = at("80");
    let heads = ["time ratio", "CPU ratio", "time ", "CPU/task"];
    for text in [&narrow, &at("100")] {
        let head = text
            .lines()
            .find(|line| line.starts_with("  variant"))
            .unwrap();
        assert!(heads.iter().all(|title| head.contains(title)), "{head}");
        assert_eq!(
            text.matches("hidden (terminal too narrow)").count(),
            1,
            "{text}"
        );
    }
    assert!(
        narrow.lines().all(|line| line.chars().count() <= 80),
        "{narrow}"
    );
    insta::assert_snapshot!("100-columns", at("100"));
}

#[test]
fn the_same_script_and_seed_give_the_same_figures() {
    let (first, second) = (compare(MACHINE, &[]).0, compare(MACHINE, &[]).0);
    assert_eq!(
        first.run_json()["statistics"],
        second.run_json()["statistics"]
    );
}

#[test]
fn a_wrong_answer_is_a_row_and_the_exit_code() {
    let wrong = "[[case]]\nvariant = \"other/loop\"\nworkload = \"wait\"\nfrom_block = 3\n\
                 digest = \"00000000000000ff\"\n";
    let (lab, output) = compare(&format!("{MACHINE}{wrong}"), &["--model", "*"]);
    let text = shown(&output);
    assert_eq!(output.status.code(), Some(4), "{text}");
    assert_eq!(lab.failures("other/loop"), ["differs"]);
    assert!(
        text.contains("other/loop: differs: the digest is"),
        "{text}"
    );
    assert_eq!(
        lab.run_json()["digests"]["wait"]["other/loop"]["right"],
        false
    );
}

#[test]
fn a_wrong_answer_in_any_block_leaves_no_figure() {
    let wrong = "[[case]]\nvariant = \"other/loop\"\nworkload = \"wait\"\nfrom_block = 9\n\
                 digest = \"00000000000000ff\"\n";
    let arguments = ["--model", "*", "--export-hyperfine", "times.json"];
    let (lab, output) = compare(&format!("{MACHINE}{wrong}"), &arguments);
    assert_eq!(output.status.code(), Some(4), "{}", shown(&output));
    let run = lab.run_json();
    let mut summaries = run["statistics"].as_array().unwrap().iter();
    let summary = summaries.find(|s| s["workload"] == "wait").unwrap();
    let mut variants = summary["variants"].as_array().unwrap().iter();
    let variant = variants.find(|v| v["variant"] == "other/loop").unwrap();
    for figure in ["time_ns", "p99_ns", "cpu_per_task_ns"] {
        assert!(variant[figure].is_null(), "{figure}: {variant}");
    }
    assert_eq!(variant["ratios"], serde_json::json!({}));
    let times = std::fs::read_to_string(lab.path("times.json")).unwrap();
    assert!(times.contains("plain/loop"), "{times}");
    let times: serde_json::Value = serde_json::from_str(&times).unwrap();
    let mut results = times["results"].as_array().unwrap().iter();
    let named = |result: &&serde_json::Value| result["command"].as_str() == Some("other/loop wait");
    let none = results.find(named).map(|result| result["times"].clone());
    assert!(none.is_none_or(|times| times == serde_json::json!([])));
}

#[test]
fn a_variant_that_fails_is_a_row_and_an_error_only_if_it_was_named() {
    let fails = "[[case]]\nvariant = \"other/loop\"\nfrom_block = 4\n\
                 fails = { kind = \"hung\", message = \"no `done` within the time limit\" }\n";
    let script = format!("{MACHINE}{fails}");
    let (lab, output) = compare(&script, &[]);
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    assert_eq!(lab.failures("other/loop"), ["hung"]);
    let text = shown(&output);
    assert!(
        text.contains("✗ other/loop: hung: no `done` within"),
        "{text}"
    );
    let (_lab, named) = compare(&script, &["--model", "other/loop"]);
    assert_eq!(named.status.code(), Some(1), "{}", shown(&named));
}

#[test]
fn a_control_that_moved_suppresses_the_verdicts_of_its_workload() {
    let moved = "[[case]]\nvariant = \"plain/loop\"\narm = \"control\"\nworkload = \"sum\"\n\
                 factor = 1.1\n[[case]]\nvariant = \"other/loop\"\nfactor = 1.5\n";
    let (lab, output) = compare(&format!("{MACHINE}{moved}"), &[]);
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    assert_eq!(verdict_of(&lab, "sum other/loop"), "suppressed");
    assert_eq!(verdict_of(&lab, "wait other/loop"), "slower");
}

#[test]
fn what_is_as_fast_on_half_the_cpu_has_a_verdict_on_each() {
    let half = "[[variant]]\nname = \"half/loop\"\ncpu = 0.5\n\
                [[case]]\nvariant = \"plain/loop\"\nsamples_ms = [100.0, 110.0, 90.0]\n\
                [[case]]\nvariant = \"half/loop\"\nsamples_ms = [100.5, 109.5, 90.2]\n";
    let (lab, output) = compare(&format!("{MACHINE}{half}"), &["sum", "--model", "half/*"]);
    let text = shown(&output);
    let ratios = &lab.run_json()["statistics"][0]["variants"][1]["ratios"];
    let sign = |metric: &str| ratios[metric]["judged"]["sign"].clone();
    assert_eq!(
        (sign("time-per-task"), sign("cpu-per-task")),
        ("≈".into(), "++".into())
    );
    assert!(
        text.contains("use half/loop: as fast as plain/loop on 0.5"),
        "{text}"
    );
}

#[test]
fn a_headline_decides_the_order_and_the_first_sentence() {
    // What is slower than the reference is cheaper here, and the other way round.
    let others = "[[variant]]\nname = \"lean/loop\"\nfactor = 1.2\ncpu = 0.5\n\
                  [[variant]]\nname = \"lean/again\"\nfactor = 1.1\ncpu = 1.5\n";
    let advised = |headline: &str| {
        let named = format!("name = \"sum\"{headline}");
        let script = format!("{MACHINE}{others}").replace("name = \"sum\"", &named);
        let (lab, output) = compare(&script, &["sum", "--model", "lean/*"]);
        let run = lab.run_json();
        let variants = run["statistics"][0]["variants"].as_array().unwrap();
        let names = variants.iter().map(|one| one["variant"].as_str().unwrap());
        let order: Vec<String> = names.map(str::to_owned).collect();
        (
            order,
            run["workloads"][0]["headline"].clone(),
            shown(&output),
        )
    };
    let (order, stored, text) = advised("");
    assert_eq!(order, ["plain/loop", "lean/again", "lean/loop"], "{text}");
    assert!(
        stored.is_null() && text.contains("done sooner, lean/loop costs less"),
        "{text}"
    );
    let (order, stored, text) = advised("\nheadline = \"cpu\"");
    assert_eq!(order, ["plain/loop", "lean/loop", "lean/again"], "{text}");
    assert!(
        text.contains("lean/loop costs less, plain/loop is done sooner"),
        "{text}"
    );
    assert_eq!(stored, "cpu");
}

#[test]
fn listed_samples_are_the_times_themselves() {
    let listed = "[[case]]\nvariant = \"plain/loop\"\nsamples_ms = [100.0, 110.0, 90.0]\n\
                  [[case]]\nvariant = \"other/loop\"\nsamples_ms = [130.0, 143.0, 117.0]\n";
    let (lab, output) = compare(
        &format!("{MACHINE}{listed}"),
        &["sum", "--model", "other/*"],
    );
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    let statistics = &lab.run_json()["statistics"][0]["variants"];
    let (reference, other) = (&statistics[0], &statistics[1]);
    assert_eq!(reference["time_ns"]["median"], 100e6);
    assert_eq!(other["time_ns"]["median"], 130e6);
    let ratio = other["ratios"]["time-per-task"]["ratio"].as_f64().unwrap();
    assert!((ratio - 1.3).abs() < 1e-12, "{ratio}");
}

#[test]
fn a_script_with_a_mistake_is_wrong_usage() {
    let (_lab, output) = compare("seed = 1\nspeed = 2\n", &[]);
    let text = shown(&output);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("unknown field `speed`"), "{text}");
}

//! Stored comparisons held against each other, on scripted runs: `diff`, `--save-baseline`,
//! `--baseline`. Exact, since no clock is read.

mod common;

use std::process::Output;

use common::{Lab, shown};

const SCRIPT: &str = r#"
seed = 11
[noise]
log_sd = 0.01
[[workload]]
name = "sum"
time_ms = 200.0
[[workload]]
name = "wait"
time_ms = 300.0
[[variant]]
name = "plain/loop"
[[variant]]
name = "other/loop"
"#;
/// What makes one variant slower at one workload.
const SLOW: &str = "[[case]]\nvariant = \"other/loop\"\nworkload = \"wait\"\nfactor = 1.2\n";

fn compare(lab: &Lab, script: &str, arguments: &[&str]) -> Output {
    lab.write("script.toml", script);
    let mut command = lab.xtask(&["compare", "--scripted", "script.toml"]);
    command.args(["--reference", "plain/loop", "--model", "other"]);
    command.args(["--seed", "5", "--workers", "2", "--runs", "20"]);
    command.args(arguments).output().unwrap()
}

fn diff(lab: &Lab, arguments: &[&str]) -> Output {
    let all = ["diff"].iter().chain(arguments);
    let all: Vec<&str> = all.copied().collect();
    lab.xtask(&all).output().unwrap()
}

fn assert_ends(output: &Output, code: i32) -> String {
    let text = shown(output);
    assert_eq!(output.status.code(), Some(code), "{text}");
    text
}

/// A laboratory with the baseline `main`.
fn with_baseline() -> Lab {
    let lab = Lab::new(&[]);
    let text = assert_ends(&compare(&lab, SCRIPT, &["--save-baseline", "main"]), 0);
    assert!(text.contains("kept as the baseline `main`"), "{text}");
    lab
}

fn rewrite(lab: &Lab, change: impl Fn(&mut serde_json::Value)) {
    let path = lab.path("baselines/main/run.json");
    let mut run = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    change(&mut run);
    std::fs::write(path, serde_json::to_vec(&run).unwrap()).unwrap();
}

#[test]
fn nothing_slower_than_the_baseline_is_no_regression() {
    let lab = with_baseline();
    let again = SCRIPT.replace("seed = 11", "seed = 12");
    let text = assert_ends(&compare(&lab, &again, &["--baseline", "main"]), 0);
    assert!(text.contains("not interleaved: descriptive"), "{text}");
    assert!(text.contains("no regression beyond 5 %"), "{text}");
}

#[test]
fn a_fifth_slower_than_the_baseline_is_one_and_is_named() {
    let lab = with_baseline();
    let slow = format!("{SCRIPT}{SLOW}");
    let text = assert_ends(&compare(&lab, &slow, &["--baseline", "main"]), 3);
    assert!(
        text.contains("regression beyond 5 %: other/loop at wait\n"),
        "{text}"
    );
    let wider = ["--baseline", "main", "--max-regression", "30%"];
    assert_ends(&compare(&lab, &slow, &wider), 0);
}

#[test]
fn a_baseline_of_other_settings_is_refused() {
    let lab = with_baseline();
    let text = assert_ends(
        &compare(&lab, SCRIPT, &["--baseline", "main", "--in-flight", "3"]),
        2,
    );
    assert!(text.contains("in flight: the workload's → 3"), "{text}");
}

#[test]
fn nothing_to_hold_against_a_baseline_is_no_pass() {
    let lab = with_baseline();
    rewrite(&lab, |run| {
        for record in run["workloads"].as_array_mut().unwrap() {
            record["workload"]["tasks"] = 999.into();
        }
    });
    let text = assert_ends(&compare(&lab, SCRIPT, &["--baseline", "main"]), 1);
    assert!(text.contains("nothing was compared with `main`"), "{text}");
}

#[test]
fn a_regression_does_not_hide_that_results_are_not_whole() {
    let lab = with_baseline();
    let fails = "[[case]]\nvariant = \"other/loop\"\nworkload = \"sum\"\n\
                 fails = { kind = \"crashed\", message = \"gone\" }\n";
    let broken = format!("{SCRIPT}{SLOW}{fails}");
    let arguments = ["--baseline", "main", "--save-baseline", "main"];
    let text = assert_ends(&compare(&lab, &broken, &arguments), 3);
    assert!(text.contains("not kept as `main`"), "{text}");
}

#[test]
fn a_baseline_and_the_newest_are_shown_side_by_side() {
    let lab = with_baseline();
    assert_ends(&compare(&lab, &format!("{SCRIPT}{SLOW}"), &[]), 0);
    let text = assert_ends(&diff(&lab, &["main", "latest"]), 0);
    let row = |workload: &str| {
        let is_it = |line: &&str| line.starts_with(workload) && line.contains("other/loop");
        text.lines().find(is_it).unwrap_or_default().to_owned()
    };
    assert!(row("wait").ends_with("intervals apart"), "{text}");
    assert!(row("sum").ends_with("intervals overlap"), "{text}");
    let same = assert_ends(&diff(&lab, &["latest", "latest"]), 0);
    assert!(same.contains("1.000 ["), "{same}");
}

#[test]
fn another_machine_is_refused_unless_forced() {
    let lab = with_baseline();
    rewrite(&lab, |run| {
        run["environment"]["host"] = "elsewhere".into();
        run["environment"]["rustc"] = "rustc 0.1".into();
    });
    let refused = assert_ends(&diff(&lab, &["main", "latest"]), 2);
    assert!(
        refused.contains("different machines (host: elsewhere"),
        "{refused}"
    );
    let forced = assert_ends(&diff(&lab, &["main", "latest", "--force"]), 0);
    assert!(forced.contains("rustc: rustc 0.1 → unknown"), "{forced}");
    let before = lab.path("results").read_dir().unwrap().count();
    assert_ends(&compare(&lab, SCRIPT, &["--baseline", "main"]), 2);
    let after = lab.path("results").read_dir().unwrap().count();
    assert_eq!(before, after, "it is refused before anything is measured");
}

#[test]
fn another_definition_of_a_workload_is_never_compared() {
    let lab = with_baseline();
    rewrite(&lab, |run| {
        run["workloads"][1]["workload"]["tasks"] = 999.into();
    });
    let text = assert_ends(&diff(&lab, &["main", "latest"]), 0);
    assert!(text.contains("wait: its definition differs"), "{text}");
    assert!(!text.contains("\nwait "), "{text}");
}

#[test]
fn what_is_not_there_is_a_mistake_with_the_names_that_are() {
    let lab = with_baseline();
    let text = assert_ends(&compare(&lab, SCRIPT, &["--baseline", "mian"]), 2);
    assert!(
        text.contains("no baseline is named `mian`: there are main"),
        "{text}"
    );
    let text = assert_ends(&diff(&lab, &["mian", "latest"]), 2);
    assert!(text.contains("there are main"), "{text}");
    assert_ends(&compare(&lab, SCRIPT, &["--save-baseline", "a/b"]), 2);
}

//! The report of a comparison that only checks answers: a matrix of signs, words for the exceptions, and one
//! sentence for the whole.

mod common;

use std::fs;

use common::{Lab, shown};

/// Two models, three workloads, and nothing wrong.
const SCRIPT: &str = r#"
[[workload]]
name = "sum"
time_ms = 20.0
[[workload]]
name = "wait"
time_ms = 30.0
[[workload]]
name = "talk"
time_ms = 30.0
[[variant]]
name = "plain/loop"
[[variant]]
name = "plain/again"
[[variant]]
name = "other/one"
[[variant]]
name = "other/two"
[[case]]
variant = "other/two"
fails = { kind = "unsupported", message = "needs a newer interpreter" }
[[case]]
variant = "plain/again"
workload = "talk"
fails = { kind = "unsupported", message = "one thread has nobody to talk to" }
"#;

const FAULTS: &str = r#"
[[case]]
variant = "other/one"
workload = "sum"
fails = { kind = "crashed", message = "ended with exit code 7" }
[[case]]
variant = "other/one"
workload = "wait"
fails = { kind = "crashed", message = "ended with exit code 7" }
"#;

fn smoke(script: &str, arguments: &[&str]) -> (Lab, String) {
    let lab = Lab::new(&[]);
    lab.write("script.toml", script);
    let mut command = lab.xtask(&["compare", "--scripted", "script.toml"]);
    command.args(["--profile", "smoke", "--reference", "plain/loop"]);
    let output = command.args(arguments).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(!text.is_empty(), "{}", shown(&output));
    let place = lab.path("models").display().to_string();
    let text = without_place(&text.replace(&place, "MODELS"));
    (lab, text)
}

/// The report without the line that names a folder.
fn without_place(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.contains("results in"));
    lines.map(|line| format!("{line}\n")).collect()
}

fn reported(lab: &Lab, width: &str) -> String {
    let mut command = lab.xtask(&["report"]);
    let output = command.env("COLUMNS", width).output().unwrap();
    without_place(&String::from_utf8_lossy(&output.stdout))
}

#[test]
fn right_answers_are_a_matrix_and_one_sentence() {
    let (_lab, text) = smoke(SCRIPT, &["--seed", "1"]);
    insta::assert_snapshot!("right", text);
}

#[test]
fn a_fault_is_said_once_with_the_command_that_repeats_it() {
    let (_lab, text) = smoke(&format!("{SCRIPT}{FAULTS}"), &["--seed", "1"]);
    insta::assert_snapshot!("faults", text);
}

#[test]
fn a_single_workload_has_its_variants_by_name() {
    let (_lab, text) = smoke(SCRIPT, &["--seed", "1", "sum"]);
    insta::assert_snapshot!("single", text);
}

#[test]
fn the_long_form_has_a_table_for_each_workload() {
    let (_lab, text) = smoke(SCRIPT, &["--verbose"]);
    assert_eq!(text.matches("  variant ").count(), 3, "{text}");
    assert!(text.contains("right"), "{text}");
}

#[test]
fn models_that_do_not_fit_side_by_side_have_letters() {
    let (lab, _) = smoke(SCRIPT, &[]);
    let text = reported(&lab, "40");
    assert!(text.contains("plain  other\n"), "{text}");
    let long = SCRIPT.replace("plain/", "a-model-with-quite-a-long-name/");
    let lab = Lab::new(&[]);
    lab.write("script.toml", &long);
    let mut command = lab.xtask(&["compare", "--scripted", "script.toml"]);
    command.args(["--profile", "smoke", "--reference"]);
    command
        .arg("a-model-with-quite-a-long-name/loop")
        .output()
        .unwrap();
    let text = reported(&lab, "40");
    assert!(text.contains("A a-model-with-quite-a-long-name"), "{text}");
    assert!(text.contains("      A   B\n"), "{text}");
    assert!(
        text.lines().all(|line| line.chars().count() <= 45),
        "{text}"
    );
}

#[test]
fn what_was_not_reached_before_an_interruption_is_no_fault() {
    let (lab, _) = smoke(SCRIPT, &["--seed", "1"]);
    let samples = lab.path("results/latest/samples.jsonl");
    let rows = fs::read_to_string(&samples).unwrap();
    let first: String = rows
        .lines()
        .take(6)
        .map(|line| format!("{line}\n"))
        .collect();
    fs::write(&samples, first).unwrap();
    let file = lab.path("results/latest/run.json");
    let mut run = lab.run_json();
    run["ended"] = serde_json::Value::Null;
    run["interrupted"] = true.into();
    fs::write(&file, run.to_string()).unwrap();
    insta::assert_snapshot!("interrupted", reported(&lab, "100"));
}

#[test]
fn markdown_has_the_matrix_as_it_is_printed() {
    let (lab, text) = smoke(SCRIPT, &["--export-markdown", "answers.md"]);
    let markdown = fs::read_to_string(lab.path("answers.md")).unwrap();
    let first = text.lines().next().unwrap();
    assert!(markdown.starts_with("```text\n4 variants"), "{markdown}");
    assert!(first.starts_with("4 variants"), "{text}");
    assert!(markdown.contains("\ntalk  ✓–     ✓–\n"), "{markdown}");
    assert!(markdown.contains("all answers right"), "{markdown}");
}

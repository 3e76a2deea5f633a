//! Disturbed rounds on scripted runs: they are measured again, stay stored, are in no figure, and are told;
//! whatever is decided is decided again when a comparison is continued.

mod common;

use std::fs;
use std::process::Output;

use common::{Lab, shown};
use serde_json::{Value, json};

const MACHINE: &str = r#"
seed = 7

[noise]
log_sd = 0.02

[[workload]]
name = "sum"
time_ms = 200.0

[[workload]]
name = "wait"
time_ms = 300.0

[[variant]]
name = "plain/loop"

[[variant]]
name = "plain/again"

[[variant]]
name = "other/loop"
"#;

/// Others have two fifths of the processors, and runs take half as long again.
const BESIDE: &str = "others = 0.4\nfactor = 1.5\n";

fn compare(disturbances: &[String], arguments: &[&str]) -> (Lab, Output) {
    let lab = Lab::new(&[]);
    let tables = disturbances
        .iter()
        .map(|its| format!("\n[[disturbance]]\n{its}"));
    lab.write(
        "script.toml",
        MACHINE.to_owned() + &tables.collect::<String>(),
    );
    let mut command = lab.xtask(&["compare", "--scripted", "script.toml", "--seed", "5"]);
    command.args(["--reference", "plain/loop", "--workers", "2"]);
    let output = command.args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    (lab, output)
}

/// The numbers of the measured blocks of a workload, each once.
fn measured(lab: &Lab, workload: &str) -> Vec<u64> {
    let runs = lab.runs().into_iter();
    let its = runs.filter(|run| run["pass"] == "measured" && run["workload"] == workload);
    let mut blocks: Vec<u64> = its.map(|run| run["block"].as_u64().unwrap()).collect();
    blocks.sort_unstable();
    blocks.dedup();
    blocks
}

fn rounds(lab: &Lab) -> [Value; 2] {
    let run = lab.run_json();
    [0, 1].map(|at: usize| run["statistics"][at]["blocks"].clone())
}

#[test]
fn disturbed_rounds_are_measured_again_and_are_in_no_figure() {
    let at =
        |name: &str, blocks: &str| format!("workload = \"{name}\"\nblocks = {blocks}\n{BESIDE}");
    let (lab, output) = compare(
        &[at("sum", "[3, 5, 13]"), at("wait", "[5]")],
        &["--runs", "12"],
    );
    assert_eq!(rounds(&lab), [12, 12]);
    assert_eq!(measured(&lab, "sum"), (2..=16).collect::<Vec<u64>>());
    assert_eq!(measured(&lab, "wait"), (2..=14).collect::<Vec<u64>>());
    let run = lab.run_json();
    assert_eq!(
        run["disturbed_blocks"],
        json!({
            "sum": { "blocks": [3, 5, 13], "count": false },
            "wait": { "blocks": [5], "count": false },
        })
    );
    let median = run["statistics"][0]["variants"][0]["time_ns"]["interval"][1].as_f64();
    assert!(median < Some(240e6), "{run}");
    let text = shown(&output);
    assert!(
        text.contains("noise: 3 of 15 rounds were disturbed by"),
        "{text}"
    );
    assert!(
        text.contains("noise: 1 of 13 rounds was disturbed by"),
        "{text}"
    );
    let mut report = lab.xtask(&["report", "--export-csv", "-"]);
    let csv = shown(&report.output().unwrap());
    assert!(
        csv.contains("sum,closed,plain/again,main,disturbed,13,"),
        "{csv}"
    );
    assert!(
        !csv.contains("sum,closed,plain/again,main,disturbed,4,"),
        "{csv}"
    );
}

#[test]
fn a_slow_processor_disturbs_the_whole_block() {
    let slow = "blocks = [9]\ncontrol = 1.3\n".to_owned();
    let (lab, _) = compare(&[slow], &["--runs", "12"]);
    let disturbed = &lab.run_json()["disturbed_blocks"];
    assert_eq!(disturbed["sum"]["blocks"], json!([9]));
    assert_eq!(disturbed["wait"]["blocks"], json!([9]));
    assert_eq!(rounds(&lab), [12, 12]);
}

#[test]
fn times_alone_disturb_nothing() {
    let slow = "blocks = [4, 5, 6]\nfactor = 3.0\n".to_owned();
    let (lab, _) = compare(&[slow], &["--runs", "12"]);
    assert_eq!(lab.run_json()["disturbed_blocks"], Value::Null);
    assert_eq!(measured(&lab, "sum").len(), 12);
}

#[test]
fn who_keeps_them_has_them_in_every_figure() {
    let some = format!("blocks = [3, 5]\n{BESIDE}");
    let (lab, output) = compare(&[some], &["--runs", "12", "--keep-disturbed"]);
    assert_eq!(lab.run_json()["disturbed_blocks"], Value::Null);
    assert_eq!(lab.run_json()["options"]["keep_disturbed"], true);
    assert_eq!(
        (rounds(&lab), measured(&lab, "sum").len()),
        ([json!(12), json!(12)], 12)
    );
    assert!(
        !shown(&output).contains("measured again"),
        "{}",
        shown(&output)
    );
}

#[test]
fn more_than_were_planned_all_count() {
    let (lab, output) = compare(&[BESIDE.to_owned()], &["--runs", "12"]);
    assert_eq!(rounds(&lab), [13, 13]);
    let text = shown(&output);
    let said =
        "noise: 13 of 13 rounds were disturbed by other processes or a slower processor: too many";
    assert!(text.contains(said), "{text}");
    let (lab, _) = compare(
        &[format!("workload = \"sum\"\n{BESIDE}")],
        &["--runs", "12"],
    );
    assert_eq!(rounds(&lab), [13, 12], "the other workload is done");
}

#[test]
fn the_time_counts_them_and_too_few_others_are_joined_by_them() {
    // A block of both takes 2 s.
    let always = [BESIDE.to_owned()];
    let arguments = ["--max-time", "60s", "--precision", "0.01%"];
    let (lab, output) = compare(&always, &arguments);
    let runs = lab
        .runs()
        .into_iter()
        .filter(|run| run["pass"] == "measured");
    let spent: u64 = runs.map(|run| run["took_ms"].as_u64().unwrap()).sum();
    assert!((59_000..65_000).contains(&spent), "{spent}");
    assert!(rounds(&lab)[0].as_u64() > Some(12), "{:?}", rounds(&lab));
    assert!(
        shown(&output).contains("so all count"),
        "{}",
        shown(&output)
    );
}

#[test]
fn a_variant_that_brings_its_disturbance_is_measured_once() {
    let brought = format!("variant = \"other/loop\"\n{BESIDE}");
    let (lab, output) = compare(&[brought], &["--runs", "12"]);
    assert_eq!(rounds(&lab), [12, 12]);
    assert_eq!(measured(&lab, "sum").len(), 12);
    let disturbed = &lab.run_json()["disturbed_blocks"]["sum"];
    assert_eq!(
        disturbed,
        &json!({ "blocks": [], "count": false, "systematic": ["other/loop"] })
    );
    let text = shown(&output);
    assert!(
        text.contains("again and again while other/loop runs"),
        "{text}"
    );
    let ratio =
        lab.run_json()["statistics"][0]["variants"][2]["ratios"]["time-per-task"]["ratio"].as_f64();
    assert!(
        ratio > Some(1.4),
        "the disturbance is in its figures: {ratio:?}"
    );
}

#[test]
fn the_cells_of_a_sweep_are_measured_again_together() {
    let one = format!("workload = \"sum-in-flight-4\"\nblocks = [3]\n{BESIDE}");
    let lab = Lab::new(&[]);
    lab.write("script.toml", format!("{MACHINE}\n[[disturbance]]\n{one}"));
    let mut command = lab.xtask(&["compare", "sum", "--scripted", "script.toml", "--seed", "5"]);
    command.args(["--reference", "plain/loop", "--workers", "2"]);
    let output = command
        .args(["-L", "in_flight=1,4", "--runs", "8"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    let disturbed = &lab.run_json()["disturbed_blocks"];
    for cell in ["sum-in-flight-1", "sum-in-flight-4"] {
        assert_eq!(disturbed[cell]["blocks"], json!([3]), "{disturbed}");
        assert_eq!(measured(&lab, cell), (2..=10).collect::<Vec<u64>>());
    }
}

#[test]
fn smoke_measures_nothing_and_nothing_again() {
    let (lab, _) = compare(&[BESIDE.to_owned()], &["--profile", "smoke"]);
    assert_eq!(lab.run_json()["disturbed_blocks"], Value::Null);
}

#[test]
fn a_comparison_that_is_continued_makes_the_same_decisions() {
    let some = format!("workload = \"sum\"\nblocks = [3, 5, 13]\n{BESIDE}");
    let brought = format!("workload = \"wait\"\nvariant = \"other/loop\"\n{BESIDE}");
    let (lab, whole) = compare(&[some, brought], &["--runs", "12"]);
    let samples = lab.path("results/latest/samples.jsonl");
    let text = fs::read_to_string(&samples).unwrap();
    let keys = |lab: &Lab| -> Vec<String> {
        let of_run = |run: Value| {
            let names = ["seq", "block", "workload", "variant", "arm", "outcome"];
            names.map(|name| run[name].to_string()).join(" ")
        };
        lab.runs().into_iter().map(of_run).collect()
    };
    let (all, before) = (keys(&lab), lab.run_json());
    let lines: Vec<&str> = text.lines().collect();
    let is_block = |line: &str| line.starts_with("{\"block\"");
    let begins = (0..lines.len()).filter(|at| is_block(lines[*at]));
    for begin in begins.skip(2) {
        fs::write(&samples, lines[..begin].join("\n") + "\n").unwrap();
        let mut run = before.clone();
        run["ended"] = Value::Null;
        // As of an earlier block, when the tool was killed before it noted what it had found.
        run["disturbed_blocks"] = json!({ "sum": { "blocks": [3], "count": false } });
        fs::write(lab.path("results/latest/run.json"), run.to_string()).unwrap();
        let mut command = lab.xtask(&["compare", "--scripted", "script.toml", "--resume"]);
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
        assert_eq!(keys(&lab), all);
        let after = lab.run_json();
        assert_eq!(after["disturbed_blocks"], before["disturbed_blocks"]);
        assert_eq!(after["statistics"], before["statistics"]);
        assert_eq!(output.stdout, whole.stdout);
    }
}

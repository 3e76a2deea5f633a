//! Variants that stop while others go on, on scripted runs: who is as precise as was asked for or far behind runs
//! no more, keeps its figures and its verdict, and is told; a comparison that is continued decides the same.

mod common;
mod schema;

use std::collections::BTreeMap;
use std::fs;
use std::process::Output;

use common::{Lab, shown};
use serde_json::{Value, json};

/// A variant 46 times as slow, one that is soon known, and one whose times vary.
const MACHINE: &str = r#"
seed = 7

[noise]
log_sd = 0.004

[[workload]]
name = "sum"
time_ms = 200.0

[[variant]]
name = "plain/loop"

[[variant]]
name = "plain/again"
factor = 1.2

[[variant]]
name = "far/behind"
factor = 46.0

[[variant]]
name = "far/unsteady"
noise = { log_sd = 0.06 }
"#;

/// Others have two fifths of the processors, and runs take half as long again.
const DISTURBED: &str = "\n[[disturbance]]\nblocks = [9, 21]\nothers = 0.4\nfactor = 1.5\n";

fn compare(lab: &Lab, arguments: &[&str]) -> Output {
    let mut command = lab.xtask(&["compare", "--scripted", "script.toml", "--seed", "5"]);
    command.args(["--reference", "plain/loop", "--workers", "2"]);
    let output = command.args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    output
}

fn lab() -> Lab {
    let lab = Lab::new(&[]);
    lab.write("script.toml", MACHINE.to_owned() + DISTURBED);
    lab
}

/// The measured runs of each variant, both arms of the reference together.
fn measured(lab: &Lab) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    let runs = lab.runs().into_iter();
    for run in runs.filter(|run| run["pass"] == "measured") {
        let name = run["variant"].as_str().unwrap().to_owned();
        *counts.entry(name).or_default() += 1;
    }
    counts
}

fn verdict(run: &Value, variant: &str) -> String {
    let variants = run["statistics"][0]["variants"].as_array().unwrap();
    let its = variants.iter().find(|its| its["variant"] == variant);
    its.unwrap()["ratios"]["time-per-task"]["judged"]["verdict"].to_string()
}

const PRECISE: [&str; 4] = ["--precision", "2%", "--max-time", "20m"];

#[test]
fn the_precise_and_the_far_behind_stop_and_keep_their_verdicts() {
    let lab = lab();
    let output = compare(&lab, &PRECISE);
    let run = lab.run_json();
    assert_eq!(
        run["stopped"],
        json!({ "sum": {
            "far/behind": { "rounds": 12, "reason": "behind" },
            "plain/again": { "rounds": 12, "reason": "precise" },
        }})
    );
    let counts = measured(&lab);
    // Block 9, the second after those that tried two lengths, was disturbed and measured again.
    assert_eq!((counts["far/behind"], counts["plain/again"]), (13, 13));
    assert!(counts["far/unsteady"] > 30, "{counts:?}");
    assert_eq!(counts["plain/loop"], 2 * counts["far/unsteady"]);
    assert_eq!(run["disturbed_blocks"]["sum"]["blocks"], json!([9, 21]));
    assert_eq!(verdict(&run, "far/behind"), "\"slower\"");
    assert_eq!(verdict(&run, "plain/again"), "\"slower\"");
    let text = shown(&output);
    let behind = "far/behind stopped after 12 rounds: 46× slower";
    assert!(text.contains(behind), "{text}");
    let precise = "within ±2 % and stopped after 12 rounds: plain/again";
    assert!(text.contains(precise), "{text}");
    assert!(
        !text.contains("widest interval"),
        "the precision is reached: {text}"
    );
}

#[test]
fn who_asks_for_a_number_of_rounds_gets_them_of_all() {
    let lab = lab();
    compare(&lab, &["--runs", "20"]);
    assert_eq!(lab.run_json()["stopped"], Value::Null);
    assert_eq!(measured(&lab)["far/behind"], 22);
}

#[test]
fn nobody_stops_in_a_sweep() {
    let lab = lab();
    let sweep = ["sum", "-L", "in_flight=1,4", "--precision", "2%"];
    compare(&lab, &[&sweep[..], &["--max-time", "30m"]].concat());
    assert_eq!(lab.run_json()["stopped"], Value::Null);
    let counts = measured(&lab);
    assert_eq!(counts["far/behind"], counts["far/unsteady"]);
}

#[test]
fn what_is_stored_is_exported_and_held_beside_another() {
    let lab = lab();
    compare(
        &lab,
        &[&PRECISE[..], &["--save-baseline", "first"]].concat(),
    );
    let committed = serde_json::from_str(include_str!("../../docs/run.schema.json")).unwrap();
    assert_eq!(schema::problems(&committed, &lab.run_json()), [""; 0]);
    let report = lab
        .xtask(&["report", "--export-csv", "-"])
        .output()
        .unwrap();
    let csv = shown(&report);
    assert!(
        csv.contains("sum,closed,far/behind,main,disturbed,9,"),
        "{csv}"
    );
    assert!(
        csv.contains("sum,closed,far/behind,main,measured,14,"),
        "{csv}"
    );
    assert!(
        !csv.contains("sum,closed,far/behind,main,measured,16,"),
        "{csv}"
    );
    let output = compare(&lab, &[&PRECISE[..], &["--baseline", "first"]].concat());
    assert!(
        !shown(&output).contains("far/behind: "),
        "{}",
        shown(&output)
    );
    let stored = lab.path("results/latest").display().to_string();
    let diff = lab.xtask(&["diff", &stored, &stored]).output().unwrap();
    assert_eq!(diff.status.code(), Some(0), "{}", shown(&diff));
    assert!(shown(&diff).contains("far/behind"), "{}", shown(&diff));
}

#[test]
fn a_comparison_that_is_continued_stops_the_same() {
    let lab = lab();
    let whole = compare(&lab, &PRECISE);
    let samples = lab.path("results/latest/samples.jsonl");
    let text = fs::read_to_string(&samples).unwrap();
    let (counts, before) = (measured(&lab), lab.run_json());
    let lines: Vec<&str> = text.lines().collect();
    let is_block = |line: &str| line.starts_with("{\"block\"");
    let begins = (0..lines.len()).filter(|at| is_block(lines[*at]));
    // Before variants stop, as they do, and after.
    for begin in begins.skip(17).step_by(2).take(5) {
        fs::write(&samples, lines[..begin].join("\n") + "\n").unwrap();
        let mut run = before.clone();
        run["ended"] = Value::Null;
        fs::write(lab.path("results/latest/run.json"), run.to_string()).unwrap();
        let mut command = lab.xtask(&["compare", "--scripted", "script.toml", "--resume"]);
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
        assert_eq!(measured(&lab), counts);
        let after = lab.run_json();
        assert_eq!(after["stopped"], before["stopped"]);
        assert_eq!(after["statistics"], before["statistics"]);
        assert_eq!(output.stdout, whole.stdout);
    }
}

//! Campaigns over several hosts, on scripted shards: from `compare --shard` to the merged report. Exact, since no
//! clock is read.

#[path = "../common/mod.rs"]
mod common;
mod many;
mod refused;

use std::fs;
use std::process::Output;

use common::{Lab, shown};

/// A script of one host, on which `other/loop` takes so many times as long.
pub(crate) fn script(host: &str, factor: f64) -> String {
    format!(
        r#"
seed = {seed}
program = "aa"
[host]
node = "{host}"
boot_id = "boot-of-{host}"
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
factor = {factor}
[[variant]]
name = "plain/again"
"#,
        // Hosts are told apart by their names, which makes for noise of their own.
        seed = host.bytes().map(u64::from).sum::<u64>()
    )
}

/// One shard of a campaign of 48 rounds of both workloads.
pub(crate) fn shard(lab: &Lab, index: u64, of: u64, script: &str, more: &[&str]) -> Output {
    let name = format!("script-{index}.toml");
    lab.write(&name, script);
    let which = format!("{index}/{of}");
    let mut command = lab.xtask(&["compare", "--scripted", &name, "--shard", &which]);
    command.args(["--reference", "plain/loop", "--seed", "5", "--workers", "2"]);
    command.args(["--out", "campaign"]);
    if !more.contains(&"--runs") {
        command.args(["--runs", "48"]);
    }
    command.args(more).output().unwrap()
}

/// A campaign on four hosts, on which `other/loop` takes so many times as long.
pub(crate) fn campaign(lab: &Lab, factors: [f64; 4]) {
    for (index, factor) in factors.into_iter().enumerate() {
        let host = ["alpha", "beta", "gamma", "delta"][index];
        let output = shard(lab, index as u64, 4, &script(host, factor), &[]);
        assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    }
}

pub(crate) fn merge(lab: &Lab, arguments: &[&str]) -> Output {
    let mut command = lab.xtask(&["merge"]);
    command.args(arguments).output().unwrap()
}

/// What it printed to people, without the line that names a folder.
fn table(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", shown(output));
    let text = String::from_utf8_lossy(&output.stdout);
    let lines = text.lines().filter(|line| !line.contains("results in"));
    lines.map(|line| format!("{line}\n")).collect()
}

/// The bytes of the merged comparison.
fn bytes(lab: &Lab, folder: &str) -> (Vec<u8>, Vec<u8>) {
    let read = |name: &str| fs::read(lab.path(folder).join(name)).unwrap();
    (read("run.json"), read("samples.jsonl"))
}

/// `run.json` of the merged comparison.
fn run_json(lab: &Lab, folder: &str) -> serde_json::Value {
    serde_json::from_slice(&bytes(lab, folder).0).unwrap()
}

/// The ratio of a variant's time at a workload.
fn time_ratio(run: &serde_json::Value, workload: &str, variant: &str) -> serde_json::Value {
    let summaries = run["statistics"].as_array().unwrap().iter();
    let mut of_workload = summaries.filter(|summary| summary["workload"] == workload);
    let variants = of_workload.next().unwrap()["variants"].clone();
    let variants = variants.as_array().unwrap().clone();
    let found = variants.into_iter().find(|its| its["variant"] == variant);
    found.unwrap()["ratios"]["time-per-task"].clone()
}

#[test]
fn shards_of_four_hosts_are_one_comparison() {
    let lab = Lab::new(&[]);
    campaign(&lab, [1.05, 1.06, 1.08, 1.12]);
    let merged = merge(&lab, &["campaign", "--out", "merged"]);
    insta::assert_snapshot!("slower", table(&merged));
    let run = run_json(&lab, "merged");
    let ratio = time_ratio(&run, "sum", "other/loop");
    assert_eq!(ratio["judged"]["verdict"], "slower");
    assert_eq!(
        (
            &ratio["blocks"],
            ratio["hosts"]["hosts"].as_array().unwrap().len()
        ),
        (&48.into(), 4)
    );
    assert_eq!(ratio["hosts"]["alike"]["judged"], serde_json::Value::Null);
    let units = run["merged"]["units"].as_array().unwrap();
    assert_eq!(units.len(), 8, "two workloads on four hosts");
    assert_eq!(run["options"]["seed"], 5);
}

#[test]
fn merging_again_gives_the_same_bytes_and_so_does_its_report() {
    let lab = Lab::new(&[]);
    campaign(&lab, [0.9, 1.0, 1.0, 1.0]);
    let first = table(&merge(&lab, &["campaign", "--out", "merged"]));
    let stored = bytes(&lab, "merged");
    // Into the same folder, and by naming every shard by itself in another order.
    assert_eq!(first, table(&merge(&lab, &["campaign", "--out", "merged"])));
    assert_eq!(stored, bytes(&lab, "merged"));
    let singly = ["2", "0", "3", "1"].map(|index| format!("campaign/shard-{index}-of-4.attempt-0"));
    let mut arguments: Vec<&str> = singly.iter().map(String::as_str).collect();
    arguments.extend(["--out", "singly"]);
    assert_eq!(first, table(&merge(&lab, &arguments)));
    assert_eq!(stored, bytes(&lab, "singly"));
    let report = lab.xtask(&["report", "merged"]).output().unwrap();
    assert_eq!(first, table(&report));
}

#[test]
fn what_is_faster_here_and_slower_there_depends_on_the_host() {
    let lab = Lab::new(&[]);
    campaign(&lab, [0.9, 0.9, 1.1, 1.1]);
    let text = table(&merge(&lab, &["campaign", "--out", "merged"]));
    let ratio = time_ratio(&run_json(&lab, "merged"), "sum", "other/loop");
    assert_eq!(ratio["judged"]["verdict"], "depends");
    assert_eq!(
        ratio["judged"]["words"],
        "depends on the host: faster on 2, slower on 2"
    );
    assert!(
        text.contains("± other/loop by time: better on alpha, beta; worse on delta, gamma"),
        "{text}"
    );
    let page = lab.xtask(&[
        "report",
        "merged",
        "--html",
        "page.html",
        "--export-markdown",
        "page.md",
    ]);
    let mut page = page;
    assert_eq!(page.output().unwrap().status.code(), Some(0));
    for file in ["page.html", "page.md"] {
        let shown = fs::read_to_string(lab.path(file)).unwrap();
        assert!(
            shown.contains("hosts like these") && shown.contains("gamma"),
            "{file}"
        );
    }
}

#[test]
fn every_row_keeps_its_host_and_its_shard() {
    let lab = Lab::new(&[]);
    campaign(&lab, [1.0; 4]);
    table(&merge(&lab, &["campaign", "--out", "merged"]));
    let mut command = lab.xtask(&["report", "merged", "--export-csv", "-"]);
    let csv = String::from_utf8(command.output().unwrap().stdout).unwrap();
    let mut lines = csv.lines();
    assert!(
        lines
            .next()
            .unwrap()
            .starts_with("commit,host,shard,workload,")
    );
    let mut seen: Vec<(&str, &str)> = lines
        .map(|line| {
            let mut fields = line.split(',').skip(1);
            (fields.next().unwrap(), fields.next().unwrap())
        })
        .collect();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(
        seen,
        [
            ("alpha", "0"),
            ("beta", "1"),
            ("delta", "3"),
            ("gamma", "2")
        ]
    );
}

#[test]
fn the_lowest_complete_attempt_counts_whatever_else_there_is() {
    let lab = Lab::new(&[]);
    campaign(&lab, [1.0; 4]);
    table(&merge(&lab, &["campaign", "--out", "undisturbed"]));
    // Another host did shard 1 too, and a third one was lost while it did shard 2 before anybody else.
    let again = shard(&lab, 1, 4, &script("epsilon", 2.0), &[]);
    assert_eq!(again.status.code(), Some(0), "{}", shown(&again));
    let folder = lab.path("campaign");
    let [lost, kept] = ["0", "1"].map(|n| folder.join(format!("shard-2-of-4.attempt-{n}")));
    fs::rename(&lost, &kept).unwrap();
    fs::create_dir(&lost).unwrap();
    renumber(&kept);
    let merged = merge(&lab, &["campaign", "--out", "merged"]);
    let text = shown(&merged);
    assert!(
        text.contains("shard-1-of-4.attempt-1: left out, since shard-1-of-4.attempt-0 counts"),
        "{text}"
    );
    assert!(
        text.contains("shard-2-of-4.attempt-0: not complete, and left out"),
        "{text}"
    );
    assert_eq!(merged.status.code(), Some(0));
    assert_eq!(
        bytes(&lab, "undisturbed").1,
        bytes(&lab, "merged").1,
        "the same rows"
    );
}

/// Makes an attempt the second one at its shard.
fn renumber(attempt: &std::path::Path) {
    for unit in fs::read_dir(attempt).unwrap().flatten() {
        let file = unit.path().join("run.json");
        if let Ok(text) = fs::read_to_string(&file) {
            fs::write(&file, text.replace("\"attempt\": 0", "\"attempt\": 1")).unwrap();
        }
    }
}

#[test]
fn missing_shards_are_named_and_merged_only_on_request() {
    let lab = Lab::new(&[]);
    campaign(&lab, [1.0; 4]);
    fs::remove_dir_all(lab.path("campaign/shard-1-of-4.attempt-0")).unwrap();
    fs::remove_file(lab.path("campaign/shard-3-of-4.attempt-0/done")).unwrap();
    let refused = merge(&lab, &["campaign", "--out", "merged"]);
    assert_eq!(refused.status.code(), Some(2));
    let text = shown(&refused);
    assert!(
        text.contains("missing: 2 shards of 4 (`--partial` merges what there is): 1, 3"),
        "{text}"
    );
    assert!(!lab.path("merged").exists());
    let text = table(&merge(&lab, &["campaign", "--out", "merged", "--partial"]));
    assert!(text.contains("missing shards: 1, 3"), "{text}");
    let ratio = time_ratio(&run_json(&lab, "merged"), "wait", "plain/again");
    assert_eq!(ratio["blocks"], 24);
}

#[test]
fn a_merged_comparison_is_the_latest_and_can_be_held_against_another() {
    let lab = Lab::new(&[]);
    campaign(&lab, [1.0; 4]);
    table(&merge(&lab, &["campaign"]));
    table(&merge(&lab, &["campaign", "--out", "merged"]));
    let diff = lab.xtask(&["diff", "latest", "merged"]).output().unwrap();
    assert_eq!(diff.status.code(), Some(0), "{}", shown(&diff));
    assert!(
        String::from_utf8_lossy(&diff.stdout).contains("other/loop"),
        "{}",
        shown(&diff)
    );
}

#[test]
fn a_unit_is_a_comparison_that_can_be_looked_at_and_not_continued() {
    let lab = Lab::new(&[]);
    campaign(&lab, [1.0; 4]);
    let unit = "campaign/shard-0-of-4.attempt-0/unit-0000";
    let report = lab.xtask(&["report", unit]).output().unwrap();
    assert_eq!(report.status.code(), Some(0), "{}", shown(&report));
    let mut command = lab.xtask(&["compare", "--resume", unit, "--scripted", "script-0.toml"]);
    let resumed = command.output().unwrap();
    assert_eq!(resumed.status.code(), Some(2));
    assert!(
        shown(&resumed).contains("begin the shard again"),
        "{}",
        shown(&resumed)
    );
}

//! A comparison that was killed goes on where it was, to as many whole rounds as one that nobody
//! disturbed; what is no longer the same is refused.

mod common;

use std::fs;
use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use common::{Lab, shown, wait_until};

const VARIANTS: [&str; 3] = ["good", "other", "exit-1"];

/// Everything of the rows that the seed decides.
fn keys(lab: &Lab) -> Vec<String> {
    let of_row = |row: serde_json::Value| match row.get("run") {
        None => format!("block {}", row["block"]["number"]),
        Some(run) => {
            let names = [
                "seq", "block", "slot", "pass", "workload", "variant", "arm", "padding",
            ];
            names.map(|name| run[name].to_string()).join(" ")
        }
    };
    lab.rows().into_iter().map(of_row).collect()
}

fn lines(lab: &Lab) -> usize {
    let text = fs::read(lab.path("results/latest/samples.jsonl")).unwrap_or_default();
    text.iter().filter(|byte| **byte == b'\n').count()
}

/// Kills the tool once there are so many rows.
fn kill_at(lab: &Lab, mut command: Command, rows: usize) {
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut tool = command.spawn().unwrap();
    wait_until(&format!("{rows} rows"), || lines(lab) >= rows);
    tool.kill().unwrap();
    assert!(!tool.wait().unwrap().success(), "it was over too soon");
}

fn started(lab: &Lab) -> Command {
    lab.compare(&["--model", "foreign/*", "--runs", "4", "--seed", "5"])
}

fn resumed(lab: &Lab) -> Output {
    lab.xtask(&["compare", "--resume"]).output().unwrap()
}

/// The measured runs of blocks that count, without the numbers that torn blocks shift.
fn counted(lab: &Lab) -> Vec<String> {
    let torn = lab.run_json()["torn_blocks"].clone();
    let torn: Vec<u64> = serde_json::from_value(torn).unwrap_or_default();
    let runs = lab.runs().into_iter();
    let counted = runs
        .filter(|run| run["pass"] == "measured" && !torn.contains(&run["block"].as_u64().unwrap()));
    let mut names: Vec<String> = counted
        .map(|run| format!("{} {}", run["variant"], run["arm"]))
        .collect();
    names.sort();
    names
}

#[test]
fn killed_twice_and_torn_it_ends_with_as_many_whole_rounds_as_an_undisturbed_one() {
    let undisturbed = Lab::new(&VARIANTS);
    let output = started(&undisturbed).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));

    let lab = Lab::new(&VARIANTS);
    kill_at(&lab, started(&lab), 3);
    assert_eq!(
        lab.run_json()["options"]["seed"],
        5,
        "stored from the start"
    );
    kill_at(&lab, lab.xtask(&["compare", "--resume"]), 9);
    let samples = lab.path("results/latest/samples.jsonl");
    let mut torn = fs::OpenOptions::new().append(true).open(samples).unwrap();
    torn.write_all(b"{\"run\":{\"seq\":").unwrap();

    let output = resumed(&lab);
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    assert!(shown(&output).contains("4 rounds"), "{}", shown(&output));
    assert_eq!(counted(&lab), counted(&undisturbed));
    assert_eq!(keys(&lab)[..4], keys(&undisturbed)[..4], "the first block");
    assert_eq!(lab.run_json()["digests"], undisturbed.run_json()["digests"]);
    assert_eq!(lab.run_json()["interrupted"], false);
    lab.assert_none_left();

    let output = resumed(&lab);
    assert_eq!(output.status.code(), Some(2), "{}", shown(&output));
    assert!(shown(&output).contains("is complete"), "{}", shown(&output));
}

/// Keeps so many rows, as if the comparison had been interrupted after them, and returns them.
fn cut(lab: &Lab, rows: usize) -> Vec<String> {
    let samples = lab.path("results/latest/samples.jsonl");
    let text = fs::read_to_string(&samples).unwrap();
    let kept: Vec<String> = text.lines().take(rows).map(str::to_owned).collect();
    fs::write(&samples, kept.join("\n") + "\n").unwrap();
    rewrite(lab, |run| run["ended"] = serde_json::Value::Null);
    kept
}

/// Changes the `run.json` of the newest comparison.
fn rewrite(lab: &Lab, change: impl Fn(&mut serde_json::Value)) {
    let mut run = lab.run_json();
    change(&mut run);
    fs::write(lab.path("results/latest/run.json"), run.to_string()).unwrap();
}

#[test]
fn a_round_that_was_cut_short_is_not_finished_but_begun_anew() {
    let lab = Lab::new(&VARIANTS);
    assert!(started(&lab).output().unwrap().status.success());
    let rounds = |lab: &Lab| lab.run_json()["statistics"][0]["blocks"].clone();
    let whole = counted(&lab);
    // Four rows of the first block, four of the second, and two of the third.
    let mut kept = cut(&lab, 4 + 4 + 2);
    assert!(resumed(&lab).status.success());
    assert_eq!(lab.run_json()["torn_blocks"], serde_json::json!([3]));
    assert_eq!((counted(&lab), rounds(&lab)), (whole.clone(), 4.into()));
    // Once more, within a later block: what was torn before stays where it is.
    kept.extend(cut(&lab, 4 + 4 + 2 + 4 + 3));
    assert!(resumed(&lab).status.success());
    assert_eq!(lab.run_json()["torn_blocks"], serde_json::json!([3, 5]));
    assert_eq!((counted(&lab), rounds(&lab)), (whole, 4.into()));
    let text = fs::read_to_string(lab.path("results/latest/samples.jsonl")).unwrap();
    assert!(kept.iter().all(|row| text.contains(row)), "no row is lost");
    let mut report = lab.xtask(&["report", "--export-csv", "-"]);
    let report = report.output().unwrap();
    assert!(shown(&report).contains(",torn,3,"), "{}", shown(&report));
}

#[test]
fn a_wrong_answer_is_wrong_though_its_row_was_never_stored() {
    let lab = Lab::new(&VARIANTS);
    assert!(started(&lab).output().unwrap().status.success());
    // As if the tool had been killed while it looked into the answer.
    cut(&lab, 4 + 4 + 2);
    rewrite(&lab, |run| {
        let digest = &mut run["digests"]["nothing"]["foreign/other"];
        digest["right"] = false.into();
        digest["seen"] = serde_json::json!(["00000000000000ff"]);
    });
    let told = "it gave the digest 00000000000000ff, and";
    let report = lab.xtask(&["report"]).output().unwrap();
    assert!(shown(&report).contains(told), "{}", shown(&report));
    let output = resumed(&lab);
    assert_eq!(output.status.code(), Some(4), "{}", shown(&output));
    assert!(shown(&output).contains(told), "{}", shown(&output));
    assert_eq!(lab.failures("foreign/other"), ["differs"]);
}

#[test]
fn another_environment_is_refused_and_another_commit_is_said() {
    let lab = Lab::new(&VARIANTS);
    assert!(started(&lab).output().unwrap().status.success());
    cut(&lab, 5);
    let mut command = lab.xtask(&["compare", "--resume"]);
    let output = command.env("MALLOC_ARENA_MAX", "1").output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", shown(&output));
    let told = "variable MALLOC_ARENA_MAX: not set → \"1\"";
    assert!(shown(&output).contains(told), "{}", shown(&output));
    rewrite(&lab, |run| run["commit"] = "0123456789ab".into());
    let output = resumed(&lab);
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    let told = "the checkout was at 0123456789ab and is at ";
    assert!(shown(&output).contains(told), "{}", shown(&output));
    assert_eq!(lab.run_json()["commit"], "0123456789ab");
}

#[test]
fn runs_that_went_side_by_side_are_taken_over_in_any_order() {
    let lab = Lab::new(&VARIANTS);
    let other = fs::read_to_string(lab.path("nothing.toml")).unwrap();
    lab.write("more.toml", other.replace("\"nothing\"", "\"more\""));
    let smoke = ["./more.toml", "--model", "foreign/*", "--profile", "smoke"];
    let output = lab.compare(&smoke).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    let sorted = |lab: &Lab| {
        let runs = lab.runs().into_iter();
        let mut places: Vec<String> = runs.map(|run| run["slot"].to_string()).collect();
        places.sort();
        places
    };
    let whole = sorted(&lab);
    assert_eq!(whole.len(), 6, "{whole:?}");

    // As if it had been interrupted after four runs that ended in another order.
    let samples = lab.path("results/latest/samples.jsonl");
    let text = fs::read_to_string(&samples).unwrap();
    let (block, runs) = text.split_once('\n').unwrap();
    let kept: Vec<&str> = runs.lines().rev().take(4).collect();
    fs::write(&samples, format!("{block}\n{}\n", kept.join("\n"))).unwrap();
    let mut run = lab.run_json();
    run["ended"] = serde_json::Value::Null;
    fs::write(lab.path("results/latest/run.json"), run.to_string()).unwrap();

    let output = resumed(&lab);
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    assert_eq!(sorted(&lab), whole);
    let rows = fs::read_to_string(&samples).unwrap();
    assert!(rows.contains(kept[3]), "what was done is not done again");
}

#[test]
fn another_program_or_workload_is_refused_and_nothing_is_changed() {
    let lab = Lab::new(&VARIANTS);
    kill_at(&lab, started(&lab), 5);
    let before = (lines(&lab), lab.run_json()["variants"].clone());
    let refused = |why: &str| {
        let output = resumed(&lab);
        assert_eq!(output.status.code(), Some(2), "{}", shown(&output));
        assert!(shown(&output).contains(why), "{}", shown(&output));
        assert_eq!((lines(&lab), lab.run_json()["variants"].clone()), before);
    };
    let script = lab.path("models/foreign/foreign.sh");
    let original = fs::read_to_string(&script).unwrap();
    fs::write(&script, format!("{original}# rebuilt\n")).unwrap();
    refused("the program of foreign/good was built anew and differs");
    fs::write(&script, &original).unwrap();

    let workload = fs::read_to_string(lab.path("nothing.toml")).unwrap();
    lab.write("nothing.toml", workload.replace("seed = 1", "seed = 2"));
    refused("the workload nothing has changed");
    lab.write("nothing.toml", &workload);

    let output = resumed(&lab);
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
}

#[test]
fn two_tools_do_not_add_to_one_comparison() {
    let lab = Lab::new(&["good", "stubborn"]);
    let mut command = lab.compare(&["--model", "foreign/*", "--runs", "9", "--seed", "1"]);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut tool = command.spawn().unwrap();
    lab.wait_for("models/foreign/stubborn");
    let output = resumed(&lab);
    assert!(
        shown(&output).contains("another tool is still adding to it"),
        "{}",
        shown(&output)
    );
    tool.kill().unwrap();
    tool.wait().unwrap();
    lab.xtask(&["doctor"]).output().unwrap();
    lab.assert_none_left();
}

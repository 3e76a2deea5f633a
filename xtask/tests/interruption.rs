//! The tool is interrupted or killed in the middle of a run, or loses its disk: what was measured
//! stays readable, and nothing of ours keeps running.

mod common;

use std::process::{Child, Command, Stdio};

use common::{Lab, is_alive, shown, wait_until};

/// A comparison that has come to a run which never ends and does not listen.
fn at_the_stubborn_one(lab: &Lab) -> Child {
    let mut command = lab.compare(&["--model", "foreign/*", "--runs", "50", "--seed", "1"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    lab.wait_for("models/foreign/stubborn");
    child
}

fn signal(child: &Child, name: &str) {
    let status = Command::new("kill")
        .args([name, &child.id().to_string()])
        .status();
    assert!(status.unwrap().success());
}

#[test]
fn an_interrupt_ends_every_process_and_keeps_the_rows() {
    for name in ["-INT", "-TERM", "-HUP"] {
        let lab = Lab::new(&["good", "stubborn"]);
        let child = at_the_stubborn_one(&lab);
        signal(&child, name);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(130), "{}", shown(&output));
        assert!(
            shown(&output).contains("what was measured is kept"),
            "{}",
            shown(&output)
        );
        assert_eq!(lab.run_json()["interrupted"], true);
        assert!(!lab.rows().is_empty());
        lab.assert_none_left();
    }
}

#[test]
#[cfg(target_os = "linux")]
fn an_interrupt_ends_what_has_left_its_process_group() {
    let lab = Lab::new(&["good", "stubborn-daemon"]);
    let child = at_the_stubborn_one(&lab);
    signal(&child, "-INT");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", shown(&output));
    lab.assert_none_left();
}

#[test]
#[cfg(target_os = "linux")]
fn a_signal_that_was_ignored_at_the_start_stays_ignored() {
    for (ignored, name) in [("HUP", "-HUP"), ("INT", "-INT"), ("TERM", "-TERM")] {
        let lab = Lab::new(&["good", "stubborn"]);
        let tool = lab.compare(&["--runs", "1", "--time-limit", "2s", "--model", "foreign/*"]);
        let mut command = lab.after(&format!("trap '' {ignored}"), &tool);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().unwrap();
        lab.wait_for("models/foreign/stubborn");
        signal(&child, name);
        let output = child.wait_with_output().unwrap();
        // The stubborn one hangs, which fails it, and the comparison went on to its end.
        assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
        assert_eq!(lab.run_json()["interrupted"], false);
        assert_eq!(lab.failures("foreign/stubborn"), ["hung"]);
    }
}

#[test]
fn what_a_killed_tool_left_is_ended_by_the_next_one() {
    // `ab` keeps who lives beside the results of other commands.
    for folder in ["results", "ab/runs"] {
        let lab = Lab::new(&["good", "stubborn"]);
        let mut child = at_the_stubborn_one(&lab);
        signal(&child, "-KILL");
        child.wait().unwrap();
        assert!(!lab.rows().is_empty(), "each row was flushed");
        let left: Vec<String> = lab.pids().into_iter().filter(|pid| is_alive(pid)).collect();
        assert_eq!(left.len(), 1, "the stubborn one outlives its tool");
        let live = lab.path(folder).join("live");
        std::fs::create_dir_all(lab.path(folder)).unwrap();
        std::fs::rename(lab.path("results/live"), &live).unwrap();

        let output = lab.xtask(&["doctor"]).output().unwrap();
        assert!(
            shown(&output).contains("ended 1 process "),
            "{}",
            shown(&output)
        );
        lab.assert_none_left();
        assert_eq!(live.read_dir().unwrap().count(), 0);
    }
}

#[test]
fn a_tool_that_still_runs_is_left_alone() {
    let lab = Lab::new(&["good", "stubborn"]);
    let child = at_the_stubborn_one(&lab);
    let output = lab.xtask(&["doctor"]).output().unwrap();
    assert!(
        shown(&output).contains("no process was left behind"),
        "{}",
        shown(&output)
    );
    assert!(lab.pids().iter().any(|pid| is_alive(pid)));
    signal(&child, "-INT");
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(130));
}

#[test]
fn results_that_cannot_be_kept_are_an_error_before_anything_runs() {
    let lab = Lab::new(&["good"]);
    lab.write("results", "a file where a folder is needed");
    let output = lab.compare(&["--profile", "smoke"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", shown(&output));
    assert!(shown(&output).contains("results"), "{}", shown(&output));
    assert!(lab.pids().is_empty());
}

#[test]
fn a_disk_that_fills_up_is_an_error_and_the_rows_before_it_stay() {
    // Many variants fill it in few blocks.
    let lab = Lab::new(&[
        "good", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k",
    ]);
    // What has to be built is built without the limit.
    let first = lab.compare(&["--profile", "smoke"]).output().unwrap();
    assert_eq!(first.status.code(), Some(0), "{}", shown(&first));
    let tool = lab.compare(&["--model", "foreign/*", "--runs", "2000"]);
    // No file may grow beyond this: the nearest thing to a full disk that needs no rights.
    let output = lab
        .after("trap '' XFSZ; ulimit -f 160", &tool)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", shown(&output));
    assert!(
        shown(&output).contains("samples.jsonl"),
        "{}",
        shown(&output)
    );
    assert!(
        shown(&output).contains("foreign/good (reference)"),
        "{}",
        shown(&output)
    );
    let text = std::fs::read_to_string(lab.path("results/latest/samples.jsonl")).unwrap();
    let whole = text
        .lines()
        .filter(|l| serde_json::from_str::<serde_json::Value>(l).is_ok());
    assert!(whole.count() > 10);
    wait_until("its processes to be gone", || {
        !lab.pids().iter().any(|pid| is_alive(pid))
    });
}

#[test]
fn what_the_tool_cannot_start_is_no_failure_of_a_model_and_is_run_later() {
    let lab = Lab::new(&["good", "also", "no-ledger"]);
    let arguments = ["--model", "foreign/*", "--runs", "2", "--seed", "1"];
    let output = lab.compare(&arguments).output().unwrap();
    let text = shown(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    let kept = lab.runs();
    assert!(!kept.is_empty(), "{text}");
    assert!(kept.iter().all(is_measured), "{text}");
    let expected = format!("error: the tool failed; {} run", kept.len());
    assert!(text.contains(&expected), "{expected}: {text}");
    let how = "kept, and `cargo xtask compare --resume /";
    assert!(text.contains(how), "{text}");
    assert!(text.contains("no program can be started: "), "{text}");
    assert!(text.contains("cannot be written: No such file"), "{text}");

    let output = lab.xtask(&["compare", "--resume"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    // Three answers, two blocks with the reference twice, and three rounds for memory.
    let runs = lab.runs();
    assert_eq!(runs.len(), 3 + 2 * 4 + 3 * 3);
    assert!(runs.iter().all(is_measured));
}

fn is_measured(run: &serde_json::Value) -> bool {
    run["outcome"].get("measured").is_some()
}

#[test]
fn after_a_disk_that_was_full_the_comparison_goes_on() {
    let variants = [
        "good", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k",
    ];
    let lab = Lab::new(&variants);
    // What has to be built is built without the limit.
    let smoke = ["--model", "foreign/*", "--profile", "smoke"];
    let first = lab.compare(&smoke).output().unwrap();
    assert_eq!(first.status.code(), Some(0), "{}", shown(&first));
    let tool = lab.compare(&["--model", "foreign/*", "--runs", "8"]);
    // The smallest file that the tool tries before it begins has 64 KiB, which is 128 blocks.
    let output = lab
        .after("trap '' XFSZ; ulimit -f 128", &tool)
        .output()
        .unwrap();
    let text = shown(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    let samples = lab.path("results/latest/samples.jsonl");
    let stored = std::fs::read(&samples).unwrap();
    assert_ne!(stored.last(), Some(&b'\n'), "its last line is torn: {text}");
    let whole = stored.split(|byte| *byte == b'\n');
    let runs = whole.filter(|line| line.starts_with(b"{\"run\"")).count() - 1;
    let expected =
        format!("the tool failed; {runs} runs are kept, and `cargo xtask compare --resume");
    assert!(text.contains(&expected), "{expected}: {text}");

    let output = lab.xtask(&["compare", "--resume"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    let runs = lab.runs();
    assert_eq!(runs.len(), 12 + 8 * 13 + 3 * 12);
    assert!(runs.iter().all(is_measured));
}

#[test]
fn too_few_open_files_for_the_tool_are_no_failure_of_a_model() {
    let lab = Lab::new(&["good"]);
    let tool = lab.compare(&["--model", "foreign/*", "--profile", "smoke"]);
    let output = lab.after("ulimit -n 12", &tool).output().unwrap();
    let text = shown(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    let expected = "no program can be started: this tool may open no further file (`ulimit -n`";
    assert!(text.contains(expected), "{text}");
    assert!(lab.runs().is_empty(), "{text}");
}

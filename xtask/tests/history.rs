//! `cargo xtask history`, from the command line to the page, on scripted runs and on a history that is made up.

mod common;

use std::fs;

use common::{Lab, shown};
use serde_json::json;

const SCRIPT: &str = "seed = 3\n[[workload]]\nname = \"sum\"\ntime_ms = 20.0\ntasks = 100\n\
    [[variant]]\nname = \"plain/loop\"\n[[variant]]\nname = \"other/loop\"\nfactor = 1.5\n";

/// The exit code and everything that was printed.
fn history(lab: &Lab, arguments: &[&str]) -> (Option<i32>, String) {
    let words: Vec<&str> = ["history"]
        .into_iter()
        .chain(arguments.iter().copied())
        .collect();
    let output = lab.xtask(&words).output().unwrap();
    (output.status.code(), shown(&output))
}

/// Nights of which those from the 30th on are slower by a fifth.
fn made_up(lab: &Lab) {
    let lines = (0_u32..60).map(|night| {
        let level = if night < 30 { 1.0 } else { 1.2 };
        let ratio = level * (1.0 + f64::from(night * 7 % 11) / 1000.0);
        json!({"format": 1, "commit": format!("{night:012x}"),
            "started": format!("2026-{:02}-{:02}T02:00:00Z", 1 + night / 28, 1 + night % 28),
            "machine": {"cpu": "c", "processors": "2"}, "reference": "plain/loop",
            "ratios": [{"workload": "sum", "variant": "other/loop", "metric": "time-per-task",
                "ratio": ratio, "interval": [ratio * 0.99, ratio * 1.01], "rounds": 20}]})
        .to_string()
            + "\n"
    });
    lab.write("history.jsonl", lines.collect::<String>());
}

#[test]
fn stored_comparisons_are_added_once() {
    let lab = Lab::new(&[]);
    lab.write("script.toml", SCRIPT);
    let mut command = lab.xtask(&["compare", "sum", "--scripted", "script.toml", "--runs", "7"]);
    let output = command.args(["--seed", "5"]).output().unwrap();
    assert!(output.status.success(), "{}", shown(&output));
    let (code, missing) = history(&lab, &["history.jsonl"]);
    assert_eq!(code, Some(2), "{missing}");
    assert!(missing.contains("`--add RUN` makes one"), "{missing}");
    for _ in 0..2 {
        let (code, text) = history(&lab, &["history.jsonl", "--add", "latest"]);
        assert_eq!(code, Some(0), "{text}");
        assert!(text.contains("1 night from "), "{text}");
        assert!(text.contains("long enough to tell"), "{text}");
    }
    let written = fs::read_to_string(lab.path("history.jsonl")).unwrap();
    assert_eq!(written.lines().count(), 1);
    let line: serde_json::Value = serde_json::from_str(&written).unwrap();
    let ratios = line["ratios"].as_array().unwrap();
    assert!(
        ratios.iter().all(|one| one["variant"] == "other/loop"),
        "{written}"
    );
    let ratio = ratios[0]["ratio"].as_f64().unwrap();
    assert!(ratio > 1.2, "{written}");
}

#[test]
fn a_change_is_marked_and_the_same_history_gives_the_same_page() {
    let lab = Lab::new(&[]);
    made_up(&lab);
    let (code, text) = history(&lab, &["history.jsonl", "--html", "a.html"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(
        text.contains("between 2026-02-02 0000000 and 2026-02-03 0000000"),
        "{text}"
    );
    assert!(
        text.contains("30 nights before it and 30 nights after it"),
        "{text}"
    );
    let page = fs::read_to_string(lab.path("a.html")).unwrap();
    for part in [
        "<figure",
        "class=\"hollow\"",
        "-- 1.",
        "since 2026-02-03",
        "Content-Security-Policy",
    ] {
        assert!(page.contains(part), "{part}");
    }
    let piped = lab
        .xtask(&["history", "history.jsonl", "--html", "-"])
        .output();
    assert_eq!(String::from_utf8_lossy(&piped.unwrap().stdout), page);
}

#[test]
fn what_is_no_history_is_refused_and_nothing_is_destroyed() {
    let lab = Lab::new(&[]);
    made_up(&lab);
    let before = fs::read(lab.path("history.jsonl")).unwrap();
    let (code, text) = history(&lab, &["history.jsonl", "--html", "./history.jsonl"]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("the history itself"), "{text}");
    let (code, text) = history(&lab, &["history.jsonl", "--add", "latest"]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("no such comparison"), "{text}");
    assert_eq!(fs::read(lab.path("history.jsonl")).unwrap(), before);
    lab.write("other.jsonl", "{\"format\":1}\n");
    let (code, text) = history(&lab, &["other.jsonl"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(
        text.contains("other.jsonl:1: this is no line of a history"),
        "{text}"
    );
}

//! What no campaign is made of: refused before anything runs where that can be known, and else when it is merged.

use std::fs;

use crate::common::{Lab, shown};
use crate::{campaign, merge, script, shard};

/// Two shards on two hosts, and what `run.json` of the second becomes before they are merged.
fn merged_after(change: impl Fn(&mut serde_json::Value)) -> String {
    let lab = Lab::new(&[]);
    for (index, host) in ["alpha", "beta"].into_iter().enumerate() {
        let output = shard(&lab, index as u64, 2, &script(host, 1.0), &["sum"]);
        assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    }
    let folder = lab.path("campaign/shard-1-of-2.attempt-0");
    for unit in fs::read_dir(folder).unwrap().flatten() {
        let file = unit.path().join("run.json");
        let Ok(text) = fs::read(&file) else {
            continue;
        };
        let mut run = serde_json::from_slice(&text).unwrap();
        change(&mut run);
        fs::write(file, serde_json::to_vec(&run).unwrap()).unwrap();
    }
    let output = merge(&lab, &["campaign", "--out", "merged"]);
    assert_eq!(output.status.code(), Some(2), "{}", shown(&output));
    shown(&output)
}

fn assert_refused(words: &str, change: impl Fn(&mut serde_json::Value)) {
    let text = merged_after(change);
    assert!(
        text.contains("cannot be merged") && text.contains(words),
        "{text}"
    );
}

#[test]
fn units_of_another_commit_setting_workload_or_program_are_not_merged() {
    assert_refused("commit: ", |run| run["commit"] = "other".into());
    assert_refused("workers: 2 and 3", |run| {
        run["options"]["workers"] = 3.into();
    });
    assert_refused("program of plain/loop: \"aa\" and \"bb\"", |run| {
        run["variants"][0]["program"] = "bb".into();
    });
    assert_refused("the workload sum is another one", |run| {
        run["workloads"][0]["workload"]["seed"] = 77.into();
    });
    assert_refused("seed of the campaign: 5 and 6", |run| {
        run["shard"]["seed"] = 6.into();
    });
}

#[test]
fn a_unit_without_a_host_is_refused() {
    let text = merged_after(|run| run["host"] = serde_json::Value::Null);
    assert!(
        text.contains("it does not say on which host it ran"),
        "{text}"
    );
}

#[test]
fn a_shard_with_other_programs_than_the_first_is_refused_before_it_measures() {
    let lab = Lab::new(&[]);
    let first = shard(&lab, 0, 2, &script("alpha", 1.0), &[]);
    assert_eq!(first.status.code(), Some(0), "{}", shown(&first));
    let other = script("beta", 1.0).replace("program = \"aa\"", "program = \"bb\"");
    let refused = shard(&lab, 1, 2, &other, &[]);
    assert_eq!(refused.status.code(), Some(2));
    let text = shown(&refused);
    assert!(
        text.contains("this shard is not of the campaign in"),
        "{text}"
    );
    assert!(
        text.contains("program of plain/loop: \"aa\" and \"bb\""),
        "{text}"
    );
    assert!(
        text.contains("stays incomplete and counts for nothing"),
        "{text}"
    );
    assert!(!lab.path("campaign/shard-1-of-2.attempt-0/done").exists());
}

#[test]
fn a_plan_that_gives_a_host_too_few_rounds_is_refused_before_anything_is_made() {
    let lab = Lab::new(&[]);
    let text = |output: std::process::Output| {
        assert_eq!(output.status.code(), Some(2), "{}", shown(&output));
        shown(&output)
    };
    let few = shard(&lab, 0, 9, &script("alpha", 1.0), &["--runs", "24"]);
    let words = text(few);
    assert!(
        words.contains("9 shards are too many: 2 workloads in 24 rounds each make at most 8 units"),
        "{words}"
    );
    let none = text(shard(&lab, 4, 4, &script("alpha", 1.0), &[]));
    assert!(
        none.contains("shards are counted from 0, so that the last one is 3"),
        "{none}"
    );
    let mut command = lab.xtask(&["compare", "--scripted", "script-0.toml", "--shard", "0/2"]);
    command.args(["--out", "campaign", "--runs", "12"]);
    assert!(text(command.output().unwrap()).contains("--shard needs --seed"));
    assert!(!lab.path("campaign").exists());
}

#[test]
fn containers_of_one_machine_are_one_host_unless_nodes_are_said_to_be_hosts() {
    let lab = Lab::new(&[]);
    for (index, host) in ["alpha", "beta"].into_iter().enumerate() {
        let own = script(host, 1.0).replace("boot-of-beta", "boot-of-alpha");
        let output = shard(&lab, index as u64, 2, &own, &["sum"]);
        assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    }
    let one = shown(&merge(&lab, &["campaign", "--out", "one"]));
    assert!(
        one.contains("warning: alpha, beta are one machine"),
        "{one}"
    );
    assert!(one.contains("on 1 host: alpha"), "{one}");
    let two = shown(&merge(
        &lab,
        &["campaign", "--out", "two", "--nodes-are-hosts"],
    ));
    assert!(
        two.contains("on 2 hosts: alpha, beta") && !two.contains("warning"),
        "{two}"
    );
}

#[test]
fn a_folder_without_shards_and_one_with_something_else_are_refused() {
    let lab = Lab::new(&[]);
    campaign(&lab, [1.0; 4]);
    fs::create_dir(lab.path("empty")).unwrap();
    let none = merge(&lab, &["empty"]);
    assert_eq!(none.status.code(), Some(2));
    assert!(
        shown(&none).contains("no shard is here"),
        "{}",
        shown(&none)
    );
    let unit = "campaign/shard-0-of-4.attempt-0/unit-0000";
    let taken = merge(&lab, &["campaign", "--out", unit]);
    assert_eq!(taken.status.code(), Some(2));
    assert!(
        shown(&taken).contains("another comparison is here"),
        "{}",
        shown(&taken)
    );
}

#[test]
fn rows_that_were_lost_or_added_after_an_attempt_was_complete_are_noticed() {
    let lab = Lab::new(&[]);
    campaign(&lab, [1.0; 4]);
    let file = lab.path("campaign/shard-0-of-4.attempt-0/unit-0000/samples.jsonl");
    let text = fs::read_to_string(&file).unwrap();
    let last = text.trim_end().rfind('\n').unwrap() + 1;
    for other in [text[..last].to_owned(), text.clone() + &text[last..]] {
        fs::write(&file, other).unwrap();
        let output = merge(&lab, &["campaign", "--out", "merged"]);
        assert_eq!(output.status.code(), Some(1));
        assert!(
            shown(&output).contains("and the unit was completed with"),
            "{}",
            shown(&output)
        );
        assert!(!lab.path("merged/run.json").exists());
    }
}

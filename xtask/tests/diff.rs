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
    let all = ["--model", "other", "--runs", "20"].iter().chain(arguments);
    let all: Vec<&str> = all.copied().collect();
    scripted(lab, script, &all)
}

/// A comparison of all variants, of which none is named.
fn scripted(lab: &Lab, script: &str, arguments: &[&str]) -> Output {
    lab.write("script.toml", script);
    let mut command = lab.xtask(&["compare", "--scripted", "script.toml"]);
    command.args(["--reference", "plain/loop", "--seed", "5", "--workers", "2"]);
    command.args(arguments).output().unwrap()
}

/// The number of stored comparisons.
fn stored(lab: &Lab) -> usize {
    lab.path("results").read_dir().unwrap().count()
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
        text.contains("regression beyond 5 %: other/loop at wait (time, CPU)\n"),
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
fn what_can_never_be_compared_is_refused_before_anything_is_measured() {
    let lab = with_baseline();
    let few = assert_ends(
        &scripted(&lab, SCRIPT, &["--baseline", "main", "--runs", "3"]),
        2,
    );
    assert!(few.contains("at least 6 rounds"), "{few}");
    let smoke = ["--save-baseline", "main", "--profile", "smoke"];
    let text = assert_ends(&scripted(&lab, SCRIPT, &smoke), 2);
    assert!(
        text.contains("--save-baseline needs a profile that measures"),
        "{text}"
    );
    rewrite(&lab, |run| {
        for record in run["workloads"].as_array_mut().unwrap() {
            record["workload"]["tasks"] = 999.into();
        }
    });
    let before = stored(&lab);
    let text = assert_ends(&compare(&lab, SCRIPT, &["--baseline", "main"]), 2);
    assert!(
        text.contains("nothing can be compared with `main`"),
        "{text}"
    );
    assert_eq!(stored(&lab), before);
}

#[test]
fn a_variant_that_crashes_is_no_pass_though_nobody_named_it() {
    let lab = with_baseline();
    let crashes = "[[case]]\nvariant = \"other/loop\"\nworkload = \"wait\"\nfrom_block = 15\n\
                   fails = { kind = \"crashed\", message = \"gone\" }\n";
    let broken = format!("{SCRIPT}{crashes}");
    let twenty = ["--runs", "20"];
    assert_ends(&scripted(&lab, &broken, &twenty), 0);
    let text = assert_ends(
        &scripted(&lab, &broken, &["--runs", "20", "--baseline", "main"]),
        1,
    );
    let told = "no figure to hold against `main` any more: other/loop at wait: crashed: gone\n";
    assert!(text.contains(told), "{text}");
    // It is no baseline either, or the next comparison would not miss it.
    for name in ["main", "new"] {
        let arguments = ["--runs", "20", "--save-baseline", name];
        let text = assert_ends(&scripted(&lab, &broken, &arguments), 1);
        let told = format!("not kept as `{name}`");
        assert!(text.contains(&told), "{text}");
        assert!(text.contains("other/loop at wait: crashed: gone"), "{text}");
    }
    assert!(!lab.path("baselines/new").exists());
}

#[test]
fn a_variant_too_slow_for_the_budget_is_no_pass() {
    let lab = with_baseline();
    let endless = SLOW.replace("1.2", "100.0");
    let broken = format!("{SCRIPT}{endless}");
    let budget = ["--max-time", "60s", "--precision", "off"];
    let arguments = [&budget[..], &["--baseline", "main"]].concat();
    let text = assert_ends(&scripted(&lab, &broken, &arguments), 1);
    let told = "other/loop at wait: it did not fit into the time budget";
    assert!(text.contains(told), "{text}");
    let arguments = [&budget[..], &["--save-baseline", "main"]].concat();
    let text = assert_ends(&scripted(&lab, &broken, &arguments), 1);
    assert!(
        text.contains("not kept as `main`") && text.contains(told),
        "{text}"
    );
    let text = assert_ends(&diff(&lab, &["main", "latest"]), 0);
    assert!(
        text.contains("measured in the first and not usable in the second:"),
        "{text}"
    );
    assert!(text.contains(told), "{text}");
}

#[test]
fn a_variant_that_is_gone_is_no_pass_unless_others_are_named() {
    let lab = with_baseline();
    let renamed = SCRIPT.replace("other/loop", "else/loop");
    let arguments = ["--runs", "20", "--baseline", "main"];
    let text = assert_ends(&scripted(&lab, &renamed, &arguments), 1);
    assert!(
        text.contains("other/loop at sum: there is no such variant"),
        "{text}"
    );
    let chosen = ["--runs", "20", "--baseline", "main", "--model", "else"];
    assert_ends(&scripted(&lab, &renamed, &chosen), 0);
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
        run["environment"]["cpu"] = "another".into();
        run["environment"]["rustc"] = "rustc 0.1".into();
    });
    let refused = assert_ends(&diff(&lab, &["main", "latest"]), 2);
    assert!(
        refused.contains("different machines (cpu: another"),
        "{refused}"
    );
    let forced = assert_ends(&diff(&lab, &["main", "latest", "--force"]), 0);
    assert!(forced.contains("rustc: rustc 0.1 → unknown"), "{forced}");
    let before = stored(&lab);
    let refused = assert_ends(&compare(&lab, SCRIPT, &["--baseline", "main"]), 2);
    assert!(refused.contains("--force compares with it"), "{refused}");
    assert_eq!(
        stored(&lab),
        before,
        "it is refused before anything is measured"
    );
    assert_ends(
        &compare(&lab, SCRIPT, &["--baseline", "main", "--force"]),
        0,
    );
}

#[test]
fn another_name_of_the_host_is_the_same_machine() {
    let lab = with_baseline();
    rewrite(&lab, |run| run["environment"]["host"] = "elsewhere".into());
    let text = assert_ends(&compare(&lab, SCRIPT, &["--baseline", "main"]), 0);
    assert!(text.contains("host: elsewhere → unknown"), "{text}");
    assert_ends(&diff(&lab, &["main", "latest"]), 0);
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

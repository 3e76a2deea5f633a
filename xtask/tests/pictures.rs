//! Pictures beside figures and plots, on scripted runs from the command line to the characters: exact, and
//! where nobody asked for them there are none.

mod common;

use std::process::Output;

use common::{Lab, shown};
use serde_json::json;

const MACHINE: &str = r#"
seed = 11
[noise]
log_sd = 0.02
spikes = { share = 0.05, most = 0.3 }
[drift]
sd = 0.05
phi = 0.9
[[workload]]
name = "sum"
time_ms = 200.0
[[variant]]
name = "plain/loop"
[[variant]]
name = "plain/again"
[[variant]]
name = "other/dear"
cpu = 1.7
[[variant]]
name = "other/far"
[[variant]]
name = "other/hung"
[[case]]
variant = "other/far"
factor = 45.0
[[case]]
variant = "other/dear"
factor = 1.12
[[case]]
variant = "other/hung"
fails = { kind = "hung", message = "no `done` within the time limit" }
"#;

/// Characters that only pictures have.
const DRAWN: [char; 12] = ['├', '┤', '●', '◇', '○', '░', '┊', '◀', '▶', '▁', '▄', '▇'];

/// A comparison of which some rounds were disturbed and count all the same.
fn compared() -> Lab {
    let lab = Lab::new(&[]);
    lab.write("script.toml", MACHINE);
    let mut command = lab.xtask(&["compare", "--scripted", "script.toml"]);
    command.args(["--reference", "plain/loop", "--seed", "5"]);
    command.args(["--workers", "2", "--runs", "14"]);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    lab
}

fn report(lab: &Lab, arguments: &[&str], columns: &str, locale: &str) -> Output {
    let mut command = lab.xtask(&["report"]);
    command.args(arguments).env("COLUMNS", columns);
    command.env("LC_ALL", locale).output().unwrap()
}

/// What was printed, without the lines that name a folder.
fn text(output: &Output) -> String {
    let all = String::from_utf8_lossy(&output.stdout);
    let has_folder = |line: &&str| line.contains("results in") || line.contains("again: ");
    let lines = all.lines().filter(|line| !has_folder(line));
    lines.map(|line| format!("{line}\n")).collect()
}

fn drawn(lab: &Lab, arguments: &[&str], columns: &str) -> String {
    let output = report(lab, arguments, columns, "C.UTF-8");
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    text(&output)
}

#[test]
fn output_that_is_piped_has_pictures_only_where_they_are_asked_for() {
    let lab = compared();
    for verbose in [&[][..], &["--verbose"]] {
        for columns in ["80", "250"] {
            let auto = report(&lab, verbose, columns, "C.UTF-8");
            let never = [verbose, &["--pictures", "never"]].concat();
            assert_eq!(auto.stdout, report(&lab, &never, columns, "C.UTF-8").stdout);
            assert!(!text(&auto).contains(DRAWN), "{}", text(&auto));
            let always = [verbose, &["--pictures", "always"]].concat();
            assert!(drawn(&lab, &always, columns).contains(DRAWN));
        }
    }
}

#[test]
fn a_wide_table_has_a_forest_beside_each_ratio() {
    let lab = compared();
    insta::assert_snapshot!("beside", drawn(&lab, &["--pictures", "always"], "200"));
}

#[test]
fn a_narrow_table_loses_nothing_to_its_pictures() {
    let lab = compared();
    let plain = drawn(&lab, &["--pictures", "never"], "80");
    let pictured = drawn(&lab, &["--pictures", "always"], "80");
    assert!(
        pictured.lines().all(|line| line.chars().count() <= 80),
        "{pictured}"
    );
    let mut others = pictured.lines();
    for line in plain.lines() {
        assert!(others.any(|other| other == line), "{line}\n{pictured}");
    }
    insta::assert_snapshot!("below", pictured);
}

#[test]
fn without_utf_8_pictures_are_of_ascii() {
    let lab = compared();
    let arguments = ["--pictures", "always", "--verbose"];
    let output = report(&lab, &arguments, "250", "C");
    let text = text(&output);
    assert!(!text.contains(DRAWN), "{text}");
    assert!(
        text.contains("--o--") && text.contains("x A/A control"),
        "{text}"
    );
}

#[test]
fn with_verbose_the_order_of_runs_stands_below_the_table() {
    let lab = compared();
    let mut run = lab.run_json();
    run["disturbed_blocks"] = json!({ "sum": { "blocks": [5, 9], "count": true } });
    lab.write("results/latest/run.json", run.to_string());
    let text = drawn(&lab, &["--pictures", "always", "--verbose"], "100");
    let at = text.find("time per task by round").unwrap();
    let lines: Vec<&str> = text[at..].lines().take(6).collect();
    insta::assert_snapshot!("by-round", lines.join("\n"));
}

#[test]
fn runs_and_latencies_are_drawn_instead_of_tables() {
    let lab = compared();
    insta::assert_snapshot!("runs", drawn(&lab, &["--plot", "runs"], "100"));
    let latency = drawn(&lab, &["--plot", "latency"], "80");
    assert!(
        latency.starts_with("sum: latency of a task by percentile"),
        "{latency}"
    );
    assert!(
        latency.contains("p50") && latency.contains("A plain/loop"),
        "{latency}"
    );
    let both = drawn(&lab, &["--plot", "runs,latency"], "80");
    assert!(both.ends_with(&latency), "{both}");
}

#[test]
fn what_a_comparison_does_not_have_is_not_drawn_and_said() {
    let lab = compared();
    let output = report(&lab, &["--plot", "sweep"], "100", "C");
    assert_eq!(output.status.code(), Some(1), "{}", shown(&output));
    assert!(
        shown(&output).contains("this comparison swept nothing"),
        "{}",
        shown(&output)
    );
    assert_eq!(text(&output), "");
}

#[test]
fn a_sweep_is_drawn_with_its_crossover() {
    let lab = Lab::new(&[]);
    let mut script = "seed = 11\n[noise]\nlog_sd = 0.01\n[drift]\nsd = 0.05\nphi = 0.9\n\
        [[workload]]\nname = \"sum\"\ntime_ms = 200.0\ntasks = 2000\n\
        [[variant]]\nname = \"plain/loop\"\n[[variant]]\nname = \"other/rising\"\n"
        .to_owned();
    for lanes in [1_u32, 4, 16, 64, 256, 1024] {
        let factor = (f64::from(lanes) / 40.0).powf(0.3);
        script += &format!(
            "[[case]]\nvariant = \"other/rising\"\nworkload = \"sum-in-flight-{lanes}\"\n\
             factor = {factor}\n"
        );
    }
    lab.write("script.toml", &script);
    let mut command = lab.xtask(&["compare", "sum", "--scripted", "script.toml"]);
    command.args(["--reference", "plain/loop", "--seed", "5", "--runs", "12"]);
    let output = command
        .args(["-L", "in_flight=1,4,16,64,256,1024"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    insta::assert_snapshot!("sweep", drawn(&lab, &["--plot", "sweep"], "80"));
}

#[test]
fn two_results_side_by_side_have_a_forest_too() {
    let lab = compared();
    let mut command = lab.xtask(&["diff", "latest", "latest", "--pictures", "always"]);
    let output = command.env("LC_ALL", "C.UTF-8").output().unwrap();
    assert!(
        text(&output).contains("● ratio") || text(&output).contains("├─●─┤ ratio"),
        "{}",
        shown(&output)
    );
}

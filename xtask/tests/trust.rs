//! `trust` through the real tool: its figures for programs and for people, the same for the same
//! seed on any number of processors. What the figures ought to be is left to whoever runs it in
//! full.

mod common;

use common::{Lab, shown};

fn trust(arguments: &[&str]) -> String {
    let lab = Lab::new(&[]);
    let mut command = lab.xtask(&["trust", "--comparisons", "1"]);
    let output = command.args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_seed_gives_the_same_figures() {
    let first = trust(&["--seed", "3", "--export-json", "-"]);
    assert_eq!(first, trust(&["--seed", "3", "--export-json", "-"]));
    assert_ne!(first, trust(&["--seed", "4", "--export-json", "-"]));
    let figures: serde_json::Value = serde_json::from_str(&first).unwrap();
    assert_eq!(
        (&figures["seed"], &figures["comparisons"]),
        (&3.into(), &1.into())
    );
    assert_eq!(figures["bars"].as_array().unwrap().len(), 88);
    let equals = &figures["reports"][0]["counted"]["by"];
    let counted = ["time", "cpu"].map(|metric| &equals[metric]["comparisons"]);
    assert_eq!(counted, [30, 30], "one family of both metrics");
}

#[test]
fn people_get_tables_with_the_usual_way_beside() {
    let text = trust(&[]);
    assert!(
        text.starts_with("1 comparison a setting, seed 1\n"),
        "{text}"
    );
    let heads = [
        "++ or --",
        "time covers",
        "CPU covers",
        "Welch",
        "bootstrap",
        "bars",
    ];
    assert!(heads.iter().all(|head| text.contains(head)), "{text}");
}

#[test]
fn the_two_kinds_of_real_comparisons_exclude_each_other() {
    let lab = Lab::new(&[]);
    let mut command = lab.xtask(&["trust", "--real", "--time-to-verdict"]);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", shown(&output));
    let text = shown(&output);
    assert!(
        text.contains("--real") && text.contains("--time-to-verdict"),
        "{text}"
    );
}

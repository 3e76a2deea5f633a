//! While a comparison runs it is told when it will be as precise as was asked for, or what is to be expected
//! instead: on scripted runs, whose times are those of the script.

mod common;

use common::{Lab, shown};

const MACHINE: &str = r#"
seed = 3

[noise]
log_sd = 0.04

[[workload]]
name = "work"
time_ms = 400.0

[[variant]]
name = "plain/loop"

[[variant]]
name = "plain/again"
"#;

/// The lines about the outlook, without the time at their begin.
fn outlooks(arguments: &[&str]) -> Vec<String> {
    let lab = Lab::new(&[]);
    lab.write("script.toml", MACHINE);
    let mut command = lab.xtask(&["compare", "--scripted", "script.toml", "--seed", "5"]);
    let output = command.args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    let text = String::from_utf8(output.stderr).unwrap();
    let lines = text
        .lines()
        .filter_map(|line| line.split_once("measuring: ±"));
    lines.map(|(_, outlook)| outlook.to_owned()).collect()
}

#[test]
fn the_time_to_a_precision_is_told_and_told_again_at_twice_the_rounds() {
    let found = outlooks(&["--precision", "1.5%", "--max-time", "20m"]);
    assert!((2..=6).contains(&found.len()), "{found:?}");
    let is_time = |line: &String| line.starts_with("1.5 % in about ");
    assert!(found.iter().all(is_time), "{found:?}");
}

#[test]
fn what_the_time_does_not_allow_is_told_with_what_to_expect() {
    let found = outlooks(&["--precision", "0.1%", "--max-time", "30s"]);
    let first = &found[0];
    assert!(
        first.starts_with("0.1 % would need about ")
            && first.contains("; the limit is 30 s: expect ±"),
        "{first}"
    );
}

#[test]
fn who_asks_for_rounds_is_told_nothing_of_the_kind() {
    assert!(outlooks(&["--runs", "20"]).is_empty());
}

//! `find-rate` on real programs: what it refuses, what it says of programs that fail, and where it is interrupted. The
//! search itself is tried over made-up models in `crates/find-rate`, since a rate depends on a machine's speed.

mod common;
mod peer;

use std::process::{Command, Stdio};

use common::{Lab, shown};
use peer::has_python;

/// Requests that are due eight times a second.
const SERVED: &str = r#"
name = "asked"
about = "requests"
class = "serve"
tasks = 400
in_flight = 2
rate = "8/s"
seed = 1
[serve]
bytes = "64B"
[[step]]
compute = { kernel = "sum-squares", size = 5 }
"#;

fn rated(lab: &Lab) {
    let text = "name = \"rated\"\nabout = \"no steps\"\nclass = \"mixed\"\ntasks = 9\nin_flight = 2\nseed = 1\nrate = \"100/s\"\n";
    lab.write("rated.toml", text);
}

#[test]
fn what_makes_no_sense_is_refused_before_anything_runs() {
    let lab = Lab::new(&["good"]);
    rated(&lab);
    let cases: [(&[&str], &str); 7] = [
        (&["./rated.toml"], "--until <CONDITION>"),
        (
            &["./rated.toml", "--until", "p99<50"],
            "at character 1, `p99<50`: `50` is no time: allowed are",
        ),
        (
            &["./nothing.toml", "--until", "p99<1s"],
            "./nothing.toml has no rate: allowed are workloads with one",
        ),
        (
            &["./rated.toml", "--until", "p99<1s", "-L", "rate=1,2"],
            "the rate is what is looked for",
        ),
        (
            &["./rated.toml", "--until", "p99<1s", "--confirm", "0"],
            "from 100ms to 10m",
        ),
        (
            &["./rated.toml", "--until", "p99<1s", "--model", "nobody/*"],
            "no variant matches `nobody/*`",
        ),
        (&["spawn@5", "--until", "p99<1s"], "such work has no rate"),
    ];
    for (arguments, expected) in cases {
        let all = [&["find-rate"], arguments].concat();
        let output = lab.xtask(&all).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", shown(&output));
        assert!(shown(&output).contains(expected), "{}", shown(&output));
    }
    assert!(lab.pids().is_empty(), "nothing was started");
}

#[test]
fn a_variant_that_fails_is_a_row_with_its_reason() {
    let lab = Lab::new(&["crash", "says-error"]);
    rated(&lab);
    for (variant, word) in [("crash", "crashed"), ("says-error", "failed")] {
        let name = format!("foreign/{variant}");
        let arguments = [
            "find-rate",
            "./rated.toml",
            "--until",
            "p99<1s",
            "--model",
            &name,
        ];
        let output = lab.xtask(&arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{}", shown(&output));
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(text.contains(&format!("{name}: {word}: ")), "{text}");
        lab.assert_none_left();
    }
}

#[test]
fn an_interrupt_ends_every_process_and_gives_no_rate() {
    let lab = Lab::new(&["stubborn"]);
    rated(&lab);
    let mut command = lab.xtask(&["find-rate", "./rated.toml", "--until", "p99<1s"]);
    command.args(["--model", "foreign/stubborn"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    lab.wait_for("models/foreign/stubborn");
    let pid = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &pid])
            .status()
            .unwrap()
            .success()
    );
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", shown(&output));
    let text = shown(&output);
    assert!(text.contains("not confirmed"), "{text}");
    assert!(text.contains("nothing is known yet"), "{text}");
    lab.assert_none_left();
}

#[test]
fn a_condition_that_no_rate_keeps_gives_none_and_names_the_task_itself() {
    if !has_python() {
        return;
    }
    let lab = Lab::new(&[]);
    lab.write("asked.toml", SERVED);
    let mut command = lab.xtask(&["find-rate", "./asked.toml", "--until", "p50<1ns"]);
    command.args([
        "--model",
        "python/threading",
        "--probe",
        "100ms",
        "--format",
        "json",
    ]);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let row = &found["rows"][0];
    assert_eq!(row["variant"], "python/threading");
    assert!(row["rate"].is_null(), "{row}");
    // On a machine that does other things whoever asks may be late, which is told.
    let limits = ["one-task", "load-generator"];
    assert!(limits.contains(&row["limit"].as_str().unwrap()), "{row}");
    let tried = row["tried"].as_array().unwrap();
    let rates: Vec<u64> = tried
        .iter()
        .map(|one| one["rate"].as_u64().unwrap())
        .collect();
    // Tasks that come so slowly meet nobody. Where they were handed over late, that says nothing, and lower rates follow.
    assert!(rates == [8] || rates[..2] == [8, 4], "{rates:?}");
    for one in tried {
        assert!((2..=3).contains(&one["runs"].as_u64().unwrap()), "{one}");
        assert_ne!(one["outcome"], "held", "{one}");
        assert!(one["figures"]["p50_ns"].as_u64().unwrap() > 0, "{one}");
        assert!(
            one["figures"]["service_cores"].as_f64().unwrap() >= 0.0,
            "{one}"
        );
    }
}

//! `cargo xtask claims`, from the command line to verdicts, on scripted runs: no clock decides
//! anything.

mod common;

use std::fs;
use std::process::Output;

use common::{Lab, shown};

/// Threads overlap waits, and twice as many processors compute twice as fast; no Python is there.
const SCRIPT: &str = r#"
[[workload]]
name = "notes-http"
time_ms = 100.0
[[workload]]
name = "notes-postgres"
time_ms = 100.0
[[workload]]
name = "cpu"
time_ms = 100.0
[[variant]]
name = "threads/sequential"
[[variant]]
name = "threads/spawn"
factor = 0.1
[[variant]]
name = "threads/spawn+gil"
factor = 0.1
[[case]]
variant = "threads/spawn"
workload = "cpu"
factor = 5.0
[[case]]
variant = "threads/spawn+gil"
workload = "cpu"
factor = 10.0
"#;

fn claims(lab: &Lab, arguments: &[&str]) -> Output {
    let mut command = lab.xtask(&["claims"]);
    command.args(arguments).output().unwrap()
}

fn scripted(arguments: &[&str]) -> (Lab, Output) {
    let lab = Lab::new(&[]);
    lab.write("script.toml", SCRIPT);
    let mut all = vec!["--scripted", "script.toml", "--seed", "5"];
    all.extend(arguments);
    let output = claims(&lab, &all);
    (lab, output)
}

fn text(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", shown(output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The line of a column below a claim.
fn line<'t>(text: &'t str, claim: &str, column: &str) -> &'t str {
    let of_claim = text.lines().skip_while(|line| !line.starts_with(claim));
    let mut lines = of_claim.skip(1).take_while(|line| line.starts_with("  "));
    lines
        .find(|line| line.trim_start().starts_with(column))
        .unwrap()
}

#[test]
fn a_claim_has_a_verdict_in_every_column() {
    let (_, output) = scripted(&["C4"]);
    let text = text(&output);
    let python = line(&text, "C4  ", "CPython");
    assert!(
        python.contains("not measurable here (there is no `python/sequential` here)"),
        "{text}"
    );
    let rust = line(&text, "C4  ", "Rust  ");
    assert!(
        rust.contains("✗ does not hold: speed-up of threads at notes-http 10.0×, "),
        "{text}"
    );
    assert!(rust.contains("≤ 1.15× ✗"), "{text}");
    let gil = line(&text, "C4  ", "Rust with a GIL");
    assert!(gil.contains("✓ holds"), "{text}");
}

#[test]
fn stored_rows_give_the_same_bytes_again() {
    let (lab, output) = scripted(&[
        "4",
        "c7",
        "--export-markdown",
        "a.md",
        "--export-json",
        "a.json",
    ]);
    let first = text(&output);
    let command = first.lines().last().unwrap();
    let folder = command.split_whitespace().last().unwrap().to_owned();
    for from in [folder.as_str(), "latest"] {
        let exports = ["--export-markdown", "b.md", "--export-json", "b.json"];
        let again = claims(&lab, &[&["4", "C7", "--from", from], &exports[..]].concat());
        assert_eq!(text(&again), first);
        for (one, other) in [("a.md", "b.md"), ("a.json", "b.json")] {
            let read = |name| fs::read_to_string(lab.path(name)).unwrap();
            // The page names the claims as they were typed.
            let typed = |text: String| text.replace("claims 4 c7", "claims 4 C7");
            assert_eq!(typed(read(one)), typed(read(other)));
        }
    }
    // Without names it is what was measured, and nothing else.
    let all = text(&claims(&lab, &["--from", "latest"]));
    assert!(all.contains("C7  ") && !all.contains("C9  "), "{all}");
    let json: serde_json::Value =
        serde_json::from_slice(&fs::read(lab.path("a.json")).unwrap()).unwrap();
    assert_eq!(json["claims"][0]["columns"][2]["verdict"], "holds");
}

#[test]
fn only_what_a_claim_needs_is_run() {
    let (lab, output) = scripted(&["C7"]);
    text(&output);
    let mut runs = fs::read_dir(lab.path("results")).unwrap().flatten();
    let run = runs.find(|run| run.path().join("claims.json").is_file());
    let part = run.unwrap().path().join("latest/samples.jsonl");
    let rows = fs::read_to_string(part).unwrap();
    let count = |what: &str| rows.lines().filter(|line| line.contains(what)).count();
    assert_eq!(
        (count("\"threads/spawn\""), count("\"threads/spawn+gil\"")),
        (7, 7)
    );
    assert_eq!(
        (
            count("threads/sequential"),
            count("notes-http"),
            count("control\"")
        ),
        (0, 0, 0)
    );
}

#[test]
fn what_cannot_be_is_said() {
    let lab = Lab::new(&[]);
    let problem = |arguments: &[&str], code: i32| {
        let output = claims(&lab, arguments);
        assert_eq!(output.status.code(), Some(code), "{}", shown(&output));
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let unknown = problem(&["C51"], 2);
    assert!(
        unknown.contains("no claim is numbered `C51`: did you mean"),
        "{unknown}"
    );
    let nowhere = problem(&["--from", "nowhere"], 1);
    assert!(
        nowhere.contains("nowhere: no claims were measured under this name"),
        "{nowhere}"
    );
    let both = problem(
        &[
            "C4",
            "--from",
            "x",
            "--export-json",
            "-",
            "--export-markdown",
            "-",
        ],
        2,
    );
    assert!(both.contains("only one export"), "{both}");
}

#[test]
fn claims_that_no_machine_can_measure_say_so() {
    let (_, output) = scripted(&["C14", "C26"]);
    let text = text(&output);
    assert_eq!(text.matches("– not measurable here (").count(), 6, "{text}");
}

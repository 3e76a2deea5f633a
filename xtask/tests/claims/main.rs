//! `cargo xtask claims`, from the command line to verdicts, on scripted runs: no clock decides
//! anything.

#[path = "../common/mod.rs"]
mod common;
mod rounds;

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
    let gil = line(&text, "C4  ", "Rust, emulated GIL");
    assert!(gil.contains("✓ holds"), "{text}");
}

#[test]
fn figures_are_drawn_beside_their_thresholds_where_that_is_asked_for() {
    let (lab, output) = scripted(&["C4"]);
    let plain = text(&output);
    let drawn = |arguments: &[&str], columns: &str| {
        let mut command = lab.xtask(&["claims", "C4", "--from", "latest"]);
        command.args(arguments).env("COLUMNS", columns);
        text(&command.env("LC_ALL", "C.UTF-8").output().unwrap())
    };
    assert_eq!(drawn(&["--pictures", "never"], "250"), plain);
    let wide = drawn(&["--pictures", "always"], "250");
    let rust = line(&wide, "C4  ", "Rust ");
    for part in ["✗ does not hold", "10.0×", "≥ 5× ✓", "●", "┊"] {
        assert!(rust.contains(part), "{part}: {wide}");
    }
    assert!(
        wide.contains("÷ threshold: a figure divided by its"),
        "{wide}"
    );
    let python = "CPython: there is no `python/sequential` here";
    assert!(wide.contains(python), "{wide}");
    // Where there is no room beside the figures the lines stay, and the picture is below them.
    let narrow = drawn(&["--pictures", "always"], "90");
    assert!(
        line(&narrow, "C4  ", "Rust  ").contains("≤ 1.15× ✗"),
        "{narrow}"
    );
    assert!(
        narrow.contains('●') && !narrow.contains("≥ 5× ✓  "),
        "{narrow}"
    );
}

/// Free-threaded CPython computes on two processors, and the plain one does not.
const FREE_THREADED: &str = r#"
[[variant]]
name = "python/sequential"
[[variant]]
name = "python/threading"
[[variant]]
name = "python-3.13t/sequential"
[[variant]]
name = "python-3.13t/threading"
cpu = 2.0
[[workload]]
name = "cpu-cpython"
time_ms = 100.0
"#;

#[test]
fn free_threaded_python_is_a_column_where_there_is_one() {
    let (lab, output) = scripted(&["C7", "--export-markdown", "without.md"]);
    let told = text(&output);
    let left_out = "CPython, no GIL    left out: no free-threaded CPython (3.13t or newer) was on the PATH: \
                    peers/python/free-threaded.sh builds one";
    assert!(told.contains(left_out), "{told}");
    let page = fs::read_to_string(lab.path("without.md")).unwrap();
    assert!(
        page.contains("The column of CPython without its GIL is missing: "),
        "{page}"
    );
    assert!(
        page.contains("| CPython | Rust | Rust, emulated GIL |"),
        "{page}"
    );

    lab.write("script.toml", SCRIPT.to_owned() + FREE_THREADED);
    let all = [
        "C7",
        "--scripted",
        "script.toml",
        "--export-markdown",
        "with.md",
    ];
    let told = text(&claims(&lab, &all));
    assert!(!told.contains("left out"), "{told}");
    let locked = line(&told, "C7  ", "CPython   ");
    assert!(locked.contains("✓ holds"), "{told}");
    let unlocked = line(&told, "C7  ", "CPython, no GIL");
    assert!(
        unlocked.contains("✗ does not hold: cores used of threads at cpu 2.00"),
        "{told}"
    );
    let again = text(&claims(&lab, &["C7", "--from", "latest"]));
    assert_eq!(again, told);
    let page = fs::read_to_string(lab.path("with.md")).unwrap();
    assert!(
        page.contains("| CPython | CPython, no GIL | Rust | Rust, emulated GIL |"),
        "{page}"
    );
    assert!(
        page.contains("Without its GIL: Expected not to hold"),
        "{page}"
    );
    assert!(page.contains(". Found as expected.\n"), "{page}");
    assert!(page.contains("\n**For a choice:** "), "{page}");
    assert!(page.contains("`python-3.13t/threading`"), "{page}");
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
            assert_eq!(read(one), read(other));
        }
    }
    let page = fs::read_to_string(lab.path("a.md")).unwrap();
    let made = "Generated by `cargo xtask claims C4 C7 --seed 5` at commit";
    assert!(page.contains(made), "{page}");
    // Without names it is what was measured, and nothing else.
    let all = text(&claims(&lab, &["--from", "latest"]));
    assert!(all.contains("C7  ") && !all.contains("C9  "), "{all}");
    let json: serde_json::Value =
        serde_json::from_slice(&fs::read(lab.path("a.json")).unwrap()).unwrap();
    assert_eq!(json["claims"][0]["columns"][2]["verdict"], "holds");
}

/// The stored rows of the newest comparison.
fn stored_rows(lab: &Lab) -> String {
    let mut runs = fs::read_dir(lab.path("results")).unwrap().flatten();
    let run = runs.find(|run| run.path().join("claims.json").is_file());
    fs::read_to_string(run.unwrap().path().join("latest/samples.jsonl")).unwrap()
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
fn the_page_of_all_claims_is_not_made_of_some() {
    let lab = Lab::new(&[]);
    lab.write("script.toml", SCRIPT);
    text(&claims(&lab, &["C4", "--scripted", "script.toml"]));
    let output = claims(&lab, &["--from", "latest", "--write"]);
    assert_eq!(output.status.code(), Some(2), "{}", shown(&output));
    let problem = String::from_utf8_lossy(&output.stderr).into_owned();
    let expected = "--write needs a run of all claims, and this one is without C1";
    assert!(problem.contains(expected), "{problem}");
    let both = claims(&lab, &["C4", "--write", "--scripted", "script.toml"]);
    assert_eq!(both.status.code(), Some(2), "{}", shown(&both));
}

#[test]
fn a_page_says_by_which_command_it_was_made() {
    let options = ["--runs", "6", "--export-markdown", "a.md"];
    let (lab, output) = scripted(&options);
    text(&output);
    let read = || fs::read_to_string(lab.path("a.md")).unwrap();
    let page = read();
    let made = "Generated by `cargo xtask claims --runs 6 --seed 5 --write` at commit";
    assert!(page.contains(made), "{page}");
    text(&claims(
        &lab,
        &["--from", "latest", "--export-markdown", "a.md"],
    ));
    assert_eq!(read(), page);
}

#[test]
fn claims_that_no_machine_can_measure_say_so() {
    let (_, output) = scripted(&["C14", "C26"]);
    let text = text(&output);
    assert_eq!(text.matches("– not measurable here (").count(), 6, "{text}");
}

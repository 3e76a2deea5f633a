//! A model that is one folder with a `model.toml` is found, compared, and shown: adding one
//! touches nothing else.

mod common;

use common::{Lab, shown};

#[test]
fn a_foreign_model_is_compared_like_any_other() {
    let lab = Lab::new(&["good", "chatty"]);
    lab.add_model("other", &["good"]);
    let arguments = [
        "--model", "other/*", "--runs", "7", "--seed", "5", "--knobs",
    ];
    let output = lab.compare(&arguments).output().unwrap();
    let text = shown(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("foreign/good (reference)"), "{text}");
    assert!(text.contains("≈ 1.000 [1.000, 1.000]"), "{text}");
    assert!(text.contains("other/good: language = sh"), "{text}");
    assert!(text.contains("seed 5; results in"), "{text}");

    let passes = |pass: &str| lab.runs().iter().filter(|run| run["pass"] == pass).count();
    // Two variants; in measured blocks the reference once more.
    assert_eq!(
        [passes("correctness"), passes("measured"), passes("memory")],
        [2, 21, 6]
    );
    let run = lab.run_json();
    assert_eq!(run["format"], 1);
    assert_eq!(run["interrupted"], false);
    assert_eq!(run["digests"]["nothing"]["other/good"]["right"], true);
    assert_eq!(
        run["statistics"][0]["variants"][1]["ratios"]["time-per-task"]["judged"]["verdict"],
        "equivalent"
    );
    let memory = &run["statistics"][0]["variants"][1]["memory"];
    assert!(!memory.is_null(), "it stops at a barrier: {run}");
    lab.assert_none_left();
}

#[test]
fn the_same_seed_gives_the_same_order() {
    let order = |lab: &Lab| -> Vec<String> {
        let runs = lab.runs();
        let name = |run: &serde_json::Value| {
            format!(
                "{} {} {} {}",
                run["block"], run["variant"], run["arm"], run["padding"]
            )
        };
        runs.iter().map(name).collect()
    };
    let orders = [7, 7, 8].map(|seed| {
        let lab = Lab::new(&["good", "also", "third"]);
        let seed = seed.to_string();
        let output = lab
            .compare(&["--runs", "3", "--seed", &seed])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
        order(&lab)
    });
    assert_eq!(orders[0], orders[1]);
    assert_ne!(orders[0], orders[2]);
}

#[test]
fn smoke_checks_answers_and_measures_nothing() {
    let lab = Lab::new(&["good", "also"]);
    let arguments = ["--profile", "smoke", "--model", "foreign"];
    let output = lab.compare(&arguments).output().unwrap();
    let text = shown(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("correctness only"), "{text}");
    assert!(!text.contains("verdict"), "{text}");
    assert_eq!(lab.runs().len(), 2);
}

#[test]
fn one_run_can_be_done_by_hand() {
    let lab = Lab::new(&["good"]);
    let output = lab
        .xtask(&["run", "foreign/good", "./nothing.toml"])
        .output()
        .unwrap();
    let text = shown(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(
        text.contains(": right") && text.contains("4.00 ms"),
        "{text}"
    );

    let output = lab
        .xtask(&["run", "foreign/good", "./nothing.toml", "--json"])
        .output()
        .unwrap();
    let lines: Vec<serde_json::Value> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines[0]["ready"]["version"], "foreign 1.0");
    assert_eq!(lines[1]["done"]["elapsed_ns"], 4_000_000);
}

#[test]
fn it_is_listed_and_a_broken_one_says_why() {
    let lab = Lab::new(&["good"]);
    lab.write("models/bad/model.toml", "name = \"bad\"\nabout = 7\n");
    let output = lab.xtask(&["list"]).output().unwrap();
    let text = shown(&output);
    assert!(
        text.contains("foreign/good") && text.contains("threads/pool"),
        "{text}"
    );
    assert!(
        text.contains("model.toml:2:9: expected a text in quotes, found 7"),
        "{text}"
    );
}

#[test]
fn what_a_shell_sets_for_runtimes_is_not_passed_on_and_other_variables_are_stored() {
    let lab = Lab::new(&["good"]);
    let script = lab.path("models/foreign/foreign.sh");
    let text = std::fs::read_to_string(&script).unwrap();
    let writes = text.replace("read -r request", "env >\"$folder/seen\"\nread -r request");
    std::fs::write(&script, writes).unwrap();
    let mut command = lab.compare(&["--profile", "smoke", "--model", "foreign/*"]);
    command
        .env("PYTHONDEVMODE", "1")
        .env("RUST_MIN_STACK", "99999");
    let output = command.env("MALLOC_ARENA_MAX", "1").output().unwrap();
    let text = shown(&output);
    // The environment of the test may have others of these.
    let mut lines = text.lines();
    let told = lines.find(|line| line.starts_with("not passed on to models"));
    let names = ["PYTHONDEVMODE", "RUST_MIN_STACK"];
    assert!(
        told.is_some_and(|line| names.iter().all(|name| line.contains(name))),
        "{text}"
    );
    let seen = std::fs::read_to_string(lab.path("models/foreign/seen")).unwrap();
    assert!(
        !seen.contains("PYTHONDEVMODE") && !seen.contains("RUST_MIN_STACK"),
        "{seen}"
    );
    assert!(seen.contains("MALLOC_ARENA_MAX=1\n"), "{seen}");
    let variables = &lab.run_json()["variables"];
    assert_eq!(variables["MALLOC_ARENA_MAX"], "1", "{variables}");
    assert!(variables.get("PYTHONDEVMODE").is_none(), "{variables}");
}

#[test]
fn services_inherit_no_more_than_models() {
    let lab = Lab::new(&["good"]);
    let script = lab.path("models/foreign/foreign.sh");
    let text = std::fs::read_to_string(&script).unwrap();
    let looks = "for one in /proc/[0-9]*; do\n\
                 case $(readlink \"$one/exe\") in */services) tr '\\0' '\\n' <\"$one/environ\" >>\"$folder/seen\" ;; esac\n\
                 done 2>/dev/null\nread -r request";
    std::fs::write(&script, text.replace("read -r request", looks)).unwrap();
    let mut command = lab.xtask(&["run", "foreign/good", "http"]);
    let output = command.env("RUST_MIN_STACK", "99999").output().unwrap();
    // Other tests may run services too, none of which has this variable.
    let seen = std::fs::read_to_string(lab.path("models/foreign/seen"));
    let seen = seen.unwrap_or_else(|error| panic!("{error}: {}", shown(&output)));
    assert!(seen.contains("PATH="), "{seen}");
    assert!(!seen.contains("RUST_MIN_STACK=99999"), "{seen}");
}

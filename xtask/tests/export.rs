//! Every export of a scripted comparison, as its readers know the format; and that `report` renders a
//! stored comparison to the bytes that `compare` printed and exported.

mod common;
mod schema;

use std::collections::BTreeSet;
use std::fs;
use std::process::Output;

use common::{Lab, shown};
use serde_json::{Value, json};

/// Two variants that are good, and one that fails from the first block that counts.
const SCRIPT: &str = r#"
seed = 3

[noise]
log_sd = 0.02

[[workload]]
name = "sum"
time_ms = 200.0
tasks = 1000
in_flight = 4

[[variant]]
name = "plain/loop"

[[variant]]
name = "other/loop"
factor = 0.5

[[variant]]
name = "third/broken"

[[case]]
variant = "third/broken"
from_block = 2
fails = { kind = "crashed", message = "it | <fell> over" }
"#;

const RUNS: usize = 12;

/// Flag, what it is given, the files that come of it.
const EXPORTS: [(&str, &str, &[&str]); 7] = [
    ("--export-json", "all.json", &["all.json"]),
    ("--export-csv", "runs.csv", &["runs.csv"]),
    ("--export-markdown", "report.md", &["report.md"]),
    ("--export-hyperfine", "hyperfine.json", &["hyperfine.json"]),
    ("--export-bmf", "bmf.json", &["bmf.json"]),
    (
        "--export-github",
        "gh.json",
        &["gh.smaller.json", "gh.bigger.json"],
    ),
    (
        "--export-hgrm",
        "latency",
        &["latency/sum.plain.loop.hgrm", "latency/sum.other.loop.hgrm"],
    ),
];

fn compare(arguments: &[&str]) -> (Lab, Output) {
    let lab = Lab::new(&[]);
    let output = compare_in(&lab, arguments);
    (lab, output)
}

fn compare_in(lab: &Lab, arguments: &[&str]) -> Output {
    lab.write("script.toml", SCRIPT);
    let mut command = lab.xtask(&["compare", "--scripted", "script.toml", "--runs", "12"]);
    command.args(["--reference", "plain/loop", "--seed", "5", "--workers", "2"]);
    command.args(arguments).output().unwrap()
}

/// A comparison with every export, the files in the folder `first`. Its results lie behind a link,
/// as a target folder may.
fn exported() -> (Lab, Output) {
    let lab = Lab::new(&[]);
    lab.write("elsewhere/.keep", "");
    std::os::unix::fs::symlink("elsewhere", lab.path("results")).unwrap();
    let flags = flags(&lab, "first");
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    let output = compare_in(&lab, &flags);
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    (lab, output)
}

/// Every flag with a path in a folder.
fn flags(lab: &Lab, folder: &str) -> Vec<String> {
    lab.write(&format!("{folder}/.keep"), "");
    let flag = |(flag, name, _): &(&str, &str, &[&str])| {
        let path = lab.path(folder).join(name).display().to_string();
        [(*flag).to_owned(), path]
    };
    EXPORTS.iter().flat_map(flag).collect()
}

fn text(lab: &Lab, name: &str) -> String {
    fs::read_to_string(lab.path("first").join(name)).unwrap()
}

fn value(lab: &Lab, name: &str) -> Value {
    serde_json::from_str(&text(lab, name)).unwrap()
}

/// Nanoseconds of every run of a variant whose times count.
fn times(lab: &Lab, variant: &str) -> Vec<u64> {
    let runs = lab.runs().into_iter().filter(|run| {
        run["variant"] == variant && run["pass"] == "measured" && run["arm"] == "main"
    });
    runs.filter_map(|run| run["outcome"]["measured"]["done"]["elapsed_ns"].as_u64())
        .collect()
}

fn keys(value: &Value) -> BTreeSet<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

#[test]
fn a_stored_comparison_renders_to_the_same_bytes() {
    let (lab, first) = exported();
    let flags = flags(&lab, "second");
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    let again = lab
        .xtask(&["report", "latest"])
        .args(flags)
        .output()
        .unwrap();
    assert_eq!(again.status.code(), Some(0), "{}", shown(&again));
    assert_eq!(shown_out(&first), shown_out(&again));
    for name in EXPORTS.iter().flat_map(|(.., names)| *names) {
        let second = fs::read_to_string(lab.path("second").join(name)).unwrap();
        assert!(text(&lab, name) == second, "{name} differs");
    }
}

fn shown_out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn run_json_and_the_json_export_fit_the_committed_schema() {
    let committed = include_str!("../../docs/run.schema.json");
    let committed: Value = serde_json::from_str(committed).unwrap();
    let (lab, _) = exported();
    assert_eq!(schema::problems(&committed, &lab.run_json()), [""; 0]);
    let mut document = value(&lab, "all.json");
    assert_eq!(schema::problems(&committed, &document), [""; 0]);
    assert_eq!(document["samples"].as_array().unwrap(), &lab.rows());
    document["options"]["blocks"] = json!("many");
    document.as_object_mut().unwrap().remove("commit");
    assert_eq!(schema::problems(&committed, &document).len(), 2);
}

#[test]
fn csv_has_a_line_for_each_run_and_metric() {
    let (lab, _) = exported();
    let text = text(&lab, "runs.csv");
    let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    assert!(lines.iter().all(|fields| fields.len() == lines[0].len()));
    let column = |name: &str| lines[0].iter().position(|title| *title == name).unwrap();
    let is = |fields: &&Vec<&str>, name: &str, wanted: &str| fields[column(name)] == wanted;
    let of_other = lines.iter().filter(|fields| {
        is(fields, "variant", "other/loop")
            && is(fields, "pass", "measured")
            && is(fields, "metric", "time")
    });
    let found: Vec<u64> = of_other
        .map(|fields| fields[column("value")].parse().unwrap())
        .collect();
    assert_eq!((found.len(), found), (RUNS, times(&lab, "other/loop")));
    let failed = lines
        .iter()
        .filter(|fields| is(fields, "outcome", "crashed"));
    assert_eq!(failed.count(), 1);
}

#[test]
fn hyperfine_has_the_fields_that_its_scripts_read() {
    let (lab, _) = exported();
    let document = value(&lab, "hyperfine.json");
    let results = document["results"].as_array().unwrap();
    let commands: BTreeSet<&str> = results
        .iter()
        .map(|r| r["command"].as_str().unwrap())
        .collect();
    assert_eq!(
        commands,
        BTreeSet::from(["plain/loop sum", "other/loop sum"])
    );
    for result in results {
        let first = BTreeSet::from([
            "command",
            "mean",
            "stddev",
            "median",
            "user",
            "system",
            "min",
            "max",
            "times",
            "exit_codes",
            "parameters",
        ]);
        let second = BTreeSet::from(["summary", "measurements"]);
        assert_eq!(keys(result), &first | &second);
        let variant = result["command"]
            .as_str()
            .unwrap()
            .split(' ')
            .next()
            .unwrap();
        let seconds = times(&lab, variant).into_iter().map(|ns| ns as f64 / 1e9);
        let expected: Vec<f64> = seconds.collect();
        assert_eq!(result["times"], json!(expected));
        assert_eq!(result["exit_codes"], json!(vec![0; RUNS]));
        assert_eq!(result["parameters"], json!({"in_flight": "4"}));
        let wall = &result["summary"]["time_wall_clock"];
        assert_eq!(
            (&wall["mean"], &wall["median"]),
            (&result["mean"], &result["median"])
        );
        let measured = &result["measurements"][1]["time_wall_clock"];
        assert_eq!(*measured, json!({"value": expected[1], "unit": "second"}));
    }
}

#[test]
fn bmf_names_benchmarks_and_measures_as_bencher_does() {
    let (lab, _) = exported();
    let document = value(&lab, "bmf.json");
    assert_eq!(
        keys(&document),
        BTreeSet::from(["plain/loop/sum", "other/loop/sum"])
    );
    for (name, measures) in document.as_object().unwrap() {
        assert!(name.len() <= 1024 && keys(measures).iter().all(|measure| measure.len() <= 64));
        assert!(keys(measures).is_superset(&BTreeSet::from(["latency", "throughput"])));
        for measure in measures.as_object().unwrap().values() {
            let known = BTreeSet::from(["value", "lower_value", "upper_value"]);
            assert!(measure["value"].is_number() && keys(measure).is_subset(&known));
        }
        let time = &measures["time"];
        let figure = |name: &str| time[name].as_f64().unwrap();
        assert!(
            figure("lower_value") <= figure("value") && figure("value") <= figure("upper_value")
        );
    }
}

#[test]
fn github_has_a_file_for_each_direction() {
    let (lab, _) = exported();
    let names = |name: &str| -> Vec<String> {
        let document = value(&lab, name);
        let entries = document.as_array().unwrap();
        for entry in entries {
            let wanted = BTreeSet::from(["name", "unit", "value", "extra"]);
            assert!(
                keys(entry).is_superset(&wanted) && entry["value"].is_number(),
                "{entry}"
            );
            let range = entry.get("range").map(|range| range.as_str().unwrap());
            assert!(range.is_none_or(|range| range.starts_with("± ")), "{entry}");
        }
        let names = entries.iter().map(|entry| entry["name"].as_str().unwrap());
        names.map(str::to_owned).collect()
    };
    let (smaller, bigger) = (names("gh.smaller.json"), names("gh.bigger.json"));
    assert!(
        smaller.contains(&"other/loop sum: time".to_owned()),
        "{smaller:?}"
    );
    assert_eq!(
        bigger,
        ["plain/loop sum: throughput", "other/loop sum: throughput"]
    );
}

#[test]
fn hgrm_counts_every_task_of_all_runs() {
    let (lab, _) = exported();
    let text = text(&lab, "latency/sum.other.loop.hgrm");
    let last = text.lines().rfind(|line| !line.starts_with('#')).unwrap();
    let fields: Vec<&str> = last.split_whitespace().collect();
    assert_eq!(fields[1..], ["1.000000000000", &(RUNS * 1000).to_string()]);
    assert!(text.starts_with("       Value     Percentile TotalCount 1/(1-Percentile)\n\n"));
}

#[test]
fn markdown_has_a_table_and_says_what_failed() {
    let (lab, _) = exported();
    let text = text(&lab, "report.md");
    assert!(text.len() <= 60_000);
    assert!(
        text.contains("\n| variant | time ratio | CPU ratio | time |"),
        "{text}"
    );
    assert!(text.contains("\n| other/loop | "), "{text}");
    assert!(
        text.contains("✗ third/broken: crashed: it \\| &lt;fell&gt; over"),
        "{text}"
    );
}

#[test]
fn an_export_to_standard_output_is_alone_there() {
    let (_lab, output) = compare(&["--export-github", "-"]);
    let text = shown_out(&output);
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 2, "{text}");
    let table = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        table.contains("plain/loop (reference)") && table.contains("results in"),
        "{table}"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn an_export_that_cannot_be_written_loses_nothing() {
    let (lab, output) = compare(&["--export-json", "/dev/full", "--export-csv", "runs.csv"]);
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        told.contains("error: --export-json: /dev/full cannot be written: "),
        "{told}"
    );
    assert!(shown_out(&output).contains("plain/loop (reference)"));
    assert!(lab.path("runs.csv").is_file());
    assert_eq!(lab.run_json()["interrupted"], false);
}

#[test]
fn what_can_never_be_written_is_refused_before_anything_runs() {
    let (lab, output) = compare(&["--export-csv", "no/such/folder.csv"]);
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("there is no folder no/such"), "{told}");
    assert!(!lab.path("results/latest").exists());
    let (_, output) = compare(&["--export-csv", "-", "--export-json", "-"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn an_export_that_would_be_lost_or_destroy_something_is_refused_before_anything_runs() {
    let (lab, output) = compare(&["--export-json", "a", "--export-csv", "./a"]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(
        told.contains("--export-json a and --export-csv ./a are the same file"),
        "{told}"
    );
    assert!(!lab.path("results/latest").exists());
    let (_, output) = compare(&["--export-github", "x.json", "--export-csv", "x.bigger.json"]);
    assert_eq!(output.status.code(), Some(2));
    let (lab, output) = compare(&[]);
    assert_eq!(output.status.code(), Some(0));
    let before = std::fs::read(lab.path("results/latest/run.json")).unwrap();
    let mut report = lab.xtask(&["report", "--export-json", "results/latest/run.json"]);
    let output = report.output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("a file of a stored comparison"), "{told}");
    let after = std::fs::read(lab.path("results/latest/run.json")).unwrap();
    assert_eq!(before, after);
}

#[test]
fn report_says_which_comparison_it_did_not_find() {
    let lab = Lab::new(&[]);
    let output = lab.xtask(&["report", "yesterday"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("yesterday: no such comparison"), "{told}");
}

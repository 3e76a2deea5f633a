//! `cargo xtask predict` from rows that were measured once, as if this machine had measured them: the table, the refusals, and
//! what is said where no calibration holds.

mod common;

use std::fs;
use std::process::{Command, Output};
use std::time::{SystemTime, UNIX_EPOCH};

use common::{Lab, shown};
use host::machine;
use serde_json::{Value, json};

/// A calibration of two processors.
const ROWS: &str = include_str!("../../crates/predict/tests/gate/data/a/calibration.json");
/// Few variants, since a fit to all takes most of a minute.
const VARIANTS: [&str; 3] = [
    "threads/pool",
    "threads/sequential",
    "async-tokio/multi-thread",
];
/// 200 tasks on 20 lanes. The time of a request decides here, so that the prediction is known without the model.
const WAITING: &str = "http-get = { bytes = 256, latency = \"5ms\" }";
/// A step without rules.
const QUERY: &str = "postgres-select = { rows = 1000, wait = \"0ms\" }";

fn workload(name: &str, step: &str) -> String {
    format!(
        "name = \"{name}\"\nabout = \"of a test\"\nclass = \"io\"\ntasks = 200\nin_flight = 20\n\
         seed = 1\n[[step]]\n{step}\n"
    )
}

/// A folder for results, with two workloads.
fn lab() -> Lab {
    let lab = Lab::new(&[]);
    lab.write("waiting.toml", workload("waiting", WAITING));
    lab.write("queries.toml", workload("queries", QUERY));
    lab
}

/// Stores the rows as a calibration of this machine, whose processor has this name.
fn keep(lab: &Lab, cpu: Option<String>) {
    let mut rows: Value = serde_json::from_str(ROWS).unwrap();
    let trimmed = |fact: Option<String>| fact.unwrap_or_default().trim().to_owned();
    rows["machine"] = json!({
        "cpu": trimmed(cpu),
        "processors": machine::processors(),
        "kernel": trimmed(machine::kernel()),
        "hypervisor": machine::hypervisor().unwrap_or_default(),
    });
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    rows["measured_ms"] = json!(now.as_millis() as u64);
    let points = rows["points"].as_array_mut().unwrap();
    points.retain(|point| VARIANTS.contains(&point["variant"].as_str().unwrap()));
    lab.write(&stored("calibration.json"), rows.to_string());
}

/// The path of a file of the calibration for all processors of this machine.
fn stored(name: &str) -> String {
    let processors = machine::processors();
    format!("target/data/predictions/cores-{processors}/{name}")
}

/// The tool with the real models, whose data are in the folder.
fn xtask(lab: &Lab, arguments: &[&str]) -> Output {
    let tool = lab.xtask(&[]);
    Command::new(tool.get_program())
        .args(arguments)
        .current_dir(lab.path(""))
        .env("CARGO_TARGET_DIR", lab.path("target"))
        .env("COLUMNS", "250")
        .output()
        .unwrap()
}

#[test]
fn a_calibrated_machine_predicts_the_same_each_time_and_refuses_with_words() {
    let lab = lab();
    keep(&lab, machine::cpu_model());
    let first = xtask(&lab, &["predict", "./waiting.toml"]);
    let text = shown(&first);
    assert!(first.status.success(), "{text}");
    assert!(text.contains("predicted") && !text.contains("++"), "{text}");
    // Fitted once, and read from its file afterwards.
    assert!(lab.path(&stored("model.json")).exists());
    let again = xtask(&lab, &["predict", "./waiting.toml"]);
    assert_eq!(first.stdout, again.stdout, "{}", shown(&again));

    let output = xtask(&lab, &["predict", "./waiting.toml", "--format", "json"]);
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    for variant in ["threads/pool", "async-tokio/multi-thread"] {
        let row = find(&found, variant).unwrap_or_else(|| panic!("{variant}: {found:#}"));
        // Ten rounds of 5 ms over 200 tasks, and somewhat more.
        let times = ["low", "value", "high"].map(|end| row["time"][end].as_f64().unwrap());
        assert!(times.is_sorted(), "{row:#}");
        assert!((250e-6..280e-6).contains(&times[1]), "{row:#}");
        assert_eq!(row["bound_by"], "lanes", "{row:#}");
    }
    let rayon = find(&found, "threads/rayon").unwrap();
    let why = rayon["why"].as_str().unwrap();
    assert!(why.contains("calibrate --model threads/rayon"), "{why}");
}

#[test]
fn what_cannot_be_known_is_refused_with_words() {
    let lab = lab();
    keep(&lab, machine::cpu_model());
    for (arguments, why) in [
        (
            &["predict", "./queries.toml"][..],
            "`calibrate` measures it where the machine has PostgreSQL",
        ),
        (
            &["predict", "./waiting.toml", "--model", "go/*"],
            "go/goroutines has no rules that a simulation could follow",
        ),
        (
            &["predict", "./waiting.toml", "-L", "in_flight=100000"],
            "100000 lanes, and calibrated are 300 at most",
        ),
        (
            &["predict", "./waiting.toml", "--cores", "1000"],
            "not for 1000 processors: `calibrate --cores 1000` measures them",
        ),
    ] {
        let text = shown(&xtask(&lab, arguments));
        assert!(text.contains(why), "{arguments:?}: {text}");
    }
}

/// The first object within a document that has this variant.
fn find<'a>(document: &'a Value, variant: &str) -> Option<&'a Value> {
    match document {
        Value::Object(fields) if fields.get("variant").is_some_and(|name| name == variant) => {
            Some(document)
        }
        Value::Object(fields) => fields.values().find_map(|value| find(value, variant)),
        Value::Array(values) => values.iter().find_map(|value| find(value, variant)),
        _ => None,
    }
}

#[test]
fn without_a_calibration_that_holds_it_is_said_what_to_do() {
    let lab = lab();
    let file = lab.path(&stored("calibration.json"));
    let missing = xtask(&lab, &["predict", "./waiting.toml"]);
    assert_usage(&missing, "this machine is not calibrated");
    keep(&lab, Some("another processor".to_owned()));
    let stale = xtask(&lab, &["predict", "./waiting.toml"]);
    assert_usage(&stale, "and was \"another processor\"");
    fs::write(file, "{").unwrap();
    let broken = xtask(&lab, &["predict", "./waiting.toml"]);
    assert_usage(&broken, "calibration.json");
}

#[test]
fn a_calibration_that_holds_no_longer_is_not_checked() {
    let lab = lab();
    let check = || xtask(&lab, &["calibrate", "--check"]);
    assert_usage(&check(), "this machine is not calibrated");
    keep(&lab, Some("another processor".to_owned()));
    assert_usage(&check(), "and was \"another processor\"");
}

#[test]
fn a_calibration_has_two_rounds_or_more_so_that_its_noise_is_known() {
    let once = xtask(&lab(), &["calibrate", "--runs", "1"]);
    let text = shown(&once);
    assert!(!once.status.success() && text.contains("2..="), "{text}");
}

#[test]
fn variants_are_added_to_no_calibration_but_one_that_holds() {
    let lab = lab();
    let file = lab.path(&stored("calibration.json"));
    let add = || xtask(&lab, &["calibrate", "--model", "threads/rayon"]);
    assert_usage(&add(), "this machine is not calibrated");
    assert!(!file.exists(), "nothing was measured");
    keep(&lab, Some("another processor".to_owned()));
    let before = fs::read(&file).unwrap();
    assert_usage(&add(), "and was \"another processor\"");
    assert!(fs::read(&file).unwrap() == before, "nothing was measured");
}

/// A refusal says this, and what to do.
#[track_caller]
fn assert_usage(output: &Output, why: &str) {
    let text = shown(output);
    assert!(!output.status.success(), "{text}");
    assert!(
        text.contains(why) && text.contains("cargo xtask calibrate"),
        "{text}"
    );
}

//! Which loads of claims are measured, in how many rounds, and which rounds again.

use super::*;

/// Its options, as they are stored.
fn stored_options(lab: &Lab) -> serde_json::Value {
    let mut runs = fs::read_dir(lab.path("results")).unwrap().flatten();
    let run = runs.find(|run| run.path().join("claims.json").is_file());
    let text = fs::read_to_string(run.unwrap().path().join("latest/run.json")).unwrap();
    serde_json::from_str::<serde_json::Value>(&text).unwrap()["options"].take()
}

/// Its measured runs of a workload by one variant.
fn measured_runs(lab: &Lab, workload: &str, variant: &str) -> usize {
    stored_rows(lab)
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .filter(|row| {
            let run = &row["run"];
            run["pass"] == "measured" && run["workload"] == workload && run["variant"] == variant
        })
        .count()
}

/// At one load the times of threads differ by a factor of four from run to run.
const NOISY: &str = r#"
[[case]]
variant = "threads/spawn"
workload = "notes-postgres"
samples_ms = [10.0, 20.0, 40.0]
"#;

#[test]
fn a_load_is_measured_until_its_figures_are_as_narrow_as_asked() {
    let (lab, _) = scripted(&["C4"]);
    lab.write("script.toml", SCRIPT.to_owned() + NOISY);
    fs::remove_dir_all(lab.path("results")).unwrap();
    let told = text(&claims(&lab, &["C4", "--scripted", "script.toml"]));
    assert!(!told.contains("disturbed"), "{told}");
    let runs = |workload| measured_runs(&lab, workload, "threads/spawn");
    assert_eq!(
        ["notes-http", "cpu", "notes-postgres"].map(runs),
        [6, 6, 24]
    );
    // Eleven minutes are for all runs, of which those of the first block are not timed, and twice that for rounds
    // that are measured again.
    let budget_ms = stored_options(&lab)["budget_ms"].as_u64().unwrap();
    assert!((1_100_000..1_320_000).contains(&budget_ms), "{budget_ms}");
}

/// Other processes have two fifths of the processors in two blocks, and threads compute three times as long.
const DISTURBED: &str = r#"
[[disturbance]]
blocks = [3, 5]
workload = "cpu"
variant = "threads/spawn"
others = 0.4
factor = 3.0
"#;

#[test]
fn disturbed_rounds_are_measured_again_and_are_in_no_figure() {
    let (_, quiet) = scripted(&["C4", "--runs", "6"]);
    let (lab, _) = scripted(&["C4"]);
    lab.write("script.toml", SCRIPT.to_owned() + DISTURBED);
    fs::remove_dir_all(lab.path("results")).unwrap();
    let options = [
        "C4",
        "--runs",
        "6",
        "--scripted",
        "script.toml",
        "--seed",
        "5",
    ];
    let told = text(&claims(&lab, &options));
    assert!(
        told.contains("rounds disturbed by other processes and measured again\n"),
        "{told}"
    );
    assert_eq!(
        line(&told, "C4  ", "Rust  "),
        line(&text(&quiet), "C4  ", "Rust  ")
    );
    assert_eq!(measured_runs(&lab, "cpu", "threads/spawn"), 8);
}

#[test]
fn a_machine_that_others_have_decides_nothing() {
    let (lab, _) = scripted(&["C7"]);
    let always = DISTURBED
        .replace("blocks = [3, 5]\n", "")
        .replace("variant = \"threads/spawn\"\n", "");
    lab.write("script.toml", SCRIPT.to_owned() + &always);
    let told = text(&claims(
        &lab,
        &["C7", "--runs", "6", "--scripted", "script.toml"],
    ));
    let rust = line(&told, "C7  ", "Rust  ");
    assert!(rust.contains("? inconclusive"), "{told}");
    assert!(
        rust.contains("(other processes disturbed most of its rounds)"),
        "{told}"
    );
    assert!(told.contains("they count all the same"), "{told}");
}

#[test]
fn the_plan_is_told_and_nothing_is_measured() {
    let (lab, output) = scripted(&["C4", "--dry-run"]);
    assert_eq!(text(&output), "");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("runs after the build, about "), "{told}");
    assert!(told.contains("a round takes about "), "{told}");
    let mut kept = fs::read_dir(lab.path("results")).unwrap().flatten();
    assert!(!kept.any(|entry| entry.path().join("claims.json").is_file()));
    let lab = Lab::new(&[]);
    let both = claims(&lab, &["--dry-run", "--from", "latest"]);
    assert_eq!(both.status.code(), Some(2), "{}", shown(&both));
}

#[test]
fn only_what_a_claim_needs_is_run() {
    let (lab, output) = scripted(&["C7"]);
    text(&output);
    let rows = stored_rows(&lab);
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

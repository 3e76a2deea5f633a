//! The gate, from the command line to the exit code: on scripted runs, and on the revisions of a
//! small repository whose model makes its times up. No clock decides anything.

mod common;

use std::fs;
use std::process::{Command, Output};

use common::{Lab, shown};

const SCRIPT: &str = r#"
seed = 7
[noise]
log_sd = 0.02
spikes = { share = 0.05, most = 0.3 }
[drift]
sd = 0.05
phi = 0.9
[[workload]]
name = "sum"
time_ms = 200.0
[[workload]]
name = "wait"
time_ms = 300.0
[[variant]]
name = "base:plain/loop"
[[variant]]
name = "head:plain/loop"
[[variant]]
name = "base:other/loop"
[[variant]]
name = "head:other/loop"
"#;

fn scripted(cases: &str, arguments: &[&str]) -> (Lab, Output) {
    let lab = Lab::new(&[]);
    lab.write("script.toml", format!("{SCRIPT}{cases}"));
    let mut command = lab.xtask(&["ab", "--scripted", "script.toml", "--seed", "5"]);
    let output = command.args(arguments).output().unwrap();
    (lab, output)
}

fn case(variant: &str, rest: &str) -> String {
    format!("[[case]]\nvariant = \"{variant}\"\nworkload = \"sum\"\n{rest}\n")
}

fn assert_ends(output: &Output, code: i32) -> String {
    let text = shown(output);
    assert_eq!(output.status.code(), Some(code), "{text}");
    text
}

#[test]
fn equal_revisions_pass() {
    let text = assert_ends(&scripted("", &[]).1, 0);
    assert!(text.contains("no regression beyond 5 %"), "{text}");
}

#[test]
fn a_fifth_more_is_a_regression_that_is_named() {
    let slow = case("head:other/loop", "factor = 1.2");
    let (lab, output) = scripted(&slow, &["--export-markdown", "comment.md"]);
    let text = assert_ends(&output, 3);
    assert!(
        text.contains("regression beyond 5 %: other/loop at sum (time, CPU)\n"),
        "{text}"
    );
    assert!(text.contains("a second pass"), "{text}");
    let comment = fs::read_to_string(lab.path("comment.md")).unwrap();
    assert!(
        comment.contains("| sum | other/loop | time | 1."),
        "{comment}"
    );
    assert!(comment.ends_with("**regression beyond 5 %: other/loop at sum (time, CPU)**\n"));
    let (_, allowed) = scripted(&slow, &["--max-regression", "40%"]);
    assert_ends(&allowed, 0);
}

#[test]
fn disturbed_rounds_and_a_head_that_stops_change_no_answer() {
    let disturbed = "[[disturbance]]\nblocks = [3, 5, 16]\nothers = 0.4\nfactor = 1.5\n";
    assert_ends(&scripted(disturbed, &[]).1, 0);
    let only_head = "variant = \"head:other/loop\"\nothers = 0.4\nfactor = 1.5\n";
    let brought = format!("[[disturbance]]\n{only_head}");
    let text = assert_ends(&scripted(&brought, &[]).1, 3);
    assert!(
        text.contains("regression beyond 5 %: other/loop at sum"),
        "{text}"
    );
    // A head at 20 times the time stops once a verdict is possible, and is called slower all the same.
    let behind = case("head:other/loop", "factor = 20.0") + disturbed;
    let text = assert_ends(&scripted(&behind, &[]).1, 3);
    assert!(text.contains("other/loop at sum (time, CPU)\n"), "{text}");
}

#[test]
fn less_than_the_limit_passes() {
    assert_ends(
        &scripted(&case("head:other/loop", "factor = 1.03"), &[]).1,
        0,
    );
}

#[test]
fn a_moved_control_forbids_a_verdict() {
    let slow = case("head:other/loop", "factor = 1.2");
    let moved = case("base:other/loop", "arm = \"control\"\nfactor = 1.1");
    let text = assert_ends(&scripted(&format!("{slow}{moved}"), &[]).1, 0);
    assert!(
        text.contains("the A/A control differs from itself"),
        "{text}"
    );
}

#[test]
fn what_only_the_head_cannot_do_is_no_pass() {
    let cannot = "fails = { kind = \"unsupported\", message = \"no such step\" }";
    let head = case("head:other/loop", cannot);
    let text = assert_ends(&scripted(&head, &[]).1, 1);
    assert!(text.contains("no such step"), "{text}");
    let both = head + &case("base:other/loop", cannot);
    assert_ends(&scripted(&both, &[]).1, 0);
}

#[test]
fn a_wrong_answer_of_the_head_is_told_where_the_base_fails_too() {
    let cannot = "fails = { kind = \"unsupported\", message = \"no such step\" }";
    let wrong = case("head:other/loop", "digest = \"00000000000000ff\"");
    let both = case("base:other/loop", cannot) + &wrong;
    let text = assert_ends(&scripted(&both, &[]).1, 4);
    assert!(text.contains("differs: head:other/loop"), "{text}");
}

#[test]
fn a_gate_that_compared_nothing_fails() {
    let cannot = "fails = { kind = \"unsupported\", message = \"no such step\" }";
    let of = |variant: &str| format!("[[case]]\nvariant = \"{variant}\"\n{cannot}\n");
    let all = ["base", "head"]
        .map(|side| of(&format!("{side}:other/loop")) + &of(&format!("{side}:plain/loop")));
    let text = assert_ends(&scripted(&all.concat(), &[]).1, 1);
    assert!(
        text.contains("nothing was compared, so this is no pass"),
        "{text}"
    );
}

#[test]
fn too_few_rounds_for_any_verdict_are_refused() {
    let text = assert_ends(&scripted("", &["--runs", "5"]).1, 2);
    assert!(
        text.contains("--runs 5: 8 comparisons need at least 10 rounds"),
        "{text}"
    );
}

#[test]
fn a_wrong_answer_of_the_head_is_worse_than_a_slow_one() {
    let wrong = case("head:other/loop", "digest = \"00000000000000ff\"");
    let text = assert_ends(&scripted(&wrong, &[]).1, 4);
    assert!(
        text.contains("differs: head:other/loop: the digest is"),
        "{text}"
    );
}

/// A repository with one model and one workload, committed.
fn repository() -> Lab {
    let lab = Lab::new(&["good"]);
    let to = lab.path("repo/crates");
    fs::create_dir_all(to.join("workloads/catalog")).unwrap();
    fs::rename(lab.path("models/foreign"), to.join("foreign")).unwrap();
    let workload = fs::read(lab.path("nothing.toml")).unwrap();
    lab.write("repo/crates/workloads/catalog/nothing.toml", workload);
    git(&lab, &["init", "--quiet"]);
    commit(&lab);
    lab
}

fn git(lab: &Lab, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    command.current_dir(lab.path("repo")).args(arguments);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", shown(&output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn commit(lab: &Lab) {
    git(lab, &["add", "."]);
    let who = ["-c", "user.name=a", "-c", "user.email=a@localhost"];
    let what = [
        "-c",
        "commit.gpgsign=false",
        "commit",
        "--quiet",
        "-m",
        "one",
    ];
    let words: Vec<&str> = who.into_iter().chain(what).collect();
    git(lab, &words);
}

/// Changes a file of the working tree.
fn change(lab: &Lab, file: &str, from: &str, to: &str) {
    let path = lab.path(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(path, text.replace(from, to)).unwrap();
}

fn ab(lab: &Lab, arguments: &[&str]) -> Output {
    let mut command = lab.xtask(&["ab", "nothing", "--model", "foreign", "--runs", "8"]);
    command.arg("--repository").arg(lab.path("repo"));
    let output = command.args(arguments).output().unwrap();
    let trees = git(lab, &["worktree", "list"]);
    assert_eq!(trees.lines().count(), 1, "work trees are removed: {trees}");
    output
}

const SCRIPT_FILE: &str = "repo/crates/foreign/foreign.sh";
const MODEL_FILE: &str = "repo/crates/foreign/model.toml";

#[test]
fn the_working_tree_is_checked_against_a_revision() {
    let lab = repository();
    assert_ends(&ab(&lab, &["--base", "HEAD"]), 0);
    change(
        &lab,
        SCRIPT_FILE,
        "\"elapsed_ns\":4000000",
        "\"elapsed_ns\":4800000",
    );
    let text = assert_ends(&ab(&lab, &["--base", "HEAD"]), 3);
    assert!(text.contains("foreign/good at nothing"), "{text}");
    assert!(text.contains("1.200 [1.200, 1.200]"), "{text}");
    // The slower state becomes a revision, and two revisions are compared.
    commit(&lab);
    let both = ["--base", "HEAD~1", "--head", "HEAD"];
    assert_ends(&ab(&lab, &both), 3);
    assert_ends(&ab(&lab, &["--base", "HEAD", "--head", "HEAD"]), 0);
    assert_ends(&ab(&lab, &["--base", "HEAD", "--head", "HEAD~1"]), 0);
}

#[test]
fn a_variable_that_names_another_repository_is_not_followed() {
    let lab = repository();
    let elsewhere = tempfile::tempdir().unwrap();
    let mut command = lab.xtask(&["ab", "nothing", "--model", "foreign", "--runs", "8"]);
    command.arg("--repository").arg(lab.path("repo"));
    command.args(["--base", "HEAD"]);
    command.env("GIT_DIR", elsewhere.path());
    command.env("GIT_WORK_TREE", elsewhere.path());
    assert_ends(&command.output().unwrap(), 0);
}

#[test]
fn what_is_not_in_both_alike_is_left_out_and_said() {
    let lab = repository();
    let catalog = "repo/crates/workloads/catalog/nothing.toml";
    change(&lab, catalog, "tasks = 4", "tasks = 8");
    let text = assert_ends(&ab(&lab, &["--base", "HEAD"]), 1);
    let expected = "left out: nothing: its definition differs between the revisions";
    assert!(
        text.contains(expected) && text.contains("nothing was compared"),
        "{text}"
    );
}

#[test]
fn what_cannot_be_checked_is_an_error_with_a_reason() {
    let lab = repository();
    let text = assert_ends(&ab(&lab, &["--base", "nonsense"]), 2);
    assert!(text.contains("no revision is named `nonsense`"), "{text}");
    let build = "build = [\"sh\", \"-c\", \"echo the last words >&2; exit 1\"]\nrun = ";
    change(&lab, MODEL_FILE, "run = ", build);
    commit(&lab);
    let text = assert_ends(&ab(&lab, &["--base", "HEAD"]), 1);
    assert!(
        text.contains("foreign of the base") && text.contains("the last words"),
        "{text}"
    );
}

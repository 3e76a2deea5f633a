//! A campaign from its file to the merged result without a scheduler: what is planned, the scripts that a scheduler would
//! run, what is told of folders, and what is collected. The shards are scripted, so that all of it is exact.

#[path = "../common/mod.rs"]
mod common;

use std::ffi::OsString;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Output};

use common::{Lab, shown};

/// A script of one host.
fn script(index: u64) -> String {
    format!(
        "seed = {index}\nprogram = \"aa\"\n[host]\nnode = \"host-{index}\"\nboot_id = \"boot-{index}\"\n\
         [noise]\nlog_sd = 0.01\n[[workload]]\nname = \"sum\"\ntime_ms = 200.0\n[[workload]]\nname = \"wait\"\n\
         time_ms = 300.0\n[[variant]]\nname = \"plain/loop\"\n[[variant]]\nname = \"other/loop\"\nfactor = 1.1\n"
    )
}

const CAMPAIGN: &str = "workloads = [\"sum\", \"wait\"]\nreference = \"plain/loop\"\nruns = 24\nseed = 5\nworkers = 2\n\
    scripted = \"./script-{shard}.toml\"\n[[hosts]]\nkind = \"epyc\"\nshards = 2\n[[hosts]]\nkind = \"arm\"\nshards = 1\n";

/// A campaign in a folder whose name a shell would take apart.
fn lab() -> Lab {
    let lab = Lab::new(&[]);
    lab.write("one night/campaign.toml", CAMPAIGN);
    for index in 0..2 {
        lab.write(&format!("one night/script-{index}.toml"), script(index));
    }
    lab
}

fn campaign(lab: &Lab, words: &[&str]) -> Output {
    let all = [&["campaign"], words, &["one night"]].concat();
    lab.xtask(&all).env("PATH", path(lab)).output().unwrap()
}

/// Where programs are looked for: no Slurm answers here, whether it is installed or not.
fn path(lab: &Lab) -> OsString {
    let squeue = lab.write(
        "bin/squeue",
        "#!/bin/sh\necho 'squeue: error: no controller' >&2\nexit 1\n",
    );
    fs::set_permissions(&squeue, Permissions::from_mode(0o755)).unwrap();
    let own = [squeue.parent().unwrap().to_owned()];
    let path = std::env::var_os("PATH").unwrap();
    std::env::join_paths(own.into_iter().chain(std::env::split_paths(&path))).unwrap()
}

fn printed(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", shown(output));
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Does a shard as Slurm would: its script is run with the index of its task.
fn run_shard(lab: &Lab, kind: &str, index: u64) {
    let text = printed(&campaign(lab, &["plan", "--format", "slurm"]));
    let mark = format!("slurm/{kind}.sh <==\n");
    let (_, from) = text.split_once(&mark).unwrap();
    let own = from.split("\n# ==> ").next().unwrap();
    let output = Command::new("sh")
        .args(["-c", own])
        .env("SLURM_ARRAY_TASK_ID", index.to_string())
        .env("SLURMD_NODENAME", "node")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
}

#[test]
fn a_plan_says_what_there_is_to_do() {
    let lab = lab();
    let text = printed(&campaign(&lab, &["plan"]));
    let lines: Vec<&str> = text.lines().collect();
    assert!(
        lines[0].starts_with(
            "2 workloads × 2 variants, 24 rounds of each on every kind of hosts, seed 5, in "
        ),
        "{text}"
    );
    assert!(lines[1].starts_with(
        "epyc: 2 shards, 4 units of at least 12 rounds; the longest shard takes about "
    ));
    assert!(
        lines[2].starts_with("arm: 1 shard, 4 units of at least 12 rounds; "),
        "{text}"
    );
}

#[test]
fn what_no_shard_could_be_is_refused_before_anything_is_submitted() {
    let lab = lab();
    let refused = |from: &str, to: &str, expected: &str| {
        lab.write("one night/campaign.toml", CAMPAIGN.replacen(from, to, 1));
        let output = campaign(&lab, &["plan"]);
        let text = shown(&output);
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(text.contains(expected), "{text}");
        assert!(text.contains("one night"), "{text}");
    };
    refused("seed", "sede", "one night:4:1: unknown field `sede`");
    refused("shards = 2", "shards = 9", "9 shards are too many");
    refused("\"wait\"", "\"weight\"", "weight");
    refused("workers = 2", "workers = 0", "--workers");
    refused(
        "runs = 24",
        "runs = 24\nruns_per_unit = 16",
        "a host has 12 rounds of a workload, and `runs_per_unit` is 16",
    );
    let output = lab
        .xtask(&["campaign", "plan", "nowhere.toml"])
        .output()
        .unwrap();
    assert!(
        shown(&output).contains("nowhere.toml: no campaign"),
        "{}",
        shown(&output)
    );
}

#[test]
fn shards_by_their_scripts_are_collected_to_the_same_bytes() {
    let lab = lab();
    let text = printed(&campaign(&lab, &["status"]));
    assert_eq!(
        text,
        "epyc: 2 shards: 2 missing\n  missing: 0-1\narm: 1 shard: 1 missing\n  missing: 0\n"
    );
    run_shard(&lab, "epyc", 1);
    let refused = campaign(&lab, &["collect"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(
        shown(&refused).contains("missing: 1 shard of 2"),
        "{}",
        shown(&refused)
    );
    assert!(
        shown(&refused).contains("missing: all shards of arm"),
        "{}",
        shown(&refused)
    );
    let text = printed(&campaign(&lab, &["status"]));
    assert!(
        text.starts_with("epyc: 2 shards: 1 done, 1 missing\n  missing: 0\n"),
        "{text}"
    );
    assert_eq!(
        campaign(&lab, &["collect", "--partial"]).status.code(),
        Some(0)
    );

    run_shard(&lab, "epyc", 0);
    run_shard(&lab, "arm", 0);
    fs::remove_file(lab.path("one night/epyc/shard-0-of-2.attempt-0/done")).unwrap();
    run_shard(&lab, "epyc", 0);
    let text = printed(&campaign(&lab, &["status"]));
    assert_eq!(
        text,
        "epyc: 2 shards: 2 done\n  shard 0: 1 attempt failed\narm: 1 shard: 1 done\n"
    );
    printed(&campaign(&lab, &["collect"]));
    let merged = || {
        let of = |name: &str| fs::read(lab.path("one night/merged/epyc").join(name)).unwrap();
        [of("run.json"), of("samples.jsonl")]
    };
    let first = merged();
    printed(&campaign(&lab, &["collect"]));
    assert!(first == merged());
    // The same as by hand.
    let by_hand = lab
        .xtask(&["merge", "one night/epyc", "--out", "by-hand"])
        .output()
        .unwrap();
    assert_eq!(by_hand.status.code(), Some(0), "{}", shown(&by_hand));
    assert!(first[1] == fs::read(lab.path("by-hand/samples.jsonl")).unwrap());
}

#[test]
fn a_campaign_that_was_changed_needs_a_folder_of_its_own() {
    let lab = lab();
    run_shard(&lab, "epyc", 1);
    lab.write(
        "one night/campaign.toml",
        CAMPAIGN.replacen("shards = 2", "shards = 4", 1),
    );
    let output = campaign(&lab, &["status"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        shown(&output).contains("needs a folder of its own"),
        "{}",
        shown(&output)
    );
}

#[test]
fn nothing_is_submitted_where_no_slurm_answers_and_a_dry_run_says_what_would_be() {
    let lab = lab();
    let output = campaign(&lab, &["submit"]);
    assert_eq!(output.status.code(), Some(2), "{}", shown(&output));
    assert!(
        shown(&output).contains("squeue: error: no controller"),
        "{}",
        shown(&output)
    );
    assert!(!lab.path("one night/slurm").exists());
    run_shard(&lab, "epyc", 0);
    let text = printed(&campaign(&lab, &["submit", "--dry-run"]));
    assert!(text.contains("# sbatch --array=1 "), "{text}");
    assert!(text.contains("# sbatch --array=0 "), "{text}");
    assert!(text.contains("#SBATCH --constraint=arm\n"), "{text}");
}

#[test]
fn the_container_file_is_written_where_it_is_asked_for() {
    let lab = lab();
    let text = printed(&campaign(
        &lab,
        &[
            "plan",
            "--format",
            "kubernetes",
            "--container",
            "Containerfile",
        ],
    ));
    assert!(text.contains("completionMode: Indexed"), "{text}");
    let file = fs::read_to_string(lab.path("Containerfile")).unwrap();
    assert!(
        file.contains("\nFROM ") && file.contains("--profile smoke"),
        "{file}"
    );
    assert!(
        printed(&campaign(&lab, &["plan", "--format", "github"])).contains("workflow_dispatch")
    );
}

//! A campaign on a real Slurm whose nodes are namespaces of this machine, while everything goes wrong that a cluster
//! knows: a node is lost, a cable is cut, the controller is killed. Its rows must be those of an undisturbed campaign.
//!
//! Ignored by default: it needs Slurm, munge and the right to make namespaces. `cargo xtask test` runs it where these
//! are.

#![cfg(target_os = "linux")]

mod fleet;
mod ranks;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use fleet::{Fleet, ends_of_files, leftovers, wait_until};

/// Shards of the campaign, and nodes that do them.
const SHARDS: u64 = 4;

/// A folder of this test, and the tool in it.
struct Lab {
    folder: tempfile::TempDir,
}

impl Lab {
    /// A campaign of four scripted shards, each of which stops in a middle block until it may go on.
    fn new() -> Lab {
        let lab = Lab {
            folder: tempfile::tempdir().unwrap(),
        };
        for index in 0..SHARDS {
            let name = format!("one night/script-{index}.toml");
            lab.write(&name, &script(index, &lab.path(&format!("go-{index}"))));
        }
        lab.write(
            "one night/campaign.toml",
            "workloads = [\"sum\", \"wait\"]\nreference = \"plain/loop\"\nruns = 48\nseed = 5\nworkers = 2\n\
             scripted = \"./script-{shard}.toml\"\n[[hosts]]\nkind = \"lab\"\nshards = 4\n\
             [slurm]\npartition = \"lab\"\ntime = \"10\"\n",
        );
        lab
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Gives the tool its words and places.
    fn typed(&self, mut command: Command, words: &[&str]) -> Output {
        let results = self.path("results");
        command.args(words).arg("--results").arg(results);
        command.current_dir(self.folder.path());
        command.output().unwrap()
    }

    fn xtask(&self, words: &[&str]) -> Output {
        self.typed(Command::new(env!("CARGO_BIN_EXE_xtask")), words)
    }

    /// A command of the campaign on the machine of the controller.
    fn campaign(&self, fleet: &Fleet, words: &[&str]) -> String {
        let typed = [&["campaign"], words, &["one night"]].concat();
        let output = self.typed(fleet.command(env!("CARGO_BIN_EXE_xtask")), &typed);
        assert!(output.status.success(), "{words:?}: {}", shown(&output));
        shown(&output)
    }

    fn attempt(&self, shard: u64, attempt: u64) -> PathBuf {
        let name = format!("one night/lab/shard-{shard}-of-{SHARDS}.attempt-{attempt}");
        self.path(&name)
    }

    /// Whether an attempt has rows of its first unit.
    fn has_rows(&self, shard: u64, attempt: u64) -> bool {
        let units = fs::read_dir(self.attempt(shard, attempt))
            .into_iter()
            .flatten();
        let mut files = units
            .flatten()
            .map(|unit| unit.path().join("samples.jsonl"));
        files.any(|file| fs::metadata(file).is_ok_and(|found| found.len() > 0))
    }

    fn is_done(&self, shard: u64, attempt: u64) -> bool {
        self.attempt(shard, attempt).join("done").exists()
    }

    fn let_go(&self, shard: u64) {
        self.write(&format!("go-{shard}"), "");
    }

    fn merged(&self, folder: &str) -> [Vec<u8>; 2] {
        ["run.json", "samples.jsonl"].map(|name| fs::read(self.path(folder).join(name)).unwrap())
    }

    /// The rows of the same campaign, shard after shard on this machine.
    fn undisturbed(&self) -> Vec<u8> {
        for index in 0..SHARDS {
            let text = script(index, Path::new("/"));
            let (name, shard) = (format!("script-{index}.toml"), format!("{index}/{SHARDS}"));
            self.write(&name, &text);
            let output = self.xtask(&[
                "compare",
                "sum",
                "wait",
                "--scripted",
                &name,
                "--reference",
                "plain/loop",
                "--runs",
                "48",
                "--seed",
                "5",
                "--workers",
                "2",
                "--no-build",
                "--shard",
                &shard,
                "--out",
                "undisturbed",
            ]);
            assert!(output.status.success(), "{}", shown(&output));
        }
        let output = self.xtask(&["merge", "undisturbed", "--out", "expected"]);
        assert!(output.status.success(), "{}", shown(&output));
        let [_, rows] = self.merged("expected");
        rows
    }
}

/// Rows without what they say of this machine at that moment, which a script does not decide.
fn scripted_part(rows: &[u8]) -> Vec<serde_json::Value> {
    let text = std::str::from_utf8(rows).unwrap();
    let mut all: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    for run in all.iter_mut().filter_map(|row| row.get_mut("run")) {
        for field in ["ended_ms", "load", "steal_ticks"] {
            run.as_object_mut().unwrap().remove(field).unwrap();
        }
    }
    all
}

/// A script of one host that waits in its seventh block for a file.
fn script(index: u64, until: &Path) -> String {
    format!(
        "seed = {index}\nprogram = \"aa\"\n[hold]\nfrom_block = 7\nuntil = \"{}\"\n\
         [host]\nnode = \"host-{index}\"\nboot_id = \"boot-{index}\"\n[noise]\nlog_sd = 0.01\n\
         [[workload]]\nname = \"sum\"\ntime_ms = 200.0\n[[workload]]\nname = \"wait\"\ntime_ms = 300.0\n\
         [[variant]]\nname = \"plain/loop\"\n[[variant]]\nname = \"other/loop\"\nfactor = 1.1\n",
        until.display()
    )
}

fn shown(output: &Output) -> String {
    let [out, err] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    format!("{out}{err}")
}

#[test]
#[ignore = "needs Slurm, munge and namespaces: `cargo xtask test` runs it"]
fn a_campaign_outlives_what_a_cluster_does_to_it() {
    let lab = Lab::new();
    let folder = lab.folder.path().to_owned();
    let expected = lab.undisturbed();
    {
        let mut fleet = Fleet::start(&lab.path("fleet"), SHARDS as usize);
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            disturbed(&lab, &mut fleet);
            ranks::are_on_the_nodes_of_an_allocation(&lab, &fleet);
        }));
        if let Err(panic) = outcome {
            eprintln!("{}", fleet.text(&["squeue", "--array"]));
            eprintln!("{}", fleet.logs());
            eprintln!("{}", ends_of_files(&lab.path("one night/slurm")));
            std::panic::resume_unwind(panic);
        }
    }
    let [run, rows] = lab.merged("one night/merged/lab");
    assert!(
        scripted_part(&rows) == scripted_part(&expected),
        "the rows are not those of an undisturbed campaign"
    );
    for _ in 0..2 {
        let output = lab.xtask(&["campaign", "collect", "one night"]);
        assert!(output.status.success(), "{}", shown(&output));
        assert!(lab.merged("one night/merged/lab") == [run.clone(), rows.clone()]);
    }
    drop(lab);
    assert!(!folder.exists());
    wait_until("all processes and namespaces to be gone", || {
        leftovers(&folder).is_empty()
    });
}

/// Submits the campaign, and does to it what can be done.
fn disturbed(lab: &Lab, fleet: &mut Fleet) {
    let said = lab.campaign(fleet, &["submit"]);
    assert!(said.contains("4 shards of lab: 0-3"), "{said}");
    for shard in 0..SHARDS {
        wait_until("every shard to be in its middle", || lab.has_rows(shard, 0));
    }
    let said = lab.campaign(fleet, &["submit"]);
    assert!(said.contains("nothing to submit"), "{said}");
    let said = lab.campaign(fleet, &["status"]);
    assert!(said.contains("lab: 4 shards: 4 running"), "{said}");

    // One node is lost, another cannot be reached and works on, a third has nothing to do.
    let nodes = [0, 1].map(|shard| fleet.node_of(shard).unwrap());
    fleet.crash(nodes[0]);
    fleet.link(nodes[1], "down");
    lab.let_go(3);
    wait_until("the undisturbed shard", || lab.is_done(3, 0));
    fleet.start_node(nodes[0]);
    wait_until("both shards to be begun again", || {
        fleet.resume();
        lab.has_rows(0, 1) && lab.has_rows(1, 1)
    });
    let said = lab.campaign(fleet, &["status"]);
    assert!(said.contains("3 running"), "{said}");
    assert!(said.contains("shard 0: 1 attempt failed"), "{said}");
    lab.let_go(0);
    lab.let_go(1);
    wait_until("both attempts at a shard to end well", || {
        lab.is_done(0, 1) && lab.is_done(1, 0) && lab.is_done(1, 1)
    });
    assert!(!lab.is_done(0, 0), "half an attempt is none");
    fleet.link(nodes[1], "up");

    fleet.restart_controller();
    lab.let_go(2);
    wait_until("the shard that ran meanwhile", || lab.is_done(2, 0));

    // A shard that is lost afterwards is all that is submitted again.
    fs::remove_dir_all(lab.attempt(3, 0)).unwrap();
    let said = lab.campaign(fleet, &["status"]);
    assert!(said.contains("missing: 3"), "{said}");
    let said = lab.campaign(fleet, &["submit"]);
    assert!(said.contains("1 shard of lab: 3"), "{said}");
    wait_until("all jobs to end", || {
        fleet.resume();
        fleet.text(&["squeue", "--noheader"]).is_empty()
    });
}

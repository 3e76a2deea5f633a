//! A temporary registry with a model in another language, a workload, and folders for results:
//! what every test of the tool starts from.

#![allow(dead_code, reason = "each test program uses its own part of this")]

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

/// Tasks of the workload; few enough that the smoke profile runs all of them.
pub(crate) const TASKS: u64 = 4;
/// Lanes of the workload.
pub(crate) const LANES: u64 = 2;
/// Long enough for a machine that does ten other things.
pub(crate) const PATIENCE: Duration = Duration::from_secs(300);

/// The tool. Where these tests lie in a copy of a built checkout, the path that is compiled in is that of the
/// original, and the path of now comes first.
fn program() -> PathBuf {
    ["CARGO_BIN_EXE_xtask", "NEXTEST_BIN_EXE_xtask"]
        .iter()
        .find_map(std::env::var_os)
        .map_or_else(|| env!("CARGO_BIN_EXE_xtask").into(), PathBuf::from)
}

/// A folder of one test, removed at its end.
pub(crate) struct Lab {
    folder: tempfile::TempDir,
}

impl Lab {
    /// A registry with the model `foreign`, which has these variants.
    pub(crate) fn new(variants: &[&str]) -> Lab {
        let lab = Lab {
            folder: tempfile::tempdir().unwrap(),
        };
        lab.add_model("foreign", variants);
        let workload = format!(
            "name = \"nothing\"\nabout = \"no steps\"\nclass = \"mixed\"\ntasks = {TASKS}\n\
             in_flight = {LANES}\nseed = 1\n"
        );
        lab.write("nothing.toml", &workload);
        lab
    }

    /// One more model of the same kind.
    pub(crate) fn add_model(&self, name: &str, variants: &[&str]) {
        let mut toml = format!(
            "name = \"{name}\"\nabout = \"a shell script\"\nclasses = [\"mixed\"]\n\
             run = [\"sh\", \"{{folder}}/foreign.sh\"]\n"
        );
        for variant in variants {
            toml += &format!(
                "[[variant]]\nname = \"{variant}\"\nabout = \"{variant}\"\n\
                 capacity = \"in-flight\"\nquick = true\n"
            );
        }
        self.write(&format!("models/{name}/model.toml"), &toml);
        let script = include_str!("foreign.sh")
            .replace("TASKS", &TASKS.to_string())
            .replace("LANES", &LANES.to_string())
            .replace("DIGEST", &right_digest());
        self.write(&format!("models/{name}/foreign.sh"), &script);
    }

    /// A path in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file, folders included.
    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    /// The real tool, which looks for models and keeps results here too.
    pub(crate) fn xtask(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.args(arguments).current_dir(self.folder.path());
        command.arg("--models").arg(self.path("models"));
        command.arg("--results").arg(self.path("results"));
        command.env("COLUMNS", "250").env_remove("RUST_BACKTRACE");
        command
    }

    /// The tool started by a shell that did something first, such as `ulimit -n 12`.
    pub(crate) fn after(&self, shell: &str, tool: &Command) -> Command {
        let mut command = Command::new("sh");
        command
            .args(["-c", &format!("{shell}; exec \"$@\""), "sh"])
            .arg(tool.get_program())
            .args(tool.get_args())
            .current_dir(self.folder.path());
        command.env("COLUMNS", "250").env_remove("RUST_BACKTRACE");
        command
    }

    /// `compare` of the workload with the foreign model as its own reference. What else the machine does may not
    /// decide how many rounds a test has.
    pub(crate) fn compare(&self, arguments: &[&str]) -> Command {
        let mut all = vec!["compare", "./nothing.toml", "--reference", "foreign/good"];
        all.push("--keep-disturbed");
        all.extend(arguments);
        self.xtask(&all)
    }

    /// The rows of the newest comparison.
    pub(crate) fn rows(&self) -> Vec<serde_json::Value> {
        let text = fs::read_to_string(self.path("results/latest/samples.jsonl")).unwrap();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// The runs among the rows.
    pub(crate) fn runs(&self) -> Vec<serde_json::Value> {
        self.rows()
            .into_iter()
            .filter_map(|mut row| Some(row.get_mut("run")?.take()))
            .collect()
    }

    /// `run.json` of the newest comparison.
    pub(crate) fn run_json(&self) -> serde_json::Value {
        let text = fs::read(self.path("results/latest/run.json")).unwrap();
        serde_json::from_slice(&text).unwrap()
    }

    /// How the runs of a variant failed, each once.
    pub(crate) fn failures(&self, variant: &str) -> Vec<String> {
        let of_variant = self
            .runs()
            .into_iter()
            .filter(|run| run["variant"] == variant);
        let mut kinds: Vec<String> = of_variant
            .filter_map(|run| {
                let kind = &run["outcome"]["failed"]["failure"]["kind"];
                kind.as_str().map(str::to_owned)
            })
            .collect();
        kinds.dedup();
        kinds
    }

    /// Waits until a file is there.
    pub(crate) fn wait_for(&self, name: &str) {
        let path = self.path(name);
        wait_until(&format!("{} to appear", path.display()), || path.exists());
    }

    /// No process that the foreign model ever was is left.
    pub(crate) fn assert_none_left(&self) {
        for pid in self.pids() {
            wait_until(&format!("process {pid} to be gone"), || !is_alive(&pid));
        }
    }

    /// The processes that the foreign model ever was.
    pub(crate) fn pids(&self) -> Vec<String> {
        let text = fs::read_to_string(self.path("models/foreign/pids")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}

/// Whether a process of this number runs our script: one that is only waiting to be reaped does
/// not, and numbers are used again.
pub(crate) fn is_alive(pid: &str) -> bool {
    let mut command = Command::new("ps");
    command.args(["-o", "stat=,args=", "-p", pid]);
    let output = command.output().expect("every Unix has ps");
    let line = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    line.contains("foreign.sh") && !line.starts_with('Z')
}

/// Patience instead of a fixed sleep.
pub(crate) fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// What a program printed, for messages of failed tests.
pub(crate) fn shown(output: &Output) -> String {
    let (out, err) = (&output.stdout, &output.stderr);
    format!(
        "{}\n{}",
        String::from_utf8_lossy(out),
        String::from_utf8_lossy(err)
    )
}

/// The digest of tasks without steps, as docs/FORMAT.md defines it.
fn right_digest() -> String {
    let mix64 = |mut z: u64| {
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    };
    let of_task = |index: u64| mix64(mix64(index.wrapping_add(0x9E37_79B9_7F4A_7C15)));
    let digest = (0..TASKS).map(of_task).fold(0, u64::wrapping_add);
    format!("{digest:016x}")
}

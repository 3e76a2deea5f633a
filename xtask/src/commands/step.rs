//! One command of the sequences that `test` and `ci` run: how it is started and announced, and whether
//! its tool is there at all.

use std::env;
use std::ffi::OsString;
use std::fmt;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use protocol::ExitCode;
use terminal::output::{complain, notice};

/// Time between two lines that say that a step still runs.
const SILENCE: Duration = Duration::from_secs(15);
/// Time between two checks whether a step has ended.
const CHECK_INTERVAL: Duration = Duration::from_millis(100);

/// One command of a sequence that stops at the first that fails.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    name: String,
    /// What holds where it succeeds, in words; empty where the name says it.
    checks: String,
    program: OsString,
    arguments: Vec<String>,
    /// Variables of its environment.
    variables: Vec<(String, String)>,
    /// What a person types to have this step alone.
    pub(super) typed: String,
}

impl Step {
    pub(crate) fn new(name: &str, program: &str, arguments: &[&str]) -> Step {
        Step {
            name: name.to_owned(),
            checks: String::new(),
            program: program.into(),
            arguments: arguments
                .iter()
                .map(|&argument| argument.to_owned())
                .collect(),
            variables: Vec::new(),
            typed: [&[program], arguments].concat().join(" "),
        }
    }

    /// The cargo that runs this program, where cargo did.
    pub(crate) fn cargo(name: &str, arguments: &[&str]) -> Step {
        // `cargo` on the path may belong to another toolchain, which would build everything again.
        let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        Step {
            program,
            ..Step::new(name, "cargo", arguments)
        }
    }

    /// Another command of this program.
    pub(crate) fn own(name: &str, own: &Path, arguments: &[&str]) -> Step {
        Step {
            program: own.into(),
            ..Step::new(name, "cargo xtask", arguments)
        }
    }

    /// The same step, announced with what holds where it succeeds.
    pub(crate) fn checking(self, checks: &str) -> Step {
        Step {
            checks: checks.to_owned(),
            ..self
        }
    }

    /// The same step with a variable in its environment.
    pub(crate) fn with_variable(mut self, name: &str, value: &str) -> Step {
        self.typed = format!("{name}={value} {}", self.typed);
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    fn command(&self, root: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(&self.arguments)
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(root)
            // A tool that asks a question must fail: nobody sees it in continuous integration.
            .stdin(Stdio::null());
        // The cargo that started this program describes its package to it. An inner cargo would
        // take that for a change, and build again what a cargo typed by hand has built.
        for (name, _) in env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
                command.env_remove(&name);
            }
        }
        command
    }

    /// Whether the command succeeded; its output goes where ours goes.
    fn passes(&self, root: &Path) -> anyhow::Result<bool> {
        let begin = Instant::now();
        let mut child = self
            .command(root)
            .spawn()
            .with_context(|| self.typed.clone())?;
        let status = wait(&mut child, &self.name, begin)?;
        let seconds = begin.elapsed().as_secs_f64();
        let (name, typed) = (&self.name, &self.typed);
        complain(&if status.success() {
            format!("==> {name}: passed in {seconds:.0} s")
        } else {
            format!("error: step `{name}` failed ({status}): {typed}")
        });
        Ok(status.success())
    }
}

/// Waits for a step, and says now and then that it still runs: a compiler is silent for minutes where no
/// terminal shows its progress.
fn wait(child: &mut Child, name: &str, begin: Instant) -> anyhow::Result<ExitStatus> {
    let is_watched = std::io::stderr().is_terminal();
    let mut said = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if !is_watched && said.elapsed() >= SILENCE {
            said = Instant::now();
            notice(&format!(
                "==> {name}: {:.0} s",
                begin.elapsed().as_secs_f64()
            ));
        }
        std::thread::sleep(CHECK_INTERVAL);
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.name)?;
        if !self.checks.is_empty() {
            write!(f, "{}: ", self.checks)?;
        }
        f.write_str(&self.typed)
    }
}

/// Runs the steps until one fails, each announced with its number, what it checks and how to have it
/// alone.
pub(crate) fn in_order(steps: &[Step], root: &Path) -> anyhow::Result<ExitCode> {
    for (number, step) in (1..).zip(steps) {
        complain(&format!("==> {number}/{} {step}", steps.len()));
        if !step.passes(root)? {
            // The last lines on the screen are then those of the step that failed.
            return Ok(ExitCode::Failed);
        }
    }
    Ok(ExitCode::Ok)
}

/// The path of this program, to be asked for before anything is built: afterwards the system may
/// call the running file deleted.
pub(crate) fn own_program() -> anyhow::Result<PathBuf> {
    env::current_exe().context("the path of this program")
}

/// Whether a program answers; what it prints goes nowhere.
pub(crate) fn answers(probe: &Step, root: &Path) -> bool {
    let mut command = probe.command(root);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(name: &str, text: &str) -> Step {
        Step::new(name, "sh", &["-c", text])
    }

    #[test]
    fn nothing_runs_after_a_step_that_failed() {
        let folder = std::env::temp_dir();
        let failing = [
            script("first", "exit 3"),
            Step::new("second", "/does/not/exist", &[]),
        ];
        assert_eq!(in_order(&failing, &folder).unwrap(), ExitCode::Failed);
        let passing = [script("first", "exit 0"), script("second", "cat")];
        assert_eq!(in_order(&passing, &folder).unwrap(), ExitCode::Ok);
    }

    #[test]
    fn a_step_says_what_it_checks_and_how_to_have_it_alone() {
        let step = Step::cargo("tidy", &["xtask", "tidy"]);
        assert_eq!(step.to_string(), "tidy: cargo xtask tidy");
        let step = step.checking("documents are current");
        assert_eq!(
            step.to_string(),
            "tidy: documents are current: cargo xtask tidy"
        );
    }

    #[test]
    fn a_program_that_is_missing_does_not_answer() {
        let folder = std::env::temp_dir();
        assert!(!answers(
            &Step::new("probe", "/does/not/exist", &["--version"]),
            &folder
        ));
        assert!(!answers(&script("probe", "exit 1"), &folder));
        assert!(answers(&script("probe", "echo 1.0"), &folder));
    }
}

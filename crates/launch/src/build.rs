//! Building programs with the commands that models name, and asking them for their version. What
//! cargo prints is shown only where it fails.

use std::process::Command;
use std::time::{Duration, Instant};

use super::child::Child;
use super::failure::{RunError, describe, from_wait};
use super::ledger::Ledger;
use catalog::{Model, Workspace};
use results::{Failure, Kind};

/// Of a compiler's messages this much is kept.
const KEEP_OF_STDERR: usize = 64 * 1024;
/// A build that takes longer than this will not end.
const BUILD_LIMIT: Duration = Duration::from_secs(60 * 60);
/// Printing a version takes no longer than this.
const VERSION_LIMIT: Duration = Duration::from_secs(30);

/// Builds a model, and proves that its program runs: the version that it prints.
pub fn build_model(
    model: &Model,
    workspace: &Workspace,
    ledger: &Ledger,
) -> Result<String, RunError> {
    let build = model.words(&model.build, &workspace.target);
    if !build.is_empty() {
        succeed(&build, workspace, ledger, BUILD_LIMIT, Kind::Build)?;
    }
    let mut version = model.words(&model.run, &workspace.target);
    version.push("--version".to_owned());
    let printed = succeed(&version, workspace, ledger, VERSION_LIMIT, Kind::Start)?;
    let printed = printed.filter(|line| !line.trim().is_empty());
    let silent = || Failure::new(Kind::Start, "prints no version: the proof that it runs");
    Ok(printed.ok_or_else(silent)?)
}

/// Builds packages of the workspace that are no models.
pub fn build_packages(
    names: &[&str],
    workspace: &Workspace,
    ledger: &Ledger,
) -> anyhow::Result<()> {
    let mut words = vec!["cargo", "build", "--release"];
    names
        .iter()
        .for_each(|name| words.extend(["--package", name]));
    let words: Vec<String> = words.into_iter().map(str::to_owned).collect();
    match succeed(&words, workspace, ledger, BUILD_LIMIT, Kind::Build) {
        Ok(_) => Ok(()),
        Err(RunError::Failed(failure)) => {
            Err(anyhow::anyhow!("{}\n{}", failure.message, failure.stderr))
        }
        Err(other) => Err(other.into_anyhow()),
    }
}

/// Runs a command in the workspace's root to its end; the first line that it prints.
fn succeed(
    words: &[String],
    workspace: &Workspace,
    ledger: &Ledger,
    limit: Duration,
    kind: Kind,
) -> Result<Option<String>, RunError> {
    let mut command = command(words, workspace);
    let mut child = Child::spawn(&mut command, ledger, KEEP_OF_STDERR)
        .map_err(|error| Failure::new(kind, format!("{}: {error}", words[0])))?;
    child.close_stdin();
    let status = child
        .exit(Instant::now() + limit)
        .map_err(|waited| from_wait(waited, &format!("end of `{}`", words.join(" ")), limit))?;
    if status.success() {
        return Ok(child.left_over().map(str::to_owned));
    }
    let message = format!("`{}` {}", words.join(" "), describe(status));
    Err(Failure {
        stderr: child.stderr(),
        ..Failure::new(kind, message)
    }
    .into())
}

/// A command in the workspace's root that shares cargo's target folder with this tool.
pub(super) fn command(words: &[String], workspace: &Workspace) -> Command {
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).current_dir(&workspace.root);
    command.env("CARGO_TARGET_DIR", &workspace.target);
    // Set by the cargo that started this tool; they would make the inner one build everything anew.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

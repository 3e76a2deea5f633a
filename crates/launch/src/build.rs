//! Builds programs with the commands that models name, and asks them for their version. What a
//! build prints is shown only where it fails, but for its last line, which is shown as progress.

use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

use catalog::{Model, Workspace};
use nix::errno::Errno;
use results::{Failure, Kind};
use terminal::{output, progress};

use crate::child::{Child, Waited};
use crate::failure::{RunError, describe, from_wait};
use crate::ledger::Ledger;
use crate::stand_in;

/// Bytes of a compiler's messages that are kept: the last ones, which say what is wrong.
const KEEP_OF_STDERR: usize = 64 * 1024;
/// The time limit of a build: a cold one of everything takes minutes, so that an hour means it hangs.
const BUILD_LIMIT: Duration = Duration::from_secs(60 * 60);
/// The time limit of printing a version, with room for an interpreter that starts slowly.
const VERSION_LIMIT: Duration = Duration::from_secs(30);
/// Time between two looks at what a build printed last.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);

/// Builds a model, and proves that its program runs by asking it for its version, which is returned.
///
/// # Errors
///
/// [`RunError::Failed`] of `Kind::Build` or `Kind::Start` with what was printed to standard error;
/// [`RunError::Interrupted`].
pub fn build_model(
    model: &Model,
    workspace: &Workspace,
    ledger: &Ledger,
) -> Result<String, RunError> {
    progress::step(&model.name);
    let build = model.words(&model.build, &workspace.target);
    if !build.is_empty() {
        succeed(&build, workspace, ledger, BUILD_LIMIT, Kind::Build)?;
    }
    if let Some(question) = stand_in::question(model)
        && let Some(answer) = succeed(&question, workspace, ledger, VERSION_LIMIT, Kind::Start)?
    {
        stand_in::learn(model, &answer);
    }
    let words = model.words(&model.run, &workspace.target);
    let mut version = stand_in::with_real_program(words);
    version.push("--version".to_owned());
    match succeed(&version, workspace, ledger, VERSION_LIMIT, Kind::Start)? {
        Some(line) if !line.trim().is_empty() => Ok(line),
        _ => {
            let message = "prints no version: the proof that it runs";
            Err(Failure::new(Kind::Start, message).into())
        }
    }
}

/// Builds packages of the workspace, in release mode.
///
/// # Errors
///
/// A build that fails, with what cargo printed; an interrupt.
pub fn build_packages(
    names: &[&str],
    workspace: &Workspace,
    ledger: &Ledger,
) -> anyhow::Result<()> {
    progress::step(&names.join(" and "));
    let packages = names.iter().flat_map(|name| ["--package", name]);
    let words: Vec<String> = ["cargo", "build", "--release"]
        .into_iter()
        .chain(packages)
        .map(str::to_owned)
        .collect();
    match succeed(&words, workspace, ledger, BUILD_LIMIT, Kind::Build) {
        Ok(_) => Ok(()),
        Err(RunError::Failed(failure)) => {
            Err(anyhow::anyhow!("{}\n{}", failure.message, failure.stderr))
        }
        Err(other) => Err(other.into_anyhow()),
    }
}

/// Runs a command in the workspace's root to its end, and returns the first line that it prints. A
/// command that fails is a failure of this kind.
fn succeed(
    words: &[String],
    workspace: &Workspace,
    ledger: &Ledger,
    limit: Duration,
    kind: Kind,
) -> Result<Option<String>, RunError> {
    let mut child = Child::spawn(&mut command(words, workspace), ledger, KEEP_OF_STDERR)
        .map_err(|error| RunError::unstarted(error, kind, &words[0]))?;
    if kind == Kind::Start {
        child.with_its_orphans();
    }
    // A build that asks a question gets no answer, instead of waiting for one until the limit.
    child.close_stdin();
    let status = end_of(&mut child, limit)
        .map_err(|waited| from_wait(waited, &format!("end of `{}`", words.join(" ")), limit))?;
    // Such as a compiler's cache, which later builds use: it is no part of the model, and may take
    // processor time while others are measured.
    for process in child.left_running() {
        output::notice(&format!("`{}` left running: {process}", words.join(" ")));
    }
    if status.success() {
        return Ok(child.unread_line().map(str::to_owned));
    }
    let message = format!("`{}` {}", words.join(" "), describe(status));
    let stderr = child.stderr();
    if let Some(line) = stderr.lines().find(|line| is_for_want_of_room(line)) {
        return Err(RunError::Tool(anyhow::anyhow!(
            "{message}: {}",
            line.trim()
        )));
    }
    Err(Failure {
        stderr,
        ..Failure::new(kind, message)
    }
    .into())
}

/// Whether a line says that the disk is full, which is no fault of the model that is built.
fn is_for_want_of_room(line: &str) -> bool {
    [Errno::ENOSPC, Errno::EDQUOT].iter().any(|errno| {
        line.contains(errno.desc()) || line.contains(&format!("os error {})", *errno as i32))
    })
}

/// Waits for the end of a command, and shows meanwhile what it printed last.
fn end_of(child: &mut Child<'_>, limit: Duration) -> Result<ExitStatus, Waited> {
    let deadline = Instant::now() + limit;
    loop {
        let next_look = Instant::now() + LOOK_INTERVAL;
        match child.exit(deadline.min(next_look)) {
            Err(Waited::Late) if Instant::now() < deadline => {
                let printed = child.stderr();
                progress::detail(printed.lines().last().unwrap_or_default().trim());
            }
            ended => return ended,
        }
    }
}

/// A command in the workspace's root that shares cargo's target folder with this tool.
pub(crate) fn command(words: &[String], workspace: &Workspace) -> Command {
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).current_dir(&workspace.root);
    command.env("CARGO_TARGET_DIR", &workspace.target);
    // The cargo that started this tool sets these variables for it. The inner cargo would take them
    // for a change, and build everything anew.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

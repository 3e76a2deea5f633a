//! Commands in the workspace's root: how they are started, and how one that must end well is checked.

use std::path::Path;
use std::process::{Command, ExitStatus};
use std::time::Duration;

use catalog::Workspace;
use nix::errno::Errno;
use results::{Failure, Kind};
use terminal::output;

use crate::child::{Child, Waited};
use crate::failure::{RunError, describe, from_wait};
use host::{Ledger, remove_from};

/// Bytes of a compiler's messages that are kept: the last ones, which say what is wrong.
const KEEP_OF_STDERR: usize = 64 * 1024;

/// Starts a command in the workspace's root, without standard input.
pub(crate) fn start<'l>(
    words: &[String],
    workspace: &Workspace,
    ledger: &'l Ledger,
    kind: Kind,
) -> Result<Child<'l>, RunError> {
    let mut child = Child::spawn(&mut command(words, workspace), ledger, KEEP_OF_STDERR)
        .map_err(|error| RunError::unstarted(error, kind, &words[0]))?;
    if kind == Kind::Start {
        child.with_its_orphans();
    }
    // One that asks a question gets no answer, instead of waiting for one until the limit.
    child.close_stdin();
    Ok(child)
}

/// Whether a command ended well, within `limit`; another end is a failure of this kind.
pub(crate) fn check(
    child: &mut Child<'_>,
    status: Result<ExitStatus, Waited>,
    words: &[String],
    limit: Duration,
    kind: Kind,
) -> Result<(), RunError> {
    let typed = words.join(" ");
    let ended = status.map_err(|waited| from_wait(waited, &format!("end of `{typed}`"), limit))?;
    // Such as a compiler's cache, which later builds use: it is no part of the model, and may take
    // processor time while others are measured.
    for process in child.left_running() {
        output::notice(&format!("`{typed}` left running: {process}"));
    }
    if ended.success() {
        return Ok(());
    }
    let message = format!("`{typed}` {}", describe(ended));
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

/// A command for a program of ours beside those of the models, such as a service or the one that computes right
/// answers. It inherits what they do.
pub(crate) fn beside_models(program: &Path) -> Command {
    let mut command = Command::new(program);
    // They lie in a folder of cargo's target folder.
    remove_from(&mut command, program.ancestors().nth(2).unwrap_or(program));
    command
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

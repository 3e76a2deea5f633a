//! Builds programs with the commands that models name, and asks them for their version. What a
//! build prints is shown only where it fails.

use std::time::{Duration, Instant};

use catalog::{Model, Workspace};
use results::{Failure, Kind};
use terminal::progress;

use crate::cargo_build::build;
use crate::command::{check, start};
use crate::failure::RunError;
use crate::stand_in;
use host::Ledger;

/// The time limit of printing a version, with room for an interpreter that starts slowly.
const VERSION_LIMIT: Duration = Duration::from_secs(30);

/// What stands for the version of a server that is no model, which nobody asks for one.
pub(crate) const OWN_SERVER_VERSION: &str = "own server";

/// Whether programs are built before they run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Builds {
    /// They are, so that what runs is what the checkout says.
    #[default]
    Made,
    /// They were built before, elsewhere or by somebody else: what is there runs. A digest of each program stands
    /// in the results.
    Found,
}

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
    if model.serves.is_some() {
        return Ok(OWN_SERVER_VERSION.to_owned());
    }
    let words = model.words(&model.build, &workspace.target);
    if !words.is_empty() {
        let built = build(&words, workspace, ledger)?;
        built.must_have(model, workspace)?;
    }
    prove_model(model, workspace, ledger)
}

/// Proves that the program of a model runs, by asking it for its version, which is returned. Nothing is built.
///
/// # Errors
///
/// [`RunError::Failed`] of `Kind::Start` with what was printed to standard error; [`RunError::Interrupted`].
pub fn prove_model(
    model: &Model,
    workspace: &Workspace,
    ledger: &Ledger,
) -> Result<String, RunError> {
    if let Some(question) = stand_in::question(model)
        && let Some(answer) = succeed(&question, workspace, ledger)?
    {
        stand_in::learn(model, &answer);
    }
    let words = model.words(&model.run, &workspace.target);
    let mut version = stand_in::with_real_program(words);
    version.push("--version".to_owned());
    match succeed(&version, workspace, ledger)? {
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
    match build(&words, workspace, ledger) {
        Ok(_) => Ok(()),
        Err(RunError::Failed(failure)) => {
            Err(anyhow::anyhow!("{}\n{}", failure.message, failure.stderr))
        }
        Err(other) => Err(other.into_anyhow()),
    }
}

/// Runs a command in the workspace's root to its end, and returns the first line that it prints. One that
/// fails is a program that does not start.
fn succeed(
    words: &[String],
    workspace: &Workspace,
    ledger: &Ledger,
) -> Result<Option<String>, RunError> {
    let mut child = start(words, workspace, ledger, Kind::Start)?;
    let status = child.exit(Instant::now() + VERSION_LIMIT);
    check(&mut child, status, words, VERSION_LIMIT, Kind::Start)?;
    Ok(child.unread_line().map(str::to_owned))
}

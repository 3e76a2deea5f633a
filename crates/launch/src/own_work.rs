//! Own work before it runs: the workspace that builds it into the models is written, its program of right
//! answers is built, and its parameters are checked by itself.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use catalog::{Generated, Workspace};
use protocol::{OwnWork, Workload};
use terminal::{Usage, progress};

use crate::cargo_build::build;
use crate::command::start;
use crate::failure::{RunError, from_wait};
use host::Ledger;
use results::Kind;

/// The time limit of checking parameters.
const LIMIT: Duration = Duration::from_secs(60);
/// The lock file that the workspace's own begins as, so that it builds the same versions.
const LOCK: &str = "Cargo.lock";
/// The project's lock file as it was when the workspace's own began.
const LOCK_BEFORE: &str = "Cargo.lock.of-project";

/// Writes the workspace of own work, and builds the program of its right answers.
///
/// # Errors
///
/// [`RunError::Interrupted`]; [`RunError::Tool`] where the files cannot be written, or the package does not
/// build, with what cargo printed.
pub(crate) fn prepare(
    work: &OwnWork,
    workspace: &Workspace,
    ledger: &Ledger,
) -> Result<(), RunError> {
    let generated = Generated::of(workspace, work);
    write(&generated, work, workspace).map_err(RunError::tool)?;
    progress::step("own work");
    match build(&generated.build_expected(), workspace, ledger) {
        Ok(_) => Ok(()),
        Err(RunError::Failed(failure)) => Err(RunError::tool(Usage::error(format!(
            "{}: the package does not build\n{}",
            work.package.display(),
            failure.stderr
        )))),
        Err(other) => Err(other),
    }
}

/// Writes what has changed. Cargo builds a file again that is newer, whatever it says.
fn write(generated: &Generated, work: &OwnWork, workspace: &Workspace) -> anyhow::Result<()> {
    let files = generated
        .files(workspace, work)
        .map_err(anyhow::Error::msg)?;
    for (path, text) in files {
        write_changed(&path, text.as_bytes())
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    let lock = fs::read(workspace.root.join(LOCK)).context(LOCK)?;
    let folder = generated.folder();
    if write_changed(&folder.join(LOCK_BEFORE), &lock).context(LOCK_BEFORE)? {
        fs::write(folder.join(LOCK), &lock).context(LOCK)?;
    }
    Ok(())
}

/// Writes a file unless it says that already; whether it did.
fn write_changed(path: &Path, bytes: &[u8]) -> std::io::Result<bool> {
    if fs::read(path).is_ok_and(|before| before == bytes) {
        return Ok(false);
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, bytes)?;
    Ok(true)
}

/// Lets own work check the parameters in its workload file.
///
/// # Errors
///
/// [`RunError::Tool`] with the place of the mistake; [`RunError::Interrupted`].
pub(crate) fn check_params(
    workload: &Workload,
    file: &Path,
    workspace: &Workspace,
    ledger: &Ledger,
) -> Result<(), RunError> {
    let absolute = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    let shown = absolute.strip_prefix(&workspace.root).unwrap_or(&absolute);
    let words = [
        workspace.expected(workload).to_string_lossy().into_owned(),
        "--params".to_owned(),
        shown.to_string_lossy().into_owned(),
    ];
    let mut child = start(&words, workspace, ledger, Kind::Start)?;
    match child.exit(Instant::now() + LIMIT) {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(RunError::tool(Usage::error(
            child.stderr().trim().to_owned(),
        ))),
        Err(waited) => Err(from_wait(waited, "end of the check of parameters", LIMIT)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_written_only_where_it_changes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b.toml");
        assert!(write_changed(&path, b"one").unwrap());
        let written = fs::metadata(&path).unwrap().modified().unwrap();
        assert!(!write_changed(&path, b"one").unwrap());
        assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), written);
        assert!(write_changed(&path, b"two").unwrap());
    }
}

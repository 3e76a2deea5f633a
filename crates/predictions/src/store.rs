//! The files of a machine's calibration: its rows, and the model that was fitted to them, which a later fit can make anew.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use catalog::Workspace;
use predict::{Calibration, Model, fit};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use terminal::{Usage, progress};

/// The seed of every fit, so that the same rows give the same predictions.
const SEED: u64 = 1;

/// The folder of everything about predictions.
pub(crate) fn folder(workspace: &Workspace) -> PathBuf {
    workspace.data().join("predictions")
}

fn rows(workspace: &Workspace) -> PathBuf {
    folder(workspace).join("calibration.json")
}

fn fitted(workspace: &Workspace) -> PathBuf {
    folder(workspace).join("model.json")
}

/// What a probe came to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Probe {
    /// When, in milliseconds since 1970.
    pub(crate) checked_ms: u64,
    /// The largest factor between a time then and now, less 1.
    pub(crate) worst: f64,
}

fn part(workspace: &Workspace) -> PathBuf {
    folder(workspace).join("unfinished.json")
}

fn probe_file(workspace: &Workspace) -> PathBuf {
    folder(workspace).join("probe.json")
}

/// What an interrupted calibration left.
pub(crate) fn unfinished(workspace: &Workspace) -> anyhow::Result<Option<Calibration>> {
    read(&part(workspace))
}

/// Keeps what was measured so far.
pub(crate) fn keep_unfinished(
    workspace: &Workspace,
    calibration: &Calibration,
) -> anyhow::Result<()> {
    write(&part(workspace), calibration)
}

/// The last probe since the calibration.
pub(crate) fn probe(workspace: &Workspace) -> Option<Probe> {
    read(&probe_file(workspace)).unwrap_or(None)
}

/// Keeps what a probe came to.
pub(crate) fn keep_probe(workspace: &Workspace, probe: &Probe) -> anyhow::Result<()> {
    write(&probe_file(workspace), probe)
}

/// The rows of this machine; `None` where it was never calibrated.
pub(crate) fn calibration(workspace: &Workspace) -> anyhow::Result<Option<Calibration>> {
    read(&rows(workspace))
}

/// Keeps the rows, in the place of those before.
pub(crate) fn keep(workspace: &Workspace, calibration: &Calibration) -> anyhow::Result<()> {
    write(&rows(workspace), calibration)?;
    // Neither says anything of the new rows. Where they are not there, nothing is to be done.
    let _ = fs::remove_file(part(workspace));
    let _ = fs::remove_file(probe_file(workspace));
    Ok(())
}

/// The model of this machine, fitted now where the rows have changed since it was.
pub(crate) fn model(workspace: &Workspace) -> anyhow::Result<Model> {
    let measured = calibration(workspace)?.ok_or_else(|| {
        Usage::error(
            "this machine is not calibrated: `cargo xtask calibrate` measures it in some minutes",
        )
    })?;
    if let Some(model) = fitted_to(workspace, &measured) {
        return Ok(model);
    }
    progress::stage("fitting");
    let model = fit(&measured, SEED);
    progress::end();
    write(&fitted(workspace), &model)?;
    Ok(model)
}

/// The model that was fitted to these rows before; `None` where a fit is due, which takes most of a minute.
pub(crate) fn fitted_to(workspace: &Workspace, measured: &Calibration) -> Option<Model> {
    // A model that cannot be read is of another version, and is made anew.
    let kept: Option<Model> = read(&fitted(workspace)).unwrap_or(None);
    kept.filter(|model| model.calibration() == measured)
}

fn read<T: DeserializeOwned>(path: &Path) -> anyhow::Result<Option<T>> {
    if !path.exists() {
        return Ok(None);
    }
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let value = serde_json::from_str(&text)
        .with_context(|| format!("{}: `cargo xtask calibrate` writes it anew", path.display()))?;
    Ok(Some(value))
}

/// A rename is atomic, so that a reader meets the old file or the new one.
fn write(path: &Path, value: &impl Serialize) -> anyhow::Result<()> {
    let next = path.with_extension("next");
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| unwritten(path))?;
    }
    fs::write(&next, serde_json::to_string(value)? + "\n").with_context(|| unwritten(path))?;
    fs::rename(&next, path).with_context(|| unwritten(path))
}

fn unwritten(path: &Path) -> String {
    format!("{} cannot be written", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_again_and_a_broken_file_says_what_writes_it_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/file.json");
        assert_eq!(read::<Vec<u64>>(&path).unwrap(), None);
        write(&path, &vec![1_u64, 2]).unwrap();
        assert_eq!(read::<Vec<u64>>(&path).unwrap(), Some(vec![1, 2]));
        fs::write(&path, "[1,").unwrap();
        let error = format!("{:#}", read::<Vec<u64>>(&path).unwrap_err());
        assert!(
            error.contains("file.json") && error.contains("cargo xtask calibrate"),
            "{error}"
        );
    }
}

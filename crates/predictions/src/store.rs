//! The files of a machine's calibrations, of which each number of processors has its own: the rows, and the model that was fitted
//! to them, which a later fit can make anew.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use catalog::Workspace;
use host::machine;
use predict::{Calibration, Model, fit};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use terminal::{Usage, counted, progress};

const ROWS: &str = "calibration.json";
const FITTED: &str = "model.json";
const PROBE: &str = "probe.json";
/// The seed of every fit, so that the same rows give the same predictions.
const SEED: u64 = 1;

/// What a probe came to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Probe {
    /// When, in milliseconds since 1970.
    pub(crate) checked_ms: u64,
    /// Whether every point was within what it allows.
    pub(crate) agrees: bool,
    /// The largest factor between a time then and now, less 1.
    pub(crate) worst: f64,
}

/// What a calibration is of. Each has an unfinished file of its own: half of the usual variants is nothing that could join a
/// calibration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// The usual variants, in the place of everything that was measured before.
    Whole,
    /// Variants that were named, which join what was measured before.
    Added,
}

impl Scope {
    fn unfinished(self) -> &'static str {
        match self {
            Scope::Whole => "unfinished.json",
            Scope::Added => "unfinished-added.json",
        }
    }
}

/// Where everything about predictions for one number of processors is kept.
pub(crate) struct Place {
    folder: PathBuf,
    cores: u64,
}

/// What the folder of a number of processors begins with. All of the machine's have such a folder too: how many these are depends on
/// where this process may run (`taskset`), and each number keeps its own.
const CORES: &str = "cores-";

impl Place {
    /// The place of all processors that this process may use.
    pub(crate) fn of(workspace: &Workspace) -> Place {
        Place::with_cores(workspace, machine::processors())
    }

    /// The place of a number of processors.
    pub(crate) fn with_cores(workspace: &Workspace, cores: u64) -> Place {
        Place {
            folder: all_places(workspace).join(format!("{CORES}{cores}")),
            cores,
        }
    }

    /// The places with a calibration, from few processors to many.
    pub(crate) fn calibrated(workspace: &Workspace) -> Vec<Place> {
        let entries = fs::read_dir(all_places(workspace));
        let numbers = entries.into_iter().flatten().flatten().filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            name.strip_prefix(CORES)?.parse::<u64>().ok()
        });
        let mut all: Vec<Place> = numbers
            .map(|cores| Place::with_cores(workspace, cores))
            .filter(|place| place.file(ROWS).exists())
            .collect();
        all.sort_by_key(|place| place.cores);
        all
    }

    pub(crate) fn cores(&self) -> u64 {
        self.cores
    }

    /// The error where there is no calibration here.
    pub(crate) fn not_calibrated(&self) -> anyhow::Error {
        Usage::error(match self.cores {
            all if all == machine::processors() => {
                "this machine is not calibrated: `cargo xtask calibrate` measures it in some minutes"
                    .to_owned()
            }
            cores => format!(
                "this machine is not calibrated for {}: `cargo xtask calibrate --cores {cores}` measures that in some minutes",
                counted(cores, "processor")
            ),
        })
    }

    /// The workspace whose results are those of its calibrations, so that `latest` stays what people compared.
    pub(crate) fn inside(&self, workspace: &Workspace) -> Workspace {
        Workspace {
            results: self.folder.join("runs"),
            ..workspace.clone()
        }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// What an interrupted calibration left.
    pub(crate) fn unfinished(&self, scope: Scope) -> anyhow::Result<Option<Calibration>> {
        read(&self.file(scope.unfinished()))
    }

    /// Keeps what was measured so far.
    pub(crate) fn keep_unfinished(
        &self,
        calibration: &Calibration,
        scope: Scope,
    ) -> anyhow::Result<()> {
        write(&self.file(scope.unfinished()), calibration)
    }

    /// The last probe since the calibration.
    pub(crate) fn probe(&self) -> Option<Probe> {
        read(&self.file(PROBE)).unwrap_or(None)
    }

    /// Keeps what a probe came to.
    pub(crate) fn keep_probe(&self, probe: &Probe) -> anyhow::Result<()> {
        write(&self.file(PROBE), probe)
    }

    /// The rows; `None` where nothing was calibrated.
    pub(crate) fn calibration(&self) -> anyhow::Result<Option<Calibration>> {
        read(&self.file(ROWS))
    }

    /// Keeps the rows of a calibration that is done, in the place of those before.
    pub(crate) fn keep(&self, calibration: &Calibration, scope: Scope) -> anyhow::Result<()> {
        write(&self.file(ROWS), calibration)?;
        let done: &[Scope] = match scope {
            // What was to join the calibration before is not to join this one.
            Scope::Whole => &[Scope::Whole, Scope::Added],
            Scope::Added => &[Scope::Added],
        };
        let unfinished = done.iter().map(|scope| scope.unfinished());
        for name in unfinished.chain([PROBE]) {
            // None says anything of the new rows. Where it is not there, nothing is to be done.
            let _ = fs::remove_file(self.file(name));
        }
        Ok(())
    }

    /// The model, fitted now where the rows have changed since it was.
    pub(crate) fn model(&self) -> anyhow::Result<Model> {
        let measured = self.calibration()?.ok_or_else(|| self.not_calibrated())?;
        if let Some(model) = self.fitted_to(&measured) {
            return Ok(model);
        }
        progress::stage("fitting");
        let model = fit(&measured, SEED);
        progress::end();
        write(&self.file(FITTED), &model)?;
        Ok(model)
    }

    /// The model that was fitted to these rows before; `None` where a fit is due.
    pub(crate) fn fitted_to(&self, measured: &Calibration) -> Option<Model> {
        // A model that cannot be read is of another version, and is made anew.
        let kept: Option<Model> = read(&self.file(FITTED)).unwrap_or(None);
        kept.filter(|model| model.is_of(measured))
    }
}

fn all_places(workspace: &Workspace) -> PathBuf {
    workspace.data().join("predictions")
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
    use crate::age::here;
    use crate::unfinished::{tests::with, unfinished};

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

    #[test]
    fn a_whole_and_an_added_calibration_have_unfinished_rows_of_their_own() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place {
            folder: folder.path().to_owned(),
            cores: 2,
        };
        let left = |scope| {
            place
                .unfinished(scope)
                .unwrap()
                .map(|left| left.measured_ms)
        };
        let both = || [Scope::Whole, Scope::Added].map(left);
        place
            .keep_unfinished(&with(&["threads/pool"], 1), Scope::Whole)
            .unwrap();
        assert_eq!(both(), [Some(1), None]);
        let added = with(&["coroutines/may"], 2);
        place.keep_unfinished(&added, Scope::Added).unwrap();
        assert_eq!(both(), [Some(1), Some(2)]);
        place.keep(&added, Scope::Added).unwrap();
        assert_eq!(both(), [Some(1), None]);
        place.keep_unfinished(&added, Scope::Added).unwrap();
        place.keep(&added, Scope::Whole).unwrap();
        assert_eq!(both(), [None, None]);
    }

    #[test]
    fn an_unreadable_unfinished_calibration_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place {
            folder: folder.path().to_owned(),
            cores: 2,
        };
        for scope in [Scope::Whole, Scope::Added] {
            fs::write(place.file(scope.unfinished()), "{").unwrap();
            assert_eq!(unfinished(&place, scope, &here(), 1), None);
            // It is written over all the same.
            let begun = with(&["threads/pool"], 1);
            place.keep_unfinished(&begun, scope).unwrap();
            assert_eq!(unfinished(&place, scope, &here(), 1), Some(begun));
        }
    }

    #[test]
    fn every_number_of_processors_has_a_folder_whatever_this_process_may_use() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().to_owned();
        let workspace = Workspace {
            target: root.join("target"),
            results: root.join("compare"),
            more_models: Vec::new(),
            root,
        };
        let all = machine::processors();
        for cores in [all + 8, all] {
            let place = Place::with_cores(&workspace, cores);
            place
                .keep(&with(&["threads/pool"], 1), Scope::Whole)
                .unwrap();
            let name = format!("predictions/cores-{cores}/calibration.json");
            assert!(workspace.data().join(name).exists());
        }
        fs::create_dir_all(Place::with_cores(&workspace, all + 16).folder).unwrap();
        let found = Place::calibrated(&workspace);
        let numbers: Vec<u64> = found.iter().map(Place::cores).collect();
        assert_eq!(numbers, [all, all + 8]);
        assert_eq!(Place::of(&workspace).folder, found[0].folder);
    }
}

//! What was measured for claims, as it lies on disk: a folder with a comparison for each placement
//! and `claims.json`, which says what is what. Figures are read from the rows alone.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use protocol::Workload;
use serde::{Deserialize, Serialize};

use super::figure::Metric;
use super::plan::Arm;
use analysis::failure;
use catalog::params::number;
use results::{Arm as Place, Outcome, Placement, Row, Run, Stored};

const FILE: &str = "claims.json";
const FORMAT: u32 = 1;

/// `claims.json`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    pub(super) format: u32,
    /// The labels of the claims that were asked for.
    pub(super) claims: Vec<String>,
    pub(super) commit: String,
    pub(super) started: String,
    /// The comparisons, by their folders' names.
    pub(super) parts: Vec<Part>,
    /// Why a variant or a workload was not to be had.
    pub(super) missing: BTreeMap<String, String>,
    /// Lines of code by variant.
    pub(super) lines: BTreeMap<String, u64>,
}

/// One comparison.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Part {
    pub(super) placement: Placement,
    pub(super) folder: String,
}

/// A folder read back.
#[derive(Clone, Debug, Default)]
pub(super) struct Evidence {
    pub(super) manifest: Manifest,
    pub(super) parts: Vec<(Placement, Stored)>,
}

/// A number of one arm's run, and the block that it was run in.
pub(super) type Sample = (u64, f64);

impl Manifest {
    pub(super) fn new(claims: Vec<String>, commit: String, started: String) -> Manifest {
        Manifest {
            format: FORMAT,
            claims,
            commit,
            started,
            ..Manifest::default()
        }
    }

    pub(super) fn write(&self, folder: &Path) -> anyhow::Result<()> {
        let path = folder.join(FILE);
        let mut text = serde_json::to_vec_pretty(self)?;
        text.push(b'\n');
        fs::write(&path, text).with_context(|| format!("{} cannot be written", path.display()))
    }
}

impl Evidence {
    /// Finds a folder by its path or by its name; `latest` is the newest that has a name.
    pub(super) fn open(results: &Path, named: &str) -> anyhow::Result<(PathBuf, Evidence)> {
        let typed = PathBuf::from(named);
        let found = match named {
            "latest" => newest(results),
            _ if typed.join(FILE).is_file() => Some(typed),
            _ => Some(results.join(named)).filter(|folder| folder.join(FILE).is_file()),
        };
        let Some(folder) = found else {
            let results = results.display();
            bail!(
                "{named}: no claims were measured under this name: neither a folder nor in {results}"
            );
        };
        let evidence = Evidence::read(&folder)?;
        Ok((folder, evidence))
    }

    pub(super) fn read(folder: &Path) -> anyhow::Result<Evidence> {
        let path = folder.join(FILE);
        let shown = || path.display().to_string();
        let text = fs::read_to_string(&path).with_context(shown)?;
        let manifest: Manifest = serde_json::from_str(&text).with_context(shown)?;
        let format = manifest.format;
        ensure!(
            format == FORMAT,
            "{}: it has format {format}, and this tool reads {FORMAT}",
            shown()
        );
        let parts = manifest.parts.iter().map(|part| {
            let stored = Stored::read(folder.join(&part.folder))?;
            Ok((part.placement, stored))
        });
        let parts = parts.collect::<anyhow::Result<_>>()?;
        Ok(Evidence { manifest, parts })
    }

    /// One number of each run of an arm, in the order of the blocks, or why there is none.
    pub(super) fn samples(&self, arm: &Arm, metric: Metric) -> Result<Vec<Sample>, String> {
        let of_placement = self.parts.iter().find(|(place, _)| *place == arm.placement);
        let stored = of_placement.map(|(_, stored)| stored);
        let workload = stored.and_then(|stored| workload(stored, &arm.workload));
        let (Some(stored), Some(workload)) = (stored, workload) else {
            return Err(self.why_not(arm));
        };
        if let Some(failed) = failure(&stored.rows, &arm.workload, &arm.variant) {
            return Err(format!("{}: {}", arm.variant, failed.failure));
        }
        let of_arm = |run: &&Run| {
            run.workload == arm.workload
                && run.variant == arm.variant
                && run.arm == Place::Main
                && run.pass == metric.pass()
        };
        let read = runs(&stored.rows)
            .filter(of_arm)
            .map(|run| match &run.outcome {
                Outcome::Measured(measured) => {
                    Ok((run.block, metric.read(run, measured, workload)?))
                }
                Outcome::Failed(failed) => Err(failed.failure.to_string()),
            });
        let samples: Vec<Sample> = read.collect::<Result<_, String>>()?;
        match samples.is_empty() {
            true => Err(self.why_not(arm)),
            false => Ok(samples),
        }
    }

    /// The number of a setting in the work of an arm, in the setting's unit.
    pub(super) fn setting(&self, arm: &Arm, key: &str) -> Option<f64> {
        let mut parts = self.parts.iter();
        let (_, stored) = parts.find(|(place, _)| *place == arm.placement)?;
        number(workload(stored, &arm.workload)?, key)
    }

    /// Whether everything was measured to its end.
    pub(super) fn is_whole(&self) -> bool {
        let mut runs = self.parts.iter().map(|(_, stored)| &stored.run);
        runs.all(|run| run.ended.is_some() && !run.interrupted)
    }

    /// The lanes of an arm, which are its units.
    pub(super) fn lanes(&self, arm: &Arm) -> Option<u64> {
        let of_placement = self.parts.iter().find(|(place, _)| *place == arm.placement);
        let (_, stored) = of_placement?;
        let mut of_arm = runs(&stored.rows)
            .filter(|run| run.workload == arm.workload && run.variant == arm.variant);
        of_arm.next().map(|run| run.in_flight)
    }

    fn why_not(&self, arm: &Arm) -> String {
        let missing = &self.manifest.missing;
        let known = missing.get(&arm.variant).or(missing.get(&arm.workload));
        known.cloned().unwrap_or_else(|| {
            let Arm {
                workload, variant, ..
            } = arm;
            format!("{variant} at {workload} was not measured")
        })
    }
}

fn workload<'a>(stored: &'a Stored, name: &str) -> Option<&'a Workload> {
    let mut records = stored.run.workloads.iter();
    let found = records.find(|record| record.workload.name == name);
    found.map(|record| &record.workload)
}

fn runs(rows: &[Row]) -> impl Iterator<Item = &Run> {
    rows.iter().filter_map(|row| match row {
        Row::Run(run) => Some(&**run),
        Row::Block(_) => None,
    })
}

/// Names begin with the time.
fn newest(results: &Path) -> Option<PathBuf> {
    let folders = fs::read_dir(results).into_iter().flatten().flatten();
    let folders = folders.map(|entry| entry.path());
    folders.filter(|folder| folder.join(FILE).is_file()).max()
}

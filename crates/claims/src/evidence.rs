//! What was measured for claims, as stored on disk: a folder with one comparison for each placement,
//! and `claims.json`, which lists them. Figures are read from the stored rows alone.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use analysis::failure;
use anyhow::{Context as _, ensure};
use catalog::params::number;
use protocol::{Class, Workload, counts};
use results::{
    Arm as ArmOfReference, Measured, Outcome, Pass, Placement, Row, Run, Stored, merged,
};
use serde::{Deserialize, Serialize};

use crate::figure::Metric;
use crate::free_threaded::FreeThreaded;
use crate::plan::Arm;

const FILE: &str = "claims.json";
const FORMAT: u32 = 1;

/// The contents of `claims.json`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    pub(crate) format: u32,
    /// The labels of the claims that were asked for.
    pub(crate) claims: Vec<String>,
    pub(crate) commit: String,
    pub(crate) started: String,
    #[serde(rename = "parts")]
    pub(crate) comparisons: Vec<ComparisonFolder>,
    /// Why a variant or a workload could not be had, by its name.
    pub(crate) missing: BTreeMap<String, String>,
    /// Lines of code by variant.
    pub(crate) lines: BTreeMap<String, u64>,
    /// The models of the column of free-threaded CPython, where such an interpreter was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) free_threaded: Option<FreeThreaded>,
}

/// One comparison: its placement, and the name of its folder beside `claims.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ComparisonFolder {
    pub(crate) placement: Placement,
    pub(crate) folder: String,
}

/// A folder of results, read back.
#[derive(Clone, Debug, Default)]
pub(crate) struct Evidence {
    pub(crate) manifest: Manifest,
    pub(crate) comparisons: Vec<(Placement, Stored)>,
}

/// The value of a metric in the run of one arm in one block.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct BlockValue {
    pub(crate) block: u64,
    pub(crate) value: f64,
}

/// Numerator and denominator of every block in which both arms have a value.
pub(crate) fn paired(
    numerator: &[BlockValue],
    denominator: &[BlockValue],
) -> impl Iterator<Item = (f64, f64)> {
    numerator.iter().filter_map(|over| {
        let under = denominator.iter().find(|under| under.block == over.block)?;
        Some((over.value, under.value))
    })
}

impl Manifest {
    /// A manifest of a run that has measured nothing yet.
    pub(crate) fn new(claims: Vec<String>, commit: String, started: String) -> Manifest {
        Manifest {
            format: FORMAT,
            claims,
            commit,
            started,
            ..Manifest::default()
        }
    }

    /// Writes `claims.json` into a folder.
    pub(crate) fn write(&self, folder: &Path) -> anyhow::Result<()> {
        let path = folder.join(FILE);
        let text = terminal::json(serde_json::to_string_pretty(self)?) + "\n";
        fs::write(&path, text).with_context(|| format!("{} cannot be written", path.display()))
    }
}

impl Evidence {
    /// Finds a folder by its path or by its name among the results, and reads it; `latest` is the
    /// newest of the results.
    pub(crate) fn open(results: &Path, named: &str) -> anyhow::Result<(PathBuf, Evidence)> {
        let known = if named == "latest" {
            newest(results)
        } else {
            [PathBuf::from(named), results.join(named)]
                .into_iter()
                .find(|folder| folder.join(FILE).is_file())
        };
        let folder = known.with_context(|| {
            format!(
                "{named}: no claims were measured under this name: neither a folder nor in {}",
                results.display()
            )
        })?;
        let evidence = Evidence::read(&folder)?;
        Ok((folder, evidence))
    }

    /// Reads a folder.
    pub(crate) fn read(folder: &Path) -> anyhow::Result<Evidence> {
        let path = folder.join(FILE);
        let name = path.display().to_string();
        let text = fs::read_to_string(&path).with_context(|| name.clone())?;
        let manifest: Manifest = serde_json::from_str(&text).with_context(|| name.clone())?;
        let format = manifest.format;
        ensure!(
            format == FORMAT,
            "{name}: it has format {format}, and this tool reads {FORMAT}"
        );
        let comparisons = manifest
            .comparisons
            .iter()
            .map(|comparison| {
                let stored = Stored::read(folder.join(&comparison.folder))?;
                Ok((comparison.placement, stored))
            })
            .collect::<anyhow::Result<_>>()?;
        Ok(Evidence {
            manifest,
            comparisons,
        })
    }

    /// The metric in each run of an arm, in the order of the blocks.
    ///
    /// # Errors
    /// The reason why there is no value, in words for the table.
    pub(crate) fn samples(&self, arm: &Arm, metric: Metric) -> Result<Vec<BlockValue>, String> {
        let Some((stored, workload)) = self.stored_workload(arm) else {
            return Err(self.why_missing(arm));
        };
        // One failed run disqualifies the arm: the runs that did not fail may be those in which the
        // machine was kind, and a figure of them alone would be too good.
        if let Some(failed) = failure(&stored.rows, &arm.workload, &arm.variant) {
            return Err(format!("{}: {}", arm.variant, failed.failure));
        }
        let samples = counting(stored, arm, metric.pass())
            .map(|run| match &run.outcome {
                Outcome::Measured(measured) if has_lock_again(measured) => Err(format!(
                    "{}: its interpreter lock was switched on during a run",
                    arm.variant
                )),
                Outcome::Measured(measured) => Ok(BlockValue {
                    block: run.block,
                    value: metric.read(run, measured, workload)?,
                }),
                Outcome::Failed(failed) => Err(failed.failure.to_string()),
            })
            .collect::<Result<Vec<BlockValue>, String>>()?;
        if samples.is_empty() {
            return Err(self.why_missing(arm));
        }
        Ok(samples)
    }

    /// The latencies of all measured runs of an arm together, ascending: nanoseconds, and how many tasks took them.
    pub(crate) fn latency(&self, arm: &Arm) -> Vec<(u64, u64)> {
        let Some((stored, _)) = self.stored_workload(arm) else {
            return Vec::new();
        };
        let runs = counting(stored, arm, Pass::Measured);
        merged(runs.filter_map(|run| match &run.outcome {
            Outcome::Measured(measured) => Some(measured.done.latency.as_slice()),
            Outcome::Failed(_) => None,
        }))
    }

    /// The value of a setting in the workload of an arm, in the setting's unit.
    pub(crate) fn setting(&self, arm: &Arm, key: &str) -> Option<f64> {
        let (_, workload) = self.stored_workload(arm)?;
        number(workload, key)
    }

    /// Whether the work of an arm is computation alone.
    pub(crate) fn is_cpu_bound(&self, arm: &Arm) -> bool {
        self.stored_workload(arm)
            .is_some_and(|(_, workload)| workload.class == Class::Cpu)
    }

    /// Whether most rounds of an arm's load were disturbed by other processes and count all the same.
    pub(crate) fn is_mostly_disturbed(&self, arm: &Arm) -> bool {
        let Some((stored, _)) = self.stored_workload(arm) else {
            return false;
        };
        let rounds: BTreeSet<u64> = runs(&stored.rows)
            .filter(|run| run.workload == arm.workload && run.pass == Pass::Measured)
            .map(|run| run.block)
            .collect();
        let disturbed = &stored.run.disturbed_blocks;
        disturbed
            .get(&arm.workload)
            .is_some_and(|its| its.count && 2 * its.blocks.len() > rounds.len())
    }

    /// How many rounds of loads other processes disturbed, and of how many loads these rounds count all the
    /// same because there were too many to measure again.
    pub(crate) fn disturbed_rounds(&self) -> (u64, u64) {
        self.comparisons
            .iter()
            .flat_map(|(_, stored)| stored.run.disturbed_blocks.values())
            .fold((0, 0), |(rounds, loads), its| {
                let counts = its.count && !its.blocks.is_empty();
                (rounds + its.blocks.len() as u64, loads + u64::from(counts))
            })
    }

    /// Whether every comparison was measured to its end.
    pub(crate) fn is_whole(&self) -> bool {
        self.comparisons
            .iter()
            .map(|(_, stored)| &stored.run)
            .all(|run| run.ended.is_some() && !run.interrupted)
    }

    /// The number of tasks that an arm had in flight: the units of memory per unit.
    pub(crate) fn lanes(&self, arm: &Arm) -> Option<u64> {
        let stored = self.comparison(arm.placement)?;
        // The rows are asked and not the workload, since a variant may have fewer lanes than wanted.
        runs(&stored.rows)
            .find(|run| run.workload == arm.workload && run.variant == arm.variant)
            .map(|run| run.in_flight)
    }

    fn comparison(&self, placement: Placement) -> Option<&Stored> {
        self.comparisons
            .iter()
            .find(|(known, _)| *known == placement)
            .map(|(_, stored)| stored)
    }

    fn stored_workload(&self, arm: &Arm) -> Option<(&Stored, &Workload)> {
        let stored = self.comparison(arm.placement)?;
        let record = stored
            .run
            .workloads
            .iter()
            .find(|record| record.workload.name == arm.workload)?;
        Some((stored, &record.workload))
    }

    fn why_missing(&self, arm: &Arm) -> String {
        let Arm {
            workload, variant, ..
        } = arm;
        let missing = &self.manifest.missing;
        missing
            .get(variant)
            .or_else(|| missing.get(workload))
            .cloned()
            .unwrap_or_else(|| format!("{variant} at {workload} was not measured"))
    }
}

/// Whether an interpreter that can do without its lock had it on at the end of a run.
fn has_lock_again(measured: &Measured) -> bool {
    let count = measured.done.counts.get(counts::GIL_ON);
    count.is_some_and(|count| *count > 0)
}

/// The runs of an arm in a pass that count.
fn counting<'a>(stored: &'a Stored, arm: &'a Arm, pass: Pass) -> impl Iterator<Item = &'a Run> {
    runs(&stored.rows).filter(move |run| {
        run.workload == arm.workload
            && run.variant == arm.variant
            && run.arm == ArmOfReference::Main
            && run.pass == pass
            && !stored.run.is_torn(run)
            && !stored.run.was_repeated(run)
    })
}

fn runs(rows: &[Row]) -> impl Iterator<Item = &Run> {
    rows.iter().filter_map(|row| match row {
        Row::Run(run) => Some(&**run),
        Row::Block(_) => None,
    })
}

fn newest(results: &Path) -> Option<PathBuf> {
    fs::read_dir(results)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|folder| folder.join(FILE).is_file())
        // Names begin with the time, so the last name is that of the newest folder. Times of files
        // would not do: copying a folder changes them.
        .max()
}

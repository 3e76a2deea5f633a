//! `cargo xtask merge`: the shards of a campaign as one comparison, which is stored, reported and exported like any
//! other. No scheduler is asked, and merging again gives the same bytes.
//!
//! Rows go from file to file, one after the other. Only those of one workload are in memory at a time, because
//! its statistics are made of all of them.

mod attempts;
mod hosts;
mod renumber;
mod run_file;
mod stream;
mod units;

use std::path::{Path, PathBuf};

use analysis::Summing;
use protocol::ExitCode;
use report::{advised, closing, render};
use results::{Merged, Rewrite, RunFile, free_name, point_latest};
use terminal::{Style, Usage, output, progress, shown};

use crate::attempts::{Counted, counted_attempts};
use crate::hosts::hosts_of;
use crate::renumber::Renumbering;
use crate::run_file::merged_run;
use crate::units::{Unit, units_of};

/// What is merged, and how.
#[derive(Debug)]
pub struct Request {
    /// Folders of campaigns, or of single attempts.
    pub folders: Vec<PathBuf>,
    /// The folder of the merged comparison; a new one among the results where none is named.
    pub out: Option<PathBuf>,
    /// Whether shards may be missing.
    pub partial: bool,
    /// Whether nodes are hosts even where they are one machine.
    pub by_node: bool,
    /// How much is shown.
    pub style: Style,
}

/// Merges, stores and shows.
///
/// # Errors
/// Shards that are not of one campaign, files that cannot be read or written. Missing shards are told, with exit
/// code 2, and are no error.
pub fn run(request: &Request, results: &Path) -> anyhow::Result<ExitCode> {
    let counted = counted_attempts(found(&request.folders)?).map_err(Usage::error)?;
    for line in &counted.ignored {
        output::notice(line);
    }
    if !counted.missing.is_empty() {
        output::complain(&missing(&counted));
        if !request.partial {
            return Ok(ExitCode::Usage);
        }
    }
    progress::stage("reading what the shards are");
    let units = units_of(&counted.attempts)?;
    let hosts = hosts_of(&units, request.by_node).map_err(Usage::error)?;
    for line in &hosts.warnings {
        output::complain(line);
    }
    let merged = Merged {
        hosts: hosts.hosts,
        shards: counted.shards,
        missing: counted.missing,
        units: Vec::new(),
    };
    let head = merged_run(&units, merged).map_err(Usage::error)?;
    let path = match &request.out {
        Some(out) => out.clone(),
        None => free_name(results, &head.commit),
    };
    refuse_other_results(&path).map_err(Usage::error)?;
    let run = write(Rewrite::begin(&path)?, head, &units, &hosts.of_units)?;
    if request.out.is_none() {
        point_latest(results, &path);
    }
    progress::end();
    // Only the order of runs needs rows. It is of one host at a time, and `report` shows it for each unit.
    let text = render(&run, &[], &run.statistics, request.style);
    let place = path.canonicalize().unwrap_or(path);
    output::print(&(text + &closing(&run, &place)))?;
    Ok(ExitCode::Ok)
}

/// All attempts in these folders.
fn found(folders: &[PathBuf]) -> anyhow::Result<Vec<fleet::FoundAttempt>> {
    let mut all = Vec::new();
    for folder in folders {
        let its = fleet::attempts(folder)?;
        if its.is_empty() {
            let place = shown(&folder.display().to_string());
            return Err(Usage::error(format!(
                "{place}: no shard is here: a folder of `compare --shard I/N --out DIR` is needed"
            )));
        }
        all.extend(its);
    }
    Ok(all)
}

fn missing(counted: &Counted) -> String {
    let numbers: Vec<String> = counted.missing.iter().map(u64::to_string).collect();
    format!(
        "missing: {} of {} (`--partial` merges what there is): {}",
        terminal::counted(numbers.len() as u64, "shard"),
        counted.shards,
        numbers.join(", ")
    )
}

/// A folder that holds anything but an earlier merge is not written to.
fn refuse_other_results(path: &Path) -> Result<(), String> {
    if !path.join("run.json").exists() {
        return Ok(());
    }
    let is_merged = results::read_run(path).is_ok_and(|run| run.merged.is_some());
    let place = shown(&path.display().to_string());
    is_merged
        .then_some(())
        .ok_or_else(|| format!("{place}: another comparison is here, which no merge made"))
}

/// Writes all rows in the order of their units, and computes the statistics on the way.
fn write(
    mut rewrite: Rewrite,
    mut run: RunFile,
    units: &[Unit],
    hosts: &[usize],
) -> anyhow::Result<RunFile> {
    let mut summing = Summing::default();
    let mut renumbering = Renumbering::default();
    for place in 0..run.workloads.len() {
        let record = run.workloads[place].clone();
        let name = &record.workload.name;
        progress::stage(&format!("merging {name}"));
        let mut rows = Vec::new();
        let its = units.iter().zip(hosts.iter().copied());
        let own = its.filter(|(unit, _)| unit.workload() == name);
        stream::each_unit(own, |unit, host, read| {
            let shift = renumbering.begin();
            for row in read {
                let renumbered = renumbering.renumbered(row);
                rewrite.append(&renumbered)?;
                rows.push(renumbered);
            }
            let last_block = renumbering.last_block();
            run_file::add_unit(&mut run, unit, host, shift, last_block);
            Ok(())
        })?;
        summing.add(&run, &rows, &record);
    }
    run.statistics = advised(&run, summing.finish());
    rewrite.finish(&run)?;
    Ok(run)
}

//! The units of the attempts that count, without their rows.

use std::path::PathBuf;

use anyhow::{Context as _, ensure};
use fleet::FoundAttempt;
use results::{RunFile, ShardRecord, read_run};
use terminal::progress;

/// A unit whose rows are still to be read.
#[derive(Debug)]
pub(crate) struct Unit {
    /// Its folder.
    pub(crate) path: PathBuf,
    pub(crate) record: ShardRecord,
    /// Its `run.json`, without statistics: those of one host are computed anew with all others.
    pub(crate) run: RunFile,
    /// How many rows it was completed with.
    pub(crate) rows: u64,
}

impl Unit {
    /// The name of its workload.
    pub(crate) fn workload(&self) -> &str {
        let record = self.run.workloads.first();
        record.map_or("", |record| &record.workload.name)
    }
}

/// All units, in the order of their numbers.
///
/// # Errors
/// A file that cannot be read, or one that is not what its folder says.
pub(crate) fn units_of(attempts: &[FoundAttempt]) -> anyhow::Result<Vec<Unit>> {
    let mut units = Vec::new();
    for attempt in attempts {
        progress::tick();
        for done in attempt.done.iter().flat_map(|done| &done.units) {
            let path = attempt.unit(done.unit);
            units.push(read(attempt, path, done.unit, done.rows)?);
        }
    }
    units.sort_by_key(|unit| unit.record.unit);
    Ok(units)
}

fn read(attempt: &FoundAttempt, path: PathBuf, unit: u64, rows: u64) -> anyhow::Result<Unit> {
    let mut run = read_run(&path)?;
    run.statistics = Vec::new();
    run.sweeps = Vec::new();
    let shown = path.display();
    let record = run
        .shard
        .with_context(|| format!("{shown}: this comparison is no unit of a campaign"))?;
    let name = attempt.name;
    let is_its = record.unit == unit
        && record.shard == name.shard.index
        && record.shards == name.shard.count
        && record.attempt == name.attempt;
    ensure!(is_its, "{shown}: it is not the unit that its folder says");
    ensure!(
        run.workloads.len() == 1,
        "{shown}: a unit has one workload, and not {}",
        run.workloads.len()
    );
    Ok(Unit {
        path,
        record,
        run,
        rows,
    })
}

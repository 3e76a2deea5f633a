//! Which rows of a comparison make up one sweep: same workload, same other parameters, and at least two
//! values of one key.

use catalog::{Param, params, params::WORKERS};
use results::{RunFile, SweepLevel, WorkloadRecord};

/// One key over its values.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Axis {
    pub(super) workload: String,
    pub(super) key: String,
    pub(super) fixed: Vec<Param>,
    pub(super) levels: Vec<SweepLevel>,
}

/// Every sweep, in the order of the workloads. Of two keys the one with more values is the axis, and
/// there is a sweep for each value of the other.
pub(super) fn axes(run: &RunFile) -> Vec<Axis> {
    let mut axes: Vec<Axis> = Vec::new();
    for record in &run.workloads {
        let Some((axis, level)) = level(run, record) else {
            continue;
        };
        let same = |other: &&mut Axis| {
            (&other.workload, &other.key, &other.fixed) == (&axis.workload, &axis.key, &axis.fixed)
        };
        match axes.iter_mut().find(same) {
            Some(found) => found.levels.push(level),
            None => axes.push(Axis {
                levels: vec![level],
                ..axis
            }),
        }
    }
    for axis in &mut axes {
        axis.levels.sort_by(|a, b| a.number.total_cmp(&b.number));
        axis.levels.dedup_by(|a, b| a.number == b.number);
    }
    axes.retain(|axis| axis.levels.len() > 1);
    axes
}

/// Where a row belongs; `None` where it is no cell, or the value of its key is no number.
fn level(run: &RunFile, record: &WorkloadRecord) -> Option<(Axis, SweepLevel)> {
    let cell = record.cell.as_ref()?;
    let key = longest_key(run, &cell.of)?;
    let swept = cell.params.iter().find(|param| param.key == key)?;
    let others = cell.params.iter().filter(|param| param.key != key);
    let number = match key.as_str() {
        WORKERS => swept.value.parse().ok(),
        _ => params::number(&record.workload, &key),
    };
    let level = SweepLevel {
        row: record.workload.name.clone(),
        value: swept.value.clone(),
        number: number?,
    };
    let axis = Axis {
        workload: cell.of.clone(),
        fixed: others.cloned().collect(),
        key,
        levels: Vec::new(),
    };
    Some((axis, level))
}

/// The key with the most values at a workload, the first of several.
fn longest_key(run: &RunFile, workload: &str) -> Option<String> {
    let cells = run.workloads.iter().filter_map(|r| r.cell.as_ref());
    let params = cells
        .filter(|cell| cell.of == workload)
        .flat_map(|c| &c.params);
    let mut values: Vec<(&String, Vec<&String>)> = Vec::new();
    for Param { key, value } in params {
        match values.iter_mut().find(|(known, _)| *known == key) {
            Some((_, found)) if found.contains(&value) => {}
            Some((_, found)) => found.push(value),
            None => values.push((key, vec![value])),
        }
    }
    let longest = values.iter().map(|(_, found)| found.len()).max()?;
    let mut longest = values.iter().filter(|(_, found)| found.len() == longest);
    longest.next().map(|(key, _)| (*key).clone())
}

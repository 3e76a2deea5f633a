//! The rows of a comparison that make up one sweep: the same workload, the same other parameters, and
//! at least two values of one key.

use catalog::Param;
use results::{RunFile, SweepLevel, WorkloadRecord};

/// One key over its values.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Axis {
    pub(super) workload: String,
    pub(super) key: String,
    pub(super) fixed: Vec<Param>,
    pub(super) levels: Vec<SweepLevel>,
}

impl Axis {
    /// Whether two rows belong to one sweep, whatever their levels.
    fn is_same(&self, other: &Axis) -> bool {
        (&self.workload, &self.key, &self.fixed) == (&other.workload, &other.key, &other.fixed)
    }
}

/// Every sweep, in the order of the workloads. Where two keys were swept, the one with more values is
/// the axis, and there is one sweep for each value of the other.
pub(super) fn axes(run: &RunFile) -> Vec<Axis> {
    let mut axes: Vec<Axis> = Vec::new();
    for record in &run.workloads {
        let Some((axis, level)) = level(run, record) else {
            continue;
        };
        match axes.iter_mut().find(|known| known.is_same(&axis)) {
            Some(known) => known.levels.push(level),
            None => axes.push(Axis {
                levels: vec![level],
                ..axis
            }),
        }
    }
    for axis in &mut axes {
        axis.levels.sort_by(|a, b| a.number.total_cmp(&b.number));
        // `1ms` and `1000us` are one level, typed twice.
        axis.levels.dedup_by(|a, b| a.number == b.number);
    }
    axes.retain(|axis| axis.levels.len() > 1);
    axes
}

/// The sweep and the level of a row; `None` where it is no cell, or the value of its key is no number.
fn level(run: &RunFile, record: &WorkloadRecord) -> Option<(Axis, SweepLevel)> {
    let cell = record.cell.as_ref()?;
    let key = longest_key(run, &cell.of)?;
    let swept = cell.params.iter().find(|param| param.key == key)?;
    let level = SweepLevel {
        row: record.workload.name.clone(),
        value: swept.value.clone(),
        number: swept.number(&record.workload)?,
    };
    let axis = Axis {
        workload: cell.of.clone(),
        fixed: cell
            .params
            .iter()
            .filter(|param| param.key != key)
            .cloned()
            .collect(),
        key,
        levels: Vec::new(),
    };
    Some((axis, level))
}

/// The key with the most values at a workload, the first of several.
fn longest_key(run: &RunFile, workload: &str) -> Option<String> {
    let params = run
        .workloads
        .iter()
        .filter_map(|record| record.cell.as_ref())
        .filter(|cell| cell.of == workload)
        .flat_map(|cell| &cell.params);
    // A list and no map, because the order in which keys were typed breaks ties.
    let mut values: Vec<(&String, Vec<&String>)> = Vec::new();
    for Param { key, value } in params {
        match values.iter_mut().find(|(known, _)| *known == key) {
            Some((_, known)) if known.contains(&value) => {}
            Some((_, known)) => known.push(value),
            None => values.push((key, vec![value])),
        }
    }
    let most = values.iter().map(|(_, known)| known.len()).max()?;
    let (key, _) = values.into_iter().find(|(_, known)| known.len() == most)?;
    Some(key.clone())
}

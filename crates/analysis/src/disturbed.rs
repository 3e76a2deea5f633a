//! Which blocks of a comparison were disturbed from outside, by its rows.

use std::collections::{BTreeMap, BTreeSet};

use results::{DisturbedBlocks, Pass, Row, RunFile};
use schedule::{Disturbed, Round, Thresholds, Watched, disturbed};

use crate::samples::runs;

/// The disturbed blocks of every workload that has any. What `run` says of whether they count stays as it is.
pub fn disturbed_blocks(run: &RunFile, rows: &[Row]) -> BTreeMap<String, DisturbedBlocks> {
    let mut found = disturbed_by_name(run, rows);
    if run.workloads.iter().any(|record| record.cell.is_some()) {
        // The cells of a sweep are compared with each other block by block, so that a block is one whole.
        let all: BTreeSet<u64> = found
            .iter()
            .flat_map(|(_, its)| its.blocks.clone())
            .collect();
        for (_, its) in &mut found {
            its.blocks = all.iter().copied().collect();
        }
    }
    noted(run, found)
}

/// The same where workloads are not compared block by block, or where whoever compares them takes the blocks
/// that both have: a disturbance of one workload is none of another, cells of a sweep included.
pub fn disturbed_blocks_of_each(run: &RunFile, rows: &[Row]) -> BTreeMap<String, DisturbedBlocks> {
    noted(run, disturbed_by_name(run, rows))
}

fn disturbed_by_name<'r>(run: &'r RunFile, rows: &[Row]) -> Vec<(&'r String, Disturbed)> {
    let names = run.workloads.iter().map(|record| &record.workload.name);
    names
        .map(|name| (name, disturbed(&rounds(run, rows, name))))
        .collect()
}

fn noted(run: &RunFile, found: Vec<(&String, Disturbed)>) -> BTreeMap<String, DisturbedBlocks> {
    found
        .into_iter()
        .filter(|(_, its)| *its != Disturbed::default())
        .map(|(name, its)| {
            let before = run.disturbed_blocks.get(name);
            let blocks = DisturbedBlocks {
                blocks: its.blocks,
                count: before.is_some_and(|before| before.count),
                systematic: its.systematic,
            };
            (name.clone(), blocks)
        })
        .collect()
}

/// The whole measured rounds of a workload, in the order of their blocks.
fn rounds<'a>(run: &RunFile, rows: &'a [Row], workload: &str) -> Vec<Round<'a>> {
    let slow = slow_blocks(rows);
    let mut by_block: BTreeMap<u64, Vec<Watched<'a>>> = BTreeMap::new();
    for row in runs(rows) {
        if row.pass == Pass::Measured && row.workload == workload && !run.is_torn(row) {
            by_block.entry(row.block).or_default().push(Watched {
                variant: &row.variant,
                is_disturbed: Thresholds::CHOSEN.is_disturbed(&row.others),
            });
        }
    }
    by_block
        .into_iter()
        .map(|(block, runs)| Round {
            block,
            is_slow: slow.contains(&block),
            runs,
        })
        .collect()
}

/// The blocks whose control computation took much longer than in the blocks before.
fn slow_blocks(rows: &[Row]) -> BTreeSet<u64> {
    let mut controls = Vec::new();
    let mut slow = BTreeSet::new();
    for row in rows {
        if let Row::Block(block) = row {
            if Thresholds::CHOSEN.is_slow(&controls, block.control_ns) {
                slow.insert(block.number);
            }
            controls.push(block.control_ns);
        }
    }
    slow
}

//! How precise a comparison is so far: the interval widths that the schedule sees while it runs, and
//! how far the result stays from the precision that was asked for. Both are about the headline.

use std::collections::{BTreeMap, BTreeSet};

use results::{Arm, Pass, Reach, Row, RunFile, Stopped, WorkloadRecord};
use schedule::{Pair, Reached, Rules, Standing, stops};
use verdict::PairedRatio;
use verdict::stopping::{Precision, Width};

use crate::samples::{Series, failure, is_counted, ratio_of, runs};

/// The blocks of every workload and the widths of its pairs. `blocks` has one number for each workload
/// of the run.
pub fn reached(run: &RunFile, rows: &[Row], blocks: &[u64]) -> Vec<Reached> {
    // Widths only: a schedule that saw ratios or p values could stop at a result that it likes.
    run.workloads
        .iter()
        .zip(blocks)
        .map(|(record, blocks)| Reached::of(*blocks, widths(&open_pairs(run, rows, record))))
        .collect()
}

/// The variants that run no more though their workload goes on, by workload and then by variant. It is decided
/// anew from all rows, so that a variant of whose rounds fewer count than before runs again. Nobody stops in a sweep,
/// whose cells are compared with each other round by round.
pub fn stopped(
    run: &RunFile,
    rows: &[Row],
    rules: &Rules,
) -> BTreeMap<String, BTreeMap<String, Stopped>> {
    if run.workloads.iter().any(|record| record.cell.is_some()) {
        return BTreeMap::new();
    }
    run.workloads
        .iter()
        .map(|record| {
            let name = record.workload.name.clone();
            (name, stopped_at(run, rows, record, rules))
        })
        .filter(|(_, variants)| !variants.is_empty())
        .collect()
}

/// The variants that run no more at a workload.
fn stopped_at(
    run: &RunFile,
    rows: &[Row],
    record: &WorkloadRecord,
    rules: &Rules,
) -> BTreeMap<String, Stopped> {
    let name = &record.workload.name;
    let ratios = pairs(run, rows, record);
    let standings: Vec<Pair> = ratios
        .iter()
        .map(|(variant, ratio)| Pair {
            standing: Standing::of(ratio),
            has_stopped: run.stopped(name, variant).is_some(),
            is_control: run.is_reference(variant),
        })
        .collect();
    ratios
        .iter()
        .zip(stops(rules, &standings))
        .filter_map(|((variant, ratio), reason)| {
            let rounds = u64::from(ratio.blocks);
            let stopped = Stopped {
                rounds,
                reason: reason?,
            };
            Some(((*variant).to_owned(), stopped))
        })
        .collect()
}

/// How the widest pair of a workload stands to the precision that was asked for. `None` where no
/// precision was asked for, or where no pair remains.
pub(crate) fn reach(run: &RunFile, rows: &[Row], record: &WorkloadRecord) -> Option<Reach> {
    let wanted = Precision::new(run.options.precision?).ok()?;
    let widest = Reached::of(0, widths(&open_pairs(run, rows, record))).widest?;
    let more_blocks = wanted.more_blocks(widest);
    // `--runs` is for all workloads of a comparison, so that its rounds take the time of all of them.
    let round_ms = run.workloads.iter().fold(0, |sum: u64, record| {
        sum.saturating_add(round_ms(run, rows, &record.workload.name))
    });
    Some(Reach {
        wanted: wanted.relative(),
        widest: widest.half_width,
        more_blocks,
        // A forecast of very many blocks may not overflow, since it is shown all the same.
        more_ms: more_blocks.map(|more| round_ms.saturating_mul(more.into())),
    })
}

/// What a round of a workload has taken on average, in milliseconds, runs that failed included.
pub fn round_ms(comparison: &RunFile, rows: &[Row], workload: &str) -> u64 {
    let mut blocks = BTreeSet::new();
    let mut spent_ms: u64 = 0;
    for run in runs(rows).filter(|run| is_counted(comparison, run)) {
        if run.pass == Pass::Measured && run.workload == workload {
            blocks.insert(run.block);
            spent_ms = spent_ms.saturating_add(run.took_ms);
        }
    }
    spent_ms.div_ceil(blocks.len().max(1) as u64)
}

fn widths<'a>(pairs: &'a [(&'a str, PairedRatio)]) -> impl Iterator<Item = Width> + 'a {
    pairs.iter().map(|(_, ratio)| ratio.width())
}

/// The ratios of those that still run.
fn open_pairs<'a>(
    run: &'a RunFile,
    rows: &[Row],
    record: &WorkloadRecord,
) -> Vec<(&'a str, PairedRatio)> {
    let mut open = pairs(run, rows, record);
    open.retain(|(variant, _)| run.stopped(&record.workload.name, variant).is_none());
    open
}

/// The ratios of the headline by variant: of the reference to itself, and of every variant that has not failed.
fn pairs<'a>(
    run: &'a RunFile,
    rows: &[Row],
    record: &WorkloadRecord,
) -> Vec<(&'a str, PairedRatio)> {
    let workload = &record.workload.name;
    let name = &run.options.reference;
    // A variant that failed is not run again. Its interval would never become narrower, and would
    // keep the workload going until its time is used up.
    if failure(rows, workload, name).is_some() {
        return Vec::new();
    }
    let reference = Series::of(run, rows, workload, name, Arm::Main);
    run.variants
        .iter()
        .filter(|variant| failure(rows, workload, &variant.name).is_none())
        .filter_map(|variant| {
            let arm = if variant.name == *name {
                Arm::Control
            } else {
                Arm::Main
            };
            let series = Series::of(run, rows, workload, &variant.name, arm);
            let ratio = ratio_of(&series, &reference, record.headline())?;
            Some((variant.name.as_str(), ratio))
        })
        .collect()
}

//! How precise a comparison is so far: the interval widths that the schedule sees while it runs, and
//! how far the result stays from the precision that was asked for. Both are about the headline.

use std::collections::{BTreeMap, BTreeSet};

use results::{Arm, Pass, Reach, Row, RunFile, Stopped, WorkloadRecord};
use schedule::{Pair, Reached, Rules, Standing, stops};
use verdict::PairedRatio;
use verdict::stopping::{Precision, Width};

use crate::samples::{is_counted, ratio_of, runs};
use crate::workload_rows::WorkloadRows;

/// The blocks of every workload and the widths of its pairs. `blocks` has one number for each workload
/// of the run.
pub fn reached(run: &RunFile, rows: &[Row], blocks: &[u64]) -> Vec<Reached> {
    // Widths only: a schedule that saw ratios or p values could stop at a result that it likes.
    run.workloads
        .iter()
        .zip(blocks)
        .map(|(record, blocks)| {
            let own = WorkloadRows::of(rows.iter(), &record.workload.name);
            Reached::of(*blocks, widths(&open_pairs(run, &own, record)))
        })
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
    let own = WorkloadRows::of(rows.iter(), name);
    let ratios = pairs(run, &own, record);
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
pub(crate) fn reach(
    run: &RunFile,
    rows: &[Row],
    own: &WorkloadRows<'_>,
    record: &WorkloadRecord,
) -> Option<Reach> {
    let wanted = Precision::new(run.options.precision?).ok()?;
    let widest = Reached::of(0, widths(&open_pairs(run, own, record))).widest?;
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
    own: &WorkloadRows<'_>,
    record: &WorkloadRecord,
) -> Vec<(&'a str, PairedRatio)> {
    let mut open = pairs(run, own, record);
    open.retain(|(variant, _)| run.stopped(&record.workload.name, variant).is_none());
    open
}

/// The ratios of the headline by variant: of the reference to itself, and of every variant that has not failed.
fn pairs<'a>(
    run: &'a RunFile,
    own: &WorkloadRows<'_>,
    record: &WorkloadRecord,
) -> Vec<(&'a str, PairedRatio)> {
    let name = &run.options.reference;
    // A variant that failed is not run again. Its interval would never become narrower, and would
    // keep the workload going until its time is used up.
    if own.failure(name).is_some() {
        return Vec::new();
    }
    let reference = own.series(run, name, Arm::Main);
    run.variants
        .iter()
        .filter(|variant| own.failure(&variant.name).is_none())
        .filter_map(|variant| {
            let arm = if variant.name == *name {
                Arm::Control
            } else {
                Arm::Main
            };
            let series = own.series(run, &variant.name, arm);
            let ratio = ratio_of(&series, &reference, record.headline())?;
            Some((variant.name.as_str(), ratio))
        })
        .collect()
}

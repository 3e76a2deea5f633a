//! How precise a comparison is so far: what the schedule may know while it runs, and what is said at
//! the end of what was not reached. When to stop is left to `schedule`.

use results::Reach;
use verdict::PairedRatio;
use verdict::stopping::{Precision, Width};

use crate::samples::{Series, failure, ratio_of, runs};
use results::{Arm, Pass, Row, RunFile, WorkloadRecord};
use schedule::Reached;

/// Every workload's blocks and the widths of its pairs.
pub fn reached(run: &RunFile, rows: &[Row], blocks: &[u64]) -> Vec<Reached> {
    let records = run.workloads.iter().zip(blocks);
    let of = |(record, blocks): (&WorkloadRecord, &u64)| {
        Reached::of(*blocks, widths(&pairs(run, rows, record)))
    };
    records.map(of).collect()
}

/// `None` where no precision was asked for, or nothing is left to compare.
pub(super) fn reach(run: &RunFile, rows: &[Row], record: &WorkloadRecord) -> Option<Reach> {
    let wanted = Precision::new(run.options.precision?).ok()?;
    let pairs = pairs(run, rows, record);
    let widest = Reached::of(0, widths(&pairs)).widest?;
    let more_blocks = wanted.more_blocks(widest);
    let of_workload =
        runs(rows).filter(|run| run.pass == Pass::Measured && run.workload == record.workload.name);
    let spent: u64 = of_workload.map(|run| run.took_ms).sum();
    let each = spent / u64::from(widest.blocks.max(1));
    Some(Reach {
        wanted: wanted.relative(),
        widest: widest.half_width,
        more_blocks,
        more_ms: more_blocks.map(|more| each.saturating_mul(more.into())),
    })
}

fn widths(pairs: &[PairedRatio]) -> impl Iterator<Item = Width> + '_ {
    pairs.iter().map(PairedRatio::width)
}

/// The reference against itself and every variant that is still measured.
fn pairs(run: &RunFile, rows: &[Row], record: &WorkloadRecord) -> Vec<PairedRatio> {
    let workload = &record.workload.name;
    let name = &run.options.reference;
    let series = |variant: &str, arm| Series::of(run, rows, workload, variant, arm);
    let reference = series(name, Arm::Main);
    let others = run.variants.iter().map(|variant| &variant.name);
    let arms = others.map(|other| match other == name {
        true => (other, Arm::Control),
        false => (other, Arm::Main),
    });
    let lives = |variant: &str| failure(rows, workload, variant).is_none();
    let compared = arms.filter(|(variant, _)| lives(name) && lives(variant));
    compared
        .filter_map(|(variant, arm)| ratio_of(&series(variant, arm), &reference))
        .collect()
}

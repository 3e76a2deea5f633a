//! How precise a comparison is so far: what the schedule may know while it runs, and what is said at
//! the end of what was not reached. When to stop is left to `schedule`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use verdict::PairedRatio;
use verdict::stopping::{Precision, Width};

use super::number::{percent, waiting};
use super::samples::{Series, failure, runs};
use super::summary::ratio_of;
use crate::schedule::Reached;
use crate::store::{Arm, Pass, Row, RunFile, WorkloadRecord};

/// How a workload's widest interval stands to the precision that was wanted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Reach {
    /// The half-width wanted.
    pub(crate) wanted: f64,
    /// The widest half-width of its pairs, the control's included; `None` under 6 blocks.
    pub(crate) widest: Option<f64>,
    /// About how many blocks more would reach it: 0 where it is reached, `None` where that cannot
    /// be foretold.
    pub(crate) more_blocks: Option<u32>,
    /// What those would take.
    pub(crate) more_ms: Option<u64>,
}

impl Reach {
    /// What was not reached, and what that would take.
    pub(crate) fn missing(&self) -> Option<String> {
        let wanted = percent(self.wanted);
        let now = self.widest.map_or_else(
            || "no interval yet".to_owned(),
            |widest| format!("±{}", percent(widest)),
        );
        match (self.more_blocks, self.more_ms) {
            (Some(0), _) => None,
            (Some(more), Some(ms)) => {
                let noun = if more == 1 { "block" } else { "blocks" };
                let time = waiting(ms);
                let aim = match self.widest {
                    Some(_) => format!("±{wanted}"),
                    None => "one".to_owned(),
                };
                Some(format!(
                    "{now}, about {more} more {noun} ({time}) for {aim}"
                ))
            }
            _ => Some(format!("{now}, and ±{wanted} is out of reach")),
        }
    }
}

/// Every workload's blocks and the widths of its pairs.
pub(crate) fn reached(run: &RunFile, rows: &[Row], blocks: &[u64]) -> Vec<Reached> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn reach(widest: Option<f64>, more_blocks: Option<u32>) -> Reach {
        Reach {
            wanted: 0.02,
            widest,
            more_blocks,
            more_ms: more_blocks.map(|more| u64::from(more) * 5000),
        }
    }

    #[test]
    fn what_was_not_reached_is_said_with_what_it_would_take() {
        let said = reach(Some(0.041), Some(24)).missing().unwrap();
        assert_eq!(said, "±4.1 %, about 24 more blocks (2 min) for ±2 %");
        let said = reach(None, Some(1)).missing().unwrap();
        assert_eq!(said, "no interval yet, about 1 more block (5 s) for one");
        let said = reach(Some(9.0), None).missing().unwrap();
        assert_eq!(said, "±900 %, and ±2 % is out of reach");
        assert_eq!(reach(Some(0.02), Some(0)).missing(), None);
    }
}

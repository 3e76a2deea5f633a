//! One pass: every variant's base, head and base again in the same randomised blocks. Each variant is
//! a comparison of its own, kept like any other, so that its blocks are short; the correctness of
//! every answer is checked there. What the figures mean is left to `judge`.

use std::time::Duration;

use verdict::{Comparison, Margin, fewest_blocks_for_verdict, paired_ratio};

use super::matter::{Matter, Pair};
use analysis::{Series, failure};
use catalog::{Chosen, Workspace};
use compare::{Choice, Script};
use launch::{Ledger, Sizes};
use results::{Arm, Failure, Options, Profile, Stored};
use schedule::Settings;

/// Blocks that find a slow-down of 10 % in 94 of 100 cases, where runs differ by 2 %.
const BLOCKS: u64 = 15;
/// Where they differ by more, more blocks are measured, up to these times as many,
const MOST: u64 = 4;
/// until intervals are narrower than this part of the limit, whichever way they lie,
const NARROW: f64 = 0.5;
/// or a variant has taken this time.
const BUDGET: Duration = Duration::from_secs(5 * 60);

/// What a pass needs beside what is compared.
pub(super) struct Bench<'a> {
    pub(super) workspace: &'a Workspace,
    pub(super) ledger: &'a Ledger,
    pub(super) script: Option<&'a Script>,
    pub(super) sizes: &'a Sizes,
    pub(super) extent: Extent,
}

/// How much is measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Extent {
    pub(super) fewest: u64,
    pub(super) most: u64,
    /// The half-width at which it is enough, unless a number of blocks was asked for.
    pub(super) precision: Option<f64>,
}

/// A variant at a workload after a pass.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    pub(super) workload: String,
    pub(super) variant: String,
    pub(super) found: Result<Comparison, Failure>,
}

impl Extent {
    /// As many blocks as are asked for; or as a verdict needs, and more where runs differ much.
    pub(super) fn of(asked_for: Option<u64>, matter: &Matter, limit: Margin) -> Extent {
        let comparisons = matter.workloads.len() * matter.pairs.len();
        let needed = u64::from(fewest_blocks_for_verdict(comparisons.max(1))).max(BLOCKS);
        Extent {
            fewest: asked_for.unwrap_or(needed),
            most: asked_for.unwrap_or(needed * MOST),
            precision: asked_for.is_none().then_some(limit.relative() * NARROW),
        }
    }

    pub(super) fn words(self) -> String {
        match self.precision {
            None => format!("{} blocks a pass", self.fewest),
            Some(half_width) => format!(
                "{} to {} blocks a pass, until intervals are within ±{} %",
                self.fewest,
                self.most,
                (half_width * 10_000.0).round() / 100.0
            ),
        }
    }
}

/// Measures these variants at these workloads.
pub(super) fn run(
    bench: &Bench<'_>,
    plan: &[(&Pair, Vec<Chosen>)],
    seed: u64,
) -> anyhow::Result<Vec<Sample>> {
    let mut samples = Vec::new();
    for (at, (pair, workloads)) in plan.iter().enumerate() {
        let seed = seed.wrapping_add(at as u64);
        let choice = choice(bench, pair, workloads, seed);
        let stored = compare::measure(bench.workspace, bench.ledger, &choice)?;
        for chosen in workloads {
            samples.push(Sample {
                workload: chosen.workload.name.clone(),
                variant: pair.name.clone(),
                found: comparison(&stored, &chosen.workload.name, pair),
            });
        }
    }
    Ok(samples)
}

/// The base is the reference, so that its second arm is the base again.
fn choice(bench: &Bench<'_>, pair: &Pair, workloads: &[Chosen], seed: u64) -> Choice {
    let (sizes, extent) = (bench.sizes, bench.extent);
    let profile = Profile::Standard;
    let wanted = sizes.wanted();
    Choice {
        options: Options {
            profile,
            reference: pair.base.name(),
            blocks: extent.most,
            fewest_blocks: extent.fewest,
            blocks_together: extent.fewest,
            precision: extent.precision,
            placement: sizes.placement,
            seed,
            workers: wanted.workers,
            in_flight: wanted.in_flight,
            switch_interval_us: wanted.switch_interval_us,
            time_limit_ms: millis(sizes.time_limit),
            budget_ms: extent.precision.map(|_| millis(BUDGET)),
            left_out: None,
        },
        settings: Settings::of(profile),
        wanted,
        limit: sizes.time_limit,
        workloads: workloads.to_vec(),
        variants: vec![pair.base.clone(), pair.head.clone()],
        broken: Vec::new(),
        script: bench.script.cloned(),
        postgres: sizes.postgres.clone(),
    }
}

fn comparison(stored: &Stored, workload: &str, pair: &Pair) -> Result<Comparison, Failure> {
    let (run, rows) = (&stored.run, &stored.rows);
    let (base, head) = (pair.base.name(), pair.head.name());
    let of_side = |side| Some((side, failure(rows, workload, side)?.failure.clone()));
    match [of_side(&base), of_side(&head)] {
        [None, None] => {}
        [Some(failed), Some(_)] => return Err(named(failed)),
        [Some(failed), None] | [None, Some(failed)] => return Err(named(failed).of_one_alone()),
    }
    let of = |variant: &str, arm| Series::of(run, rows, workload, variant, arm);
    let reference = of(&base, Arm::Main);
    let ratio = |arm: Series<'_>| {
        let (arm, reference) = arm.paired_figures(&reference);
        paired_ratio(&arm, &reference)
            .map_err(|error| Failure::new(results::Kind::Impossible, error.to_string()))
    };
    Ok(Comparison {
        ratio: ratio(of(&head, Arm::Main))?,
        control: Some(ratio(of(&base, Arm::Control))?),
    })
}

fn named((side, failure): (&str, Failure)) -> Failure {
    let message = format!("{side}: {failure}");
    Failure { message, ..failure }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

//! One pass of the gate by time: the base, the head and the base again (the control arm) of every variant,
//! in the same randomised blocks. Each variant is a comparison of its own, stored like any other, which
//! checks every answer too.

use std::time::Duration;

use analysis::{Series, failure};
use catalog::{Chosen, Workspace};
use compare::{Choice, Script};
use host::Ledger;
use launch::Sizes;
use results::{Arm, Failure, Kind, Metric, Options, Profile, Row, Stored};
use schedule::Settings;
use terminal::{Usage, counted};
use verdict::{Comparison, Margin, PairedRatio, fewest_blocks_for_verdict, paired_ratio};

use crate::failures::worse;
use crate::judge::Measurement;
use crate::scope::{Pair, Scope};

/// The fewest blocks: they find a slow-down of 10 % in 94 of 100 cases, where runs differ by 2 %.
const BLOCKS: u64 = 15;
/// How many times as many blocks are measured at most, where runs differ by more.
const MOST: u64 = 4;
/// The part of the limit to which the half-width of the confidence interval must shrink before the
/// measuring stops early. It does not depend on which side of the limit the interval lies, since stopping
/// at a favourable one would bias the verdict.
const NARROW: f64 = 0.5;
/// The time after which a variant's comparison begins no further block.
const BUDGET: Duration = Duration::from_secs(5 * 60);

/// What all passes of one `ab` share.
pub(super) struct PassContext<'a> {
    pub(super) workspace: &'a Workspace,
    pub(super) ledger: &'a Ledger,
    pub(super) script: Option<&'a Script>,
    pub(super) sizes: &'a Sizes,
    pub(super) extent: Extent,
}

/// How many blocks are measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Extent {
    pub(super) fewest: u64,
    pub(super) most: u64,
    /// The relative half-width of intervals at which measuring stops; `None` where a number of blocks was
    /// asked for.
    pub(super) precision: Option<f64>,
}

impl Extent {
    /// The blocks that were asked for, or as many as a verdict needs, and more where runs differ much.
    pub(super) fn new(asked_for: Option<u64>, scope: &Scope, limit: Margin) -> Extent {
        let comparisons = scope.comparisons();
        // Holm's correction for more comparisons needs smaller p values, and those need more blocks.
        let needed = u64::from(fewest_blocks_for_verdict(comparisons.max(1))).max(BLOCKS);
        Extent {
            fewest: asked_for.unwrap_or(needed),
            most: asked_for.unwrap_or(needed * MOST),
            precision: asked_for.is_none().then_some(limit.relative() * NARROW),
        }
    }

    /// Refuses a number of blocks of which no verdict can come: a gate that cannot fail is none.
    pub(super) fn refuse_too_few(asked_for: Option<u64>, scope: &Scope) -> anyhow::Result<()> {
        let comparisons = scope.comparisons();
        let needed = u64::from(fewest_blocks_for_verdict(comparisons.max(1)));
        match asked_for {
            Some(runs) if runs < needed => Err(Usage::error(format!(
                "--runs {runs}: {comparisons} comparisons need at least {needed} rounds, or nothing could \
                 ever be called slower"
            ))),
            _ => Ok(()),
        }
    }

    /// The extent in words, for people.
    pub(super) fn words(self) -> String {
        match self.precision {
            None => format!("{} a pass", counted(self.fewest, "round")),
            Some(half_width) => format!(
                "{} to {} a pass, until intervals are within ±{} %",
                self.fewest,
                counted(self.most, "round"),
                (half_width * 10_000.0).round() / 100.0
            ),
        }
    }
}

/// Measures these pairs at these workloads, one comparison for each pair.
pub(super) fn run(
    context: &PassContext<'_>,
    plan: &[(&Pair, Vec<Chosen>)],
    seed: u64,
) -> anyhow::Result<Vec<Measurement>> {
    let mut measurements = Vec::new();
    for (number, (pair, workloads)) in (0_u64..).zip(plan) {
        // Each comparison has an order of its own, or one unlucky order would meet all variants.
        let asked = choice(context, pair, workloads, seed.wrapping_add(number));
        let stored = compare::measure(context.workspace, context.ledger, &asked)?;
        for chosen in workloads {
            measurements.extend(measured(&stored, chosen, pair));
        }
    }
    Ok(measurements)
}

/// What one pair's comparison is asked. The base is the reference, so that the control arm is the base
/// again.
fn choice(context: &PassContext<'_>, pair: &Pair, workloads: &[Chosen], seed: u64) -> Choice {
    let (sizes, extent) = (context.sizes, context.extent);
    let profile = Profile::Standard;
    let wanted = sizes.wanted();
    Choice {
        options: Options {
            profile,
            reference: pair.base.name(),
            blocks: extent.most,
            fewest_blocks: extent.fewest,
            // No workload may stop before all have the fewest blocks.
            blocks_together: extent.fewest,
            precision: extent.precision,
            placement: sizes.placement,
            seed,
            workers: wanted.workers,
            in_flight: wanted.in_flight,
            switch_interval_us: wanted.switch_interval_us,
            time_limit_ms: millis(sizes.time_limit),
            budget_ms: extent.precision.map(|_| millis(BUDGET)),
            keep_disturbed: false,
            chooses_length: false,
            left_out: None,
        },
        settings: Settings::of(profile),
        wanted,
        limit: sizes.time_limit,
        workloads: workloads.to_vec(),
        variants: vec![pair.base.clone(), pair.head.clone()],
        broken: Vec::new(),
        script: context.script.cloned(),
        builds: launch::Builds::Made,
        postgres: sizes.postgres.clone(),
    }
}

/// A measurement for each primary metric, the headline first; a single one where there are no figures.
fn measured(stored: &Stored, chosen: &Chosen, pair: &Pair) -> Vec<Measurement> {
    let workload = &chosen.workload;
    let metrics = Metric::of(workload, chosen.headline);
    let all: Vec<Measurement> = metrics
        .iter()
        .map(|metric| Measurement {
            workload: workload.name.clone(),
            variant: pair.name.clone(),
            metric: *metric,
            comparison: comparison(stored, &workload.name, pair, *metric),
        })
        .collect();
    match all.iter().find(|one| one.comparison.is_err()) {
        Some(failed) => vec![failed.clone()],
        None => all,
    }
}

fn comparison(
    stored: &Stored,
    workload: &str,
    pair: &Pair,
    metric: Metric,
) -> Result<Comparison, Failure> {
    let (run, rows) = (&stored.run, &stored.rows);
    let (base, head) = (pair.base.name(), pair.head.name());
    let failures = [
        first_failure(rows, workload, &base),
        first_failure(rows, workload, &head),
    ];
    match failures {
        [None, None] => {}
        [Some(base), Some(head)] => return Err(worse(base, head)),
        [Some(failure), None] | [None, Some(failure)] => return Err(failure.of_one_alone()),
    }
    let reference = Series::of(run, rows, workload, &base, Arm::Main);
    let changed = Series::of(run, rows, workload, &head, Arm::Main);
    let control = Series::of(run, rows, workload, &base, Arm::Control);
    Ok(Comparison {
        ratio: ratio(&changed, &reference, metric)?,
        control: Some(ratio(&control, &reference, metric)?),
    })
}

/// The first failure of a variant, with the variant's name in its message.
fn first_failure(rows: &[Row], workload: &str, variant: &str) -> Option<Failure> {
    let first = failure(rows, workload, variant)?.failure.clone();
    let message = format!("{variant}: {first}");
    Some(Failure { message, ..first })
}

fn ratio(
    series: &Series<'_>,
    reference: &Series<'_>,
    metric: Metric,
) -> Result<PairedRatio, Failure> {
    let (figures, reference) = series.paired(reference, metric);
    paired_ratio(&figures, &reference)
        .map_err(|error| Failure::new(Kind::Impossible, error.to_string()))
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

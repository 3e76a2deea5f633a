//! Who is ahead at which level, where that changes, and where the choice hardly matters. The estimators
//! are `verdict`'s.

use std::collections::BTreeSet;

use verdict::crossover::{Ahead, Course, LevelRatios, course, fewest_blocks};
use verdict::{Resampling, paired_ratio};

use super::axis::Axis;
use crate::samples::{Series, runs};
use results::{
    Arm, Crossing, Indifference, Pair, Pass, Row, Run, RunFile, SweepLevel, WorkloadSummary,
};

/// Differences up to this are nothing to choose a model by; a level where all are within it may be
/// one where the choice hardly matters.
const HARDLY: f64 = 0.05;

/// Levels whose control moved.
pub(super) fn noisy<'a>(axis: &'a Axis, summaries: &[WorkloadSummary]) -> Vec<&'a SweepLevel> {
    let is_noisy = |level: &&SweepLevel| {
        let mut found = summaries.iter().filter(|s| s.workload == level.row);
        let judged = |summary: &WorkloadSummary| {
            let mut ratios = summary.variants.iter().filter_map(|v| v.ratio.as_ref());
            ratios.any(|r| r.judged.as_ref().is_some_and(|j| j.verdict == "suppressed"))
        };
        found.any(judged)
    };
    axis.levels.iter().filter(is_noisy).collect()
}

/// Every variant against the reference, and against the best where they cross.
pub(super) fn pairs(run: &RunFile, rows: &[Row], axis: &Axis, noisy: &[&SweepLevel]) -> Vec<Pair> {
    if !run.options.profile.measures() {
        return Vec::new();
    }
    let reference = &run.options.reference;
    let blocks = blocks(rows, axis);
    let pair = |variant: &str, against: &str| {
        let levels = quiet(axis, noisy);
        let levels = levels.map(|level| ratios(run, rows, &blocks, level, variant, against));
        let levels: Vec<LevelRatios> = levels.filter(|l| has_any(&l.ratios)).collect();
        described(axis, variant, against, &levels, run.options.seed)
    };
    let others = run.variants.iter().map(|variant| &variant.name);
    let others: Vec<&String> = others.filter(|name| *name != reference).collect();
    let mut found: Vec<Pair> = others
        .iter()
        .filter_map(|name| pair(name, reference))
        .collect();
    if let Some(best) = best(run, rows, axis) {
        let rest = others.iter().filter(|name| **name != best);
        let against_best = rest.filter_map(|name| pair(name, best));
        found.extend(against_best.filter(|pair| !pair.crossovers.is_empty()));
    }
    found
}

fn quiet<'a>(
    axis: &'a Axis,
    noisy: &'a [&SweepLevel],
) -> impl Iterator<Item = &'a SweepLevel> + 'a {
    axis.levels.iter().filter(|level| !noisy.contains(level))
}

fn has_any(ratios: &[Option<f64>]) -> bool {
    ratios.iter().any(Option::is_some)
}

/// Nothing of a pair that has no ratio anywhere: then other lines say why.
fn described(
    axis: &Axis,
    variant: &str,
    against: &str,
    levels: &[LevelRatios],
    seed: u64,
) -> Option<Pair> {
    if levels.is_empty() {
        return None;
    }
    let pair = Pair {
        variant: variant.to_owned(),
        against: against.to_owned(),
        levels: levels.len(),
        ..Pair::default()
    };
    Some(match course(levels, &Resampling::seeded(seed)) {
        Ok(found) => told(pair, axis, levels, &found),
        Err(error) => Pair {
            untold: Some(error.to_string()),
            ..pair
        },
    })
}

fn told(pair: Pair, axis: &Axis, levels: &[LevelRatios], found: &Course) -> Pair {
    let value = |number: f64| {
        let level = axis.levels.iter().find(|level| level.number == number);
        level.map_or_else(String::new, |level| level.value.clone())
    };
    let at = |who: Option<Ahead>| {
        let there = found.levels.iter().filter(|(_, lead)| *lead == who);
        there.map(|(level, _)| value(*level)).collect::<Vec<_>>()
    };
    let (variant, against) = (pair.variant.as_str(), pair.against.as_str());
    let crossovers = found.crossovers.iter().map(|crossover| {
        let (below, above) = match crossover.below {
            Ahead::Variant => (variant, against),
            Ahead::Reference => (against, variant),
        };
        Crossing {
            at: crossover.at,
            interval: (crossover.interval.lower, crossover.interval.upper),
            between: (value(crossover.between.0), value(crossover.between.1)),
            ahead_below: below.to_owned(),
            ahead_above: above.to_owned(),
        }
    });
    let needed = fewest_blocks(levels.len());
    let blocks = levels.iter().map(|l| l.ratios.iter().flatten().count());
    let blocks = blocks.max().unwrap_or(0);
    Pair {
        ahead: at(Some(Ahead::Variant)),
        behind: at(Some(Ahead::Reference)),
        undecided: at(None),
        blocks_needed: (blocks < needed as usize).then_some(needed),
        crossovers: crossovers.collect(),
        ..pair
    }
}

/// The blocks in which any level was measured, the same for all of them.
fn blocks(rows: &[Row], axis: &Axis) -> BTreeSet<u64> {
    let of_axis = |run: &&Run| {
        run.pass == Pass::Measured && axis.levels.iter().any(|level| level.row == run.workload)
    };
    runs(rows).filter(of_axis).map(|run| run.block).collect()
}

/// The ratio of two variants in each of these blocks.
fn ratios(
    run: &RunFile,
    rows: &[Row],
    blocks: &BTreeSet<u64>,
    level: &SweepLevel,
    variant: &str,
    against: &str,
) -> LevelRatios {
    let series = |name| Series::of(run, rows, &level.row, name, Arm::Main);
    let (mine, its) = (series(variant), series(against));
    let of = |series: &Series<'_>, block: u64| {
        let found = series.runs.iter().find(|(number, ..)| *number == block);
        found.map(|(.., measured)| series.compared.figure(measured))
    };
    let ratio = |block: &u64| Some(of(&mine, *block)? / of(&its, *block)?);
    LevelRatios {
        level: level.number,
        ratios: blocks.iter().map(ratio).collect(),
    }
}

/// The variant with the lowest mean logarithm of its ratio over all levels; only one that was
/// measured at all of them can be it.
fn best<'a>(run: &'a RunFile, rows: &[Row], axis: &Axis) -> Option<&'a String> {
    let reference = &run.options.reference;
    let score = |name: &&String| -> Option<f64> {
        let logarithms = axis.levels.iter().map(|level| {
            let (mine, its): (Vec<f64>, Vec<f64>) = paired(run, rows, level, name);
            paired_ratio(&mine, &its).ok().map(|found| found.ratio.ln())
        });
        let logarithms: Option<Vec<f64>> = logarithms.collect();
        Some(logarithms?.iter().sum())
    };
    let names = run.variants.iter().map(|variant| &variant.name);
    let others = names.filter(|name| *name != reference);
    let scored = others.filter_map(|name| Some((score(&name)?, name)));
    let best = scored.min_by(|a, b| a.0.total_cmp(&b.0));
    best.filter(|(score, _)| *score < 0.0).map(|(_, name)| name)
}

fn paired(run: &RunFile, rows: &[Row], level: &SweepLevel, name: &str) -> (Vec<f64>, Vec<f64>) {
    let series = |name: &str| Series::of(run, rows, &level.row, name, Arm::Main);
    series(name).paired_figures(&series(&run.options.reference))
}

/// The longest stretch at either end of the range over which every variant is hardly different from
/// the reference.
pub(super) fn indifference(
    run: &RunFile,
    rows: &[Row],
    axis: &Axis,
    noisy: &[&SweepLevel],
) -> Option<Indifference> {
    let names = measured(run, rows, axis);
    let bounds: Vec<Option<f64>> = axis
        .levels
        .iter()
        .map(|level| match noisy.contains(&level) {
            true => None,
            false => bound(run, rows, level, &names).filter(|bound| *bound <= HARDLY),
        })
        .collect();
    let upper = bounds
        .iter()
        .rev()
        .take_while(|bound| bound.is_some())
        .count();
    let lower = bounds.iter().take_while(|bound| bound.is_some()).count();
    let all = bounds.len();
    let (stretch, upper_end) = match upper.max(lower) {
        0 => return None,
        _ if upper >= lower => (all - upper..all, true),
        _ => (0..lower, false),
    };
    let there = &axis.levels[stretch.clone()];
    let within = bounds[stretch]
        .iter()
        .flatten()
        .copied()
        .fold(0.0, f64::max);
    Some(Indifference {
        from: there.first()?.value.clone(),
        to: there.last()?.value.clone(),
        upper_end,
        everywhere: there.len() == all,
        within,
        variants: names.into_iter().cloned().collect(),
    })
}

/// Variants that were measured at any level: a model that is not installed has no say.
fn measured<'a>(run: &'a RunFile, rows: &[Row], axis: &Axis) -> Vec<&'a String> {
    let has_run = |name: &&String| {
        let of = |level: &SweepLevel| Series::of(run, rows, &level.row, name, Arm::Main);
        let mut levels = axis.levels.iter();
        levels.any(|level| of(level).measured().next().is_some())
    };
    let names = run.variants.iter().map(|variant| &variant.name);
    names.filter(has_run).collect()
}

/// The largest bound of any of these variants' 90 % intervals; `None` unless all have one.
fn bound(run: &RunFile, rows: &[Row], level: &SweepLevel, names: &[&String]) -> Option<f64> {
    let others = names.iter().filter(|name| **name != &run.options.reference);
    let bounds = others.map(|name| {
        let (mine, its) = paired(run, rows, level, name);
        let interval = paired_ratio(&mine, &its).ok()?.intervals?.at_90;
        Some(
            interval
                .upper
                .ln()
                .abs()
                .max(interval.lower.ln().abs())
                .exp_m1(),
        )
    });
    let bounds: Option<Vec<f64>> = bounds.collect();
    bounds?.into_iter().reduce(f64::max)
}

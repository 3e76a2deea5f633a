//! The figure of a test with its interval, from stored rows: one arm by itself, two block by block or
//! apart, or the place at which a speed-up passes a factor. Whether it is what was claimed is left to
//! `judge`.

use std::collections::BTreeSet;

use verdict::crossover::{Ahead, Course, LevelRatios, course, fewest_blocks};
use verdict::{Confidence, Resampling, paired_ratio};

use super::book::{Book, Column, Test};
use super::evidence::{Evidence, Sample};
use super::figure::{Figure, Metric};
use super::plan::{Arm, Sides, sides};
use results::Estimate;

/// The same rows give the same interval.
const SEED: u64 = 1;

/// What was found.
#[derive(Clone, Debug, Default)]
pub(super) struct Estimated {
    pub(super) value: Option<f64>,
    /// 95 %.
    pub(super) interval: Option<(f64, f64)>,
    pub(super) blocks: usize,
    /// Where the value is only a bound, on which side of it the figure lies.
    pub(super) beyond: Option<Beyond>,
    /// Why there is no value.
    open: Option<String>,
}

/// On which side of the levels that were tried a place lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beyond {
    Below,
    Above,
}

impl Estimated {
    /// From where to where the figure may lie.
    pub(super) fn range(&self) -> Option<(f64, f64)> {
        let (lower, upper) = self.interval?;
        Some(match self.beyond {
            None => (lower, upper),
            Some(Beyond::Below) => (f64::NEG_INFINITY, upper),
            Some(Beyond::Above) => (lower, f64::INFINITY),
        })
    }

    /// Why nothing can be said, if so.
    pub(super) fn why_open(&self) -> Option<String> {
        let few = || format!("{} blocks give no interval", self.blocks);
        let found = self.open.clone();
        found.or_else(|| self.interval.is_none().then(few))
    }
}

/// The figure, or why nothing of it could be had.
pub(super) fn estimate(
    book: &Book,
    test: &Test,
    column: Column,
    evidence: &Evidence,
) -> Result<Estimated, String> {
    if test.figure == Figure::Lines {
        return lines(book, test, column, evidence);
    }
    let sides = sides(book, test, column).ok_or("it is not tried here")?;
    match test.figure {
        Figure::Crossover => crossover(test, &sides, evidence),
        _ => measured(test, &sides, evidence),
    }
}

fn lines(
    book: &Book,
    test: &Test,
    column: Column,
    evidence: &Evidence,
) -> Result<Estimated, String> {
    let of = |role: &str| {
        let variant = book.roles.get(role).and_then(|each| each.of(column));
        let variant = variant.map_or("nobody", String::as_str);
        let lines = evidence.manifest.lines.get(variant).copied();
        let found = lines.filter(|lines| *lines > 0);
        found.ok_or_else(|| format!("the code of {variant} was not found"))
    };
    let value = of(&test.of)? as f64 / of(test.to.as_deref().unwrap_or_default())? as f64;
    // Lines are counted, and not drawn.
    Ok(Estimated {
        value: Some(value),
        interval: Some((value, value)),
        blocks: 1,
        ..Estimated::default()
    })
}

fn measured(test: &Test, sides: &Sides, evidence: &Evidence) -> Result<Estimated, String> {
    let samples = |arm: &Arm, less: Option<&Arm>| match test.metric {
        Metric::MemoryPerUnit => per_unit(evidence, arm, less),
        metric => evidence.samples(arm, metric),
    };
    let over = samples(&sides.over, sides.less.first())?;
    let Some(under) = &sides.under else {
        let values = values(&over);
        return match test.is_never() {
            true => Ok(largest(&values)),
            false => middle(&values),
        };
    };
    let is_one_comparison = sides.over.placement == under.placement;
    let under = samples(under, sides.less.get(1))?;
    match is_one_comparison {
        true => together(&over, &under),
        false => apart(&values(&over), &values(&under)),
    }
}

fn values(samples: &[Sample]) -> Vec<f64> {
    samples.iter().map(|(_, value)| *value).collect()
}

/// The median of one arm.
fn middle(values: &[f64]) -> Result<Estimated, String> {
    let found = Estimate::of(values).ok_or("there are no figures")?;
    Ok(Estimated {
        value: Some(found.median),
        interval: found.interval,
        blocks: found.n,
        ..Estimated::default()
    })
}

/// What must never happen is refuted by the one run in which it did; that it did not says something
/// from as many runs as an interval needs.
fn largest(values: &[f64]) -> Estimated {
    let most = values.iter().copied().reduce(f64::max);
    let enough = values.len() >= Confidence::NINETY_FIVE.fewest_samples() as usize;
    let decided = most.filter(|most| *most > 0.0 || enough);
    Estimated {
        value: most,
        interval: decided.map(|most| (most, most)),
        blocks: values.len(),
        ..Estimated::default()
    }
}

/// Two arms of one comparison, block by block.
fn together(over: &[Sample], under: &[Sample]) -> Result<Estimated, String> {
    let (over, under) = paired(over, under);
    let found = paired_ratio(&over, &under).map_err(|error| error.to_string())?;
    let interval = found
        .intervals
        .map(|both| (both.at_95.lower, both.at_95.upper));
    Ok(Estimated {
        value: Some(found.ratio),
        interval,
        blocks: over.len(),
        ..Estimated::default()
    })
}

/// Two arms of comparisons that were made one after the other: no block of one belongs to one of the
/// other, so the ratio is that of the medians, and reaches from the far ends of their intervals.
fn apart(over: &[f64], under: &[f64]) -> Result<Estimated, String> {
    let [one, other] = [over, under].map(Estimate::of);
    let (one, other) = one.zip(other).ok_or("there are no figures")?;
    if over.iter().chain(under).any(|value| *value <= 0.0) {
        return Err("a ratio needs figures above zero".to_owned());
    }
    let interval = one.interval.zip(other.interval);
    Ok(Estimated {
        value: Some(one.median / other.median),
        interval: interval.map(|(one, other)| (one.0 / other.1, one.1 / other.0)),
        blocks: one.n.min(other.n),
        ..Estimated::default()
    })
}

/// What a unit more adds, from two numbers of units in the same block.
fn per_unit(evidence: &Evidence, arm: &Arm, less: Option<&Arm>) -> Result<Vec<Sample>, String> {
    let less = less.ok_or("there is nothing with fewer units")?;
    let (many, few) = (
        evidence.samples(arm, Metric::Memory)?,
        evidence.samples(less, Metric::Memory)?,
    );
    let more = evidence.lanes(arm).zip(evidence.lanes(less));
    let more = more.map_or(0, |(many, few)| many.saturating_sub(few));
    if more == 0 {
        return Err(format!("{} has no more units than with fewer", arm.variant));
    }
    let of_block = many.iter().filter_map(|(block, many)| {
        let (_, few) = few.iter().find(|(number, _)| number == block)?;
        Some((*block, (many - few) / more as f64))
    });
    Ok(of_block.collect())
}

/// The numbers of the blocks in which both have a run.
fn paired(over: &[Sample], under: &[Sample]) -> (Vec<f64>, Vec<f64>) {
    let both = over.iter().filter_map(|(block, value)| {
        let (_, other) = under.iter().find(|(number, _)| number == block)?;
        Some((*value, *other))
    });
    both.unzip()
}

/// The place at which the speed-up comes to be the factor, between levels at which it surely is less
/// and surely is more.
fn crossover(test: &Test, sides: &Sides, evidence: &Evidence) -> Result<Estimated, String> {
    let (setting, factor) = (test.setting.as_deref(), test.factor);
    let (setting, factor) = setting.zip(factor).ok_or("it has no setting")?;
    let first = sides.under.as_ref().map(|under| (&sides.over, under));
    let rest = sides.rest.iter().map(|[slow, fast]| (slow, fast));
    let mut found = Vec::new();
    for (slow, fast) in first.into_iter().chain(rest) {
        let level = evidence.setting(slow, setting);
        let both = [slow, fast].map(|arm| evidence.samples(arm, Metric::Time));
        let [slow, fast] = both;
        let (slow, fast) = (slow?, fast?);
        found.push((level.ok_or("a level has no number")?, slow, fast));
    }
    let blocks: BTreeSet<u64> = found
        .iter()
        .flat_map(|(_, slow, _)| slow.iter().map(|(block, _)| *block))
        .collect();
    let levels = found.iter().map(|(level, slow, fast)| LevelRatios {
        level: *level,
        ratios: blocks
            .iter()
            .map(|block| Some(factor * of_block(fast, *block)? / of_block(slow, *block)?))
            .collect(),
    });
    placed(&levels.collect::<Vec<_>>())
}

fn of_block(samples: &[Sample], block: u64) -> Option<f64> {
    let found = samples.iter().find(|(number, _)| *number == block);
    found.map(|(_, value)| *value)
}

/// Ratios below 1 are beyond the factor.
fn placed(levels: &[LevelRatios]) -> Result<Estimated, String> {
    let of_level = |level: &LevelRatios| level.ratios.iter().flatten().count();
    let blocks = levels.iter().map(of_level).min().unwrap_or(0);
    let open = |why: String| Estimated {
        blocks,
        open: Some(why),
        ..Estimated::default()
    };
    let (count, needed) = (levels.len(), fewest_blocks(levels.len()));
    if blocks < needed as usize {
        let why = format!("{blocks} blocks, and {count} levels need {needed}");
        return Ok(open(why));
    }
    let course = course(levels, &Resampling::seeded(SEED)).map_err(|error| error.to_string())?;
    let found = place(&course);
    Ok(found.map_or_else(
        || open("the levels do not tell where it lies".to_owned()),
        |found| Estimated { blocks, ..found },
    ))
}

/// One place, or beyond the levels; nothing where they do not tell.
fn place(course: &Course) -> Option<Estimated> {
    let everywhere = |who: Ahead| course.levels.iter().all(|(_, lead)| *lead == Some(who));
    let beyond = |level: Option<&(f64, Option<Ahead>)>, side: Beyond| {
        let level = level?.0;
        Some(Estimated {
            value: Some(level),
            interval: Some((level, level)),
            beyond: Some(side),
            ..Estimated::default()
        })
    };
    match &course.crossovers[..] {
        [only] if only.below == Ahead::Reference => Some(Estimated {
            value: Some(only.at),
            interval: Some((only.interval.lower, only.interval.upper)),
            ..Estimated::default()
        }),
        [] if everywhere(Ahead::Variant) => beyond(course.levels.first(), Beyond::Below),
        [] if everywhere(Ahead::Reference) => beyond(course.levels.last(), Beyond::Above),
        _ => None,
    }
}

#[cfg(test)]
#[path = "estimate_test.rs"]
mod tests;

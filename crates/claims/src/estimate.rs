//! The figure of a test with its interval, from stored rows: one arm alone, a ratio of two arms block
//! by block or of two comparisons, a ratio of lines of code, or a crossover.

use results::Estimate;
use verdict::{Confidence, paired_ratio};

use crate::book::{Book, Column, Test};
use crate::crossover::crossover;
use crate::estimated::Estimated;
use crate::evidence::{BlockValue, Evidence, paired};
use crate::figure::{Figure, Metric};
use crate::plan::{Side, Sides, sides};

/// The figure of a test in a column.
///
/// # Errors
/// The reason why the figure is not measurable, in words for the table.
pub(crate) fn estimate(
    book: &Book,
    test: &Test,
    column: Column,
    evidence: &Evidence,
) -> Result<Estimated, String> {
    if test.figure == Figure::Lines {
        return lines(book, test, column, evidence);
    }
    let arms = sides(book, test, column).ok_or("it is not tried here")?;
    match test.figure {
        Figure::Crossover => crossover(test, &arms, evidence),
        _ => measured(test, &arms, evidence),
    }
}

/// Lines of code of one role ÷ those of another.
fn lines(
    book: &Book,
    test: &Test,
    column: Column,
    evidence: &Evidence,
) -> Result<Estimated, String> {
    let other_role = test.other_role.as_deref().unwrap_or_default();
    let numerator = lines_of_role(book, &test.role, column, evidence)?;
    let denominator = lines_of_role(book, other_role, column, evidence)?;
    let ratio = numerator as f64 / denominator as f64;
    // Lines are counted and not sampled: the interval is the ratio itself, and one "block" says all.
    Ok(Estimated {
        value: Some(ratio),
        interval: Some((ratio, ratio)),
        blocks: 1,
        ..Estimated::default()
    })
}

fn lines_of_role(
    book: &Book,
    role: &str,
    column: Column,
    evidence: &Evidence,
) -> Result<u64, String> {
    let variant = book
        .roles
        .get(role)
        .and_then(|role| role.variant(column))
        .map_or("nobody", String::as_str);
    // A variant whose files were not there has 0 lines, and a ratio with it would mean nothing.
    evidence
        .manifest
        .lines
        .get(variant)
        .copied()
        .filter(|lines| *lines > 0)
        .ok_or_else(|| format!("the code of {variant} was not found"))
}

/// A metric of one arm, or the ratio of two.
fn measured(test: &Test, sides: &Sides, evidence: &Evidence) -> Result<Estimated, String> {
    let numerator = samples(evidence, &sides.numerator, test.metric)?;
    let Some(other) = &sides.denominator else {
        let alone = values(&numerator);
        return if test.is_never() {
            Ok(largest(&alone))
        } else {
            median(&alone)
        };
    };
    let denominator = samples(evidence, other, test.metric)?;
    // Each placement is a comparison of its own, and blocks are only paired within a comparison.
    if sides.numerator.arm.placement == other.arm.placement {
        ratio_by_block(&numerator, &denominator)
    } else {
        ratio_of_medians(&values(&numerator), &values(&denominator))
    }
}

fn samples(evidence: &Evidence, side: &Side, metric: Metric) -> Result<Vec<BlockValue>, String> {
    match metric {
        Metric::MemoryPerUnit => memory_per_unit(evidence, side),
        metric => evidence.samples(&side.arm, metric),
    }
}

/// The values of samples without their blocks.
pub(crate) fn values(samples: &[BlockValue]) -> Vec<f64> {
    samples.iter().map(|sample| sample.value).collect()
}

/// The median of one arm, with its order-statistic interval.
///
/// # Errors
/// There are no values.
pub(crate) fn median(values: &[f64]) -> Result<Estimated, String> {
    let estimate = Estimate::of(values).ok_or("there are no figures")?;
    Ok(Estimated {
        value: Some(estimate.median),
        interval: estimate.interval,
        blocks: estimate.n,
        ..Estimated::default()
    })
}

/// The largest value of one arm, for what must never happen.
fn largest(values: &[f64]) -> Estimated {
    let largest = values.iter().copied().reduce(f64::max);
    // One run in which it happened refutes "never", whatever the others show: a median would not
    // see a race that shows in two of twelve runs. That it did not happen says something only from
    // as many runs as an interval needs.
    let has_enough = values.len() >= Confidence::NINETY_FIVE.fewest_samples() as usize;
    let decided = largest.filter(|value| *value > 0.0 || has_enough);
    Estimated {
        value: largest,
        interval: decided.map(|value| (value, value)),
        blocks: values.len(),
        ..Estimated::default()
    }
}

/// The ratio of two arms of one comparison, block by block, so that drift of the machine cancels.
///
/// # Errors
/// The reason why there is no ratio, such as a figure of 0.
pub(crate) fn ratio_by_block(
    numerator: &[BlockValue],
    denominator: &[BlockValue],
) -> Result<Estimated, String> {
    let (over, under): (Vec<f64>, Vec<f64>) = paired(numerator, denominator).unzip();
    let ratio = paired_ratio(&over, &under).map_err(|error| error.to_string())?;
    Ok(Estimated {
        value: Some(ratio.ratio),
        interval: ratio
            .intervals
            .map(|both| (both.at_95.lower, both.at_95.upper)),
        blocks: over.len(),
        ..Estimated::default()
    })
}

/// The ratio of the medians of two arms of different comparisons.
fn ratio_of_medians(numerator: &[f64], denominator: &[f64]) -> Result<Estimated, String> {
    let over = Estimate::of(numerator).ok_or("there are no figures")?;
    let under = Estimate::of(denominator).ok_or("there are no figures")?;
    if numerator
        .iter()
        .chain(denominator)
        .any(|value| *value <= 0.0)
    {
        return Err("a ratio needs figures above zero".to_owned());
    }
    // The comparisons were made one after the other, so nothing ties a block of one to a block of
    // the other. The interval reaches from the far ends of both medians' intervals, which is wider
    // than need be but makes no assumption.
    let interval = over
        .interval
        .zip(under.interval)
        .map(|(over, under)| (over.0 / under.1, over.1 / under.0));
    Ok(Estimated {
        value: Some(over.median / under.median),
        interval,
        blocks: over.n.min(under.n),
        ..Estimated::default()
    })
}

/// The memory that one unit more takes, from runs with many and with few units in the same block.
fn memory_per_unit(evidence: &Evidence, side: &Side) -> Result<Vec<BlockValue>, String> {
    let arm = &side.arm;
    let smaller = side
        .fewer_units
        .as_ref()
        .ok_or("there is nothing with fewer units")?;
    // The difference of two runs is used, because one run alone would count the memory that the
    // program takes without any unit.
    let many = evidence.samples(arm, Metric::Memory)?;
    let few = evidence.samples(smaller, Metric::Memory)?;
    let added = evidence
        .lanes(arm)
        .zip(evidence.lanes(smaller))
        .map_or(0, |(many, few)| many.saturating_sub(few));
    if added == 0 {
        return Err(format!("{} has no more units than with fewer", arm.variant));
    }
    Ok(many
        .iter()
        .filter_map(|sample| {
            let other = few.iter().find(|other| other.block == sample.block)?;
            Some(BlockValue {
                block: sample.block,
                value: (sample.value - other.value) / added as f64,
            })
        })
        .collect())
}

#[cfg(test)]
#[path = "estimate_test.rs"]
mod tests;

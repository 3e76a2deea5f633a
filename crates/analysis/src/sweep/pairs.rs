//! Who is ahead of whom at which level of a sweep, and where that changes.

use std::collections::BTreeSet;

use results::{Crossing, Pair, Pass, SweepLevel};
use verdict::crossover::{Ahead, Course, Crossover, LevelRatios, course, fewest_blocks};
use verdict::{Resampling, paired_ratio};

use super::axis::Axis;
use super::swept::Swept;
use crate::samples::{is_counted, runs};

/// Every variant against the reference, and against the best variant where the two cross.
pub(super) fn pairs(swept: &Swept<'_>) -> Vec<Pair> {
    if !swept.run.options.profile.measures() {
        return Vec::new();
    }
    let shared = blocks(swept);
    let mut pairs: Vec<Pair> = swept
        .others()
        .filter_map(|name| pair(swept, &shared, name, swept.reference()))
        .collect();
    // Whoever chooses a model chooses between the best and one that overtakes it somewhere. All
    // other pairs would be many lines that change no choice.
    if let Some(best) = best(swept) {
        pairs.extend(
            swept
                .others()
                .filter(|name| *name != best)
                .filter_map(|name| pair(swept, &shared, name, best))
                .filter(|pair| !pair.crossovers.is_empty()),
        );
    }
    pairs
}

/// Two variants over all levels; `None` where they have no ratio at any level.
fn pair(swept: &Swept<'_>, blocks: &BTreeSet<u64>, variant: &str, against: &str) -> Option<Pair> {
    let levels: Vec<LevelRatios> = swept
        .axis
        .levels
        .iter()
        .filter(|level| !swept.is_noisy(level))
        .map(|level| ratios(swept, blocks, level, variant, against))
        .filter(|level| level.ratios.iter().any(Option::is_some))
        .collect();
    if levels.is_empty() {
        return None;
    }
    let pair = Pair {
        variant: variant.to_owned(),
        against: against.to_owned(),
        levels: levels.len(),
        ..Pair::default()
    };
    // The seed is the stored one, so that a report of the same rows draws the same resamples.
    match course(&levels, &Resampling::seeded(swept.run.options.seed)) {
        Ok(course) => Some(with_course(pair, swept.axis, &levels, &course)),
        Err(error) => Some(Pair {
            untold: Some(error.to_string()),
            ..pair
        }),
    }
}

fn with_course(pair: Pair, axis: &Axis, levels: &[LevelRatios], course: &Course) -> Pair {
    let needed = fewest_blocks(levels.len());
    let blocks = levels
        .iter()
        .map(|level| level.ratios.iter().flatten().count())
        .max()
        .unwrap_or(0);
    Pair {
        ahead: values_led_by(axis, course, Some(Ahead::Variant)),
        behind: values_led_by(axis, course, Some(Ahead::Reference)),
        undecided: values_led_by(axis, course, None),
        // The level with the most blocks decides: if even that has too few, nobody can be ahead.
        blocks_needed: (blocks < needed as usize).then_some(needed),
        crossovers: course
            .crossovers
            .iter()
            .map(|crossover| crossing(axis, crossover, &pair))
            .collect(),
        ..pair
    }
}

fn crossing(axis: &Axis, crossover: &Crossover, pair: &Pair) -> Crossing {
    let (below, above) = match crossover.below {
        Ahead::Variant => (&pair.variant, &pair.against),
        Ahead::Reference => (&pair.against, &pair.variant),
    };
    Crossing {
        at: crossover.at,
        interval: (crossover.interval.lower, crossover.interval.upper),
        between: (
            value_of(axis, crossover.between.0),
            value_of(axis, crossover.between.1),
        ),
        ahead_below: below.clone(),
        ahead_above: above.clone(),
    }
}

/// The values of the key at which this one of the pair is ahead, as typed.
fn values_led_by(axis: &Axis, course: &Course, leader: Option<Ahead>) -> Vec<String> {
    course
        .levels
        .iter()
        .filter(|(_, ahead)| *ahead == leader)
        .map(|(number, _)| value_of(axis, *number))
        .collect()
}

/// A value of the key as it was typed.
fn value_of(axis: &Axis, number: f64) -> String {
    // Numbers are compared exactly because they are the levels' own, handed through unchanged.
    axis.levels
        .iter()
        .find(|level| level.number == number)
        .map_or_else(String::new, |level| level.value.clone())
}

/// The blocks in which any level was measured. They are the same for all levels, because the bootstrap
/// draws whole blocks and must draw the same ones at each level.
fn blocks(swept: &Swept<'_>) -> BTreeSet<u64> {
    runs(swept.rows)
        .filter(|run| {
            run.pass == Pass::Measured
                && is_counted(swept.run, run)
                && swept
                    .axis
                    .levels
                    .iter()
                    .any(|level| level.row == run.workload)
        })
        .map(|run| run.block)
        .collect()
}

/// The ratio of two variants at a level in each of these blocks.
fn ratios(
    swept: &Swept<'_>,
    blocks: &BTreeSet<u64>,
    level: &SweepLevel,
    variant: &str,
    against: &str,
) -> LevelRatios {
    let (mine, its) = (swept.series(level, variant), swept.series(level, against));
    LevelRatios {
        level: level.number,
        ratios: blocks
            .iter()
            .map(|block| Some(mine.figure_in(*block)? / its.figure_in(*block)?))
            .collect(),
        control: swept.control(level),
    }
}

/// The variant with the lowest mean logarithm of its ratio over all levels; `None` where that is the
/// reference.
fn best<'a>(swept: &Swept<'a>) -> Option<&'a str> {
    // The sum of logarithms is the geometric mean, in which no level outweighs another by the
    // length of its runs.
    let (score, name) = swept
        .others()
        .filter_map(|name| Some((sum_of_logarithms(swept, name)?, name)))
        .min_by(|a, b| a.0.total_cmp(&b.0))?;
    (score < 0.0).then_some(name)
}

/// `None` unless the variant was measured at every level: a sum over fewer levels would be of another
/// range.
fn sum_of_logarithms(swept: &Swept<'_>, name: &str) -> Option<f64> {
    let logarithms: Option<Vec<f64>> = swept
        .axis
        .levels
        .iter()
        .map(|level| {
            let (mine, its) = swept.paired(level, name);
            Some(paired_ratio(&mine, &its).ok()?.ratio.ln())
        })
        .collect();
    Some(logarithms?.iter().sum())
}

//! The crossover of a speed-up: the value of a setting from which a variant is a given factor as fast
//! as its baseline, located between the levels of the setting that were measured.

use std::collections::BTreeSet;

use terminal::counted;
use verdict::Resampling;
use verdict::crossover::{Ahead, Course, LevelRatios, course, fewest_blocks};

use crate::book::Test;
use crate::estimated::{Beyond, Estimated};
use crate::evidence::{BlockValue, Evidence};
use crate::figure::Metric;
use crate::plan::{Arm, Sides};

/// The seed of resampling. It is fixed, so that the same rows always give the same interval.
const SEED: u64 = 1;

/// One level of the setting, with the times of both arms.
struct Level {
    /// The value of the setting, in the setting's unit.
    setting: f64,
    baseline: Vec<BlockValue>,
    variant: Vec<BlockValue>,
}

/// Locates the crossover between a level at which the speed-up surely is less than the factor and one
/// at which it surely is more.
///
/// # Errors
/// The reason why a level could not be measured.
pub(crate) fn crossover(
    test: &Test,
    sides: &Sides,
    evidence: &Evidence,
) -> Result<Estimated, String> {
    let (setting, factor) = test
        .setting
        .as_deref()
        .zip(test.factor)
        .ok_or("it has no setting")?;
    let first = sides
        .denominator
        .as_ref()
        .map(|variant| (&sides.numerator.arm, &variant.arm));
    let levels = first
        .into_iter()
        .chain(sides.further_levels.iter().map(|[slow, fast]| (slow, fast)))
        .map(|(baseline, variant)| level(evidence, setting, baseline, variant))
        .collect::<Result<Vec<Level>, String>>()?;
    // Every level gets an entry for every block, so that resampling can draw whole blocks across
    // the levels; a run that is missing leaves a hole and does not shift the others.
    let blocks: BTreeSet<u64> = levels
        .iter()
        .flat_map(|level| level.baseline.iter().map(|sample| sample.block))
        .collect();
    let ratios: Vec<LevelRatios> = levels
        .iter()
        .map(|level| LevelRatios {
            level: level.setting,
            ratios: blocks
                .iter()
                .map(|block| level.scaled_ratio(*block, factor))
                .collect(),
            control: None,
        })
        .collect();
    locate(&ratios)
}

fn level(
    evidence: &Evidence,
    setting: &str,
    baseline: &Arm,
    variant: &Arm,
) -> Result<Level, String> {
    Ok(Level {
        baseline: evidence.samples(baseline, Metric::Time)?,
        variant: evidence.samples(variant, Metric::Time)?,
        setting: evidence
            .setting(baseline, setting)
            .ok_or("a level has no number")?,
    })
}

impl Level {
    /// Time of the variant ÷ time of the baseline in a block, times the factor: it passes 1 where
    /// the speed-up passes the factor, and where `verdict` looks for a change of the lead.
    fn scaled_ratio(&self, block: u64, factor: f64) -> Option<f64> {
        Some(factor * value_in(&self.variant, block)? / value_in(&self.baseline, block)?)
    }
}

fn value_in(samples: &[BlockValue], block: u64) -> Option<f64> {
    samples
        .iter()
        .find(|sample| sample.block == block)
        .map(|sample| sample.value)
}

/// The place at which ratios pass 1, from above at low levels to below at high ones.
fn locate(levels: &[LevelRatios]) -> Result<Estimated, String> {
    // A level with fewer blocks than the others decides whether there are enough.
    let blocks = levels
        .iter()
        .map(|level| level.ratios.iter().flatten().count())
        .min()
        .unwrap_or(0);
    let (count, needed) = (levels.len(), fewest_blocks(levels.len()));
    if blocks < needed as usize {
        return Ok(Estimated {
            blocks,
            open: Some(format!(
                "{}, and {count} levels need {needed}",
                counted(blocks as u64, "round")
            )),
            ..Estimated::default()
        });
    }
    let curve = course(levels, &Resampling::seeded(SEED)).map_err(|error| error.to_string())?;
    let crossover = place(&curve).unwrap_or_else(|| Estimated {
        open: Some("the levels do not tell where it lies".to_owned()),
        ..Estimated::default()
    });
    Ok(Estimated {
        blocks,
        ..crossover
    })
}

/// The only crossover of a course, or the outermost level where all levels lie on one side; `None`
/// where the levels do not tell.
fn place(course: &Course) -> Option<Estimated> {
    match &course.crossovers[..] {
        // The baseline must be ahead below it: a crossover the other way round is the place at which
        // the speed-up comes to be less than the factor, which no claim is about.
        [only] if only.below == Ahead::Reference => Some(Estimated {
            value: Some(only.at),
            interval: Some((only.interval.lower, only.interval.upper)),
            ..Estimated::default()
        }),
        [] if leads_everywhere(course, Ahead::Variant) => {
            outermost(course.levels.first()?.0, Beyond::Below)
        }
        [] if leads_everywhere(course, Ahead::Reference) => {
            outermost(course.levels.last()?.0, Beyond::Above)
        }
        _ => None,
    }
}

fn leads_everywhere(course: &Course, who: Ahead) -> bool {
    course.levels.iter().all(|(_, lead)| *lead == Some(who))
}

fn outermost(level: f64, beyond: Beyond) -> Option<Estimated> {
    Some(Estimated {
        value: Some(level),
        interval: Some((level, level)),
        beyond: Some(beyond),
        ..Estimated::default()
    })
}

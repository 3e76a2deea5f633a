//! Where the choice of a variant hardly matters.

use results::{Indifference, SweepLevel};
use verdict::paired_ratio;

use super::swept::Swept;

/// A difference up to this is nothing to choose a model by. It is wider than the margin of the
/// verdicts, which say what differs and not what matters.
const HARDLY: f64 = 0.05;

/// The longest stretch at either end of the range over which every variant is hardly different from the
/// reference.
pub(super) fn indifference(swept: &Swept<'_>) -> Option<Indifference> {
    let names: Vec<&str> = swept
        .names()
        .filter(|name| was_measured(swept, name))
        .collect();
    let levels = &swept.axis.levels;
    let bounds: Vec<Option<f64>> = levels
        .iter()
        .map(|level| bound(swept, level, &names).filter(|bound| *bound <= HARDLY))
        .collect();
    // Only the ends are looked at: between two levels that matter, one that does not is of no use to
    // anybody, and may be an accident.
    let upper = bounds
        .iter()
        .rev()
        .take_while(|bound| bound.is_some())
        .count();
    let lower = bounds.iter().take_while(|bound| bound.is_some()).count();
    if upper.max(lower) == 0 {
        return None;
    }
    let upper_end = upper >= lower;
    let stretch = if upper_end {
        bounds.len() - upper..bounds.len()
    } else {
        0..lower
    };
    let within = bounds[stretch.clone()]
        .iter()
        .flatten()
        .copied()
        .fold(0.0, f64::max);
    let indifferent = &levels[stretch];
    Some(Indifference {
        from: indifferent.first()?.value.clone(),
        to: indifferent.last()?.value.clone(),
        upper_end,
        everywhere: indifferent.len() == levels.len(),
        within,
        variants: names.into_iter().map(str::to_owned).collect(),
    })
}

/// Whether a variant was measured at any level: a model that is not installed has no say.
fn was_measured(swept: &Swept<'_>, name: &str) -> bool {
    swept
        .axis
        .levels
        .iter()
        .any(|level| swept.series(level, name).measured().next().is_some())
}

/// The largest bound of any of these variants' 90 % intervals, as a distance from 1; `None` where the
/// level is noisy or a variant has no interval.
fn bound(swept: &Swept<'_>, level: &SweepLevel, names: &[&str]) -> Option<f64> {
    if swept.is_noisy(level) {
        return None;
    }
    let bounds: Option<Vec<f64>> = names
        .iter()
        .filter(|name| **name != swept.reference())
        .map(|name| {
            // The 90 % interval, as for "no practical difference": two one-sided tests at 5 %.
            let (mine, its) = swept.paired(level, name);
            let interval = paired_ratio(&mine, &its).ok()?.intervals?.at_90;
            // Logarithms make a ratio as far from 1 as its inverse.
            let farthest = interval.upper.ln().abs().max(interval.lower.ln().abs());
            Some(farthest.exp_m1())
        })
        .collect();
    bounds?.into_iter().reduce(f64::max)
}

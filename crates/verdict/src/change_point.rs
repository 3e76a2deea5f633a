//! Changes of level in a series: from which place on are its values other than before?
//!
//! The values are taken to be independent and of one distribution between two changes. What drifts slowly is no
//! change of level, and can look like one.

use crate::error::StatisticsError;
use crate::interval::Interval;
use crate::samples::{doubled_mid_ranks, finite, middle_of_sorted, sorted};

/// The fewest values on either side of a change, so that none follows from a few odd ones.
pub const FEWEST_BESIDE: usize = 5;
/// The quantile of the normal distribution that 2.5 % lie beyond.
const NORMAL_975: f64 = 1.959_963_984_540_054;

/// A place at which a series changes its level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChangePoint {
    /// The number of the first value after it, from 0.
    pub at: usize,
    /// Pettitt's p value of the stretch in which it was found.
    pub p_value: f64,
    /// How much larger the values after it are than those before it, up to the next changes: the median of all
    /// differences of pairs (Hodges and Lehmann).
    pub shift: f64,
    /// The 95 % interval of the shift between these two stretches. It describes: that the place was looked for is not
    /// in it.
    pub interval: Option<Interval>,
}

/// The changes of level in a series, by Pettitt's test (*Applied Statistics* 28, 1979) at a level such as 0.05: the
/// place at which the ranks before and after differ most is a change where its p value is below the level, and both
/// stretches are then looked at in the same way. Of a series that does not change at all, at most so large a share has
/// a change found.
///
/// The p value is 2·exp(−6K²/(n³ + n²)), which is too large rather than too small.
///
/// ```
/// let mut series = vec![1.0, 1.2, 0.9, 1.1, 1.0, 0.8, 1.1, 1.0, 0.9, 1.2];
/// series.extend([2.0, 2.1, 1.9, 2.2, 2.0, 1.8, 2.1, 2.0, 1.9, 2.2]);
/// let changes = verdict::change_point::change_points(&series, 0.01)?;
/// assert_eq!(changes.len(), 1);
/// assert_eq!(changes[0].at, 10);
/// assert!((changes[0].shift - 1.0).abs() < 0.05);
/// # Ok::<(), verdict::StatisticsError>(())
/// ```
///
/// # Errors
/// When a value is not finite.
pub fn change_points(series: &[f64], level: f64) -> Result<Vec<ChangePoint>, StatisticsError> {
    if series.is_empty() {
        return Ok(Vec::new());
    }
    finite(series)?;
    let mut found: Vec<(usize, f64)> = Vec::new();
    let mut stretches = vec![(0, series.len())];
    while let Some((from, until)) = stretches.pop() {
        if let Some((at, p_value)) = strongest(&series[from..until])
            && p_value < level
        {
            found.push((from + at, p_value));
            stretches.extend([(from, from + at), (from + at, until)]);
        }
    }
    found.sort_unstable_by_key(|(at, _)| *at);
    let ends: Vec<usize> = found
        .iter()
        .map(|(at, _)| *at)
        .chain([series.len()])
        .collect();
    let mut from = 0;
    let mut changes = Vec::new();
    for (index, (at, p_value)) in found.into_iter().enumerate() {
        let (shift, interval) = shift(&series[from..at], &series[at..ends[index + 1]])?;
        changes.push(ChangePoint {
            at,
            p_value,
            shift,
            interval,
        });
        from = at;
    }
    Ok(changes)
}

/// The place at which the ranks before and after differ most, and its p value; `None` where a stretch is too short.
fn strongest(stretch: &[f64]) -> Option<(usize, f64)> {
    let n = stretch.len();
    let ranks = doubled_mid_ranks(stretch);
    let mut sum = 0.0;
    let mut best: Option<(usize, f64)> = None;
    for (index, rank) in ranks.iter().enumerate() {
        sum += *rank as f64;
        let before = index + 1;
        if before < FEWEST_BESIDE || n - before < FEWEST_BESIDE {
            continue;
        }
        // Twice the sum of the ranks before, less what it is where the place does not matter.
        let difference = (sum - (before * (n + 1)) as f64).abs();
        if best.is_none_or(|(_, most)| difference > most) {
            best = Some((before, difference));
        }
    }
    let (at, most) = best?;
    let length = n as f64;
    let p_value = 2.0 * (-6.0 * most * most / (length.powi(3) + length.powi(2))).exp();
    Some((at, p_value.min(1.0)))
}

/// The median of the differences between values after and before, and its interval by the normal approximation of
/// the rank-sum test (Hollander and Wolfe, *Nonparametric Statistical Methods*, 1999, section 4.3).
fn shift(before: &[f64], after: &[f64]) -> Result<(f64, Option<Interval>), StatisticsError> {
    let differences: Vec<f64> = after
        .iter()
        .flat_map(|late| before.iter().map(move |early| late - early))
        .collect();
    let ordered = sorted(&differences)?;
    let (one, other) = (before.len() as f64, after.len() as f64);
    let half = NORMAL_975 * (one * other * (one + other + 1.0) / 12.0).sqrt();
    let rank = (one * other / 2.0 - half).floor();
    let interval = (rank >= 1.0).then(|| {
        let index = rank as usize - 1;
        Interval {
            lower: ordered[index],
            upper: ordered[ordered.len() - 1 - index],
        }
    });
    Ok((middle_of_sorted(&ordered), interval))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rng::Generator;

    fn noise(generator: &mut Generator, n: usize) -> Vec<f64> {
        (0..n).map(|_| 0.03 * generator.normal()).collect()
    }

    #[test]
    fn a_step_is_found_at_its_place_with_its_size() {
        let mut generator = Generator::new(7);
        let mut series = noise(&mut generator, 60);
        for value in &mut series[25..] {
            *value += 0.2;
        }
        let found = change_points(&series, 0.001).unwrap();
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].at.abs_diff(25) <= 1, "{found:?}");
        let interval = found[0].interval.unwrap();
        assert!(interval.lower < 0.2 && 0.2 < interval.upper, "{found:?}");
        assert!(interval.upper - interval.lower < 0.05, "{found:?}");
    }

    #[test]
    fn of_two_steps_each_is_found_and_told_against_its_neighbours() {
        let mut generator = Generator::new(8);
        let mut series = noise(&mut generator, 120);
        for value in &mut series[40..80] {
            *value += 0.3;
        }
        let found = change_points(&series, 0.001).unwrap();
        let places: Vec<usize> = found.iter().map(|change| change.at).collect();
        assert_eq!(places.len(), 2, "{found:?}");
        assert!(places[0].abs_diff(40) <= 1 && places[1].abs_diff(80) <= 1);
        assert!(found[0].shift > 0.25 && found[1].shift < -0.25, "{found:?}");
    }

    #[test]
    fn noise_alone_seldom_has_a_change() {
        let mut generator = Generator::new(9);
        let histories = 1000;
        let with_change = (0..histories)
            .filter(|_| {
                let series = noise(&mut generator, 40);
                !change_points(&series, 0.05).unwrap().is_empty()
            })
            .count();
        assert!(with_change <= 60, "{with_change} of {histories}");
    }

    #[test]
    fn one_odd_value_is_no_change_however_odd() {
        let mut generator = Generator::new(10);
        for place in [0, 20, 39] {
            let mut series = noise(&mut generator, 40);
            series[place] = 100.0;
            assert_eq!(change_points(&series, 0.01), Ok(Vec::new()), "{place}");
        }
    }

    #[test]
    fn few_values_equal_values_and_strange_values() {
        let short = [0.0, 0.0, 0.0, 0.0, 9.0, 9.0, 9.0, 9.0, 9.0];
        assert_eq!(change_points(&short, 0.5), Ok(Vec::new()));
        assert_eq!(change_points(&[1.0; 50], 0.5), Ok(Vec::new()));
        assert_eq!(change_points(&[], 0.5), Ok(Vec::new()));
        assert!(change_points(&[1.0, f64::NAN], 0.5).is_err());
    }

    proptest! {
        #[test]
        fn every_change_has_enough_on_both_sides(
            series in prop::collection::vec(-1e9_f64..1e9, 0..80), level in 0.0_f64..1.0,
        ) {
            let found = change_points(&series, level).unwrap();
            let mut from = 0;
            for change in &found {
                prop_assert!(change.at >= from + FEWEST_BESIDE);
                prop_assert!(change.at + FEWEST_BESIDE <= series.len());
                prop_assert!(change.p_value < level);
                if let Some(interval) = change.interval {
                    prop_assert!(interval.lower <= change.shift && change.shift <= interval.upper);
                }
                from = change.at;
            }
        }
    }
}

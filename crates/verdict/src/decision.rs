//! The decision rule: which verdict the numbers of one comparison earn. [`judge`](crate::judge)
//! applies it to a whole report.

use crate::equivalence::{Margin, is_equivalent};
use crate::forecast::{blocks_for_holm, blocks_to_settle};
use crate::interval::Interval;
use crate::multiple::SIGNIFICANCE;
use crate::ratio::{PairedRatio, RatioIntervals};
use crate::verdict::Verdict;

/// The verdict on a ratio of times, given its Holm-adjusted p value.
///
/// The first of these that holds:
/// 1. *faster, slower*: the 95 % interval lies wholly outside the margin, and the adjusted p is
///    under 0.03;
/// 2. *no practical difference*: the 90 % interval lies wholly inside the margin;
/// 3. *likely faster, likely slower*: the 95 % interval lies wholly outside the margin, and only the
///    adjusted p is too large;
/// 4. *slightly faster, slightly slower*: the 95 % interval excludes 1 but overlaps the margin;
/// 5. *inconclusive*: anything else, intervals that do not exist yet included.
///
/// Stronger evidence never gets a weaker sign: of two ratios, the one whose estimate and bounds all
/// lie farther on one side of 1, with a p that is no larger, has at least the other's sign.
///
/// ```
/// use verdict::{Margin, Verdict, decide, paired_ratio};
///
/// let reference = [1.00, 1.02, 1.01, 0.99, 1.03, 1.00, 0.98, 1.01, 1.02, 1.00];
/// let variant = reference.map(|time| time * 0.9);
/// let ratio = paired_ratio(&variant, &reference)?;
/// assert_eq!(decide(&ratio, ratio.p_value, Margin::default()), Verdict::Faster);
/// # Ok::<(), verdict::StatisticsError>(())
/// ```
#[must_use]
pub fn decide(ratio: &PairedRatio, holm_p: f64, margin: Margin) -> Verdict {
    settled(ratio, holm_p, margin).unwrap_or_else(|| Verdict::Inconclusive {
        more_blocks: blocks_to_settle(ratio, margin),
    })
}

fn settled(ratio: &PairedRatio, holm_p: f64, margin: Margin) -> Option<Verdict> {
    let RatioIntervals { at_95, at_90 } = ratio.intervals.as_ref()?;
    let is_below = at_95.upper < 1.0;
    let is_outside = at_95.lies_outside(&margin.ratios());
    if is_outside && holm_p < SIGNIFICANCE {
        return Some(if is_below {
            Verdict::Faster
        } else {
            Verdict::Slower
        });
    }
    // Equivalence comes before the hints: a ratio shown to lie within the margin makes no practical
    // difference, even where it is surely not 1.
    if is_equivalent(at_90, margin) {
        return Some(Verdict::Equivalent);
    }
    if is_outside {
        let more_blocks = blocks_for_holm(ratio, holm_p);
        return Some(if is_below {
            Verdict::LikelyFaster { more_blocks }
        } else {
            Verdict::LikelySlower { more_blocks }
        });
    }
    let slight = if is_below {
        Verdict::SlightlyFaster
    } else {
        Verdict::SlightlySlower
    };
    at_95.lies_outside(&ONE).then_some(slight)
}

/// The ratio of equal arms, as an interval.
const ONE: Interval = Interval {
    lower: 1.0,
    upper: 1.0,
};

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(at_95: (f64, f64), at_90: (f64, f64)) -> PairedRatio {
        let interval = |(lower, upper)| Interval { lower, upper };
        PairedRatio {
            ratio: (at_90.0 * at_90.1).sqrt(),
            intervals: Some(RatioIntervals {
                at_95: interval(at_95),
                at_90: interval(at_90),
            }),
            p_value: 0.001,
            blocks: 30,
        }
    }

    fn decided(at_95: (f64, f64), at_90: (f64, f64), holm_p: f64) -> Verdict {
        decide(&measured(at_95, at_90), holm_p, Margin::default())
    }

    #[test]
    fn a_difference_needs_the_margin_and_holm() {
        assert_eq!(decided((0.90, 0.95), (0.91, 0.94), 0.029), Verdict::Faster);
        assert_eq!(decided((1.05, 1.10), (1.06, 1.09), 0.029), Verdict::Slower);
    }

    #[test]
    fn a_difference_beyond_the_margin_without_holm_is_likely() {
        let faster = decided((0.90, 0.95), (0.91, 0.94), 0.03);
        assert_eq!(faster.name(), "likely-faster");
        let slower = decided((1.028, 1.198), (1.04, 1.18), 0.9);
        assert_eq!((slower.name(), slower.symbol()), ("likely-slower", "-"));
    }

    #[test]
    fn a_likely_difference_says_which_blocks_holm_lacks() {
        let found = measured((1.05, 1.10), (1.06, 1.09));
        let verdict = decide(&found, 0.06, Margin::default());
        assert!(
            matches!(
                verdict,
                Verdict::LikelySlower {
                    more_blocks: Some(_)
                }
            ),
            "{verdict:?}"
        );
    }

    #[test]
    fn a_difference_that_reaches_into_the_margin_is_slight() {
        assert_eq!(
            decided((0.95, 0.99), (0.955, 0.985), 0.0001),
            Verdict::SlightlyFaster
        );
        assert_eq!(
            decided((1.01, 1.05), (1.015, 1.045), 0.0001),
            Verdict::SlightlySlower
        );
        assert_eq!(
            decided((1.01, 1.05), (1.015, 1.045), 0.9),
            Verdict::SlightlySlower
        );
    }

    #[test]
    fn equivalence_is_shown_by_the_90_percent_interval_alone() {
        assert_eq!(
            decided((0.979, 1.021), (0.985, 1.015), 0.9),
            Verdict::Equivalent
        );
        assert_eq!(
            decided((1.001, 1.015), (1.002, 1.014), 0.0001),
            Verdict::Equivalent
        );
    }

    #[test]
    fn a_wide_interval_about_one_is_inconclusive() {
        let verdict = decided((0.95, 1.05), (0.96, 1.04), 0.9);
        assert!(matches!(
            verdict,
            Verdict::Inconclusive {
                more_blocks: Some(_)
            }
        ));
        assert_eq!(verdict.symbol(), "?");
    }

    #[test]
    fn what_is_no_number_decides_nothing() {
        let unknown = decided((f64::NAN, f64::NAN), (f64::NAN, f64::NAN), 0.01);
        assert_eq!(unknown, Verdict::Inconclusive { more_blocks: None });
        let no_p = decided((0.90, 0.95), (0.91, 0.94), f64::NAN);
        assert_eq!(no_p, Verdict::LikelyFaster { more_blocks: None });
    }
}

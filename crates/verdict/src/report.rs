//! All verdicts of one report at once, since no comparison in it stands alone.
//!
//! The family is everything that is handed over in one call: every comparison of the report, by each of
//! its primary metrics. Other metrics are descriptive and get no verdict.

use crate::control::vouched;
use crate::decision::decide;
use crate::equivalence::Margin;
use crate::error::StatisticsError;
use crate::multiple::holm;
use crate::ratio::PairedRatio;
use crate::verdict::Verdict;

/// One comparison of a primary metric, with the control that vouches for it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// The variant against the reference.
    pub ratio: PairedRatio,
    /// The reference against itself by the same metric in the same blocks: usually one per workload and
    /// metric, shared by its comparisons. `None` where no control was run.
    pub control: Option<PairedRatio>,
}

/// A verdict and the p value behind it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judgement {
    /// What may be said.
    pub verdict: Verdict,
    /// The p value, adjusted by Holm over the whole report.
    pub holm_p: f64,
}

/// Judges every comparison of a report, in the order given.
///
/// Every comparison belongs to the family, also one whose verdict is then suppressed: leaving it
/// out would make the family depend on the outcome. [`decide`] gives the verdict on the comparison
/// alone; then its control, whose ratio is 1 in truth, is asked:
/// 1. where the control's whole 95 % interval lies outside the margin, the verdict is suppressed;
/// 2. a difference is held back unless its estimate is farther from 1 than both ends of the control's
///    95 % interval.
///
/// ```
/// use verdict::{Comparison, Margin, Verdict, judge, paired_ratio};
///
/// let reference: Vec<f64> = (0..12).map(|block| 1.0 + 0.001 * f64::from(block % 5)).collect();
/// let again: Vec<f64> = reference.iter().rev().copied().collect();
/// let slower: Vec<f64> = reference.iter().map(|time| time * 1.1).collect();
/// let control = Some(paired_ratio(&again, &reference)?);
/// let ratio = paired_ratio(&slower, &reference)?;
/// let judged = judge(&[Comparison { ratio, control }], Margin::default())?;
/// assert_eq!(judged[0].verdict, Verdict::Slower);
/// # Ok::<(), verdict::StatisticsError>(())
/// ```
///
/// # Errors
/// When a p value lies outside 0 to 1, which [`paired_ratio`](crate::paired_ratio) never gives.
pub fn judge(
    comparisons: &[Comparison],
    margin: Margin,
) -> Result<Vec<Judgement>, StatisticsError> {
    let raw: Vec<f64> = comparisons
        .iter()
        .map(|comparison| comparison.ratio.p_value)
        .collect();
    Ok(comparisons
        .iter()
        .zip(holm(&raw)?)
        .map(|(comparison, holm_p)| Judgement {
            verdict: verdict(comparison, holm_p, margin),
            holm_p,
        })
        .collect())
}

fn verdict(comparison: &Comparison, holm_p: f64, margin: Margin) -> Verdict {
    let verdict = decide(&comparison.ratio, holm_p, margin);
    match &comparison.control {
        Some(control) => vouched(verdict, &comparison.ratio, control, margin),
        None => verdict,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interval::Interval;
    use crate::ratio::RatioIntervals;

    fn measured(ratio: f64, p_value: f64) -> PairedRatio {
        let interval = Interval {
            lower: ratio * 0.99,
            upper: ratio * 1.01,
        };
        let intervals = Some(RatioIntervals {
            at_95: interval,
            at_90: interval,
        });
        PairedRatio {
            ratio,
            intervals,
            p_value,
            blocks: 30,
        }
    }

    fn verdicts(comparisons: &[Comparison]) -> Vec<&'static str> {
        let judged = judge(comparisons, Margin::default()).unwrap();
        judged
            .iter()
            .map(|judgement| judgement.verdict.name())
            .collect()
    }

    #[test]
    fn the_same_evidence_weighs_less_among_many() {
        let found = Comparison {
            ratio: measured(1.1, 0.004),
            control: None,
        };
        let other = Comparison {
            ratio: measured(1.0, 0.5),
            control: None,
        };
        assert_eq!(verdicts(&[found])[0], "slower");
        let many: Vec<Comparison> = [found].into_iter().chain([other; 13]).collect();
        assert_eq!(verdicts(&many)[0], "likely-slower");
    }

    #[test]
    fn a_control_that_moved_suppresses_its_own_comparisons_only() {
        let ratio = measured(0.8, 0.0001);
        let noisy = Comparison {
            ratio,
            control: Some(measured(1.04, 0.3)),
        };
        let quiet = Comparison {
            ratio,
            control: Some(measured(1.02, 0.3)),
        };
        assert_eq!(verdicts(&[noisy, quiet]), ["suppressed", "faster"]);
    }

    #[test]
    fn a_suppressed_comparison_still_counts_in_the_family() {
        let noisy = Comparison {
            ratio: measured(1.0, 0.5),
            control: Some(measured(1.5, 0.01)),
        };
        let found = Comparison {
            ratio: measured(1.1, 0.01),
            control: None,
        };
        let judged = judge(&[noisy, found], Margin::default()).unwrap();
        assert_eq!(judged[1].holm_p, 0.02);
    }

    #[test]
    fn a_control_that_is_no_number_suppresses() {
        let control = Some(measured(f64::NAN, 0.5));
        assert_eq!(
            verdicts(&[Comparison {
                ratio: measured(1.1, 0.01),
                control
            }]),
            ["suppressed"]
        );
    }

    #[test]
    fn an_impossible_p_value_is_an_error_and_no_report_is_empty() {
        let ratio = measured(1.0, f64::NAN);
        assert!(
            judge(
                &[Comparison {
                    ratio,
                    control: None
                }],
                Margin::default()
            )
            .is_err()
        );
        assert_eq!(judge(&[], Margin::default()), Ok(vec![]));
    }
}

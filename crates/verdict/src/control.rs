//! The A/A control: whether it moved, and which verdicts it is precise enough to vouch for.
//!
//! The control is the reference against itself, so its true ratio is 1 unless the measurement favours
//! one of two equal arms. Its interval holds the biases that the data leave possible.

use crate::equivalence::Margin;
use crate::interval::Interval;
use crate::ratio::PairedRatio;
use crate::stopping::{blocks_until_interval, more_blocks_at};
use crate::verdict::{Suppression, Verdict};

/// The verdict on a comparison, given what its control allows.
///
/// 1. *Suppressed*, whatever the verdict is: the control's whole 95 % interval lies outside the margin,
///    so the measurement shows a difference where there is none.
/// 2. A difference is *held back* unless its estimate is farther from 1 than both ends of the
///    control's 95 % interval: a bias as large as the effect is not excluded.
///
/// *No practical difference* needs no more than a control that did not move: a bias makes a difference
/// out of nothing, but would have to cancel a true one exactly to make equals of what differs.
pub(crate) fn vouched(
    verdict: Verdict,
    ratio: &PairedRatio,
    control: &PairedRatio,
    margin: Margin,
) -> Verdict {
    if has_moved(control, margin) {
        let reason = Suppression::ControlMoved {
            ratio: control.ratio,
            margin,
        };
        return Verdict::Suppressed { reason };
    }
    let is_difference = matches!(verdict.symbol(), "++" | "+" | "-" | "--");
    let bounds = control.intervals.map(|intervals| intervals.at_95);
    let is_beyond = bounds.is_some_and(|bounds| excludes_bias(&bounds, ratio.ratio));
    if !is_difference || is_beyond {
        return verdict;
    }
    Verdict::HeldBack {
        control: bounds,
        more_blocks: blocks_until_excluded(control, ratio.ratio),
    }
}

/// Whether the measurement shows a difference where there is none: the whole interval lies outside the margin.
pub(crate) fn has_moved(control: &PairedRatio, margin: Margin) -> bool {
    // A control that is no number vouches for nothing, and more blocks would not mend it.
    control.ratio.is_nan()
        || control
            .intervals
            .is_some_and(|intervals| intervals.at_95.lies_outside(&margin.ratios()))
}

/// Whether a control with this 95 % interval excludes a bias as large as the effect, a ratio.
pub(crate) fn excludes_bias(control: &Interval, effect: f64) -> bool {
    // Both directions count: nothing tells whether the control's own arm was slow, or the first arm,
    // which all comparisons share, was fast.
    let bias = control.lower.ln().abs().max(control.upper.ln().abs());
    effect.ln().abs() > bias
}

/// Blocks to add until the control's 95 % interval ends nearer to 1 than the effect, if both estimates
/// stay.
fn blocks_until_excluded(control: &PairedRatio, effect: f64) -> Option<u32> {
    let Some(intervals) = control.intervals else {
        return Some(blocks_until_interval(control.blocks).max(1));
    };
    let room = effect.ln().abs() - control.ratio.ln().abs();
    let now = intervals.at_95.log_half_width();
    (room > 0.0)
        .then(|| more_blocks_at(control.blocks, now, room))
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ratio::RatioIntervals;

    fn measured(ratio: f64, lower: f64, upper: f64) -> PairedRatio {
        let both = Interval { lower, upper };
        PairedRatio {
            ratio,
            intervals: Some(RatioIntervals {
                at_95: both,
                at_90: both,
            }),
            p_value: 0.001,
            blocks: 12,
        }
    }

    fn signs(control: &PairedRatio, effects: &[(Verdict, f64)]) -> String {
        let vouched = effects.iter().map(|(verdict, effect)| {
            let ratio = measured(*effect, effect * 0.99, effect * 1.01);
            super::vouched(*verdict, &ratio, control, Margin::default()).symbol()
        });
        vouched.collect::<Vec<_>>().join(" ")
    }

    const EFFECTS: [(Verdict, f64); 4] = [
        (Verdict::Equivalent, 1.0),
        (Verdict::SlightlyFaster, 0.97),
        (Verdict::Slower, 1.06),
        (Verdict::Slower, 1.3),
    ];

    #[test]
    fn a_control_within_the_margin_vouches_for_everything() {
        let control = measured(1.0, 0.985, 1.015);
        assert_eq!(signs(&control, &EFFECTS), "≈ + -- --");
    }

    #[test]
    fn a_wide_control_holds_back_what_it_cannot_exclude() {
        let control = measured(0.97, 0.891, 1.053);
        assert_eq!(signs(&control, &EFFECTS), "≈ ? ? --");
    }

    #[test]
    fn an_estimate_outside_the_margin_is_no_move_by_itself() {
        let control = measured(1.022, 0.998, 1.047);
        assert_eq!(signs(&control, &EFFECTS), "≈ ? -- --");
    }

    #[test]
    fn a_control_that_moved_suppresses_everything() {
        let control = measured(1.035, 1.021, 1.049);
        assert_eq!(signs(&control, &EFFECTS), "! ! ! !");
    }

    #[test]
    fn a_control_without_an_interval_vouches_for_no_difference_yet() {
        let control = PairedRatio {
            intervals: None,
            blocks: 4,
            ..measured(1.0, 1.0, 1.0)
        };
        assert_eq!(signs(&control, &EFFECTS), "≈ ? ? ?");
        let ratio = measured(1.3, 1.29, 1.31);
        let found = vouched(Verdict::Slower, &ratio, &control, Margin::default());
        let expected = Verdict::HeldBack {
            control: None,
            more_blocks: Some(2),
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn the_forecast_is_for_the_interval_of_the_control() {
        let control = measured(1.0, 1.0 / 1.08, 1.08);
        let ratio = measured(1.04, 1.025, 1.055);
        let found = vouched(Verdict::Slower, &ratio, &control, Margin::default());
        let blocks = 12.0 * (1.08_f64.ln() / 1.04_f64.ln()).powi(2) - 12.0;
        let expected = Verdict::HeldBack {
            control: control.intervals.map(|both| both.at_95),
            more_blocks: Some(blocks.ceil() as u32),
        };
        assert_eq!(found, expected);
    }
}

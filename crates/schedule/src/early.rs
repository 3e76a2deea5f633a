//! Which variants stop while others of their workload go on: those that are as precise as was asked for, and
//! those that are an order of magnitude behind the reference.

use results::StopReason;
use verdict::PairedRatio;
use verdict::stopping::Width;

use crate::next::Rules;

/// A variant is an order of magnitude behind where the whole interval of its ratio is above this. No margin of a
/// verdict is near it, so that more rounds would change none.
const BEHIND: f64 = 10.0;

/// How many rounds' worth of caution there is: after so many an interval has to be half as wide as was asked for. Of many
/// looks at few rounds one finds a narrow interval by chance, and a variant that stopped there would keep it. (Chow and
/// Robbins, *Annals of Mathematical Statistics* 36, 1965, widen an interval by 1/n for the same reason.)
const CAUTION: f64 = 10.0;

/// What the rule may know of a variant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// How precisely its ratio is known.
    pub width: Width,
    /// Whether the whole 95 % interval of its ratio is above 10.
    pub is_behind: bool,
}

impl Standing {
    /// What the rule may know of a variant with this ratio to the reference.
    pub fn of(ratio: &PairedRatio) -> Standing {
        let interval = ratio.intervals.map(|intervals| intervals.at_95);
        Standing {
            width: ratio.width(),
            is_behind: interval.is_some_and(|interval| interval.lower > BEHIND),
        }
    }
}

/// A variant, or the reference's second arm, as the rule sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// How its ratio to the reference stands.
    pub standing: Standing,
    /// Whether it has stopped before.
    pub has_stopped: bool,
    /// Whether it is the reference's second arm, with which the others are compared.
    pub is_control: bool,
}

/// Why each variant of a workload stops while others go on; `None` where it runs with them.
pub fn stops(rules: &Rules, pairs: &[Pair]) -> Vec<Option<StopReason>> {
    let others_go_on = pairs.iter().any(|pair| {
        !rules.is_precise(pair.standing.width) && early(rules, pair.standing).is_none()
    });
    pairs
        .iter()
        .map(|pair| {
            let reason = early(rules, pair.standing).filter(|_| !pair.is_control)?;
            // Where all are precise the workload is done, and nobody stops before the others.
            let stops = pair.has_stopped || others_go_on || reason == StopReason::Behind;
            stops.then_some(reason)
        })
        .collect()
}

/// Why a variant stops; `None` where it goes on. The sign of a difference and its p value are no reason: that
/// would make differences out of nothing. Nobody stops with fewer rounds than a verdict needs, nor where a
/// number of rounds was asked for.
fn early(rules: &Rules, standing: Standing) -> Option<StopReason> {
    let precision = rules.precision?;
    if u64::from(standing.width.blocks) < rules.together.min(rules.most) {
        return None;
    }
    if standing.is_behind {
        Some(StopReason::Behind)
    } else if precision.is_reached(with_caution(standing.width)) {
        Some(StopReason::Precise)
    } else {
        None
    }
}

/// The width as it counts for a variant that would stop alone.
fn with_caution(width: Width) -> Width {
    let wider = 1.0 + CAUTION / f64::from(width.blocks);
    Width {
        half_width: width.half_width.map(|half| half * wider),
        ..width
    }
}

#[cfg(test)]
mod tests {
    use verdict::paired_ratio;
    use verdict::stopping::Precision;

    use super::*;

    const RULES: Rules = Rules {
        fewest: 2,
        together: 12,
        most: 30,
        precision: None,
        budget: None,
    };

    fn at(blocks: u32, half_width: f64, is_behind: bool) -> Option<StopReason> {
        let rules = Rules {
            precision: Some(Precision::default()),
            ..RULES
        };
        early(&rules, standing(blocks, half_width, is_behind))
    }

    fn standing(blocks: u32, half_width: f64, is_behind: bool) -> Standing {
        let width = Width {
            blocks,
            half_width: Some(half_width),
        };
        Standing { width, is_behind }
    }

    #[test]
    fn the_precise_and_the_far_behind_stop_once_a_verdict_is_possible() {
        assert_eq!(at(12, 0.0105, false), Some(StopReason::Precise));
        assert_eq!(at(12, 0.0115, false), None, "narrow by chance");
        assert_eq!(at(30, 0.0149, false), Some(StopReason::Precise));
        assert_eq!(at(30, 0.0151, false), None);
        assert_eq!(at(12, 0.5, true), Some(StopReason::Behind));
        assert_eq!((at(11, 0.0, false), at(11, 0.0, true)), (None, None));
    }

    #[test]
    fn one_that_stops_leaves_others_that_go_on_and_never_the_control() {
        let rules = Rules {
            precision: Some(Precision::default()),
            ..RULES
        };
        let pair = |half_width, has_stopped, is_control| Pair {
            standing: standing(12, half_width, false),
            has_stopped,
            is_control,
        };
        let precise = Some(StopReason::Precise);
        let (narrow, wide) = (pair(0.01, false, false), pair(0.05, false, false));
        let control = pair(0.01, false, true);
        assert_eq!(
            stops(&rules, &[control, narrow, wide]),
            [None, precise, None]
        );
        assert_eq!(stops(&rules, &[control, narrow]), [None, None], "all done");
        let wide_control = pair(0.05, false, true);
        assert_eq!(stops(&rules, &[wide_control, narrow]), [None, precise]);
        let stopped = pair(0.01, true, false);
        assert_eq!(stops(&rules, &[control, stopped]), [None, precise]);
    }

    #[test]
    fn a_number_of_rounds_is_a_number_of_rounds() {
        assert_eq!(early(&RULES, standing(12, 0.0, true)), None);
    }

    #[test]
    fn behind_is_the_whole_interval() {
        let is_behind = |times: [f64; 6]| {
            let ratio = paired_ratio(&times, &[1.0; 6]).unwrap();
            Standing::of(&ratio).is_behind
        };
        assert!(is_behind([10.1, 11.0, 12.0, 13.0, 14.0, 50.0]));
        assert!(!is_behind([9.9, 11.0, 12.0, 13.0, 14.0, 50.0]));
        assert!(!is_behind([0.01, 0.02, 0.03, 0.04, 0.05, 0.06]), "ahead");
    }
}

//! The state of the machine during a comparison, in words.

use analysis::DISTURBED_SHARE;
use results::{Disturbance, Drifting, DriftingSeries};
use terminal::counted;

/// A drift, with its direction.
pub(crate) fn drift(drifting: &Drifting) -> String {
    let what = match drifting.what {
        DriftingSeries::Reference => "the reference",
        DriftingSeries::ProcessorControl => "the processor control",
    };
    // Both series are times, so that a positive correlation with the order of the rounds is a
    // slowdown.
    let direction = if drifting.correlation > 0.0 {
        "slower"
    } else {
        "faster"
    };
    format!(
        "drift: {what} became {direction} over {} (ρ = {:.2}, p = {:.1e}); ratios are taken within \
             rounds, medians are not",
        counted(drifting.blocks as u64, "round"),
        drifting.correlation,
        drifting.p_value
    )
}

/// How many runs were disturbed; `None` where it is known that none was.
pub(crate) fn disturbance(disturbance: &Disturbance) -> Option<String> {
    match (
        disturbance.disturbed,
        disturbance.known,
        &disturbance.unavailable,
    ) {
        // A reason is worth a line only where nothing at all is known.
        (0, 0, Some(why)) => Some(format!("noise from other processes: unknown: {why}")),
        (0, ..) => None,
        (disturbed, known, _) => Some(format!(
            "noise: other processes used over {:.0} % of the CPU in {disturbed} of {} (kept)",
            DISTURBED_SHARE * 100.0,
            counted(known as u64, "run")
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drift_says_which_way_it_went() {
        let rising = Drifting {
            what: DriftingSeries::Reference,
            correlation: 1.0,
            p_value: 1e-9,
            blocks: 12,
        };
        assert!(
            drift(&rising)
                .starts_with("drift: the reference became slower over 12 rounds (ρ = 1.00")
        );
    }

    #[test]
    fn what_is_not_known_is_said_once() {
        let mut found = Disturbance {
            disturbed: 0,
            known: 0,
            unavailable: Some("why".to_owned()),
        };
        assert_eq!(
            disturbance(&found).unwrap(),
            "noise from other processes: unknown: why"
        );
        found.known = 9;
        assert_eq!(disturbance(&found), None);
        found.disturbed = 2;
        assert!(disturbance(&found).unwrap().contains("in 2 of 9 runs"));
    }
}

//! The state of the machine during a comparison, in words.

use analysis::Thresholds;
use results::{Disturbance, DisturbedRounds, Drifting, DriftingSeries};
use terminal::counted;

/// A drift, with its direction.
pub fn drift(drifting: &Drifting) -> String {
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
pub fn disturbance(disturbance: &Disturbance) -> Option<String> {
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
            Thresholds::CHOSEN.share * 100.0,
            counted(known as u64, "run")
        )),
    }
}

/// How many rounds were disturbed and what became of them; the variants that bring their disturbance.
pub fn disturbed_rounds(rounds: &DisturbedRounds) -> Vec<String> {
    let mut lines = Vec::new();
    if rounds.disturbed > 0 {
        let fate = if rounds.count {
            ": too many to measure again, so all count"
        } else {
            " and measured again"
        };
        lines.push(format!(
            "noise: {} of {} disturbed by other processes or a slower processor{fate}",
            rounds.disturbed,
            counted(rounds.of as u64, "round") + were(rounds.disturbed)
        ));
    }
    if !rounds.systematic.is_empty() {
        lines.push(format!(
            "noise: other processes are busy again and again while {} runs; such rounds count",
            rounds.systematic.join(", ")
        ));
    }
    lines
}

fn were(count: usize) -> &'static str {
    if count == 1 { " was" } else { " were" }
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
    fn disturbed_rounds_are_told_with_what_became_of_them() {
        let mut rounds = DisturbedRounds {
            disturbed: 3,
            of: 15,
            count: false,
            systematic: Vec::new(),
        };
        assert_eq!(
            disturbed_rounds(&rounds),
            [
                "noise: 3 of 15 rounds were disturbed by other processes or a slower processor and measured again"
            ]
        );
        rounds.count = true;
        assert!(disturbed_rounds(&rounds)[0].ends_with("measure again, so all count"));
        rounds.disturbed = 0;
        rounds.systematic.push("a/b".to_owned());
        assert_eq!(
            disturbed_rounds(&rounds),
            ["noise: other processes are busy again and again while a/b runs; such rounds count"]
        );
    }

    #[test]
    fn what_is_not_known_is_said_once() {
        let mut found = Disturbance {
            disturbed: 0,
            known: 0,
            unavailable: Some("why".to_owned()),
            rounds: None,
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

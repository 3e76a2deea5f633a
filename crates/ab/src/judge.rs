//! The rule of the gate by time. A variant is a regression where its slow-down remains significant after
//! Holm's correction, its whole confidence interval is beyond the limit, the control arm did not move, and
//! a second pass finds the same.

use protocol::ExitCode;
use results::{Failure, Kind, Metric};
use verdict::{Comparison, Judgement, Margin, Verdict};

/// The comparison of one variant's head and base at one workload by one metric, as one pass measured it.
#[derive(Clone, Debug)]
pub(super) struct Measurement {
    pub(super) workload: String,
    pub(super) variant: String,
    pub(super) metric: Metric,
    pub(super) comparison: Result<Comparison, Failure>,
}

/// A variant at a workload with what one of its metrics came to.
#[derive(Clone, Debug)]
pub(super) struct TimedVariant {
    pub(super) workload: String,
    pub(super) variant: String,
    pub(super) metric: Metric,
    pub(super) timing: Result<Timing, Failure>,
}

/// A comparison of times and its judgement.
#[derive(Clone, Debug)]
pub(super) struct Timing {
    pub(super) comparison: Comparison,
    pub(super) judgement: Judgement,
    /// What the second pass came to, where there was one.
    pub(super) second_pass: Option<Box<TimedVariant>>,
}

impl TimedVariant {
    /// Whether one pass by itself finds a regression.
    pub(super) fn is_suspect(&self) -> bool {
        matches!(&self.timing, Ok(timing) if timing.judgement.verdict == Verdict::Slower)
    }

    /// Whether both passes find a regression.
    pub(super) fn is_regression(&self) -> bool {
        let second_pass = self.second_pass();
        self.is_suspect() && second_pass.is_some_and(TimedVariant::is_suspect)
    }

    /// The kind of its failure, where it has no times.
    fn failed(&self) -> Option<Kind> {
        Some(self.timing.as_ref().err()?.kind)
    }

    fn second_pass(&self) -> Option<&TimedVariant> {
        self.timing.as_ref().ok()?.second_pass.as_deref()
    }
}

/// Judges the measurements of one pass, in their order. All of them are one family of hypotheses.
pub(super) fn judge(
    measurements: &[Measurement],
    limit: Margin,
) -> anyhow::Result<Vec<TimedVariant>> {
    let family: Vec<Comparison> = measurements
        .iter()
        .filter_map(|measurement| measurement.comparison.clone().ok())
        .collect();
    // Holm's correction needs the p values of all comparisons at once.
    let mut judgements = verdict::judge(&family, limit)?.into_iter();
    let judged = measurements.iter().map(|measurement| TimedVariant {
        workload: measurement.workload.clone(),
        variant: measurement.variant.clone(),
        metric: measurement.metric,
        timing: match &measurement.comparison {
            Ok(comparison) => judgements
                .next()
                .map(|judgement| Timing {
                    comparison: *comparison,
                    judgement,
                    second_pass: None,
                })
                .ok_or_else(|| Failure::new(Kind::Impossible, "no judgement")),
            Err(failure) => Err(failure.clone()),
        },
    });
    Ok(judged.collect())
}

/// Adds what the second pass came to, to what the first did.
pub(super) fn confirm(first: &mut [TimedVariant], second: Vec<TimedVariant>) {
    for again in second {
        for variant in first.iter_mut().filter(|first| is_again(first, &again)) {
            if let Ok(timing) = &mut variant.timing {
                timing.second_pass = Some(Box::new(again.clone()));
            }
        }
    }
}

/// Whether a row of the second pass is about the same as one of the first; a failure is about all metrics.
fn is_again(first: &TimedVariant, second: &TimedVariant) -> bool {
    first.workload == second.workload
        && first.variant == second.variant
        && (first.metric == second.metric || second.timing.is_err())
}

/// The measurements of a second pass that are about what the first found: a run measures every metric, and
/// those that passed have no part in the second family.
pub(super) fn of_suspects(second: Vec<Measurement>, first: &[TimedVariant]) -> Vec<Measurement> {
    second
        .into_iter()
        .filter(|measurement| measurement.comparison.is_err() || is_suspect(measurement, first))
        .collect()
}

/// Whether the first pass found something at what this measures.
fn is_suspect(measurement: &Measurement, first: &[TimedVariant]) -> bool {
    let mut suspects = first.iter().filter(|variant| variant.is_suspect());
    suspects.any(|suspect| {
        suspect.workload == measurement.workload
            && suspect.variant == measurement.variant
            && suspect.metric == measurement.metric
    })
}

/// The exit code that the variants come to.
pub(super) fn code(variants: &[TimedVariant]) -> ExitCode {
    let kinds: Vec<Kind> = variants.iter().filter_map(TimedVariant::failed).collect();
    // What could be measured once can be measured again, so that any failure of a second pass is a fault.
    let again: Vec<Kind> = variants
        .iter()
        .filter_map(TimedVariant::second_pass)
        .filter_map(TimedVariant::failed)
        .collect();
    let nothing_compared = variants.iter().all(|variant| variant.timing.is_err());
    // A wrong answer comes before a regression: the time of wrong work says nothing. A regression comes
    // before a failure, because it is what the gate was asked about.
    if kinds.contains(&Kind::Differs) || again.contains(&Kind::Differs) {
        ExitCode::Differ
    } else if variants.iter().any(TimedVariant::is_regression) {
        ExitCode::Regression
    } else if kinds.iter().any(|kind| kind.is_fault()) || !again.is_empty() || nothing_compared {
        ExitCode::Failed
    } else {
        ExitCode::Ok
    }
}

#[cfg(test)]
mod tests {
    use verdict::{PairedRatio, paired_ratio};

    use super::*;

    fn ratio(factor: f64) -> PairedRatio {
        let base: Vec<f64> = (0..15)
            .map(|block| 1.0 + f64::from(block % 4) * 0.003)
            .collect();
        let head: Vec<f64> = base.iter().map(|value| value * factor).collect();
        paired_ratio(&head, &base).unwrap()
    }

    fn measurement(workload: &str, head: f64, control: f64) -> Measurement {
        Measurement {
            workload: workload.to_owned(),
            variant: "threads/pool".to_owned(),
            metric: Metric::TimePerTask,
            comparison: Ok(Comparison {
                ratio: ratio(head),
                control: Some(ratio(control)),
            }),
        }
    }

    fn judged(measurements: &[Measurement]) -> Vec<TimedVariant> {
        judge(measurements, Margin::new(0.05).unwrap()).unwrap()
    }

    fn ended(first: &[Measurement], second: &[Measurement]) -> ExitCode {
        let mut variants = judged(first);
        confirm(&mut variants, judged(second));
        code(&variants)
    }

    #[test]
    fn what_two_passes_find_is_a_regression() {
        let slow = [measurement("a", 1.0, 1.0), measurement("b", 1.2, 1.0)];
        assert_eq!(ended(&slow, &slow[1..]), ExitCode::Regression);
        assert_eq!(ended(&slow, &[measurement("b", 1.0, 1.0)]), ExitCode::Ok);
        assert_eq!(ended(&slow, &[]), ExitCode::Ok, "nothing was confirmed");
    }

    #[test]
    fn a_regression_in_cpu_alone_is_one_and_is_confirmed_by_cpu() {
        let by_cpu = |head| Measurement {
            metric: Metric::CpuPerTask,
            ..measurement("a", head, 1.0)
        };
        let first = [measurement("a", 1.0, 1.0), by_cpu(1.2)];
        assert_eq!(ended(&first, &[by_cpu(1.2)]), ExitCode::Regression);
        let other = measurement("a", 1.2, 1.0);
        assert_eq!(ended(&first, std::slice::from_ref(&other)), ExitCode::Ok);
        let kept = of_suspects(vec![other, by_cpu(1.2)], &judged(&first));
        let metrics: Vec<Metric> = kept.iter().map(|one| one.metric).collect();
        assert_eq!(metrics, [Metric::CpuPerTask]);
    }

    #[test]
    fn less_than_the_limit_and_a_moved_control_are_no_regressions() {
        assert!(!judged(&[measurement("a", 1.04, 1.0)])[0].is_suspect());
        assert!(!judged(&[measurement("a", 1.2, 1.06)])[0].is_suspect());
        assert!(!judged(&[measurement("a", 0.8, 1.0)])[0].is_suspect());
        assert!(judged(&[measurement("a", 1.2, 1.01)])[0].is_suspect());
    }

    #[test]
    fn a_wrong_answer_comes_before_a_regression_and_that_before_a_failure() {
        let failed = |kind| Measurement {
            comparison: Err(Failure::new(kind, "x")),
            ..measurement("c", 1.0, 1.0)
        };
        let slow = measurement("b", 1.2, 1.0);
        let code_at = |kind| ended(&[failed(kind), slow.clone()], std::slice::from_ref(&slow));
        assert_eq!(code_at(Kind::Differs), ExitCode::Differ);
        assert_eq!(code_at(Kind::Crashed), ExitCode::Regression);
        assert_eq!(ended(&[failed(Kind::Crashed)], &[]), ExitCode::Failed);
        let equal = measurement("a", 1.0, 1.0);
        let cannot = failed(Kind::Unsupported);
        assert_eq!(ended(&[cannot.clone(), equal], &[]), ExitCode::Ok);
        assert_eq!(ended(&[cannot], &[]), ExitCode::Failed, "nothing compared");
        assert_eq!(ended(&[], &[]), ExitCode::Failed, "nothing compared");
        let only_once = Measurement {
            workload: "b".to_owned(),
            ..failed(Kind::Unsupported)
        };
        let once = [measurement("a", 1.0, 1.0), slow];
        assert_eq!(ended(&once, &[only_once]), ExitCode::Failed);
    }
}

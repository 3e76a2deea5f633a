//! The rule of the gate: a regression is one that Holm leaves standing, beyond the limit with its
//! whole interval, by a clean control, and twice. Pure; measuring is left to `pass`.

use protocol::ExitCode;
use verdict::{Comparison, Judgement, Margin, Verdict, judge};

use super::pass::Sample;
use results::{Failure, Kind};

/// A variant at a workload, judged.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) workload: String,
    pub(super) variant: String,
    pub(super) found: Result<Judged, Failure>,
}

#[derive(Clone, Debug)]
pub(super) struct Judged {
    pub(super) comparison: Comparison,
    pub(super) judgement: Judgement,
    /// Of the pass that was to confirm it.
    pub(super) again: Option<Box<Row>>,
}

impl Row {
    /// Whether a pass by itself found a regression.
    pub(super) fn is_suspect(&self) -> bool {
        matches!(&self.found, Ok(judged) if judged.judgement.verdict == Verdict::Slower)
    }

    /// Whether the second pass agrees.
    pub(super) fn is_regression(&self) -> bool {
        let again = |judged: &Judged| judged.again.as_ref().is_some_and(|row| row.is_suspect());
        self.is_suspect() && self.found.as_ref().is_ok_and(again)
    }
}

/// Judges one pass, all of it one family.
pub(super) fn rows(samples: &[Sample], limit: Margin) -> anyhow::Result<Vec<Row>> {
    let family = samples
        .iter()
        .filter_map(|sample| sample.found.clone().ok());
    let family: Vec<Comparison> = family.collect();
    let mut judgements = judge(&family, limit)?.into_iter();
    let row = |sample: &Sample| Row {
        workload: sample.workload.clone(),
        variant: sample.variant.clone(),
        found: sample.found.clone().and_then(|comparison| {
            let missing = || Failure::new(Kind::Impossible, "no judgement");
            Ok(Judged {
                comparison,
                judgement: judgements.next().ok_or_else(missing)?,
                again: None,
            })
        }),
    };
    Ok(samples.iter().map(row).collect())
}

/// Puts what the second pass found beside what the first did.
pub(super) fn confirm(first: &mut [Row], second: Vec<Row>) {
    for again in second {
        let is_it = |row: &&mut Row| row.workload == again.workload && row.variant == again.variant;
        if let Some(row) = first.iter_mut().find(is_it)
            && let Ok(judged) = &mut row.found
        {
            judged.again = Some(Box::new(again));
        }
    }
}

/// Wrong answers come first, then regressions, then failures.
pub(super) fn code(rows: &[Row]) -> ExitCode {
    let failures = || {
        let second = rows
            .iter()
            .filter_map(|row| row.found.as_ref().ok()?.again.as_deref());
        let all = rows.iter().chain(second);
        all.filter_map(|row| row.found.as_ref().err())
    };
    match () {
        () if failures().any(|failure| failure.kind == Kind::Differs) => ExitCode::Differ,
        () if rows.iter().any(Row::is_regression) => ExitCode::Regression,
        () if failures().any(|failure| failure.kind.is_fault()) => ExitCode::Failed,
        () => ExitCode::Ok,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use verdict::{PairedRatio, paired_ratio};

    fn ratio(factor: f64) -> PairedRatio {
        let base: Vec<f64> = (0..15).map(|at| 1.0 + f64::from(at % 4) * 0.003).collect();
        let head: Vec<f64> = base.iter().map(|value| value * factor).collect();
        paired_ratio(&head, &base).unwrap()
    }

    fn sample(workload: &str, head: f64, control: f64) -> Sample {
        Sample {
            workload: workload.to_owned(),
            variant: "threads/pool".to_owned(),
            found: Ok(Comparison {
                ratio: ratio(head),
                control: Some(ratio(control)),
            }),
        }
    }

    fn judged(samples: &[Sample]) -> Vec<Row> {
        rows(samples, Margin::new(0.05).unwrap()).unwrap()
    }

    fn ended(first: &[Sample], second: &[Sample]) -> ExitCode {
        let mut found = judged(first);
        confirm(&mut found, judged(second));
        code(&found)
    }

    #[test]
    fn what_two_passes_find_is_a_regression() {
        let slow = [sample("a", 1.0, 1.0), sample("b", 1.2, 1.0)];
        assert_eq!(ended(&slow, &slow[1..]), ExitCode::Regression);
        assert_eq!(ended(&slow, &[sample("b", 1.0, 1.0)]), ExitCode::Ok);
        assert_eq!(ended(&slow, &[]), ExitCode::Ok, "nothing was confirmed");
    }

    #[test]
    fn less_than_the_limit_and_a_moved_control_are_no_regressions() {
        assert!(!judged(&[sample("a", 1.04, 1.0)])[0].is_suspect());
        assert!(!judged(&[sample("a", 1.2, 1.06)])[0].is_suspect());
        assert!(!judged(&[sample("a", 0.8, 1.0)])[0].is_suspect());
        assert!(judged(&[sample("a", 1.2, 1.01)])[0].is_suspect());
    }

    #[test]
    fn a_wrong_answer_comes_before_a_regression_and_that_before_a_failure() {
        let failed = |kind| Sample {
            found: Err(Failure::new(kind, "x")),
            ..sample("c", 1.0, 1.0)
        };
        let slow = sample("b", 1.2, 1.0);
        let of = |kind| ended(&[failed(kind), slow.clone()], std::slice::from_ref(&slow));
        assert_eq!(of(Kind::Differs), ExitCode::Differ);
        assert_eq!(of(Kind::Crashed), ExitCode::Regression);
        assert_eq!(ended(&[failed(Kind::Crashed)], &[]), ExitCode::Failed);
        assert_eq!(ended(&[failed(Kind::Unsupported)], &[]), ExitCode::Ok);
    }
}

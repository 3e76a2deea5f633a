//! Notes about verdicts that are open or suppressed, and about the A/A checks that they rest on: each
//! primary metric has a check of its own.

use results::{Metric, Ratio, VariantSummary, VerdictKind, WorkloadSummary};
use terminal::{counted, ratio};
use verdict::{Interval, Margin};

/// How many rounds the open verdicts need, from the fewest to the most.
pub(crate) fn unsettled(summary: &WorkloadSummary) -> Option<String> {
    let needed: Vec<_> = summary
        .variants
        .iter()
        .flat_map(|variant| variant.ratios.values())
        .filter_map(|ratio| ratio.judged.as_ref()?.more_blocks)
        .collect();
    let (least, most) = (*needed.iter().min()?, *needed.iter().max()?);
    let rounds = match counted(most, "more round") {
        rounds if least == most => rounds,
        rounds => format!("{least} to {rounds}"),
    };
    Some(format!("? open verdicts need about {rounds}"))
}

/// What an A/A check came to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// The control moved, and the verdicts on its metric are suppressed.
    Failed,
    /// There are verdicts, and the control is as precise as the margin.
    Passed,
    /// There are verdicts, and the control's interval is wider than the margin.
    TooWide,
    /// There are verdicts, and too few rounds for an interval of the control.
    NoInterval,
    /// There is no verdict that could be suppressed.
    NoVerdict,
}

/// The reference against itself by each metric, and what follows for the verdicts: a line for each outcome.
pub(crate) fn controls(summary: &WorkloadSummary) -> Vec<String> {
    use Outcome::{Failed, NoInterval, NoVerdict, Passed, TooWide};
    [Failed, Passed, TooWide, NoInterval, NoVerdict]
        .into_iter()
        .filter_map(|outcome| with_outcome(summary, outcome))
        .collect()
}

/// The line of the checks with this outcome.
fn with_outcome(summary: &WorkloadSummary, outcome: Outcome) -> Option<String> {
    let controls: Vec<String> = summary
        .controls
        .iter()
        .filter(|(metric, control)| Outcome::of(summary, **metric, control) == outcome)
        .map(|(metric, control)| shown(*metric, control))
        .collect();
    let listed = controls.join(", ");
    (!controls.is_empty()).then(|| {
        let (words, consequence) = outcome.words();
        format!("{words}: {listed} for the reference against itself{consequence}")
    })
}

fn shown(metric: Metric, control: &Ratio) -> String {
    let number = ratio(control.ratio, control.interval);
    format!("{} {number}", metric.short_name())
}

impl Outcome {
    fn of(summary: &WorkloadSummary, metric: Metric, control: &Ratio) -> Self {
        let verdicts: Vec<VerdictKind> = summary
            .variants
            .iter()
            .filter_map(|variant| variant.verdict(metric))
            .collect();
        if verdicts.is_empty() {
            return Self::NoVerdict;
        }
        if verdicts.contains(&VerdictKind::Suppressed) {
            return Self::Failed;
        }
        Self::of_interval(control.interval)
    }

    /// Whether a control of this interval is as precise as the margin.
    fn of_interval(interval: Option<(f64, f64)>) -> Self {
        let Some((lower, upper)) = interval else {
            return Self::NoInterval;
        };
        let half_width = Interval { lower, upper }.relative_half_width();
        if half_width <= Margin::default().relative() {
            Self::Passed
        } else {
            Self::TooWide
        }
    }

    /// What is said of the check, and what follows.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Failed => ("! A/A check failed", ": too noisy to judge"),
            Self::Passed => ("A/A check passed", ""),
            Self::TooWide => (
                "A/A check too wide",
                ": it cannot vouch for differences within that interval",
            ),
            Self::NoInterval => ("A/A check open", ": it cannot vouch for any difference yet"),
            Self::NoVerdict => ("A/A check", ""),
        }
    }
}

/// The variants of which a `?` has the A/A check for its reason, and not their own interval.
pub(crate) fn held_back(summary: &WorkloadSummary) -> Option<String> {
    let names: Vec<String> = summary.variants.iter().filter_map(held_back_by).collect();
    (!names.is_empty()).then(|| {
        format!(
            "? because the A/A check does not exclude a bias of that size: {}",
            names.join(", ")
        )
    })
}

/// A variant with the metrics whose verdicts are held back, such as `threads/spawn (time)`.
fn held_back_by(variant: &VariantSummary) -> Option<String> {
    let metrics: Vec<&str> = variant
        .ratios
        .keys()
        .filter(|metric| variant.verdict(**metric) == Some(VerdictKind::HeldBack))
        .map(|metric| metric.short_name())
        .collect();
    (!metrics.is_empty()).then(|| format!("{} ({})", variant.variant, metrics.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_control_vouches_for_what_its_interval_excludes() {
        let passed = Outcome::of_interval(Some((0.985, 1.015)));
        assert_eq!(passed.words().0, "A/A check passed");
        let too_wide = Outcome::of_interval(Some((0.932, 1.204)));
        assert_eq!(too_wide.words().0, "A/A check too wide");
        assert!(too_wide.words().1.contains("within that interval"));
        let open = Outcome::of_interval(None);
        assert_eq!(open.words().0, "A/A check open");
    }
}

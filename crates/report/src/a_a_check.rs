//! Notes about verdicts that are open or suppressed, and about the A/A checks that they rest on: each
//! primary metric has a check of its own.

use results::{Metric, Ratio, VariantSummary, VerdictKind, WorkloadSummary};
use terminal::{counted, ratio};

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
    /// There are verdicts on its metric.
    Passed,
    /// There is no verdict that could be suppressed.
    Open,
}

/// The reference against itself by each metric, and what follows for the verdicts: a line for each outcome.
pub(crate) fn controls(summary: &WorkloadSummary) -> Vec<String> {
    let outcomes = [Outcome::Failed, Outcome::Passed, Outcome::Open];
    outcomes
        .into_iter()
        .filter_map(|outcome| with_outcome(summary, outcome))
        .collect()
}

/// The line of the checks with this outcome.
fn with_outcome(summary: &WorkloadSummary, outcome: Outcome) -> Option<String> {
    let controls: Vec<String> = summary
        .controls
        .iter()
        .filter(|(metric, _)| Outcome::of(summary, **metric) == outcome)
        .map(|(metric, control)| shown(*metric, control))
        .collect();
    let (words, consequence) = match outcome {
        Outcome::Failed => ("! A/A check failed", ": too noisy to judge"),
        Outcome::Passed => ("A/A check passed", ""),
        Outcome::Open => ("A/A check", ""),
    };
    let listed = controls.join(", ");
    (!controls.is_empty())
        .then(|| format!("{words}: {listed} for the reference against itself{consequence}"))
}

fn shown(metric: Metric, control: &Ratio) -> String {
    let number = ratio(control.ratio, control.interval);
    format!("{} {number}", metric.short_name())
}

impl Outcome {
    fn of(summary: &WorkloadSummary, metric: Metric) -> Outcome {
        let verdicts: Vec<VerdictKind> = summary
            .variants
            .iter()
            .filter_map(|variant| variant.verdict(metric))
            .collect();
        if verdicts.is_empty() {
            Self::Open
        } else if verdicts.contains(&VerdictKind::Suppressed) {
            Self::Failed
        } else {
            Self::Passed
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

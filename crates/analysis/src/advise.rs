//! Which variants to choose at a workload, and what they cost. Everything follows from the stored
//! summary: without a verdict or an interval nothing is concluded, and the reason is kept.

use results::WorkloadSummary;

use crate::advice::{Advice, Choice, Costs, Lead, NoAdvice};
use crate::candidate::{Candidate, MARGIN, candidates, is_ahead, is_tie};

/// Memory is read in one run and has no interval, so that only a large factor is mentioned.
const WORTH_A_WORD: f64 = 1.25;

/// The advice that a summary carries. `measures` tells whether the profile measures times at all.
pub fn advise<'a>(summary: &'a WorkloadSummary, reference: &'a str, measures: bool) -> Advice<'a> {
    if !measures {
        return Advice::Nothing(NoAdvice::CorrectnessOnly);
    }
    let (candidates, starved) = match candidates(summary, reference) {
        Ok(both) => both,
        Err(reason) => return Advice::Nothing(reason),
    };
    if let ([only], 1..) = (candidates.as_slice(), starved) {
        return Advice::OnlyPunctual(only.name);
    }
    let (leaders, behind): (Vec<&Candidate<'a>>, Vec<&Candidate<'a>>) = candidates
        .iter()
        .partition(|one| !candidates.iter().any(|other| is_ahead(other, one)));
    let lead = if leaders.len() == 1 {
        Lead::Single
    } else if is_tie(&leaders) {
        Lead::Tie
    } else {
        Lead::Unresolved
    };
    if lead == Lead::Unresolved && behind.is_empty() {
        return Advice::Nothing(NoAdvice::Inconclusive(summary.compared));
    }
    // A single leader is held against the runner-up, because its price is of interest only beside
    // that of the next best choice.
    let runner_up = behind.first().filter(|_| lead == Lead::Single);
    let priced: Vec<&Candidate<'a>> = leaders.iter().chain(runner_up).copied().collect();
    Advice::Choice(Choice {
        compared: summary.compared,
        lead,
        leaders: leaders.iter().map(|leader| leader.name).collect(),
        behind: behind.iter().map(|other| other.name).collect(),
        starved,
        cpu: cpu(&priced),
        memory: memory(&priced),
    })
}

/// Variants that use more processor time than the thriftiest, by more than the margin.
fn cpu<'a>(candidates: &[&Candidate<'a>]) -> Option<Costs<'a>> {
    let (least, lowest) = candidates
        .iter()
        .filter_map(|one| Some((one.name, one.cpu?)))
        .min_by(|a, b| a.1.ratio.total_cmp(&b.1.ratio))?;
    // The intervals must be apart, as for verdicts. The factor that is shown is that of the estimates.
    costs(
        least,
        candidates
            .iter()
            .filter_map(|one| Some((one.name, one.cpu?)))
            .filter(|(_, bounds)| bounds.lower > lowest.upper * MARGIN)
            .map(|(name, bounds)| (name, bounds.ratio / lowest.ratio)),
    )
}

/// Variants that use more memory than the thriftiest, as far as one run tells.
fn memory<'a>(candidates: &[&Candidate<'a>]) -> Option<Costs<'a>> {
    let (least, lowest) = candidates
        .iter()
        .filter_map(|one| Some((one.name, one.memory?)))
        .min_by_key(|(_, bytes)| *bytes)?;
    costs(
        least,
        candidates
            .iter()
            .filter_map(|one| Some((one.name, one.memory?)))
            .map(|(name, bytes)| (name, bytes as f64 / lowest.max(1) as f64))
            .filter(|(_, factor)| *factor >= WORTH_A_WORD),
    )
}

fn costs<'a>(least: &'a str, dearer: impl Iterator<Item = (&'a str, f64)>) -> Option<Costs<'a>> {
    let mut factors: Vec<(&str, f64)> = dearer.collect();
    factors.sort_by(|a, b| b.1.total_cmp(&a.1));
    (!factors.is_empty()).then_some(Costs { least, factors })
}

#[cfg(test)]
mod tests {
    use results::{Estimate, Judged, Ratio, VariantSummary, VerdictKind};

    use super::*;

    fn other(name: &str, bounds: (f64, f64), verdict: VerdictKind) -> VariantSummary {
        VariantSummary {
            variant: name.to_owned(),
            time_ns: Estimate::of(&[1.0]),
            ratio: Some(Ratio {
                ratio: bounds.0,
                interval: Some(bounds),
                blocks: 12,
                p_value: 0.001,
                judged: Some(Judged {
                    verdict,
                    sign: String::new(),
                    words: String::new(),
                    more_blocks: None,
                    holm_p: 0.001,
                }),
            }),
            ..VariantSummary::default()
        }
    }

    #[test]
    fn the_reference_leads_those_that_are_slower_and_ties_with_those_that_are_equal() {
        let reference = VariantSummary {
            variant: "pool".to_owned(),
            time_ns: Estimate::of(&[1.0]),
            ..VariantSummary::default()
        };
        let equal = other("equal", (0.99, 1.01), VerdictKind::Equivalent);
        let slow = other("slow", (2.0, 2.1), VerdictKind::Slower);
        let summary = WorkloadSummary {
            variants: vec![reference, equal, slow],
            ..WorkloadSummary::default()
        };
        let Advice::Choice(choice) = advise(&summary, "pool", true) else {
            panic!("variants that differ can be ranked");
        };
        assert_eq!(choice.lead, Lead::Tie);
        assert_eq!(choice.leaders, ["pool", "equal"]);
        assert_eq!(choice.behind, ["slow"]);
        assert_eq!((choice.starved, choice.cpu, choice.memory), (0, None, None));
    }

    #[test]
    fn a_name_that_was_not_measured_is_no_reference() {
        let summary = WorkloadSummary::default();
        assert_eq!(
            advise(&summary, "pool", true),
            Advice::Nothing(NoAdvice::ReferenceNotMeasured("pool"))
        );
    }
}

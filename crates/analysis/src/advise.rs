//! Which variants to choose at a workload, and what they cost. Everything follows from the stored
//! summary: without a verdict or an interval nothing is concluded, and the reason is kept.

use results::{MemoryEstimate, Metric, WorkloadSummary};

use crate::advice::{Advice, Choice, Costs, Lead, NoAdvice, Ranking};
use crate::candidate::{Candidate, candidates, is_ahead, is_tie};

/// Memory is read in few runs and has no verdict, so that only a large factor is mentioned.
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
    let leads_with_cpu = summary.headline == Metric::CpuPerTask;
    let paced_by = timed_metric(summary);
    let sooner = paced_by.map(|metric| ranking(&candidates, metric));
    let cheaper = ranking(&candidates, Metric::CpuPerTask);
    let (sooner, cheaper) = match (sooner, cheaper) {
        (Some(Err(_)), Err(reason)) if leads_with_cpu => return Advice::Nothing(reason),
        (None, Err(reason)) | (Some(Err(reason)), Err(_)) => return Advice::Nothing(reason),
        (sooner, cheaper) => (sooner.and_then(Result::ok), cheaper.ok()),
    };
    let (first, second) = if leads_with_cpu {
        (&cheaper, &sooner)
    } else {
        (&sooner, &cheaper)
    };
    let leaders = priced(&candidates, first.as_ref().or(second.as_ref()));
    Advice::Choice(Choice {
        headline: summary.headline,
        cpu: cheaper.as_ref().and_then(|_| cpu(&leaders)),
        memory: memory(&leaders),
        is_timed: paced_by.is_some(),
        sooner,
        cheaper,
        starved,
    })
}

/// The metric by which one variant can be done sooner than another; `None` where arrivals set the time.
fn timed_metric(summary: &WorkloadSummary) -> Option<Metric> {
    let mut metrics = summary.metrics().into_iter();
    metrics.find(|metric| *metric != Metric::CpuPerTask)
}

/// The candidates by one metric, or why they cannot be ranked by it.
fn ranking<'a>(candidates: &[Candidate<'a>], by: Metric) -> Result<Ranking<'a>, NoAdvice<'a>> {
    if candidates.iter().any(|one| one.is_suppressed(by)) {
        return Err(NoAdvice::TooNoisy);
    }
    if !candidates.iter().all(|one| one.is_judged(by)) {
        return Err(NoAdvice::TooFewBlocks);
    }
    let (leaders, behind): (Vec<&Candidate<'a>>, Vec<&Candidate<'a>>) = candidates
        .iter()
        .partition(|one| !candidates.iter().any(|other| is_ahead(other, one, by)));
    let lead = if leaders.len() == 1 {
        Lead::Single
    } else if is_tie(&leaders, by) {
        Lead::Tie
    } else {
        Lead::Unresolved
    };
    if lead == Lead::Unresolved && behind.is_empty() {
        return Err(NoAdvice::Inconclusive(by));
    }
    Ok(Ranking {
        metric: by,
        lead,
        leaders: leaders.iter().map(|leader| leader.name).collect(),
        behind: behind.iter().map(|other| other.name).collect(),
    })
}

/// The candidates whose price is told: the leaders. A single leader is held against the runner-up, because
/// its price is of interest only beside that of the next best choice.
fn priced<'c, 'a>(
    candidates: &'c [Candidate<'a>],
    ranking: Option<&Ranking<'a>>,
) -> Vec<&'c Candidate<'a>> {
    let Some(ranking) = ranking else {
        return Vec::new();
    };
    let runner_up = ranking
        .behind
        .first()
        .filter(|_| ranking.lead == Lead::Single);
    let names: Vec<&&str> = ranking.leaders.iter().chain(runner_up).collect();
    let mut priced: Vec<&Candidate<'a>> = candidates
        .iter()
        .filter(|one| names.contains(&&one.name))
        .collect();
    priced.sort_by_key(|one| names.iter().position(|name| **name == one.name));
    priced
}

/// Variants that use more processor time than the thriftiest, by verdicts. The factor that is shown is that
/// of the estimates.
fn cpu<'a>(candidates: &[&Candidate<'a>]) -> Option<Costs<'a>> {
    const CPU: Metric = Metric::CpuPerTask;
    let (least, lowest) = candidates
        .iter()
        .filter_map(|one| Some((*one, one.ratio(CPU)?)))
        .min_by(|a, b| a.1.total_cmp(&b.1))?;
    costs(
        least.name,
        candidates
            .iter()
            .filter(|one| is_ahead(least, one, CPU))
            .filter_map(|one| Some((one.name, one.ratio(CPU)? / lowest))),
    )
}

/// Variants that use more memory than the thriftiest in every run, by a factor of the medians.
fn memory<'a>(candidates: &[&Candidate<'a>]) -> Option<Costs<'a>> {
    let (least, lowest) = candidates
        .iter()
        .filter_map(|one| Some((one.name, one.memory?)))
        .min_by_key(|(_, memory)| memory.bytes)?;
    costs(
        least,
        candidates
            .iter()
            .filter_map(|one| Some((one.name, one.memory?)))
            .filter(|(_, memory)| is_apart(&lowest, memory))
            .map(|(name, memory)| (name, memory.bytes as f64 / lowest.bytes.max(1) as f64))
            .filter(|(_, factor)| *factor >= WORTH_A_WORD),
    )
}

/// Whether the first took less in every run than the second in any.
fn is_apart(less: &MemoryEstimate, more: &MemoryEstimate) -> bool {
    let most = less.range.map_or(less.bytes, |(_, most)| most);
    let least = more.range.map_or(more.bytes, |(least, _)| least);
    most < least
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

    fn judged(bounds: (f64, f64), verdict: VerdictKind) -> Ratio {
        Ratio {
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
            hosts: None,
        }
    }

    fn other(name: &str, bounds: (f64, f64), verdict: VerdictKind) -> VariantSummary {
        VariantSummary {
            variant: name.to_owned(),
            time_ns: Estimate::of(&[1.0]),
            ratios: [(Metric::TimePerTask, judged(bounds, verdict))].into(),
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
        let sooner = choice.sooner.unwrap();
        assert_eq!(sooner.lead, Lead::Tie);
        assert_eq!(sooner.leaders, ["pool", "equal"]);
        assert_eq!(sooner.behind, ["slow"]);
        assert_eq!((choice.starved, choice.cpu, choice.memory), (0, None, None));
        assert_eq!(choice.cheaper, None, "no verdict is about CPU");
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

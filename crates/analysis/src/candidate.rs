//! The variants of a workload that advice can choose from, and which of two is ahead.

use std::collections::BTreeMap;

use results::{
    MemoryEstimate, MemorySummary, Metric, Ratio, VariantSummary, VerdictKind, WorkloadSummary,
};

use crate::advice::NoAdvice;
use crate::punctuality::{is_generator_late, keeps_up};

/// Two intervals must be this factor apart before one variant is ahead of another; variants that are
/// closer tie. It is the margin of the verdicts, so that advice and verdicts never disagree.
const MARGIN: f64 = 1.02;
/// Every metric: the reference stands to itself alike by all of them.
const ALL: [Metric; 3] = [
    Metric::TimePerTask,
    Metric::MedianLatency,
    Metric::CpuPerTask,
];

/// A variant that has the figures to be chosen by.
#[derive(Clone, Debug)]
pub(crate) struct Candidate<'a> {
    pub(crate) name: &'a str,
    /// How it stands to the reference by each metric that has an interval and a verdict.
    standings: BTreeMap<Metric, Standing>,
    pub(crate) memory: Option<MemoryEstimate>,
}

/// How a candidate stands to the reference.
#[derive(Clone, Copy, Debug)]
enum Standing {
    /// It is the reference.
    Reference,
    /// It was compared with the reference.
    Judged(VerdictKind, Bounds),
}

/// A ratio to the reference, and its 95 % interval.
#[derive(Clone, Copy, Debug)]
struct Bounds {
    ratio: f64,
    lower: f64,
    upper: f64,
}

/// The candidates, and how many variants are none because they did not keep up with the arrivals.
pub(crate) fn candidates<'a>(
    summary: &'a WorkloadSummary,
    reference: &'a str,
) -> Result<(Vec<Candidate<'a>>, usize), NoAdvice<'a>> {
    let usable: Vec<&VariantSummary> = summary
        .variants
        .iter()
        .filter(|variant| variant.time_ns.is_some() && variant.failed.is_none())
        .collect();
    if usable.iter().any(|variant| had_late_generator(variant)) {
        return Err(NoAdvice::GeneratorLate);
    }
    // The little that an overloaded variant does costs little, so that it would win by CPU per task.
    let (punctual, starved): (Vec<&VariantSummary>, Vec<&VariantSummary>) =
        usable.iter().partition(|variant| kept_up(variant));
    if punctual.is_empty() && !starved.is_empty() {
        return Err(NoAdvice::NobodyKeptUp {
            most_per_second: most_per_second(&starved),
        });
    }
    if !usable.iter().any(|variant| variant.variant == reference) {
        return Err(NoAdvice::ReferenceNotMeasured(reference));
    }
    let candidates: Vec<Candidate<'a>> = punctual
        .into_iter()
        .map(|variant| candidate(variant, reference))
        .collect();
    if candidates.len() + starved.len() < 2 {
        return Err(NoAdvice::NothingToChoose);
    }
    Ok((candidates, starved.len()))
}

/// Whether a variant kept up with the arrivals; in a closed loop there are none to keep up with.
fn kept_up(variant: &VariantSummary) -> bool {
    variant.punctuality.as_ref().is_none_or(keeps_up)
}

/// Whether the generator of this variant's runs was late.
pub(crate) fn had_late_generator(variant: &VariantSummary) -> bool {
    variant.punctuality.as_ref().is_some_and(is_generator_late)
}

/// The highest throughput of these variants, in whole tasks per second.
fn most_per_second(variants: &[&VariantSummary]) -> Option<u64> {
    let medians = variants
        .iter()
        .filter_map(|variant| Some(variant.tasks_per_second?.median));
    medians.reduce(f64::max).map(|most| most as u64)
}

fn candidate<'a>(variant: &'a VariantSummary, reference: &str) -> Candidate<'a> {
    let standings = if variant.variant == reference {
        ALL.map(|metric| (metric, Standing::Reference)).into()
    } else {
        variant
            .ratios
            .iter()
            .filter_map(|(metric, ratio)| Some((*metric, judged(ratio)?)))
            .collect()
    };
    Candidate {
        name: &variant.variant,
        standings,
        memory: variant
            .memory
            .as_ref()
            .and_then(MemorySummary::known)
            .copied(),
    }
}

/// `None` without an interval or a verdict.
fn judged(ratio: &Ratio) -> Option<Standing> {
    let (lower, upper) = ratio.interval?;
    let bounds = Bounds {
        ratio: ratio.ratio,
        lower,
        upper,
    };
    Some(Standing::Judged(ratio.judged.as_ref()?.verdict, bounds))
}

impl Candidate<'_> {
    /// Whether it has an interval and a verdict by this metric, or is the reference.
    pub(crate) fn is_judged(&self, by: Metric) -> bool {
        self.standings.contains_key(&by)
    }

    /// Whether its verdict by this metric was suppressed, which is then so for all candidates: they share one
    /// control.
    pub(crate) fn is_suppressed(&self, by: Metric) -> bool {
        matches!(
            self.standings.get(&by),
            Some(Standing::Judged(VerdictKind::Suppressed, _))
        )
    }

    /// The ratio to the reference; `None` where it is not judged.
    pub(crate) fn ratio(&self, by: Metric) -> Option<f64> {
        match self.standings.get(&by)? {
            Standing::Reference => Some(1.0),
            Standing::Judged(_, bounds) => Some(bounds.ratio),
        }
    }
}

/// Whether one candidate certainly needs less of this metric than another.
pub(crate) fn is_ahead(one: &Candidate<'_>, other: &Candidate<'_>, by: Metric) -> bool {
    match (one.standings.get(&by), other.standings.get(&by)) {
        (Some(Standing::Reference), Some(Standing::Judged(verdict, _))) => {
            *verdict == VerdictKind::Slower
        }
        (Some(Standing::Judged(verdict, _)), Some(Standing::Reference)) => {
            *verdict == VerdictKind::Faster
        }
        // Two variants were never compared with each other, only each with the reference. Their
        // intervals must be apart, and one of the two must differ from the reference by a verdict:
        // verdicts are corrected for the number of comparisons, and intervals are not.
        (Some(Standing::Judged(mine, own)), Some(Standing::Judged(its, others))) => {
            (is_decided(*mine) || is_decided(*its)) && own.upper * MARGIN < others.lower
        }
        _ => false,
    }
}

fn is_decided(verdict: VerdictKind) -> bool {
    matches!(verdict, VerdictKind::Faster | VerdictKind::Slower)
}

/// Whether no two of the candidates can differ by more than the margin.
pub(crate) fn is_tie(candidates: &[&Candidate<'_>], by: Metric) -> bool {
    candidates.iter().enumerate().all(|(index, one)| {
        candidates[index + 1..]
            .iter()
            .all(|other| is_equal(one, other, by))
    })
}

fn is_equal(one: &Candidate<'_>, other: &Candidate<'_>, by: Metric) -> bool {
    match (one.standings.get(&by), other.standings.get(&by)) {
        (Some(Standing::Reference), Some(Standing::Judged(verdict, _)))
        | (Some(Standing::Judged(verdict, _)), Some(Standing::Reference)) => {
            *verdict == VerdictKind::Equivalent
        }
        (Some(Standing::Judged(_, own)), Some(Standing::Judged(_, others))) => {
            own.upper / others.lower <= MARGIN && others.upper / own.lower <= MARGIN
        }
        _ => false,
    }
}

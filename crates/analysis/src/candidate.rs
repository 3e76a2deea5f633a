//! The variants of a workload that advice can choose from, and which of two is ahead.

use results::{Memory, Ratio, VariantSummary, VerdictKind, WorkloadSummary};

use crate::advice::NoAdvice;
use crate::punctuality::{is_generator_late, keeps_up};

/// Two intervals must be this factor apart before one variant is ahead of another; variants that are
/// closer tie. It is the margin of the verdicts, so that advice and verdicts never disagree.
pub(crate) const MARGIN: f64 = 1.02;

/// A variant that has the figures to be chosen by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate<'a> {
    pub(crate) name: &'a str,
    standing: Standing,
    /// Ratio of the compared figure.
    time: Bounds,
    /// Ratio of CPU time per task.
    pub(crate) cpu: Option<Bounds>,
    /// Bytes.
    pub(crate) memory: Option<u64>,
}

/// How a candidate stands to the reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// It is the reference.
    Reference,
    /// It was compared with the reference.
    Judged(VerdictKind),
}

/// A ratio to the reference, and its 95 % interval.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub(crate) ratio: f64,
    pub(crate) lower: f64,
    pub(crate) upper: f64,
}

/// The ratio of the reference to itself.
const ONE: Bounds = Bounds {
    ratio: 1.0,
    lower: 1.0,
    upper: 1.0,
};

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
    // All verdicts of a workload share one control, so that one suppressed verdict speaks for all.
    if usable
        .iter()
        .any(|variant| verdict_of(variant) == Some(VerdictKind::Suppressed))
    {
        return Err(NoAdvice::TooNoisy);
    }
    let candidates: Vec<Candidate<'a>> = punctual
        .into_iter()
        .map(|variant| candidate(variant, reference))
        .collect::<Option<_>>()
        .ok_or(NoAdvice::TooFewBlocks)?;
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

/// `None` where the variant has no interval or no verdict.
fn candidate<'a>(variant: &'a VariantSummary, reference: &str) -> Option<Candidate<'a>> {
    let memory = match variant.memory {
        Some(Memory::Bytes(bytes)) => Some(bytes),
        _ => None,
    };
    if variant.variant == reference {
        return Some(Candidate {
            name: &variant.variant,
            standing: Standing::Reference,
            time: ONE,
            cpu: Some(ONE),
            memory,
        });
    }
    Some(Candidate {
        name: &variant.variant,
        standing: Standing::Judged(verdict_of(variant)?),
        time: variant.ratio.as_ref().and_then(bounds)?,
        cpu: variant.cpu_ratio.as_ref().and_then(bounds),
        memory,
    })
}

fn bounds(ratio: &Ratio) -> Option<Bounds> {
    let (lower, upper) = ratio.interval?;
    Some(Bounds {
        ratio: ratio.ratio,
        lower,
        upper,
    })
}

fn verdict_of(variant: &VariantSummary) -> Option<VerdictKind> {
    let judged = variant.ratio.as_ref()?.judged.as_ref()?;
    Some(judged.verdict)
}

/// Whether one candidate is certainly faster than another.
pub(crate) fn is_ahead(one: &Candidate<'_>, other: &Candidate<'_>) -> bool {
    match (one.standing, other.standing) {
        (Standing::Reference, Standing::Reference) => false,
        (Standing::Reference, Standing::Judged(verdict)) => verdict == VerdictKind::Slower,
        (Standing::Judged(verdict), Standing::Reference) => verdict == VerdictKind::Faster,
        // Two variants were never compared with each other, only each with the reference. Their
        // intervals must be apart, and one of the two must differ from the reference by a verdict:
        // verdicts are corrected for the number of comparisons, and intervals are not.
        (Standing::Judged(mine), Standing::Judged(its)) => {
            (is_decided(mine) || is_decided(its)) && one.time.upper * MARGIN < other.time.lower
        }
    }
}

fn is_decided(verdict: VerdictKind) -> bool {
    matches!(verdict, VerdictKind::Faster | VerdictKind::Slower)
}

/// Whether no two of the candidates can differ by more than the margin.
pub(crate) fn is_tie(candidates: &[&Candidate<'_>]) -> bool {
    candidates.iter().enumerate().all(|(index, one)| {
        candidates[index + 1..]
            .iter()
            .all(|other| is_equal(one, other))
    })
}

fn is_equal(one: &Candidate<'_>, other: &Candidate<'_>) -> bool {
    match (one.standing, other.standing) {
        (Standing::Reference, Standing::Reference) => false,
        (Standing::Reference, Standing::Judged(verdict))
        | (Standing::Judged(verdict), Standing::Reference) => verdict == VerdictKind::Equivalent,
        (Standing::Judged(_), Standing::Judged(_)) => {
            one.time.upper / other.time.lower <= MARGIN
                && other.time.upper / one.time.lower <= MARGIN
        }
    }
}

//! The verdicts of a report: all its comparisons, by every primary metric, are one family.

use results::{Judged, Metric, OverHosts, Ratio, VariantSummary, WorkloadSummary};
use verdict::{Comparison, Judgement, Margin, StatisticsError, judge};

use crate::candidate::had_late_generator;
use crate::hosts::judged_over_hosts;
use crate::ratios::{Unjudged, WorkloadRatios};

/// The verdicts on all ratios of a report, which are one family. They are in the order of the workloads, of
/// their variants and of the metrics.
///
/// # Errors
/// A ratio whose p value is none.
pub fn judge_report<'a>(
    workloads: impl IntoIterator<Item = &'a WorkloadRatios>,
) -> Result<Vec<Judgement>, StatisticsError> {
    let family: Vec<Comparison> = workloads
        .into_iter()
        .flat_map(WorkloadRatios::comparisons)
        .collect();
    judge(&family, Margin::default())
}

impl WorkloadRatios {
    /// Every ratio with the control of its own metric.
    fn comparisons(&self) -> impl Iterator<Item = Comparison> + '_ {
        self.variants
            .iter()
            .flatten()
            .map(|(metric, ratio)| Comparison {
                ratio: *ratio,
                control: self.controls.get(metric).copied(),
            })
    }
}

/// The summaries with their verdicts, in the order given.
pub(crate) fn judged(workloads: Vec<Unjudged>) -> Vec<WorkloadSummary> {
    // Holm's correction is over the whole report, because a reader looks at all of it for what stands
    // out. Verdicts therefore come after all ratios, and are handed out in the same order.
    let verdicts: Vec<(Judged, Option<OverHosts>)> = if has_hosts(&workloads) {
        let all = judged_over_hosts(&workloads).into_iter();
        all.map(|(judged, hosts)| (judged, Some(hosts))).collect()
    } else {
        let judgements = judge_report(workloads.iter().map(|workload| &workload.ratios));
        let all = judgements.unwrap_or_default().into_iter();
        all.map(|judgement| (judgement.into(), None)).collect()
    };
    let mut left = verdicts.into_iter();
    workloads
        .into_iter()
        .map(|workload| workload.judged(&mut left))
        .collect()
}

fn has_hosts(workloads: &[Unjudged]) -> bool {
    workloads.iter().any(|workload| !workload.hosts.is_empty())
}

impl Unjudged {
    /// Takes as many verdicts as there are ratios.
    fn judged(
        mut self,
        verdicts: &mut impl Iterator<Item = (Judged, Option<OverHosts>)>,
    ) -> WorkloadSummary {
        let is_reference_late = self
            .summary
            .variants
            .iter()
            .zip(&self.ratios.variants)
            .filter(|(_, ratios)| ratios.is_empty())
            .any(|(variant, _)| had_late_generator(variant));
        for (variant, ratios) in self.summary.variants.iter_mut().zip(self.ratios.variants) {
            for (metric, ratio) in ratios {
                // A late generator asked for less than the rate, so that nothing is judged by it. The
                // comparison stays in the family, which may not depend on outcomes.
                let is_late = is_reference_late || had_late_generator(variant);
                let (verdict, hosts) = verdicts.next().unzip();
                let judged = Ratio {
                    judged: verdict.filter(|_| !is_late),
                    hosts: hosts
                        .flatten()
                        .map(|hosts| if is_late { unsigned(hosts) } else { hosts }),
                    ..ratio.into()
                };
                variant.ratios.insert(metric, judged);
            }
        }
        let headline = self.summary.headline;
        self.summary
            .variants
            .sort_by(|a, b| rank(a, headline).total_cmp(&rank(b, headline)));
        self.summary
    }
}

/// The same without verdicts.
fn unsigned(mut hosts: OverHosts) -> OverHosts {
    for host in &mut hosts.hosts {
        host.judged = None;
    }
    if let Some(alike) = &mut hosts.alike {
        alike.judged = None;
    }
    hosts
}

/// The place of a variant in its table, lowest first.
fn rank(summary: &VariantSummary, headline: Metric) -> f64 {
    let ratio = summary
        .ratio(headline)
        .or_else(|| summary.ratios.values().next());
    match (ratio, summary.time_ns) {
        (Some(ratio), _) => ratio.ratio,
        // Variants that failed after some runs have times, which do not count: they stand behind all
        // ratios, in the order of those times.
        (None, Some(time)) if summary.failed.is_some() => 1e9 + time.median,
        // The reference has a time and no ratio.
        (None, Some(_)) => 0.0,
        (None, None) => f64::INFINITY,
    }
}

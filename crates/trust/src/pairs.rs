//! Verdicts from the figures of arms: ratios to the first arm by each metric, judged as one family by the
//! function that judges the report of a comparison.

use analysis::{PairedRatios, WorkloadRatios, judge_report};
use results::Metric;
use verdict::{Judgement, PairedRatio, StatisticsError, paired_ratio};

use crate::metrics::{ByMetric, METRICS};

/// The figures of one arm, one for each round; `None` of a round in which it did not run.
pub(crate) type Series = Vec<Option<ByMetric<f64>>>;

/// One variant against the reference by one metric, as `compare` would report it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paired {
    pub(crate) ratio: PairedRatio,
    pub(crate) judgement: Judgement,
}

/// The ratios of all arms to the first one, by these metrics. Where there is a control it is the last arm.
///
/// # Errors
/// Arms that were never in one round together.
pub(crate) fn ratios(
    arms: &[Series],
    has_control: bool,
    metrics: &[Metric],
) -> Result<WorkloadRatios, StatisticsError> {
    let mut variants = Vec::with_capacity(arms.len());
    for arm in &arms[1..] {
        variants.push(against(arm, &arms[0], metrics)?);
    }
    let control = if has_control { variants.pop() } else { None };
    Ok(WorkloadRatios {
        controls: control.unwrap_or_default(),
        variants,
    })
}

fn against(
    variant: &Series,
    reference: &Series,
    metrics: &[Metric],
) -> Result<PairedRatios, StatisticsError> {
    metrics
        .iter()
        .map(|metric| Ok((*metric, ratio(variant, reference, *metric)?)))
        .collect()
}

/// The ratio over the rounds in which both ran.
fn ratio(
    variant: &Series,
    reference: &Series,
    metric: Metric,
) -> Result<PairedRatio, StatisticsError> {
    let (mine, its): (Vec<f64>, Vec<f64>) = variant
        .iter()
        .zip(reference)
        .filter_map(|(mine, its)| Some((mine.as_ref()?.of(metric), its.as_ref()?.of(metric))))
        .unzip();
    paired_ratio(&mine, &its)
}

/// The verdicts on all variants of a report, whose ratios are by both metrics.
///
/// # Errors
/// Statistics that cannot be computed.
pub(crate) fn judged(
    workloads: &[WorkloadRatios],
) -> Result<Vec<ByMetric<Paired>>, StatisticsError> {
    let judgements = judge_report(workloads)?;
    let variants = workloads.iter().flat_map(|workload| &workload.variants);
    Ok(variants
        .zip(judgements.chunks_exact(METRICS.len()))
        .map(|(ratios, judgements)| {
            let [time, cpu] = [0, 1].map(|place| Paired {
                ratio: ratios[&METRICS[place]],
                judgement: judgements[place],
            });
            ByMetric { time, cpu }
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An arm that takes so many times as long and costs so many times as much, in 12 rounds.
    fn arm(time: f64, cpu: f64) -> Series {
        let rounds = 0..12;
        let figures = rounds.map(|round| {
            let noise = 1.0 + 0.001 * f64::from((round * 7) % 5);
            Some(ByMetric {
                time: 2.0 * time * noise,
                cpu: cpu * noise,
            })
        });
        figures.collect()
    }

    #[test]
    fn each_metric_has_its_ratio_its_control_and_its_verdict() {
        let mut late = arm(1.0, 1.0);
        late[3] = None;
        let first = [arm(1.0, 1.0), arm(1.2, 0.7), late, arm(1.0, 1.1)];
        let second = [arm(1.0, 1.0), arm(0.8, 1.0), arm(1.0, 1.0)];
        let workloads = [first.as_slice(), &second].map(|arms| ratios(arms, true, &METRICS));
        let workloads = workloads.map(Result::unwrap);
        assert_eq!(workloads[0].variants[1][&Metric::TimePerTask].blocks, 11);
        let verdicts: Vec<[&str; 2]> = judged(&workloads)
            .unwrap()
            .iter()
            .map(|variant| variant.both().map(|paired| paired.judgement.verdict.name()))
            .collect();
        let expected = [
            ["slower", "suppressed"],
            ["equivalent", "suppressed"],
            ["faster", "equivalent"],
        ];
        assert_eq!(verdicts, expected);
    }

    #[test]
    fn without_a_control_the_last_arm_is_a_variant() {
        let found = ratios(&[arm(1.0, 1.0), arm(1.1, 1.1)], false, &METRICS).unwrap();
        assert_eq!((found.variants.len(), found.controls.len()), (1, 0));
        let judged = judged(&[found]).unwrap();
        assert_eq!(judged[0].cpu.judgement.verdict.name(), "slower");
    }
}

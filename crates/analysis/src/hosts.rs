//! The ratios of a comparison that several hosts measured: each host's own, and all verdicts on them.

use std::collections::{BTreeMap, BTreeSet};

use results::{Judged, LikeThese, Merged, Metric, OnHost, OverHosts, Ratio};
use verdict::hosts::{
    HostRatio, HostsComparison, HostsJudgement, host_ratio, judge_hosts, these_hosts,
};
use verdict::{Comparison, Judgement, Margin, PairedRatio, judge};

use crate::ratios::{HostRatios, PairedRatios, Unjudged};
use crate::samples::Series;

/// The reference of one workload, to which ratios are computed on each host.
pub(crate) struct OnHosts<'a> {
    merged: &'a Merged,
    reference: &'a Series<'a>,
    metrics: &'a [Metric],
    /// How many hosts measured the workload.
    hosts: usize,
    controls: HostRatios,
}

impl<'a> OnHosts<'a> {
    /// Ratios to this reference, whose second arm is the control.
    pub(crate) fn new(
        merged: &'a Merged,
        reference: &'a Series<'a>,
        again: &Series<'_>,
        metrics: &'a [Metric],
    ) -> OnHosts<'a> {
        let blocks = reference.runs.iter().map(|(block, ..)| *block);
        let hosts: BTreeSet<usize> = blocks.filter_map(|block| merged.host_of(block)).collect();
        let mut on_hosts = OnHosts {
            merged,
            reference,
            metrics,
            hosts: hosts.len(),
            controls: HostRatios::new(),
        };
        on_hosts.controls = on_hosts.ratios(again);
        on_hosts
    }

    /// The ratios of a variant on each host.
    pub(crate) fn ratios(&self, variant: &Series<'_>) -> HostRatios {
        let all = self.metrics.iter().map(|metric| {
            let hosts = self.split(variant, *metric).into_iter();
            let ratios = hosts.filter_map(|(host, (mine, its))| {
                let ratio = host_ratio(&mine, &its, self.hosts).ok()?;
                let control = self.control(*metric, host);
                Some((host, HostRatio { control, ..ratio }))
            });
            (*metric, ratios.collect::<BTreeMap<_, _>>())
        });
        all.filter(|(_, ratios)| !ratios.is_empty()).collect()
    }

    /// The ratios of the reference to itself on each host.
    pub(crate) fn controls(&self) -> &HostRatios {
        &self.controls
    }

    fn control(&self, metric: Metric, host: usize) -> Option<PairedRatio> {
        Some(self.controls.get(&metric)?.get(&host)?.ratio)
    }

    /// The figures of a variant and of the reference in the blocks of each host.
    fn split(&self, variant: &Series<'_>, metric: Metric) -> BTreeMap<usize, (Vec<f64>, Vec<f64>)> {
        let mut by_host: BTreeMap<usize, (Vec<f64>, Vec<f64>)> = BTreeMap::new();
        for (block, mine, its) in variant.pairs(self.reference, metric) {
            if let Some(host) = self.merged.host_of(block) {
                let (variant, reference) = by_host.entry(host).or_default();
                variant.push(mine);
                reference.push(its);
            }
        }
        by_host
    }
}

/// The ratio of each metric over these hosts.
pub(crate) fn over_these(ratios: &HostRatios) -> PairedRatios {
    let all = ratios
        .iter()
        .filter_map(|(metric, hosts)| Some((*metric, these_hosts(&plain(hosts))?)));
    all.collect()
}

fn plain(hosts: &BTreeMap<usize, HostRatio>) -> Vec<PairedRatio> {
    hosts.values().map(|host| host.ratio).collect()
}

/// The A/A check of each metric over these hosts, with that of each host.
pub(crate) fn controls_over(ratios: &HostRatios) -> BTreeMap<Metric, Ratio> {
    let merged = over_these(ratios).into_iter();
    let all = merged.map(|(metric, ratio)| {
        let hosts = ratios[&metric]
            .iter()
            .map(|(host, its)| on_host(*host, &its.ratio, None));
        let over = OverHosts {
            hosts: hosts.collect(),
            alike: None,
            i_squared: None,
            tau: None,
        };
        let shown = Ratio {
            hosts: Some(over),
            ..ratio.into()
        };
        (metric, shown)
    });
    all.collect()
}

/// Every verdict of a report over several hosts with what each host says, in the order of the workloads, of
/// their variants and of the metrics. Empty where a statistic cannot be computed.
pub(crate) fn judged_over_hosts(workloads: &[Unjudged]) -> Vec<(Judged, OverHosts)> {
    let compared: Vec<&BTreeMap<usize, HostRatio>> = workloads
        .iter()
        .flat_map(|workload| &workload.hosts)
        .flat_map(BTreeMap::values)
        .collect();
    let family: Vec<HostsComparison> = compared
        .iter()
        .map(|hosts| HostsComparison {
            hosts: hosts.values().copied().collect(),
        })
        .collect();
    let judged = judge_hosts(&family, Margin::default()).unwrap_or_default();
    let mut own = own_verdicts(&compared);
    let pairs = judged.into_iter().zip(&compared);
    pairs
        .map(|(judgement, hosts)| {
            let over = over_hosts(&judgement, hosts, &mut own);
            (judgement.judgement.into(), over)
        })
        .collect()
}

/// The verdicts of each host that are not yet part of a row, in the order of its comparisons.
type OwnVerdicts = BTreeMap<usize, std::vec::IntoIter<Judgement>>;

/// The verdicts of each host by its comparisons alone, as if there were no other host.
fn own_verdicts(compared: &[&BTreeMap<usize, HostRatio>]) -> OwnVerdicts {
    let mut families: BTreeMap<usize, Vec<Comparison>> = BTreeMap::new();
    for (host, its) in compared.iter().flat_map(|hosts| hosts.iter()) {
        families.entry(*host).or_default().push(Comparison {
            ratio: its.ratio,
            control: its.control,
        });
    }
    let judged = families.into_iter().map(|(host, family)| {
        let verdicts = judge(&family, Margin::default()).unwrap_or_default();
        (host, verdicts.into_iter())
    });
    judged.collect()
}

fn over_hosts(
    judgement: &HostsJudgement,
    hosts: &BTreeMap<usize, HostRatio>,
    own: &mut OwnVerdicts,
) -> OverHosts {
    let rows = hosts.iter().map(|(host, its)| {
        let verdict = own.get_mut(host).and_then(Iterator::next);
        on_host(*host, &its.ratio, verdict)
    });
    OverHosts {
        hosts: rows.collect(),
        alike: judgement.alike.map(|alike| LikeThese {
            ratio: alike.ratio.ratio,
            interval: bounds(&alike.ratio),
            // A forecast would be in blocks, and only hosts would help.
            judged: alike.judgement.map(|judgement| Judged {
                more_blocks: None,
                ..judgement.into()
            }),
        }),
        i_squared: judgement.heterogeneity.map(|its| its.i_squared),
        tau: judgement.heterogeneity.map(|its| its.tau),
    }
}

fn on_host(host: usize, ratio: &PairedRatio, verdict: Option<Judgement>) -> OnHost {
    OnHost {
        host,
        ratio: ratio.ratio,
        interval: bounds(ratio),
        blocks: ratio.blocks,
        judged: verdict.map(Judged::from),
    }
}

fn bounds(ratio: &PairedRatio) -> Option<(f64, f64)> {
    let both = ratio.intervals?.at_95;
    Some((both.lower, both.upper))
}

//! Numbers with intervals, in the form in which they are stored and shown. `verdict` computes them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use verdict::{Confidence, PairedRatio, median, median_interval};

use crate::judged::Judged;
use crate::merged::OverHosts;
use crate::metric::Metric;

/// The median of a figure over runs, with its interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Estimate {
    /// The median, in the unit of the figure.
    pub median: f64,
    /// The 95 % order-statistic interval; `None` under 6 runs.
    pub interval: Option<(f64, f64)>,
    /// The number of runs.
    pub n: usize,
}

impl Estimate {
    /// The median of these samples and its interval; `None` where there is no sample.
    pub fn of(samples: &[f64]) -> Option<Estimate> {
        let achieved = median_interval(samples, Confidence::NINETY_FIVE).ok()?;
        Some(Estimate {
            median: median(samples).ok()?,
            interval: achieved.map(|achieved| (achieved.interval.lower, achieved.interval.upper)),
            n: samples.len(),
        })
    }
}

/// A ratio for each primary metric of a workload, by the metric's name.
pub type Ratios = BTreeMap<Metric, Ratio>;

/// A primary metric of a variant divided by that of the reference, paired by block.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ratio {
    /// The Hodges–Lehmann estimate of the ratio; below 1 the variant needs less than the reference.
    pub ratio: f64,
    /// The 95 % signed-rank interval; `None` under 6 blocks.
    pub interval: Option<(f64, f64)>,
    /// Blocks in which both were measured.
    pub blocks: u32,
    /// The p value of the signed-rank test, before any correction.
    pub p_value: f64,
    /// The verdict; `None` for controls, and where the load was not the one that was asked for.
    pub judged: Option<Judged>,
    /// The same host by host, where several hosts measured it; ratio, interval and verdict are then over these
    /// hosts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hosts: Option<OverHosts>,
}

impl From<PairedRatio> for Ratio {
    fn from(paired: PairedRatio) -> Self {
        Self {
            ratio: paired.ratio,
            interval: paired
                .intervals
                .map(|both| (both.at_95.lower, both.at_95.upper)),
            blocks: paired.blocks,
            p_value: paired.p_value,
            // A verdict needs all comparisons of the family, because Holm corrects over them.
            judged: None,
            hosts: None,
        }
    }
}

//! Numbers with intervals, in the form in which they are stored and shown. `verdict` computes them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use verdict::{Confidence, Judgement, PairedRatio, Verdict, median, median_interval};

use crate::merged::OverHosts;
use crate::metric::Metric;
use crate::verdict_kind::VerdictKind;

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

/// What may be said about a ratio.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Judged {
    /// Which verdict it is.
    pub verdict: VerdictKind,
    /// The verdict's sign in tables, such as `+`.
    pub sign: String,
    /// The verdict in words, with what would settle an open one.
    pub words: String,
    /// About how many blocks more would settle an inconclusive verdict.
    pub more_blocks: Option<u32>,
    /// The p value after the Holm correction over all comparisons.
    pub holm_p: f64,
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

impl From<Judgement> for Judged {
    fn from(judgement: Judgement) -> Self {
        let more_blocks = match judgement.verdict {
            Verdict::Inconclusive { more_blocks } | Verdict::HeldBack { more_blocks, .. } => {
                more_blocks
            }
            _ => None,
        };
        Self {
            verdict: judgement.verdict.into(),
            sign: judgement.verdict.symbol().to_owned(),
            words: judgement.verdict.to_string(),
            more_blocks,
            holm_p: judgement.holm_p,
        }
    }
}

//! Numbers with intervals, in the form in which they are stored and shown. How they are computed
//! is left to `verdict`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use verdict::{Confidence, Judgement, PairedRatio, Verdict, median, median_interval};

use crate::verdict_kind::VerdictKind;

/// A median of runs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Estimate {
    pub median: f64,
    /// The 95 % order-statistic interval; `None` under 6 runs.
    pub interval: Option<(f64, f64)>,
    pub n: usize,
}

impl Estimate {
    /// `None` without a run.
    pub fn of(samples: &[f64]) -> Option<Estimate> {
        let found = median_interval(samples, Confidence::NINETY_FIVE).ok()?;
        let interval = found.map(|found| (found.interval.lower, found.interval.upper));
        Some(Estimate {
            median: median(samples).ok()?,
            interval,
            n: samples.len(),
        })
    }
}

/// A variant against the reference in the same blocks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ratio {
    pub ratio: f64,
    /// The 95 % signed-rank interval; `None` under 6 blocks.
    pub interval: Option<(f64, f64)>,
    pub blocks: u32,
    pub p_value: f64,
    /// Only for the primary metric.
    pub judged: Option<Judged>,
}

/// What may be said about a ratio.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Judged {
    /// Which verdict it is.
    pub verdict: VerdictKind,
    /// `+`.
    pub sign: String,
    /// In words, with what would settle it.
    pub words: String,
    pub more_blocks: Option<u32>,
    pub holm_p: f64,
}

impl From<PairedRatio> for Ratio {
    fn from(found: PairedRatio) -> Self {
        let interval = found
            .intervals
            .map(|both| (both.at_95.lower, both.at_95.upper));
        Self {
            ratio: found.ratio,
            interval,
            blocks: found.blocks,
            p_value: found.p_value,
            judged: None,
        }
    }
}

impl From<Judgement> for Judged {
    fn from(judgement: Judgement) -> Self {
        let more_blocks = match judgement.verdict {
            Verdict::Inconclusive { more_blocks } => more_blocks,
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

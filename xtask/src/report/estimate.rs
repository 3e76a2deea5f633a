//! Numbers with intervals, in the form in which they are stored and shown. How they are computed
//! is left to `verdict`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use verdict::{Confidence, Judgement, PairedRatio, Verdict, median, median_interval};

/// A median of runs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Estimate {
    pub(crate) median: f64,
    /// The 95 % order-statistic interval; `None` under 6 runs.
    pub(crate) interval: Option<(f64, f64)>,
    pub(crate) n: usize,
}

impl Estimate {
    /// `None` without a run.
    pub(crate) fn of(samples: &[f64]) -> Option<Estimate> {
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
pub(crate) struct Ratio {
    pub(crate) ratio: f64,
    /// The 95 % signed-rank interval; `None` under 6 blocks.
    pub(crate) interval: Option<(f64, f64)>,
    pub(crate) blocks: u32,
    pub(crate) p_value: f64,
    /// Only for the primary metric.
    pub(crate) judged: Option<Judged>,
}

/// What may be said about a ratio.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Judged {
    /// `slightly-faster`.
    pub(crate) verdict: String,
    /// `+`.
    pub(crate) sign: String,
    /// In words, with what would settle it.
    pub(crate) words: String,
    pub(crate) more_blocks: Option<u32>,
    pub(crate) holm_p: f64,
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
            verdict: judgement.verdict.name().to_owned(),
            sign: judgement.verdict.symbol().to_owned(),
            words: judgement.verdict.to_string(),
            more_blocks,
            holm_p: judgement.holm_p,
        }
    }
}

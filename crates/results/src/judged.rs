//! What may be said about a ratio, in the form in which it is stored and shown. `verdict` decides it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use verdict::{Judgement, Verdict};

use crate::verdict_kind::VerdictKind;

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

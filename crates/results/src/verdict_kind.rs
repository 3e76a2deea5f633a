//! The kind of a verdict, as `run.json` stores it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use verdict::Verdict;

/// Which verdict a ratio earned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum VerdictKind {
    /// Faster by more than the margin.
    Faster,
    /// Faster by more than the margin, but not significant after Holm's correction.
    LikelyFaster,
    /// Faster, but perhaps by less than the margin.
    SlightlyFaster,
    /// No practical difference.
    Equivalent,
    /// Slower, but perhaps by less than the margin.
    SlightlySlower,
    /// Slower by more than the margin, but not significant after Holm's correction.
    LikelySlower,
    /// Slower by more than the margin.
    Slower,
    /// The runs do not tell.
    Inconclusive,
    /// The control does not exclude a bias of the size of the difference.
    HeldBack,
    /// Surely faster by more than the margin on some hosts, and surely slower on others.
    Depends,
    /// The machine was too noisy for a verdict.
    Suppressed,
}

impl From<Verdict> for VerdictKind {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Faster => Self::Faster,
            Verdict::LikelyFaster { .. } => Self::LikelyFaster,
            Verdict::SlightlyFaster => Self::SlightlyFaster,
            Verdict::Equivalent => Self::Equivalent,
            Verdict::SlightlySlower => Self::SlightlySlower,
            Verdict::LikelySlower { .. } => Self::LikelySlower,
            Verdict::Slower => Self::Slower,
            Verdict::Inconclusive { .. } => Self::Inconclusive,
            Verdict::HeldBack { .. } => Self::HeldBack,
            Verdict::Depends { .. } => Self::Depends,
            Verdict::Suppressed { .. } => Self::Suppressed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use verdict::{Margin, Suppression};

    #[test]
    fn a_kind_is_stored_under_the_name_of_its_verdict() {
        let reason = Suppression::ControlMoved {
            ratio: 1.1,
            margin: Margin::default(),
        };
        let verdicts = [
            Verdict::Faster,
            Verdict::LikelyFaster { more_blocks: None },
            Verdict::SlightlyFaster,
            Verdict::Equivalent,
            Verdict::SlightlySlower,
            Verdict::LikelySlower { more_blocks: None },
            Verdict::Slower,
            Verdict::Inconclusive { more_blocks: None },
            Verdict::HeldBack {
                control: None,
                more_blocks: None,
            },
            Verdict::Depends {
                faster: 1,
                slower: 2,
            },
            Verdict::Suppressed { reason },
        ];
        for verdict in verdicts {
            let stored = serde_json::to_value(VerdictKind::from(verdict)).unwrap();
            assert_eq!(stored, verdict.name());
        }
    }
}

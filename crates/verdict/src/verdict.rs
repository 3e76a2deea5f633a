//! The verdicts, with their words and signs. [`decide`](crate::decide) says which of them a
//! comparison earns.

use std::fmt;

use crate::equivalence::Margin;

/// What may be said about a variant's time against the reference's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Verdict {
    /// The 95 % interval lies wholly below the margin, and Holm agrees.
    Faster,
    /// The 95 % interval lies wholly above the margin, and Holm agrees.
    Slower,
    /// The 95 % interval lies below 1, but not wholly below the margin.
    SlightlyFaster,
    /// The 95 % interval lies above 1, but not wholly above the margin.
    SlightlySlower,
    /// The 90 % interval lies wholly within the margin.
    Equivalent,
    /// None of the above. Never the same as equal.
    Inconclusive {
        /// About how many blocks more would settle it, if the ratio stays; `None` where that
        /// cannot be foretold. For telling a reader: it depends on the outcome, so measuring on
        /// because of it is stopping by outcome.
        more_blocks: Option<u32>,
    },
    /// No verdict, because the measurement cannot be trusted with one.
    Suppressed {
        /// Why.
        reason: Suppression,
    },
}

/// Why a comparison gets no verdict.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Suppression {
    /// Two arms of the same program differed by more than the margin.
    ControlMoved {
        /// The A/A ratio.
        ratio: f64,
        /// The margin that it left.
        margin: Margin,
    },
}

impl Verdict {
    /// A sign that needs no colour: `++ + ≈ - -- ? !`.
    #[must_use]
    pub fn symbol(&self) -> &'static str {
        match self {
            Verdict::Faster => "++",
            Verdict::SlightlyFaster => "+",
            Verdict::Equivalent => "≈",
            Verdict::SlightlySlower => "-",
            Verdict::Slower => "--",
            Verdict::Inconclusive { .. } => "?",
            Verdict::Suppressed { .. } => "!",
        }
    }

    /// A name for files: one lower-case word, joined by hyphens.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Verdict::Faster => "faster",
            Verdict::SlightlyFaster => "slightly-faster",
            Verdict::Equivalent => "equivalent",
            Verdict::SlightlySlower => "slightly-slower",
            Verdict::Slower => "slower",
            Verdict::Inconclusive { .. } => "inconclusive",
            Verdict::Suppressed { .. } => "suppressed",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Faster => out.write_str("faster"),
            Verdict::SlightlyFaster => out.write_str("slightly faster"),
            Verdict::Equivalent => out.write_str("no practical difference"),
            Verdict::SlightlySlower => out.write_str("slightly slower"),
            Verdict::Slower => out.write_str("slower"),
            Verdict::Inconclusive { more_blocks: None } => out.write_str("inconclusive"),
            Verdict::Inconclusive {
                more_blocks: Some(1),
            } => out.write_str("inconclusive, about 1 more block"),
            Verdict::Inconclusive {
                more_blocks: Some(more),
            } => {
                write!(out, "inconclusive, about {more} more blocks")
            }
            Verdict::Suppressed { reason } => write!(out, "no verdict: {reason}"),
        }
    }
}

impl fmt::Display for Suppression {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Suppression::ControlMoved { ratio, margin } = self;
        let percent = 100.0 * margin.relative();
        write!(
            out,
            "the A/A control differs from itself by a ratio of {ratio:.3}, "
        )?;
        write!(out, "beyond the margin of {percent:.1} %")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_say_how_many_blocks_and_why_not() {
        let words = |more_blocks| Verdict::Inconclusive { more_blocks }.to_string();
        assert_eq!(words(Some(23)), "inconclusive, about 23 more blocks");
        assert_eq!(words(None), "inconclusive");
        let margin = Margin::default();
        let reason = Suppression::ControlMoved {
            ratio: 1.0312,
            margin,
        };
        assert_eq!(
            Verdict::Suppressed { reason }.to_string(),
            "no verdict: the A/A control differs from itself by a ratio of 1.031, beyond the \
             margin of 2.0 %"
        );
    }
}

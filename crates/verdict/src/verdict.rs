//! The verdicts, with their words and signs. [`decide`](crate::decide) says which of them a
//! comparison earns.

use std::fmt;

use crate::equivalence::Margin;
use crate::interval::Interval;

/// What may be said about a variant's time against the reference's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Verdict {
    /// The 95 % interval lies wholly below the margin, and Holm agrees.
    Faster,
    /// The 95 % interval lies wholly above the margin, and Holm agrees.
    Slower,
    /// The 95 % interval lies wholly below the margin, but Holm's correction leaves it insignificant.
    LikelyFaster {
        /// About how many blocks more would make it significant, if the ratio stays.
        more_blocks: Option<u32>,
    },
    /// The 95 % interval lies wholly above the margin, but Holm's correction leaves it insignificant.
    LikelySlower {
        /// About how many blocks more would make it significant, if the ratio stays.
        more_blocks: Option<u32>,
    },
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
    /// The comparison alone shows a difference, and its control does not exclude a bias of that size.
    HeldBack {
        /// The 95 % interval of the control; `None` where there are too few blocks for one.
        control: Option<Interval>,
        /// About how many blocks more would make it narrow enough, if its estimate stays.
        more_blocks: Option<u32>,
    },
    /// Hosts differ: on some it is surely faster by more than the margin, and on others surely slower.
    Depends {
        /// Hosts on which it is faster.
        faster: u32,
        /// Hosts on which it is slower.
        slower: u32,
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
    /// Two arms of the same program differed, surely, by more than the margin.
    ControlMoved {
        /// The A/A ratio.
        ratio: f64,
        /// The margin that it left.
        margin: Margin,
    },
}

impl Verdict {
    /// A sign that needs no colour: `++ + ≈ - -- ± ? !`.
    #[must_use]
    pub fn symbol(&self) -> &'static str {
        match self {
            Verdict::Faster => "++",
            Verdict::LikelyFaster { .. } | Verdict::SlightlyFaster => "+",
            Verdict::Equivalent => "≈",
            Verdict::LikelySlower { .. } | Verdict::SlightlySlower => "-",
            Verdict::Slower => "--",
            Verdict::Depends { .. } => "±",
            Verdict::Inconclusive { .. } | Verdict::HeldBack { .. } => "?",
            Verdict::Suppressed { .. } => "!",
        }
    }

    /// A name for files: one lower-case word, joined by hyphens.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Verdict::Faster => "faster",
            Verdict::LikelyFaster { .. } => "likely-faster",
            Verdict::SlightlyFaster => "slightly-faster",
            Verdict::Equivalent => "equivalent",
            Verdict::SlightlySlower => "slightly-slower",
            Verdict::LikelySlower { .. } => "likely-slower",
            Verdict::Slower => "slower",
            Verdict::Inconclusive { .. } => "inconclusive",
            Verdict::HeldBack { .. } => "held-back",
            Verdict::Depends { .. } => "depends",
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
            Verdict::LikelyFaster { more_blocks } => {
                out.write_str("likely faster, not significant after Holm correction")?;
                write_forecast(out, *more_blocks)
            }
            Verdict::LikelySlower { more_blocks } => {
                out.write_str("likely slower, not significant after Holm correction")?;
                write_forecast(out, *more_blocks)
            }
            Verdict::Inconclusive { more_blocks } => {
                out.write_str("inconclusive")?;
                write_forecast(out, *more_blocks)
            }
            Verdict::HeldBack {
                control,
                more_blocks,
            } => {
                out.write_str("inconclusive: the A/A control ")?;
                match control {
                    Some(Interval { lower, upper }) => write!(
                        out,
                        "[{lower:.3}, {upper:.3}] does not exclude a bias of this size"
                    )?,
                    None => out.write_str("has no interval yet")?,
                }
                write_forecast(out, *more_blocks)
            }
            Verdict::Depends { faster, slower } => write!(
                out,
                "depends on the host: faster on {faster}, slower on {slower}"
            ),
            Verdict::Suppressed { reason } => write!(out, "no verdict: {reason}"),
        }
    }
}

fn write_forecast(out: &mut fmt::Formatter<'_>, more_blocks: Option<u32>) -> fmt::Result {
    match more_blocks {
        None => Ok(()),
        Some(1) => out.write_str(", about 1 more block"),
        Some(more) => write!(out, ", about {more} more blocks"),
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
        write!(
            out,
            "with its whole interval beyond the margin of {percent:.1} %"
        )
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
        let likely = Verdict::LikelyFaster {
            more_blocks: Some(1),
        };
        assert_eq!(
            likely.to_string(),
            "likely faster, not significant after Holm correction, about 1 more block"
        );
        let held_back = Verdict::HeldBack {
            control: Some(Interval {
                lower: 0.891,
                upper: 1.053,
            }),
            more_blocks: Some(40),
        };
        assert_eq!(
            held_back.to_string(),
            "inconclusive: the A/A control [0.891, 1.053] does not exclude a bias of this size, \
             about 40 more blocks"
        );
        let margin = Margin::default();
        let reason = Suppression::ControlMoved {
            ratio: 1.0312,
            margin,
        };
        assert_eq!(
            Verdict::Suppressed { reason }.to_string(),
            "no verdict: the A/A control differs from itself by a ratio of 1.031, with its whole \
             interval beyond the margin of 2.0 %"
        );
    }
}

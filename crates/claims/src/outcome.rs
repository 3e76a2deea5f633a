//! The outcomes of tests and the verdicts on claims, with their words and signs.

use serde::Serialize;

/// The outcome of one test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Outcome {
    Holds,
    DoesNotHold,
    Inconclusive,
    NotMeasurable,
}

/// The verdict on a claim in one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Verdict {
    Holds,
    DoesNotHold,
    /// It holds under one condition and does not under another.
    Depends,
    Inconclusive,
    NotMeasurable,
}

impl Outcome {
    /// The outcome of two tests that must both hold.
    pub(crate) fn and(self, other: Outcome) -> Outcome {
        // The order is the rule. One test that fails refutes both, whatever came of the other; and a
        // test that could not be measured will not be settled by more blocks, as an inconclusive one
        // may be, so it is what the reader must be told.
        [
            Outcome::DoesNotHold,
            Outcome::NotMeasurable,
            Outcome::Inconclusive,
        ]
        .into_iter()
        .find(|worst| self == *worst || other == *worst)
        .unwrap_or(Outcome::Holds)
    }

    /// The sign of the outcome in tables.
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Self::Holds => "✓",
            Self::DoesNotHold => "✗",
            Self::Inconclusive => "?",
            Self::NotMeasurable => "–",
        }
    }
}

impl Verdict {
    /// Every verdict, in the order in which they are counted.
    pub(crate) const ALL: [Verdict; 5] = [
        Verdict::Holds,
        Verdict::DoesNotHold,
        Verdict::Depends,
        Verdict::Inconclusive,
        Verdict::NotMeasurable,
    ];

    /// The verdict in words.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::DoesNotHold => "does not hold",
            Self::Depends => "depends",
            Self::Inconclusive => "inconclusive",
            Self::NotMeasurable => "not measurable here",
        }
    }

    /// The sign of the verdict in tables.
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Self::Holds => "✓",
            Self::DoesNotHold => "✗",
            Self::Depends => "±",
            Self::Inconclusive => "?",
            Self::NotMeasurable => "–",
        }
    }
}

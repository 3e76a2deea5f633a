//! Counts of verdicts on single comparisons whose truth is known: of equals, and of what truly differs.

use std::ops::AddAssign;

use serde::Serialize;
use verdict::Verdict;

use crate::pairs::Paired;

/// Counts over comparisons of equals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Equals {
    pub(crate) comparisons: u64,
    /// *Faster* or *slower*, which is false.
    pub(crate) called: u64,
    /// Comparisons with `+` or `-`: slightly or likely faster or slower.
    pub(crate) slight: u64,
    /// *No practical difference*, which is right.
    pub(crate) equivalent: u64,
    /// A difference that the control was too wide to vouch for.
    pub(crate) held_back: u64,
    /// No verdict, because the control moved.
    pub(crate) suppressed: u64,
    /// The 95 % interval contains 1.
    pub(crate) covered: u64,
}

/// Counts over comparisons of what truly takes longer, or costs more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Differing {
    pub(crate) comparisons: u64,
    pub(crate) slower: u64,
    pub(crate) faster: u64,
    /// A difference that the control was too wide to vouch for.
    pub(crate) held_back: u64,
    /// No verdict, because the control moved.
    pub(crate) suppressed: u64,
    /// The 95 % interval contains the true ratio.
    pub(crate) covered: u64,
}

impl Equals {
    /// The counts of one comparison.
    pub(crate) fn of(paired: &Paired) -> Equals {
        let verdict = &paired.judgement.verdict;
        Equals {
            comparisons: 1,
            called: u64::from(matches!(verdict, Verdict::Faster | Verdict::Slower)),
            slight: u64::from(matches!(verdict.symbol(), "+" | "-")),
            equivalent: u64::from(matches!(verdict, Verdict::Equivalent)),
            held_back: u64::from(is_held_back(verdict)),
            suppressed: u64::from(is_suppressed(verdict)),
            covered: u64::from(covers(paired, 1.0)),
        }
    }
}

impl Differing {
    /// The counts of one comparison whose true ratio is this.
    pub(crate) fn of(paired: &Paired, truth: f64) -> Differing {
        let verdict = &paired.judgement.verdict;
        Differing {
            comparisons: 1,
            slower: u64::from(matches!(verdict, Verdict::Slower)),
            faster: u64::from(matches!(verdict, Verdict::Faster)),
            held_back: u64::from(is_held_back(verdict)),
            suppressed: u64::from(is_suppressed(verdict)),
            covered: u64::from(covers(paired, truth)),
        }
    }
}

fn is_held_back(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::HeldBack { .. })
}

fn is_suppressed(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Suppressed { .. })
}

fn covers(paired: &Paired, truth: f64) -> bool {
    let intervals = paired.ratio.intervals;
    intervals.is_some_and(|intervals| intervals.at_95.contains(truth))
}

impl AddAssign for Equals {
    fn add_assign(&mut self, other: Self) {
        self.comparisons += other.comparisons;
        self.called += other.called;
        self.slight += other.slight;
        self.equivalent += other.equivalent;
        self.held_back += other.held_back;
        self.suppressed += other.suppressed;
        self.covered += other.covered;
    }
}

impl AddAssign for Differing {
    fn add_assign(&mut self, other: Self) {
        self.comparisons += other.comparisons;
        self.slower += other.slower;
        self.faster += other.faster;
        self.held_back += other.held_back;
        self.suppressed += other.suppressed;
        self.covered += other.covered;
    }
}

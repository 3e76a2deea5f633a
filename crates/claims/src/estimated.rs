//! The type of an estimated figure: a value with its interval, or the reason why there is none.

use terminal::counted;

/// The figure of a test.
#[derive(Clone, Debug, Default)]
pub(crate) struct Estimated {
    /// `None` where the figure cannot be located, for the reason in `open`.
    pub(crate) value: Option<f64>,
    /// The 95 % confidence interval; `None` where there are too few blocks for one.
    pub(crate) interval: Option<(f64, f64)>,
    pub(crate) blocks: usize,
    /// The side of the value on which the figure lies, where the value is only a bound.
    pub(crate) beyond: Option<Beyond>,
    /// Why there is no value.
    pub(crate) open: Option<String>,
}

/// The side of the tried levels on which a crossover lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Beyond {
    Below,
    Above,
}

impl Estimated {
    /// The range in which the figure lies at 95 %, with an infinite end where a bound is all that is
    /// known; `None` where there is no interval.
    pub(crate) fn range(&self) -> Option<(f64, f64)> {
        let (lower, upper) = self.interval?;
        Some(match self.beyond {
            None => (lower, upper),
            Some(Beyond::Below) => (f64::NEG_INFINITY, upper),
            Some(Beyond::Above) => (lower, f64::INFINITY),
        })
    }

    /// Why the figure decides nothing; `None` where it has an interval.
    pub(crate) fn why_open(&self) -> Option<String> {
        if self.open.is_none() && self.interval.is_none() {
            return Some(format!(
                "no interval from {}",
                counted(self.blocks as u64, "round")
            ));
        }
        self.open.clone()
    }
}

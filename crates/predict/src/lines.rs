//! How costs grow: on a straight line with an amount, or with each doubling of the connections beyond a few.

use serde::{Deserialize, Serialize};

/// A straight line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) first: f64,
    pub(crate) each: f64,
}

impl Line {
    pub(crate) fn at(self, amount: f64) -> f64 {
        self.first + self.each * amount
    }
}

/// A line that goes on at another slope beyond an amount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Bent {
    pub(crate) line: Line,
    pub(crate) bend: f64,
    pub(crate) beyond: f64,
}

impl Bent {
    pub(crate) fn at(self, amount: f64) -> f64 {
        self.line.at(amount.min(self.bend)) + self.beyond * (amount - self.bend).max(0.0)
    }
}

/// Connections whose page caches, of some 2 MB each, cost no more than is in the line of selects, which was measured with as many; new
/// connections were measured on as many lanes.
const NEAR: f64 = 16.0;

/// How far connections are beyond those, in doublings: the more there are, the less of their pages the caches of processors hold, and
/// the more where every call is another connection's.
pub(crate) fn far_part(connections: u64) -> f64 {
    (connections as f64 / NEAR).log2().max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bent_line_goes_on_at_its_second_slope() {
        let line = Line {
            first: 1.0,
            each: 2.0,
        };
        let bent = Bent {
            line,
            bend: 10.0,
            beyond: 0.5,
        };
        assert_eq!(
            [4.0, 10.0, 14.0].map(|amount| bent.at(amount)),
            [9.0, 21.0, 23.0]
        );
    }
}

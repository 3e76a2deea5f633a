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

/// A cost whose every unit has a price by where it stands: a line that bends.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Bent {
    pub(crate) first: f64,
    /// The first begins at nothing, and each further one beyond the one before it.
    pub(crate) prices: Vec<Price>,
}

/// What each unit costs from an amount on, up to where the next price begins.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Price {
    pub(crate) from: f64,
    pub(crate) each: f64,
}

impl Bent {
    pub(crate) fn at(&self, amount: f64) -> f64 {
        let ends = self.prices.iter().skip(1).map(|next| next.from);
        let priced = self.prices.iter().zip(ends.chain([f64::INFINITY]));
        let units = priced.map(|(price, end)| price.each * (amount.min(end) - price.from).max(0.0));
        self.first + units.sum::<f64>()
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
    fn a_bent_line_goes_on_at_its_next_price() {
        let prices = [(0.0, 2.0), (10.0, 0.5), (20.0, 3.0)];
        let bent = Bent {
            first: 1.0,
            prices: prices.map(|(from, each)| Price { from, each }).to_vec(),
        };
        assert_eq!(
            [4.0, 10.0, 14.0, 30.0].map(|amount| bent.at(amount)),
            [9.0, 21.0, 23.0, 56.0]
        );
        assert_eq!(Bent::default().at(5.0), 0.0);
    }
}

//! The binomial distribution of a fair coin: how likely at most so many heads are.
//!
//! Summed through logarithms, since 2⁻ⁿ underflows long before n is unreasonable.

use std::f64::consts::LN_2;

/// P(heads ≤ k) for k = 0, 1, … in `tosses` tosses, ascending.
pub(crate) fn fair_lower_tail(tosses: usize) -> impl Iterator<Item = f64> {
    let mut logarithm = -(tosses as f64) * LN_2;
    let mut sum = 0.0;
    (0..=tosses).map(move |heads| {
        sum += logarithm.exp();
        // Each binomial coefficient follows from the one before it, so no factorial is computed.
        logarithm += ((tosses - heads) as f64 / (heads + 1) as f64).ln();
        sum
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{assert_close, load};

    #[test]
    fn tails_agree_with_scipy() {
        for (tosses, heads, expected) in load().binomial {
            let found = fair_lower_tail(tosses).nth(heads).unwrap();
            assert_close(found, expected, 1e-11);
        }
    }
}

//! The ratio on these hosts: the mean over the hosts that were measured, all of equal weight.

use super::{all_blocks, around, mean_logarithm, standard_error};
use crate::distributions::two_sided;
use crate::interval::Confidence;
use crate::ratio::{PairedRatio, RatioIntervals};

/// The ratio over these hosts and no others: exp of the mean of the hosts' log-ratios, with a normal interval
/// from the hosts' own standard errors. `None` of no host; of one host it is that host's own ratio.
///
/// Each host's Hodges–Lehmann estimate weighs the same, because the question is about the hosts and not about
/// the blocks: with weights by precision the quietest host would answer for all. The standard error of a host is
/// the half-width of its signed-rank interval, on the scale of logarithms, divided by the quantile of Student's
/// distribution for its blocks; that of the mean of H hosts is √(Σ se²) ÷ H. In simulations with a standard
/// deviation of true ratios between hosts of 0 to 5 %, its 95 % interval covers the mean of these hosts in 94 to
/// 99 % (`cargo xtask trust --hosts`).
///
/// There is no interval, and no p value below 1, unless every host has an interval of its own.
///
/// ```
/// use verdict::{hosts::these_hosts, paired_ratio};
///
/// let old = [1.00, 1.02, 1.01, 0.99, 1.03, 1.00];
/// let fast = paired_ratio(&old.map(|time| time * 0.8), &old)?;
/// let slow = paired_ratio(&old.map(|time| time * 0.9), &old)?;
/// let both = these_hosts(&[fast, slow]).unwrap();
/// assert!((both.ratio - (0.8_f64 * 0.9).sqrt()).abs() < 1e-12);
/// assert_eq!(both.blocks, 12);
/// # Ok::<(), verdict::StatisticsError>(())
/// ```
#[must_use]
pub fn these_hosts(hosts: &[PairedRatio]) -> Option<PairedRatio> {
    match hosts {
        [] => None,
        [only] => Some(*only),
        _ => Some(mean_of(hosts)),
    }
}

fn mean_of(hosts: &[PairedRatio]) -> PairedRatio {
    let mean = mean_logarithm(hosts);
    let blocks = all_blocks(hosts);
    let errors: Option<Vec<f64>> = hosts.iter().map(standard_error).collect();
    let error = errors.map(|errors| {
        let squares: f64 = errors.iter().map(|error| error * error).sum();
        squares.sqrt() / errors.len() as f64
    });
    PairedRatio {
        ratio: mean.exp(),
        intervals: error.map(|error| RatioIntervals {
            at_95: around(mean, error * Confidence::NINETY_FIVE.normal_quantile()),
            at_90: around(mean, error * Confidence::NINETY.normal_quantile()),
        }),
        p_value: error.map_or(1.0, |error| p_value(mean, error, blocks)),
        blocks,
    }
}

/// The two-sided p value of a mean of log-ratios against 0, and never less than that of a signed-rank test in
/// which all blocks agree: blocks that happen to be equal have a standard error of 0, which is no proof.
fn p_value(mean: f64, error: f64, blocks: u32) -> f64 {
    if mean == 0.0 {
        return 1.0;
    }
    let least = 0.5_f64.powi(i32::try_from(blocks.saturating_sub(1)).unwrap_or(i32::MAX));
    two_sided(mean / error).max(least)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{assert_close, load};
    use crate::ratio::paired_ratio;

    #[test]
    fn the_mean_over_hosts_agrees_with_scipy() {
        for case in load().hosts {
            let hosts = case.ratios();
            let found = these_hosts(&hosts).unwrap();
            assert_close(found.ratio, case.these.ratio, 1e-12);
            let intervals = found.intervals.unwrap();
            assert_close(intervals.at_95.lower, case.these.at_95.0, 1e-12);
            assert_close(intervals.at_95.upper, case.these.at_95.1, 1e-12);
            assert_close(intervals.at_90.lower, case.these.at_90.0, 1e-12);
            assert_close(intervals.at_90.upper, case.these.at_90.1, 1e-12);
            // SciPy knows nothing of the least p value.
            let least = 0.5_f64.powi(found.blocks as i32 - 1);
            assert_close(found.p_value, case.these.p.max(least), 1e-9);
        }
    }

    #[test]
    fn one_host_stands_for_itself_and_none_for_nothing() {
        let own = paired_ratio(
            &[1.1, 1.2, 1.0, 1.3, 1.1, 1.2],
            &[1.0, 1.1, 1.0, 1.1, 1.2, 1.0],
        );
        let own = own.unwrap();
        assert_eq!(these_hosts(&[own]), Some(own));
        assert_eq!(these_hosts(&[]), None);
    }

    #[test]
    fn a_host_without_an_interval_leaves_none_to_all() {
        let many = paired_ratio(&[1.1; 6], &[1.0; 6]).unwrap();
        let few = paired_ratio(&[1.1; 5], &[1.0; 5]).unwrap();
        let found = these_hosts(&[many, few]).unwrap();
        assert_eq!((found.intervals, found.p_value), (None, 1.0));
        assert!((found.ratio - 1.1).abs() < 1e-12);
    }

    #[test]
    fn equal_blocks_prove_no_more_than_a_rank_test_of_all_of_them() {
        let host = paired_ratio(&[1.1; 6], &[1.0; 6]).unwrap();
        let found = these_hosts(&[host, host]).unwrap();
        assert_eq!(found.p_value, 0.5_f64.powi(11));
        let equal = paired_ratio(&[1.0; 6], &[1.0; 6]).unwrap();
        assert_eq!(these_hosts(&[equal, equal]).unwrap().p_value, 1.0);
    }
}

//! The ratio on hosts like these, which were not measured: the hosts that were are a sample of them.

use super::{around, mean_logarithm};
use crate::distributions::{student_quantile, student_two_sided};
use crate::interval::Confidence;
use crate::ratio::{PairedRatio, RatioIntervals};

/// The fewest hosts from which something is said of others.
pub const FEWEST_HOSTS: usize = 4;
/// The fewest hosts at which a difference on others gets a sign.
pub const FEWEST_HOSTS_FOR_SIGN: usize = 8;

/// The ratio on hosts like these, with Student's interval over the hosts' log-ratios; `None` under
/// [`FEWEST_HOSTS`]. Its `blocks` are hosts: they are what it is computed from.
///
/// The mean is that of [`these_hosts`](super::these_hosts); the standard error is √(variance between the hosts'
/// estimates ÷ hosts), with one degree of freedom less than there are hosts. What varies within hosts is part of
/// what varies between their estimates, so it needs no term of its own. In simulations this interval covers
/// the mean over all hosts in 95 %, where weights by DerSimonian and Laird cover 71 % of two hosts
/// (`cargo xtask trust --hosts`).
#[must_use]
pub fn hosts_like_these(hosts: &[PairedRatio]) -> Option<PairedRatio> {
    let count = hosts.len();
    if count < FEWEST_HOSTS {
        return None;
    }
    let mean = mean_logarithm(hosts);
    let squares: f64 = hosts
        .iter()
        .map(|host| (host.ratio.ln() - mean).powi(2))
        .sum();
    let degrees = (count - 1) as u32;
    let error = (squares / f64::from(degrees) / count as f64).sqrt();
    let [at_95, at_90] = [Confidence::NINETY_FIVE, Confidence::NINETY]
        .map(|confidence| around(mean, error * student_quantile(confidence, degrees)));
    Some(PairedRatio {
        ratio: mean.exp(),
        intervals: Some(RatioIntervals { at_95, at_90 }),
        p_value: if mean == 0.0 {
            1.0
        } else {
            student_two_sided(mean / error, degrees)
        },
        blocks: count as u32,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{assert_close, load};

    #[test]
    fn students_interval_over_hosts_agrees_with_scipy() {
        let mut seen = 0;
        for case in load().hosts {
            let found = hosts_like_these(&case.ratios());
            assert_eq!(found.is_some(), case.alike.is_some());
            let Some((found, expected)) = found.zip(case.alike) else {
                continue;
            };
            let intervals = found.intervals.unwrap();
            assert_close(intervals.at_95.lower, expected.at_95.0, 1e-10);
            assert_close(intervals.at_95.upper, expected.at_95.1, 1e-10);
            assert_close(intervals.at_90.lower, expected.at_90.0, 1e-10);
            assert_close(intervals.at_90.upper, expected.at_90.1, 1e-10);
            assert!((found.p_value - expected.p).abs() < 1e-12);
            seen += 1;
        }
        assert!(seen > 2);
    }

    #[test]
    fn equal_hosts_leave_no_width_and_no_nan() {
        let host = crate::paired_ratio(&[1.1; 6], &[1.0; 6]).unwrap();
        let found = hosts_like_these(&[host; 4]).unwrap();
        assert!(found.p_value < 1e-12 && found.intervals.unwrap().at_95.contains(found.ratio));
        let equal = crate::paired_ratio(&[1.0; 6], &[1.0; 6]).unwrap();
        assert_eq!(hosts_like_these(&[equal; 4]).unwrap().p_value, 1.0);
    }
}

//! How much of what varies between hosts is the hosts, and not the noise of measuring them.

use super::standard_error;
use crate::ratio::PairedRatio;

/// How much true ratios vary between hosts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Heterogeneity {
    /// The part of the variation between estimates that noise within hosts does not explain, from 0 to 1.
    pub i_squared: f64,
    /// The standard deviation of true log-ratios between hosts: 0.03 is about 3 %.
    pub tau: f64,
}

/// I² (Higgins and Thompson, "Quantifying Heterogeneity in a Meta-Analysis", *Statistics in Medicine* 21, 2002)
/// and τ (DerSimonian and Laird, "Meta-Analysis in Clinical Trials", *Controlled Clinical Trials* 7, 1986).
///
/// Let w be 1 ÷ se² of each of H hosts and Q = Σ w (y − ȳ)² about the weighted mean: I² = (Q − H + 1) ÷ Q, and
/// τ² = (Q − H + 1) ÷ (Σw − Σw² ÷ Σw), neither below 0. They are details, and decide nothing.
///
/// `None` of fewer than two hosts, and where a host has no interval or one without width.
#[must_use]
pub fn heterogeneity(hosts: &[PairedRatio]) -> Option<Heterogeneity> {
    let weights: Vec<f64> = hosts
        .iter()
        .map(|host| Some(1.0 / standard_error(host)?.powi(2)))
        .collect::<Option<_>>()?;
    if hosts.len() < 2 || !weights.iter().all(|weight| weight.is_finite()) {
        return None;
    }
    let total: f64 = weights.iter().sum();
    let squares: f64 = weights.iter().map(|weight| weight * weight).sum();
    let weighted = hosts.iter().zip(&weights);
    let mean = weighted
        .clone()
        .map(|(host, weight)| weight * host.ratio.ln())
        .sum::<f64>()
        / total;
    let q: f64 = weighted
        .map(|(host, weight)| weight * (host.ratio.ln() - mean).powi(2))
        .sum();
    let excess = (q - (hosts.len() - 1) as f64).max(0.0);
    Some(Heterogeneity {
        // Equal estimates have a Q of 0, and nothing to explain.
        i_squared: if excess > 0.0 { excess / q } else { 0.0 },
        tau: (excess / (total - squares / total)).sqrt(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{assert_close, load};

    #[test]
    fn heterogeneity_agrees_with_scipy() {
        for case in load().hosts {
            let found = heterogeneity(&case.ratios()).unwrap();
            assert_close(found.i_squared, case.i_squared, 1e-9);
            assert_close(found.tau, case.tau, 1e-9);
        }
    }

    #[test]
    fn hosts_without_width_tell_nothing() {
        let equal = crate::paired_ratio(&[1.1; 6], &[1.0; 6]).unwrap();
        assert_eq!(heterogeneity(&[equal, equal]), None);
        let case = &load().hosts[0];
        assert_eq!(heterogeneity(&case.ratios()[..1]), None);
        let same = [case.ratios()[0]; 3];
        let found = heterogeneity(&same).unwrap();
        assert_eq!((found.i_squared, found.tau), (0.0, 0.0));
    }
}

//! Reads what SciPy and brute force said, for the unit tests of every module.
//!
//! `fixtures/make.py` writes the numbers; nothing here computes any.

use serde::Deserialize;

use crate::ratio::{PairedRatio, paired_ratio};

#[derive(Deserialize)]
pub(crate) struct Fixtures {
    pub(crate) normal: Normal,
    /// t, degrees of freedom, two-sided p.
    pub(crate) student: Vec<(f64, u32, f64)>,
    /// Tosses, heads, probability of at most as many.
    pub(crate) binomial: Vec<(usize, usize, f64)>,
    pub(crate) median_intervals: Vec<Median>,
    pub(crate) signed_ranks: Vec<SignedRankCase>,
    pub(crate) hodges_lehmann: Vec<Shift>,
    /// Raw p values, adjusted p values.
    pub(crate) holm: Vec<(Vec<f64>, Vec<f64>)>,
    pub(crate) spearman: Vec<Rho>,
    pub(crate) quantiles: Quantiles,
    pub(crate) scalability: Vec<Curve>,
    pub(crate) generator: Outputs,
    pub(crate) hosts: Vec<Fleet>,
}

/// The log-ratios of each host, and what they come to.
#[derive(Deserialize)]
pub(crate) struct Fleet {
    pub(crate) hosts: Vec<Vec<f64>>,
    pub(crate) these: Merged,
    pub(crate) alike: Option<Merged>,
    pub(crate) i_squared: f64,
    pub(crate) tau: f64,
}

#[derive(Deserialize)]
pub(crate) struct Merged {
    pub(crate) ratio: f64,
    pub(crate) at_95: (f64, f64),
    pub(crate) at_90: (f64, f64),
    pub(crate) p: f64,
}

impl Fleet {
    /// The ratio on each host.
    pub(crate) fn ratios(&self) -> Vec<PairedRatio> {
        let hosts = self.hosts.iter().map(|logarithms| {
            let variant: Vec<f64> = logarithms.iter().map(|log| log.exp()).collect();
            paired_ratio(&variant, &vec![1.0; variant.len()]).expect("positive finite pairs")
        });
        hosts.collect()
    }
}

#[derive(Deserialize)]
pub(crate) struct Normal {
    pub(crate) upper_tail: Vec<(f64, f64)>,
    pub(crate) quantile_of_upper_tail: Vec<(f64, f64)>,
}

#[derive(Deserialize)]
pub(crate) struct Median {
    pub(crate) samples: Vec<f64>,
    pub(crate) confidence: f64,
    pub(crate) median: f64,
    pub(crate) lower: Option<f64>,
    pub(crate) upper: Option<f64>,
}

#[derive(Deserialize)]
pub(crate) struct SignedRankCase {
    pub(crate) values: Vec<f64>,
    pub(crate) p: f64,
}

#[derive(Deserialize)]
pub(crate) struct Shift {
    pub(crate) values: Vec<f64>,
    pub(crate) confidence: f64,
    pub(crate) estimate: f64,
    pub(crate) lower: f64,
    pub(crate) upper: f64,
}

#[derive(Deserialize)]
pub(crate) struct Rho {
    pub(crate) series: Vec<f64>,
    pub(crate) rho: f64,
    pub(crate) p: f64,
}

#[derive(Deserialize)]
pub(crate) struct Quantiles {
    pub(crate) samples: Vec<f64>,
    pub(crate) at: Vec<(f64, f64)>,
}

#[derive(Deserialize)]
pub(crate) struct Curve {
    pub(crate) levels: Vec<f64>,
    pub(crate) throughputs: Vec<f64>,
    pub(crate) one: f64,
    pub(crate) contention: f64,
    pub(crate) coherency: f64,
    pub(crate) squares: f64,
}

#[derive(Deserialize)]
pub(crate) struct Outputs {
    pub(crate) split_mix_of_1234567: Vec<String>,
    pub(crate) xoshiro_of_1_2_3_4: Vec<String>,
    pub(crate) seed_42: Vec<String>,
    pub(crate) seed_42_uniform: Vec<f64>,
    pub(crate) seed_42_shuffle_of_13: Vec<usize>,
}

pub(crate) fn load() -> Fixtures {
    serde_json::from_str(include_str!("../fixtures/fixtures.json")).expect("fixtures.json parses")
}

/// Equal up to a tolerance relative to the expected number, and absolute where that is below 1e-300.
#[track_caller]
pub(crate) fn assert_close(found: f64, expected: f64, tolerance: f64) {
    let allowed = tolerance * expected.abs().max(1e-300);
    assert!(
        (found - expected).abs() <= allowed,
        "found {found}, expected {expected}"
    );
}

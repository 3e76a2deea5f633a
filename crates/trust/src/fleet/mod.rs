//! Fleets of simulated hosts, each with a machine of its own, on which the same comparison is measured: how often
//! what is said of all of them together is wrong, and what it misses.

mod bars;
mod count;
mod figures;
mod row;
mod simulate;

pub(crate) use bars::Bar;
pub(crate) use figures::{Figures, count_all};
pub(crate) use row::Row;

/// A fleet, and what truly differs on it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fleet {
    pub(crate) hosts: usize,
    /// Measured blocks of each host.
    pub(crate) blocks: u64,
    pub(crate) noise: HostNoise,
    pub(crate) effects: Effects,
    /// A report has so many workloads.
    pub(crate) workloads: usize,
    /// Variants of each workload, without the reference.
    pub(crate) variants: usize,
}

/// How noisy the hosts are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HostNoise {
    /// All have the usual noise.
    Equal,
    /// Noise of half to four times the usual.
    Unequal,
}

/// The true ratios of the variants on the hosts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Effects {
    /// A ratio of its own on every host: its logarithm is drawn about this mean with this standard deviation.
    About { mean: f64, tau: f64 },
    /// The same, shifted so that they cancel over the hosts that are measured.
    Cancelling { tau: f64 },
    /// All are slower on every host, by 3 to 15 %.
    AllSlower,
    /// All are a tenth slower on every other host, and a tenth faster on the rest.
    Halves,
    /// One variant of the report is a twentieth slower on all hosts.
    OneSlower,
}

impl HostNoise {
    /// How many times the usual noise a host has.
    fn factor(self, host: usize) -> f64 {
        match self {
            Self::Equal => 1.0,
            Self::Unequal => [0.5, 1.0, 2.0, 4.0][host % 4],
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Unequal => "unequal",
        }
    }
}

impl Effects {
    fn words(self) -> String {
        match self {
            Self::About { mean, tau } => {
                let percent = [mean, tau].map(|part| part.exp_m1() * 100.0);
                format!("{:+.0} %, τ {:.0} %", percent[0], percent[1])
            }
            Self::Cancelling { tau } => format!("none, τ {:.0} %", tau.exp_m1() * 100.0),
            Self::AllSlower => "slower by 3 to 15 %".to_owned(),
            Self::Halves => "half +10 %, half -10 %".to_owned(),
            Self::OneSlower => "one of all, +5 %".to_owned(),
        }
    }
}

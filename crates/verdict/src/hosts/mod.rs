//! One ratio measured on several hosts: what it is on these hosts, whether it depends on the host, and
//! what it would be on hosts like these.
//!
//! Blocks stay whole on one host, so that every host has a ratio of its own, and hosts are strata. Shards by
//! variant would be another thing: a ratio of arms that ran on different hosts is mostly the ratio of the hosts.
//!
//! Three questions have three answers. *These hosts* is about the ones that were measured, and carries the
//! verdict. *Depends* says that no one answer is right for all of them. *Hosts like these* is about hosts that
//! were not measured, which only hosts can tell about: however many blocks each has, the unit is the host.

mod alike;
mod depends;
mod heterogeneity;
mod report;
mod these;

pub use alike::{FEWEST_HOSTS, FEWEST_HOSTS_FOR_SIGN, hosts_like_these};
pub use heterogeneity::{Heterogeneity, heterogeneity};
pub use report::{HostsComparison, HostsJudgement, LikeThese, judge_hosts};
pub use these::these_hosts;

use crate::distributions::student_quantile_95;
use crate::error::StatisticsError;
use crate::interval::{Confidence, Interval};
use crate::ratio::{PairedRatio, log_ratios, of_averages};
use crate::signed_rank::WalshAverages;

/// What one host says of a ratio.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HostRatio {
    /// The ratio on this host, as of any comparison.
    pub ratio: PairedRatio,
    /// The interval at 95 % for all hosts together, by Bonferroni's correction; `None` with too few blocks for
    /// it.
    pub over_hosts: Option<Interval>,
    /// The reference against itself on this host; `None` where no control was run.
    pub control: Option<PairedRatio>,
}

/// The ratio of two arms on one of so many hosts, measured in the same blocks, without a control.
///
/// ```
/// let new = [0.95, 0.96, 0.97, 0.93, 0.94, 0.99, 0.96];
/// let old = [1.00, 1.02, 1.01, 0.99, 1.03, 1.00, 1.01];
/// let host = verdict::hosts::host_ratio(&new, &old, 2)?;
/// let own = host.ratio.intervals.unwrap().at_95;
/// assert!(own.lies_inside(&host.over_hosts.unwrap()));
/// # Ok::<(), verdict::StatisticsError>(())
/// ```
///
/// # Errors
/// Those of [`paired_ratio`](crate::paired_ratio).
pub fn host_ratio(
    variant: &[f64],
    reference: &[f64],
    hosts: usize,
) -> Result<HostRatio, StatisticsError> {
    let logarithms = log_ratios(variant, reference)?;
    let averages = WalshAverages::new(&logarithms)?;
    let missed = (1.0 - Confidence::NINETY_FIVE.level()) / hosts.max(1) as f64;
    let over_hosts = averages.interval(Confidence::new(1.0 - missed)?);
    Ok(HostRatio {
        ratio: of_averages(&averages, &logarithms)?,
        over_hosts: over_hosts.map(|interval| interval.exp()),
        control: None,
    })
}

/// The mean of the logarithms of these ratios; NaN of none.
fn mean_logarithm(hosts: &[PairedRatio]) -> f64 {
    let sum: f64 = hosts.iter().map(|host| host.ratio.ln()).sum();
    sum / hosts.len() as f64
}

/// The standard error of the logarithm of a host's ratio: half of the width of its 95 % signed-rank interval,
/// divided by Student's quantile for its blocks, since the interval has to allow for a noise that only these blocks tell
/// of. A normal quantile would make the error of 12 blocks an eighth too large. `None` without an interval.
fn standard_error(host: &PairedRatio) -> Option<f64> {
    let interval = host.intervals?.at_95;
    let degrees = host.blocks.checked_sub(1)?;
    Some(interval.log_half_width() / student_quantile_95(degrees))
}

/// How many blocks all hosts have together.
fn all_blocks(hosts: &[PairedRatio]) -> u32 {
    let blocks = hosts.iter().map(|host| host.blocks);
    blocks.fold(0, u32::saturating_add)
}

/// The interval of a ratio whose logarithm is this one, give or take so much.
fn around(logarithm: f64, half_width: f64) -> Interval {
    Interval {
        lower: logarithm - half_width,
        upper: logarithm + half_width,
    }
    .exp()
}

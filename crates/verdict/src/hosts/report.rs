//! All verdicts of one report of several hosts at once, since no comparison in it stands alone.

use super::alike::{FEWEST_HOSTS_FOR_SIGN, hosts_like_these};
use super::depends::depends;
use super::heterogeneity::{Heterogeneity, heterogeneity};
use super::{HostRatio, these_hosts};
use crate::equivalence::Margin;
use crate::error::StatisticsError;
use crate::ratio::PairedRatio;
use crate::report::{Comparison, Judgement, judge};
use crate::verdict::Verdict;

/// One comparison of a primary metric on every host that measured it.
#[derive(Debug, Clone, PartialEq)]
pub struct HostsComparison {
    /// What each host says, with its control.
    pub hosts: Vec<HostRatio>,
}

/// What may be said of a comparison that several hosts measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HostsJudgement {
    /// The ratio on these hosts.
    pub these: PairedRatio,
    /// The verdict on it, or *depends* in its place.
    pub judgement: Judgement,
    /// The reference against itself by the same formula; `None` unless every host has a control.
    pub control: Option<PairedRatio>,
    /// The ratio on hosts like these; `None` of too few hosts.
    pub alike: Option<LikeThese>,
    /// How much the hosts differ; `None` where that cannot be computed.
    pub heterogeneity: Option<Heterogeneity>,
}

/// What may be said of hosts that were not measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LikeThese {
    /// The ratio; its blocks are hosts.
    pub ratio: PairedRatio,
    /// The verdict; `None` of fewer than [`FEWEST_HOSTS_FOR_SIGN`] hosts.
    pub judgement: Option<Judgement>,
}

/// Judges every comparison of a report, in the order given.
///
/// The verdict on these hosts is that of [`judge`] on their mean: Holm's correction is over the report, and the
/// mean of the hosts' controls gates it. *Depends* then takes the place of any verdict but a suppressed one.
/// Verdicts on hosts like these are a family of their own, because they answer another question.
///
/// # Errors
/// A comparison that no host measured, or a p value outside 0 to 1.
pub fn judge_hosts(
    comparisons: &[HostsComparison],
    margin: Margin,
) -> Result<Vec<HostsJudgement>, StatisticsError> {
    let of_these: Vec<Comparison> = comparisons
        .iter()
        .map(|comparison| comparison.merged(these_hosts).ok_or(StatisticsError::Empty))
        .collect::<Result<_, _>>()?;
    let of_alike: Vec<Option<Comparison>> = comparisons
        .iter()
        .map(|comparison| comparison.merged(hosts_like_these))
        .collect();
    let family: Vec<Comparison> = of_alike.iter().flatten().copied().collect();
    let mut alike = judge(&family, margin)?.into_iter();
    let judged = judge(&of_these, margin)?;
    let all = comparisons.iter().zip(of_these).zip(judged);
    let whole = all.zip(of_alike).map(|(((all, these), judgement), like)| {
        let like_these = like.map(|like| LikeThese {
            ratio: like.ratio,
            judgement: alike.next().filter(|_| all.has_enough_for_sign()),
        });
        all.judged(these, judgement, like_these, margin)
    });
    Ok(whole.collect())
}

impl HostsComparison {
    /// One ratio of the hosts' ratios, with the control by the same formula.
    fn merged(&self, merge: fn(&[PairedRatio]) -> Option<PairedRatio>) -> Option<Comparison> {
        let controls: Option<Vec<PairedRatio>> =
            self.hosts.iter().map(|host| host.control).collect();
        Some(Comparison {
            ratio: merge(&self.ratios())?,
            control: controls.and_then(|controls| merge(&controls)),
        })
    }

    fn ratios(&self) -> Vec<PairedRatio> {
        self.hosts.iter().map(|host| host.ratio).collect()
    }

    fn has_enough_for_sign(&self) -> bool {
        self.hosts.len() >= FEWEST_HOSTS_FOR_SIGN
    }

    fn judged(
        &self,
        these: Comparison,
        judgement: Judgement,
        alike: Option<LikeThese>,
        margin: Margin,
    ) -> HostsJudgement {
        let is_suppressed = matches!(judgement.verdict, Verdict::Suppressed { .. });
        let verdict = depends(&self.hosts, margin).filter(|_| !is_suppressed);
        HostsJudgement {
            these: these.ratio,
            judgement: Judgement {
                verdict: verdict.unwrap_or(judgement.verdict),
                ..judgement
            },
            control: these.control,
            alike,
            heterogeneity: heterogeneity(&self.ratios()),
        }
    }
}

#[cfg(test)]
#[path = "report_test.rs"]
mod tests;

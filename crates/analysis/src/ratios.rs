//! The ratios of a workload before their verdicts.

use std::collections::BTreeMap;

use results::{Metric, WorkloadSummary};
use verdict::PairedRatio;
use verdict::hosts::HostRatio;

/// The ratio of each primary metric on every host that has one, by the place of the host.
pub(crate) type HostRatios = BTreeMap<Metric, BTreeMap<usize, HostRatio>>;

/// A ratio for each primary metric.
pub type PairedRatios = BTreeMap<Metric, PairedRatio>;

/// The ratios of one workload to its reference.
#[derive(Clone, Debug, Default)]
pub struct WorkloadRatios {
    /// The reference against itself.
    pub controls: PairedRatios,
    /// One entry for each variant; empty where it has no ratio.
    pub variants: Vec<PairedRatios>,
}

/// A workload before its verdicts, which depend on all other workloads.
#[derive(Debug)]
pub(crate) struct Unjudged {
    pub(crate) summary: WorkloadSummary,
    /// The ratios of the variants of the summary, in their order.
    pub(crate) ratios: WorkloadRatios,
    /// The same on each host, without the reference; empty where one tool measured everything.
    pub(crate) hosts: Vec<HostRatios>,
}

//! The two metrics that comparisons are made by here, and figures that there are of each.

use std::ops::AddAssign;

use results::Metric;
use serde::Serialize;

/// The primary metrics of a workload that has a time of its own, in their order.
pub(crate) const METRICS: [Metric; 2] = [Metric::TimePerTask, Metric::CpuPerTask];

/// Something of each metric.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct ByMetric<T> {
    pub(crate) time: T,
    pub(crate) cpu: T,
}

impl<T> ByMetric<T> {
    /// What there is of a metric.
    pub(crate) fn of(&self, metric: Metric) -> &T {
        match metric {
            Metric::CpuPerTask => &self.cpu,
            // A latency takes the place of the time where there is one.
            Metric::TimePerTask | Metric::MedianLatency => &self.time,
        }
    }

    /// What there is of a metric, to change it.
    pub(crate) fn of_mut(&mut self, metric: Metric) -> &mut T {
        match metric {
            Metric::CpuPerTask => &mut self.cpu,
            Metric::TimePerTask | Metric::MedianLatency => &mut self.time,
        }
    }

    /// Both, in the order of the metrics.
    pub(crate) fn both(&self) -> [&T; 2] {
        METRICS.map(|metric| self.of(metric))
    }
}

impl<T: AddAssign> AddAssign for ByMetric<T> {
    fn add_assign(&mut self, other: Self) {
        self.time += other.time;
        self.cpu += other.cpu;
    }
}

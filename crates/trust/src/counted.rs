//! Counts with the experiment that they come from.

use results::Metric;
use serde::Serialize;

use crate::plan::Plan;
use crate::setting::Setting;

/// Counts, with the experiment that they come from.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Counted<T> {
    /// The name of the simulated machine.
    pub(crate) setting: &'static str,
    /// Whether the bars apply to it.
    #[serde(skip)]
    pub(crate) has_bars: bool,
    /// The metric that the work is about.
    pub(crate) headline: Metric,
    /// The number of comparisons in one report, by both metrics together.
    pub(crate) family: usize,
    /// The number of blocks; the fewest and the most where it stops at a precision.
    pub(crate) blocks: String,
    /// Whether it was also measured one variant after the other.
    pub(crate) has_usual_way: bool,
    /// The true ratio of the variant to the reference.
    pub(crate) truth: f64,
    pub(crate) counted: T,
}

impl<T> Counted<T> {
    /// Counts of a plan on a machine.
    pub(crate) fn new(setting: &Setting, plan: &Plan, counted: T) -> Counted<T> {
        let blocks = if plan.stops {
            format!("{}-{}, ±2 %", plan.fewest(), plan.blocks)
        } else {
            plan.blocks.to_string()
        };
        Counted {
            setting: setting.name,
            has_bars: setting.has_bars,
            headline: setting.headline,
            family: plan.comparisons(),
            blocks,
            has_usual_way: setting.has_usual_way(plan),
            truth: plan.truth,
            counted,
        }
    }
}

/// `count` as a part of 1 of `total`.
pub(crate) fn share(count: u64, total: u64) -> f64 {
    // No share is defined where nothing was counted; the floor makes it 0 and no NaN, which would
    // neither meet nor miss a bar.
    count as f64 / total.max(1) as f64
}

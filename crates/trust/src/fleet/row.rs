//! A row of the table: the counts over one fleet.

use serde::Serialize;

use super::count::Counts;
use super::{Effects, Fleet};
use crate::counted::share;

/// Counts over one fleet.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) fleet: String,
    pub(crate) noise: &'static str,
    pub(crate) effects: String,
    /// Comparisons of one report.
    pub(crate) family: usize,
    #[serde(skip)]
    pub(crate) setting: Fleet,
    pub(crate) counts: Counts,
}

impl Row {
    /// The row of a fleet, with nothing counted yet.
    pub(crate) fn of(fleet: &Fleet) -> Row {
        Row {
            fleet: format!("{} × {}", fleet.hosts, fleet.blocks),
            noise: fleet.noise.name(),
            effects: fleet.effects.words(),
            family: fleet.workloads * fleet.variants,
            setting: *fleet,
            counts: Counts::default(),
        }
    }

    pub(crate) fn is_about_coverage(&self) -> bool {
        matches!(self.setting.effects, Effects::About { .. })
    }

    /// The part of intervals of hosts like these that contain the truth.
    pub(crate) fn alike_covered(&self) -> f64 {
        share(self.counts.alike_covered, self.counts.alike)
    }
}

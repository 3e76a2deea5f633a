//! A row of the answer: a variant at a workload, and what was tried.

use crate::find::Trail;
use crate::limit::Setting;
use crate::plan::Plan;

/// What was found of one variant at one workload, or is not known yet.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) workload: String,
    pub(crate) variant: String,
    pub(crate) is_named: bool,
    pub(crate) plan: Plan,
    pub(crate) setting: Setting,
    pub(crate) trail: Trail,
}

//! Predictions of whole workloads: each variant's, or why there is none.

use std::time::Duration;

use catalog::{CalibrationError, Chosen, Param, Sweep, Workspace, workloads};
use launch::workload_error;
use predict::{Model, Prediction, Refusal, choose, predict as predict_one};
use protocol::Kernel;

use crate::source::{Predict, Source};

/// What one workload comes to: a prediction or a refusal for every variant.
pub(crate) struct Predicted {
    pub(crate) chosen: Chosen,
    pub(crate) variants: Vec<(String, Result<Prediction, Refusal>)>,
}

impl Predicted {
    /// The predictions among them.
    pub(crate) fn predictions(&self) -> Vec<(String, Prediction)> {
        let all = self.variants.iter();
        all.filter_map(|(name, found)| Some((name.clone(), found.as_ref().ok()?.clone())))
            .collect()
    }

    /// The refusals among them.
    pub(crate) fn refusals(&self) -> Vec<(&str, &Refusal)> {
        let all = self.variants.iter();
        all.filter_map(|(name, found)| Some((name.as_str(), found.as_ref().err()?)))
            .collect()
    }
}

/// What predictions are made with.
pub(crate) struct Context<'a> {
    pub(crate) workspace: &'a Workspace,
    pub(crate) source: &'a Source,
    pub(crate) names: &'a [String],
}

impl Context<'_> {
    /// The workload that was typed, with parameters.
    pub(crate) fn chosen(&self, typed: &str, params: Vec<Param>) -> anyhow::Result<Chosen> {
        let sizes = Sizes(self.source.model());
        let chosen =
            workloads::choose_one(self.workspace, typed, &sizes).map_err(workload_error)?;
        if params.is_empty() {
            return Ok(chosen);
        }
        chosen.at(params, &sizes).map_err(workload_error)
    }

    pub(crate) fn cells(&self, typed: &str, sweeps: &[Sweep]) -> anyhow::Result<Vec<Predicted>> {
        let cells = catalog::params::cells(sweeps).into_iter();
        cells
            .map(|params| Ok(self.predicted(self.chosen(typed, params)?, predict_one)))
            .collect()
    }

    /// What a workload comes to under each variant.
    pub(crate) fn predicted(&self, chosen: Chosen, predict: Predict) -> Predicted {
        let workers = chosen.workers();
        let variants = self.names.iter().map(|name| {
            let found = self
                .source
                .predict(&chosen.workload, name, workers, predict);
            (name.clone(), found)
        });
        Predicted {
            variants: variants.collect(),
            chosen,
        }
    }
}

/// The sizes of kernels that a CPU time comes to, by the calibrated costs: nothing runs for them.
struct Sizes<'a>(&'a Model);

impl catalog::Calibration for Sizes<'_> {
    fn size(&self, kernel: Kernel, time: Duration) -> Result<u64, CalibrationError> {
        size(self.0, kernel, time)
    }
}

/// The size of a kernel that takes a CPU time, by the calibrated costs.
pub(crate) fn size(model: &Model, kernel: Kernel, time: Duration) -> Result<u64, CalibrationError> {
    model.size(kernel, time.as_secs_f64()).ok_or_else(|| {
        let name = kernel.name();
        CalibrationError::Impossible(format!("the kernel {name} is not calibrated"))
    })
}

/// The choice among the predictions of a workload.
pub(crate) fn choice(one: &Predicted) -> Option<predict::Choice> {
    choose(&one.predictions())
}

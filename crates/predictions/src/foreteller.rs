//! Predictions for `compare`, which keeps them beside what it measures, and may ask whom to measure.

use std::time::Duration;

use catalog::{Calibration, CalibrationError, Workspace};
use compare::{AskedRun, Predictor};
use host::machine;
use predict::{Estimate, Model, On, predict, predict_for_curve};
use protocol::{Kernel, Workload};
use results::{Placement, Predicted, PredictedFigure};

use crate::age::{Age, age_of};
use crate::found::size;
use crate::source::days_of;
use crate::store::Place;

const NS: f64 = 1e9;
/// The part of a predicted throughput at which a search begins, which doubles the rate until it fails: the highest rate
/// is then most likely in the middle of its first gap.
const BEGIN: f64 = 0.7;
/// The most steps that all lanes carry out in a round of a simulation of the usual length.
const MOST_STEPS: u64 = 500;
/// Tasks a lane in the run whose throughput is predicted.
const ROUNDS: u64 = 20;

/// Predicts the runs of comparisons on this machine.
#[derive(Debug)]
pub struct Foreteller(Model);

/// What predictions of comparisons are made from, where this machine has a calibration that holds for the placement and a model
/// that was fitted to it before. A fit takes most of a minute, so that none is made here: a comparison waits for no prediction.
#[must_use]
pub fn foreteller(workspace: &Workspace, placement: Placement) -> Option<Foreteller> {
    let place = place_of(workspace, placement);
    let Age::Fresh { .. } = age_of(&place) else {
        return None;
    };
    let measured = place.calibration().ok()??;
    place.fitted_to(&measured).map(Foreteller)
}

/// The same where predictions were asked for: a fit is made where one is due.
///
/// # Errors
/// A machine without a calibration for the placement or with a stale one, in words that say what to do.
pub fn foreteller_for_sure(
    workspace: &Workspace,
    placement: Placement,
) -> anyhow::Result<Foreteller> {
    let place = place_of(workspace, placement);
    days_of(&place)?;
    Ok(Foreteller(place.model()?))
}

fn place_of(workspace: &Workspace, placement: Placement) -> Place {
    Place::with_cores(workspace, processors(placement))
}

/// The processors that the processes of a model share.
fn processors(placement: Placement) -> u64 {
    match placement {
        Placement::Free => machine::processors(),
        Placement::OneCpu => 1,
    }
}

impl Foreteller {
    /// The rate at which a search for the highest one begins: somewhat below that of the variant where every lane takes its
    /// next task at once. `None` where that is not predicted.
    #[must_use]
    pub fn first_rate(&self, asked: &AskedRun<'_>) -> Option<u64> {
        let closed = Workload {
            rate: None,
            tasks: asked.workload.in_flight.lanes(asked.workers) * ROUNDS,
            ..asked.workload.clone()
        };
        let predicted = self.predict(&AskedRun {
            workload: closed,
            ..asked.clone()
        });
        let a_task = predicted.ok()?.time_per_task_ns.value;
        Some((NS / a_task * BEGIN).max(1.0) as u64)
    }
}

impl Predictor for Foreteller {
    fn predict(&self, asked: &AskedRun<'_>) -> Result<Predicted, String> {
        let on = On {
            processors: processors(asked.placement),
            workers: asked.workers,
        };
        let length = if is_long(&asked.workload, asked.workers) {
            predict_for_curve
        } else {
            predict
        };
        let found = length(&self.0, &asked.workload, asked.variant, on);
        let prediction = found.map_err(|refusal| refusal.to_string())?;
        let time = figure(&prediction.time)
            .ok_or_else(|| format!("{}: no time came of it", asked.variant))?;
        Ok(Predicted {
            time_per_task_ns: time,
            cpu_per_task_ns: prediction.cpu.ok().as_ref().and_then(figure),
            left_out: false,
        })
    }

    fn sizes(&self) -> &dyn Calibration {
        self
    }
}

impl Calibration for Foreteller {
    fn size(&self, kernel: Kernel, time: Duration) -> Result<u64, CalibrationError> {
        size(&self.0, kernel, time)
    }
}

/// Whether a simulation of the usual length would take longer than people may notice at a comparison of many variants.
fn is_long(workload: &Workload, workers: u64) -> bool {
    workload.in_flight.lanes(workers) * workload.steps.len() as u64 > MOST_STEPS
}

/// A figure in nanoseconds; `None` where it is no number, which JSON cannot hold.
fn figure(estimate: &Estimate) -> Option<PredictedFigure> {
    let Estimate { value, low, high } = *estimate;
    let is_sound = [value, low, high]
        .iter()
        .all(|part| part.is_finite() && *part > 0.0);
    is_sound.then_some(PredictedFigure {
        value: value * NS,
        low: low * NS,
        high: high * NS,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;

    use super::*;
    use crate::age::here;
    use crate::made_up::{POOL, few_points};
    use crate::store::Scope;

    #[test]
    fn what_is_no_number_is_no_figure() {
        let estimate = Estimate {
            value: 2e-3,
            low: 1e-3,
            high: 4e-3,
        };
        assert!((figure(&estimate).unwrap().high - 4e6).abs() < 1e-3);
        for bad in [f64::NAN, f64::INFINITY, 0.0] {
            let wrong = Estimate {
                high: bad,
                ..estimate
            };
            assert_eq!(figure(&wrong), None);
        }
    }

    /// A folder with a calibration of one processor alone.
    fn with_one_processor(folder: &Path) -> Workspace {
        let workspace = Workspace {
            root: folder.to_owned(),
            target: folder.join("target"),
            results: folder.join("compare"),
            more_models: Vec::new(),
        };
        let machine = here();
        let calibration = predict::Calibration {
            cores: (machine.processors > 1).then_some(1),
            machine,
            programs: BTreeMap::new(),
            // Not old at any time.
            measured_ms: u64::MAX,
            points: few_points(),
        };
        let place = Place::with_cores(&workspace, 1);
        place.keep(&calibration, Scope::Whole).unwrap();
        workspace
    }

    #[test]
    fn a_comparison_on_one_processor_has_predictions_of_that_calibration() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = with_one_processor(folder.path());
        assert!(
            foreteller(&workspace, Placement::OneCpu).is_none(),
            "nothing is fitted for a comparison that did not ask"
        );
        let found = foreteller_for_sure(&workspace, Placement::OneCpu).unwrap();
        let predicted = found.predict(&AskedRun {
            workload: few_points().pop().unwrap().workload,
            variant: POOL,
            workers: 1,
            placement: Placement::OneCpu,
        });
        assert!(predicted.is_ok(), "{predicted:?}");
        assert!(foreteller(&workspace, Placement::OneCpu).is_some());
        if here().processors > 1 {
            assert!(foreteller(&workspace, Placement::Free).is_none());
            let error = foreteller_for_sure(&workspace, Placement::Free).unwrap_err();
            assert!(
                error.to_string().contains("`cargo xtask calibrate`"),
                "{error:#}"
            );
        }
    }

    #[test]
    fn the_calibration_that_a_comparison_on_one_processor_lacks_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace {
            target: folder.path().join("other"),
            ..with_one_processor(folder.path())
        };
        let error = foreteller_for_sure(&workspace, Placement::OneCpu).unwrap_err();
        let is_all = here().processors == 1;
        let typed = if is_all { "" } else { " --cores 1" };
        let words = format!("`cargo xtask calibrate{typed}`");
        assert!(error.to_string().contains(&words), "{error:#}");
    }
}

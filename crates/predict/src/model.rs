//! A fitted model: what predictions are made from, and what may be asked of it.

use protocol::Kernel;
use serde::{Deserialize, Serialize};

use crate::calibration::Calibration;
use crate::kernels::size_of;
use crate::parameters::Parameters;
use crate::points::{POOL, all_queries};

/// Grows with every change of what parameters mean or how they are fitted: those of a stored model are of no use then.
const RULES: u32 = 3;

/// What a calibration was fitted to. It can be stored: a fit takes some seconds, and reading one does not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Model {
    rules: u32,
    pub(crate) calibration: Calibration,
    pub(crate) fits: Vec<Parameters>,
}

impl Model {
    pub(crate) fn new(calibration: &Calibration, fits: Vec<Parameters>) -> Model {
        Model {
            rules: RULES,
            calibration: calibration.clone(),
            fits,
        }
    }

    /// Whether it was fitted to these rows, and by the rules of today.
    #[must_use]
    pub fn is_of(&self, calibration: &Calibration) -> bool {
        self.rules == RULES && self.calibration == *calibration
    }

    /// The rows that it was fitted to.
    #[must_use]
    pub fn calibration(&self) -> &Calibration {
        &self.calibration
    }

    /// How badly each of its simulations fits the rows: half the sum of squared residuals.
    pub fn misfits(&self) -> impl Iterator<Item = f64> {
        self.fits.iter().map(|fit| fit.misfit)
    }

    /// Whether queries of PostgreSQL can be predicted: not every machine has it.
    #[must_use]
    pub fn has_queries(&self) -> bool {
        all_queries().all(|name| self.calibration.point(name, POOL).is_some())
    }

    /// The size of a kernel that takes so many seconds of CPU; `None` where the kernel was not measured.
    #[must_use]
    pub fn size(&self, kernel: Kernel, seconds: f64) -> Option<u64> {
        let units = self.fits.first()?.kernels.0.get(&kernel)?.units(seconds);
        Some((size_of(kernel, units).round() as u64).clamp(1, kernel.max_size()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_of_its_rows_and_of_the_rules_of_today() {
        let rows = Calibration::of_two_processors(Vec::new());
        let model = Model::new(&rows, Vec::new());
        assert!(model.is_of(&rows));
        let older = Model {
            rules: RULES - 1,
            ..model.clone()
        };
        assert!(!older.is_of(&rows));
        let other = Calibration {
            measured_ms: 1,
            ..rows
        };
        assert!(!model.is_of(&other));
    }
}

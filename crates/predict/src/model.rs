//! A fitted model: what predictions are made from, and what may be asked of it.

use serde::{Deserialize, Serialize};

use crate::calibration::Calibration;
use crate::parameters::Parameters;

/// What a calibration was fitted to. It can be stored: a fit takes seconds, and reading one does not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Model {
    pub(crate) calibration: Calibration,
    pub(crate) fits: Vec<Parameters>,
}

impl Model {
    pub(crate) fn new(calibration: &Calibration, fits: Vec<Parameters>) -> Model {
        Model {
            calibration: calibration.clone(),
            fits,
        }
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
}

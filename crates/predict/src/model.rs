//! A fitted model: what predictions are made from, and what may be asked of it.

use protocol::{Kernel, Workload};
use serde::{Deserialize, Serialize};

use crate::calibration::{Calibration, Point};
use crate::correction::{Corrections, PastError, error_of, stored};
use crate::kernels::size_of;
use crate::kind::Kind;
use crate::parameters::Parameters;
use crate::points::{POOL, all_queries};
use crate::simulated::{Asked, Length, WHOLE};
use crate::typical::{Typical, typical};

/// Grows with every change of what parameters mean or how they are fitted: those of a stored model are of no use then.
const RULES: u32 = 4;

/// What a calibration was fitted to. It can be stored: a fit takes some seconds, and reading one does not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Model {
    rules: u32,
    pub(crate) calibration: Calibration,
    pub(crate) fits: Vec<Parameters>,
    /// How far the rules alone are off at its own points.
    errors: Vec<PastError>,
    pub(crate) corrections: Corrections,
}

impl Model {
    /// A model that goes by the rules alone.
    pub(crate) fn new(calibration: &Calibration, fits: Vec<Parameters>) -> Model {
        Model {
            rules: RULES,
            calibration: calibration.clone(),
            fits,
            errors: Vec::new(),
            corrections: Corrections::default(),
        }
    }

    /// The same with what is to be expected of its errors, by those at its own points and by all past ones.
    pub(crate) fn corrected(self) -> Model {
        let points = self.calibration.points.iter();
        let errors: Vec<PastError> = points.filter_map(|point| self.error_at(point)).collect();
        Model {
            corrections: Corrections::of(&errors, &stored()),
            errors,
            ..self
        }
    }

    /// How far the rules alone are off at a point that was measured; `None` where there is no such figure.
    #[doc(hidden)]
    #[must_use]
    pub fn error_at(&self, point: &Point) -> Option<PastError> {
        let workload = Workload {
            tasks: point.tasks,
            ..point.workload.clone()
        };
        let asked = Asked {
            workload: &workload,
            variant: &point.variant,
            kind: Kind::of(&point.variant)?,
            tasks: point.tasks,
            processors: self.calibration.cores(),
        };
        error_of(&asked, &self.typical(&asked, WHOLE), point)
    }

    /// A run as its simulations see it.
    pub(crate) fn typical(&self, asked: &Asked<'_>, length: Length) -> Typical {
        let is_elsewhere = self.calibration.elsewhere() > 0;
        typical(&self.fits, is_elsewhere, asked, length)
    }

    /// The same as if nothing were known of the past errors of a group: what a gate holds against the measured figures of that.
    #[doc(hidden)]
    #[must_use]
    pub fn without_past(&self, group: &str) -> Model {
        let others = stored().into_iter().filter(|error| error.group != group);
        Model {
            corrections: Corrections::of(&self.errors, &others.collect::<Vec<_>>()),
            ..self.clone()
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

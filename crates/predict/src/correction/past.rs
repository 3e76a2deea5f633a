//! Errors of earlier predictions, from the stored rows of gates: `tests/gate` makes them from these rows, and fails where they are others.

use serde::{Deserialize, Serialize};

use super::features::Features;

/// How far a prediction by the rules alone was off, as logarithms of the predicted over the measured figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct PastError {
    /// Which workloads were measured together.
    pub group: String,
    /// `model/variant`.
    pub variant: String,
    /// How many processors it had.
    pub processors: u64,
    /// What the run was like.
    pub(crate) features: Features,
    /// The error of its time, and of its CPU.
    pub(crate) of_time: f64,
    pub(crate) of_cpu: f64,
}

impl PastError {
    /// The predicted over the measured time.
    #[must_use]
    pub fn ratio_of_time(&self) -> f64 {
        self.of_time.exp()
    }

    /// Whether both are of the same run, with errors that are no more than a hundredth apart.
    #[must_use]
    pub fn is_as(&self, other: &PastError) -> bool {
        let differences = [self.of_time - other.of_time, self.of_cpu - other.of_cpu];
        let is_near = differences.iter().all(|one| one.abs() <= 0.01);
        self.group == other.group && self.variant == other.variant && is_near
    }
}

/// The same as a row of the file: group, variant, processors, features, errors of time and of CPU.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Stored(String, String, u64, Features, f64, f64);

impl From<Stored> for PastError {
    fn from(Stored(group, variant, processors, features, of_time, of_cpu): Stored) -> PastError {
        PastError {
            group,
            variant,
            processors,
            features,
            of_time,
            of_cpu,
        }
    }
}

impl From<PastError> for Stored {
    fn from(error: PastError) -> Stored {
        Stored(
            error.group,
            error.variant,
            error.processors,
            error.features,
            error.of_time,
            error.of_cpu,
        )
    }
}

/// Those of each set of rows.
const FILES: [&str; 7] = [
    include_str!("past/a.json"),
    include_str!("past/b.json"),
    include_str!("past/c.json"),
    include_str!("past/d.json"),
    include_str!("past/e.json"),
    include_str!("past/f.json"),
    include_str!("past/one.json"),
];

/// Those that are stored with the program.
pub(crate) fn stored() -> Vec<PastError> {
    let each = FILES
        .into_iter()
        .map(serde_json::from_str::<Vec<PastError>>);
    each.flat_map(Result::unwrap_or_default).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_past_errors_can_be_read() {
        for text in FILES {
            let errors: Vec<PastError> = serde_json::from_str(text).unwrap();
            assert!(errors.len() > 100);
        }
    }
}

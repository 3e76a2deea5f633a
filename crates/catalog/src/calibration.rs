//! The sizes that CPU times come to: who knows how much of a kernel takes how long, and what follows.

use std::time::Duration;

use protocol::{CpuTime, Kernel, Step, Workload};

/// Knows how much of a kernel takes a CPU time. `launch` measures it; a stored comparison and a script
/// say it.
pub trait Calibration {
    /// The size of the kernel, in its own unit, that takes this time of one thread.
    ///
    /// # Errors
    /// No size takes that time, or it cannot be found out.
    fn size(&self, kernel: Kernel, time: Duration) -> Result<u64, CalibrationError>;
}

/// Why a CPU time has no size.
#[derive(Debug, thiserror::Error)]
pub enum CalibrationError {
    /// The time cannot be had: it is shorter or longer than the kernel allows.
    #[error("{0}")]
    Impossible(String),
    /// The calibration itself failed.
    #[error("{0}")]
    Failed(String),
}

/// The calibration of workloads that say sizes, such as those of the catalogue, whose digests are the same everywhere.
#[derive(Clone, Copy, Debug)]
pub struct NoCalibration;

impl Calibration for NoCalibration {
    fn size(&self, _kernel: Kernel, _time: Duration) -> Result<u64, CalibrationError> {
        let problem = "a CPU time means nothing here: allowed is `size`, in the kernel's units";
        Err(CalibrationError::Impossible(problem.to_owned()))
    }
}

/// A CPU time that could not be turned into a size.
#[derive(Debug)]
pub(crate) struct Uncalibrated {
    pub(crate) asked_at: String,
    pub(crate) error: CalibrationError,
}

/// Sets the sizes of all steps that have a CPU time.
pub(crate) fn calibrate(
    workload: &mut Workload,
    cpu: &[CpuTime],
    calibration: &dyn Calibration,
) -> Result<(), Uncalibrated> {
    for asked in cpu {
        let Some(Step::Compute(compute)) = workload.steps.get_mut(asked.step) else {
            continue;
        };
        compute.size = calibration
            .size(compute.kernel, asked.time)
            .map_err(|error| Uncalibrated {
                asked_at: asked.asked_at.clone(),
                error,
            })?;
    }
    Ok(())
}

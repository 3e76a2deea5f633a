//! The reasons why what was typed is no workload.

use crate::calibration::{CalibrationError, Uncalibrated};

/// The reason why what was typed is no workload.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// The catalogue has no workload of this name.
    #[error("no workload is named `{typed}`{hint}")]
    Unknown {
        /// What was typed.
        typed: String,
        /// The end of the message: names that may have been meant.
        hint: String,
    },
    /// The file cannot be read.
    #[error("{path}: {error}")]
    Unreadable {
        /// The path of the file.
        path: String,
        /// The reason.
        error: std::io::Error,
    },
    /// The file is no workload.
    #[error(transparent)]
    Mistake(#[from] protocol::FileError),
    /// The package of own work cannot be used.
    #[error("{named_at}: {problem}")]
    Package {
        /// Where it is named.
        named_at: String,
        /// The reason.
        problem: String,
    },
    /// The library of a step is not there.
    #[error("{named_at}: {library}: {error}")]
    Library {
        /// Where it is named.
        named_at: String,
        /// Its path.
        library: String,
        /// The reason.
        error: std::io::Error,
    },
    /// A parameter does not fit the workload.
    #[error("{typed}: {problem}")]
    Parameter {
        /// What was typed.
        typed: String,
        /// The reason.
        problem: String,
    },
    /// No size of a kernel takes the CPU time that was asked for.
    #[error("{asked_at}: {problem}")]
    CpuTime {
        /// The place in a file, or the parameter.
        asked_at: String,
        /// The reason.
        problem: String,
    },
    /// It cannot be found out how much takes the CPU time that was asked for.
    #[error("{asked_at}: the CPU time cannot be calibrated: {problem}")]
    NotCalibrated {
        /// The place in a file, or the parameter.
        asked_at: String,
        /// The reason.
        problem: String,
    },
    /// Two different workloads have one name.
    #[error("two workloads are named `{0}`: their rows could not be told apart")]
    Twice(String),
}

impl From<Uncalibrated> for CatalogueError {
    fn from(Uncalibrated { asked_at, error }: Uncalibrated) -> Self {
        match error {
            CalibrationError::Impossible(problem) => Self::CpuTime { asked_at, problem },
            CalibrationError::Failed(problem) => Self::NotCalibrated { asked_at, problem },
        }
    }
}

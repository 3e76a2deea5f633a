//! The models (every folder with a `model.toml`), the workloads (files of the catalogue or of a user),
//! the parameters that a sweep can set, and the folders in which all of them lie.
//!
//! Everything here is data: `launch` builds and runs it.

mod calibration;
pub mod executables;
mod models;
mod needs;
mod own_work;
pub mod params;
mod suggestion;
pub mod workloads;
mod workspace;

pub use calibration::{Calibration, CalibrationError, NoCalibration};
pub use models::{
    Blocking, Broken, Capacity, Model, Registry, SelectError, Selected, Selection, Servers, Unit,
    Variant, is_own_server,
};
pub use needs::{open_files, open_files_unasked, uses_origin, uses_postgres};
pub use own_work::Generated;
pub use params::{Cell, Param, Sweep};
pub use suggestion::{did_you_mean, similar};
pub use workloads::{CatalogueError, Chosen};
pub use workspace::Workspace;

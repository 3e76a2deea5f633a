//! Calibrates the machine for predictions, keeps the rows, and tells what predictions say: the doing around the crate
//! `predict`, which computes.

mod age;
mod calibrate;
mod check;
mod cores;
mod curve;
mod foreteller;
mod found;
mod gate;
mod json;
mod lacking;
#[cfg(test)]
mod made_up;
mod measure;
mod parallel;
mod parts;
mod points;
mod predicted;
mod range;
mod rebuilt;
mod record;
mod refused;
mod rows;
mod selected;
mod sheet;
mod source;
mod store;
mod table;
mod unfinished;

pub use age::{Age, Probed, age, ago};
pub use calibrate::{CalibrateRequest, calibrate};
pub use foreteller::{Foreteller, foreteller, foreteller_for_sure};
pub use gate::{GateRequest, gate};
pub use predicted::{PredictRequest, predict};
pub use rebuilt::rebuilt;
pub use record::record;

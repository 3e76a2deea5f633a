//! Calibrates the machine for predictions, keeps the rows, and tells what predictions say: the doing around the crate
//! `predict`, which computes.

mod age;
mod calibrate;
mod check;
mod cores;
mod curve;
mod found;
mod json;
mod measure;
mod parts;
mod points;
mod predicted;
mod selected;
mod source;
mod store;
mod table;

pub use age::{Age, age};
pub use calibrate::{CalibrateRequest, calibrate};
pub use predicted::{PredictRequest, predict};

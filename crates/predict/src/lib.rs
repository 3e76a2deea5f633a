//! Runs that nobody made: what they would come to, from a calibration of the machine.
//!
//! A discrete-event simulation follows a workload's tasks through the lanes of a variant, the cores and the services. Its costs
//! are fitted to two minutes of measured runs, eight times over; a prediction is the median, less what those of such runs were wrong by
//! before, and its interval comes from how far predictions were off. What is not known is refused, with words.
//!
//! Everything is a pure function of its arguments: no clock, no file, no process.

mod amounts;
mod between;
mod bounds;
mod calibration;
mod choose;
mod conformal;
mod correction;
mod equations;
mod fit;
mod kernels;
mod kind;
mod lines;
mod model;
mod nearest;
mod parameters;
mod points;
mod prediction;
mod program;
mod refusal;
mod refuse;
mod segment;
mod sim;
mod simulated;
mod sqlite;
mod typical;
mod variants;

pub use between::between;
pub use bounds::Limit;
pub use calibration::{Calibration, Figures, Machine, On, Point};
pub use choose::{Choice, choose};
pub use conformal::{COVERAGE, Estimate, NARROWEST, Regime, error, is_noisy, quantile};
#[doc(hidden)]
pub use correction::PastError;
pub use fit::fit;
pub use model::Model;
pub use points::{
    KERNEL_VARIANTS, is_for_kernel, is_measured_at, reads_data, workloads, workloads_on,
};
#[doc(hidden)]
pub use prediction::predict_unrefused;
pub use prediction::{Prediction, predict, predict_for_curve};
pub use refusal::Refusal;
pub use variants::{MEASURED, VARIANTS};

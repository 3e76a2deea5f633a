//! What may be typed after `cargo xtask calibrate` and `cargo xtask predict`.

use catalog::Sweep;
use clap::{Args, ValueEnum, value_parser};
use predictions::{CalibrateRequest, PredictRequest};
use schedule::MOST_BLOCKS;

/// The most processors of any machine that Linux runs on (`CONFIG_NR_CPUS`).
const MOST_CORES: u64 = 8192;

#[derive(Debug, Args)]
pub(crate) struct CalibrateArgs {
    /// Variants to calibrate beside those that were, such as `async-*/per-core`; the usual ones where none is named
    #[arg(long = "model", value_name = "GLOB")]
    models: Vec<String>,
    /// Calibrate for so many processors, each number by itself; 1 is `compare --placement one-cpu`
    #[arg(long, value_name = "N,…", value_delimiter = ',', value_parser = value_parser!(u64).range(1..=MOST_CORES))]
    cores: Vec<u64>,
    /// Measure each point in this many rounds, instead of the usual number
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(1..=MOST_BLOCKS))]
    runs: Option<u64>,
    /// Measure a few points again for some seconds, and say whether the calibration still holds
    #[arg(long, conflicts_with_all = ["models", "cores", "runs"])]
    check: bool,
}

impl CalibrateArgs {
    /// What is asked of the calibration.
    pub(crate) fn request(&self) -> CalibrateRequest {
        CalibrateRequest {
            models: self.models.clone(),
            cores: self.cores.clone(),
            check: self.check,
            runs: self.runs,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct PredictArgs {
    /// A workload's name, or the path of a workload file
    #[arg(value_name = "WORKLOAD|FILE")]
    workload: String,
    /// Set a parameter, such as `latency=20ms`; several values are several tables, and a range such as `in_flight=1..1000` is a curve
    #[arg(short = 'L', long = "param", value_name = "KEY=V,…")]
    params: Vec<Sweep>,
    /// Variants to predict, such as `threads/*`; all that are calibrated where none is named
    #[arg(long = "model", value_name = "GLOB")]
    models: Vec<String>,
    /// Predict for so many processors, with as many workers; all of the machine's where no number is given
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(1..=MOST_CORES))]
    cores: Option<u64>,
    /// How to print it
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Tables, or a plot of characters
    Text,
    /// JSON: times in seconds a task
    Json,
}

impl PredictArgs {
    /// What is asked of the prediction.
    pub(crate) fn request(&self) -> PredictRequest {
        PredictRequest {
            workload: self.workload.clone(),
            params: self.params.clone(),
            models: self.models.clone(),
            cores: self.cores,
            json: self.format == Format::Json,
        }
    }
}

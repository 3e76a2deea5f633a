//! What may be typed after `cargo xtask calibrate` and `cargo xtask predict`.

use catalog::Sweep;
use clap::{Args, ValueEnum, value_parser};
use predictions::{CalibrateRequest, GateRequest, PredictRequest};
use schedule::MOST_BLOCKS;

use super::exports::PageArgs;

/// The most processors of any machine that Linux runs on (`CONFIG_NR_CPUS`).
const MOST_CORES: u64 = 8192;
/// One run of a point does not say how far runs are apart, so that intervals would be those of a quiet machine.
const FEWEST_ROUNDS: u64 = 2;

#[derive(Debug, Args)]
pub(crate) struct CalibrateArgs {
    /// Variants to calibrate beside those that were, such as `async-*/per-core`; the usual ones where none is named
    #[arg(long = "model", value_name = "GLOB")]
    models: Vec<String>,
    /// Calibrate for so many processors, each number by itself; 1 is `compare --placement one-cpu`
    #[arg(long, value_name = "N,…", value_delimiter = ',', value_parser = value_parser!(u64).range(1..=MOST_CORES))]
    cores: Vec<u64>,
    /// Measure each point in this many rounds, instead of the usual number; two are the fewest that tell how noisy the machine is
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(FEWEST_ROUNDS..=MOST_BLOCKS))]
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
    #[arg(value_name = "WORKLOAD|FILE", required_unless_present_any = ["record", "gate"])]
    workload: Option<String>,
    /// Set a parameter, such as `latency=20ms`; several values are several tables, and a range such as `in_flight=1..1000` is a curve
    #[arg(short = 'L', long = "param", value_name = "KEY=V,…")]
    params: Vec<Sweep>,
    /// Variants to predict, such as `threads/*`; the usual ones and all that are calibrated where none is named
    #[arg(long = "model", value_name = "GLOB")]
    models: Vec<String>,
    /// Predict for so many processors, with as many workers; all of the machine's where no number is given
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(1..=MOST_CORES))]
    cores: Option<u64>,
    /// How to print it
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    #[command(flatten)]
    page: PageArgs,
    /// Say how good the predictions were that comparisons kept beside what they measured
    #[arg(long, conflicts_with_all = ["workload", "params", "models"])]
    record: bool,
    /// Draw workloads, predict and measure them, and say how good the predictions were
    #[arg(long, hide = true, conflicts_with_all = ["workload", "params", "models", "record"])]
    gate: bool,
    /// What the gate's workloads are drawn from, such as 20261130; today's date where there is none
    #[arg(long, hide = true, value_name = "N", requires = "gate")]
    seed: Option<u64>,
    /// How many workloads the gate draws
    #[arg(long, hide = true, value_name = "N", requires = "gate", default_value = "12",
        value_parser = value_parser!(u64).range(1..=100))]
    files: u64,
    /// The number of rounds in which the gate measures them
    #[arg(long, hide = true, value_name = "N", requires = "gate", default_value = "6",
        value_parser = value_parser!(u64).range(1..=MOST_BLOCKS))]
    runs: u64,
}

/// What `predict` is asked for.
pub(crate) enum AskedToPredict {
    Predict(PredictRequest),
    Record { json: bool },
    Gate(GateRequest),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Tables, or a plot of characters
    Text,
    /// JSON: times in seconds a task
    Json,
}

impl PredictArgs {
    /// What is asked for.
    pub(crate) fn asked(&self) -> AskedToPredict {
        let json = self.format == Format::Json;
        if self.gate {
            return AskedToPredict::Gate(GateRequest {
                seed: self.seed,
                files: self.files,
                rounds: self.runs,
                cores: self.cores,
                json,
            });
        }
        match &self.workload {
            Some(workload) => AskedToPredict::Predict(PredictRequest {
                workload: workload.clone(),
                params: self.params.clone(),
                models: self.models.clone(),
                cores: self.cores,
                json,
                page: self.page.export(),
            }),
            // The parser lets no other call be without a workload.
            None => AskedToPredict::Record { json },
        }
    }
}

//! The flags of `find-rate`.

use std::time::Duration;

use catalog::Sweep;
use clap::{Args, ValueEnum};
use find_rate::{Request, Until};

use super::sizes::SizeArgs;
use super::values::length;

#[derive(Debug, Args)]
pub(crate) struct FindRateArgs {
    /// A workload with a rate, which is the first guess (`http@500` gives one), or of class `serve`; or the path of such a file
    workload: String,
    /// The condition that a rate has to keep: `pNN<TIME`, `completed>PERCENT`, `late<PERCENT`; several with commas, all of which count
    #[arg(long, value_name = "CONDITION")]
    until: Until,
    /// Variants to try, such as `threads/*`; may be repeated
    #[arg(long = "model", value_name = "GLOB")]
    pub(super) models: Vec<String>,
    /// A row for each value of a parameter, such as `in_flight=16,64`; a second one multiplies
    #[arg(short = 'L', long = "param", value_name = "KEY=V,…")]
    params: Vec<Sweep>,
    /// How long tasks arrive in a run of the search
    #[arg(long, value_name = "TIME", default_value = "2s", value_parser = length)]
    probe: Duration,
    /// How long they do in the run that confirms a rate: seconds, or a time such as `1m`
    #[arg(long, value_name = "SECONDS", default_value = "10s", value_parser = length)]
    confirm: Duration,
    /// Seed of the tasks of the search; each confirmation has another [default: the workload's]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// What is printed
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    #[command(flatten)]
    pub(super) sizes: SizeArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// A table for people
    Table,
    /// One JSON object, with every rate that was tried
    Json,
}

impl FindRateArgs {
    /// The same as plain options.
    pub(crate) fn request(&self) -> Request {
        Request {
            workload: self.workload.clone(),
            until: self.until.clone(),
            models: self.models.clone(),
            params: self.params.clone(),
            probe: self.probe,
            confirm: self.confirm,
            seed: self.seed,
            sizes: self.sizes.sizes(),
            format: match self.format {
                Format::Table => find_rate::Format::Table,
                Format::Json => find_rate::Format::Json,
            },
        }
    }
}

//! Why something is not predicted, and how to be told all the same: by measuring it, or by calibrating more.

/// Why something is not predicted. Its text says how that is lifted.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// Costs do not scale with the number of processors.
    #[error(
        "calibrated for {calibrated}, not for {asked} processors: `calibrate --cores {asked}` measures them, where there are as many"
    )]
    OtherCores {
        /// The numbers of processors that were calibrated, in words.
        calibrated: String,
        /// What was asked for.
        asked: u64,
    },
    /// Nobody measured fewer or more workers than processors.
    #[error(
        "calibrated with a worker for each of {processors} processors, and not with {workers}: measure it with `compare`"
    )]
    OtherWorkers {
        /// The workers that were asked for.
        workers: u64,
        /// The processors.
        processors: u64,
    },
    /// Nobody wrote and tried the variant's rules.
    #[error("{variant} has no rules that a simulation could follow: measure it with `compare`")]
    NoRules {
        /// Its name.
        variant: String,
    },
    /// The variant was not measured.
    #[error("{variant} is not calibrated: `calibrate --model {variant}` measures it")]
    Variant {
        /// Its name.
        variant: String,
    },
    /// Queries, where no server was there.
    #[error(
        "`postgres-select` is not calibrated: `calibrate` measures it where the machine has PostgreSQL"
    )]
    NoServer,
    /// Calls that block, where the pool for them does not start a thread for each.
    #[error(
        "`block` is not predicted under this variant, whose pool starts threads for such calls one after the other: \
         measure it with `compare`"
    )]
    SlowPool,
    /// No point of the calibration has such a step under this variant.
    #[error("{step} is not calibrated under this variant: measure it with `compare`")]
    Step {
        /// The step, in words.
        step: String,
    },
    /// A kernel without points.
    #[error("the kernel {kernel} is not calibrated: `calibrate` measures it")]
    Kernel {
        /// Its name.
        kernel: &'static str,
    },
    /// More than was calibrated, by over 1.3 times.
    #[error("{asked} {what}, and calibrated are {most} at most: measure it with `compare`")]
    Beyond {
        /// What there would be too much of.
        what: &'static str,
        /// What was asked for.
        asked: String,
        /// The most that was calibrated.
        most: String,
    },
    /// What a service does first is not what it does then.
    #[error(
        "{what} finds the service cold, which no point of a calibration does: measure it with `compare`"
    )]
    Cold {
        /// The step, in words.
        what: &'static str,
    },
    /// Coordination, serving and own work have no steps that a simulation could follow.
    #[error("{what} is not predicted: measure it with `compare`")]
    NoSteps {
        /// What it is.
        what: &'static str,
    },
    /// The calibration's figures make no time of it.
    #[error("the calibration gives no time for it: `calibrate` measures it anew")]
    NoFigure,
    /// A percentile of latencies.
    #[error(
        "p{percent} is not predicted, since rare delays are the machine's: measure it with `compare`"
    )]
    Percentile {
        /// Which.
        percent: f64,
    },
    /// A choice between variants whose intervals overlap.
    #[error("{} are not told apart: measure them with `compare`", variants.join(" and "))]
    TooClose {
        /// Their names.
        variants: Vec<String>,
    },
    /// CPU a task where errors are large.
    #[error("CPU a task would be ±{:.0} %: measure it with `compare`", width * 100.0)]
    CpuTooWide {
        /// The upper end over the value, less 1.
        width: f64,
    },
}

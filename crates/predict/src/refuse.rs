//! What is not predicted, and how to be told all the same: by measuring it, or by calibrating more.

use protocol::{Cache, Connection, Step, Workload, format_duration, format_size};
use std::time::Duration;

use crate::calibration::{Calibration, On};
use crate::kind::Kind;
use crate::model::Model;
use crate::points::{FILES, GETS, SELECTS};

/// How far beyond what was calibrated a prediction may go, as a factor.
pub(crate) const REACH: f64 = 1.3;
/// The same for sizes of kernels, which follow a power law.
pub(crate) const KERNEL_REACH: f64 = 5.0;

/// Why something is not predicted. Its text says how that is lifted.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// Costs do not scale with the number of cores.
    #[error(
        "calibrated on {calibrated} processors and {calibrated} workers, not {asked}: calibrate where it is to run"
    )]
    OtherCores {
        /// Processors of the calibration.
        calibrated: u64,
        /// What was asked for.
        asked: u64,
    },
    /// The variant has no rules, or was not measured.
    #[error("{variant} is not calibrated: measure it with `compare`")]
    Variant {
        /// Its name.
        variant: String,
    },
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

/// The rules of a variant, unless a prediction of this workload under it must be refused.
pub(crate) fn refuse(
    model: &Model,
    workload: &Workload,
    variant: &str,
    on: On,
) -> Result<Kind, Refusal> {
    let calibration = &model.calibration;
    let calibrated = calibration.machine.processors;
    let other = [on.processors, on.workers]
        .into_iter()
        .find(|count| *count != calibrated);
    if let Some(asked) = other {
        return Err(Refusal::OtherCores { calibrated, asked });
    }
    refuse_kind_of_work(workload)?;
    let known = Kind::of(variant).filter(|_| calibration.variants().contains(&variant));
    let kind = known.ok_or_else(|| Refusal::Variant {
        variant: variant.to_owned(),
    })?;
    let extent = Extent {
        calibration,
        variant,
    };
    if kind.lanes == crate::kind::Lanes::InFlight {
        extent.check_lanes(workload.in_flight.lanes(on.workers))?;
    }
    for step in &workload.steps {
        extent.check_step(step)?;
    }
    Ok(kind)
}

fn refuse_kind_of_work(workload: &Workload) -> Result<(), Refusal> {
    let what = if workload.coordination.is_some() {
        "coordination"
    } else if workload.serve.is_some() {
        "serving"
    } else if workload.work.is_some() {
        "own work"
    } else {
        return Ok(());
    };
    Err(Refusal::NoSteps { what })
}

/// What was calibrated of a variant.
struct Extent<'a> {
    calibration: &'a Calibration,
    variant: &'a str,
}

impl Extent<'_> {
    /// The most of something that any point of the variant has.
    fn most(&self, amount: fn(&Workload) -> u64) -> u64 {
        let points = self.calibration.points.iter();
        let own = points.filter(|point| point.variant == self.variant);
        own.map(|point| amount(&point.workload)).max().unwrap_or(0)
    }

    fn has(&self, points: &[&str]) -> bool {
        points
            .iter()
            .all(|name| self.calibration.point(name, self.variant).is_some())
    }

    fn check_lanes(&self, asked: u64) -> Result<(), Refusal> {
        let most = self.most(|workload| workload.in_flight.lanes(1));
        within("lanes", asked, most, REACH, u64::to_string)
    }

    fn check_step(&self, step: &Step) -> Result<(), Refusal> {
        match step {
            Step::HttpGet(get) => {
                if get.connection == Connection::New {
                    return Err(Refusal::Cold {
                        what: "a GET with a new connection",
                    });
                }
                self.check_points(&[GETS], "`http-get`")?;
                let latency = get.latency.as_nanos() as u64;
                within("of latency", latency, self.most(longest), REACH, |ns| {
                    format_duration(Duration::from_nanos(*ns))
                })?;
                within(
                    "of an answer",
                    get.bytes,
                    self.most(largest_answer),
                    REACH,
                    |bytes| format_size(*bytes),
                )
            }
            Step::SqliteSelect(select) => {
                self.check_points(&SELECTS, "`sqlite-select`")?;
                self.check_table(select.rows, select.transaction)?;
                within(
                    "selects a task",
                    select.count,
                    self.most(most_selects),
                    REACH,
                    u64::to_string,
                )
            }
            Step::ReadFile(read) => {
                if read.cache == Cache::Cold {
                    return Err(Refusal::Cold {
                        what: "a file that is not in the page cache",
                    });
                }
                self.check_points(&FILES, "`read-file`")?;
                within(
                    "of a file",
                    read.bytes,
                    self.most(largest_file),
                    REACH,
                    |bytes| format_size(*bytes),
                )
            }
            Step::Compute(compute) => {
                let name = compute.kernel.name();
                let points = self.calibration.points.iter();
                let sizes = points.flat_map(|point| &point.workload.steps);
                let of_kernel = sizes.filter_map(|step| match step {
                    Step::Compute(other) if other.kernel == compute.kernel => Some(other.size),
                    _ => None,
                });
                let most = of_kernel.max().ok_or(Refusal::Kernel { kernel: name })?;
                within(
                    "units of its kernel",
                    compute.size,
                    most,
                    KERNEL_REACH,
                    u64::to_string,
                )
            }
            other => Err(Refusal::Step { step: word(other) }),
        }
    }

    fn check_points(&self, points: &[&str], step: &str) -> Result<(), Refusal> {
        if self.has(points) {
            return Ok(());
        }
        Err(Refusal::Step {
            step: step.to_owned(),
        })
    }

    /// Another table, or a transaction a select, is other work.
    fn check_table(&self, rows: u64, transaction: bool) -> Result<(), Refusal> {
        let point = self.calibration.point(SELECTS[0], self.variant);
        let calibrated = point.and_then(|point| point.workload.steps.first());
        match calibrated {
            Some(Step::SqliteSelect(known))
                if (known.rows, known.transaction) != (rows, transaction) =>
            {
                let shared = if transaction {
                    "in one transaction"
                } else {
                    "each in a transaction of its own"
                };
                Err(Refusal::Step {
                    step: format!("`sqlite-select` from {rows} rows, {shared},"),
                })
            }
            _ => Ok(()),
        }
    }
}

fn within(
    what: &'static str,
    asked: u64,
    most: u64,
    reach: f64,
    shown: fn(&u64) -> String,
) -> Result<(), Refusal> {
    if asked as f64 <= most as f64 * reach {
        return Ok(());
    }
    Err(Refusal::Beyond {
        what,
        asked: shown(&asked),
        most: shown(&most),
    })
}

fn longest(workload: &Workload) -> u64 {
    let gets = workload.steps.iter().filter_map(|step| match step {
        Step::HttpGet(get) => Some(get.latency.as_nanos() as u64),
        _ => None,
    });
    gets.max().unwrap_or(0)
}

fn largest_answer(workload: &Workload) -> u64 {
    let gets = workload.steps.iter().filter_map(|step| match step {
        Step::HttpGet(get) => Some(get.bytes),
        _ => None,
    });
    gets.max().unwrap_or(0)
}

fn most_selects(workload: &Workload) -> u64 {
    let selects = workload.steps.iter().filter_map(|step| match step {
        Step::SqliteSelect(select) => Some(select.count),
        _ => None,
    });
    selects.max().unwrap_or(0)
}

fn largest_file(workload: &Workload) -> u64 {
    let files = workload.steps.iter().filter_map(|step| match step {
        Step::ReadFile(read) => Some(read.bytes),
        _ => None,
    });
    files.max().unwrap_or(0)
}

/// The step as a file names it.
fn word(step: &Step) -> String {
    let name = match step {
        Step::HttpGet(_) => "http-get",
        Step::SqliteSelect(_) => "sqlite-select",
        Step::PostgresSelect(_) => "postgres-select",
        Step::ReadFile(_) => "read-file",
        Step::Wait(_) => "wait",
        Step::Compute(_) => "compute",
        Step::Block(_) => "block",
        Step::Only(_) => "only",
        Step::Call(_) => "call",
    };
    format!("`{name}`")
}

#[cfg(test)]
#[path = "refuse_test.rs"]
mod tests;
